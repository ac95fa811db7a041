#pragma once
#include "glioscope/volume/Volume.h"

#include <span>
#include <vector>

namespace glio {

/// Robust summary of an image; NaN and infinities are left out and counted.
struct ImageStatistics {
    std::int64_t finite = 0, notFinite = 0;
    float minimum = 0, maximum = 0;
    double mean = 0, deviation = 0;
    float p01 = 0, p02 = 0, p10 = 0, median = 0, p90 = 0, p98 = 0, p99 = 0, p999 = 0;
    bool constant = true;
};
ImageStatistics statistics(std::span<const float> values);

/// Quantiles q in [0, 1] of the finite values, linear between order statistics (numpy's default). Empty input gives 0.
std::vector<float> quantiles(std::span<const float> values, std::span<const double> q);

/// The display range that a reader would choose: 1st to 99.8th percentile of what is not background, widened when
/// constant. Returned as {low, high} with high > low.
struct DisplayRange {
    float low = 0, high = 1;
};
DisplayRange autoWindow(const ImageVolume &image);

/// The background's value: the most frequent value on the image's border when at least 30 % of the border's voxels have
/// it, else the border's 5th percentile. (z-scored files carry a negative constant there.)
float backgroundValue(const ImageVolume &image);

} // namespace glio
