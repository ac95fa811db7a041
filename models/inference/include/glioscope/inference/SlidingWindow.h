#pragma once
#include "glioscope/volume/Geometry.h"

#include <vector>

namespace glio::inference {

/// Where windows of `window` voxels start along an axis of `size` >= window voxels (algorithms.md C.5): n = ceil((size
/// - window) / (window (1 - overlap))) + 1 starts, evenly spread, rounded half to even; the last one ends at the
/// border.
std::vector<std::int64_t> windowStarts(std::int64_t size, std::int64_t window, double overlap);

/// Weight along one axis: a Gaussian of sigma = window / 8 about window / 2, cut at 4 sigma, scaled to 1 at its peak.
/// The weight of a voxel is the product over the axes times 10 (the field's convention), never 0: at least the smallest
/// positive product.
std::vector<float> gaussianWeights(std::int64_t window);

/// Full weights of a window, (D, H, W) order: 10 x the product, zeros replaced by the smallest positive value.
std::vector<float> gaussianMap(const Size3 &window);

} // namespace glio::inference
