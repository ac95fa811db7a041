#include "glioscope/loop/Preview.h"

#include "StageData.h"

namespace glio::loop {

Result<std::vector<augment::Sample>> previewSamples(const Recipe &recipe, const std::filesystem::path &folder,
                                                    int stage, int count, const ProgressSink &progress)
{
    if (stage < 0 || stage >= int(recipe.stages.size()))
        return fail(Errc::InvalidArgument, "The recipe has " + std::to_string(recipe.stages.size()) +
                                               " stages, counted from 1. Choose one of them.");
    Recipe quick = recipe;
    quick.data.validationPhantoms = 0; // nobody is judged here
    const auto sources = Sources::open(quick, folder, {});
    if (!sources) return std::unexpected(sources.error());
    StageData data(quick, stage, *sources);
    std::vector<augment::Sample> samples;
    for (int n = 0; n < count; ++n) {
        auto sample = data.sample(n);
        if (!sample) return std::unexpected(sample.error());
        samples.push_back(std::move(*sample));
        if (!report(progress, double(n + 1) / count)) return fail(Errc::Cancelled, "Stopped.");
    }
    return samples;
}

} // namespace glio::loop
