#include "Launch.h"

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <algorithm>

namespace glio::cuda::detail {
namespace {
constexpr int kThreads = 256, kWarps = kThreads / 32, kMostParts = 64;
constexpr std::int64_t kPerBlock = kThreads * 32; // elements that one block reads

/// Count, mean and sum of squared distances from it of a part of a group.
struct Part {
    float count, mean, squares;
};

__device__ float toFloat(float v) { return v; }
__device__ float toFloat(__half v) { return __half2float(v); }
__device__ float toFloat(__nv_bfloat16 v) { return __bfloat162float(v); }
template <class T> __device__ T fromFloat(float v);
template <> __device__ float fromFloat<float>(float v) { return v; }
template <> __device__ __half fromFloat<__half>(float v) { return __float2half_rn(v); }
template <> __device__ __nv_bfloat16 fromFloat<__nv_bfloat16>(float v) { return __float2bfloat16_rn(v); }

template <Activation A> __device__ float activate(float v)
{
    if constexpr (A == Activation::LeakyRelu) return v > 0.0f ? v : 0.01f * v;
    if constexpr (A == Activation::Silu) return v / (1.0f + __expf(-v));
    return v;
}

template <class T> struct alignas(4 * sizeof(T)) Four {
    T v[4];
};
/// Can rows of `length` elements from `p` on be read four at a time?
template <class T> bool fours(const void *p, std::int64_t length)
{
    return length % 4 == 0 && reinterpret_cast<std::uintptr_t>(p) % sizeof(Four<T>) == 0;
}

__device__ float sumOfBlock(float v, float *shared)
{
    for (int step = 16; step > 0; step /= 2)
        v += __shfl_down_sync(0xffffffffu, v, step);
    if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = v;
    __syncthreads();
    v = 0;
    for (int w = 0; w < kWarps; ++w) // the same order in every thread
        v += shared[w];
    __syncthreads();
    return v;
}

/// Block b reads part b % parts of group b / parts.
template <class T, int Wide>
__global__ void momentsOfParts(const T *__restrict__ in, std::int64_t perGroup, int parts, Part *__restrict__ result)
{
    __shared__ float shared[kWarps];
    const std::int64_t group = blockIdx.x / parts, part = blockIdx.x % parts, units = perGroup / Wide;
    const std::int64_t begin = units * part / parts, end = units * (part + 1) / parts;
    const T *source = in + group * perGroup;
    const float pivot = toFloat(source[begin * Wide]); // keeps the squares small where the mean is far from 0
    float sum = 0, squares = 0;
    for (std::int64_t i = begin + threadIdx.x; i < end; i += kThreads) {
        if constexpr (Wide == 4) {
            const Four<T> four = reinterpret_cast<const Four<T> *>(source)[i];
            for (int n = 0; n < 4; ++n) {
                const float v = toFloat(four.v[n]) - pivot;
                sum += v;
                squares += v * v;
            }
        } else {
            const float v = toFloat(source[i]) - pivot;
            sum += v;
            squares += v * v;
        }
    }
    sum = sumOfBlock(sum, shared);
    squares = sumOfBlock(squares, shared);
    if (threadIdx.x != 0) return;
    const float count = float((end - begin) * Wide);
    const float mean = sum / count;
    result[blockIdx.x] = {count, pivot + mean, fmaxf(0.0f, squares - sum * mean)};
}

/// Block b changes piece b % pieces of channel b / pieces (counted over all samples).
template <class T, int Wide, Activation A>
__global__ void affineActivate(NormActivate w, int parts, int pieces, const Part *__restrict__ moments)
{
    __shared__ float factors[2];
    const std::int64_t row = blockIdx.x / pieces, piece = blockIdx.x % pieces, channel = row % w.channels;
    if (threadIdx.x == 0) { // merging at most 64 parts by their moments, in order
        const Part *part = moments + (row / (w.channels / w.groups)) * parts;
        double count = part[0].count, mean = part[0].mean, squares = part[0].squares;
        for (int p = 1; p < parts; ++p) {
            const double more = part[p].count, apart = part[p].mean - mean, all = count + more;
            mean += apart * more / all;
            squares += part[p].squares + apart * apart * count * more / all;
            count = all;
        }
        const double scale = w.weight[channel] / sqrt(squares / count + w.eps);
        factors[0] = float(scale);
        factors[1] = float(w.bias[channel] - mean * scale);
    }
    __syncthreads();
    const float a = factors[0], b = factors[1];
    const std::int64_t units = w.voxels / Wide;
    const std::int64_t begin = units * piece / pieces, end = units * (piece + 1) / pieces;
    const T *in = static_cast<const T *>(w.in) + row * w.voxels;
    T *out = static_cast<T *>(w.out) + row * w.voxels;
    for (std::int64_t i = begin + threadIdx.x; i < end; i += kThreads) {
        if constexpr (Wide == 4) {
            Four<T> four = reinterpret_cast<const Four<T> *>(in)[i];
            for (int n = 0; n < 4; ++n)
                four.v[n] = fromFloat<T>(activate<A>(a * toFloat(four.v[n]) + b));
            reinterpret_cast<Four<T> *>(out)[i] = four;
        } else {
            out[i] = fromFloat<T>(activate<A>(a * toFloat(in[i]) + b));
        }
    }
}

/// One thread a voxel of the window; neighbours along x lie side by side in every array.
__global__ void accumulateWindow(Accumulate w)
{
    const std::int64_t voxels = w.window[0] * w.window[1] * w.window[2], plane = w.rows * w.columns;
    const std::int64_t v = std::int64_t(blockIdx.x) * kThreads + threadIdx.x;
    if (v >= voxels) return;
    const std::int64_t x = v % w.window[0], y = v / w.window[0] % w.window[1], z = v / (w.window[0] * w.window[1]);
    const float weight = w.factor * w.profileZ[z] * w.profileY[y] * w.profileX[x];
    const std::int64_t at = (w.start[2] + z) % w.planes * plane + (w.start[1] + y) * w.columns + w.start[0] + x;
    for (std::int64_t c = 0; c < w.classes; ++c)
        w.sums[c * w.planes * plane + at] += weight * w.logits[c * voxels + v];
    w.weights[at] += weight;
}

int piecesOf(std::int64_t elements, int most)
{
    return int(std::clamp<std::int64_t>((elements + kPerBlock - 1) / kPerBlock, 1, most));
}
int partsOf(const NormActivate &w) { return piecesOf(w.channels / w.groups * w.voxels, kMostParts); }

template <class T, int Wide, Activation A> void affine(const NormActivate &w, const Part *moments, cudaStream_t stream)
{
    const int pieces = piecesOf(w.voxels, 1 << 16);
    const auto blocks = unsigned(w.samples * w.channels * pieces);
    affineActivate<T, Wide, A><<<blocks, kThreads, 0, stream>>>(w, partsOf(w), pieces, moments);
}

template <class T, int Wide> void both(const NormActivate &w, Part *moments, cudaStream_t stream)
{
    const std::int64_t perGroup = w.channels / w.groups * w.voxels;
    const auto blocks = unsigned(w.samples * w.groups * partsOf(w));
    momentsOfParts<T, Wide>
        <<<blocks, kThreads, 0, stream>>>(static_cast<const T *>(w.in), perGroup, partsOf(w), moments);
    switch (w.activation) {
    case Activation::None:
        affine<T, Wide, Activation::None>(w, moments, stream);
        break;
    case Activation::LeakyRelu:
        affine<T, Wide, Activation::LeakyRelu>(w, moments, stream);
        break;
    case Activation::Silu:
        affine<T, Wide, Activation::Silu>(w, moments, stream);
        break;
    }
}

template <class T> void byWidth(const NormActivate &w, Part *moments, cudaStream_t stream)
{
    if (fours<T>(w.in, w.voxels) && fours<T>(w.out, w.voxels))
        both<T, 4>(w, moments, stream);
    else
        both<T, 1>(w, moments, stream);
}
} // namespace

std::int64_t workspaceBytes(const NormActivate &work)
{
    return work.samples * work.groups * partsOf(work) * std::int64_t(sizeof(Part));
}

cudaError_t launch(const NormActivate &work, void *workspace, cudaStream_t stream)
{
    auto *moments = static_cast<Part *>(workspace);
    switch (work.number) {
    case Number::Float32:
        byWidth<float>(work, moments, stream);
        break;
    case Number::Float16:
        byWidth<__half>(work, moments, stream);
        break;
    case Number::BFloat16:
        byWidth<__nv_bfloat16>(work, moments, stream);
        break;
    }
    return cudaGetLastError();
}

cudaError_t launch(const Accumulate &work, cudaStream_t stream)
{
    const std::int64_t voxels = work.window[0] * work.window[1] * work.window[2];
    accumulateWindow<<<unsigned((voxels + kThreads - 1) / kThreads), kThreads, 0, stream>>>(work);
    return cudaGetLastError();
}

} // namespace glio::cuda::detail
