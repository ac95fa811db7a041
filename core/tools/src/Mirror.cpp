#include "glioscope/tools/Mirror.h"

#include "Support.h"

namespace glio::tools {

double middleXMm(const Geometry &grid, const VoxelBox &head)
{
    double low = 1e300, high = -1e300;
    for (int corner = 0; corner < 8; ++corner) {
        Index3 v = head.start;
        for (std::size_t a = 0; a < 3; ++a)
            if (corner >> a & 1) v[a] += head.size[a] - 1;
        const double x = grid.toWorld(v).x;
        low = std::min(low, x);
        high = std::max(high, x);
    }
    return (low + high) / 2;
}

Result<Selection> mirrored(const Geometry &grid, const Selection &selection, double planeXMm)
{
    if (!std::isfinite(planeXMm))
        return fail(Errc::InvalidArgument, "The place of the mirror plane must be a number of millimetres.");
    if (selection.count() == 0) return noVoxels();
    const auto mirror = [planeXMm](const PointMm &p) { return PointMm{2 * planeXMm - p.x, p.y, p.z}; };
    const VoxelBox box = boxOnGrid(grid, grid, selection.box, mirror);
    Selection out{box, std::vector<std::uint8_t>(std::size_t(box.count()))};
    forEachVoxel(box, [&](const Index3 &v, std::size_t at) {
        out.inside[at] = selection.holds(grid.nearestVoxel(mirror(grid.toWorld(v))));
    });
    out = trimmed(out);
    if (out.box.empty())
        return fail(Errc::InvalidArgument,
                    "The other side of this mirror plane lies outside the images; move the plane.");
    return out;
}

} // namespace glio::tools
