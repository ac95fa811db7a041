#pragma once
#include "glioscope/annotation/MaskDocument.h"

#include <array>

namespace glio {

/// A sequence at the voxels of another grid: one affine step from index to index, then a linear sample.
class IntensityProbe {
public:
    IntensityProbe(const IntensityLimit &limit, const Geometry &grid);
    bool allows(const Index3 &v) const;

private:
    const IntensityLimit &m_limit;
    ContinuousIndex m_zero{};
    std::array<ContinuousIndex, 3> m_step{};
};

/// The labels of up to 16 voxels from `v` along i, all in one block.
inline const Label *rowOf(const LabelMap &map, const Index3 &v)
{
    static constexpr std::array<Label, LabelMap::kEdge> background{};
    const LabelMap::Block *block = map.block(map.blockOf(v));
    return block ? block->data() + LabelMap::insideBlock(v) : background.data();
}

/// The one loop that writes voxels. `propose(v, old, offset)` gives the label a voxel should get, or -1 to leave it;
/// `source(old source)` the byte that says who did it. Without `sources` only the labels follow (a preview).
/// `worth(v, length)`: false when nothing in this run can change, so that a whole volume costs what differs.
struct MaskWriter {
    enum class Rules { All, LocksOnly };
    LabelMap &labels;
    LabelMap *sources;
    const EditRules &rules;
    Rules obey = Rules::All;

    template <class Propose, class Source> WriteResult write(const VoxelBox &wanted, Propose propose, Source source)
    {
        return write(wanted, propose, source, [](const Index3 &, std::int64_t) { return true; });
    }
    template <class Propose, class Source, class Worth>
    WriteResult write(const VoxelBox &wanted, Propose propose, Source source, Worth worth)
    {
        WriteResult result;
        const VoxelBox box = wanted.intersected(VoxelBox::whole(labels.geometry()));
        std::optional<IntensityProbe> probe;
        if (obey == Rules::All && rules.intensity) probe.emplace(*rules.intensity, labels.geometry());
        for (std::int64_t k = box.start[2]; k < box.start[2] + box.size[2]; ++k)
            for (std::int64_t j = box.start[1]; j < box.start[1] + box.size[1]; ++j)
                for (std::int64_t i = box.start[0], end = box.start[0] + box.size[0]; i < end;) {
                    const std::int64_t stop = std::min(end, (i / LabelMap::kEdge + 1) * LabelMap::kEdge);
                    if (worth(Index3{i, j, k}, stop - i)) row({i, j, k}, stop, wanted, probe, propose, source, result);
                    i = stop;
                }
        return result;
    }

private:
    template <class Propose, class Source>
    void row(Index3 v, std::int64_t stop, const VoxelBox &wanted, const std::optional<IntensityProbe> &probe,
             Propose &propose, Source &source, WriteResult &result)
    {
        const std::size_t block = labels.blockOf(v);
        const LabelMap::Block *held = labels.block(block);
        Label *out = nullptr;
        std::uint8_t *sourceOut = nullptr;
        std::int64_t first = -1, last = -1;
        for (; v[0] < stop; ++v[0]) {
            const std::size_t inside = LabelMap::insideBlock(v);
            const Label old = out ? out[inside] : held ? (*held)[inside] : Label{0};
            const int proposed = propose(v, old, wanted.offset(v));
            if (proposed < 0 || proposed == old || !allowed(v, old, Label(proposed), probe, result)) continue;
            if (!out) {
                out = labels.editBlock(block).data();
                if (sources) sourceOut = sources->editBlock(block).data();
            }
            out[inside] = Label(proposed);
            if (sourceOut) sourceOut[inside] = source(sourceOut[inside], Label(proposed));
            ++result.changed;
            if (first < 0) first = v[0];
            last = v[0];
        }
        if (first >= 0) result.box = result.box.joined({{first, v[1], v[2]}, {last - first + 1, 1, 1}});
    }

    bool allowed(const Index3 &v, Label old, Label now, const std::optional<IntensityProbe> &probe,
                 WriteResult &result) const
    {
        if (rules.locked[old] || rules.locked[now]) {
            ++result.blockedByLock;
            result.blockingLabels.set(rules.locked[old] ? old : now);
            return false;
        }
        if (rules.finished && rules.finished->at(v) != 0) {
            ++result.blockedFinished;
            return false;
        }
        if (obey == Rules::LocksOnly) return true;
        const bool fits = rules.over == PaintOver::Unlocked || (rules.over == PaintOver::Empty && old == 0) ||
                          (rules.over == PaintOver::Only && rules.onlyOver[old]);
        if (fits && (!probe || probe->allows(v))) return true;
        ++result.blockedByRules;
        return false;
    }
};

} // namespace glio
