#pragma once
#include "glioscope/volume/Geometry.h"

#include <algorithm>

namespace glio {

/// A box of voxels; empty when a size is 0 or less.
struct VoxelBox {
    Index3 start{};
    Size3 size{};

    static VoxelBox whole(const Geometry &grid) { return {{0, 0, 0}, grid.size()}; }
    bool empty() const { return size[0] <= 0 || size[1] <= 0 || size[2] <= 0; }
    std::int64_t count() const { return empty() ? 0 : size[0] * size[1] * size[2]; }
    bool contains(const Index3 &v) const
    {
        return std::ranges::all_of(std::array{0, 1, 2},
                                   [&](int a) { return v[a] >= start[a] && v[a] < start[a] + size[a]; });
    }
    /// Place of `v` in an array that holds the box, i fastest; `v` must lie inside.
    std::size_t offset(const Index3 &v) const
    {
        return std::size_t(v[0] - start[0] + size[0] * (v[1] - start[1] + size[1] * (v[2] - start[2])));
    }
    /// The smallest box that holds both.
    VoxelBox joined(const VoxelBox &other) const
    {
        if (empty()) return other;
        if (other.empty()) return *this;
        VoxelBox all;
        for (int a = 0; a < 3; ++a) {
            all.start[a] = std::min(start[a], other.start[a]);
            all.size[a] = std::max(start[a] + size[a], other.start[a] + other.size[a]) - all.start[a];
        }
        return all;
    }
    VoxelBox intersected(const VoxelBox &other) const
    {
        VoxelBox both;
        for (int a = 0; a < 3; ++a) {
            both.start[a] = std::max(start[a], other.start[a]);
            both.size[a] = std::min(start[a] + size[a], other.start[a] + other.size[a]) - both.start[a];
        }
        return both.empty() ? VoxelBox{} : both;
    }
    /// `margin` voxels more on every side, cut to the grid.
    VoxelBox grown(const Index3 &margin, const Geometry &grid) const
    {
        VoxelBox more;
        for (int a = 0; a < 3; ++a) {
            more.start[a] = start[a] - margin[a];
            more.size[a] = size[a] + 2 * margin[a];
        }
        return more.intersected(whole(grid));
    }
    friend bool operator==(const VoxelBox &, const VoxelBox &) = default;
};

} // namespace glio
