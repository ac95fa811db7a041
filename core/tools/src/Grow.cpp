#include "glioscope/tools/Grow.h"

#include "Support.h"

#include "glioscope/base/Parallel.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <limits>
#include <queue>

namespace glio::tools {
namespace {

constexpr float kNever = std::numeric_limits<float>::infinity();
using Channels = std::vector<std::vector<float>>;

double squaredGapMm(const Index3 &a, const Index3 &b, const Spacing3 &spacing)
{
    double sum = 0;
    for (std::size_t n = 0; n < 3; ++n) {
        const double gap = double(a[n] - b[n]) * spacing[n];
        sum += gap * gap;
    }
    return sum;
}

/// Value that `share` of the finite values stay below; 0 without any. From at most some 50 000 of them.
float quantile(const std::vector<float> &values, double share)
{
    std::vector<float> some;
    const std::size_t step = std::max<std::size_t>(1, values.size() / 50000);
    for (std::size_t n = 0; n < values.size(); n += step)
        if (std::isfinite(values[n])) some.push_back(values[n]);
    if (some.empty()) return 0;
    const auto at = some.begin() + std::ptrdiff_t(share * double(some.size() - 1));
    std::ranges::nth_element(some, at);
    return *at;
}

struct Statistics {
    Eigen::VectorXd mean;
    Eigen::LLT<Eigen::MatrixXd> covariance;
};

/// Mean and covariance of the voxels `in`. Few voxels, or sequences that say the same, would make the covariance
/// singular: a tenth of it is its diagonal alone, and no sequence varies less than 2 % of its range in the box.
Statistics statisticsOf(const Channels &values, const std::vector<std::size_t> &in)
{
    const auto count = Eigen::Index(values.size());
    const double voxels = double(in.size());
    Statistics out{Eigen::VectorXd::Zero(count), {}};
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(count, count);
    const auto value = [&](Eigen::Index c, std::size_t at) { return double(values[std::size_t(c)][at]); };
    for (const std::size_t at : in)
        for (Eigen::Index c = 0; c < count; ++c)
            out.mean[c] += value(c, at) / voxels;
    for (const std::size_t at : in)
        for (Eigen::Index c = 0; c < count; ++c)
            for (Eigen::Index d = 0; d < count; ++d)
                covariance(c, d) += (value(c, at) - out.mean[c]) * (value(d, at) - out.mean[d]) / voxels;
    for (Eigen::Index c = 0; c < count; ++c) {
        const auto &channel = values[std::size_t(c)];
        const double floor = std::max(1e-6, 0.02 * double(quantile(channel, 0.98) - quantile(channel, 0.02)));
        for (Eigen::Index d = 0; d < count; ++d)
            if (c != d) covariance(c, d) *= 0.9;
        covariance(c, c) += floor * floor;
    }
    out.covariance.compute(covariance);
    return out;
}

/// Gradient of the sequence where it is strongest, in units of its 95th percentile in the box, at most 1.
std::vector<float> edges(const Channels &values, std::span<const WeightedImage> images, const Size3 &size,
                         const Spacing3 &spacing)
{
    const VoxelBox all{{0, 0, 0}, size};
    std::vector<float> out(values.front().size(), 0.0f), gradient(out.size());
    for (std::size_t c = 0; c < values.size(); ++c) {
        if (images[c].weight <= 0) continue;
        parallelFor(0, size[2], 1, [&](std::int64_t first, std::int64_t last) {
            forEachVoxel({{0, 0, first}, {size[0], size[1], last - first}}, [&](const Index3 &v, std::size_t) {
                double sum = 0;
                for (std::size_t a = 0; a < 3; ++a) {
                    Index3 low = v, high = v;
                    low[a] = std::max<std::int64_t>(0, v[a] - 1);
                    high[a] = std::min(size[a] - 1, v[a] + 1);
                    if (low[a] == high[a]) continue;
                    const double rise = double(values[c][all.offset(high)]) - double(values[c][all.offset(low)]);
                    const double slope = rise / (double(high[a] - low[a]) * spacing[a]);
                    if (std::isfinite(slope)) sum += slope * slope;
                }
                gradient[all.offset(v)] = float(std::sqrt(sum));
            });
        });
        const float full = quantile(gradient, 0.95);
        if (full <= 0) continue;
        for (std::size_t n = 0; n < out.size(); ++n)
            out[n] = std::max(out[n], std::min(1.0f, gradient[n] / full));
    }
    return out;
}

/// Each voxel's own step in standard deviations, `kNever` beyond the radius and where a value is missing.
std::vector<float> steps(const Channels &values, std::span<const WeightedImage> images, const Statistics &statistics,
                         const VoxelBox &box, const std::vector<Index3> &seeds, const GrowOptions &options,
                         const Spacing3 &spacing)
{
    std::vector<float> out(values.front().size(), kNever);
    std::vector<float> edge;
    if (options.edgeStop > 0) edge = edges(values, images, box.size, spacing);
    const double radius2 = options.radiusMm * options.radiusMm;
    parallelFor(0, box.size[2], 1, [&](std::int64_t first, std::int64_t last) {
        Eigen::VectorXd difference(Eigen::Index(values.size()));
        const VoxelBox slab{{box.start[0], box.start[1], box.start[2] + first},
                            {box.size[0], box.size[1], last - first}};
        forEachVoxel(slab, [&](const Index3 &v, std::size_t) {
            if (std::ranges::none_of(seeds,
                                     [&](const Index3 &seed) { return squaredGapMm(v, seed, spacing) <= radius2; }))
                return;
            const std::size_t at = box.offset(v);
            for (std::size_t c = 0; c < values.size(); ++c) {
                const auto n = Eigen::Index(c);
                difference[n] = std::sqrt(images[c].weight) * (double(values[c][at]) - statistics.mean[n]);
            }
            if (!difference.allFinite()) return;
            statistics.covariance.matrixL().solveInPlace(difference);
            const double stop = edge.empty() ? 0 : options.edgeStop * double(edge[at]);
            out[at] = float(difference.norm() + stop);
        });
    });
    return out;
}

} // namespace

Result<GrowField> growField(const Geometry &grid, std::span<const WeightedImage> images,
                            const std::vector<Index3> &seeds, const GrowOptions &options, const ProgressSink &progress)
{
    if (seeds.empty()) return fail(Errc::InvalidArgument, "There is no place to grow from; click into the region.");
    if (std::ranges::any_of(seeds, [&](const Index3 &seed) { return !grid.contains(seed); })) return outsideGrid();
    if (const auto fine = checkLength("The radius that a region may grow to", options.radiusMm, 0.1, 100); !fine)
        return std::unexpected(fine.error());
    if (const auto fine = checkLength("The radius of the sample", options.statisticsRadiusMm, 0, 20); !fine)
        return std::unexpected(fine.error());
    if (!std::isfinite(options.edgeStop) || options.edgeStop < 0)
        return fail(Errc::InvalidArgument, "The stop at edges must be a number from 0 up.");

    GrowField field;
    for (const Index3 &seed : seeds)
        field.box =
            field.box.joined(grownMm({seed, {1, 1, 1}}, std::max(options.radiusMm, options.statisticsRadiusMm), grid));
    const VoxelBox &box = field.box;
    const auto values = sampled(images, grid, box);
    if (!values) return std::unexpected(values.error());
    if (!report(progress, 0.3)) return cancelled();

    const auto finite = [&](std::size_t at) {
        return std::ranges::all_of(*values, [at](const auto &channel) { return std::isfinite(channel[at]); });
    };
    std::vector<std::size_t> sample;
    for (const Index3 &seed : seeds) {
        if (!finite(box.offset(seed)))
            return fail(Errc::InvalidArgument, "A chosen sequence has no value at this place; click elsewhere or leave "
                                               "that sequence out.");
        forEachVoxel(grownMm({seed, {1, 1, 1}}, options.statisticsRadiusMm, grid), [&](const Index3 &v, std::size_t) {
            const double most = options.statisticsRadiusMm * options.statisticsRadiusMm;
            if (squaredGapMm(v, seed, grid.spacing()) <= most && finite(box.offset(v))) sample.push_back(box.offset(v));
        });
    }
    std::ranges::sort(sample);
    sample.erase(std::ranges::unique(sample).begin(), sample.end());
    const std::vector<float> step =
        steps(*values, images, statisticsOf(*values, sample), box, seeds, options, grid.spacing());
    if (!report(progress, 0.6)) return cancelled();

    struct Front {
        float reach;
        std::uint32_t at;
    };
    const auto later = [](const Front &a, const Front &b) {
        return a.reach != b.reach ? a.reach > b.reach : a.at > b.at;
    };
    std::priority_queue<Front, std::vector<Front>, decltype(later)> queue(later);
    // What the region holds already costs nothing to look at: it goes on a stack and never into the queue.
    std::vector<std::uint32_t> now;
    field.reach.assign(step.size(), kNever);
    for (const Index3 &seed : seeds) {
        field.reach[box.offset(seed)] = 0;
        now.push_back(std::uint32_t(box.offset(seed)));
    }
    std::int64_t done = 0;
    const std::array<std::int64_t, 3> stride{1, box.size[0], box.size[0] * box.size[1]};
    while (!now.empty() || !queue.empty()) {
        std::uint32_t at = 0;
        if (now.empty()) {
            at = queue.top().at;
            queue.pop();
        } else {
            at = now.back();
            now.pop_back();
        }
        if (++done % 100000 == 0 && !report(progress, 0.6 + 0.4 * std::min(1.0, double(done) / double(step.size()))))
            return cancelled();
        const std::int64_t n = at;
        const Index3 v{n % stride[1], n / stride[1] % box.size[1], n / stride[2]};
        for (std::size_t a = 0; a < 3; ++a)
            for (const std::int64_t way : {-1, 1}) {
                if (v[a] + way < 0 || v[a] + way >= box.size[a]) continue;
                const std::size_t to = std::size_t(n + way * stride[a]);
                // A path's largest step never falls along it, so the first to arrive is the least.
                if (field.reach[to] != kNever || step[to] == kNever) continue;
                field.reach[to] = std::max(field.reach[at], step[to]);
                if (step[to] <= field.reach[at])
                    now.push_back(std::uint32_t(to));
                else
                    queue.push({field.reach[to], std::uint32_t(to)});
            }
    }
    report(progress, 1);
    return field;
}

Selection within(const GrowField &field, double reach)
{
    Selection out{field.box, std::vector<std::uint8_t>(field.reach.size())};
    std::ranges::transform(field.reach, out.inside.begin(),
                           [reach](float value) { return value == 0 || double(value) <= reach; });
    return trimmed(out);
}

} // namespace glio::tools
