#pragma once
#include "glioscope/tools/Points.h"

namespace glio::tools {

/// The voxels of `grid` that a line through world points passes, each once; what lies outside the grid is left out.
std::vector<Index3> voxelsAlong(const Geometry &grid, std::span<const PointMm> line);

/// Of the points of a line those that lie `apartMm` or more from the one before, the first and the last among them.
std::vector<PointMm> thinned(std::span<const PointMm> line, double apartMm);

/// Strokes on all sequences at once: `request.clicks` are their voxels, each speaking for itself (request.size and
/// request.bounds are set here), and decideByPoints does the rest. `sliceAcross` (voxel axis 0, 1 or 2): every slice
/// across it that holds a stroke is decided for itself and no other changes; none: in 3D.
/// Errors: those of decideByPoints; InvalidArgument (axis not 0..2). Multi-threaded; deterministic.
Result<LabelPatch> decideByScribbles(const LabelMap &labels, PointsRequest request,
                                     std::optional<int> sliceAcross = std::nullopt, const ProgressSink &progress = {});

} // namespace glio::tools
