#pragma once
#include "glioscope/tools/Images.h"
#include "glioscope/tools/Patch.h"

namespace glio::tools {

/// Otsu's thresholds (1979) of a sequence among the selected voxels: the `classes - 1` values, ascending, that part
/// them into classes as different as can be. From 256 steps between the 0.1th and 99.9th percentile, so a few extreme
/// voxels do not count. The image may lie on a grid of its own.
/// Errors: InvalidArgument (classes not 2 or 3, nothing selected, all values alike or not finite).
Result<std::vector<double>> otsuThresholds(const ImageVolume &image, const Geometry &grid, const Selection &among,
                                           int classes = 2);

/// The selected voxels whose value lies in [low, high]; either may be infinite. Its box is empty when there are none.
/// Errors: InvalidArgument (nothing selected, low above high or not a number).
Result<Selection> inRange(const ImageVolume &image, const Geometry &grid, const Selection &among, double low,
                          double high);

} // namespace glio::tools
