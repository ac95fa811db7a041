#include "NormKernels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace glio::nets::kernels {
namespace {
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define GLIO_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define GLIO_CLONES
#endif
#define GLIO_INLINE inline __attribute__((always_inline))

GLIO_INLINE float load(float v) { return v; }
GLIO_INLINE float load(BFloat v) { return std::bit_cast<float>(std::uint32_t(v.bits) << 16); }
GLIO_INLINE void store(float &target, float v) { target = v; }
GLIO_INLINE void store(BFloat &target, float v)
{
    const auto bits = std::bit_cast<std::uint32_t>(v); // round to nearest even; activations are never NaN by design
    target.bits = std::uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}
template <bool Silu> GLIO_INLINE float activate(float v)
{
    if constexpr (Silu) return v / (1.0f + std::exp(-v));
    return v > 0 ? v : 0.01f * v;
}

template <class T> GLIO_INLINE Moments momentsOf(const T *x, std::int64_t n)
{
    // Blocks in float32, their sums in double: exact enough for millions of voxels, and it vectorises.
    double sum = 0, squares = 0;
    const float pivot = n > 0 ? load(x[0]) : 0.0f; // keeps the squares small where the mean is far from 0
    for (std::int64_t start = 0; start < n; start += 4096) {
        const std::int64_t end = std::min(n, start + 4096);
        float s = 0, q = 0;
        for (std::int64_t i = start; i < end; ++i) {
            const float v = load(x[i]) - pivot;
            s += v;
            q += v * v;
        }
        sum += s;
        squares += q;
    }
    const double mean = n > 0 ? sum / double(n) : 0;
    return {mean + pivot, n > 0 ? std::max(0.0, squares / double(n) - mean * mean) : 0};
}
template <bool Silu, class T> GLIO_INLINE void affine(const T *x, T *y, std::int64_t n, float a, float b)
{
    for (std::int64_t i = 0; i < n; ++i)
        store(y[i], activate<Silu>(a * load(x[i]) + b));
}
template <class T> GLIO_INLINE void sumsOf(const T *x, std::int64_t voxels, std::int64_t channels, double *sums)
{
    constexpr std::int64_t width = 16;
    for (std::int64_t c0 = 0; c0 < channels; c0 += width) {
        const std::int64_t many = std::min(width, channels - c0);
        std::array<float, width> s{}, q{};
        if (many == width) {
            for (std::int64_t v = 0; v < voxels; ++v)
                for (std::int64_t c = 0; c < width; ++c) {
                    const float value = load(x[v * channels + c0 + c]);
                    s[c] += value;
                    q[c] += value * value;
                }
        } else {
            for (std::int64_t v = 0; v < voxels; ++v)
                for (std::int64_t c = 0; c < many; ++c) {
                    const float value = load(x[v * channels + c0 + c]);
                    s[c] += value;
                    q[c] += value * value;
                }
        }
        for (std::int64_t c = 0; c < many; ++c) {
            sums[c0 + c] = s[c];
            sums[channels + c0 + c] = q[c];
        }
    }
}
template <bool Silu, class T>
GLIO_INLINE void affineChannels(const T *x, T *y, std::int64_t voxels, std::int64_t channels, const float *scale,
                                const float *shift)
{
    for (std::int64_t v = 0; v < voxels; ++v)
        for (std::int64_t c = 0; c < channels; ++c)
            store(y[v * channels + c], activate<Silu>(scale[c] * load(x[v * channels + c]) + shift[c]));
}
} // namespace

GLIO_CLONES Moments moments(const float *x, std::int64_t n) { return momentsOf(x, n); }
GLIO_CLONES Moments moments(const BFloat *x, std::int64_t n) { return momentsOf(x, n); }
GLIO_CLONES void affineActivate(const float *x, float *y, std::int64_t n, float a, float b, Activation activation)
{
    activation == Activation::Silu ? affine<true>(x, y, n, a, b) : affine<false>(x, y, n, a, b);
}
GLIO_CLONES void affineActivate(const BFloat *x, BFloat *y, std::int64_t n, float a, float b, Activation activation)
{
    activation == Activation::Silu ? affine<true>(x, y, n, a, b) : affine<false>(x, y, n, a, b);
}
GLIO_CLONES void channelSums(const float *x, std::int64_t voxels, std::int64_t channels, double *sums)
{
    sumsOf(x, voxels, channels, sums);
}
GLIO_CLONES void channelSums(const BFloat *x, std::int64_t voxels, std::int64_t channels, double *sums)
{
    sumsOf(x, voxels, channels, sums);
}
GLIO_CLONES void affineActivateChannels(const float *x, float *y, std::int64_t voxels, std::int64_t channels,
                                        const float *scale, const float *shift, Activation activation)
{
    activation == Activation::Silu ? affineChannels<true>(x, y, voxels, channels, scale, shift)
                                   : affineChannels<false>(x, y, voxels, channels, scale, shift);
}
GLIO_CLONES void affineActivateChannels(const BFloat *x, BFloat *y, std::int64_t voxels, std::int64_t channels,
                                        const float *scale, const float *shift, Activation activation)
{
    activation == Activation::Silu ? affineChannels<true>(x, y, voxels, channels, scale, shift)
                                   : affineChannels<false>(x, y, voxels, channels, scale, shift);
}

void scaleAndShift(std::span<const double> sums, std::int64_t pieces, std::int64_t channels, std::int64_t groups,
                   std::int64_t voxels, const float *weight, const float *bias, double eps, float *scale, float *shift)
{
    const std::int64_t perGroup = channels / groups;
    for (std::int64_t g = 0; g < groups; ++g) {
        double sum = 0, squares = 0;
        for (std::int64_t p = 0; p < pieces; ++p)
            for (std::int64_t c = g * perGroup; c < (g + 1) * perGroup; ++c) {
                sum += sums[std::size_t(2 * channels * p + c)];
                squares += sums[std::size_t(2 * channels * p + channels + c)];
            }
        const double count = double(voxels * perGroup), mean = sum / count;
        const double deviation = std::sqrt(std::max(0.0, squares / count - mean * mean) + eps);
        for (std::int64_t c = g * perGroup; c < (g + 1) * perGroup; ++c) {
            scale[c] = float(weight[c] / deviation);
            shift[c] = float(bias[c] - mean * weight[c] / deviation);
        }
    }
}

} // namespace glio::nets::kernels
