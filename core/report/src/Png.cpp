#include "glioscope/report/Png.h"

#include <zlib.h>

#include <cstring>
#include <string_view>

namespace glio::reporting {
namespace {

void putBigEndian(std::vector<std::uint8_t> &out, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(std::uint8_t(value >> shift));
}

void putChunk(std::vector<std::uint8_t> &out, std::string_view kind, std::span<const std::uint8_t> data)
{
    putBigEndian(out, std::uint32_t(data.size()));
    const std::size_t from = out.size();
    out.insert(out.end(), kind.begin(), kind.end());
    out.insert(out.end(), data.begin(), data.end());
    putBigEndian(out, std::uint32_t(crc32(0, out.data() + from, uInt(out.size() - from))));
}

} // namespace

std::vector<std::uint8_t> encodePng(int width, int height, std::span<const std::uint8_t> rgb)
{
    if (width <= 0 || height <= 0 || rgb.size() != std::size_t(width) * std::size_t(height) * 3) return {};
    // Each row is written as the difference from the row above (filter 2): slices are smooth.
    const std::size_t stride = std::size_t(width) * 3;
    std::vector<std::uint8_t> rows;
    rows.reserve((stride + 1) * std::size_t(height));
    for (std::size_t y = 0; y < std::size_t(height); ++y) {
        rows.push_back(2);
        for (std::size_t x = 0; x < stride; ++x)
            rows.push_back(std::uint8_t(rgb[y * stride + x] - (y > 0 ? rgb[(y - 1) * stride + x] : 0)));
    }
    uLongf packedSize = compressBound(uLong(rows.size()));
    std::vector<std::uint8_t> packed(packedSize);
    if (compress2(packed.data(), &packedSize, rows.data(), uLong(rows.size()), 9) != Z_OK) return {};
    packed.resize(packedSize);

    std::vector<std::uint8_t> out{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}, head;
    putBigEndian(head, std::uint32_t(width));
    putBigEndian(head, std::uint32_t(height));
    for (const std::uint8_t byte : {8, 2, 0, 0, 0}) // depth, RGB, deflate, adaptive filters, not interlaced
        head.push_back(byte);
    putChunk(out, "IHDR", head);
    putChunk(out, "IDAT", packed);
    putChunk(out, "IEND", {});
    return out;
}

std::string base64(std::span<const std::uint8_t> bytes)
{
    constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t n = 0; n < bytes.size(); n += 3) {
        std::uint32_t three = std::uint32_t(bytes[n]) << 16;
        if (n + 1 < bytes.size()) three |= std::uint32_t(bytes[n + 1]) << 8;
        if (n + 2 < bytes.size()) three |= bytes[n + 2];
        for (int shift = 18; shift >= 0; shift -= 6)
            out += kDigits[three >> shift & 63];
        if (n + 1 >= bytes.size()) out[out.size() - 2] = '=';
        if (n + 2 >= bytes.size()) out.back() = '=';
    }
    return out;
}

} // namespace glio::reporting
