#include "glioscope/inference/Islands.h"

#include "glioscope/metrics/Components.h"
#include "glioscope/volume/Preprocess.h"

#include <algorithm>
#include <cmath>

namespace glio::inference {
namespace {

int byteThreshold(const Thresholds &thresholds, const std::string &region) // as core/annotation/Decode.cpp
{
    const auto found = thresholds.find(region);
    const double t = found == thresholds.end() ? 0.5 : found->second;
    return std::clamp(int(std::ceil(255 * t - 1e-9)), 1, 256);
}

class Settler {
public:
    Settler(Probabilities &probabilities, const interchange::ModelInfo &model, const LabelScheme &scheme,
            LabelVolume &mask)
        : m_probabilities(probabilities),
          m_model(model),
          m_scheme(scheme),
          m_mask(mask),
          m_whole(scheme.region("WT")),
          m_core(scheme.region("TC"))
    {
        for (std::size_t n = 0; n < scheme.labels().size(); ++n) {
            const LabelDefinition &label = scheme.labels()[n];
            const auto found = model.thresholds.find(label.id);
            const double t = found == model.thresholds.end() ? 0.5 : std::max(1e-3, found->second);
            m_weight.push_back(0.5 / t);
            m_bytes.push_back(nullptr);
            if (m_core && m_core->contains(label.value)) {
                if (label.id == "NET" || label.id == "NCR") m_filler = int(n);
                m_coreLabels.push_back(int(n));
            } else if (m_core && m_whole && m_whole->contains(label.value)) {
                m_rimLabels.push_back(int(n));
            }
        }
    }

    void run()
    {
        if (const auto rule = islandRule(m_model, "WT"); m_whole && !rule.empty())
            islands(*m_whole, rule, &Settler::dropWhole);
        if (const auto rule = islandRule(m_model, "TC"); m_core && !rule.empty() && !m_rimLabels.empty())
            islands(*m_core, rule, &Settler::coreToRim);
        if (m_filler < 0) return;
        for (const auto *labels : {&m_coreLabels, &m_rimLabels})
            for (const int n : *labels) {
                const LabelDefinition &label = m_scheme.labels()[std::size_t(n)];
                const auto rule = islandRule(m_model, label.id);
                if (n == m_filler || rule.empty()) continue;
                m_label = n;
                islands({label.id, label.name, {label.value}}, rule,
                        labels == &m_coreLabels ? &Settler::labelToFiller : &Settler::rimToFiller);
            }
    }

private:
    using Act = void (Settler::*)(std::span<const std::int64_t> voxels);

    /// Finds the islands of `region` in the mask, and acts on those that the rule takes for false.
    void islands(const RegionDefinition &region, const interchange::IslandRule &rule, Act act)
    {
        const Geometry &grid = m_mask.geometry();
        const Box3 box = boundingBox(m_mask);
        if (box.empty()) return;
        std::vector<std::uint8_t> inside;
        inside.reserve(std::size_t(box.size[0] * box.size[1] * box.size[2]));
        const auto eachRow = [&](const auto &visit) {
            for (std::int64_t k = 0; k < box.size[2]; ++k)
                for (std::int64_t j = 0; j < box.size[1]; ++j)
                    visit(grid.offset({box.start[0], box.start[1] + j, box.start[2] + k}));
        };
        eachRow([&](std::int64_t row) {
            for (std::int64_t i = 0; i < box.size[0]; ++i)
                inside.push_back(region.contains(m_mask.data()[row + i]));
        });
        const auto parts = metrics::connectedComponents(inside, box.size);
        std::vector<std::vector<std::int64_t>> voxels(std::size_t(parts.count));
        std::size_t at = 0;
        eachRow([&](std::int64_t row) {
            for (std::int64_t i = 0; i < box.size[0]; ++i, ++at)
                if (parts.labels[at] > 0) voxels[std::size_t(parts.labels[at] - 1)].push_back(row + i);
        });
        std::vector<int> labels;
        for (std::size_t n = 0; n < m_scheme.labels().size(); ++n)
            if (region.contains(m_scheme.labels()[n].value)) labels.push_back(int(n));
        const double voxelMl = grid.voxelVolumeMm3() / 1000;
        for (const auto &island : voxels) {
            double sum = 0;
            for (const std::int64_t v : island)
                for (const int n : labels)
                    sum += read(n, v);
            const double ml = double(island.size()) * voxelMl, mean = sum / (255 * double(island.size()));
            if (ml >= rule.smallestMl - 1e-9 && mean >= rule.leastMeanProbability - 1e-9) continue;
            (this->*act)(island);
            m_changed = true;
        }
        if (!m_changed) return;
        m_changed = false;
        if (auto again = decode(m_probabilities, m_model.thresholds)) m_mask = *std::move(again);
    }

    void dropWhole(std::span<const std::int64_t> voxels)
    {
        const int least = byteThreshold(m_model.thresholds, "WT");
        int most = 1;
        const auto sumAt = [&](std::int64_t v) {
            int sum = 0;
            for (const auto *labels : {&m_coreLabels, &m_rimLabels})
                for (const int n : *labels)
                    sum += read(n, v);
            return sum;
        };
        if (m_coreLabels.empty() && m_rimLabels.empty()) // a scheme with the whole tumour alone
            for (std::size_t n = 0; n < m_scheme.labels().size(); ++n)
                if (m_whole->contains(m_scheme.labels()[n].value)) m_coreLabels.push_back(int(n));
        for (const std::int64_t v : voxels)
            most = std::max(most, sumAt(v));
        for (const std::int64_t v : voxels) // rounded down, so that every sum stays below
            for (const auto *labels : {&m_coreLabels, &m_rimLabels})
                for (const int n : *labels)
                    write(n, v, read(n, v) * (least - 1) / most);
    }

    void coreToRim(std::span<const std::int64_t> voxels)
    {
        const int least = byteThreshold(m_model.thresholds, "TC");
        for (const std::int64_t v : voxels) {
            int sum = 0, kept = 0, rim = m_rimLabels.front();
            for (const int n : m_coreLabels)
                sum += read(n, v);
            for (const int n : m_coreLabels) {
                const int now = read(n, v) * (least - 1) / std::max(1, sum);
                write(n, v, now);
                kept += now;
            }
            for (const int n : m_rimLabels)
                if (read(n, v) > read(rim, v)) rim = n;
            write(rim, v, read(rim, v) + sum - kept);
        }
    }

    void labelToFiller(std::span<const std::int64_t> voxels)
    {
        const double own = m_weight[std::size_t(m_label)], other = m_weight[std::size_t(m_filler)];
        for (const std::int64_t v : voxels) {
            const int both = read(m_label, v) + read(m_filler, v);
            int now = std::min(read(m_label, v), int(std::ceil(double(both) * other / (own + other))) - 1);
            while (now > 0 && now * own >= (both - now) * other)
                --now;
            write(m_label, v, std::max(0, now));
            write(m_filler, v, both - std::max(0, now));
        }
    }

    void rimToFiller(std::span<const std::int64_t> voxels)
    {
        const Geometry &grid = m_mask.geometry();
        const auto touches = [&](std::int64_t v) {
            const std::int64_t ni = grid.size()[0], nj = grid.size()[1];
            const Index3 c{v % ni, v / ni % nj, v / (ni * nj)};
            for (std::int64_t dk = -1; dk <= 1; ++dk)
                for (std::int64_t dj = -1; dj <= 1; ++dj)
                    for (std::int64_t di = -1; di <= 1; ++di) {
                        const Index3 next{c[0] + di, c[1] + dj, c[2] + dk};
                        if (grid.contains(next) && m_core->contains(m_mask.at(next))) return true;
                    }
            return false;
        };
        if (std::ranges::none_of(voxels, touches)) return;
        const int least = byteThreshold(m_model.thresholds, "TC");
        for (const std::int64_t v : voxels) {
            int core = 0;
            for (const int n : m_coreLabels)
                core += read(n, v);
            const int moved = least - core;
            if (moved <= 0 || moved > read(m_label, v)) continue; // a threshold above what is there: left alone
            write(m_label, v, read(m_label, v) - moved);
            write(m_filler, v, read(m_filler, v) + moved);
        }
    }

    std::size_t index(int label) const { return std::size_t(label) + (m_probabilities.hasBackground ? 1 : 0); }
    int read(int label, std::int64_t v) const { return m_probabilities.classes[index(label)].data()[v]; }
    void write(int label, std::int64_t v, int value)
    {
        std::uint8_t *&bytes = m_bytes[std::size_t(label)];
        if (!bytes) bytes = m_probabilities.classes[index(label)].edit().data();
        bytes[v] = std::uint8_t(std::clamp(value, 0, 255));
    }

    Probabilities &m_probabilities;
    const interchange::ModelInfo &m_model;
    const LabelScheme &m_scheme;
    LabelVolume &m_mask;
    const RegionDefinition *m_whole, *m_core;
    std::vector<double> m_weight;
    std::vector<std::uint8_t *> m_bytes;
    std::vector<int> m_coreLabels, m_rimLabels;
    int m_filler = -1, m_label = -1;
    bool m_changed = false;
};
} // namespace

interchange::IslandRule islandRule(const interchange::ModelInfo &model, const std::string &region)
{
    const auto found = model.islands.find(region);
    interchange::IslandRule rule = found == model.islands.end() ? interchange::IslandRule{} : found->second;
    if (region == "WT") rule.smallestMl = std::max(rule.smallestMl, model.smallestIslandMl);
    return rule;
}

Result<LabelVolume> settleIslands(Probabilities &probabilities, const interchange::ModelInfo &model)
{
    auto mask = decode(probabilities, model.thresholds);
    if (!mask) return mask;
    Settler(probabilities, model, *findLabelScheme(probabilities.schemeId), *mask).run();
    return mask;
}

} // namespace glio::inference
