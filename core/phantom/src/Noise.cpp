#include "Noise.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>

namespace glio::phantom {
namespace {

struct Tap {
    std::int64_t first;
    std::array<float, 4> weight;
};
std::vector<Tap> tapsOf(std::int64_t voxels, double cell)
{
    std::vector<Tap> taps(static_cast<std::size_t>(voxels));
    for (std::int64_t n = 0; n < voxels; ++n) {
        const double at = double(n) / cell, base = std::floor(at);
        taps[std::size_t(n)] = {std::int64_t(base), splineWeights(float(at - base))};
    }
    return taps;
}

template <class Store>
void makeNoise(CounterRandom &random, const Size3 &size, const std::array<double, 3> &cellVoxels, const Store &store)
{
    std::array<std::vector<Tap>, 3> taps;
    Size3 lattice;
    for (std::size_t a = 0; a < 3; ++a) {
        taps[a] = tapsOf(size[a], std::max(cellVoxels[a], 1e-3));
        lattice[a] = taps[a].back().first + 4;
    }
    std::vector<float> points(std::size_t(lattice[0] * lattice[1] * lattice[2]));
    for (float &p : points)
        p = float(random.normal());
    // Along i first: the lattice is small in the other two.
    const std::int64_t rows = lattice[1] * lattice[2];
    std::vector<float> wide(std::size_t(size[0] * rows));
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t i = 0; i < size[0]; ++i) {
            const Tap &tap = taps[0][std::size_t(i)];
            const float *p = points.data() + r * lattice[0] + tap.first;
            wide[std::size_t(r * size[0] + i)] =
                tap.weight[0] * p[0] + tap.weight[1] * p[1] + tap.weight[2] * p[2] + tap.weight[3] * p[3];
        }
    // Mean of the squared weights is 151/315 an axis.
    const float unit = float(1 / std::pow(151.0 / 315.0, 1.5));
    parallelFor(0, size[2], 2, [&](std::int64_t first, std::int64_t last) {
        std::vector<float> plane(std::size_t(size[0] * lattice[1]));
        std::vector<float> line(static_cast<std::size_t>(size[0]));
        const std::int64_t slice = size[0] * lattice[1];
        for (std::int64_t k = first; k < last; ++k) {
            const Tap &z = taps[2][std::size_t(k)];
            const float *p = wide.data() + z.first * slice;
            for (std::int64_t n = 0; n < slice; ++n)
                plane[std::size_t(n)] = unit * (z.weight[0] * p[n] + z.weight[1] * p[n + slice] +
                                                z.weight[2] * p[n + 2 * slice] + z.weight[3] * p[n + 3 * slice]);
            for (std::int64_t j = 0; j < size[1]; ++j) {
                const Tap &y = taps[1][std::size_t(j)];
                const float *q = plane.data() + y.first * size[0];
                for (std::int64_t i = 0; i < size[0]; ++i)
                    line[std::size_t(i)] = y.weight[0] * q[i] + y.weight[1] * q[i + size[0]] +
                                           y.weight[2] * q[i + 2 * size[0]] + y.weight[3] * q[i + 3 * size[0]];
                store(size[0] * (j + size[1] * k), line);
            }
        }
    });
}

} // namespace

std::vector<float> smoothNoise(CounterRandom &random, const Size3 &size, const std::array<double, 3> &cellVoxels)
{
    std::vector<float> noise(std::size_t(size[0] * size[1] * size[2]));
    makeNoise(random, size, cellVoxels, [&](std::int64_t at, const std::vector<float> &line) {
        std::copy(line.begin(), line.end(), noise.begin() + at);
    });
    return noise;
}

void addNoise(std::vector<float> &target, CounterRandom &random, const Size3 &size,
              const std::array<double, 3> &cellVoxels, float amplitude)
{
    makeNoise(random, size, cellVoxels, [&](std::int64_t at, const std::vector<float> &line) {
        float *row = target.data() + at;
        for (std::size_t i = 0; i < line.size(); ++i)
            row[i] += amplitude * line[i];
    });
}

ElasticField::ElasticField(CounterRandom &random, PointMm low, PointMm high, int points, double deviationMm)
    : m_n(points + 3)
{
    for (int a = 0; a < 3; ++a) {
        m_low[a] = low[a];
        m_cell[a] = std::max(1e-3, (high[a] - low[a]) / std::max(1, points - 1));
    }
    m_points.resize(std::size_t(m_n * m_n * m_n));
    const double unit = deviationMm / std::pow(151.0 / 315.0, 1.5);
    for (auto &p : m_points)
        for (float &c : p)
            c = float(unit * random.normal());
}

void ElasticField::prepare(Row &row, double y, double z) const
{
    std::array<std::array<float, 4>, 2> weight;
    std::array<int, 2> first;
    const double at[2] = {(y - m_low[1]) / m_cell[1], (z - m_low[2]) / m_cell[2]};
    for (std::size_t a = 0; a < 2; ++a) {
        const double held = std::clamp(at[a], 0.0, double(m_n - 4) + 0.999999);
        first[a] = int(held);
        weight[a] = splineWeights(float(held - first[a]));
    }
    row.points.assign(std::size_t(m_n), {0, 0, 0});
    for (int v = 0; v < 4; ++v)
        for (int u = 0; u < 4; ++u) {
            const float w = weight[0][std::size_t(u)] * weight[1][std::size_t(v)];
            const auto *p = m_points.data() + m_n * (first[0] + u + m_n * (first[1] + v));
            for (int n = 0; n < m_n; ++n)
                for (std::size_t c = 0; c < 3; ++c)
                    row.points[std::size_t(n)][c] += w * p[n][c];
        }
}

PointMm ElasticField::at(const Row &row, double x) const
{
    const double held = std::clamp((x - m_low[0]) / m_cell[0], 0.0, double(m_n - 4) + 0.999999);
    const auto first = std::size_t(held);
    const auto w = splineWeights(float(held - double(first)));
    std::array<float, 3> d{0, 0, 0};
    for (std::size_t n = 0; n < 4; ++n)
        for (std::size_t c = 0; c < 3; ++c)
            d[c] += w[n] * row.points[first + n][c];
    return {d[0], d[1], d[2]};
}

PointMm ElasticField::at(const PointMm &p) const
{
    Row row;
    prepare(row, p.y, p.z);
    return at(row, p.x);
}

} // namespace glio::phantom
