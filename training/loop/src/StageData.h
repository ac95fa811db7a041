#pragma once
#include "glioscope/base/Progress.h"
#include "glioscope/data/CaseStore.h"
#include "glioscope/data/PhantomStore.h"
#include "glioscope/loop/Recipe.h"
#include "glioscope/samplers/Order.h"

#include <memory>
#include <vector>

namespace glio::loop {

/// What all stages share: the folder's cases, split, and the heads to make phantoms from.
struct Sources {
    std::vector<data::CaseEntry> training, validation;
    std::shared_ptr<const std::vector<phantom::AnatomyPointer>> anatomies, validationAnatomies; ///< null: no phantoms
    std::shared_ptr<const std::vector<phantom::Shape>> shapes, validationShapes;
    std::filesystem::path cacheDir;

    /// `folder` empty: phantoms alone. Errors: those of the readers; InvalidArgument when there is nothing to train on.
    static Result<Sources> open(const Recipe &recipe, const std::filesystem::path &folder,
                                const std::filesystem::path &cacheDir);

private:
    Result<void> divide(const Recipe &recipe, std::vector<data::CaseEntry> entries);
};

/// Samples and validation cases of one stage. A sample is a function of (recipe, stage, number) alone.
/// Thread: `sample` on any, several at a time; `validationCases` once before that.
class StageData {
public:
    StageData(const Recipe &recipe, int stage, const Sources &sources);
    Result<augment::Sample> sample(std::int64_t number);
    Result<std::vector<data::CasePointer>> validationCases(const ProgressSink &progress = {});

private:
    phantom::PhantomOptions phantomOptions(phantom::HeadCover cover, bool degrade) const;
    Result<data::CasePointer> phantomCase(std::int64_t ordinal);
    const Recipe &m_recipe;
    const Stage &m_stage;
    int m_number;
    const Sources &m_sources;
    double m_phantomShare;
    samplers::ReuseOrder m_order;
    std::unique_ptr<data::CaseStore> m_store;
    std::unique_ptr<data::PhantomStore> m_stripped, m_heads;
};

} // namespace glio::loop
