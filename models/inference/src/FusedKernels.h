#pragma once
#include <cstddef>
#include <cstdint>

namespace glio::inference::fused {

// Rows of a convolution and of norm + activation for AVX-512. Activations lie in blocks of 16 channels, voxel by voxel
// (block, d, h, w, 16), with a rim of zeros as wide as the largest dilation, so that no tap needs a bounds check.
// Plain structs and pointers alone: the sources behind this are compiled for one instruction set, and an inline
// function of a shared header compiled there could end up in a program that runs elsewhere.

/// One row of output voxels for one or two blocks of 16 output channels.
struct ConvRow {
    const void *const
        *taps; ///< `tapBlocks` pointers: the input voxel under the first output voxel, by tap and input block
    std::int64_t tapBlocks;
    std::int64_t inStep;       ///< elements between the inputs of neighbouring outputs
    int lanes;                 ///< input channels of a block that count (the rest is 0): steps of the inner loop
    const void *weights;       ///< [tapBlock][lane][16 outputs][inputs of a lane] of the first output block
    std::int64_t weightsStep;  ///< elements to the second output block's weights
    int outBlocks;             ///< 1 or 2
    const float *bias;         ///< 16 a block, or null
    void *out;                 ///< first output voxel of the first block
    std::int64_t outStep;      ///< elements between neighbouring outputs
    std::int64_t outBlockStep; ///< elements to the second block
    float *sums;               ///< 32 a block: sums then sums of squares of the row, before rounding; or null
    std::int64_t columns;
    bool outFloat; ///< outputs are float32 whatever the element is (the head)
};

/// x = leaky(scale x + shift [+ other]) * factor on a row of one block, in place. slope 1 = no activation.
struct AffineRow {
    void *x;
    const void *other;                   ///< or null
    const float *scale, *shift, *factor; ///< 16 each; factor may be null
    float slope;
    std::int64_t columns;
};

struct Kernels {
    std::size_t elementBytes; ///< 4: float32, 2: bfloat16
    int inputsPerLane;        ///< 1 or 2
    void (*convRow)(const ConvRow &);
    void (*affineRow)(const AffineRow &);
    /// n voxels of one block from planar float32: out[v][c] = planes[c][v] for c < channels, 0 beyond.
    void (*packRow)(const float *const *planes, int channels, std::int64_t n, void *out);
};

/// Null where the processor (or the compiler's target) cannot.
const Kernels *float32Kernels();
const Kernels *bfloat16Kernels();

namespace detail { // of the sources for one instruction set; call the functions above
extern const Kernels kFloat32Avx512;
extern const Kernels kBfloat16Avx512;
} // namespace detail

} // namespace glio::inference::fused
