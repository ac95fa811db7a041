#include "Checks.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace glio::cuda {
namespace {
struct Half {
    std::uint16_t bits;
};
struct BFloat {
    std::uint16_t bits;
};

float load(float v) { return v; }
float load(BFloat v) { return std::bit_cast<float>(std::uint32_t(v.bits) << 16); }
float load(Half v)
{
    const std::uint32_t sign = std::uint32_t(v.bits & 0x8000u) << 16, exponent = (v.bits >> 10) & 31u,
                        mantissa = v.bits & 1023u;
    if (exponent == 0) { // zero and subnormal
        const float value = std::ldexp(float(mantissa), -24);
        return sign ? -value : value;
    }
    if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000u | mantissa << 13);
    return std::bit_cast<float>(sign | (exponent + 112) << 23 | mantissa << 13);
}
void store(float &target, float v) { target = v; }
void store(BFloat &target, float v)
{
    const auto bits = std::bit_cast<std::uint32_t>(v); // round to nearest even
    target.bits = std::isnan(v) ? 0x7fc0 : std::uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}
void store(Half &target, float v)
{
    const auto bits = std::bit_cast<std::uint32_t>(v);
    const auto sign = std::uint16_t(bits >> 16 & 0x8000u);
    const float size = std::abs(v);
    if (std::isnan(v)) {
        target.bits = 0x7e00;
    } else if (size >= 65520.0f) { // beyond the largest half by rounding
        target.bits = sign | 0x7c00;
    } else if (size < 0x1p-14f) { // a multiple of 2^-24
        target.bits = sign | std::uint16_t(std::nearbyint(std::ldexp(size, 24)));
    } else { // round to nearest even
        const std::uint32_t rounded = (bits & 0x7fffffffu) + 0xfff + ((bits >> 13) & 1);
        target.bits = sign | std::uint16_t((rounded >> 13) - (112u << 10));
    }
}

float activate(float v, Activation activation)
{
    switch (activation) {
    case Activation::None:
        return v;
    case Activation::LeakyRelu:
        return v > 0 ? v : 0.01f * v;
    case Activation::Silu:
        return v / (1.0f + std::exp(-v));
    }
    return v;
}

template <class T> void norm(const NormActivate &w)
{
    const std::int64_t perGroup = w.channels / w.groups, many = perGroup * w.voxels;
    parallelFor(0, w.samples * w.groups, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t g = begin; g < end; ++g) {
            const T *in = static_cast<const T *>(w.in) + g * many;
            T *out = static_cast<T *>(w.out) + g * many;
            double sum = 0, squares = 0;
            for (std::int64_t i = 0; i < many; ++i)
                sum += double(load(in[i]));
            const double mean = sum / double(many);
            for (std::int64_t i = 0; i < many; ++i)
                squares += (double(load(in[i])) - mean) * (double(load(in[i])) - mean);
            const double scale = 1.0 / std::sqrt(squares / double(many) + w.eps);
            for (std::int64_t c = 0; c < perGroup; ++c) {
                const std::int64_t channel = g % w.groups * perGroup + c;
                const auto a = float(scale * w.weight[channel]),
                           b = float(w.bias[channel] - mean * scale * w.weight[channel]);
                for (std::int64_t v = c * w.voxels; v < (c + 1) * w.voxels; ++v)
                    store(out[v], activate(a * load(in[v]) + b, w.activation));
            }
        }
    });
}
} // namespace

Result<void> normActivateHost(const NormActivate &work)
{
    if (auto good = check(work); !good) return good;
    switch (work.number) {
    case Number::Float32:
        norm<float>(work);
        break;
    case Number::Float16:
        norm<Half>(work);
        break;
    case Number::BFloat16:
        norm<BFloat>(work);
        break;
    }
    return {};
}

Result<void> accumulateHost(const Accumulate &w)
{
    if (auto good = check(w); !good) return good;
    const std::int64_t plane = w.rows * w.columns, voxels = w.window[0] * w.window[1] * w.window[2];
    parallelFor(0, w.window[2], 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t z = begin; z < end; ++z) {
            const std::int64_t slot = (w.start[2] + z) % w.planes;
            for (std::int64_t y = 0; y < w.window[1]; ++y) {
                const float weight = w.factor * w.profileZ[z] * w.profileY[y];
                const std::int64_t at = slot * plane + (w.start[1] + y) * w.columns + w.start[0];
                const float *row = w.logits + (z * w.window[1] + y) * w.window[0];
                for (std::int64_t c = 0; c < w.classes; ++c) {
                    float *sum = w.sums + c * w.planes * plane + at;
                    for (std::int64_t x = 0; x < w.window[0]; ++x)
                        sum[x] += weight * w.profileX[x] * row[c * voxels + x];
                }
                float *total = w.weights + at;
                for (std::int64_t x = 0; x < w.window[0]; ++x)
                    total[x] += weight * w.profileX[x];
            }
        }
    });
    return {};
}

} // namespace glio::cuda
