#pragma once
#include <array>
#include <cstdint>

namespace glio::render {

enum class ColourMap { Grey, GreyInverted, Hot, Cividis };

/// One pixel as the frame stores it, 0xAARRGGBB: what Qt's RGB32 and the screen hold, so that painting is copying.
using Rgba = std::uint32_t;
constexpr Rgba rgba(unsigned r, unsigned g, unsigned b, unsigned a = 255) { return b | g << 8 | r << 16 | a << 24; }
constexpr unsigned red(Rgba c) { return c >> 16 & 255; }
constexpr unsigned green(Rgba c) { return c >> 8 & 255; }
constexpr unsigned blue(Rgba c) { return c & 255; }
constexpr unsigned alpha(Rgba c) { return c >> 24; }

/// 256 opaque colours from the low end of the window to its high end. Cividis: Nunez, Anderton, Renslow 2018.
const std::array<Rgba, 256> &colourTable(ColourMap map);

} // namespace glio::render
