#include "Convert.h"
#include "Text.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace glio::io {
namespace {
constexpr std::int64_t kGrain = 1 << 18;

template <std::size_t N> std::array<std::byte, N> load(const std::byte *at, bool swapBytes)
{
    std::array<std::byte, N> bytes;
    std::memcpy(bytes.data(), at, N);
    if (swapBytes) std::reverse(bytes.begin(), bytes.end());
    return bytes;
}

template <class T, bool Swap> T value(const std::byte *raw, std::int64_t n)
{
    if constexpr (sizeof(T) == 1 || !Swap) {
        T v;
        std::memcpy(&v, raw + std::size_t(n) * sizeof(T), sizeof(T));
        return v;
    } else {
        return std::bit_cast<T>(load<sizeof(T)>(raw + std::size_t(n) * sizeof(T), true));
    }
}

double fromX87(const std::array<std::byte, 16> &b)
{
    std::uint64_t mantissa = 0;
    std::uint16_t top = 0;
    std::memcpy(&mantissa, b.data(), 8);
    std::memcpy(&top, b.data() + 8, 2);
    const double sign = top & 0x8000 ? -1 : 1;
    const int exponent = top & 0x7fff;
    if (exponent == 0x7fff)
        return (mantissa << 1) == 0 ? sign * std::numeric_limits<double>::infinity()
                                    : std::numeric_limits<double>::quiet_NaN();
    return sign * std::ldexp(double(mantissa), exponent - 16383 - 63);
}
double fromQuad(const std::array<std::byte, 16> &b)
{
    std::uint64_t low = 0, high = 0;
    std::memcpy(&low, b.data(), 8);
    std::memcpy(&high, b.data() + 8, 8);
    const double sign = high >> 63 ? -1 : 1;
    const int exponent = int(high >> 48) & 0x7fff;
    const std::uint64_t fraction = high & 0xffff'ffff'ffffULL;
    if (exponent == 0x7fff)
        return fraction == 0 && low == 0 ? sign * std::numeric_limits<double>::infinity()
                                         : std::numeric_limits<double>::quiet_NaN();
    const double mantissa = double(fraction) + std::ldexp(double(low), -64) + (exponent ? std::ldexp(1.0, 48) : 0.0);
    return sign * std::ldexp(mantissa, std::max(exponent, 1) - 16383 - 48);
}

/// 16-byte floats are either kind; the x87 one leaves its last six bytes zero, where the other keeps its exponent.
bool isX87(std::span<const std::byte> raw, bool swapBytes, std::int64_t count)
{
    for (std::int64_t n = 0; n < count; ++n) {
        const auto b = load<16>(raw.data() + n * 16, swapBytes);
        for (int k = 10; k < 16; ++k)
            if (b[k] != std::byte{}) return false;
    }
    return true;
}

/// Calls body(get, begin, end) on ranges, where get(n) is raw value n.
template <class Body>
bool withValues(std::span<const std::byte> raw, VoxelType type, bool swapBytes, std::int64_t count, const Body &body)
{
    const std::byte *at = raw.data();
    const auto run = [&]<class T>(T) {
        if (swapBytes && sizeof(T) > 1)
            parallelFor(0, count, kGrain, [&](std::int64_t b, std::int64_t e) {
                body([at](std::int64_t n) { return value<T, true>(at, n); }, b, e);
            });
        else
            parallelFor(0, count, kGrain, [&](std::int64_t b, std::int64_t e) {
                body([at](std::int64_t n) { return value<T, false>(at, n); }, b, e);
            });
        return true;
    };
    switch (type) {
    case VoxelType::UInt8:
        return run(std::uint8_t{});
    case VoxelType::Int8:
        return run(std::int8_t{});
    case VoxelType::UInt16:
        return run(std::uint16_t{});
    case VoxelType::Int16:
        return run(std::int16_t{});
    case VoxelType::UInt32:
        return run(std::uint32_t{});
    case VoxelType::Int32:
        return run(std::int32_t{});
    case VoxelType::UInt64:
        return run(std::uint64_t{});
    case VoxelType::Int64:
        return run(std::int64_t{});
    case VoxelType::Float32:
        return run(float{});
    case VoxelType::Float64:
        return run(double{});
    case VoxelType::Float128: {
        const bool x87 = isX87(raw, swapBytes, count);
        parallelFor(0, count, kGrain, [&](std::int64_t b, std::int64_t e) {
            body(
                [&](std::int64_t n) {
                    const auto bytes = load<16>(at + n * 16, swapBytes);
                    return x87 ? fromX87(bytes) : fromQuad(bytes);
                },
                b, e);
        });
        return true;
    }
    default:
        return false;
    }
}
} // namespace

Error refusedType(VoxelType type, const std::filesystem::path &path)
{
    switch (type) {
    case VoxelType::Rgb24:
    case VoxelType::Rgba32:
        return {Errc::Unsupported, text(quoted(path), " is a colour image (", voxelTypeName(type),
                                        "), not a scan or a mask. Choose the grey image that it was made from.")};
    case VoxelType::Complex64:
    case VoxelType::Complex128:
    case VoxelType::Complex256:
        return {Errc::Unsupported, text(quoted(path), " holds complex numbers (", voxelTypeName(type),
                                        "). Save its magnitude as a file and open that one.")};
    default:
        return {Errc::Unsupported, text(quoted(path), " stores voxels of type ", voxelTypeName(type),
                                        ", which cannot be read. Save it as int16 or float32.")};
    }
}

Result<void> convertToFloat(std::span<const std::byte> raw, VoxelType type, bool swapBytes, double slope,
                            double intercept, std::span<float> to, const std::filesystem::path &nameForErrors)
{
    const auto count = std::int64_t(to.size());
    const bool scaled = slope != 1 || intercept != 0;
    const bool known = withValues(raw, type, swapBytes, count, [&](auto get, std::int64_t begin, std::int64_t end) {
        if (scaled)
            for (auto n = begin; n < end; ++n)
                to[std::size_t(n)] = float(double(get(n)) * slope + intercept);
        else
            for (auto n = begin; n < end; ++n)
                to[std::size_t(n)] = float(get(n));
    });
    if (!known) return std::unexpected(refusedType(type, nameForErrors));
    return {};
}

Result<void> convertToLabels(std::span<const std::byte> raw, VoxelType type, bool swapBytes, double slope,
                             double intercept, std::span<std::uint8_t> to, const std::filesystem::path &nameForErrors)
{
    const auto count = std::int64_t(to.size());
    const bool scaled = slope != 1 || intercept != 0;
    std::atomic<std::int64_t> firstBad{count};
    std::atomic<double> badValue{0};
    const bool known = withValues(raw, type, swapBytes, count, [&](auto get, std::int64_t begin, std::int64_t end) {
        for (auto n = begin; n < end; ++n) {
            const double v = scaled ? double(get(n)) * slope + intercept : double(get(n));
            const double whole = std::nearbyint(v);
            if (!(whole >= 0 && whole <= 255 && std::abs(v - whole) <= 1e-3)) {
                std::int64_t known = firstBad.load();
                while (n < known && !firstBad.compare_exchange_weak(known, n)) {
                }
                if (firstBad.load() == n) badValue.store(v);
                return;
            }
            to[std::size_t(n)] = std::uint8_t(whole);
        }
    });
    if (!known) return std::unexpected(refusedType(type, nameForErrors));
    if (firstBad.load() < count)
        return fail(Errc::InvalidArgument,
                    text(quoted(nameForErrors), " is not a mask: it holds the value ", badValue.load(),
                         ", and labels are whole numbers from 0 to 255. Choose the segmentation file."));
    return {};
}

} // namespace glio::io
