#pragma once
#include "glioscope/annotation/LabelMap.h"

#include <vector>

namespace glio {

/// A set of voxels: a byte for each voxel of a box, i fastest; not 0 = inside.
struct Selection {
    VoxelBox box;
    std::vector<std::uint8_t> inside;
};

/// What a tool proposes: the labels of a box as they should be. MaskDocument writes it through locks and rules.
struct LabelPatch {
    VoxelBox box;
    std::vector<Label> labels;
};

} // namespace glio
