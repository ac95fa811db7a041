#include "glioscope/volume/Resample.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <vector>

namespace glio {
namespace {

std::int64_t mirrored(std::int64_t n, std::int64_t size)
{
    if (size == 1) return 0;
    const std::int64_t period = 2 * (size - 1);
    n %= period;
    if (n < 0) n += period;
    return n < size ? n : period - n;
}

/// Runs `line(values, length)` over every line of the volume along `axis`, gathered into a contiguous buffer.
template <class Line> void forEachLine(std::span<float> voxels, const Size3 &size, int axis, const Line &line)
{
    const std::int64_t stride = axis == 0 ? 1 : axis == 1 ? size[0] : size[0] * size[1];
    const std::int64_t length = size[axis], lines = std::int64_t(voxels.size()) / length;
    parallelFor(0, lines, 64, [&](std::int64_t first, std::int64_t last) {
        std::vector<float> in(static_cast<std::size_t>(length));
        std::vector<float> out(static_cast<std::size_t>(length));
        for (std::int64_t n = first; n < last; ++n) {
            float *start = voxels.data() + (n / stride) * stride * length + n % stride;
            for (std::int64_t i = 0; i < length; ++i)
                in[std::size_t(i)] = start[i * stride];
            line(in, out);
            for (std::int64_t i = 0; i < length; ++i)
                start[i * stride] = out[std::size_t(i)];
        }
    });
}

/// Cubic B-spline coefficients of one line, mirror borders (Unser 1999): causal and anti-causal recursion with one
/// pole.
void splineLine(const std::vector<float> &in, std::vector<float> &out)
{
    const auto n = std::int64_t(in.size());
    if (n == 1) {
        out[0] = in[0];
        return;
    }
    const double pole = std::sqrt(3.0) - 2;
    std::vector<double> c(in.begin(), in.end());
    for (double &value : c)
        value *= 6;
    double sum = 0, power = 1;
    const std::int64_t horizon = std::min<std::int64_t>(n, 30); // |pole|^30 < 1e-17
    for (std::int64_t i = 0; i < horizon; ++i, power *= pole)
        sum += power * c[std::size_t(i)];
    if (horizon == n) { // a short line: the exact mirror sum
        double z = pole, zn = std::pow(pole, double(n - 1)), far = zn * zn / pole;
        sum = c[0] + zn * c[std::size_t(n - 1)];
        for (std::int64_t i = 1; i < n - 1; ++i, z *= pole, far /= pole)
            sum += (z + far) * c[std::size_t(i)];
        sum /= 1 - zn * zn;
    }
    c[0] = sum;
    for (std::int64_t i = 1; i < n; ++i)
        c[std::size_t(i)] += pole * c[std::size_t(i - 1)];
    c[std::size_t(n - 1)] = pole / (pole * pole - 1) * (pole * c[std::size_t(n - 2)] + c[std::size_t(n - 1)]);
    for (std::int64_t i = n - 2; i >= 0; --i)
        c[std::size_t(i)] = pole * (c[std::size_t(i + 1)] - c[std::size_t(i)]);
    std::copy(c.begin(), c.end(), out.begin());
}

/// Index of `to`'s voxel (i, j, k) in `from`: affine, so a start and three steps.
struct IndexMap {
    ContinuousIndex start;
    std::array<ContinuousIndex, 3> step;
    IndexMap(const Geometry &from, const Geometry &to)
    {
        start = from.toIndex(to.toWorld(Index3{0, 0, 0}));
        for (int a = 0; a < 3; ++a) {
            Index3 unit{0, 0, 0};
            unit[a] = 1;
            const ContinuousIndex at = from.toIndex(to.toWorld(unit));
            for (int d = 0; d < 3; ++d)
                step[a][d] = at[d] - start[d];
        }
        // Whole-number maps (crops, flips) must stay whole: rounding noise would otherwise blur or drop edge voxels.
        const auto snap = [](double &x) {
            if (std::abs(x - std::round(x)) < 1e-7) x = std::round(x);
        };
        for (int d = 0; d < 3; ++d) {
            snap(start[d]);
            for (int a = 0; a < 3; ++a)
                snap(step[a][d]);
        }
    }
    ContinuousIndex at(double i, double j, double k) const
    {
        ContinuousIndex v;
        for (int d = 0; d < 3; ++d)
            v[d] = start[d] + i * step[0][d] + j * step[1][d] + k * step[2][d];
        return v;
    }
};

float splineAt(const float *c, const Size3 &size, const ContinuousIndex &v)
{
    std::array<std::array<std::int64_t, 4>, 3> index;
    std::array<std::array<double, 4>, 3> weight;
    for (int a = 0; a < 3; ++a) {
        const double base = std::floor(v[a]), t = v[a] - base, u = 1 - t;
        weight[a] = {u * u * u / 6, 2.0 / 3 - 0.5 * t * t * (2 - t), 2.0 / 3 - 0.5 * u * u * (2 - u), t * t * t / 6};
        for (int n = 0; n < 4; ++n)
            index[a][std::size_t(n)] = mirrored(std::int64_t(base) - 1 + n, size[a]);
    }
    double sum = 0;
    for (std::size_t k = 0; k < 4; ++k)
        for (std::size_t j = 0; j < 4; ++j) {
            const float *row = c + size[0] * (index[1][j] + size[1] * index[2][k]);
            double line = 0;
            for (std::size_t i = 0; i < 4; ++i)
                line += weight[0][i] * row[index[0][i]];
            sum += weight[2][k] * weight[1][j] * line;
        }
    return float(sum);
}

float linearAt(const float *data, const Size3 &size, const ContinuousIndex &v)
{
    std::array<std::int64_t, 3> low, high;
    std::array<double, 3> part;
    for (int a = 0; a < 3; ++a) {
        const double inside = std::clamp(v[a], 0.0, double(size[a] - 1)); // the outermost half voxel is flat
        low[a] = std::int64_t(inside);
        high[a] = std::min(low[a] + 1, size[a] - 1);
        part[a] = inside - double(low[a]);
    }
    const auto value = [&](std::int64_t i, std::int64_t j, std::int64_t k) {
        return double(data[i + size[0] * (j + size[1] * k)]);
    };
    const auto mix = [](double a, double b, double t) {
        return t == 0 ? a : a + t * (b - a);
    }; // NaN spreads only where it counts
    const auto line = [&](std::int64_t j, std::int64_t k) {
        return mix(value(low[0], j, k), value(high[0], j, k), part[0]);
    };
    return float(mix(mix(line(low[1], low[2]), line(high[1], low[2]), part[1]),
                     mix(line(low[1], high[2]), line(high[1], high[2]), part[1]), part[2]));
}

} // namespace

void smooth(ImageVolume &image, const std::array<double, 3> &sigmaVoxels)
{
    for (int axis = 0; axis < 3; ++axis) {
        const double sigma = sigmaVoxels[std::size_t(axis)];
        const std::int64_t length = image.size()[std::size_t(axis)];
        if (sigma <= 0 || length < 2) continue;
        const auto radius = std::max<std::int64_t>(1, std::int64_t(std::ceil(4 * sigma)));
        std::vector<float> kernel(std::size_t(2 * radius + 1));
        double sum = 0;
        for (std::int64_t n = -radius; n <= radius; ++n)
            sum += kernel[std::size_t(n + radius)] = float(std::exp(-0.5 * double(n * n) / (sigma * sigma)));
        for (float &weight : kernel)
            weight = float(weight / sum);
        forEachLine(image.edit(), image.size(), axis, [&](const std::vector<float> &in, std::vector<float> &out) {
            for (std::int64_t i = 0; i < length; ++i) {
                float value = 0;
                if (i >= radius && i + radius < length) {
                    const float *from = in.data() + (i - radius);
                    for (std::size_t n = 0; n < kernel.size(); ++n)
                        value += kernel[n] * from[n];
                } else
                    for (std::int64_t n = -radius; n <= radius; ++n)
                        value += kernel[std::size_t(n + radius)] * in[std::size_t(mirrored(i + n, length))];
                out[std::size_t(i)] = value;
            }
        });
    }
}

float sampleLinear(const ImageVolume &image, const ContinuousIndex &v, float outside)
{
    return image.geometry().contains(v) ? linearAt(image.data(), image.size(), v) : outside;
}

Result<ImageVolume> resample(const ImageVolume &source, const Geometry &grid, Interpolation interpolation,
                             float outside, Antialias antialias, const ProgressSink &progress)
{
    ImageVolume from = source;
    if (antialias == Antialias::Yes) {
        // How far apart the target samples lie along each source axis, in source voxels.
        std::array<double, 3> sigma{};
        const IndexMap map(source.geometry(), grid);
        for (int d = 0; d < 3; ++d) {
            double ratio = 0;
            for (int a = 0; a < 3; ++a)
                ratio = std::max(ratio, std::abs(map.step[std::size_t(a)][std::size_t(d)]));
            sigma[std::size_t(d)] = std::max(0.0, 0.4 * (ratio - 1));
        }
        smooth(from, sigma);
    }
    if (interpolation == Interpolation::BSpline3)
        for (int axis = 0; axis < 3; ++axis)
            forEachLine(from.edit(), from.size(), axis, splineLine);
    if (!report(progress, 0.1)) return fail(Errc::Cancelled, "Resampling was cancelled.");

    ImageVolume target(grid, outside);
    const auto out = target.edit();
    const IndexMap map(from.geometry(), grid);
    const Size3 size = grid.size();
    const Geometry &geometry = from.geometry();
    const float *data = from.data();
    std::atomic<std::int64_t> done{0};
    std::atomic<bool> stop{false};
    std::mutex telling;
    parallelFor(0, size[2], 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t k = first; k < last && !stop; ++k) {
            for (std::int64_t j = 0; j < size[1]; ++j)
                for (std::int64_t i = 0; i < size[0]; ++i) {
                    const ContinuousIndex v = map.at(double(i), double(j), double(k));
                    if (!geometry.contains(v)) continue;
                    float &value = out[std::size_t(grid.offset({i, j, k}))];
                    switch (interpolation) {
                    case Interpolation::Nearest:
                        value = data[geometry.offset(
                            geometry.clamp({std::int64_t(std::floor(v[0] + 0.5)), std::int64_t(std::floor(v[1] + 0.5)),
                                            std::int64_t(std::floor(v[2] + 0.5))}))];
                        break;
                    case Interpolation::Linear:
                        value = linearAt(data, geometry.size(), v);
                        break;
                    case Interpolation::BSpline3:
                        value = splineAt(data, geometry.size(), v);
                        break;
                    }
                }
            ++done;
        }
        const std::lock_guard lock(telling);
        if (!report(progress, 0.1 + 0.9 * double(done) / double(size[2]))) stop = true;
    });
    if (stop) return fail(Errc::Cancelled, "Resampling was cancelled.");
    return target;
}

LabelVolume resampleLabels(const LabelVolume &source, const Geometry &grid)
{
    if (source.geometry().sameGrid(grid)) return source.withGeometry(grid);
    LabelVolume target(grid);
    const auto out = target.edit();
    const IndexMap map(source.geometry(), grid);
    const Size3 size = grid.size();
    const Geometry &geometry = source.geometry();
    parallelFor(0, size[2], 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t k = first; k < last; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j)
                for (std::int64_t i = 0; i < size[0]; ++i) {
                    const ContinuousIndex v = map.at(double(i), double(j), double(k));
                    if (!geometry.contains(v)) continue;
                    const Index3 near{std::int64_t(std::floor(v[0] + 0.5)), std::int64_t(std::floor(v[1] + 0.5)),
                                      std::int64_t(std::floor(v[2] + 0.5))};
                    out[std::size_t(grid.offset({i, j, k}))] = source.data()[geometry.offset(geometry.clamp(near))];
                }
    });
    return target;
}

} // namespace glio
