#pragma once
#include "glioscope/tools/Images.h"
#include "glioscope/tools/Patch.h"

#include <bitset>
#include <span>

namespace glio::tools {

using LabelSet = std::bitset<256>;
LabelSet setOf(const std::vector<Label> &labels);
/// Bounding box of some labels; the whole grid when background is one of them.
VoxelBox boxOf(const LabelMap &map, const std::vector<Label> &labels);
VoxelBox grownMm(const VoxelBox &box, double marginMm, const Geometry &grid);
std::vector<std::uint8_t> indicator(std::span<const Label> labels, const LabelSet &wanted);
/// `selection` cut to the smallest box that holds it; empty when nothing is inside.
Selection trimmed(const Selection &selection);
/// The box on `to` that holds every voxel of `box` on `from`, through `move` in world space, cut to the grid.
template <class Move> VoxelBox boxOnGrid(const Geometry &to, const Geometry &from, const VoxelBox &box, Move move)
{
    ContinuousIndex low{1e30, 1e30, 1e30}, high{-1e30, -1e30, -1e30};
    for (int corner = 0; corner < 8; ++corner) {
        ContinuousIndex v{};
        for (int a = 0; a < 3; ++a)
            v[std::size_t(a)] = double(box.start[a]) - 0.5 + ((corner >> a & 1) ? double(box.size[a]) : 0.0);
        const ContinuousIndex on = to.toIndex(move(from.toWorld(v)));
        for (std::size_t a = 0; a < 3; ++a) {
            low[a] = std::min(low[a], on[a]);
            high[a] = std::max(high[a], on[a]);
        }
    }
    VoxelBox out;
    for (std::size_t a = 0; a < 3; ++a) {
        // Far outside the grid a cast of the double would overflow.
        const double most = double(to.size()[a]) + 2;
        out.start[a] = std::int64_t(std::floor(std::clamp(low[a], -2.0, most)));
        out.size[a] = std::int64_t(std::ceil(std::clamp(high[a], -2.0, most))) - out.start[a] + 1;
    }
    return out.intersected(VoxelBox::whole(to));
}

template <class Body> void forEachVoxel(const VoxelBox &box, Body body)
{
    std::size_t at = 0;
    for (std::int64_t k = box.start[2]; k < box.start[2] + box.size[2]; ++k)
        for (std::int64_t j = box.start[1]; j < box.start[1] + box.size[1]; ++j)
            for (std::int64_t i = box.start[0]; i < box.start[0] + box.size[0]; ++i)
                body(Index3{i, j, k}, at++);
}

/// Values of every image at the voxels of a box of `grid`, [image][voxel]; NaN beyond an image's edge. Multi-threaded.
/// Errors: InvalidArgument (no image, a weight below 0 or none above).
Result<std::vector<std::vector<float>>> sampled(std::span<const WeightedImage> images, const Geometry &grid,
                                                const VoxelBox &box);

/// A missing value (beyond a sequence's edge) becomes that of the voxel before it, which makes no edge.
void fillMissing(std::vector<float> &values);

inline std::unexpected<Error> noVoxels()
{
    return fail(Errc::InvalidArgument, "This label has no voxels yet; draw some first.");
}
inline std::unexpected<Error> outsideGrid()
{
    return fail(Errc::InvalidArgument, "This place lies outside the mask; choose one inside the images.");
}
inline std::unexpected<Error> cancelled() { return fail(Errc::Cancelled, "The tool was stopped; nothing changed."); }
/// Errors: InvalidArgument unless `mm` is a length in [least, most].
Result<void> checkLength(const char *what, double mm, double least, double most);

} // namespace glio::tools
