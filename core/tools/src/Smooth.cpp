#include "glioscope/tools/Smooth.h"

#include "Support.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/volume/Resample.h"

namespace glio::tools {
namespace {

struct Smoothing {
    VoxelBox box;
    std::vector<Label> labels;
    ImageVolume work;
    std::array<double, 3> sigmaVoxels{};
    std::vector<Label> present; // values in the box, ascending

    Smoothing(const LabelMap &map, const VoxelBox &around, double sigmaMm)
        : box(grownMm(around, 4 * sigmaMm, map.geometry())),
          labels(map.values(box)),
          work(map.geometry().cropped(box.start, box.size))
    {
        for (std::size_t a = 0; a < 3; ++a)
            sigmaVoxels[a] = sigmaMm / map.geometry().spacing()[a];
        std::array<bool, 256> seen{};
        for (const Label label : labels)
            seen[label] = true;
        for (std::size_t n = 0; n < seen.size(); ++n)
            if (seen[n]) present.push_back(Label(n));
    }

    /// The smoothed indicator; stands until the next call.
    const float *of(Label label)
    {
        const std::span<float> values = work.edit();
        std::ranges::transform(labels, values.begin(), [label](Label at) { return at == label ? 1.0f : 0.0f; });
        smooth(work, sigmaVoxels);
        return work.data();
    }
};

Result<void> checkSigma(double sigmaMm) { return checkLength("The strength of smoothing", sigmaMm, 0.5, 5); }

/// For each voxel the candidate with the largest smoothed indicator; ties: the voxel's own label, then the lowest.
Result<std::vector<Label>> strongest(Smoothing &smoothing, const std::vector<Label> &candidates,
                                     const ProgressSink &progress, double from)
{
    std::vector<Label> best(smoothing.labels);
    std::vector<float> weight(best.size(), -1.0f);
    for (std::size_t n = 0; n < candidates.size(); ++n) {
        if (!report(progress, from + (1 - from) * double(n) / double(candidates.size()))) return cancelled();
        const Label label = candidates[n];
        const float *values = smoothing.of(label);
        parallelFor(0, std::int64_t(best.size()), 1 << 15, [&](std::int64_t first, std::int64_t last) {
            for (std::size_t at = std::size_t(first); at < std::size_t(last); ++at) {
                const bool wins = smoothing.labels[at] == label ? values[at] >= weight[at] : values[at] > weight[at];
                if (!wins) continue;
                weight[at] = values[at];
                best[at] = label;
            }
        });
    }
    return best;
}

} // namespace

Result<LabelPatch> smoothLabel(const LabelMap &map, Label label, double sigmaMm, const std::vector<Label> &fixed,
                               const ProgressSink &progress)
{
    if (const auto fine = checkSigma(sigmaMm); !fine) return std::unexpected(fine.error());
    const VoxelBox around = boxOf(map, {label});
    if (around.empty()) return noVoxels();
    Smoothing smoothing(map, around, sigmaMm);
    const LabelSet stays = setOf(fixed);
    if (stays[label]) return LabelPatch{smoothing.box, smoothing.labels};
    std::vector<Label> others;
    for (const Label other : smoothing.present)
        if (other != label && !stays[other]) others.push_back(other);

    if (!report(progress, 0)) return cancelled();
    const float *values = smoothing.of(label);
    std::vector<std::uint8_t> inside(smoothing.labels.size());
    for (std::size_t at = 0; at < inside.size(); ++at)
        inside[at] = values[at] >= 0.5f;
    const auto instead = strongest(smoothing, others, progress, 1.0 / double(1 + others.size()));
    if (!instead) return std::unexpected(instead.error());
    LabelPatch patch{smoothing.box, smoothing.labels};
    for (std::size_t at = 0; at < inside.size(); ++at) {
        Label &here = patch.labels[at];
        if (stays[here]) continue;
        if (inside[at])
            here = label;
        else if (here == label)
            here = (*instead)[at];
    }
    return patch;
}

Result<LabelPatch> smoothLabels(const LabelMap &map, double sigmaMm, const std::vector<Label> &fixed,
                                const ProgressSink &progress)
{
    if (const auto fine = checkSigma(sigmaMm); !fine) return std::unexpected(fine.error());
    const VoxelBox around = map.boundingBox();
    if (around.empty()) return noVoxels();
    Smoothing smoothing(map, around, sigmaMm);
    const LabelSet stays = setOf(fixed);
    std::vector<Label> free;
    for (const Label label : smoothing.present)
        if (!stays[label]) free.push_back(label);
    if (free.empty()) return noVoxels();
    auto best = strongest(smoothing, free, progress, 0);
    if (!best) return std::unexpected(best.error());
    for (std::size_t at = 0; at < best->size(); ++at)
        if (stays[smoothing.labels[at]]) (*best)[at] = smoothing.labels[at];
    return LabelPatch{smoothing.box, std::move(*best)};
}

} // namespace glio::tools
