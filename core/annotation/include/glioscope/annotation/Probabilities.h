#pragma once
#include "glioscope/annotation/LabelScheme.h"

namespace glio {

/// A softmax over a scheme's labels, one byte per class and voxel: probability = value / 255, quantised once by
/// round(255 p) and decoded from these bytes everywhere, so that window, command line and reopened case agree.
/// Class 0 is background; class c > 0 is scheme.labels()[c - 1]. Bytes of a voxel need not sum to exactly 255.
struct Probabilities {
    std::string schemeId;
    std::vector<Volume<std::uint8_t>>
        classes; ///< [class], all on one grid; without background's when `hasBackground` is false
    bool hasBackground = false;

    const Geometry &geometry() const { return classes.front().geometry(); }
    /// Volume of label number n (0-based in scheme.labels()).
    const Volume<std::uint8_t> &label(std::size_t n) const { return classes[n + (hasBackground ? 1 : 0)]; }
    bool empty() const { return classes.empty(); }
};

} // namespace glio
