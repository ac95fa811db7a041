#include "glioscope/tools/Scribbles.h"

#include "Support.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace glio::tools {

std::vector<Index3> voxelsAlong(const Geometry &grid, std::span<const PointMm> line)
{
    std::vector<Index3> voxels;
    std::set<Index3> known;
    const auto add = [&](const PointMm &p) {
        const Index3 v = grid.nearestVoxel(p);
        if (grid.contains(v) && known.insert(v).second) voxels.push_back(v);
    };
    const Spacing3 &spacing = grid.spacing();
    const double stepMm = std::min({spacing[0], spacing[1], spacing[2]}) / 3; // no voxel is stepped over
    for (std::size_t n = 0; n < line.size(); ++n) {
        const PointMm &from = line[n == 0 ? 0 : n - 1], way = line[n] - from;
        const int steps = std::max(1, int(std::ceil(length(way) / stepMm)));
        for (int step = 1; step <= steps; ++step)
            add(from + (double(step) / steps) * way);
    }
    return voxels;
}

std::vector<PointMm> thinned(std::span<const PointMm> line, double apartMm)
{
    std::vector<PointMm> points;
    for (const PointMm &p : line)
        if (points.empty() || length(p - points.back()) >= apartMm) points.push_back(p);
    if (!points.empty() && length(line.back() - points.back()) >= apartMm / 2) points.push_back(line.back());
    return points;
}

Result<LabelPatch> decideByScribbles(const LabelMap &labels, PointsRequest request, std::optional<int> sliceAcross,
                                     const ProgressSink &progress)
{
    request.size = ClickSize::Voxel;
    request.bounds.reset();
    if (!sliceAcross) return decideByPoints(labels, request, progress);
    if (*sliceAcross < 0 || *sliceAcross > 2)
        return fail(Errc::InvalidArgument, "A slice lies across voxel axis 0, 1 or 2.");
    const auto across = std::size_t(*sliceAcross);
    std::map<std::int64_t, std::vector<PointClick>> bySlice;
    for (const PointClick &click : request.clicks)
        bySlice[click.voxel[across]].push_back(click);
    if (bySlice.empty()) return decideByPoints(labels, request, progress); // says what is missing
    LabelMap decided = labels;
    VoxelBox box;
    double done = 0;
    for (auto &[slice, clicks] : bySlice) {
        request.clicks = std::move(clicks);
        VoxelBox layer = VoxelBox::whole(labels.geometry());
        layer.start[across] = slice;
        layer.size[across] = 1;
        request.bounds = layer;
        const double share = 1.0 / double(bySlice.size());
        const auto patch =
            decideByPoints(labels, request, [&](double part) { return report(progress, done + share * part); });
        if (!patch) return std::unexpected(patch.error());
        write(decided, *patch);
        box = box.joined(patch->box);
        done += share;
    }
    return LabelPatch{box, decided.values(box)};
}

} // namespace glio::tools
