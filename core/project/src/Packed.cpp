#include "Packed.h"

#include <zlib.h>

#include <cstdint>
#include <stdexcept>

namespace glio::project {
namespace {

constexpr std::size_t kHead = 1 + 4 + 8;
constexpr std::uint64_t kMostRatio = 1100; // zlib cannot do better than 1032: a damaged length must not ask for more

std::uint32_t checksum(std::string_view bytes)
{
    return std::uint32_t(crc32_z(crc32_z(0, nullptr, 0), reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

void put(std::string &out, std::uint64_t value, int bytes)
{
    for (int n = 0; n < bytes; ++n)
        out += char(value >> (8 * n));
}

std::uint64_t take(std::string_view in, int bytes)
{
    std::uint64_t value = 0;
    for (int n = 0; n < bytes; ++n)
        value |= std::uint64_t(std::uint8_t(in[std::size_t(n)])) << (8 * n);
    return value;
}

} // namespace

std::string packed(std::string_view bytes)
{
    std::string pack(1, char(1));
    put(pack, checksum(bytes), 4);
    put(pack, bytes.size(), 8);
    uLongf length = compressBound(uLong(bytes.size()));
    pack.resize(kHead + length);
    const int code = compress2(reinterpret_cast<Bytef *>(pack.data() + kHead), &length,
                               reinterpret_cast<const Bytef *>(bytes.data()), uLong(bytes.size()), Z_BEST_SPEED);
    if (code == Z_MEM_ERROR) throw std::bad_alloc();
    if (code != Z_OK) throw std::logic_error("zlib refused to compress");
    pack.resize(kHead + length);
    if (length >= bytes.size()) {
        pack.resize(kHead);
        pack += bytes;
        pack[0] = 0;
    }
    return pack;
}

std::optional<std::string> unpacked(std::string_view pack)
{
    if (pack.size() < kHead) return {};
    const std::uint32_t expected = std::uint32_t(take(pack.substr(1), 4));
    const std::uint64_t size = take(pack.substr(5), 8);
    const std::string_view body = pack.substr(kHead);
    std::string bytes;
    if (pack[0] == 0) {
        bytes = body;
    } else if (pack[0] == 1 && size <= body.size() * kMostRatio) {
        bytes.resize(size);
        uLongf length = size;
        if (uncompress(reinterpret_cast<Bytef *>(bytes.data()), &length, reinterpret_cast<const Bytef *>(body.data()),
                       uLong(body.size())) != Z_OK)
            return {};
        bytes.resize(length);
    } else {
        return {};
    }
    if (bytes.size() != size || checksum(bytes) != expected) return {};
    return bytes;
}

} // namespace glio::project
