#pragma once
#include "glioscope/volume/Geometry.h"

#include <array>

namespace glio {

// The one place where index orders meet. Volume: (i, j, k), i fastest. Tensor: (N, C, D, H, W) with D = k, H = j, W =
// i; memory order is the same, so a contiguous (D, H, W) tensor and a Volume share their bytes. NIfTI: world is RAS,
// ours LPS.

/// Tensor shape (D, H, W) of a grid of `size` (ni, nj, nk), and back.
constexpr std::array<std::int64_t, 3> tensorShape(const Size3 &size) { return {size[2], size[1], size[0]}; }
constexpr Size3 volumeSize(const std::array<std::int64_t, 3> &dhw) { return {dhw[2], dhw[1], dhw[0]}; }
/// Spacing in mm as (k, j, i), the order of a tensor's axes.
constexpr std::array<double, 3> tensorSpacing(const Spacing3 &spacing) { return {spacing[2], spacing[1], spacing[0]}; }

/// RAS <-> LPS: x and y change sign. Its own inverse.
constexpr PointMm flipRasLps(const PointMm &p) { return {-p.x, -p.y, p.z}; }

} // namespace glio
