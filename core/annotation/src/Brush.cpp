#include "glioscope/annotation/Brush.h"

#include "glioscope/volume/Resample.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace glio {
namespace {

/// Half the extent of a voxel's own box along a world direction, mm.
double halfVoxelAlong(const Geometry &grid, const PointMm &direction)
{
    double half = 0;
    for (int a = 0; a < 3; ++a)
        half = std::max(half, std::abs(dot(grid.axis(a), direction)) * grid.spacing()[a] / 2);
    return half;
}

/// The index box of a world ball of `radius` round both ends.
VoxelBox boxOf(const Geometry &grid, const PointMm &from, const PointMm &to, double radius)
{
    VoxelBox box;
    const ContinuousIndex a = grid.toIndex(from), b = grid.toIndex(to);
    const ContinuousIndex zero = grid.toIndex({});
    for (std::size_t n = 0; n < 3; ++n) {
        // A row of world-to-index: how fast this index grows in any direction.
        const PointMm row{grid.toIndex({1, 0, 0})[n] - zero[n], grid.toIndex({0, 1, 0})[n] - zero[n],
                          grid.toIndex({0, 0, 1})[n] - zero[n]};
        const double reach = radius * length(row);
        const double low = std::ceil(std::min(a[n], b[n]) - reach), high = std::floor(std::max(a[n], b[n]) + reach);
        box.start[n] = std::int64_t(std::clamp(low, -1e9, 1e9));
        box.size[n] = std::int64_t(std::clamp(high - low + 1, 0.0, 2e9));
    }
    return box.intersected(VoxelBox::whole(grid));
}

/// Squared distance of a point in the plane to the segment from 0 to `way`.
double squaredToSegment(const PointMm &p, const PointMm &way)
{
    const double all = dot(way, way);
    const double t = all > 0 ? std::clamp(dot(p, way) / all, 0.0, 1.0) : 0.0;
    const PointMm off = p - t * way;
    return dot(off, off);
}

/// Whether a square of half side `half` meets the point somewhere on its way: for each axis the share of the way that
/// holds it, and whether the shares overlap.
bool insideSweptSquare(const PointMm &p, const PointMm &way, double half, int axes)
{
    double first = 0, last = 1;
    for (int a = 0; a < axes; ++a) {
        const double at = p[a], step = way[a];
        if (std::abs(step) < 1e-12) {
            if (std::abs(at) > half) return false;
            continue;
        }
        const auto [low, high] = std::minmax({(at - half) / step, (at + half) / step});
        first = std::max(first, low);
        last = std::min(last, high);
    }
    return first <= last + 1e-12;
}

} // namespace

Result<Selection> brushFootprint(const Geometry &grid, const Brush &brush, const PointMm &from, const PointMm &to)
{
    if (!std::isfinite(brush.diameterMm) || brush.diameterMm <= 0)
        return fail(Errc::InvalidArgument, "The brush needs a size above 0 mm.");
    const double radius = brush.diameterMm / 2;
    const bool round = brush.shape == BrushShape::Round;
    const double thickness = brush.throughSlices ? radius : halfVoxelAlong(grid, brush.normal);
    // In the brush's own axes, so that a square stays upright in the picture and a disc lies in it.
    const auto own = [&](const PointMm &p) {
        return PointMm{dot(p, brush.right), dot(p, brush.down), dot(p, brush.normal)};
    };
    const PointMm way = own(to - from);
    const double corner = round ? 1.0 : std::sqrt(brush.throughSlices ? 3.0 : 2.0);
    Selection selection;
    selection.box = boxOf(grid, from, to, std::max(corner * radius, thickness));
    if (const Index3 at = grid.nearestVoxel(to); grid.contains(at))
        selection.box = selection.box.joined({at, {1, 1, 1}});
    selection.inside.assign(std::size_t(selection.box.count()), 0);
    std::int64_t found = 0;
    std::size_t offset = 0;
    const Index3 start = selection.box.start;
    for (std::int64_t k = 0; k < selection.box.size[2]; ++k)
        for (std::int64_t j = 0; j < selection.box.size[1]; ++j) {
            PointMm p = own(grid.toWorld(Index3{start[0], start[1] + j, start[2] + k}) - from);
            const PointMm next = own(grid.spacing()[0] * grid.axis(0));
            for (std::int64_t i = 0; i < selection.box.size[0]; ++i, ++offset, p = p + next) {
                bool inside = false;
                if (brush.throughSlices) {
                    inside = round ? squaredToSegment(p, way) <= radius * radius : insideSweptSquare(p, way, radius, 3);
                } else if (p.z >= -thickness && p.z < thickness) {
                    const PointMm flat{p.x, p.y, 0}, flatWay{way.x, way.y, 0};
                    inside = round ? squaredToSegment(flat, flatWay) <= radius * radius
                                   : insideSweptSquare(flat, flatWay, radius, 2);
                }
                selection.inside[offset] = inside;
                found += inside;
            }
        }
    for (const PointMm &end : {from, to}) { // smaller than a voxel: the one it points at
        const Index3 at = grid.nearestVoxel(end);
        if (!grid.contains(at) || !selection.box.contains(at) || selection.inside[selection.box.offset(at)]) continue;
        selection.inside[selection.box.offset(at)] = 1;
        ++found;
    }
    if (found == 0) return fail(Errc::Geometry, "The brush lies outside the mask.");
    return selection;
}

namespace {

/// One image at the footprint's voxels; NaN outside the image.
std::vector<float> sampled(const ImageVolume &image, const Geometry &grid, const VoxelBox &box)
{
    std::vector<float> values;
    values.reserve(std::size_t(box.count()));
    const bool same = image.geometry().sameGrid(grid);
    for (std::int64_t k = 0; k < box.size[2]; ++k)
        for (std::int64_t j = 0; j < box.size[1]; ++j)
            for (std::int64_t i = 0; i < box.size[0]; ++i) {
                const Index3 v{box.start[0] + i, box.start[1] + j, box.start[2] + k};
                values.push_back(same ? image.data()[grid.offset(v)]
                                      : sampleLinear(image, image.geometry().toIndex(grid.toWorld(v)),
                                                     std::numeric_limits<float>::quiet_NaN()));
            }
    return values;
}

float median(std::vector<float> values)
{
    if (values.empty()) return 0;
    const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

} // namespace

Selection followEdges(const Selection &footprint, const Geometry &grid, const std::vector<const ImageVolume *> &images,
                      const PointMm &middle, double strength)
{
    const VoxelBox &box = footprint.box;
    const Index3 seed = grid.nearestVoxel(middle);
    if (images.empty() || !box.contains(seed)) return footprint;
    // How far each voxel is from the middle's look, in units of noise; the worst sequence counts half, the mean half.
    std::vector<float> difference(footprint.inside.size(), 0), worst(footprint.inside.size(), 0);
    const std::size_t used = std::min<std::size_t>(images.size(), 4);
    const std::int64_t steps[3] = {1, box.size[0], box.size[0] * box.size[1]};
    for (std::size_t n = 0; n < used; ++n) {
        const std::vector<float> values = sampled(*images[n], grid, box);
        std::vector<float> look, noise;
        for (std::int64_t k = -1; k <= 1; ++k)
            for (std::int64_t j = -1; j <= 1; ++j)
                for (std::int64_t i = -1; i <= 1; ++i)
                    if (const Index3 v{seed[0] + i, seed[1] + j, seed[2] + k}; box.contains(v))
                        if (const float value = values[box.offset(v)]; std::isfinite(value)) look.push_back(value);
        const float centre = median(look);
        for (std::int64_t at = 0; at + steps[1] < std::int64_t(values.size()); ++at)
            for (int axis = 0; axis < 2; ++axis)
                if (footprint.inside[std::size_t(at)] && footprint.inside[std::size_t(at + steps[axis])])
                    if (const float step = std::abs(values[std::size_t(at + steps[axis])] - values[std::size_t(at)]);
                        std::isfinite(step))
                        noise.push_back(step);
        const float scale = std::max(median(noise), 1e-3f * (std::abs(centre) + 1e-6f));
        for (std::size_t at = 0; at < values.size(); ++at) {
            const float away = std::isfinite(values[at]) ? std::abs(values[at] - centre) / scale : 1e9f;
            difference[at] += away / float(used);
            worst[at] = std::max(worst[at], away);
        }
    }
    const float limit = 12 * std::pow(0.12f, float(std::clamp(strength, 0.0, 1.0))); // 12 … 1.4 steps of noise
    Selection out{box, std::vector<std::uint8_t>(footprint.inside.size(), 0)};
    std::vector<Index3> open{seed};
    const auto take = [&](const Index3 &v) {
        const std::size_t at = box.offset(v);
        if (out.inside[at] || !footprint.inside[at] || 0.5f * (difference[at] + worst[at]) > limit) return;
        out.inside[at] = 1;
        open.push_back(v);
    };
    out.inside[box.offset(seed)] = footprint.inside[box.offset(seed)];
    while (!open.empty()) {
        const Index3 v = open.back();
        open.pop_back();
        for (int axis = 0; axis < 3; ++axis)
            for (const int way : {-1, 1}) {
                Index3 next = v;
                next[std::size_t(axis)] += way;
                if (box.contains(next)) take(next);
            }
    }
    return out;
}

} // namespace glio
