#include "Warp.h"

#include <algorithm>
#include <cmath>
#include <numbers>

// The numbers are nnU-Net v2's (3D default trainer); the order is its order too, except that mirroring, which changes
// nothing about the others, is part of the one resampling.
namespace glio::augment {
namespace {

// Half the time below 1, half above: batchgenerators' contrast range.
double split(double low, double high, CounterRandom &random)
{
    const bool below = random.chance(0.5);
    return below ? random.uniform(low, 1) : random.uniform(1, high);
}

struct Grid {
    Size3 size;
    std::int64_t stride(std::size_t axis) const { return axis == 0 ? 1 : axis == 1 ? size[0] : size[0] * size[1]; }
};

void blur(std::span<float> image, const Grid &grid, double sigma)
{
    constexpr std::int64_t reach = 4;
    std::array<float, reach + 1> tap;
    float sum = 0;
    for (std::int64_t n = 0; n <= reach; ++n) {
        tap[std::size_t(n)] = float(std::exp(-0.5 * double(n * n) / (sigma * sigma)));
        sum += (n == 0 ? 1.0f : 2.0f) * tap[std::size_t(n)];
    }
    std::vector<float> line;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::int64_t length = grid.size[axis], stride = grid.stride(axis);
        line.resize(std::size_t(length + 2 * reach));
        const std::size_t u = axis == 0 ? 1 : 0, v = axis == 2 ? 1 : 2;
        for (std::int64_t b = 0; b < grid.size[v]; ++b)
            for (std::int64_t a = 0; a < grid.size[u]; ++a) {
                float *const first = image.data() + a * grid.stride(u) + b * grid.stride(v);
                for (std::int64_t n = 0; n < std::int64_t(line.size()); ++n) // the edge is repeated
                    line[std::size_t(n)] = first[stride * std::clamp<std::int64_t>(n - reach, 0, length - 1)];
                for (std::int64_t n = 0; n < length; ++n) {
                    const float *const at = line.data() + n + reach;
                    float value = tap[0] * at[0];
                    for (std::int64_t d = 1; d <= reach; ++d)
                        value += tap[std::size_t(d)] * (at[d] + at[-d]);
                    first[n * stride] = value / sum;
                }
            }
    }
}

// Nearest down to `scale` of the size, linear up again.
void lowerResolution(std::span<float> image, const Grid &grid, double scale)
{
    Size3 small{};
    for (std::size_t a = 0; a < 3; ++a)
        small[a] = std::max<std::int64_t>(1, std::llround(scale * double(grid.size[a])));
    if (small == grid.size) return;
    std::vector<float> coarse(std::size_t(small[0] * small[1] * small[2]));
    std::array<std::vector<std::int64_t>, 3> from, low;
    std::array<std::vector<float>, 3> share;
    for (std::size_t a = 0; a < 3; ++a) {
        const double step = double(grid.size[a]) / double(small[a]);
        for (std::int64_t n = 0; n < small[a]; ++n)
            from[a].push_back(std::min(grid.size[a] - 1, std::int64_t((double(n) + 0.5) * step)));
        for (std::int64_t n = 0; n < grid.size[a]; ++n) {
            const double at = std::clamp((double(n) + 0.5) / step - 0.5, 0.0, double(small[a] - 1));
            const std::int64_t below = std::min(std::int64_t(at), std::max<std::int64_t>(0, small[a] - 2));
            low[a].push_back(below);
            share[a].push_back(small[a] > 1 ? float(at - double(below)) : 0.0f);
        }
    }
    std::size_t to = 0;
    for (const std::int64_t k : from[2])
        for (const std::int64_t j : from[1])
            for (const std::int64_t i : from[0])
                coarse[to++] = image[std::size_t(i + grid.size[0] * (j + grid.size[1] * k))];
    const std::int64_t dx = small[0] > 1 ? 1 : 0, dy = small[1] > 1 ? small[0] : 0,
                       dz = small[2] > 1 ? small[0] * small[1] : 0;
    to = 0;
    for (std::size_t k = 0; k < low[2].size(); ++k)
        for (std::size_t j = 0; j < low[1].size(); ++j)
            for (std::size_t i = 0; i < low[0].size(); ++i) {
                const float *const p = coarse.data() + low[0][i] + small[0] * (low[1][j] + small[1] * low[2][k]);
                const float x = share[0][i], y = share[1][j], z = share[2][k];
                const float a = std::lerp(p[0], p[dx], x), b = std::lerp(p[dy], p[dy + dx], x);
                const float c = std::lerp(p[dz], p[dz + dx], x), d = std::lerp(p[dz + dy], p[dz + dy + dx], x);
                image[to++] = std::lerp(std::lerp(a, b, y), std::lerp(c, d, y), z);
            }
}

struct Moments {
    float mean = 0, deviation = 0, low = 0, high = 0;
    explicit Moments(std::span<const float> image)
    {
        double sum = 0, squares = 0;
        low = high = image.empty() ? 0.0f : image.front();
        for (const float v : image) {
            sum += double(v), squares += double(v) * double(v);
            low = std::min(low, v), high = std::max(high, v);
        }
        const double n = std::max<double>(1, double(image.size()));
        mean = float(sum / n);
        deviation = float(std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n))));
    }
};

// ((x - low) / range)^g range + low, then mean and deviation as before; inverted: on the negative.
void gamma(std::span<float> image, double exponent, bool inverted)
{
    const float sign = inverted ? -1.0f : 1.0f;
    for (float &v : image)
        v *= sign;
    const Moments before(image);
    const float range = before.high - before.low;
    if (range > 1e-6f) {
        for (float &v : image)
            v = std::pow(std::max(0.0f, (v - before.low) / range), float(exponent)) * range + before.low;
        const Moments after(image);
        const float factor = after.deviation > 1e-8f ? before.deviation / after.deviation : 1.0f;
        for (float &v : image)
            v = (v - after.mean) * factor + before.mean;
    }
    for (float &v : image)
        v *= sign;
}

void contrast(std::span<float> image, double factor)
{
    const Moments before(image);
    for (float &v : image)
        v = std::clamp((v - before.mean) * float(factor) + before.mean, before.low, before.high);
}

} // namespace

Sample nnUnetCut(std::span<const ImageVolume, kSequences> images, const std::array<bool, kSequences> &present,
                 const LabelVolume &labels, const Index3 &start, const Size3 &window, CounterRandom &random)
{
    constexpr double degree = std::numbers::pi / 180;
    const bool rotates = random.chance(0.2), scales = random.chance(0.2);
    std::array<double, 3> angle;
    for (double &a : angle)
        a = degree * random.uniform(-30, 30);
    const double scale = random.uniform(0.7, 1.4); // of coordinates: larger is a smaller object
    Map map = kSame;
    if (rotates) map = inVoxels(rotation(angle), labels.geometry().spacing());
    if (scales)
        for (double &m : map)
            m *= scale;
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (random.chance(0.5)) mirrorAxis(map, axis);
    return warp(images, present, labels, start, window, map, LabelRule::LargestShare);
}

void nnUnetDegrade(Sample &sample, CounterRandom &random)
{
    const Grid grid{sample.window};
    std::vector<bool> head(sample.voxels());
    for (std::size_t s = 0; s < kSequences; ++s) {
        const auto image = std::as_const(sample).sequence(s);
        for (std::size_t n = 0; n < head.size(); ++n)
            if (image[n] != 0) head[n] = true;
    }
    const bool noisy = random.chance(0.1);
    const double noise = std::sqrt(random.uniform(0, 0.1)); // the variance is what is drawn
    const bool blurs = random.chance(0.2), brightens = random.chance(0.15), contrasts = random.chance(0.15),
               coarsens = random.chance(0.25), inverted = random.chance(0.1), gammas = random.chance(0.3);
    for (std::size_t s = 0; s < kSequences; ++s) {
        // Every sequence draws from a key of its own, so that a missing one changes nothing for the others.
        CounterRandom own{random.bits(), random.bits(), s};
        if (!sample.present[s]) continue;
        const auto image = sample.sequence(s);
        const bool blursThis = own.chance(0.5), coarsensThis = own.chance(0.5);
        const double sigma = own.uniform(0.5, 1), brightness = split(0.75, 1.25, own), factor = split(0.75, 1.25, own),
                     scale = own.uniform(0.5, 1), firstGamma = split(0.7, 1.5, own), secondGamma = split(0.7, 1.5, own);
        if (noisy)
            for (float &v : image)
                v += float(own.normal(0, noise));
        if (blurs && blursThis) blur(image, grid, sigma);
        if (brightens)
            for (float &v : image)
                v *= float(brightness);
        if (contrasts) contrast(image, factor);
        if (coarsens && coarsensThis) lowerResolution(image, grid, scale);
        if (inverted) gamma(image, firstGamma, true);
        if (gammas) gamma(image, secondGamma, false);
        for (std::size_t n = 0; n < image.size(); ++n)
            if (!head[n]) image[n] = 0;
    }
}

Sample augmented(std::span<const ImageVolume, kSequences> images, const std::array<bool, kSequences> &present,
                 const LabelVolume &labels, const Index3 &start, const Size3 &window, const AugmentOptions &options,
                 CounterRandom &random)
{
    const bool nnUnet = options.kind == "nnunet";
    auto sample = nnUnet ? nnUnetCut(images, present, labels, start, window, random)
                         : cut(images, present, labels, start, window, options.spatial, random);
    nnUnet ? nnUnetDegrade(sample, random) : degrade(sample, options.intensity, random);
    dropSequences(sample, options.drop, random);
    return sample;
}

} // namespace glio::augment
