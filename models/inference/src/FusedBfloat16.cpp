#include "FusedKernels.h"

#include <immintrin.h>

namespace glio::inference::fused::detail {
namespace {
/// bfloat16 in memory, float32 in registers: a lane is a pair of inputs, multiplied and added by one instruction.
struct Element {
    using Type = std::uint16_t;
    static constexpr int perLane = 2;
    static inline __attribute__((always_inline)) __m512 loadWeights(const Type *w)
    {
        return _mm512_castsi512_ps(_mm512_loadu_si512(w));
    }
    static inline __attribute__((always_inline)) __m512 broadcast(const Type *x)
    {
        int pair;
        __builtin_memcpy(&pair, x, sizeof pair);
        return _mm512_castsi512_ps(_mm512_set1_epi32(pair));
    }
    static inline __attribute__((always_inline)) __m512 multiplyAdd(__m512 acc, __m512 x, __m512 w)
    {
        return _mm512_dpbf16_ps(acc, (__m512bh)w, (__m512bh)x);
    }
    static inline __attribute__((always_inline)) __m512 load(const Type *x)
    {
        return _mm512_castsi512_ps(
            _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(x))), 16));
    }
    static inline __attribute__((always_inline)) void store(Type *x, __m512 v)
    {
        _mm256_storeu_si256(reinterpret_cast<__m256i *>(x), (__m256i)_mm512_cvtneps_pbh(v));
    }
};
} // namespace
} // namespace glio::inference::fused::detail

#include "FusedKernels.inl"

namespace glio::inference::fused::detail {
const Kernels kBfloat16Avx512{2, 2, convRow, affineRow, packRow};
}
