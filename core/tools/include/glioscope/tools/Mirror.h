#pragma once
#include "glioscope/tools/Patch.h"

namespace glio::tools {

/// World x (LPS mm) halfway between the outermost voxels of a box, such as the head's: where the middle of the head is.
double middleXMm(const Geometry &grid, const VoxelBox &head);

/// The voxels that lie where `selection` would lie on the other side of the plane x = `planeXMm`: each takes what the
/// voxel nearest its mirror image holds, so on a turned grid the shape stays and no voxel is missed, but twice mirrored
/// may differ by a border voxel. What falls outside the grid is lost.
/// Errors: InvalidArgument (nothing selected, plane not finite, all of it falls outside the grid).
Result<Selection> mirrored(const Geometry &grid, const Selection &selection, double planeXMm);

} // namespace glio::tools
