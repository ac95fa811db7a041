#include "glioscope/tools/RandomWalker.h"

#include "Support.h"
#include "WalkerSystem.h"

namespace glio::tools {
namespace {

Result<void> check(const LabelMap &map, const VoxelBox &box, const std::vector<LabelSeed> &seeds,
                   std::span<const LabelPrior> priors, const WalkerOptions &options)
{
    const VoxelBox whole = VoxelBox::whole(map.geometry());
    if (box.empty() || box.intersected(whole) != box)
        return fail(Errc::InvalidArgument, "The box to work in must lie inside the images.");
    if (box.count() > 16'000'000)
        return fail(Errc::InvalidArgument, "The box to work in is too large; draw it closer around the tumour.");
    for (const LabelSeed &seed : seeds)
        if (!box.contains(seed.voxel))
            return fail(Errc::InvalidArgument, "A scribble lies outside the box to work in; make the box larger.");
    for (const LabelPrior &prior : priors)
        if (!prior.probability || !prior.probability->geometry().sameGrid(map.geometry()))
            return fail(Errc::InvalidArgument, "The model's probabilities lie on another grid than the mask.");
    if (!std::isfinite(options.edges) || options.edges < 0 || !std::isfinite(options.priorWeight) ||
        options.priorWeight < 0 || options.mostSteps < 1)
        return fail(Errc::InvalidArgument, "The settings of the random walker must be numbers from 0 up.");
    return {};
}

/// Priors in the order of the labels, so scaled that they sum to 1 in each voxel (to equal shares where all are 0).
std::vector<std::vector<float>> priorsOf(const VoxelBox &box, const std::vector<Label> &labels,
                                         std::span<const LabelPrior> priors)
{
    if (priors.empty()) return {};
    std::vector<std::vector<float>> out(labels.size(), std::vector<float>(std::size_t(box.count()), 0.0f));
    for (const LabelPrior &prior : priors) {
        auto &values = out[std::size_t(std::ranges::lower_bound(labels, prior.label) - labels.begin())];
        forEachVoxel(box, [&](const Index3 &v, std::size_t at) { values[at] += float(prior.probability->at(v)); });
    }
    for (std::size_t at = 0; at < out.front().size(); ++at) {
        float sum = 0;
        for (const auto &values : out)
            sum += values[at];
        for (auto &values : out)
            values[at] = sum > 0 ? values[at] / sum : 1.0f / float(labels.size());
    }
    return out;
}

} // namespace

Result<Walk> randomWalk(const LabelMap &map, const VoxelBox &box, std::span<const WeightedImage> images,
                        const std::vector<LabelSeed> &seeds, std::span<const LabelPrior> priors,
                        const WalkerOptions &options, const ProgressSink &progress)
{
    if (const auto fine = check(map, box, seeds, priors, options); !fine) return std::unexpected(fine.error());
    Walk walk;
    for (const LabelSeed &seed : seeds)
        walk.labels.push_back(seed.label);
    for (const LabelPrior &prior : priors)
        walk.labels.push_back(prior.label);
    std::ranges::sort(walk.labels);
    walk.labels.erase(std::ranges::unique(walk.labels).begin(), walk.labels.end());
    if (walk.labels.size() < 2 || seeds.empty())
        return fail(Errc::InvalidArgument,
                    "The random walker needs scribbles of two labels at least, such as tumour and background.");
    const std::size_t labelCount = walk.labels.size();
    if (labelCount >= WalkerGrid::kFree)
        return fail(Errc::InvalidArgument, "The random walker takes at most 254 labels at once.");

    std::vector<WalkerGrid> grids(1);
    auto channels = sampled(images, map.geometry(), box);
    if (!channels) return std::unexpected(channels.error());
    double total = 0;
    for (const WeightedImage &image : images)
        total += image.weight;
    std::vector<double> weights;
    for (std::size_t c = 0; c < images.size(); ++c) {
        if (images[c].weight <= 0) continue;
        fillMissing((*channels)[c]);
        grids[0].channels.push_back(std::move((*channels)[c]));
        weights.push_back(images[c].weight / total);
    }
    grids[0].size = box.size;
    grids[0].spacing = map.geometry().spacing();
    grids[0].priors = priorsOf(box, walk.labels, priors);
    grids[0].seed.assign(std::size_t(box.count()), WalkerGrid::kFree);
    for (const LabelSeed &seed : seeds)
        grids[0].seed[box.offset(seed.voxel)] =
            std::uint8_t(std::ranges::lower_bound(walk.labels, seed.label) - walk.labels.begin());
    std::vector<std::array<int, 3>> factors;
    for (;;) {
        WalkerGrid coarse;
        std::array<int, 3> factor{};
        if (!grids.back().halved(coarse, factor)) break;
        grids.push_back(std::move(coarse));
        factors.push_back(factor);
    }

    // Coarse to fine; the last label's probability is what the others leave.
    std::vector<std::vector<float>> x(labelCount - 1,
                                      std::vector<float>(grids.back().count(), 1.0f / float(labelCount)));
    for (std::size_t level = grids.size(); level-- > 0;) {
        const WalkerGrid &grid = grids[level];
        if (level + 1 < grids.size()) {
            const auto &factor = factors[level];
            const Size3 &coarse = grids[level + 1].size;
            for (auto &values : x) {
                std::vector<float> finer(grid.count());
                forEachVoxel({{0, 0, 0}, grid.size}, [&](const Index3 &v, std::size_t at) {
                    finer[at] = values[std::size_t(v[0] / factor[0] +
                                                   coarse[0] * (v[1] / factor[1] + coarse[1] * (v[2] / factor[2])))];
                });
                values = std::move(finer);
            }
        }
        const WalkerSystem system(grid, weights, options.edges, options.priorWeight);
        for (std::size_t n = 0; n < x.size(); ++n) {
            // The finest grid takes nearly all of the time.
            const double from = level > 0 ? 0.1 * (1 - double(level + 1) / double(grids.size()))
                                          : 0.1 + 0.9 * double(n) / double(x.size());
            const double share = level > 0 ? 0 : 0.9 / double(x.size());
            const auto solved = system.solve(n, x[n], 1e-3, options.mostSteps,
                                             [&](double done) { return report(progress, from + share * done); });
            if (!solved) return std::unexpected(solved.error());
        }
    }

    walk.patch = {box, std::vector<Label>(std::size_t(box.count()))};
    walk.probabilities.assign(labelCount, std::vector<std::uint8_t>(std::size_t(box.count())));
    for (std::size_t at = 0; at < walk.patch.labels.size(); ++at) {
        float left = 1, best = -1;
        for (std::size_t n = 0; n < labelCount; ++n) {
            const float p = std::clamp(n + 1 < labelCount ? x[n][at] : left, 0.0f, 1.0f);
            left -= p;
            walk.probabilities[n][at] = std::uint8_t(std::lround(255 * p));
            if (p <= best) continue;
            best = p;
            walk.patch.labels[at] = walk.labels[n];
        }
    }
    report(progress, 1);
    return walk;
}

} // namespace glio::tools
