#include "glioscope/uncertainty/CaseFeatures.h"

#include "glioscope/annotation/Decode.h"
#include "glioscope/metrics/Components.h"
#include "glioscope/volume/Statistics.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace glio::uncertainty {
namespace {

struct Region {
    std::vector<std::uint8_t> probability, mask; ///< of the box alone
    Size3 size{};
};

/// A region's bytes and mask, cut to where either says something.
Region cutRegion(const Probabilities &p, const LabelVolume &mask, const RegionDefinition &region, std::int64_t margin)
{
    const auto map = regionProbability(p, region.id);
    if (!map) return {};
    std::array<bool, 256> wanted{};
    for (const Label label : region.labels)
        wanted[label] = true;
    const Geometry &grid = mask.geometry();
    Index3 low{1 << 30, 1 << 30, 1 << 30}, high{-1, -1, -1};
    for (std::int64_t k = 0; k < grid.size()[2]; ++k)
        for (std::int64_t j = 0; j < grid.size()[1]; ++j) {
            const std::int64_t row = grid.offset({0, j, k});
            for (std::int64_t i = 0; i < grid.size()[0]; ++i) {
                if (map->data()[row + i] < 3 && !wanted[mask.data()[row + i]]) continue;
                low = {std::min(low[0], i), std::min(low[1], j), std::min(low[2], k)};
                high = {std::max(high[0], i), std::max(high[1], j), std::max(high[2], k)};
            }
        }
    Region cut;
    if (high[0] < 0) return cut;
    for (std::size_t a = 0; a < 3; ++a) {
        low[a] = std::max<std::int64_t>(0, low[a] - margin);
        high[a] = std::min(grid.size()[a] - 1, high[a] + margin);
        cut.size[a] = high[a] - low[a] + 1;
    }
    for (std::int64_t k = low[2]; k <= high[2]; ++k)
        for (std::int64_t j = low[1]; j <= high[1]; ++j) {
            const std::int64_t row = grid.offset({0, j, k});
            for (std::int64_t i = low[0]; i <= high[0]; ++i) {
                cut.probability.push_back(map->data()[row + i]);
                cut.mask.push_back(wanted[mask.data()[row + i]]);
            }
        }
    return cut;
}

double bandOf(const Region &cut, double voxelMl)
{
    double inner = 0, outer = 0, inMask = 0;
    for (std::size_t v = 0; v < cut.mask.size(); ++v) {
        outer += cut.probability[v] >= 26; // 0.1
        inner += cut.probability[v] >= 230;
        inMask += cut.mask[v];
    }
    return (outer - inner) * voxelMl / (inMask * voxelMl + 0.5);
}

/// Sums over a channel that every feature below is made from.
struct Channel {
    std::string id;
    std::span<const float> values;
};

std::vector<float> sorted(std::vector<float> values)
{
    std::ranges::sort(values);
    return values;
}
float at(const std::vector<float> &sortedValues, double q)
{
    return sortedValues.empty() ? 0 : sortedValues[std::size_t(q * double(sortedValues.size() - 1) + 0.5)];
}
} // namespace

Features answerFeatures(const Probabilities &probabilities, const LabelVolume &mask)
{
    const LabelScheme *scheme = findLabelScheme(probabilities.schemeId);
    const RegionDefinition *whole = scheme ? scheme->region("WT") : nullptr;
    if (!whole || probabilities.empty()) return {};
    const Geometry &grid = mask.geometry();
    const double voxelMl = grid.voxelVolumeMm3() / 1000;
    const int grow = std::max(1, int(std::lround(5.0 / std::cbrt(grid.voxelVolumeMm3()))));
    const Region cut = cutRegion(probabilities, mask, *whole, grow);
    double inMask = 0, said = 0, saidInMask = 0;
    for (std::size_t v = 0; v < cut.mask.size(); ++v) {
        const double p = cut.probability[v] / 255.0;
        if (cut.probability[v] >= 3) said += p;
        if (cut.mask[v]) inMask += 1, saidInMask += p;
    }
    if (inMask == 0) return {};
    const auto grown = metrics::dilate18(cut.mask, cut.size, grow);
    double entropySum = 0, near = 0;
    for (std::size_t v = 0; v < grown.size(); ++v) {
        if (!grown[v]) continue;
        const double p = cut.probability[v] / 255.0;
        near += 1;
        if (p > 0 && p < 1) entropySum -= (p * std::log2(p) + (1 - p) * std::log2(1 - p));
    }
    Features features{
        {"soft_dice", 2 * saidInMask / (inMask + said)},
        {"entropy", entropySum / near},
        {"band", bandOf(cut, voxelMl)},
        {"log_volume", std::log1p(inMask * voxelMl)},
        {"islands", std::log(double(metrics::connectedComponents(cut.mask, cut.size).count))},
    };
    const RegionDefinition *core = scheme->region("TC");
    features.emplace_back("core_band",
                          core ? std::min(20.0, bandOf(cutRegion(probabilities, mask, *core, 0), voxelMl)) : 0.0);
    return features;
}

void addLookFeatures(Features &features, std::span<const Volume<std::uint8_t>> votes, const LabelScheme &scheme,
                     int looks, double volumeVariation)
{
    const RegionDefinition *whole = scheme.region("WT");
    if (!whole || votes.empty() || looks < 2) return;
    double pairs = 0, sum = 0;
    for (std::size_t v = 0; v < votes.front().voxels().size(); ++v) {
        double n = 0;
        for (std::size_t l = 0; l < votes.size(); ++l)
            if (whole->contains(scheme.labels()[l].value)) n += votes[l].data()[v];
        pairs += n * (n - 1);
        sum += n;
    }
    features.emplace_back("pairwise_dice", sum > 0 ? pairs / (double(looks - 1) * sum) : 1.0);
    features.emplace_back("volume_variation", volumeVariation);
}

Features imageFeatures(const ModelInputs &inputs, std::span<const Sequence> order)
{
    Features features;
    const Size3 size = inputs.grid.size();
    const Box3 box = boundingBox(inputs.foreground);
    if (box.empty()) return features;
    const std::uint8_t *head = inputs.foreground.data();
    const auto at3 = [&](std::int64_t i, std::int64_t j, std::int64_t k) { return i + size[0] * (j + size[1] * k); };

    // The head's form: how its volume is spread from feet to crown, and its box.
    std::array<double, 6> slabs{};
    double all = 0, front = 0;
    std::vector<std::int64_t> voxels; // every second along each axis, of the head
    std::vector<std::array<float, 2>> shares;
    for (std::int64_t k = box.start[2]; k < box.start[2] + box.size[2]; ++k)
        for (std::int64_t j = box.start[1]; j < box.start[1] + box.size[1]; ++j)
            for (std::int64_t i = box.start[0]; i < box.start[0] + box.size[0]; ++i) {
                const std::int64_t v = at3(i, j, k);
                if (!head[v]) continue;
                const double up = (double(k - box.start[2]) + 0.5) / double(box.size[2]);
                const double back = (double(j - box.start[1]) + 0.5) / double(box.size[1]);
                all += 1;
                slabs[std::size_t(up * 6)] += 1;
                front += back < 0.5;
                if (i % 2 || j % 2 || k % 2) continue;
                voxels.push_back(v);
                shares.push_back({float(up), float(back)});
            }
    for (std::size_t s = 0; s < 6; ++s)
        if (s != 3) features.emplace_back("position:slab" + std::to_string(s), slabs[s] / all);
    features.emplace_back("position:front", front / all);
    features.emplace_back("position:height", double(box.size[2]) / double(box.size[1]));
    if (voxels.size() < 100) return {};

    // Depth below the head's surface, by wearing the mask down (a voxel a step, along the axes).
    std::vector<std::uint8_t> shell(std::size_t(inputs.grid.voxelCount()), 0); // 1: within about 8 mm of the surface
    {
        const auto steps = std::max<std::int64_t>(1, std::lround(8 / inputs.grid.spacing()[0]));
        for (const std::int64_t v : voxels) {
            const std::int64_t i = v % size[0], j = v / size[0] % size[1], k = v / (size[0] * size[1]);
            bool near = false;
            for (const auto &[a, b, c] : {std::array{steps, std::int64_t(0), std::int64_t(0)},
                                          std::array{std::int64_t(0), steps, std::int64_t(0)},
                                          std::array{std::int64_t(0), std::int64_t(0), steps}})
                for (const int sign : {-1, 1}) {
                    const Index3 other{i + sign * a, j + sign * b, k + sign * c};
                    near = near || !inputs.grid.contains(other) || !head[inputs.grid.offset(other)];
                }
            shell[std::size_t(v)] = near;
        }
    }

    std::vector<Channel> channels;
    for (int c = 0; c < inputs.channelCount; ++c)
        if (inputs.present[std::size_t(c)])
            channels.push_back({std::string(sequenceId(order[std::size_t(c)])), inputs.channel(c)});
    for (const Channel &channel : channels) {
        std::vector<float> values;
        double rim = 0, rims = 0, deep = 0, deeps = 0, upper = 0, uppers = 0, lower = 0, lowers = 0, fore = 0,
               fores = 0, aft = 0, afts = 0, slope = 0, bend = 0, n = 0;
        for (std::size_t s = 0; s < voxels.size(); ++s) {
            const std::int64_t v = voxels[s];
            const float x = channel.values[std::size_t(v)];
            values.push_back(x);
            (shell[std::size_t(v)] ? rim : deep) += x;
            (shell[std::size_t(v)] ? rims : deeps) += 1;
            if (shares[s][0] > 0.6) upper += x, uppers += 1;
            if (shares[s][0] < 0.4) lower += x, lowers += 1;
            if (shares[s][1] < 0.4) fore += x, fores += 1;
            if (shares[s][1] > 0.6) aft += x, afts += 1;
            if (shell[std::size_t(v)]) continue;
            for (const std::int64_t step : {std::int64_t(1), size[0], size[0] * size[1]}) { // deep: neighbours exist
                const float before = channel.values[std::size_t(v - step)],
                            after = channel.values[std::size_t(v + step)];
                slope += std::abs(after - before) / 2;
                bend += std::abs(after + before - 2 * x);
                n += 1;
            }
        }
        const auto share = [](double sum, double count) { return count > 0 ? sum / count : 0.0; };
        values = sorted(std::move(values));
        const double spread = std::max(0.1f, at(values, 0.95) - at(values, 0.05));
        for (const double q : {0.02, 0.1, 0.25, 0.75, 0.9, 0.98})
            features.emplace_back("intensity:" + channel.id + "_q" + std::to_string(int(100 * q)), at(values, q));
        features.emplace_back("intensity:" + channel.id + "_rim", share(rim, rims) - share(deep, deeps));
        features.emplace_back("position:" + channel.id + "_up", (share(upper, uppers) - share(lower, lowers)) / spread);
        features.emplace_back("position:" + channel.id + "_front", (share(fore, fores) - share(aft, afts)) / spread);
        features.emplace_back("sharpness:" + channel.id + "_slope", std::log(1e-3 + share(slope, n) / spread));
        features.emplace_back("sharpness:" + channel.id + "_bend", share(bend, n) / std::max(1e-6, share(slope, n)));
    }
    for (std::size_t a = 0; a < channels.size(); ++a)
        for (std::size_t b = a + 1; b < channels.size(); ++b) {
            std::vector<float> difference;
            std::vector<double> x, y;
            for (const std::int64_t v : voxels) {
                x.push_back(channels[a].values[std::size_t(v)]);
                y.push_back(channels[b].values[std::size_t(v)]);
                difference.push_back(float(x.back() - y.back()));
            }
            difference = sorted(std::move(difference));
            const std::string pair = "sequences:" + channels[a].id + "_" + channels[b].id;
            features.emplace_back(pair + "_correlation", correlation(x, y));
            // Which of the two has the brighter extremes: changes its sign when they are exchanged.
            features.emplace_back(pair + "_lean",
                                  at(difference, 0.97) + at(difference, 0.03) - 2 * at(difference, 0.5));
            features.emplace_back(pair + "_tail", at(difference, 0.995) + at(difference, 0.005));
        }
    return features;
}

} // namespace glio::uncertainty
