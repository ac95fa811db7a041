#include "glioscope/tools/Islands.h"

#include "Support.h"

#include "glioscope/metrics/Components.h"
#include "glioscope/metrics/DistanceTransform.h"

#include <format>
#include <numeric>
#include <queue>

namespace glio::tools {
namespace {

struct Found {
    VoxelBox box;
    std::vector<std::int32_t> of; // 0 outside, n + 1 in islands[n]
    std::vector<Island> islands;  // in scan order
};

metrics::Connectivity connectivity(Neighbours neighbours)
{
    return neighbours == Neighbours::All ? metrics::Connectivity::Full26 : metrics::Connectivity::Faces6;
}

Result<Found> find(const LabelMap &map, const std::vector<Label> &labels, Neighbours neighbours)
{
    const auto selection = selectionOf(map, labels);
    if (!selection) return std::unexpected(selection.error());
    Found found{selection->box, {}, {}};
    auto components = metrics::connectedComponents(selection->inside, found.box.size, connectivity(neighbours));
    found.of = std::move(components.labels);
    const std::size_t count = std::size_t(components.count);
    found.islands.resize(count);
    std::vector<Index3> low(count), high(count), sum(count, Index3{});
    const auto eachInside = [&](auto body) {
        forEachVoxel(found.box, [&](const Index3 &v, std::size_t at) {
            if (found.of[at]) body(v, std::size_t(found.of[at] - 1));
        });
    };
    eachInside([&](const Index3 &v, std::size_t n) {
        if (found.islands[n].voxels++ == 0) low[n] = high[n] = v;
        for (std::size_t a = 0; a < 3; ++a) {
            low[n][a] = std::min(low[n][a], v[a]);
            high[n][a] = std::max(high[n][a], v[a]);
            sum[n][a] += v[a];
        }
    });
    std::vector<double> nearest(count, std::numeric_limits<double>::infinity());
    const Spacing3 &spacing = map.geometry().spacing();
    eachInside([&](const Index3 &v, std::size_t n) {
        double gap2 = 0;
        for (std::size_t a = 0; a < 3; ++a) {
            const double gap = spacing[a] * (double(v[a]) - double(sum[n][a]) / double(found.islands[n].voxels));
            gap2 += gap * gap;
        }
        if (gap2 >= nearest[n]) return;
        nearest[n] = gap2;
        found.islands[n].inside = v;
    });
    for (std::size_t n = 0; n < count; ++n) {
        Island &island = found.islands[n];
        island.volumeMl = double(island.voxels) * map.geometry().voxelVolumeMm3() / 1000;
        island.box.start = low[n];
        for (std::size_t a = 0; a < 3; ++a)
            island.box.size[a] = high[n][a] - low[n][a] + 1;
    }
    return found;
}

template <class Keep> LabelPatch without(const LabelMap &map, const Found &found, Label becomes, Keep keep)
{
    LabelPatch patch{found.box, map.values(found.box)};
    for (std::size_t at = 0; at < patch.labels.size(); ++at)
        if (found.of[at] && !keep(std::size_t(found.of[at] - 1))) patch.labels[at] = becomes;
    return patch;
}

} // namespace

Result<std::vector<Island>> islands(const LabelMap &map, const std::vector<Label> &labels, Neighbours neighbours)
{
    auto found = find(map, labels, neighbours);
    if (!found) return std::unexpected(found.error());
    std::ranges::stable_sort(found->islands, std::greater{}, &Island::voxels);
    return std::move(found->islands);
}

Result<LabelPatch> keepLargest(const LabelMap &map, Label label, Label becomes, Neighbours neighbours)
{
    const auto found = find(map, {label}, neighbours);
    if (!found) return std::unexpected(found.error());
    const auto largest = std::ranges::max_element(found->islands, {}, &Island::voxels) - found->islands.begin();
    return without(map, *found, becomes, [&](std::size_t n) { return n == std::size_t(largest); });
}

Result<LabelPatch> dropSmallerThan(const LabelMap &map, Label label, double volumeMl, Label becomes,
                                   Neighbours neighbours)
{
    if (!std::isfinite(volumeMl) || volumeMl < 0)
        return fail(Errc::InvalidArgument, "The smallest volume that stays must be a number of millilitres from 0 up.");
    const auto found = find(map, {label}, neighbours);
    if (!found) return std::unexpected(found.error());
    return without(map, *found, becomes, [&](std::size_t n) { return found->islands[n].volumeMl >= volumeMl; });
}

Result<Selection> islandAt(const LabelMap &map, const std::vector<Label> &labels, const Index3 &voxel,
                           Neighbours neighbours)
{
    if (!map.geometry().contains(voxel)) return outsideGrid();
    if (!setOf(labels)[map.at(voxel)])
        return fail(Errc::InvalidArgument, "None of the chosen labels is at this place; point at an island.");
    const auto found = find(map, labels, neighbours);
    if (!found) return std::unexpected(found.error());
    const std::int32_t wanted = found->of[found->box.offset(voxel)];
    Selection selection{found->islands[std::size_t(wanted - 1)].box, {}};
    selection.inside.resize(std::size_t(selection.box.count()));
    forEachVoxel(selection.box, [&](const Index3 &v, std::size_t at) {
        selection.inside[at] = found->of[found->box.offset(v)] == wanted;
    });
    return selection;
}

namespace {

/// Every voxel of `island` (not 0) gets the part whose core it is reached from first, deepest voxels first.
std::vector<std::int32_t> flood(const std::vector<std::int32_t> &island, std::vector<std::int32_t> part,
                                const std::vector<float> &depth, const Size3 &size)
{
    struct Front {
        float depth;
        std::int64_t at;
    };
    // Equal depths: the voxel that comes first, so that the result is the same everywhere.
    const auto later = [](const Front &a, const Front &b) {
        return a.depth != b.depth ? a.depth < b.depth : a.at > b.at;
    };
    std::priority_queue<Front, std::vector<Front>, decltype(later)> queue(later);
    for (std::size_t at = 0; at < part.size(); ++at)
        if (part[at]) queue.push({depth[at], std::int64_t(at)});
    while (!queue.empty()) {
        const std::int64_t at = queue.top().at;
        queue.pop();
        const Index3 v{at % size[0], at / size[0] % size[1], at / (size[0] * size[1])};
        const VoxelBox all{{0, 0, 0}, size};
        forEachVoxel({{v[0] - 1, v[1] - 1, v[2] - 1}, {3, 3, 3}}, [&](const Index3 &to, std::size_t) {
            if (!all.contains(to)) return;
            const std::size_t n = all.offset(to);
            if (!island[n] || part[n]) return;
            part[n] = part[std::size_t(at)];
            queue.push({depth[n], std::int64_t(n)});
        });
    }
    return part;
}

} // namespace

Result<std::vector<Selection>> splitAtNecks(const LabelMap &map, Label label, double neckRadiusMm, double smallestMl)
{
    if (const auto fine = checkLength("The radius of a neck", neckRadiusMm, 0.1, 100); !fine)
        return std::unexpected(fine.error());
    const auto found = find(map, {label}, Neighbours::All);
    if (!found) return std::unexpected(found.error());
    const Size3 &size = found->box.size;
    const std::size_t voxels = found->of.size();

    // A voxel of border all round, so that depth counts from every side.
    const Size3 padded{size[0] + 2, size[1] + 2, size[2] + 2};
    const VoxelBox whole{{-1, -1, -1}, padded};
    std::vector<std::uint8_t> outside(std::size_t(whole.count()), 1);
    const VoxelBox inner{{0, 0, 0}, size};
    forEachVoxel(inner, [&](const Index3 &v, std::size_t at) { outside[whole.offset(v)] = found->of[at] == 0; });
    const auto depth2 = metrics::squaredDistances(outside, padded, map.geometry().spacing());
    std::vector<float> depth(voxels);
    std::vector<std::uint8_t> core(voxels);
    forEachVoxel(inner, [&](const Index3 &v, std::size_t at) {
        depth[at] = depth2[whole.offset(v)];
        core[at] = found->of[at] && double(depth[at]) > neckRadiusMm * neckRadiusMm;
    });

    auto cores = metrics::connectedComponents(core, size);
    // An island too thin to have a core is a part of its own.
    std::vector<std::uint8_t> hasCore(found->islands.size());
    for (std::size_t at = 0; at < voxels; ++at)
        if (cores.labels[at]) hasCore[std::size_t(found->of[at] - 1)] = 1;
    for (std::size_t at = 0; at < voxels; ++at)
        if (const auto n = found->of[at]; n && !hasCore[std::size_t(n - 1)]) cores.labels[at] = cores.count + n;
    const std::size_t most = std::size_t(cores.count) + found->islands.size() + 1;

    std::vector<std::int64_t> counts;
    const auto parts = [&] {
        auto part = flood(found->of, cores.labels, depth, size);
        counts.assign(most, 0);
        for (const std::int32_t n : part)
            ++counts[std::size_t(n)];
        return part;
    };
    std::vector<std::int32_t> part = parts();
    // The largest part of each island stays, however small.
    std::vector<std::int32_t> largest(found->islands.size(), 0);
    for (std::size_t at = 0; at < voxels; ++at) {
        if (!part[at]) continue;
        std::int32_t &best = largest[std::size_t(found->of[at] - 1)];
        if (best == 0 || counts[std::size_t(part[at])] > counts[std::size_t(best)]) best = part[at];
    }
    const double smallest = smallestMl * 1000 / map.geometry().voxelVolumeMm3();
    for (std::size_t at = 0; at < voxels; ++at) {
        const std::int32_t n = cores.labels[at];
        if (n && double(counts[std::size_t(n)]) < smallest && largest[std::size_t(found->of[at] - 1)] != n)
            cores.labels[at] = 0;
    }
    part = parts();

    std::vector<std::size_t> order;
    for (std::size_t n = 1; n < most; ++n)
        if (counts[n] > 0) order.push_back(n);
    if (order.size() <= found->islands.size())
        return fail(
            Errc::InvalidArgument,
            std::format("This label does not come apart at necks of {} mm radius; try a larger radius.", neckRadiusMm));
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t n) { return counts[n]; });
    std::vector<Selection> out;
    for (const std::size_t n : order) {
        Selection one{found->box, std::vector<std::uint8_t>(voxels)};
        std::ranges::transform(part, one.inside.begin(), [&](std::int32_t p) { return std::size_t(p) == n; });
        out.push_back(trimmed(one));
    }
    return out;
}

Result<LabelPatch> closeHoles(const LabelMap &map, Label label, const HoleOptions &options)
{
    const auto selection = selectionOf(map, {label});
    if (!selection) return std::unexpected(selection.error());
    LabelPatch patch{selection->box, map.values(selection->box)};
    const LabelSet over = setOf(options.over);
    const double mostVoxels = options.largestMl * 1000 / map.geometry().voxelVolumeMm3();
    const int across = options.in == HolesIn::Volume ? -1 : int(options.in) - int(HolesIn::SlicesAcrossI);

    const auto closeIn = [&](const VoxelBox &box) {
        // A border all round joins everything that is open to one piece: the first. Not across the slice looked at.
        VoxelBox whole = box;
        for (int a = 0; a < 3; ++a) {
            if (a == across) continue;
            whole.start[a] -= 1;
            whole.size[a] += 2;
        }
        std::vector<std::uint8_t> rest(std::size_t(whole.count()), 1);
        forEachVoxel(box, [&](const Index3 &v, std::size_t) {
            rest[whole.offset(v)] = selection->inside[selection->box.offset(v)] == 0;
        });
        const auto pieces = metrics::connectedComponents(rest, whole.size, metrics::Connectivity::Faces6);
        std::vector<std::int64_t> counts(std::size_t(pieces.count) + 1);
        for (const std::int32_t n : pieces.labels)
            ++counts[std::size_t(n)];
        forEachVoxel(box, [&](const Index3 &v, std::size_t) {
            const std::int32_t n = pieces.labels[whole.offset(v)];
            Label &here = patch.labels[patch.box.offset(v)];
            if (n > 1 && double(counts[std::size_t(n)]) <= mostVoxels && over[here]) here = label;
        });
    };
    if (across < 0) {
        closeIn(patch.box);
        return patch;
    }
    for (std::int64_t slice = 0; slice < patch.box.size[across]; ++slice) {
        VoxelBox one = patch.box;
        one.start[across] += slice;
        one.size[across] = 1;
        closeIn(one);
    }
    return patch;
}

} // namespace glio::tools
