#include "glioscope/augment/Augment.h"

#include <algorithm>
#include <cmath>

namespace glio::augment {
namespace {

// Raw zero lies about here once a sequence is normalised by (x - median) / (p90 - p10) * 2.56: the place from which a
// bias field multiplies. Exact for no scanner, near for all.
constexpr float kAir = -3.5f;

struct Box {
    Size3 size;
    std::int64_t stride(std::size_t axis) const { return axis == 0 ? 1 : axis == 1 ? size[0] : size[0] * size[1]; }
    std::int64_t voxels() const { return size[0] * size[1] * size[2]; }
    // Calls f(first offset) for each line along `axis`.
    template <class F> void lines(std::size_t axis, F f) const
    {
        const std::size_t u = axis == 0 ? 1 : 0, v = axis == 2 ? 1 : 2;
        for (std::int64_t b = 0; b < size[v]; ++b)
            for (std::int64_t a = 0; a < size[u]; ++a)
                f(a * stride(u) + b * stride(v));
    }
};

// A smooth field: random values on 3x3x3 points, linear between them.
void multiplyByBias(std::span<float> image, const std::vector<bool> &head, const Box &box, double deviation,
                    CounterRandom &random)
{
    std::array<float, 27> points;
    for (float &point : points)
        point = float(random.normal(0, deviation));
    std::size_t n = 0;
    for (std::int64_t k = 0; k < box.size[2]; ++k) {
        const float z = 2.0f * float(k) / float(std::max<std::int64_t>(1, box.size[2] - 1));
        const std::size_t zi = std::min<std::size_t>(1, std::size_t(z));
        const float fz = z - float(zi);
        for (std::int64_t j = 0; j < box.size[1]; ++j) {
            const float y = 2.0f * float(j) / float(std::max<std::int64_t>(1, box.size[1] - 1));
            const std::size_t yi = std::min<std::size_t>(1, std::size_t(y));
            const float fy = y - float(yi);
            std::array<float, 3> line;
            for (std::size_t x = 0; x < 3; ++x) {
                const auto at = [&](std::size_t dy, std::size_t dz) {
                    return points[x + 3 * (yi + dy) + 9 * (zi + dz)];
                };
                line[x] = (1 - fz) * ((1 - fy) * at(0, 0) + fy * at(1, 0)) + fz * ((1 - fy) * at(0, 1) + fy * at(1, 1));
            }
            for (std::int64_t i = 0; i < box.size[0]; ++i, ++n) {
                if (!head[n]) continue;
                const float x = 2.0f * float(i) / float(std::max<std::int64_t>(1, box.size[0] - 1));
                const std::size_t xi = std::min<std::size_t>(1, std::size_t(x));
                const float field = line[xi] + (x - float(xi)) * (line[xi + 1] - line[xi]);
                image[n] = (image[n] - kAir) * (1 + field + 0.5f * field * field) + kAir; // exp, second order
            }
        }
    }
}

// A Gaussian of sigma below one voxel fits in five taps. Outside the head counts nothing, or the edge would bleed.
void blurInside(std::span<float> image, const std::vector<bool> &head, const Box &box, double sigma)
{
    std::array<float, 3> tap;
    for (int n = 0; n < 3; ++n)
        tap[std::size_t(n)] = float(std::exp(-0.5 * n * n / (sigma * sigma)));
    std::vector<float> line;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::int64_t length = box.size[axis], stride = box.stride(axis);
        line.resize(std::size_t(length));
        box.lines(axis, [&](std::int64_t first) {
            for (std::int64_t n = 0; n < length; ++n)
                line[std::size_t(n)] = image[std::size_t(first + n * stride)];
            for (std::int64_t n = 0; n < length; ++n) {
                const std::size_t at = std::size_t(first + n * stride);
                if (!head[at]) continue;
                float sum = 0, weight = 0;
                for (std::int64_t d = -2; d <= 2; ++d) {
                    const std::int64_t m = n + d;
                    if (m < 0 || m >= length || !head[std::size_t(first + m * stride)]) continue;
                    const float w = tap[std::size_t(std::abs(d))];
                    sum += w * line[std::size_t(m)];
                    weight += w;
                }
                image[at] = sum / weight;
            }
        });
    }
}

// What a scanner with thick slices gives after resampling: means over slabs, linear between the slabs' middles.
void thicken(std::span<float> image, const std::vector<bool> &head, const Box &box, std::size_t axis, double voxels,
             double phase)
{
    const std::int64_t length = box.size[axis], stride = box.stride(axis);
    const std::int64_t slabs = std::int64_t(std::ceil(double(length) / voxels)) + 1;
    std::vector<float> sum(static_cast<std::size_t>(slabs)), weight(static_cast<std::size_t>(slabs));
    box.lines(axis, [&](std::int64_t first) {
        std::ranges::fill(sum, 0.0f);
        std::ranges::fill(weight, 0.0f);
        for (std::int64_t n = 0; n < length; ++n) {
            const std::size_t at = std::size_t(first + n * stride);
            if (!head[at]) continue;
            const std::size_t slab = std::size_t((double(n) + phase * voxels) / voxels);
            sum[slab] += image[at];
            weight[slab] += 1;
        }
        for (std::int64_t n = 0; n < length; ++n) {
            const std::size_t at = std::size_t(first + n * stride);
            if (!head[at]) continue;
            const double place = (double(n) + 0.5 + phase * voxels) / voxels - 0.5;
            const std::int64_t low = std::clamp<std::int64_t>(std::int64_t(std::floor(place)), 0, slabs - 2);
            const float share = float(std::clamp(place - double(low), 0.0, 1.0));
            const float a = weight[std::size_t(low)] > 0 ? 1 - share : 0,
                        b = weight[std::size_t(low + 1)] > 0 ? share : 0;
            if (a + b <= 0) continue;
            const float below = a > 0 ? sum[std::size_t(low)] / weight[std::size_t(low)] : 0;
            const float above = b > 0 ? sum[std::size_t(low + 1)] / weight[std::size_t(low + 1)] : 0;
            image[at] = (a * below + b * above) / (a + b);
        }
    });
}

void shiftByOne(std::span<float> image, const std::vector<bool> &head, const Box &box, std::size_t axis, bool forwards)
{
    const std::int64_t step = forwards ? -box.stride(axis) : box.stride(axis);
    const std::vector<float> before(image.begin(), image.end());
    for (std::int64_t n = 0; n < box.voxels(); ++n) {
        const std::int64_t from = n + step;
        if (head[std::size_t(n)] && from >= 0 && from < box.voxels() && head[std::size_t(from)])
            image[std::size_t(n)] = before[std::size_t(from)];
    }
}

void applyGamma(std::span<float> image, const std::vector<bool> &head, double exponent)
{
    float low = 1e30f, high = -1e30f;
    for (std::size_t n = 0; n < image.size(); ++n)
        if (head[n]) low = std::min(low, image[n]), high = std::max(high, image[n]);
    const float range = high - low;
    if (!(range > 1e-3f)) return;
    for (std::size_t n = 0; n < image.size(); ++n)
        if (head[n]) image[n] = low + range * std::pow((image[n] - low) / range, float(exponent));
}

} // namespace

void degrade(Sample &sample, const IntensityOptions &options, CounterRandom &random)
{
    const Box box{sample.window};
    std::vector<bool> head(sample.voxels());
    for (std::size_t s = 0; s < kSequences; ++s) {
        const auto image = std::as_const(sample).sequence(s);
        for (std::size_t n = 0; n < head.size(); ++n)
            if (image[n] != 0) head[n] = true;
    }
    // Thick slices: the same for all sequences half the time.
    const bool alike = random.chance(0.5), allThick = random.chance(options.thickSlices);
    const double commonMm = random.uniform(2.5, 6.5), commonPhase = random.uniform();
    const auto drawAxis = [&random] { return random.chance(0.8) ? std::size_t{2} : std::size_t(random.integer(0, 1)); };
    const std::size_t commonAxis = drawAxis();
    for (std::size_t s = 0; s < kSequences; ++s) {
        // Every sequence draws from a key of its own, so that a missing one changes nothing for the others.
        CounterRandom own{random.bits(), random.bits(), s};
        if (!sample.present[s]) continue;
        const auto image = sample.sequence(s);
        multiplyByBias(image, head, box, own.uniform(0, options.bias), own);
        if (own.chance(options.shift)) shiftByOne(image, head, box, std::size_t(own.integer(0, 2)), own.chance(0.5));
        if (own.chance(options.blur)) blurInside(image, head, box, own.uniform(0.3, 0.9));
        const bool thick = alike ? allThick : own.chance(options.thickSlices);
        const std::size_t ownAxis = own.chance(0.8) ? 2 : std::size_t(own.integer(0, 1));
        const double ownMm = own.uniform(2.5, 6.5), ownPhase = own.uniform();
        const std::size_t axis = alike ? commonAxis : ownAxis;
        const double ratio = (alike ? commonMm : ownMm) / sample.spacingMm[axis];
        if (thick && ratio > 1.2) thicken(image, head, box, axis, ratio, alike ? commonPhase : ownPhase);
        if (own.chance(options.gamma)) applyGamma(image, head, own.uniform(0.8, 1.25));
        const float noise = own.chance(options.noise) ? float(own.uniform(0, 0.18)) : 0.0f;
        const float contrast = float(own.uniform(options.contrastLow, options.contrastHigh));
        const float brightness = float(own.normal(0, options.brightness));
        // The sum of two uniforms is near enough to a normal here, and a fifth of the price.
        std::uint32_t state = own.bits() | 1u;
        const auto next = [&state] {
            state ^= state << 13, state ^= state >> 17, state ^= state << 5;
            return float(state >> 8) * 0x1p-24f;
        };
        for (std::size_t n = 0; n < image.size(); ++n) {
            const float grain = noise * 2.449f * (next() + next() - 1);
            if (head[n]) image[n] = std::clamp((image[n] + grain) * contrast + brightness, -5.0f, 6.0f);
        }
    }
}

} // namespace glio::augment
