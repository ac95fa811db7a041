#include "glioscope/annotation/Decode.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>

namespace glio {
namespace {

/// Everything the voxel loop needs, looked up once.
struct Plan {
    struct Item {
        const std::uint8_t *bytes;
        double weight; // 1 / (2 threshold): 1 at the default threshold
        Label value;
        int threshold;
    };
    std::vector<Item> core, rim, apart; // inside TC, in WT but not in TC, outside WT (a cavity)
    int wholeThreshold = 128, coreThreshold = 128;
};

int byteThreshold(double t) { return std::clamp(int(std::ceil(255 * t - 1e-9)), 1, 256); }

Result<Plan> makePlan(const Probabilities &probabilities, const Thresholds &thresholds)
{
    const LabelScheme *scheme = findLabelScheme(probabilities.schemeId);
    if (!scheme)
        return fail(Errc::InvalidArgument,
                    "The probabilities follow an unknown label scheme '" + probabilities.schemeId + "'.");
    const std::size_t expected = scheme->labels().size() + (probabilities.hasBackground ? 1 : 0);
    if (probabilities.classes.size() != expected)
        return fail(Errc::InvalidArgument,
                    "The probabilities do not have one map for each label of " + scheme->id() + ".");
    for (const auto &map : probabilities.classes)
        if (map.size() != probabilities.geometry().size())
            return fail(Errc::InvalidArgument, "The probability maps differ in size.");
    const auto threshold = [&](const std::string &id) {
        const auto found = thresholds.find(id);
        return found == thresholds.end() ? 0.5 : found->second;
    };
    Plan plan;
    plan.wholeThreshold = byteThreshold(threshold("WT"));
    plan.coreThreshold = byteThreshold(threshold("TC"));
    const RegionDefinition *whole = scheme->region("WT"), *core = scheme->region("TC");
    for (std::size_t n = 0; n < scheme->labels().size(); ++n) {
        const LabelDefinition &label = scheme->labels()[n];
        // A scheme with the whole tumour alone has one label, which is its own region: its threshold is WT's.
        const double t = label.id == "WT" ? 0.5 : std::max(1e-3, threshold(label.id));
        const Plan::Item item{probabilities.label(n).data(), 0.5 / t, label.value, byteThreshold(t)};
        if (whole && !whole->contains(label.value))
            plan.apart.push_back(item);
        else
            (core && core->contains(label.value) ? plan.core : plan.rim).push_back(item);
    }
    return plan;
}

Label best(const std::vector<Plan::Item> &items, std::size_t v, Label fallback)
{
    double most = 0;
    Label value = fallback;
    for (const Plan::Item &item : items) // by value, so that a tie stays with the lower one
        if (const double weighted = item.bytes[v] * item.weight; weighted > most) most = weighted, value = item.value;
    return value;
}

Label decodeVoxel(const Plan &plan, std::size_t v)
{
    int core = 0, whole = 0;
    for (const Plan::Item &item : plan.core)
        core += item.bytes[v];
    for (const Plan::Item &item : plan.rim)
        whole += item.bytes[v];
    whole += core;
    for (const Plan::Item &item : plan.apart)
        if (item.bytes[v] >= item.threshold && item.bytes[v] > whole) return item.value;
    if (whole < plan.wholeThreshold) return 0;
    if (!plan.core.empty() && core >= plan.coreThreshold) return best(plan.core, v, plan.core.front().value);
    // Tumour but not core: what surrounds the core. A label that the model gives no weight at all is not invented.
    if (const Label rim = best(plan.rim, v, 0)) return rim;
    return best(plan.core, v, plan.core.empty() ? plan.rim.front().value : plan.core.front().value);
}

} // namespace

Result<void> decodeInto(LabelVolume &mask, const Probabilities &probabilities, const Thresholds &thresholds,
                        Index3 start, Size3 size)
{
    if (probabilities.empty()) return fail(Errc::InvalidArgument, "There are no probabilities to make a mask from.");
    const auto plan = makePlan(probabilities, thresholds);
    if (!plan) return std::unexpected(plan.error());
    if (mask.size() != probabilities.geometry().size())
        return fail(Errc::InvalidArgument, "The mask is not on the probabilities' grid.");
    Index3 end;
    for (int a = 0; a < 3; ++a) {
        end[a] = std::min(mask.size()[a], start[a] + size[a]);
        start[a] = std::max<std::int64_t>(0, start[a]);
    }
    const auto out = mask.edit();
    const Geometry &grid = mask.geometry();
    parallelFor(start[2], std::max(start[2], end[2]), 2, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t k = first; k < last; ++k)
            for (std::int64_t j = start[1]; j < end[1]; ++j) {
                const auto row = std::size_t(grid.offset({0, j, k}));
                for (std::int64_t i = start[0]; i < end[0]; ++i)
                    out[row + std::size_t(i)] = decodeVoxel(*plan, row + std::size_t(i));
            }
    });
    return {};
}

Result<LabelVolume> decode(const Probabilities &probabilities, const Thresholds &thresholds)
{
    if (probabilities.empty()) return fail(Errc::InvalidArgument, "There are no probabilities to make a mask from.");
    LabelVolume mask(probabilities.geometry());
    if (const auto done = decodeInto(mask, probabilities, thresholds, {0, 0, 0}, mask.size()); !done)
        return std::unexpected(done.error());
    return mask;
}

Result<Volume<std::uint8_t>> regionProbability(const Probabilities &probabilities, const std::string &regionId)
{
    const LabelScheme *scheme = findLabelScheme(probabilities.schemeId);
    const RegionDefinition *region = scheme ? scheme->region(regionId) : nullptr;
    if (!region || probabilities.empty())
        return fail(Errc::InvalidArgument, "There is no region '" + regionId + "' in these probabilities.");
    std::vector<const std::uint8_t *> maps;
    for (std::size_t n = 0; n < scheme->labels().size(); ++n)
        if (region->contains(scheme->labels()[n].value)) maps.push_back(probabilities.label(n).data());
    Volume<std::uint8_t> sum(probabilities.geometry());
    const auto out = sum.edit();
    parallelFor(0, std::int64_t(out.size()), 1 << 16, [&](std::int64_t first, std::int64_t last) {
        for (auto v = std::size_t(first); v < std::size_t(last); ++v) {
            int value = 0;
            for (const std::uint8_t *map : maps)
                value += map[v];
            out[v] = std::uint8_t(std::min(255, value));
        }
    });
    return sum;
}

std::array<std::int64_t, 256> histogram(const Volume<std::uint8_t> &map)
{
    std::array<std::int64_t, 256> total{};
    std::mutex mutex;
    parallelFor(0, std::int64_t(map.voxels().size()), 1 << 18, [&](std::int64_t first, std::int64_t last) {
        std::array<std::int64_t, 256> part{};
        for (std::int64_t v = first; v < last; ++v)
            ++part[map.data()[v]];
        const std::lock_guard lock(mutex);
        for (std::size_t q = 0; q < 256; ++q)
            total[q] += part[q];
    });
    return total;
}

double volumeMlAbove(const std::array<std::int64_t, 256> &counts, double threshold, const Geometry &geometry)
{
    std::int64_t voxels = 0;
    for (auto q = std::size_t(byteThreshold(threshold)); q < 256; ++q)
        voxels += counts[q];
    return double(voxels) * geometry.voxelVolumeMm3() / 1000;
}

namespace {
std::map<std::string, double> volumesOf(const std::array<std::int64_t, 256> &counts, double voxelMm3,
                                        const LabelScheme &scheme)
{
    std::map<std::string, double> volumes;
    for (const RegionDefinition &region : scheme.regions()) {
        std::int64_t voxels = 0;
        for (const Label label : region.labels)
            voxels += counts[label];
        volumes[region.id] = double(voxels) * voxelMm3 / 1000;
    }
    return volumes;
}
} // namespace

std::map<std::string, double> regionVolumesMl(const LabelVolume &mask, const LabelScheme &scheme)
{
    return volumesOf(histogram(mask), mask.geometry().voxelVolumeMm3(), scheme);
}

std::map<std::string, double> regionVolumesMl(const LabelMap &mask, const LabelScheme &scheme)
{
    return volumesOf(mask.counts(), mask.geometry().voxelVolumeMm3(), scheme);
}

} // namespace glio
