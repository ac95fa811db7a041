#pragma once
#include "glioscope/render/ColourMap.h"

#include <cstddef>
#include <vector>

namespace glio::render {

/// A picture: device pixels, rows from top to bottom, no padding, opaque.
struct Frame {
    int width = 0, height = 0;
    double ratio = 1; ///< device pixels per logical pixel
    std::vector<Rgba> pixels;

    void resize(int w, int h)
    {
        width = w;
        height = h;
        pixels.resize(std::size_t(w) * std::size_t(h));
    }
    Rgba *row(int y) { return pixels.data() + std::size_t(y) * std::size_t(width); }
    const Rgba *row(int y) const { return pixels.data() + std::size_t(y) * std::size_t(width); }
    Rgba at(int x, int y) const { return row(y)[x]; }
};

} // namespace glio::render
