#pragma once
#include "glioscope/annotation/LabelMap.h"
#include "glioscope/annotation/Probabilities.h"

#include <map>

namespace glio {

/// Thresholds by region id ("WT", "TC", "ET" …), 0..1; what is not named is 0.5.
using Thresholds = std::map<std::string, double>;

/// Mask from probabilities, from large to small: inside WT where the sum over WT's labels reaches its threshold; there,
/// core where TC's sum reaches its own; among the labels left, the one with the largest probability / (2 threshold of
/// that label); ties go to the lower value. Works on the bytes: sum >= ceil(255 t). Multi-threaded.
/// Errors: InvalidArgument when the scheme is unknown or the number of classes does not fit it.
Result<LabelVolume> decode(const Probabilities &probabilities, const Thresholds &thresholds = {});

/// The same for a box (start, size) written into `mask`, which lies on the probabilities' grid: for live sliders.
Result<void> decodeInto(LabelVolume &mask, const Probabilities &probabilities, const Thresholds &thresholds,
                        Index3 start, Size3 size);

/// Sum of the bytes of a region's labels, capped at 255: the region's probability map. Errors: InvalidArgument.
Result<Volume<std::uint8_t>> regionProbability(const Probabilities &probabilities, const std::string &regionId);

/// histogram[q] = voxels of value q. volumeMl(map, t) = ml where value >= ceil(255 t).
std::array<std::int64_t, 256> histogram(const Volume<std::uint8_t> &map);
double volumeMlAbove(const std::array<std::int64_t, 256> &histogram, double threshold, const Geometry &geometry);

/// Millilitres of each region of the scheme in a mask, by region id.
std::map<std::string, double> regionVolumesMl(const LabelVolume &mask, const LabelScheme &scheme);
std::map<std::string, double> regionVolumesMl(const LabelMap &mask, const LabelScheme &scheme);

} // namespace glio
