#include "IslandSearch.h"

#include "glioscope/inference/Islands.h"
#include "glioscope/metrics/Components.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace glio::loop {
namespace {
constexpr int kDilations = 3; // BraTS 2023
constexpr double kSmallestMm3 = 50;
constexpr std::array kThresholds{0.5, 0.4, 0.6, 0.3, 0.7};
constexpr std::array kVolumesMl{0.0, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0};
constexpr std::array kMeans{0.0, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8};
constexpr double kWorthwhile = 0.005;
const std::array<std::string, 3> kRegions{"WT", "TC", "ET"};

double voxelMl(const LabelVolume &mask) { return mask.geometry().voxelVolumeMm3() / 1000; }
} // namespace

/// All that lesion-wise Dice needs for any choice of islands: sizes, and what each shares with each true lesion.
struct IslandSearch::Table {
    struct Island {
        double voxels = 0, mean = 0;
        std::map<int, double> common; ///< lesion -> voxels inside it; 0 when only its surroundings are touched
    };
    std::vector<Island> islands;
    std::vector<double> lesions; ///< voxels
    double voxelMl = 0;

    double dice(const interchange::IslandRule &rule) const
    {
        std::vector<double> predicted(lesions.size(), 0), common(lesions.size(), 0);
        std::vector<bool> found(lesions.size(), false);
        double falsePositives = 0;
        for (const Island &island : islands) {
            if (island.voxels * voxelMl < rule.smallestMl - 1e-9 || island.mean < rule.leastMeanProbability - 1e-9)
                continue;
            falsePositives += island.common.empty();
            for (const auto &[lesion, voxels] : island.common) {
                found[std::size_t(lesion)] = true;
                predicted[std::size_t(lesion)] += island.voxels;
                common[std::size_t(lesion)] += voxels;
            }
        }
        double sum = 0, counted = 0;
        for (std::size_t n = 0; n < lesions.size(); ++n) {
            if (lesions[n] * voxelMl * 1000 <= kSmallestMm3) continue;
            counted += 1;
            if (found[n]) sum += 2 * common[n] / (lesions[n] + predicted[n]);
        }
        return counted + falsePositives > 0 ? sum / (counted + falsePositives) : 1.0;
    }
};

IslandSearch::IslandSearch(std::vector<SearchCase> cases, interchange::ModelInfo start)
    : m_cases(std::move(cases)), m_start(std::move(start))
{
    m_start.islands.clear();
    m_start.smallestIslandMl = 0;
    m_start.thresholds.clear();
}
IslandSearch::~IslandSearch() = default;

Result<std::shared_ptr<const IslandSearch::Table>> IslandSearch::table(int number, const std::string &region,
                                                                       const interchange::ModelInfo &settings)
{
    // What comes before the region, and its own threshold: its own islands are left in, later regions do not matter.
    interchange::ModelInfo before = settings;
    std::string key = std::to_string(number) + region;
    bool later = false;
    for (const std::string &id : kRegions) {
        if (id == region)
            before.islands.erase(id), later = true;
        else if (later)
            before.islands.erase(id), before.thresholds.erase(id);
        if (before.thresholds.contains(id)) key += " " + id + std::to_string(before.thresholds[id]);
        if (before.islands.contains(id))
            key += " " + std::to_string(before.islands[id].smallestMl) + "/" +
                   std::to_string(before.islands[id].leastMeanProbability);
    }
    if (region == "WT") before.smallestIslandMl = 0;
    if (before.smallestIslandMl > 0) key += " least" + std::to_string(before.smallestIslandMl);
    if (const auto known = m_tables.find(key); known != m_tables.end()) return known->second;

    const SearchCase &one = m_cases[std::size_t(number)];
    Probabilities settled = *one.probabilities; // shares its bytes until they are lowered
    const auto mask = inference::settleIslands(settled, before);
    if (!mask) return std::unexpected(mask.error());
    const LabelScheme &scheme = *findLabelScheme(settled.schemeId);
    const RegionDefinition &definition = *scheme.region(region);
    std::array<bool, 256> wanted{};
    std::vector<const std::uint8_t *> maps;
    for (std::size_t n = 0; n < scheme.labels().size(); ++n)
        if (definition.contains(scheme.labels()[n].value)) {
            wanted[scheme.labels()[n].value] = true;
            maps.push_back(settled.label(n).data());
        }
    const Geometry &grid = mask->geometry();
    Index3 low{1 << 30, 1 << 30, 1 << 30}, high{-1, -1, -1};
    for (std::int64_t k = 0; k < grid.size()[2]; ++k)
        for (std::int64_t j = 0; j < grid.size()[1]; ++j) {
            const std::int64_t row = grid.offset({0, j, k});
            for (std::int64_t i = 0; i < grid.size()[0]; ++i)
                if (wanted[mask->data()[row + i]] || wanted[one.truth.data()[row + i]]) {
                    low = {std::min(low[0], i), std::min(low[1], j), std::min(low[2], k)};
                    high = {std::max(high[0], i), std::max(high[1], j), std::max(high[2], k)};
                }
        }
    auto made = std::make_shared<Table>();
    made->voxelMl = voxelMl(*mask);
    if (high[0] >= 0) {
        Size3 size{};
        for (std::size_t a = 0; a < 3; ++a) {
            low[a] = std::max<std::int64_t>(0, low[a] - kDilations - 1);
            high[a] = std::min(grid.size()[a] - 1, high[a] + kDilations + 1);
            size[a] = high[a] - low[a] + 1;
        }
        std::vector<std::uint8_t> predicted, truth;
        std::vector<std::uint16_t> sums;
        for (std::int64_t k = low[2]; k <= high[2]; ++k)
            for (std::int64_t j = low[1]; j <= high[1]; ++j)
                for (std::int64_t i = low[0]; i <= high[0]; ++i) {
                    const std::int64_t v = grid.offset({i, j, k});
                    predicted.push_back(wanted[mask->data()[v]]);
                    truth.push_back(wanted[one.truth.data()[v]]);
                    int sum = 0;
                    for (const std::uint8_t *map : maps)
                        sum += map[v];
                    sums.push_back(std::uint16_t(sum));
                }
        const auto islands = metrics::connectedComponents(predicted, size);
        const auto near = metrics::connectedComponents(metrics::dilate18(truth, size, kDilations), size);
        made->islands.resize(std::size_t(islands.count));
        made->lesions.assign(std::size_t(near.count), 0);
        for (std::size_t v = 0; v < predicted.size(); ++v) {
            const int lesion = near.labels[v] - 1;
            if (truth[v]) made->lesions[std::size_t(lesion)] += 1;
            if (islands.labels[v] == 0) continue;
            Table::Island &island = made->islands[std::size_t(islands.labels[v] - 1)];
            island.voxels += 1;
            island.mean += sums[v] / 255.0;
            if (lesion >= 0) island.common[lesion] += truth[v];
        }
        for (Table::Island &island : made->islands)
            island.mean /= island.voxels;
    }
    return m_tables[key] = std::move(made);
}

Result<interchange::ModelInfo> IslandSearch::fit(std::span<const int> with, const ProgressSink &progress)
{
    interchange::ModelInfo settings = m_start;
    const LabelScheme *scheme = findLabelScheme(settings.schemeId);
    double done = 0;
    for (const std::string &region : kRegions) {
        if (!scheme || !scheme->region(region)) continue;
        struct Choice {
            double threshold, dice;
            interchange::IslandRule rule;
        };
        std::vector<Choice> choices;
        for (const double threshold : kThresholds) {
            if (!report(progress, done++ / double(kRegions.size() * kThresholds.size())))
                return fail(Errc::Cancelled, "The calibration was cancelled.");
            interchange::ModelInfo here = settings;
            if (threshold != 0.5) here.thresholds[region] = threshold;
            std::vector<std::shared_ptr<const Table>> tables;
            for (const int n : with) {
                const auto &known = m_cases[std::size_t(n)].regions;
                if (std::ranges::find(known, region) == known.end()) continue;
                const auto one = table(n, region, here);
                if (!one) return std::unexpected(one.error());
                tables.push_back(*one);
            }
            if (tables.empty()) continue;
            for (const double ml : kVolumesMl)
                for (const double mean : kMeans) {
                    double sum = 0;
                    for (const auto &one : tables)
                        sum += one->dice({ml, mean});
                    choices.push_back({threshold, sum / double(tables.size()), {ml, mean}});
                }
        }
        if (choices.empty()) continue;
        const double best = std::ranges::max(choices, {}, &Choice::dice).dice;
        // Choices stand from mild to strong in each of the three: the first that is good enough is the mildest.
        const auto chosen =
            std::ranges::find_if(choices, [&](const Choice &c) { return c.dice >= best - kWorthwhile; });
        if (chosen->threshold != 0.5) settings.thresholds[region] = chosen->threshold;
        if (!chosen->rule.empty()) settings.islands[region] = chosen->rule;
    }
    return settings;
}

Result<std::map<std::string, double>> IslandSearch::score(std::span<const int> of,
                                                          const interchange::ModelInfo &settings)
{
    std::map<std::string, std::pair<double, double>> sums;
    const LabelScheme *scheme = findLabelScheme(settings.schemeId);
    for (const int n : of)
        for (const std::string &region : m_cases[std::size_t(n)].regions) {
            if (!scheme->region(region) || std::ranges::find(kRegions, region) == kRegions.end()) continue;
            const auto one = table(n, region, settings);
            if (!one) return std::unexpected(one.error());
            sums[region].first += (*one)->dice(inference::islandRule(settings, region));
            sums[region].second += 1;
        }
    std::map<std::string, double> means;
    for (const auto &[region, sum] : sums)
        means[region] = sum.first / sum.second;
    return means;
}

} // namespace glio::loop
