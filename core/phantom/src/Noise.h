#pragma once
#include "glioscope/base/Random.h"
#include "glioscope/volume/Geometry.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace glio::phantom {

/// Smooth random field of mean 0 and deviation 1 on `size` voxels: cubic B-spline over normal control points that lie
/// `cellVoxels` apart. Multi-threaded; depends on `random` alone.
std::vector<float> smoothNoise(CounterRandom &random, const Size3 &size, const std::array<double, 3> &cellVoxels);
/// target += amplitude * smoothNoise(...)
void addNoise(std::vector<float> &target, CounterRandom &random, const Size3 &size,
              const std::array<double, 3> &cellVoxels, float amplitude);

/// The four weights of a uniform cubic B-spline at `t` in 0..1 past the second control point.
inline std::array<float, 4> splineWeights(float t)
{
    const float u = 1 - t;
    return {u * u * u / 6, 2.0f / 3 - 0.5f * t * t * (2 - t), 2.0f / 3 - 0.5f * u * u * (2 - u), t * t * t / 6};
}

/// White noise by voxel: a function of the key and the voxel's number alone, so any thread may make any voxel.
inline float whiteNoise(std::uint64_t key, std::uint64_t voxel)
{
    std::uint64_t x = key + voxel * 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    x ^= x >> 31;
    // Sum of four 16-bit uniforms: near enough to normal, deviation brought to 1.
    const float sum = float(x & 0xFFFF) + float(x >> 16 & 0xFFFF) + float(x >> 32 & 0xFFFF) + float(x >> 48);
    return (sum - 131070.0f) * (1.7320508f / 65536.0f);
}

/// Displacement by `points` control points an axis over a box, evaluated row by row.
class ElasticField {
public:
    /// `deviationMm`: of each control point's displacement, every axis. The box is [low, high] in mm.
    ElasticField(CounterRandom &random, PointMm low, PointMm high, int points, double deviationMm);
    /// Control points collapsed for one row of constant y and z.
    struct Row {
        std::vector<std::array<float, 3>> points;
    };
    void prepare(Row &row, double y, double z) const;
    PointMm at(const Row &row, double x) const;
    PointMm at(const PointMm &p) const;

private:
    double m_low[3], m_cell[3];
    int m_n;
    std::vector<std::array<float, 3>> m_points;
};

} // namespace glio::phantom
