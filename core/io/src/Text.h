#pragma once
#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>

namespace glio::io {

/// The parts one after the other. (std::format is missing from compilers that GPU machines still have.)
template <class... Parts> std::string text(const Parts &...parts)
{
    std::ostringstream out;
    (out << ... << parts);
    return std::move(out).str();
}

/// The file's path in single quotes, as sentences name it.
inline std::string quoted(const std::filesystem::path &path) { return "'" + path.string() + "'"; }

/// "17.9 MB", "352 bytes".
inline std::string bytesText(std::uint64_t bytes)
{
    if (bytes < 10'000) return text(bytes, " bytes");
    std::ostringstream out;
    out.precision(3);
    if (bytes < 1'000'000)
        out << double(bytes) / 1e3 << " kB";
    else if (bytes < 1'000'000'000)
        out << double(bytes) / 1e6 << " MB";
    else
        out << double(bytes) / 1e9 << " GB";
    return std::move(out).str();
}

} // namespace glio::io
