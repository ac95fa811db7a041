#include "glioscope/data/PhantomStore.h"

#include "glioscope/phantom/AnatomyFiles.h"

#include <algorithm>

namespace glio::data {

Result<std::vector<phantom::AnatomyPointer>> makeAnatomies(const AnatomyChoice &choice)
{
    std::vector<phantom::AnatomyPointer> anatomies;
    for (int n = 0; n < choice.procedural; ++n)
        anatomies.push_back(
            phantom::proceduralAnatomy(choice.proceduralSeed * 1000 + std::uint64_t(n), choice.spacingMm));
    if (choice.colin27) {
        if (const auto folder = phantom::findColin27(); !folder.empty()) {
            auto colin = phantom::readColin27(folder);
            if (!colin) return std::unexpected(colin.error());
            // One real head weighs as much as all drawn ones together: it is by far the more lifelike.
            const int weight = std::max(1, choice.procedural);
            for (int n = 0; n < weight; ++n)
                anatomies.push_back(*colin);
        }
    }
    if (!choice.folder.empty()) {
        auto more = phantom::readAnatomies(choice.folder);
        if (!more) return std::unexpected(more.error());
        // Real images weigh half as much each as all drawn heads together, tissue maps as much as one drawn head.
        for (const auto &anatomy : *more)
            anatomies.insert(anatomies.end(),
                             anatomy->hasSequence(0) ? std::size_t(std::max(1, choice.procedural / 2)) : 1, anatomy);
    }
    if (anatomies.empty()) return fail(Errc::InvalidArgument, "The recipe names no anatomy to make phantoms from.");
    return anatomies;
}

PhantomStore::PhantomStore(std::shared_ptr<const std::vector<phantom::AnatomyPointer>> anatomies,
                           phantom::PhantomOptions options, std::uint64_t seed)
    : m_anatomies(std::move(anatomies)), m_options(std::move(options)), m_seed(seed)
{
}

Result<CasePointer> PhantomStore::make(std::int64_t number) const
{
    const auto phantom = phantom::makePhantom(*m_anatomies, m_options, m_seed, std::uint64_t(number));
    if (!phantom) return std::unexpected(phantom.error());
    auto made = prepareCase(*phantom, m_options.spacingMm[0]);
    if (!made) return std::unexpected(made.error());
    made->name = "phantom-" + std::to_string(number);
    return std::make_shared<const TrainingCase>(std::move(*made));
}

Result<CasePointer> PhantomStore::get(std::int64_t number)
{
    std::promise<Result<CasePointer>> promise;
    std::shared_future<Result<CasePointer>> waited;
    {
        const std::scoped_lock lock(m_mutex);
        const auto [place, fresh] = m_kept.try_emplace(number);
        if (fresh)
            place->second = promise.get_future().share();
        else
            waited = place->second;
    }
    if (waited.valid()) return waited.get(); // throws what its maker threw
    try {
        auto made = make(number);
        promise.set_value(made);
        return made;
    } catch (...) {
        promise.set_exception(std::current_exception());
        throw;
    }
}

void PhantomStore::releaseBelow(std::int64_t number)
{
    const std::scoped_lock lock(m_mutex);
    m_kept.erase(m_kept.begin(), m_kept.lower_bound(number));
}

std::size_t PhantomStore::kept() const
{
    const std::scoped_lock lock(m_mutex);
    return m_kept.size();
}

} // namespace glio::data
