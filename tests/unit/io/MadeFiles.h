#pragma once
#include "TestFolder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>
#include <zlib.h>

namespace glio::test {

inline void save(const std::filesystem::path &path, const std::string &bytes)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
}
inline std::string load(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// One gzip member, by zlib (not by the code under test).
inline std::string gzip(const std::string &plain)
{
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, uLong(plain.size())) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(plain.data()));
    stream.avail_in = uInt(plain.size());
    stream.next_out = reinterpret_cast<Bytef *>(packed.data());
    stream.avail_out = uInt(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

/// A NIfTI file put together byte by byte. Defaults: 5x4x3 int16 ramp, 1 mm, sform = identity (RAS).
struct MadeNifti {
    int version = 1;
    bool swapBytes = false;
    std::array<std::int64_t, 8> dim{3, 5, 4, 3, 1, 1, 1, 1};
    std::array<double, 8> pixdim{1, 1, 1, 1, 1, 1, 1, 1};
    int datatype = 4, bits = 16, qformCode = 0, sformCode = 1, units = 2;
    double slope = 0, intercept = 0;
    std::array<double, 6> quaternion{};
    std::array<double, 12> sform{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
    double voxelOffset = -1; ///< -1: right after the header
    std::string magic;       ///< "" = as the version says
    std::string description;
    std::string voxels; ///< "" = a ramp of the type

    std::int64_t count() const
    {
        std::int64_t n = 1;
        for (int axis = 1; axis <= dim[0]; ++axis)
            n *= dim[std::size_t(axis)];
        return n;
    }
    template <class T> void put(std::string &to, std::size_t at, T value) const
    {
        std::array<char, sizeof(T)> raw;
        std::memcpy(raw.data(), &value, sizeof(T));
        if (swapBytes) std::reverse(raw.begin(), raw.end());
        if (to.size() < at + sizeof(T)) to.resize(at + sizeof(T), '\0');
        std::memcpy(to.data() + at, raw.data(), sizeof(T));
    }
    template <class T> std::string ramp(T (*value)(std::int64_t)) const
    {
        std::string out;
        for (std::int64_t n = 0; n < count(); ++n)
            put<T>(out, out.size(), value(n));
        return out;
    }
    std::string header(bool pair = false) const
    {
        std::string h(version == 2 ? 540 : 348, '\0');
        const double offset = voxelOffset >= 0 ? voxelOffset : pair ? 0 : double(h.size() + 4);
        std::string mark = magic;
        if (mark.empty()) mark = version == 2 ? (pair ? "ni2" : "n+2") : (pair ? "ni1" : "n+1");
        const auto text = [&](std::size_t at, const std::string &value) { h.replace(at, value.size(), value); };
        if (version == 2) {
            put<std::int32_t>(h, 0, 540);
            text(4, mark + std::string("\0\r\n\032\n", 5));
            put<std::int16_t>(h, 12, std::int16_t(datatype));
            put<std::int16_t>(h, 14, std::int16_t(bits));
            for (std::size_t n = 0; n < 8; ++n)
                put<std::int64_t>(h, 16 + 8 * n, dim[n]), put<double>(h, 104 + 8 * n, pixdim[n]);
            put<std::int64_t>(h, 168, std::int64_t(offset));
            put<double>(h, 176, slope);
            put<double>(h, 184, intercept);
            text(240, description);
            put<std::int32_t>(h, 344, qformCode);
            put<std::int32_t>(h, 348, sformCode);
            for (std::size_t n = 0; n < 6; ++n)
                put<double>(h, 352 + 8 * n, quaternion[n]);
            for (std::size_t n = 0; n < 12; ++n)
                put<double>(h, 400 + 8 * n, sform[n]);
            put<std::int32_t>(h, 500, units);
        } else {
            put<std::int32_t>(h, 0, 348);
            for (std::size_t n = 0; n < 8; ++n)
                put<std::int16_t>(h, 40 + 2 * n, std::int16_t(dim[n])), put<float>(h, 76 + 4 * n, float(pixdim[n]));
            put<std::int16_t>(h, 70, std::int16_t(datatype));
            put<std::int16_t>(h, 72, std::int16_t(bits));
            put<float>(h, 108, float(offset));
            put<float>(h, 112, float(slope));
            put<float>(h, 116, float(intercept));
            h[123] = char(units);
            text(148, description);
            put<std::int16_t>(h, 252, std::int16_t(qformCode));
            put<std::int16_t>(h, 254, std::int16_t(sformCode));
            for (std::size_t n = 0; n < 6; ++n)
                put<float>(h, 256 + 4 * n, float(quaternion[n]));
            for (std::size_t n = 0; n < 12; ++n)
                put<float>(h, 280 + 4 * n, float(sform[n]));
            text(344, mark);
        }
        return h;
    }
    std::string body() const
    {
        if (!voxels.empty()) return voxels;
        switch (datatype) {
        case 2:
            return ramp<std::uint8_t>([](std::int64_t n) { return std::uint8_t(n % 200); });
        case 256:
            return ramp<std::int8_t>([](std::int64_t n) { return std::int8_t(n % 120 - 60); });
        case 512:
            return ramp<std::uint16_t>([](std::int64_t n) { return std::uint16_t(n * 700 + 7); });
        case 8:
            return ramp<std::int32_t>([](std::int64_t n) { return std::int32_t(n * 30001 - 500000); });
        case 768:
            return ramp<std::uint32_t>([](std::int64_t n) { return std::uint32_t(n * 30001); });
        case 1024:
            return ramp<std::int64_t>([](std::int64_t n) { return n * 30001 - 500000; });
        case 1280:
            return ramp<std::uint64_t>([](std::int64_t n) { return std::uint64_t(n) * 30001; });
        case 16:
            return ramp<float>([](std::int64_t n) { return float(n) * 0.37f - 5; });
        case 64:
            return ramp<double>([](std::int64_t n) { return double(n) * 0.37 - 5; });
        default:
            return ramp<std::int16_t>([](std::int64_t n) { return std::int16_t(n * 11 - 300); });
        }
    }
    std::string bytes() const { return header() + std::string(4, '\0') + body(); }
};

} // namespace glio::test
