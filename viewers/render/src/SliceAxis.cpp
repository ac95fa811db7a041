#include "glioscope/render/SliceAxis.h"

#include "glioscope/base/Parallel.h"

#include <cmath>
#include <mutex>

namespace glio::render {
namespace {

/// Counts per slice of `grid` along voxel axis `axis`: column[value] says which column a value counts in (-1: none).
/// The slice number is an affine function of the voxel index, on whatever grid the volume lies.
std::vector<std::vector<double>> countPerSlice(const ByteVolume &volume, const Geometry &grid, int axis,
                                               const std::array<int, 256> &column, std::size_t columns)
{
    const auto n = std::size_t(axis);
    const auto count = std::size_t(grid.size()[n]);
    std::vector<std::vector<double>> total(count, std::vector<double>(columns, 0));
    const Geometry &own = volume.geometry();
    const auto at = [&](Index3 v) { return grid.toIndex(own.toWorld(v))[n]; };
    const double zero = at({0, 0, 0}), di = at({1, 0, 0}) - zero, dj = at({0, 1, 0}) - zero, dk = at({0, 0, 1}) - zero;
    // mm² of a slice: the voxels' volume over the slice's thickness along its normal.
    const double area =
        own.voxelVolumeMm3() / (grid.voxelVolumeMm3() / (grid.spacing()[(n + 1) % 3] * grid.spacing()[(n + 2) % 3]));
    const auto &size = own.size();
    std::mutex lock;
    parallelFor(0, size[2], 16, [&](std::int64_t k0, std::int64_t k1) {
        std::vector<std::int64_t> counts(count * columns, 0);
        for (std::int64_t k = k0; k < k1; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j) {
                const std::uint8_t *row = volume.data() + own.offset({0, j, k});
                const double start = zero + dj * double(j) + dk * double(k);
                for (std::int64_t i = 0; i < size[0]; ++i) {
                    const std::uint8_t value = row[i];
                    if (value == 0 || column[value] < 0) continue;
                    const auto slice = std::llround(start + di * double(i));
                    if (slice >= 0 && slice < std::int64_t(count))
                        ++counts[std::size_t(slice) * columns + std::size_t(column[value])];
                }
            }
        const std::lock_guard guard(lock);
        for (std::size_t s = 0; s < count; ++s)
            for (std::size_t c = 0; c < columns; ++c)
                total[s][c] += area * double(counts[s * columns + c]);
    });
    return total;
}

} // namespace

SliceAxis sliceAxis(const Geometry &grid, Plane plane, const std::optional<LabelMap> &mask,
                    const std::vector<LabelLook> &looks, const std::optional<ByteVolume> &placeMap)
{
    const PlaneAxes axes = planeAxes(grid, plane);
    SliceAxis result;
    result.count = sliceCount(grid, plane);
    result.topIsLast = axes.normalSign > 0;
    if (mask) {
        std::array<int, 256> column;
        column.fill(-1);
        for (const LabelLook &look : looks)
            if (look.visible && look.value) {
                column[look.value] = int(result.colours.size());
                result.colours.push_back(look.colour);
            }
        if (!result.colours.empty())
            result.areaMm2 = countPerSlice(mask->toVolume(), grid, axes.normalVoxelAxis, column, result.colours.size());
    }
    if (placeMap) {
        std::array<int, 256> column;
        column.fill(0);
        for (const auto &slice : countPerSlice(*placeMap, grid, axes.normalVoxelAxis, column, 1))
            result.doubtMm2.push_back(slice[0]);
    }
    return result;
}

} // namespace glio::render
