#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/base/Progress.h"
#include "glioscope/volume/Volume.h"

namespace glio {

enum class Interpolation { Nearest, Linear, BSpline3 };

/// `source` on `grid`, through world space. Outside the source (beyond half a voxel from its outermost centres):
/// `outside`. BSpline3: cubic, prefiltered with mirror borders (Unser 1999). Multi-threaded; deterministic.
/// When the target is coarser than the source and `Antialias::Yes`, each source axis is first smoothed with
/// sigma = 0.4 (ratio - 1) source voxels (never along an axis that is already as coarse). Errors: Cancelled.
enum class Antialias { No, Yes };
Result<ImageVolume> resample(const ImageVolume &source, const Geometry &grid, Interpolation interpolation,
                             float outside = 0.0f, Antialias antialias = Antialias::No,
                             const ProgressSink &progress = {});

/// A mask on another grid, nearest voxel; 0 outside.
LabelVolume resampleLabels(const LabelVolume &source, const Geometry &grid);

/// Gaussian smoothing in place, sigma in voxels along i, j, k (0 = not along that axis), borders mirrored,
/// kernel cut at 4 sigma.
void smooth(ImageVolume &image, const std::array<double, 3> &sigmaVoxels);

/// Value between voxel centres; `outside` beyond half a voxel from the outermost ones.
float sampleLinear(const ImageVolume &image, const ContinuousIndex &v, float outside = 0.0f);

} // namespace glio
