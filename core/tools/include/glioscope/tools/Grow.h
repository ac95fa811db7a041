#pragma once
#include "glioscope/base/Progress.h"
#include "glioscope/tools/Images.h"
#include "glioscope/tools/Patch.h"

#include <span>

namespace glio::tools {

struct GrowOptions {
    double statisticsRadiusMm = 3; ///< mean and covariance come from the balls of this radius round the seeds
    double radiusMm = 40;          ///< nothing grows further from its nearest seed
    double edgeStop = 0;           ///< standard deviations that the strongest edges of the box add to a voxel's own
};

/// For each voxel of a box the smallest reach at which the region holds it: over all paths (through faces) from a seed
/// the least of their largest step, where a voxel's step is its Mahalanobis distance from the seeds' statistics over
/// all sequences together, in standard deviations. Infinite: never. Made once for a seed; a new reach only reads it.
struct GrowField {
    VoxelBox box;
    std::vector<float> reach;
};

/// Units: mm, radii up to 100; image values in any unit. Voxels where a sequence has no finite value are never held.
/// Errors: InvalidArgument (no seed, a seed outside the grid or where a sequence has no value, a number out of range,
/// no image), Cancelled. Multi-threaded. Cost: the box of the radius.
Result<GrowField> growField(const Geometry &grid, std::span<const WeightedImage> images,
                            const std::vector<Index3> &seeds, const GrowOptions &options = {},
                            const ProgressSink &progress = {});

/// The voxels within a reach (standard deviations); cut to what is inside; the seeds always are.
Selection within(const GrowField &field, double reach);

} // namespace glio::tools
