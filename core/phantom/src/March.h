#pragma once
#include "glioscope/volume/Geometry.h"

#include <span>
#include <vector>

namespace glio::phantom {

inline constexpr float kNever = 1e30f;

/// When a front that starts at the voxels with `start` >= 0 (at that time) and moves with `speed` (mm per unit, 0 is a
/// wall) reaches each voxel: first-order fast marching (Sethian 1996) on cubic voxels of `spacingMm`. Voxels later than
/// `horizon`, or behind walls, get kNever.
std::vector<float> arrivalTimes(const Size3 &size, double spacingMm, std::span<const float> speed,
                                std::span<const float> start, float horizon);

} // namespace glio::phantom
