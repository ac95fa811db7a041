#include "glioscope/tools/Interpolate.h"

#include "Support.h"

#include "glioscope/metrics/DistanceTransform.h"

#include <format>

namespace glio::tools {
namespace {

Result<void> checkAxis(int across)
{
    if (across >= 0 && across <= 2) return {};
    return fail(Errc::InvalidArgument, "Slices must lie across voxel axis 0, 1 or 2.");
}

VoxelBox sliceOf(const VoxelBox &box, int across, std::int64_t slice)
{
    VoxelBox one = box;
    one.start[std::size_t(across)] = slice;
    one.size[std::size_t(across)] = 1;
    return one;
}

/// The label in one slice: signed distance to its outline in mm, below 0 inside, on a frame around its box.
struct Shape {
    Size3 size{};                   // of the frame, along the in-plane axes
    std::array<double, 2> origin{}; // voxel of the frame's first element
    std::vector<float> distance;
    std::array<double, 2> centroid{};

    /// Between the elements; beyond the frame, where everything is outside, the nearest one.
    double at(double x, double y) const
    {
        x = std::clamp(x - origin[0], 0.0, double(size[0] - 1));
        y = std::clamp(y - origin[1], 0.0, double(size[1] - 1));
        const auto i = std::min(std::int64_t(x), size[0] - 2), j = std::min(std::int64_t(y), size[1] - 2);
        const double fx = x - double(i), fy = y - double(j);
        const float *d = distance.data() + i + size[0] * j;
        return (1 - fy) * ((1 - fx) * double(d[0]) + fx * double(d[1])) +
               fy * ((1 - fx) * double(d[size[0]]) + fx * double(d[size[0] + 1]));
    }
};

Shape shapeOf(const std::vector<Label> &labels, const VoxelBox &slice, Label label, std::array<std::size_t, 2> axes,
              const Spacing3 &spacing)
{
    Shape shape;
    // Wide enough that a shape moved onto the other's centroid still finds true distances around it.
    const std::int64_t padX = slice.size[axes[0]] / 2 + 2, padY = slice.size[axes[1]] / 2 + 2;
    shape.size = {slice.size[axes[0]] + 2 * padX, slice.size[axes[1]] + 2 * padY, 1};
    shape.origin = {double(slice.start[axes[0]] - padX), double(slice.start[axes[1]] - padY)};
    std::vector<std::uint8_t> inside(std::size_t(shape.size[0] * shape.size[1])), outside(inside.size(), 1);
    double count = 0;
    forEachVoxel(slice, [&](const Index3 &v, std::size_t at) {
        if (labels[at] != label) return;
        const std::int64_t x = v[axes[0]] - slice.start[axes[0]] + padX, y = v[axes[1]] - slice.start[axes[1]] + padY;
        inside[std::size_t(x + shape.size[0] * y)] = 1;
        outside[std::size_t(x + shape.size[0] * y)] = 0;
        shape.centroid[0] += double(v[axes[0]]);
        shape.centroid[1] += double(v[axes[1]]);
        ++count;
    });
    for (double &c : shape.centroid)
        c /= std::max(1.0, count);
    const Spacing3 inPlane{spacing[axes[0]], spacing[axes[1]], 1};
    const auto toInside = metrics::squaredDistances(inside, shape.size, inPlane);
    const auto toOutside = metrics::squaredDistances(outside, shape.size, inPlane);
    shape.distance.resize(inside.size());
    for (std::size_t n = 0; n < inside.size(); ++n)
        shape.distance[n] = inside[n] ? -std::sqrt(toOutside[n]) : std::sqrt(toInside[n]);
    return shape;
}

} // namespace

Result<LabelPatch> interpolateSlices(const LabelMap &map, Label label, const InterpolateOptions &options)
{
    if (const auto fine = checkAxis(options.across); !fine) return std::unexpected(fine.error());
    const std::size_t across = std::size_t(options.across);
    const VoxelBox all = boxOf(map, {label});
    if (label == 0 || all.empty()) return noVoxels();
    const auto holds = [&](std::int64_t slice) {
        return slice >= all.start[across] && slice < all.start[across] + all.size[across] &&
               std::ranges::contains(map.values(sliceOf(all, options.across, slice)), label);
    };
    std::vector<std::int64_t> drawn = options.slices;
    if (drawn.empty())
        for (std::int64_t n = 0; n < all.size[across]; ++n)
            if (holds(all.start[across] + n)) drawn.push_back(all.start[across] + n);
    std::ranges::sort(drawn);
    drawn.erase(std::ranges::unique(drawn).begin(), drawn.end());
    if (!options.slices.empty())
        for (const std::int64_t slice : drawn)
            if (!holds(slice))
                return fail(Errc::InvalidArgument,
                            std::format("Slice {} does not hold this label; draw it there first.", slice));
    if (drawn.size() < 2)
        return fail(Errc::InvalidArgument, "Interpolation needs two drawn slices; draw this label on another slice.");
    if (drawn.back() - drawn.front() + 1 == std::int64_t(drawn.size()))
        return fail(Errc::InvalidArgument,
                    "The drawn slices lie side by side; leave a gap between them to interpolate.");

    VoxelBox box = all;
    box.start[across] = drawn.front();
    box.size[across] = drawn.back() - drawn.front() + 1;
    LabelPatch patch{box, map.values(box)};
    const LabelSet may = setOf(options.over);
    const std::array<std::size_t, 2> axes{across == 0 ? 1u : 0u, across == 2 ? 1u : 2u};
    const auto shape = [&](std::int64_t slice) {
        const VoxelBox one = sliceOf(box, options.across, slice);
        return shapeOf(map.values(one), one, label, axes, map.geometry().spacing());
    };
    for (std::size_t n = 1; n < drawn.size(); ++n) {
        if (drawn[n] - drawn[n - 1] < 2) continue;
        const Shape a = shape(drawn[n - 1]), b = shape(drawn[n]);
        const std::array<double, 2> way{b.centroid[0] - a.centroid[0], b.centroid[1] - a.centroid[1]};
        for (std::int64_t slice = drawn[n - 1] + 1; slice < drawn[n]; ++slice) {
            const double t = double(slice - drawn[n - 1]) / double(drawn[n] - drawn[n - 1]);
            const double move = options.alignment == Alignment::Centroids ? 1 : 0;
            forEachVoxel(sliceOf(box, options.across, slice), [&](const Index3 &v, std::size_t) {
                const double x = double(v[axes[0]]), y = double(v[axes[1]]);
                const double fromA = a.at(x - move * t * way[0], y - move * t * way[1]);
                const double fromB = b.at(x + move * (1 - t) * way[0], y + move * (1 - t) * way[1]);
                const bool inside = (1 - t) * fromA + t * fromB < 0;
                Label &here = patch.labels[patch.box.offset(v)];
                if (inside && may[here])
                    here = label;
                else if (!inside && here == label)
                    here = 0;
            });
        }
    }
    return patch;
}

Result<LabelPatch> copyToSlice(const LabelMap &map, Label label, int across, std::int64_t from, std::int64_t step,
                               const std::vector<Label> &over)
{
    if (const auto fine = checkAxis(across); !fine) return std::unexpected(fine.error());
    const std::int64_t count = map.size()[std::size_t(across)];
    if (from < 0 || from >= count || step < -from || step >= count - from)
        return fail(Errc::InvalidArgument, "There is no slice there; this is the last one of the image.");
    const VoxelBox all = boxOf(map, {label});
    const VoxelBox source = sliceOf(all, across, from);
    if (label == 0 || all.empty() || all.intersected(source).empty()) return noVoxels();
    const std::vector<Label> shape = map.values(source);
    if (!std::ranges::contains(shape, label)) return noVoxels();
    LabelPatch patch{sliceOf(all, across, from + step), {}};
    patch.labels = map.values(patch.box);
    const LabelSet may = setOf(over);
    for (std::size_t n = 0; n < shape.size(); ++n)
        if (shape[n] == label && may[patch.labels[n]]) patch.labels[n] = label;
    return patch;
}

} // namespace glio::tools
