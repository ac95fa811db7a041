#pragma once
#include "glioscope/base/Progress.h"
#include "glioscope/tools/Patch.h"

namespace glio::tools {

/// One label: inside where the Gaussian of its indicator reaches one half. Voxels that it loses go to the label around
/// them with the most weight there (background included), so no gap opens within a tumour. Labels in `fixed` keep
/// every voxel and gain none.
/// Units: `sigmaMm` 0.5..5, the same length along every axis. Multi-threaded.
/// Errors: InvalidArgument (no voxels, sigma out of range), Cancelled.
Result<LabelPatch> smoothLabel(const LabelMap &map, Label label, double sigmaMm, const std::vector<Label> &fixed = {},
                               const ProgressSink &progress = {});

/// All labels together: each voxel takes the label whose smoothed indicator is largest there, background included:
/// no overlap, no gap. Labels in `fixed` (background may be one: the outer border then stays) keep every voxel and gain
/// none. Ties keep what was. Units, errors as above; no voxels: nothing is labelled or everything is fixed.
Result<LabelPatch> smoothLabels(const LabelMap &map, double sigmaMm, const std::vector<Label> &fixed = {},
                                const ProgressSink &progress = {});

} // namespace glio::tools
