#pragma once
#include "glioscope/augment/Augment.h"

namespace glio::augment {

using Map = std::array<double, 9>; ///< window offset from its centre (voxels) -> case offset (voxels), row-major
inline constexpr Map kSame{1, 0, 0, 0, 1, 0, 0, 0, 1};

Map times(const Map &a, const Map &b);
Map rotation(const std::array<double, 3> &angle); ///< radians; about x, then y, then z
Map inVoxels(Map map, const Spacing3 &spacing);   ///< of a map in mm
void mirrorAxis(Map &map, std::size_t axis);

enum class LabelRule { Nearest, LargestShare };

/// The window about its centre through `map`; images linear.
Sample warp(std::span<const ImageVolume, kSequences> images, const std::array<bool, kSequences> &present,
            const LabelVolume &labels, const Index3 &start, const Size3 &window, const Map &map, LabelRule rule);

} // namespace glio::augment
