#pragma once
#include "glioscope/base/Error.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace glio::io {

/// A flat picture without a place in space: rows from top to bottom, pixels from left to right, channels together.
struct Picture {
    std::int64_t width = 0, height = 0;
    int channels = 1; ///< 1 grey, 3 red green blue
    std::vector<std::uint8_t> pixels;

    Picture() = default;
    Picture(std::int64_t w, std::int64_t h, int c)
        : width(w), height(h), channels(c), pixels(std::size_t(w * h) * std::size_t(c))
    {
    }
    std::uint8_t *at(std::int64_t x, std::int64_t y) { return &pixels[std::size_t((y * width + x) * channels)]; }
    const std::uint8_t *at(std::int64_t x, std::int64_t y) const
    {
        return &pixels[std::size_t((y * width + x) * channels)];
    }
};

/// .tif .tiff .png .jpg .jpeg by the name's end.
bool hasPictureName(const std::filesystem::path &path);

/// TIFF, PNG or JPEG of 8 bits, one or three channels (a fourth, transparency, is left out). Thread: any, one at a
/// time. Errors: Io (missing, damaged); Unsupported (other depth or channels, several pages, over 256 million pixels; a
/// build without ITK).
Result<Picture> readPicture(const std::filesystem::path &path);

/// As PNG, beside and renamed over. Errors: Io, DiskFull, InvalidArgument (no pixels); Unsupported without ITK.
Result<void> writePng(const std::filesystem::path &path, const Picture &picture);

} // namespace glio::io
