#include "glioscope/metrics/Lesions.h"

#include "glioscope/metrics/Components.h"

#include <algorithm>
#include <set>

namespace glio::metrics {
namespace {

struct Box {
    Index3 low{1 << 30, 1 << 30, 1 << 30}, high{-1, -1, -1}; // both included
    void add(Index3 v)
    {
        for (std::size_t a = 0; a < 3; ++a)
            low[a] = std::min(low[a], v[a]), high[a] = std::max(high[a], v[a]);
    }
    void add(const Box &other)
    {
        if (other.high[0] < 0) return;
        add(other.low);
        add(other.high);
    }
    Size3 size() const { return {high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1}; }
};

struct Part {
    Box box;
    std::int64_t voxels = 0;
};

/// Components of `mask`; those whose dilations touch count as one.
Components mergedComponents(std::span<const std::uint8_t> mask, const Size3 &size, int dilations)
{
    const Components grown = connectedComponents(dilate18(mask, size, dilations), size);
    Components merged;
    merged.labels.assign(mask.size(), 0);
    merged.count = grown.count;
    for (std::size_t v = 0; v < mask.size(); ++v)
        if (mask[v]) merged.labels[v] = grown.labels[v];
    return merged;
}

std::vector<Part> partsOf(const Components &components, const Size3 &size)
{
    std::vector<Part> parts(std::size_t(components.count + 1));
    std::size_t v = 0;
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i, ++v)
                if (const std::int32_t label = components.labels[v]) {
                    parts[std::size_t(label)].box.add(Index3{i, j, k});
                    ++parts[std::size_t(label)].voxels;
                }
    return parts;
}

/// Bytes of a box: 1 where `wanted(label)`.
template <class Wanted>
std::vector<std::uint8_t> crop(const Components &components, const Size3 &size, const Box &box, const Wanted &wanted)
{
    const Size3 n = box.size();
    std::vector<std::uint8_t> out;
    out.reserve(std::size_t(n[0] * n[1] * n[2]));
    for (std::int64_t k = box.low[2]; k <= box.high[2]; ++k)
        for (std::int64_t j = box.low[1]; j <= box.high[1]; ++j) {
            const std::int32_t *row = components.labels.data() + size[0] * (j + size[1] * k);
            for (std::int64_t i = box.low[0]; i <= box.high[0]; ++i)
                out.push_back(row[i] != 0 && wanted(row[i]));
        }
    return out;
}

} // namespace

LesionScore lesionWise(const MaskPair &pair, const LesionRules &rules, std::vector<std::uint8_t> *filteredPrediction)
{
    const Size3 &size = pair.size;
    const double voxelMm3 = pair.spacing[0] * pair.spacing[1] * pair.spacing[2];
    Components prediction = rules.mergePrediction ? mergedComponents(pair.prediction, size, rules.dilations)
                                                  : connectedComponents(pair.prediction, size);
    std::vector<Part> predicted = partsOf(prediction, size);
    if (rules.smallestPredictedVoxels > 0) {
        for (std::int32_t &label : prediction.labels)
            if (predicted[std::size_t(label)].voxels <= rules.smallestPredictedVoxels) label = 0;
        for (Part &part : predicted)
            if (part.voxels <= rules.smallestPredictedVoxels) part.voxels = 0;
    }
    if (filteredPrediction) {
        filteredPrediction->resize(prediction.labels.size());
        std::transform(prediction.labels.begin(), prediction.labels.end(), filteredPrediction->begin(),
                       [](std::int32_t l) { return std::uint8_t(l != 0); });
    }
    const Components reference = mergedComponents(pair.reference, size, rules.dilations);
    const std::vector<Part> lesions = partsOf(reference, size);

    LesionScore score;
    std::vector<bool> matched(predicted.size(), false);
    double diceSum = 0, hd95Sum = 0;
    int counted = 0, tiny = 0, tinyFound = 0, found = 0, all = 0;
    for (std::size_t id = 1; id < lesions.size(); ++id) {
        const Part &lesion = lesions[id];
        if (lesion.voxels == 0) continue;
        ++all;
        const bool counts = double(lesion.voxels) * voxelMm3 > rules.smallestMm3;
        Box near = lesion.box;
        for (std::size_t a = 0; a < 3; ++a) {
            near.low[a] = std::max<std::int64_t>(0, near.low[a] - rules.dilations);
            near.high[a] = std::min(size[a] - 1, near.high[a] + rules.dilations);
        }
        const auto isLesion = [id](std::int32_t label) { return label == std::int32_t(id); };
        const auto grown = dilate18(crop(reference, size, near, isLesion), near.size(), rules.dilations);
        std::set<std::int32_t> touching;
        std::size_t n = 0;
        for (std::int64_t k = near.low[2]; k <= near.high[2]; ++k)
            for (std::int64_t j = near.low[1]; j <= near.high[1]; ++j) {
                const std::int32_t *row = prediction.labels.data() + size[0] * (j + size[1] * k);
                std::int32_t last = 0; // neighbours mostly repeat: ask the set only when the label changes
                for (std::int64_t i = near.low[0]; i <= near.high[0]; ++i, ++n)
                    if (grown[n] && row[i] != last && (last = row[i]) != 0) touching.insert(row[i]);
            }
        for (const std::int32_t label : touching)
            matched[std::size_t(label)] = true;
        found += touching.empty() ? 0 : 1;
        if (!counts) {
            ++tiny;
            tinyFound += touching.empty() ? 0 : 1;
            continue;
        }
        ++counted;
        if (touching.empty()) {
            hd95Sum += kMissedLesionMm;
            continue;
        }
        Box both = lesion.box;
        std::int64_t predictedVoxels = 0;
        for (const std::int32_t label : touching) {
            both.add(predicted[std::size_t(label)].box);
            predictedVoxels += predicted[std::size_t(label)].voxels;
        }
        const auto g = crop(reference, size, both, isLesion),
                   p = crop(prediction, size, both, [&](std::int32_t label) { return touching.contains(label); });
        std::int64_t common = 0;
        for (std::size_t v = 0; v < g.size(); ++v)
            common += g[v] & p[v];
        diceSum += 2.0 * double(common) / double(lesion.voxels + predictedVoxels);
        const auto distances = surfaceDistances({g, p, both.size(), pair.spacing});
        hd95Sum += hausdorffMm(distances, SurfaceConvention::Surfel).value_or(kMissedLesionMm);
    }
    for (std::size_t id = 1; id < predicted.size(); ++id)
        if (predicted[id].voxels > 0 && !matched[id]) ++score.falsePositives;
    score.truePositives = found - tinyFound;
    score.falseNegatives = (all - found) - (tiny - tinyFound);
    if (const int denominator = counted + score.falsePositives; denominator > 0) {
        score.dice = diceSum / denominator;
        score.hd95Mm = (hd95Sum + kMissedLesionMm * score.falsePositives) / denominator;
    }
    return score;
}

} // namespace glio::metrics
