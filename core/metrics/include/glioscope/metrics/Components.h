#pragma once
#include "glioscope/volume/Geometry.h"

#include <cstdint>
#include <span>
#include <vector>

namespace glio::metrics {

/// Connected components of the bytes that are not 0.
struct Components {
    std::vector<std::int32_t> labels; ///< 0 outside, 1..count inside, numbered in scan order (i fastest)
    std::int32_t count = 0;
};
enum class Connectivity { Faces6, Full26 };
Components connectedComponents(std::span<const std::uint8_t> mask, const Size3 &size,
                               Connectivity connectivity = Connectivity::Full26);

/// Binary dilation by the 18-neighbourhood (3x3x3 without its corners), `iterations` times.
/// Cost: the voxels that are added, not the volume times the iterations.
std::vector<std::uint8_t> dilate18(std::span<const std::uint8_t> mask, const Size3 &size, int iterations);

} // namespace glio::metrics
