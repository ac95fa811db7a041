#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace glio::reporting {

/// An 8-bit RGB PNG. `rgb`: row by row, width * height * 3 bytes. An empty or wrongly sized picture gives no bytes.
std::vector<std::uint8_t> encodePng(int width, int height, std::span<const std::uint8_t> rgb);

/// RFC 4648 with padding.
std::string base64(std::span<const std::uint8_t> bytes);

} // namespace glio::reporting
