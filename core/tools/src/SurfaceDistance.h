#pragma once
#include "glioscope/volume/Geometry.h"

#include <cstdint>
#include <span>
#include <vector>

namespace glio::tools {

/// Squared distance in mm from every voxel's centre to the set, exact where a voxel of the set counts as the middle
/// half of its cuboid: 0 in the set, infinite without one. The surface of a shape runs somewhere between the outermost
/// centres and their cuboids' faces: a ball of 14 mm grown by 2 mm on slices of 3 mm comes out 15 % too small from
/// centre to centre, 12 % too large from the faces, and within 8 % from the middle. On one axis a voxel n steps of h
/// away lies at n h - h / 4.
std::vector<float> squaredSurfaceDistances(std::span<const std::uint8_t> set, const Size3 &size,
                                           const Spacing3 &spacing);

} // namespace glio::tools
