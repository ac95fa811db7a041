#pragma once
#include "glioscope/render/SliceState.h"

#include <vector>

namespace glio::render {

/// What the three lanes of a slice slider show, per slice of the reference grid (0-based voxel index).
struct SliceAxis {
    int count = 0;
    bool topIsLast = true;                    ///< the highest index lies at the top of the slider
    std::vector<Rgb> colours;                 ///< of the labels, in the order of `areaMm2`'s columns
    std::vector<std::vector<double>> areaMm2; ///< [slice][label]; empty without a mask
    std::vector<double> doubtMm2;             ///< empty without places
    std::vector<bool> edited;                 ///< edited by hand since the draft; may be empty
    std::vector<int> openPlaces;              ///< open places per slice; may be empty
};

/// Counts a mask and a map of places (values above 0 are doubtful; may be absent) per slice of `grid`. Volumes on other
/// grids are counted through world space. Cost: one pass over each volume. Thread: any.
SliceAxis sliceAxis(const Geometry &grid, Plane plane, const std::optional<LabelMap> &mask,
                    const std::vector<LabelLook> &looks, const std::optional<ByteVolume> &placeMap = {});

} // namespace glio::render
