#include "glioscope/samplers/Clicks.h"

#include "glioscope/metrics/Components.h"
#include "glioscope/metrics/DistanceTransform.h"
#include "glioscope/volume/VoxelBox.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace glio::samplers {
namespace {

constexpr std::uint8_t kUnnamed = 5;

/// Which labels make up the region that a click asks for; bit n: label n.
unsigned drawRegion(bool wholeOnly, const ClickOptions &options, CounterRandom &random)
{
    const double pick = random.uniform(), which = random.uniform();
    if (wholeOnly || pick < options.wholeTumour) return 0b111110;
    if (pick < options.wholeTumour + options.core) return 0b01110;
    return 1U << (1 + int(which * 4));
}

Index3 voxelOf(const Size3 &size, std::size_t offset)
{
    const auto n = std::int64_t(offset);
    return {n % size[0], n / size[0] % size[1], n / (size[0] * size[1])};
}

/// The part's box with a border of one voxel, where the volume has one.
VoxelBox boxOf(const std::vector<std::int32_t> &labels, std::int32_t id, const Size3 &size)
{
    Index3 low = size, high{-1, -1, -1};
    for (std::size_t n = 0; n < labels.size(); ++n)
        if (labels[n] == id) {
            const Index3 v = voxelOf(size, n);
            for (std::size_t a = 0; a < 3; ++a) {
                low[a] = std::min(low[a], v[a]);
                high[a] = std::max(high[a], v[a]);
            }
        }
    VoxelBox box{low, {high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1}};
    for (std::size_t a = 0; a < 3; ++a) {
        box.start[a] -= 1;
        box.size[a] += 2;
    }
    return box.intersected({{0, 0, 0}, size});
}

std::int32_t drawPart(const metrics::Components &parts, const ClickOptions &options, CounterRandom &random)
{
    std::vector<std::int64_t> voxels(std::size_t(parts.count) + 1, 0);
    std::int64_t sum = 0;
    for (const std::int32_t id : parts.labels)
        if (id > 0) ++voxels[std::size_t(id)], ++sum;
    const bool largest = random.chance(options.largest);
    std::int64_t left = random.integer(0, std::max<std::int64_t>(0, sum - 1));
    if (largest) return std::int32_t(std::ranges::max_element(voxels) - voxels.begin());
    for (std::int32_t id = 1; id <= parts.count; ++id)
        if ((left -= voxels[std::size_t(id)]) < 0) return id;
    return parts.count;
}

/// Smooth values within -1..1: random ones on a lattice, linear between.
class SmoothField {
public:
    SmoothField(const Size3 &size, double step, CounterRandom &random) : m_step(step)
    {
        for (std::size_t a = 0; a < 3; ++a)
            m_size[a] = std::int64_t(double(size[a]) / step) + 2;
        m_values.resize(std::size_t(m_size[0] * m_size[1] * m_size[2]));
        for (float &value : m_values)
            value = float(random.uniform(-1, 1));
    }
    double at(const Index3 &v) const
    {
        std::array<std::int64_t, 3> low{};
        std::array<double, 3> part{};
        for (std::size_t a = 0; a < 3; ++a) {
            const double p = double(v[a]) / m_step;
            low[a] = std::int64_t(p);
            part[a] = p - double(low[a]);
        }
        double sum = 0;
        for (unsigned c = 0; c < 8; ++c) {
            double weight = 1;
            std::int64_t offset = 0, stride = 1;
            for (std::size_t a = 0; a < 3; stride *= m_size[a], ++a) {
                const bool upper = (c >> a & 1U) != 0;
                weight *= upper ? part[a] : 1 - part[a];
                offset += stride * (low[a] + upper);
            }
            sum += weight * double(m_values[std::size_t(offset)]);
        }
        return sum;
    }

private:
    double m_step;
    Size3 m_size{};
    std::vector<float> m_values;
};

template <class Suits> std::optional<Index3> drawVoxel(const Size3 &size, CounterRandom &random, Suits suits)
{
    for (int tries = 0; tries < 200; ++tries) {
        const Index3 v{random.integer(0, size[0] - 1), random.integer(0, size[1] - 1), random.integer(0, size[2] - 1)};
        if (suits(std::size_t(v[0] + size[0] * (v[1] + size[1] * v[2])))) return v;
    }
    return std::nullopt;
}

template <class Body> void forBall(const Size3 &size, const Index3 &middle, double radius, Body body)
{
    const auto reach = std::int64_t(std::ceil(radius));
    for (std::int64_t k = std::max<std::int64_t>(0, middle[2] - reach); k <= std::min(size[2] - 1, middle[2] + reach);
         ++k)
        for (std::int64_t j = std::max<std::int64_t>(0, middle[1] - reach);
             j <= std::min(size[1] - 1, middle[1] + reach); ++j)
            for (std::int64_t i = std::max<std::int64_t>(0, middle[0] - reach);
                 i <= std::min(size[0] - 1, middle[0] + reach); ++i) {
                const double r = std::hypot(double(i - middle[0]), double(j - middle[1]), double(k - middle[2]));
                if (r <= radius) body(std::size_t(i + size[0] * (j + size[1] * k)), r / radius);
            }
}

} // namespace

std::optional<SimulatedClick> nextClick(std::span<const std::uint8_t> truth, std::span<const std::uint8_t> answer,
                                        const Size3 &size, const ClickOptions &options, CounterRandom &random)
{
    const bool wholeOnly = std::ranges::contains(truth, kUnnamed);
    unsigned region = drawRegion(wholeOnly, options, random);
    std::vector<std::uint8_t> lacks(truth.size()), excess(truth.size());
    bool any = false;
    for (int tries = 0; tries < 2 && !any; ++tries) {
        for (std::size_t n = 0; n < truth.size(); ++n) {
            const bool is = region >> truth[n] & 1U, says = region >> answer[n] & 1U;
            lacks[n] = is && !says;
            excess[n] = says && !is;
            any = any || is != says;
        }
        if (!any) region = 0b111110; // what was asked for is right: the whole tumour may not be
    }
    if (!any) return std::nullopt;
    // One labelling for both kinds: what lacks and what is too much never share a voxel, but may touch.
    auto parts = metrics::connectedComponents(lacks, size);
    const auto more = metrics::connectedComponents(excess, size);
    for (std::size_t n = 0; n < truth.size(); ++n)
        if (more.labels[n] > 0) parts.labels[n] = parts.count + more.labels[n];
    parts.count += more.count;
    const std::int32_t id = drawPart(parts, options, random);

    SimulatedClick click;
    click.part.resize(truth.size());
    for (std::size_t n = 0; n < truth.size(); ++n)
        click.part[n] = parts.labels[n] == id;
    const VoxelBox box = boxOf(parts.labels, id, size);
    const auto inVolume = [&](std::size_t n) {
        Index3 v = voxelOf(box.size, n);
        for (std::size_t a = 0; a < 3; ++a)
            v[a] += box.start[a];
        return VoxelBox{{0, 0, 0}, size}.offset(v);
    };
    std::vector<std::uint8_t> right(std::size_t(box.count()));
    for (std::size_t n = 0; n < right.size(); ++n)
        right[n] = !click.part[inVolume(n)];
    auto depth = metrics::squaredDistances(right, box.size, {1, 1, 1});
    double sum = 0;
    for (float &value : depth) {
        value = std::isfinite(value) ? std::min(12.0f, std::sqrt(value)) : 12.0f; // an error that fills the volume
        sum += std::exp(double(value)) - 1;
    }
    const bool deepest = random.chance(options.deepest);
    double left = random.uniform() * sum;
    auto at = std::size_t(std::ranges::max_element(depth) - depth.begin());
    if (!deepest)
        for (std::size_t n = 0; n < depth.size(); ++n)
            if (depth[n] > 0 && (left -= std::exp(double(depth[n])) - 1) < 0) {
                at = n;
                break;
            }
    const std::size_t voxel = inVolume(at);
    click.voxel = voxelOf(size, voxel);
    click.belongs = lacks[voxel] != 0;
    const std::uint8_t label = click.belongs ? truth[voxel] : answer[voxel];
    click.label = label == kUnnamed ? 4 : label;
    return click;
}

std::vector<std::uint8_t> spoiledMask(std::span<const std::uint8_t> truth, std::span<const float> head,
                                      const Size3 &size, double mostShift, CounterRandom &random)
{
    const double shift = random.uniform(0.3, 1) * mostShift, step = random.uniform(5, 12);
    const std::array fields{SmoothField(size, step, random), SmoothField(size, step, random),
                            SmoothField(size, step, random)};
    std::vector<std::uint8_t> mask(truth.size());
    std::size_t at = 0;
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i, ++at) {
                Index3 from{i, j, k};
                for (std::size_t a = 0; a < 3; ++a)
                    from[a] = std::clamp<std::int64_t>(from[a] + std::llround(shift * fields[a].at({i, j, k})), 0,
                                                       size[a] - 1);
                const std::uint8_t label = truth[std::size_t(from[0] + size[0] * (from[1] + size[1] * from[2]))];
                mask[at] = label == kUnnamed ? 4 : label;
            }
    if (random.chance(0.25)) {
        const auto wrong = std::uint8_t(random.integer(1, 4)), taken = std::uint8_t(random.integer(1, 4));
        std::ranges::replace(mask, wrong, taken);
    }
    const double missing = random.uniform(2, 6), island = random.uniform(2, 6);
    if (random.chance(0.5))
        if (const auto v = drawVoxel(size, random, [&](std::size_t n) { return mask[n] != 0; }))
            forBall(size, *v, missing, [&](std::size_t n, double) { mask[n] = 0; });
    if (random.chance(0.5))
        if (const auto v = drawVoxel(size, random, [&](std::size_t n) { return head[n] != 0 && mask[n] == 0; })) {
            const auto inner = std::uint8_t(random.integer(1, 4));
            forBall(size, *v, island, [&](std::size_t n, double r) {
                if (mask[n] == 0 && head[n] != 0) mask[n] = r < 0.6 ? inner : std::uint8_t{4};
            });
        }
    return mask;
}

} // namespace glio::samplers
