#pragma once
#include "glioscope/tools/Patch.h"

#include <limits>
#include <optional>

namespace glio::tools {

struct FillOptions {
    std::optional<int> sliceAcross; ///< voxel axis 0, 1 or 2: only in the seed's slice across it; none: in 3D
    double radiusMm = std::numeric_limits<double>::infinity(); ///< not beyond this distance from the seed
    std::optional<VoxelBox> bounds;                            ///< not beyond this box
};
struct Filled {
    Selection selection;
    /// Stopped by the radius, the bounds or the grid's edge and not by another label: an outline that should hold it
    /// is open somewhere.
    bool reachesBounds = false;
};

/// The voxels that hang together with a seed through faces and have its label, background included.
/// Errors: InvalidArgument (seed outside the grid or the bounds, axis not 0..2, radius not above 0).
Result<Filled> fill(const LabelMap &map, const Index3 &seed, const FillOptions &options = {});

} // namespace glio::tools
