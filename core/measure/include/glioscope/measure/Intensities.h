#pragma once
#include "glioscope/annotation/LabelMap.h"
#include "glioscope/volume/Volume.h"

#include <cstdint>
#include <span>
#include <vector>

namespace glio::measure {

/// Intensities of an image inside a region. Image units; `volumeMm3` counts the mask's voxels that lie in the image.
struct IntensityStatistics {
    std::int64_t voxels = 0; ///< of the mask; 0: the region is empty here and all else is 0
    double volumeMm3 = 0;
    double mean = 0;
    double deviation = 0; ///< standard deviation of the sample (n - 1); 0 for a single voxel
    double median = 0;
    double low = 0, high = 0; ///< 5th and 95th percentile, linear between neighbours
    double smallest = 0, largest = 0;
};

/// One entry for each of `regions` (a region = the labels it unites), in their order. Mask and image may lie on
/// different grids: every voxel of the mask takes the image's value at its own place, linearly between neighbours.
/// What lies outside the image or is no number there is left out.
/// Thread: any, on snapshots. Cost: the marked voxels.
std::vector<IntensityStatistics> intensityStatistics(const LabelMap &mask, std::span<const std::vector<Label>> regions,
                                                     const ImageVolume &image);

} // namespace glio::measure
