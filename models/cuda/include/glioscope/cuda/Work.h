#pragma once
// What a kernel is asked to do: C++20 and no more, because .cu files include it.
#include <cstdint>

namespace glio::cuda {

enum class Number { Float32, Float16, BFloat16 };
enum class Activation { None, LeakyRelu, Silu }; ///< LeakyRelu: slope 0.01

/// Group norm (groups == channels: instance norm) and activation over (samples, channels, voxels), contiguous.
/// Sums are float32 within a block and merged by their moments: no cancellation where a mean is far from 0, and the
/// same bits every time.
struct NormActivate {
    const void *in = nullptr;
    void *out = nullptr; ///< may be `in`
    Number number = Number::Float32;
    std::int64_t samples = 1, channels = 1, voxels = 1, groups = 1;
    const float *weight = nullptr, *bias = nullptr; ///< a value a channel
    double eps = 1e-5;
    Activation activation = Activation::LeakyRelu;
};

/// Adds a window's logits into running sums of a volume, weighted by the product of three profiles:
/// sums[c][slot(z)][y + start.y][x + start.x] += w logits[c][z][y][x], the weights likewise; slot(z) = (start.z + z)
/// modulo `planes`, because only as many planes as a window is deep are kept.
struct Accumulate {
    const float *logits = nullptr; ///< (classes, z, y, x)
    float *sums = nullptr;         ///< (classes, planes, rows, columns)
    float *weights = nullptr;      ///< (planes, rows, columns)
    std::int64_t classes = 1, planes = 1, rows = 1, columns = 1;
    std::int64_t window[3] = {0, 0, 0}, start[3] = {0, 0, 0}; ///< x, y, z (a plain array: device code reads it)
    const float *profileX = nullptr, *profileY = nullptr, *profileZ = nullptr;
    float factor = 1; ///< of every weight
};

} // namespace glio::cuda
