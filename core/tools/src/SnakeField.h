#pragma once
#include "glioscope/volume/Geometry.h"

#include <cstdint>
#include <vector>

/// The fields that a snake moves in; arrays are i fastest.
namespace glio::tools {

/// Signed distances (mm) to the zero level of `phi`, in place, cut at +-`mostMm`: exact at the voxels beside the
/// surface as far as phi is straight there, from these outwards by fast marching (Sethian 1996). Gives the voxels
/// nearer than `mostMm`. Without a surface all keep their sign at `mostMm`.
std::vector<std::uint32_t> signedDistances(std::vector<float> &phi, const Size3 &size, const Spacing3 &spacing,
                                           float mostMm);

/// g = 1 / (1 + (|grad I| / c)^2) of the channel whose edge is strongest; c: 80th percentile of its own gradient.
std::vector<float> edgeStops(const std::vector<std::vector<float>> &channels, const Size3 &size,
                             const Spacing3 &spacing);

/// Two normal densities over all channels, for others that compare regions.
struct RegionPair {
    /// Log of the ratio inside : outside at voxel `at`; 0 where either has no voxels.
    std::vector<float> logRatio(const std::vector<std::vector<float>> &channels) const;
    float logRatioAt(const std::vector<std::vector<float>> &channels, std::size_t at) const;
    std::vector<double> meanIn, meanOut;
    std::vector<double> factorIn, factorOut; ///< lower Cholesky factors, row-major
    double logDetIn = 0, logDetOut = 0;
    bool good = false;
};
RegionPair regionPair(const std::vector<std::vector<float>> &channels, const std::vector<std::uint8_t> &inside,
                      const std::vector<std::uint8_t> &outside);
/// With the least deviation of each channel, where the caller asks again and again: `leastDeviations`.
RegionPair regionPair(const std::vector<std::vector<float>> &channels, const std::vector<std::uint8_t> &inside,
                      const std::vector<std::uint8_t> &outside, const std::vector<double> &least);
std::vector<double> leastDeviations(const std::vector<std::vector<float>> &channels); ///< 1 % of each one's range

/// Of the shape that phi holds: inside where phi < 0, outside beyond `gapMm` of the surface.
RegionPair regionsOf(const std::vector<std::vector<float>> &channels, const std::vector<float> &phi, float gapMm,
                     const std::vector<double> &least);

/// How much likelier the voxels of `band` are inside than outside: half the log of the ratio, within +-1. The other
/// voxels of `speed` stay as they are.
void regionSpeeds(const std::vector<std::vector<float>> &channels, const RegionPair &regions,
                  const std::vector<std::uint32_t> &band, std::vector<float> &speed);

} // namespace glio::tools
