#include "StageData.h"

#include "glioscope/data/LeakCheck.h"
#include "glioscope/phantom/AnatomyFiles.h"
#include "glioscope/samplers/PatchSampler.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace glio::loop {
namespace {

// Series of random numbers, apart by their first key.
enum Series : std::uint64_t { Patches = 11, Cover = 12, TrainingPhantoms = 13, ValidationPhantoms = 14, Split = 15 };

std::uint64_t seriesSeed(std::uint64_t seed, Series series) { return seed * 1000003 + series; }

double finestSpacing(const Recipe &recipe)
{
    double finest = 4;
    for (const Stage &stage : recipe.stages)
        finest = std::min(finest, stage.spacingMm);
    return std::max(1.0, finest);
}

} // namespace

// Patients, not cases, are divided: two scans of one patient are too alike to judge each other.
Result<void> Sources::divide(const Recipe &recipe, std::vector<data::CaseEntry> entries)
{
    if (!recipe.data.validation.empty()) {
        auto apart = data::findTrainingCases(recipe.data.validation, recipe.data.scheme);
        if (!apart) return std::unexpected(apart.error());
        if (auto done = data::refuseLeaks(entries, "training", *apart, "validation"); !done) return done;
        training = std::move(entries);
        validation = std::move(*apart);
    } else {
        std::map<std::string, std::vector<data::CaseEntry>> patients;
        for (auto &entry : entries)
            patients[data::patientOf(entry.files.name)].push_back(std::move(entry));
        const std::int64_t count = std::int64_t(patients.size());
        // A share above 0 keeps at least one patient apart; of a single one there is nothing to keep.
        const std::int64_t wanted = std::llround(recipe.data.validationShare * double(count));
        const std::int64_t least = recipe.data.validationShare > 0 ? 1 : 0;
        const std::int64_t apart = std::clamp<std::int64_t>(wanted, std::min(least, count - 1), count - 1);
        for (std::int64_t n = 0; n < count; ++n) {
            const auto &cases =
                std::next(patients.begin(), samplers::shuffledCase(seriesSeed(recipe.seed, Split), n, count))->second;
            auto &side = n < apart ? validation : training;
            side.insert(side.end(), cases.begin(), cases.end());
        }
    }
    if (recipe.data.keepOut.empty()) return {};
    const auto kept = data::findAnyCases(recipe.data.keepOut);
    if (!kept) return std::unexpected(kept.error());
    if (auto done = data::refuseLeaks(training, "training", *kept, "the final word"); !done) return done;
    return data::refuseLeaks(validation, "validation", *kept, "the final word");
}

Result<Sources> Sources::open(const Recipe &recipe, const std::filesystem::path &folder,
                              const std::filesystem::path &cacheDir)
{
    Sources sources;
    sources.cacheDir = cacheDir;
    if (!folder.empty()) {
        auto entries = data::findTrainingCases(folder, recipe.data.scheme);
        if (!entries) return std::unexpected(entries.error());
        if (auto split = sources.divide(recipe, std::move(*entries)); !split) return std::unexpected(split.error());
    }
    if (recipe.data.phantoms) {
        data::AnatomyChoice choice{.procedural = recipe.data.procedural,
                                   .proceduralSeed = 1 + recipe.seed,
                                   .colin27 = recipe.data.colin27,
                                   .folder = recipe.data.anatomies,
                                   .spacingMm = finestSpacing(recipe)};
        auto anatomies = data::makeAnatomies(choice);
        if (!anatomies) return std::unexpected(anatomies.error());
        sources.anatomies = std::make_shared<const std::vector<phantom::AnatomyPointer>>(std::move(*anatomies));
        if (recipe.data.validationPhantoms > 0) {
            choice.procedural = std::clamp(recipe.data.procedural / 3, 1, 4);
            choice.proceduralSeed = 900001 + recipe.seed;
            choice.folder = recipe.data.validationAnatomies;
            auto others = data::makeAnatomies(choice);
            if (!others) return std::unexpected(others.error());
            sources.validationAnatomies =
                std::make_shared<const std::vector<phantom::AnatomyPointer>>(std::move(*others));
        }
        if (!recipe.data.shapes.empty()) {
            auto shapes = phantom::readShapes(recipe.data.shapes);
            if (!shapes) return std::unexpected(shapes.error());
            std::vector<phantom::Shape> training, validation;
            for (std::size_t n = 0; n < shapes->size(); ++n)
                (n % 8 == 7 ? validation : training).push_back(std::move((*shapes)[n]));
            if (validation.empty()) validation = training; // too few to set any apart
            sources.shapes = std::make_shared<const std::vector<phantom::Shape>>(std::move(training));
            sources.validationShapes = std::make_shared<const std::vector<phantom::Shape>>(std::move(validation));
        }
    }
    if (sources.training.empty() && !sources.anatomies)
        return fail(Errc::InvalidArgument,
                    "There is nothing to train on. Name a folder with --data, or set data.phantoms=true.");
    return sources;
}

StageData::StageData(const Recipe &recipe, int stage, const Sources &sources)
    : m_recipe(recipe),
      m_stage(recipe.stages[std::size_t(stage)]),
      m_number(stage),
      m_sources(sources),
      m_phantomShare(!sources.anatomies         ? 0
                     : sources.training.empty() ? 1
                                                : recipe.data.phantomShare),
      m_order{.reuse = recipe.data.reuse, .lag = 5}
{
    m_store = std::make_unique<data::CaseStore>(sources.training, m_stage.spacingMm, sources.cacheDir,
                                                recipe.data.memoryMb << 20);
    if (sources.anatomies) {
        const std::uint64_t seed = seriesSeed(recipe.seed, TrainingPhantoms) + std::uint64_t(stage) * 7919;
        const bool degrade = recipe.data.phantomDegrade;
        m_stripped = std::make_unique<data::PhantomStore>(sources.anatomies,
                                                          phantomOptions(phantom::HeadCover::Stripped, degrade), seed);
        m_heads = std::make_unique<data::PhantomStore>(sources.anatomies,
                                                       phantomOptions(phantom::HeadCover::WithHead, degrade), seed);
    }
}

phantom::PhantomOptions StageData::phantomOptions(phantom::HeadCover cover, bool degrade) const
{
    phantom::PhantomOptions options;
    options.spacingMm = {m_stage.spacingMm, m_stage.spacingMm, m_stage.spacingMm};
    options.cover = cover;
    options.shapes = m_sources.shapes;
    options.degrade = degrade;
    return options;
}

Result<data::CasePointer> StageData::phantomCase(std::int64_t ordinal)
{
    // Others may still be at the samples just before this one.
    constexpr std::int64_t together = 16;
    const std::int64_t number = m_order.phantom(ordinal),
                       oldest = m_order.oldestNeeded(std::max<std::int64_t>(0, ordinal - together));
    m_stripped->releaseBelow(oldest);
    m_heads->releaseBelow(oldest);
    CounterRandom random{m_recipe.seed, Cover, std::uint64_t(m_number), std::uint64_t(number)};
    return (random.chance(m_recipe.data.headShare) ? m_heads : m_stripped)->get(number);
}

Result<augment::Sample> StageData::sample(std::int64_t number)
{
    const auto phantomsBefore = [this](std::int64_t n) {
        return std::int64_t(std::floor(double(n) * m_phantomShare + 1e-9));
    };
    const std::int64_t before = phantomsBefore(number);
    const bool isPhantom = phantomsBefore(number + 1) > before;
    Result<data::CasePointer> chosen = fail(Errc::Internal, "");
    if (isPhantom)
        chosen = phantomCase(before);
    else
        chosen = m_store->get(
            std::size_t(samplers::shuffledCase(m_recipe.seed, number - before, std::int64_t(m_store->count()))));
    if (!chosen) return std::unexpected(chosen.error());
    const data::TrainingCase &one = **chosen;
    CounterRandom random{m_recipe.seed, Patches, std::uint64_t(m_number), std::uint64_t(number)};
    const Index3 start = samplers::drawPatch(one.geometry(), samplers::ForegroundIndex(one.labels), m_stage.window,
                                             {m_recipe.foregroundShare, m_recipe.patchJitter}, random);
    return augment::augmented(one.images, one.present, one.labels, start, m_stage.window, m_recipe.augment, random);
}

Result<std::vector<data::CasePointer>> StageData::validationCases(const ProgressSink &progress)
{
    std::vector<data::CasePointer> cases;
    const int phantoms = m_sources.validationAnatomies ? m_recipe.data.validationPhantoms : 0;
    const std::size_t total = m_sources.validation.size() + std::size_t(phantoms);
    data::CaseStore store(m_sources.validation, m_stage.spacingMm, m_sources.cacheDir, std::int64_t{1} << 40);
    for (std::size_t n = 0; n < store.count(); ++n) {
        auto one = store.get(n);
        if (!one) return std::unexpected(one.error());
        cases.push_back(*one);
        if (!report(progress, double(cases.size()) / double(total))) return fail(Errc::Cancelled, "Stopped.");
    }
    for (int n = 0; n < phantoms; ++n) {
        // Their own degradation, of the phantom's code and not of ours: a first test of generalising.
        auto options = phantomOptions(n % 5 < 3 ? phantom::HeadCover::Stripped : phantom::HeadCover::WithHead, true);
        options.emptyShare = 0;
        options.shapes = m_sources.validationShapes;
        auto one =
            data::PhantomStore(m_sources.validationAnatomies, options, seriesSeed(m_recipe.seed, ValidationPhantoms))
                .get(n);
        if (!one) return std::unexpected(one.error());
        cases.push_back(*one);
        if (!report(progress, double(cases.size()) / double(total))) return fail(Errc::Cancelled, "Stopped.");
    }
    return cases;
}

} // namespace glio::loop
