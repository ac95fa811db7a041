#pragma once
#include "glioscope/volume/Geometry.h"

#include <cstdint>
#include <span>

/// 95th percentile of the distances from the border of each mask to the other, by ITK's exact distance maps
/// (Maurer 2003) over the whole volume: how a program built on ITK alone would do it. Voxel centres, max of both.
double itkHd95(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b, const glio::Size3 &size,
               const glio::Spacing3 &spacing);
