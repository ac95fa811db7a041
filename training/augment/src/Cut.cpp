#include "Warp.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace glio::augment {

Map times(const Map &a, const Map &b)
{
    Map product{};
    for (int r = 0; r < 3; ++r)
        for (int c = 0; c < 3; ++c)
            for (int n = 0; n < 3; ++n)
                product[std::size_t(3 * r + c)] += a[std::size_t(3 * r + n)] * b[std::size_t(3 * n + c)];
    return product;
}

Map rotation(const std::array<double, 3> &angle)
{
    const double cx = std::cos(angle[0]), sx = std::sin(angle[0]), cy = std::cos(angle[1]), sy = std::sin(angle[1]),
                 cz = std::cos(angle[2]), sz = std::sin(angle[2]);
    return times({cz, -sz, 0, sz, cz, 0, 0, 0, 1},
                 times({cy, 0, sy, 0, 1, 0, -sy, 0, cy}, {1, 0, 0, 0, cx, -sx, 0, sx, cx}));
}

Map inVoxels(Map map, const Spacing3 &spacing)
{
    for (std::size_t r = 0; r < 3; ++r)
        for (std::size_t c = 0; c < 3; ++c)
            map[3 * r + c] *= spacing[c] / spacing[r];
    return map;
}

void mirrorAxis(Map &map, std::size_t axis)
{
    for (std::size_t r = 0; r < 3; ++r)
        map[3 * r + axis] = -map[3 * r + axis];
}

namespace {

// Turns are in mm: on grids with unequal spacing the map is taken to mm and back.
Map drawMap(const Spacing3 &spacing, const SpatialOptions &options, CounterRandom &random)
{
    Map map = kSame;
    const bool turned = random.chance(options.probability);
    const double degree = std::numbers::pi / 180;
    std::array<double, 3> angle, scale;
    for (double &a : angle)
        a = degree * random.uniform(-options.rotationDegrees, options.rotationDegrees);
    const double common = random.uniform(-options.logScaleCommon, options.logScaleCommon);
    for (double &s : scale)
        s = std::exp(common + random.uniform(-options.logScale, options.logScale));
    const double shear = random.uniform(-options.shear, options.shear);
    if (turned) {
        map = times(rotation(angle), {scale[0], shear, 0, 0, scale[1], shear, 0, 0, scale[2]});
        map = inVoxels(map, spacing);
    }
    for (std::size_t c = 0; c < 3; ++c)
        if (random.chance(c == 0 ? options.flip : options.flipOther)) mirrorAxis(map, c);
    return map;
}

// The label with the largest share of a linear interpolation between one-hot maps.
std::uint8_t largestShare(const std::uint8_t *label, std::int64_t row, std::int64_t slice, float fx, float fy, float fz)
{
    const std::array<std::uint8_t, 8> around{
        label[0],     label[1],         label[row],         label[row + 1],
        label[slice], label[slice + 1], label[slice + row], label[slice + row + 1]};
    if (std::ranges::all_of(around, [&](std::uint8_t other) { return other == around[0]; })) return around[0];
    std::array<float, 8> share{};
    for (std::size_t n = 0; n < 8; ++n) {
        const float weight = (n & 1 ? fx : 1 - fx) * (n & 2 ? fy : 1 - fy) * (n & 4 ? fz : 1 - fz);
        share[std::min<std::size_t>(around[n], 7)] += weight;
    }
    return std::uint8_t(std::ranges::max_element(share) - share.begin());
}

Sample shell(const std::array<bool, kSequences> &present, const LabelVolume &labels, const Size3 &window)
{
    Sample sample{.window = window, .spacingMm = labels.geometry().spacing()};
    const std::size_t voxels = std::size_t(window[0] * window[1] * window[2]);
    sample.image.assign(kSequences * voxels, 0.0f);
    sample.labels.assign(voxels, 0);
    sample.present = present;
    return sample;
}

} // namespace

Sample cut(std::span<const ImageVolume, kSequences> images, const std::array<bool, kSequences> &present,
           const LabelVolume &labels, const Index3 &start, const Size3 &window)
{
    Sample sample = shell(present, labels, window);
    const Size3 &size = labels.size();
    const std::int64_t first = std::max<std::int64_t>(0, -start[0]);
    const std::int64_t last = std::min(window[0], size[0] - start[0]); // one past
    for (std::int64_t k = 0; k < window[2]; ++k)
        for (std::int64_t j = 0; j < window[1]; ++j) {
            const std::int64_t y = start[1] + j, z = start[2] + k;
            if (y < 0 || z < 0 || y >= size[1] || z >= size[2] || last <= first) continue;
            const std::int64_t to = window[0] * (j + window[1] * k) + first;
            const std::int64_t from = start[0] + first + size[0] * (y + size[1] * z);
            std::copy_n(labels.data() + from, last - first, sample.labels.data() + to);
            for (std::size_t s = 0; s < kSequences; ++s)
                if (present[s]) std::copy_n(images[s].data() + from, last - first, sample.sequence(s).data() + to);
        }
    return sample;
}

Sample cut(std::span<const ImageVolume, kSequences> images, const std::array<bool, kSequences> &present,
           const LabelVolume &labels, const Index3 &start, const Size3 &window, const SpatialOptions &options,
           CounterRandom &random)
{
    return warp(images, present, labels, start, window, drawMap(labels.geometry().spacing(), options, random),
                LabelRule::Nearest);
}

Sample warp(std::span<const ImageVolume, kSequences> images, const std::array<bool, kSequences> &present,
            const LabelVolume &labels, const Index3 &start, const Size3 &window, const Map &map, LabelRule rule)
{
    if (map == kSame) return cut(images, present, labels, start, window);
    Sample sample = shell(present, labels, window);
    const Size3 &size = labels.size();
    const std::int64_t row = size[0], slice = size[0] * size[1];
    std::array<double, 3> middle, centre;
    for (std::size_t a = 0; a < 3; ++a) {
        middle[a] = 0.5 * double(window[a] - 1);
        centre[a] = double(start[a]) + middle[a];
    }
    std::array<const float *, kSequences> source{};
    for (std::size_t s = 0; s < kSequences; ++s)
        if (present[s]) source[s] = images[s].data();
    const std::size_t voxels = sample.voxels();
    float *const image = sample.image.data();
    std::size_t to = 0;
    for (std::int64_t k = 0; k < window[2]; ++k)
        for (std::int64_t j = 0; j < window[1]; ++j) {
            const double dj = double(j) - middle[1], dk = double(k) - middle[2];
            const double x0 = centre[0] + map[1] * dj + map[2] * dk, y0 = centre[1] + map[4] * dj + map[5] * dk,
                         z0 = centre[2] + map[7] * dj + map[8] * dk;
            for (std::int64_t i = 0; i < window[0]; ++i, ++to) {
                const double di = double(i) - middle[0];
                const double x = x0 + map[0] * di, y = y0 + map[3] * di, z = z0 + map[6] * di;
                const std::int64_t xi = std::int64_t(std::floor(x)), yi = std::int64_t(std::floor(y)),
                                   zi = std::int64_t(std::floor(z));
                if (xi < 0 || yi < 0 || zi < 0 || xi + 1 >= size[0] || yi + 1 >= size[1] || zi + 1 >= size[2]) continue;
                const float fx = float(x - double(xi)), fy = float(y - double(yi)), fz = float(z - double(zi));
                const std::int64_t at = xi + row * yi + slice * zi;
                const std::uint8_t *const label = labels.data() + at;
                sample.labels[to] = rule == LabelRule::Nearest
                                        ? label[(fx >= 0.5f) + row * (fy >= 0.5f) + slice * (fz >= 0.5f)]
                                        : largestShare(label, row, slice, fx, fy, fz);
                for (std::size_t s = 0; s < kSequences; ++s) {
                    const float *const p = source[s];
                    if (!p) continue;
                    const float *const q = p + at;
                    const float a = q[0] + fx * (q[1] - q[0]), b = q[row] + fx * (q[row + 1] - q[row]);
                    const float c = q[slice] + fx * (q[slice + 1] - q[slice]);
                    const float d = q[slice + row] + fx * (q[slice + row + 1] - q[slice + row]);
                    const float low = a + fy * (b - a), high = c + fy * (d - c);
                    image[s * voxels + to] = low + fz * (high - low);
                }
            }
        }
    return sample;
}

} // namespace glio::augment
