#pragma once
#include "glioscope/data/TrainingCase.h"
#include "glioscope/phantom/Phantom.h"

#include <future>
#include <map>
#include <mutex>

namespace glio::data {

/// Where phantoms live: the anatomies of a recipe, made once.
struct AnatomyChoice {
    int procedural = 8;               ///< heads from formulas
    std::uint64_t proceduralSeed = 1; ///< another seed: other people
    bool colin27 = true;              ///< the Colin27 head, when its package is installed
    std::filesystem::path folder;     ///< further anatomies; empty: none
    double spacingMm = 2;             ///< of the procedural heads: no finer than the finest stage
};
Result<std::vector<phantom::AnatomyPointer>> makeAnatomies(const AnatomyChoice &choice);

/// Phantoms of one series by number, made when first asked for and kept until released. Each is a function of
/// (seed, number) alone. Thread: any; one that is being made is waited for, not made twice.
class PhantomStore {
public:
    PhantomStore(std::shared_ptr<const std::vector<phantom::AnatomyPointer>> anatomies, phantom::PhantomOptions options,
                 std::uint64_t seed);
    Result<CasePointer> get(std::int64_t number);
    void releaseBelow(std::int64_t number);
    std::size_t kept() const;

private:
    std::shared_ptr<const std::vector<phantom::AnatomyPointer>> m_anatomies;
    phantom::PhantomOptions m_options;
    std::uint64_t m_seed;
    Result<CasePointer> make(std::int64_t number) const;
    mutable std::mutex m_mutex;
    std::map<std::int64_t, std::shared_future<Result<CasePointer>>> m_kept;
};

} // namespace glio::data
