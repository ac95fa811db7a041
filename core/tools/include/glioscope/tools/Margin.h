#pragma once
#include "glioscope/tools/Patch.h"

namespace glio::tools {

/// Distances here run from a voxel's centre to the surface of the label, which is taken to lie a quarter of a voxel
/// beyond the outermost centres (between these and their voxels' faces): so a margin is as wide across thick slices as
/// within them, and balls get the volume of the ball they should be (SurfaceDistance.h).

/// Grows a label to every voxel within `marginMm` of its surface (straight: what lies between does not hold it up),
/// over the labels in `over` only. Multi-threaded. Errors: InvalidArgument (no voxels, margin outside 0..100 mm).
Result<LabelPatch> growLabel(const LabelMap &map, Label label, double marginMm, const std::vector<Label> &over = {0});

/// Takes from a label every voxel within `marginMm` of what is not the label; they become `becomes`. At the grid's edge
/// a label has no surface and does not shrink. Errors as above; a margin of 0 changes nothing.
Result<LabelPatch> shrinkLabel(const LabelMap &map, Label label, double marginMm, Label becomes = 0);

/// Leaves a wall of `wallMm` of a label; what lies deeper becomes `inside`. Errors as above.
Result<LabelPatch> hollowLabel(const LabelMap &map, Label label, double wallMm, Label inside = 0);

} // namespace glio::tools
