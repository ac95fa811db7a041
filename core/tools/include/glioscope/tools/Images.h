#pragma once
#include "glioscope/volume/Volume.h"

namespace glio::tools {

/// A sequence that a tool looks at, on a grid of its own, and how much it counts beside the others (0: not at all).
/// The image must outlive the call.
struct WeightedImage {
    const ImageVolume *image = nullptr;
    double weight = 1;
};

} // namespace glio::tools
