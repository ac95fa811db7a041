#include "SnakeField.h"

#include "glioscope/base/Parallel.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <queue>

namespace glio::tools {
namespace {

using Channels = std::vector<std::vector<float>>;

struct Walk3 {
    explicit Walk3(const Size3 &size) : size(size), stride{1, size[0], size[0] * size[1]} {}
    std::array<std::int64_t, 3> at(std::int64_t n) const
    {
        return {n % stride[1], n / stride[1] % size[1], n / stride[2]};
    }
    Size3 size;
    std::array<std::int64_t, 3> stride;
};

/// Distance of a voxel beside the surface: from the nearest crossing along each axis, as if the surface were a plane.
float besideSurface(const std::vector<float> &phi, const Walk3 &walk, const std::array<float, 3> &h, std::int64_t n)
{
    const float here = phi[std::size_t(n)];
    const auto v = walk.at(n);
    float sum = 0;
    for (std::size_t a = 0; a < 3; ++a) {
        float nearest = std::numeric_limits<float>::infinity();
        for (const std::int64_t way : {-1, 1}) {
            if (v[a] + way < 0 || v[a] + way >= walk.size[a]) continue;
            const float there = phi[std::size_t(n + way * walk.stride[a])];
            if ((there < 0) == (here < 0)) continue;
            nearest = std::min(nearest, h[a] * here / (here - there));
        }
        if (std::isfinite(nearest)) sum += 1 / std::max(1e-6f, nearest * nearest);
    }
    return sum > 0 ? 1 / std::sqrt(sum) : -1;
}

/// Godunov's upwind solution of |grad d| = 1 from the accepted neighbours.
float solved(const std::vector<float> &d, const std::vector<std::uint8_t> &known, const Walk3 &walk,
             const std::array<float, 3> &h, std::int64_t n)
{
    const auto v = walk.at(n);
    constexpr float never = std::numeric_limits<float>::infinity();
    std::array<std::pair<float, float>, 3> from{{{never, 0}, {never, 0}, {never, 0}}}; // value, 1 / h^2
    for (std::size_t a = 0; a < 3; ++a) {
        float least = never;
        for (const std::int64_t way : {-1, 1}) {
            if (v[a] + way < 0 || v[a] + way >= walk.size[a]) continue;
            const auto to = std::size_t(n + way * walk.stride[a]);
            if (known[to]) least = std::min(least, d[to]);
        }
        if (std::isfinite(least)) from[a] = {least, 1 / (h[a] * h[a])};
    }
    if (from[1].first < from[0].first) std::swap(from[0], from[1]);
    if (from[2].first < from[1].first) std::swap(from[1], from[2]);
    if (from[1].first < from[0].first) std::swap(from[0], from[1]);
    float best = never, a = 0, b = 0, c = -1;
    for (std::size_t k = 0; k < from.size(); ++k) {
        if (from[k].first >= best) break; // never is not below never
        a += from[k].second;
        b += from[k].second * from[k].first;
        c += from[k].second * from[k].first * from[k].first;
        best = (b + std::sqrt(std::max(0.0f, b * b - a * c))) / a;
    }
    return best;
}

struct Normal {
    Eigen::VectorXd mean;
    Eigen::MatrixXd factor;
    double logDet = 0;
    bool good = false;
};

Normal normalOf(const Channels &channels, const std::vector<std::uint8_t> &in, const std::vector<double> &floor)
{
    const auto count = Eigen::Index(channels.size());
    // A few ten thousand voxels say as much as all of them.
    const auto total = std::ranges::count_if(in, [](std::uint8_t one) { return one != 0; });
    const auto every = std::max<std::ptrdiff_t>(1, total / 40000);
    std::vector<std::size_t> some;
    std::ptrdiff_t seen = 0;
    for (std::size_t n = 0; n < in.size(); ++n)
        if (in[n] && seen++ % every == 0) some.push_back(n);
    Normal out{Eigen::VectorXd::Zero(count), Eigen::MatrixXd::Zero(count, count)};
    if (some.empty()) return out;
    const auto weight = 1 / double(some.size());
    for (const std::size_t n : some)
        for (Eigen::Index c = 0; c < count; ++c)
            out.mean[c] += weight * double(channels[std::size_t(c)][n]);
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(count, count);
    Eigen::VectorXd off(count);
    for (const std::size_t n : some) {
        for (Eigen::Index c = 0; c < count; ++c)
            off[c] = double(channels[std::size_t(c)][n]) - out.mean[c];
        covariance += weight * off * off.transpose();
    }
    for (Eigen::Index c = 0; c < count; ++c) // sequences that say the same would make it singular
        covariance(c, c) = 1.05 * covariance(c, c) + floor[std::size_t(c)] * floor[std::size_t(c)];
    const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
    out.good = factor.info() == Eigen::Success;
    out.factor = factor.matrixL();
    for (Eigen::Index c = 0; c < count; ++c)
        out.logDet += std::log(out.factor(c, c));
    return out;
}

double squaredAt(const Channels &channels, std::size_t at, const std::vector<double> &mean,
                 const std::vector<double> &factor)
{
    std::array<double, 8> y{};
    const std::size_t count = mean.size();
    double sum = 0;
    for (std::size_t r = 0; r < count; ++r) {
        double value = double(channels[r][at]) - mean[r];
        for (std::size_t c = 0; c < r; ++c)
            value -= factor[r * count + c] * y[c];
        y[r] = value / factor[r * count + r];
        sum += y[r] * y[r];
    }
    return sum;
}

std::vector<double> rowMajor(const Eigen::MatrixXd &matrix)
{
    std::vector<double> out;
    for (Eigen::Index r = 0; r < matrix.rows(); ++r)
        for (Eigen::Index c = 0; c < matrix.cols(); ++c)
            out.push_back(matrix(r, c));
    return out;
}

} // namespace

std::vector<std::uint32_t> signedDistances(std::vector<float> &phi, const Size3 &size, const Spacing3 &spacing,
                                           float mostMm)
{
    const Walk3 walk(size);
    const std::array<float, 3> h{float(spacing[0]), float(spacing[1]), float(spacing[2])};
    const float far = std::numeric_limits<float>::infinity();
    std::vector<float> d(phi.size(), far);
    std::vector<std::uint8_t> known(phi.size(), 0);
    std::vector<std::uint32_t> band;
    using Entry = std::pair<float, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    const auto seed = [&](std::int64_t n) {
        const float beside = besideSurface(phi, walk, h, n);
        if (beside < 0) return;
        d[std::size_t(n)] = beside;
        known[std::size_t(n)] = 1;
        if (beside < mostMm) band.push_back(std::uint32_t(n));
    };
    for (std::int64_t k = 0, n = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j) {
            const bool rim = k == 0 || j == 0 || k + 1 == size[2] || j + 1 == size[1];
            for (std::int64_t i = 0; i < size[0]; ++i, ++n) {
                // Most voxels have neighbours of their own sign alone: told without looking closer.
                const float *at = phi.data() + n;
                const bool in = *at < 0;
                if (!rim && i > 0 && i + 1 < size[0] && (at[-1] < 0) == in && (at[1] < 0) == in &&
                    (at[-walk.stride[1]] < 0) == in && (at[walk.stride[1]] < 0) == in &&
                    (at[-walk.stride[2]] < 0) == in && (at[walk.stride[2]] < 0) == in)
                    continue;
                seed(n);
            }
        }
    const auto offer = [&](std::int64_t n) {
        const auto v = walk.at(n);
        for (std::size_t a = 0; a < 3; ++a)
            for (const std::int64_t way : {-1, 1}) {
                if (v[a] + way < 0 || v[a] + way >= size[a]) continue;
                const std::int64_t to = n + way * walk.stride[a];
                if (known[std::size_t(to)]) continue;
                const float value = solved(d, known, walk, h, to);
                if (value >= d[std::size_t(to)] || value >= mostMm) continue;
                d[std::size_t(to)] = value;
                queue.push({value, std::uint32_t(to)});
            }
    };
    const std::size_t seeds = band.size();
    for (std::size_t n = 0; n < seeds; ++n)
        offer(band[n]);
    while (!queue.empty()) {
        const auto [value, n] = queue.top();
        queue.pop();
        if (known[n]) continue;
        known[n] = 1;
        band.push_back(n);
        offer(n);
    }
    for (std::size_t n = 0; n < phi.size(); ++n)
        phi[n] = std::copysign(std::min(known[n] ? d[n] : mostMm, mostMm), phi[n]);
    std::ranges::sort(band); // neighbours in memory are neighbours in the list
    return band;
}

std::vector<float> edgeStops(const Channels &channels, const Size3 &size, const Spacing3 &spacing)
{
    const Walk3 walk(size);
    std::vector<float> out(channels.front().size(), 0.0f), slope(out.size());
    for (const auto &values : channels) {
        parallelFor(0, std::int64_t(out.size()), 16384, [&](std::int64_t first, std::int64_t last) {
            for (std::int64_t n = first; n < last; ++n) {
                const auto v = walk.at(n);
                float sum = 0;
                for (std::size_t a = 0; a < 3; ++a) {
                    const std::int64_t low = v[a] > 0 ? n - walk.stride[a] : n,
                                       high = v[a] + 1 < size[a] ? n + walk.stride[a] : n;
                    if (low == high) continue;
                    const float steps = high - low == walk.stride[a] ? 1.0f : 2.0f;
                    const float rise =
                        (values[std::size_t(high)] - values[std::size_t(low)]) / (steps * float(spacing[a]));
                    sum += rise * rise;
                }
                slope[std::size_t(n)] = std::sqrt(sum);
            }
        });
        std::vector<float> some;
        for (std::size_t n = 0; n < slope.size(); n += std::max<std::size_t>(1, slope.size() / 50000))
            if (slope[n] > 0) some.push_back(slope[n]);
        if (some.empty()) continue;
        const auto at = some.begin() + std::ptrdiff_t(0.8 * double(some.size() - 1));
        std::ranges::nth_element(some, at);
        const float usual = std::max(1e-9f, *at);
        for (std::size_t n = 0; n < out.size(); ++n)
            out[n] = std::max(out[n], slope[n] / usual);
    }
    for (float &value : out)
        value = 1 / (1 + value * value);
    return out;
}

std::vector<double> leastDeviations(const Channels &channels)
{
    std::vector<double> least;
    for (const auto &values : channels) {
        const auto [low, high] = std::ranges::minmax(values);
        least.push_back(std::max(1e-9, 0.01 * double(high - low)));
    }
    return least;
}

RegionPair regionPair(const Channels &channels, const std::vector<std::uint8_t> &inside,
                      const std::vector<std::uint8_t> &outside)
{
    return regionPair(channels, inside, outside, leastDeviations(channels));
}

RegionPair regionPair(const Channels &channels, const std::vector<std::uint8_t> &inside,
                      const std::vector<std::uint8_t> &outside, const std::vector<double> &least)
{
    const Normal in = normalOf(channels, inside, least), out = normalOf(channels, outside, least);
    RegionPair pair;
    pair.meanIn.assign(in.mean.begin(), in.mean.end());
    pair.meanOut.assign(out.mean.begin(), out.mean.end());
    pair.factorIn = rowMajor(in.factor);
    pair.factorOut = rowMajor(out.factor);
    pair.logDetIn = in.logDet;
    pair.logDetOut = out.logDet;
    pair.good = in.good && out.good;
    return pair;
}

float RegionPair::logRatioAt(const Channels &channels, std::size_t at) const
{
    if (!good) return 0;
    return float(0.5 * (squaredAt(channels, at, meanOut, factorOut) - squaredAt(channels, at, meanIn, factorIn)) +
                 logDetOut - logDetIn);
}

std::vector<float> RegionPair::logRatio(const Channels &channels) const
{
    std::vector<float> ratio(channels.front().size(), 0.0f);
    if (!good) return ratio;
    parallelFor(0, std::int64_t(ratio.size()), 8192, [&](std::int64_t first, std::int64_t last) {
        for (auto n = std::size_t(first); n < std::size_t(last); ++n)
            ratio[n] = logRatioAt(channels, n);
    });
    return ratio;
}

RegionPair regionsOf(const Channels &channels, const std::vector<float> &phi, float gapMm,
                     const std::vector<double> &least)
{
    std::vector<std::uint8_t> inside(phi.size()), outside(phi.size());
    for (std::size_t n = 0; n < phi.size(); ++n) {
        inside[n] = phi[n] < 0;
        outside[n] = phi[n] >= 0.95f * gapMm;
    }
    return regionPair(channels, inside, outside, least);
}

void regionSpeeds(const Channels &channels, const RegionPair &regions, const std::vector<std::uint32_t> &band,
                  std::vector<float> &speed)
{
    parallelFor(0, std::int64_t(band.size()), 4096, [&](std::int64_t first, std::int64_t last) {
        for (auto n = std::size_t(first); n < std::size_t(last); ++n)
            speed[band[n]] = std::clamp(0.5f * regions.logRatioAt(channels, band[n]), -1.0f, 1.0f);
    });
}

} // namespace glio::tools
