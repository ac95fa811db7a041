#include "Guarded.h"
#include "SegmenterImpl.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/base/Random.h"
#include "glioscope/uncertainty/CaseFeatures.h"
#include "glioscope/uncertainty/Uncertainty.h"

namespace glio::inference {

Result<LookStatistics> Segmenter::runLooks(std::span<const Input> inputs, const Segmentation &first,
                                           const SegmentOptions &options, const ProgressSink &progress,
                                           const std::function<bool(int, int)> &eachLook)
{
    return guarded([&]() -> Result<LookStatistics> {
        Impl &m = *m_impl;
        if (auto good = m.check(inputs, options); !good) return std::unexpected(good.error());
        if (first.probabilities.empty() || first.probabilities.schemeId != m.info().schemeId)
            return fail(Errc::InvalidArgument, "The first look was not made by this model.");
        if (options.lookKind == LookKind::Dropout && !(m.shape.dropout > 0))
            return fail(Errc::ModelMismatch, "The model '" + m.info().name + "' has no dropout. Use looks by flips.");
        const LabelScheme *scheme = findLabelScheme(m.info().schemeId);
        const Geometry &grid = first.probabilities.geometry();
        const auto prepared = m.prepare(inputs, options, part(progress, 0, 0.05));
        if (!prepared) return std::unexpected(prepared.error());
        m.prepareRunner(options.precision, [&] { return report(progress, 0.05); });
        std::int64_t needed = 0, available = 0;
        const auto window = m.fittingWindow(m.speed, prepared->grid.size(), grid, options, needed, available);
        if (!window)
            return fail(Errc::OutOfMemory,
                        "Looking again needs " + megabytes(needed) + " of memory, which is not free.");
        const WindowPlan plan = planWindows(*prepared, *window, options.overlap, options.skipEmptyWindows);

        LookStatistics statistics;
        uncertainty::LookSums sums(grid, int(first.probabilities.classes.size()));
        for (std::size_t n = 0; n < first.probabilities.classes.size(); ++n)
            statistics.votes.emplace_back(grid);
        const auto take = [&](const Probabilities &probabilities, const LabelVolume &mask) {
            sums.add(probabilities.classes);
            for (std::size_t n = 0; n < statistics.votes.size(); ++n) {
                const Label value = scheme->labels()[n].value;
                auto votes = statistics.votes[n].edit();
                const auto labels = mask.voxels();
                parallelFor(0, std::int64_t(votes.size()), 1 << 16, [&](std::int64_t begin, std::int64_t end) {
                    for (std::int64_t v = begin; v < end; ++v)
                        votes[std::size_t(v)] += labels[std::size_t(v)] == value;
                });
            }
            for (const auto &[region, ml] : regionVolumesMl(mask, *scheme))
                statistics.volumesMl[region].push_back(ml);
        };
        take(first.probabilities, first.labels);

        for (int n = 1; n < options.looks; ++n) {
            const bool dropout = options.lookKind == LookKind::Dropout;
            m.runner->setDropout(dropout ? std::optional(options.seed * 1000 + std::uint64_t(n)) : std::nullopt);
            LookChange change;
            change.flipI = !dropout && n % 2 == 1;
            if (!dropout &&
                n >= 2) { // what training varies too: brightness, offset, noise (algorithms.md D, Wang 2019)
                CounterRandom random{options.seed, std::uint64_t(n)};
                for (std::int64_t c = 0; c < m.shape.inputs; ++c) {
                    change.gain.push_back(float(random.uniform(0.9, 1.1)));
                    change.lift.push_back(float(random.normal(0, 0.05)));
                }
                change.noise = 0.05f;
                change.noiseSeed = options.seed * 1000 + std::uint64_t(n);
            }
            const double from = 0.05 + 0.93 * double(n - 1) / double(options.looks - 1);
            const double to = 0.05 + 0.93 * double(n) / double(options.looks - 1);
            auto probabilities = m.look(*prepared, plan, std::span(&change, 1), grid, part(progress, from, to));
            m.runner->setDropout(std::nullopt);
            if (!probabilities) return std::unexpected(probabilities.error());
            const auto mask = settleIslands(*probabilities, m.info());
            if (!mask) return std::unexpected(mask.error());
            take(*probabilities, *mask);
            if (eachLook && !eachLook(n + 1, options.looks)) throw nets::Interrupted{};
        }
        statistics.looks = sums.looks();
        statistics.mean = {.schemeId = m.info().schemeId, .classes = sums.mean(), .hasBackground = false};
        // An island that one look kept and others did not may be above the threshold on average: the rules speak again.
        if (const auto settled = settleIslands(statistics.mean, m.info()); !settled)
            return std::unexpected(settled.error());
        statistics.entropyPercent = sums.entropyPercent();
        statistics.mutualInformationPercent = sums.mutualInformationPercent();
        for (const auto &[region, volumes] : statistics.volumesMl)
            statistics.volumeVariation[region] = uncertainty::volumeVariation(volumes);
        uncertainty::Features features;
        uncertainty::addLookFeatures(features, statistics.votes, *scheme, statistics.looks, 0);
        if (const double *dice = uncertainty::featureNamed(features, "pairwise_dice")) statistics.pairwiseDice = *dice;
        if (!report(progress, 1.0)) throw nets::Interrupted{};
        return statistics;
    });
}

} // namespace glio::inference
