#include "model/LiveMask.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace glio::app {

namespace {

struct Bounds {
    Index3 low{INT64_MAX, INT64_MAX, INT64_MAX}, high{-1, -1, -1};
    void add(std::int64_t i0, std::int64_t i1, std::int64_t j, std::int64_t k)
    {
        low = {std::min(low[0], i0), std::min(low[1], j), std::min(low[2], k)};
        high = {std::max(high[0], i1), std::max(high[1], j), std::max(high[2], k)};
    }
};

RegionField makeField(Volume<std::uint8_t> map)
{
    RegionField field{.map = std::move(map)};
    const Size3 size = field.map.size();
    const std::uint8_t *voxels = field.map.data();
    std::array<Bounds, 256> bounds;
    std::mutex merging;
    parallelFor(0, size[2], 8, [&](std::int64_t begin, std::int64_t end) {
        std::array<Bounds, 256> mine;
        std::array<std::int64_t, 256> counts{};
        for (std::int64_t k = begin; k < end; ++k) {
            for (std::int64_t j = 0; j < size[1]; ++j) {
                const std::uint8_t *row = voxels + size[0] * (j + size[1] * k);
                for (std::int64_t i = 0; i < size[0]; ++i) {
                    const std::uint8_t value = row[i];
                    ++counts[value];
                    if (value != 0) mine[value].add(i, i, j, k); // nearly all of a head is 0: no box is kept for it
                }
            }
        }
        const std::lock_guard lock(merging);
        for (int q = 0; q < 256; ++q) {
            field.histogram[q] += counts[q];
            if (mine[q].high[0] < 0) continue;
            for (int a = 0; a < 3; ++a) {
                bounds[q].low[a] = std::min(bounds[q].low[a], mine[q].low[a]);
                bounds[q].high[a] = std::max(bounds[q].high[a], mine[q].high[a]);
            }
        }
    });
    for (int q = 0; q < 256; ++q) {
        if (bounds[q].high[0] < 0) continue;
        field.boxes[q].start = bounds[q].low;
        for (int a = 0; a < 3; ++a)
            field.boxes[q].size[a] = bounds[q].high[a] - bounds[q].low[a] + 1;
    }
    return field;
}

int levelOf(double threshold) { return int(std::ceil(255.0 * threshold - 1e-9)); }

} // namespace

Result<LiveMask> LiveMask::make(Probabilities probabilities, Thresholds thresholds, std::optional<LabelVolume> mask)
{
    LiveMask live;
    if (probabilities.empty()) return fail(Errc::InvalidArgument, "There are no probabilities to decode.");
    live.m_scheme = findLabelScheme(probabilities.schemeId);
    if (!live.m_scheme)
        return fail(Errc::InvalidArgument, "No label scheme is named '" + probabilities.schemeId + "'.");
    if (mask && mask->size() != probabilities.geometry().size()) {
        return fail(Errc::InvalidArgument, "The mask lies on another grid than its probabilities.");
    }
    if (!mask) {
        auto decoded = decode(probabilities, thresholds);
        if (!decoded) return std::unexpected(decoded.error());
        mask = std::move(*decoded);
    }
    for (const RegionDefinition &region : live.m_scheme->regions()) {
        const auto &labels = live.m_scheme->labels();
        if (region.labels.size() == 1) { // the label's own map: shared, not copied
            const auto label = std::ranges::find(labels, region.labels.front(), &LabelDefinition::value);
            if (label != labels.end()) {
                live.m_fields.emplace(region.id, makeField(probabilities.label(std::size_t(label - labels.begin()))));
                continue;
            }
        }
        auto map = regionProbability(probabilities, region.id);
        if (!map) return std::unexpected(map.error());
        live.m_fields.emplace(region.id, makeField(std::move(*map)));
    }
    live.m_probabilities = std::move(probabilities);
    live.m_thresholds = std::move(thresholds);
    live.m_mask = std::move(*mask);
    live.countBox({{0, 0, 0}, live.m_mask.size()}, +1);
    return live;
}

double LiveMask::threshold(const std::string &regionId) const
{
    const auto found = m_thresholds.find(regionId);
    return found == m_thresholds.end() ? 0.5 : found->second;
}

void LiveMask::countBox(const VoxelBox &box, int sign)
{
    if (box.empty()) return;
    const Geometry &grid = m_mask.geometry();
    const std::uint8_t *voxels = m_mask.data();
    std::mutex merging;
    parallelFor(box.start[2], box.start[2] + box.size[2], 16, [&](std::int64_t begin, std::int64_t end) {
        std::array<std::int64_t, 256> mine{};
        for (std::int64_t k = begin; k < end; ++k) {
            for (std::int64_t j = box.start[1]; j < box.start[1] + box.size[1]; ++j) {
                const std::uint8_t *row = voxels + grid.offset({box.start[0], j, k});
                for (std::int64_t i = 0; i < box.size[0]; ++i)
                    ++mine[row[i]];
            }
        }
        const std::lock_guard lock(merging);
        for (int q = 0; q < 256; ++q)
            m_counts[q] += sign * mine[q];
    });
}

Result<VoxelBox> LiveMask::setThreshold(const std::string &regionId, double threshold)
{
    const RegionField *changed = field(regionId);
    if (!changed) return fail(Errc::InvalidArgument, "The label scheme has no region '" + regionId + "'.");
    threshold = std::clamp(threshold, 0.02, 0.98);
    const double before = this->threshold(regionId);
    if (threshold == before) return VoxelBox{};
    const RegionDefinition *region = m_scheme->region(regionId);
    VoxelBox box;
    if (region->labels.size() > 1) {
        // A union turns on exactly where its byte lies between the two levels.
        const auto [low, high] = std::minmax({levelOf(before), levelOf(threshold)});
        for (int q = std::max(low, 1); q < high && q < 256; ++q)
            box = box.joined(changed->boxes[q]);
    } else {
        // A single label's threshold weighs it against its neighbours, so any voxel that holds some of it can change.
        for (int q = 1; q < 256; ++q)
            box = box.joined(changed->boxes[q]);
    }
    m_thresholds[regionId] = threshold;
    if (box.empty()) return box;
    countBox(box, -1);
    const auto done = decodeInto(m_mask, m_probabilities, m_thresholds, box.start, box.size);
    countBox(box, +1);
    if (!done) return std::unexpected(done.error());
    return box;
}

std::map<std::string, double> LiveMask::volumesMl() const
{
    std::map<std::string, double> volumes;
    if (!m_scheme) return volumes;
    const double voxelMl = m_mask.geometry().voxelVolumeMm3() / 1000.0;
    for (const RegionDefinition &region : m_scheme->regions()) {
        std::int64_t voxels = 0;
        for (const Label label : region.labels)
            voxels += m_counts[label];
        volumes[region.id] = double(voxels) * voxelMl;
    }
    return volumes;
}

double LiveMask::volumeMlAt(const std::string &regionId, double level) const
{
    const RegionField *known = field(regionId);
    return known ? volumeMlAbove(known->histogram, level, m_mask.geometry()) : 0.0;
}

const RegionField *LiveMask::field(const std::string &regionId) const
{
    const auto found = m_fields.find(regionId);
    return found == m_fields.end() ? nullptr : &found->second;
}

} // namespace glio::app
