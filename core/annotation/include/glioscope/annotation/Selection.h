#pragma once
#include "glioscope/annotation/LabelMap.h"

#include <algorithm>
#include <vector>

namespace glio {

/// A set of voxels: a byte for each voxel of a box, i fastest; not 0 = inside.
struct Selection {
    VoxelBox box;
    std::vector<std::uint8_t> inside;
    bool holds(const Index3 &v) const { return box.contains(v) && inside[box.offset(v)] != 0; }
    std::int64_t count() const; ///< voxels inside
};

/// What a tool proposes: the labels of a box as they should be. MaskDocument writes it through locks and rules.
struct LabelPatch {
    VoxelBox box;
    std::vector<Label> labels;
};

inline std::int64_t Selection::count() const
{
    return std::int64_t(inside.size()) - std::ranges::count(inside, std::uint8_t{0});
}

} // namespace glio
