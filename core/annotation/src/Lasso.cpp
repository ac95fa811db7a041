#include "glioscope/annotation/Lasso.h"

#include <algorithm>
#include <cmath>

namespace glio {
namespace {

/// Even-odd rule: a ray to the right crosses the outline an odd number of times.
bool inside(std::span<const PicturePoint> corners, const PicturePoint &p)
{
    bool odd = false;
    for (std::size_t n = 0, before = corners.size() - 1; n < corners.size(); before = n++) {
        const PicturePoint &a = corners[n], &b = corners[before];
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) odd = !odd;
    }
    return odd;
}

} // namespace

Result<Selection> polygonFootprint(const Geometry &grid, std::span<const PointMm> corners, const PointMm &normal)
{
    if (corners.size() < 3) return fail(Errc::InvalidArgument, "A shape needs at least three corners.");
    // Any two axes of the plane will do: the rule does not depend on them.
    const PointMm helper = std::abs(normal.x) < 0.7 ? PointMm{1, 0, 0} : PointMm{0, 1, 0};
    const PointMm right = unit(cross(normal, helper)), down = cross(normal, right);
    std::vector<PicturePoint> flat;
    double half = 0;
    for (int a = 0; a < 3; ++a)
        half = std::max(half, std::abs(dot(grid.axis(a), normal)) * grid.spacing()[a] / 2);
    VoxelBox box;
    for (const PointMm &corner : corners) {
        const PointMm p = corner - corners[0];
        flat.push_back({dot(p, right), dot(p, down)});
        for (const double off : {-half, half}) {
            const ContinuousIndex at = grid.toIndex(corner + off * normal);
            Index3 low, size;
            for (std::size_t a = 0; a < 3; ++a) {
                low[a] = std::int64_t(std::floor(std::clamp(at[a], -1e9, 1e9)));
                size[a] = 2;
            }
            box = box.joined({low, size});
        }
    }
    Selection selection{box.intersected(VoxelBox::whole(grid)), {}};
    selection.inside.assign(std::size_t(selection.box.count()), 0);
    std::int64_t found = 0;
    std::size_t offset = 0;
    const VoxelBox &all = selection.box;
    for (std::int64_t k = 0; k < all.size[2]; ++k)
        for (std::int64_t j = 0; j < all.size[1]; ++j)
            for (std::int64_t i = 0; i < all.size[0]; ++i, ++offset) {
                const Index3 v{all.start[0] + i, all.start[1] + j, all.start[2] + k};
                const PointMm p = grid.toWorld(v) - corners[0];
                const double height = dot(p, normal);
                if (height < -half || height >= half || !inside(flat, {dot(p, right), dot(p, down)})) continue;
                selection.inside[offset] = 1;
                ++found;
            }
    if (found == 0) return fail(Errc::Geometry, "The shape holds no voxel of the mask.");
    return selection;
}

Result<Selection> sightFootprint(const LabelMap &map, std::span<const PicturePoint> corners,
                                 const std::function<PicturePoint(const PointMm &)> &project)
{
    if (corners.size() < 3) return fail(Errc::InvalidArgument, "A shape needs at least three corners.");
    Selection selection{map.boundingBox(), {}};
    const std::vector<Label> labels = map.values(selection.box);
    selection.inside.assign(labels.size(), 0);
    std::int64_t found = 0;
    std::size_t offset = 0;
    const VoxelBox &all = selection.box;
    for (std::int64_t k = 0; k < all.size[2]; ++k)
        for (std::int64_t j = 0; j < all.size[1]; ++j)
            for (std::int64_t i = 0; i < all.size[0]; ++i, ++offset) {
                if (!labels[offset]) continue;
                const Index3 v{all.start[0] + i, all.start[1] + j, all.start[2] + k};
                if (!inside(corners, project(map.geometry().toWorld(v)))) continue;
                selection.inside[offset] = 1;
                ++found;
            }
    if (found == 0) return fail(Errc::Geometry, "The shape holds no voxel of the mask.");
    return selection;
}

} // namespace glio
