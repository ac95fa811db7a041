#pragma once
#include "glioscope/base/Error.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace glio {

/// SHA-256 (FIPS 180-4), fed in pieces. The engine must build where no crypto library is, hence our own.
class Sha256 {
public:
    Sha256();
    void add(std::span<const std::byte> bytes);
    std::string hex(); ///< 64 lower-case digits; ends the hash

private:
    void block(const std::uint8_t *data);
    std::array<std::uint32_t, 8> m_state;
    std::array<std::uint8_t, 64> m_buffer{};
    std::uint64_t m_length = 0;
};

std::string sha256Hex(std::span<const std::byte> bytes);
/// Errors: Io.
Result<std::string> sha256OfFile(const std::filesystem::path &path);

} // namespace glio
