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

/// How much likelier a voxel is inside than outside: half the log of the ratio of two normal densities over all
/// channels, within +-1. Inside: phi < 0; outside: beyond `gapMm` of the surface.
void regionSpeeds(const std::vector<std::vector<float>> &channels, const std::vector<float> &phi, float gapMm,
                  std::vector<float> &speed);

/// Two normal densities over all channels, for others that compare regions.
struct RegionPair {
    /// Log of the ratio inside : outside at voxel `at`; 0 where either has no voxels.
    std::vector<float> logRatio(const std::vector<std::vector<float>> &channels) const;
    std::vector<double> meanIn, meanOut;
    std::vector<double> factorIn, factorOut; ///< lower Cholesky factors, row-major
    double logDetIn = 0, logDetOut = 0;
    bool good = false;
};
RegionPair regionPair(const std::vector<std::vector<float>> &channels, const std::vector<std::uint8_t> &inside,
                      const std::vector<std::uint8_t> &outside);

} // namespace glio::tools
