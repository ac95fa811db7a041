#include "FusedKernels.h"

#include <immintrin.h>

namespace glio::inference::fused::detail {
namespace {
struct Element {
    using Type = float;
    static constexpr int perLane = 1;
    static inline __attribute__((always_inline)) __m512 loadWeights(const float *w) { return _mm512_loadu_ps(w); }
    static inline __attribute__((always_inline)) __m512 broadcast(const float *x) { return _mm512_set1_ps(*x); }
    static inline __attribute__((always_inline)) __m512 multiplyAdd(__m512 acc, __m512 x, __m512 w)
    {
        return _mm512_fmadd_ps(x, w, acc);
    }
    static inline __attribute__((always_inline)) __m512 load(const float *x) { return _mm512_loadu_ps(x); }
    static inline __attribute__((always_inline)) void store(float *x, __m512 v) { _mm512_storeu_ps(x, v); }
};
} // namespace
} // namespace glio::inference::fused::detail

#include "FusedKernels.inl"

namespace glio::inference::fused::detail {
const Kernels kFloat32Avx512{4, 1, convRow, affineRow, packRow};
}
