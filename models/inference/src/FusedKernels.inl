// The kernels, for an element type that the including source describes: see FusedFloat32.cpp and FusedBfloat16.cpp.
#include <immintrin.h>

namespace glio::inference::fused::detail {
namespace {
#define GLIO_INLINE inline __attribute__((always_inline))

// A register block of Columns output voxels times Blocks output blocks: every weight that is loaded serves all columns,
// every input that is broadcast serves all blocks.
template <int Columns, int Blocks, bool Float>
GLIO_INLINE void convBlock(const ConvRow &row, std::int64_t column, __m512 *sum, __m512 *square)
{
    __m512 acc[Columns][Blocks];
#pragma GCC unroll 2
    for (int b = 0; b < Blocks; ++b) {
        const __m512 start = row.bias ? _mm512_loadu_ps(row.bias + 16 * b) : _mm512_setzero_ps();
#pragma GCC unroll 24
        for (int c = 0; c < Columns; ++c)
            acc[c][b] = start;
    }
    const std::int64_t laneStep = 16 * Element::perLane, inStep = row.inStep;
    const auto *weights = static_cast<const Element::Type *>(row.weights);
    for (std::int64_t t = 0; t < row.tapBlocks; ++t) {
        const auto *in = static_cast<const Element::Type *>(row.taps[t]) + column * inStep;
        const auto *w = weights + t * row.lanes * laneStep;
        for (int lane = 0; lane < row.lanes; ++lane, in += Element::perLane, w += laneStep) {
            __m512 weight[Blocks];
#pragma GCC unroll 2
            for (int b = 0; b < Blocks; ++b)
                weight[b] = Element::loadWeights(w + b * row.weightsStep);
#pragma GCC unroll 24
            for (int c = 0; c < Columns; ++c) {
                const __m512 value = Element::broadcast(in + c * inStep);
#pragma GCC unroll 2
                for (int b = 0; b < Blocks; ++b)
                    acc[c][b] = Element::multiplyAdd(acc[c][b], value, weight[b]);
            }
        }
    }
#pragma GCC unroll 2
    for (int b = 0; b < Blocks; ++b) {
#pragma GCC unroll 24
        for (int c = 0; c < Columns; ++c) {
            if constexpr (Float)
                _mm512_storeu_ps(static_cast<float *>(row.out) + b * row.outBlockStep + (column + c) * row.outStep,
                                 acc[c][b]);
            else
                Element::store(static_cast<Element::Type *>(row.out) + b * row.outBlockStep +
                                   (column + c) * row.outStep,
                               acc[c][b]);
            sum[b] = _mm512_add_ps(sum[b], acc[c][b]);
            square[b] = _mm512_fmadd_ps(acc[c][b], acc[c][b], square[b]);
        }
    }
}

template <int Blocks, bool Float> GLIO_INLINE void convRowOf(const ConvRow &row)
{
    __m512 sum[Blocks], square[Blocks];
    for (int b = 0; b < Blocks; ++b)
        sum[b] = square[b] = _mm512_setzero_ps();
    std::int64_t column = 0;
    constexpr int widest = Blocks == 1 ? 24 : 12;
    for (; column + widest <= row.columns; column += widest)
        convBlock<widest, Blocks, Float>(row, column, sum, square);
    if constexpr (Blocks == 1)
        for (; column + 12 <= row.columns; column += 12)
            convBlock<12, Blocks, Float>(row, column, sum, square);
    for (; column + 8 <= row.columns; column += 8)
        convBlock<8, Blocks, Float>(row, column, sum, square);
    for (; column + 6 <= row.columns; column += 6)
        convBlock<6, Blocks, Float>(row, column, sum, square);
    for (; column + 4 <= row.columns; column += 4)
        convBlock<4, Blocks, Float>(row, column, sum, square);
    for (; column < row.columns; ++column)
        convBlock<1, Blocks, Float>(row, column, sum, square);
    if (row.sums)
        for (int b = 0; b < Blocks; ++b) {
            _mm512_storeu_ps(row.sums + 32 * b, sum[b]);
            _mm512_storeu_ps(row.sums + 32 * b + 16, square[b]);
        }
}

void convRow(const ConvRow &row)
{
    if (row.outFloat)
        row.outBlocks == 2 ? convRowOf<2, true>(row) : convRowOf<1, true>(row);
    else
        row.outBlocks == 2 ? convRowOf<2, false>(row) : convRowOf<1, false>(row);
}

void affineRow(const AffineRow &row)
{
    const __m512 scale = _mm512_loadu_ps(row.scale), shift = _mm512_loadu_ps(row.shift);
    const __m512 slope = _mm512_set1_ps(row.slope), zero = _mm512_setzero_ps();
    const __m512 factor = row.factor ? _mm512_loadu_ps(row.factor) : _mm512_set1_ps(1.0f);
    auto *x = static_cast<Element::Type *>(row.x);
    const auto *other = static_cast<const Element::Type *>(row.other);
    for (std::int64_t v = 0; v < row.columns; ++v) {
        __m512 y = _mm512_fmadd_ps(Element::load(x + 16 * v), scale, shift);
        if (other) y = _mm512_add_ps(y, Element::load(other + 16 * v));
        y = _mm512_mask_mul_ps(y, _mm512_cmp_ps_mask(y, zero, _CMP_LT_OQ), y, slope);
        Element::store(x + 16 * v, _mm512_mul_ps(y, factor));
    }
}

void packRow(const float *const *planes, int channels, std::int64_t n, void *out)
{
    auto *target = static_cast<Element::Type *>(out);
    alignas(64) float voxel[16] = {};
    for (std::int64_t v = 0; v < n; ++v) {
        for (int c = 0; c < channels; ++c)
            voxel[c] = planes[c][v];
        Element::store(target + 16 * v, _mm512_load_ps(voxel));
    }
}
} // namespace
} // namespace glio::inference::fused::detail
