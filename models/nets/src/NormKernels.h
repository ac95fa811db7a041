#pragma once
#include "glioscope/nets/NetSpec.h"

#include <bit>
#include <cstdint>
#include <span>

namespace glio::nets::kernels {

/// bfloat16 as it lies in memory.
struct BFloat {
    std::uint16_t bits = 0;
};

struct Moments {
    double mean = 0, variance = 0;
};

// One instruction set each for the CPU at hand (GCC's function clones); one thread each.

/// Mean and population variance of n values.
Moments moments(const float *x, std::int64_t n);
Moments moments(const BFloat *x, std::int64_t n);

/// y = activation(a x + b).
void affineActivate(const float *x, float *y, std::int64_t n, float a, float b, Activation activation);
void affineActivate(const BFloat *x, BFloat *y, std::int64_t n, float a, float b, Activation activation);

/// x is (voxels, channels). sums[0..channels) = sum, sums[channels..2 channels) = sum of squares.
void channelSums(const float *x, std::int64_t voxels, std::int64_t channels, double *sums);
void channelSums(const BFloat *x, std::int64_t voxels, std::int64_t channels, double *sums);

/// y = activation(scale[c] x + shift[c]) on (voxels, channels).
void affineActivateChannels(const float *x, float *y, std::int64_t voxels, std::int64_t channels, const float *scale,
                            const float *shift, Activation activation);
void affineActivateChannels(const BFloat *x, BFloat *y, std::int64_t voxels, std::int64_t channels, const float *scale,
                            const float *shift, Activation activation);

/// From the sums of `pieces` parts to each channel's factors, by group.
void scaleAndShift(std::span<const double> sums, std::int64_t pieces, std::int64_t channels, std::int64_t groups,
                   std::int64_t voxels, const float *weight, const float *bias, double eps, float *scale, float *shift);

} // namespace glio::nets::kernels
