#pragma once
#include "glioscope/volume/Geometry.h"

#include <cstdint>
#include <span>
#include <vector>

namespace glio::metrics {

/// Exact Euclidean distance in mm, squared, from every element of a grid to the nearest element where `set` is not 0
/// (Felzenszwalb and Huttenlocher 2012: lower envelopes of parabolas, one axis after another, spacing in mm).
/// Shapes: `set` has size[0] size[1] size[2] bytes, i fastest. Without any set element all values are infinite.
/// Multi-threaded; the result does not depend on the number of threads.
std::vector<float> squaredDistances(std::span<const std::uint8_t> set, const Size3 &size, const Spacing3 &spacing);

} // namespace glio::metrics
