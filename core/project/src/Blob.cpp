#include "ProjectPrivate.h"

#include <cstring>
#include <nlohmann/json.hpp>
#include <zlib.h>

namespace glio::project {
namespace {
constexpr std::size_t kHead = 12; // length (8), checksum of the compressed bytes (4)
constexpr std::uint64_t kMost = std::uint64_t{1} << 31;
} // namespace

std::string packed(const std::string &bytes)
{
    uLongf size = compressBound(uLong(bytes.size()));
    std::string blob(kHead + size, '\0');
    compress2(reinterpret_cast<Bytef *>(blob.data() + kHead), &size, reinterpret_cast<const Bytef *>(bytes.data()),
              uLong(bytes.size()), 1); // runs of runs: the fastest level gives nearly all there is
    blob.resize(kHead + size);
    const std::uint64_t length = bytes.size();
    const auto sum = std::uint32_t(crc32(0, reinterpret_cast<const Bytef *>(blob.data() + kHead), uInt(size)));
    std::memcpy(blob.data(), &length, 8);
    std::memcpy(blob.data() + 8, &sum, 4);
    return blob;
}

Result<std::string> unpacked(std::string_view blob)
{
    const auto damaged = [] { return fail(Errc::Io, "It is damaged."); };
    if (blob.size() < kHead) return damaged();
    std::uint64_t length = 0;
    std::uint32_t sum = 0;
    std::memcpy(&length, blob.data(), 8);
    std::memcpy(&sum, blob.data() + 8, 4);
    const auto *data = reinterpret_cast<const Bytef *>(blob.data() + kHead);
    const auto size = uInt(blob.size() - kHead);
    if (length > kMost || crc32(0, data, size) != sum) return damaged();
    std::string bytes(length, '\0');
    uLongf got = uLongf(length);
    if (uncompress(reinterpret_cast<Bytef *>(bytes.data()), &got, data, size) != Z_OK || got != length)
        return damaged();
    return bytes;
}

std::string gridText(const Geometry &grid)
{
    return nlohmann::json{{"size", grid.size()},
                          {"spacing", grid.spacing()},
                          {"origin", {grid.origin().x, grid.origin().y, grid.origin().z}},
                          {"direction", grid.direction()}}
        .dump();
}

Result<Geometry> gridFrom(const std::string &text)
{
    try {
        const auto json = nlohmann::json::parse(text);
        const auto origin = json.at("origin").get<std::array<double, 3>>();
        return Geometry::make(json.at("size").get<Size3>(), json.at("spacing").get<Spacing3>(),
                              {origin[0], origin[1], origin[2]}, json.at("direction").get<Matrix3>());
    } catch (const nlohmann::json::exception &) {
        return fail(Errc::Io, "The grid of a mask in the project is damaged.");
    }
}

} // namespace glio::project
