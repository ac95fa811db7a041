#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace glio::project {

/// Bytes compressed, with their length and checksum in front: 1 byte method (0 as they are, 1 zlib), CRC-32 of the
/// original, 8 bytes length, both little-endian.
std::string packed(std::string_view bytes);

/// The original; nothing when the packed ones are damaged.
std::optional<std::string> unpacked(std::string_view pack);

} // namespace glio::project
