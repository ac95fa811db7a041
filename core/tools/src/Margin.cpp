#include "glioscope/tools/Margin.h"

#include "Support.h"
#include "SurfaceDistance.h"

namespace glio::tools {
namespace {

/// Lengths of spacings are not exact in binary: a margin of two voxels must reach two voxels.
double reach2(double marginMm) { return marginMm * marginMm * (1 + 1e-5); }

enum class Part { Shell, Inside };

/// The voxels of a label that lie within a distance of its border, or those beyond, become another label.
Result<LabelPatch> peel(const LabelMap &map, Label label, double marginMm, Part part, Label becomes)
{
    if (const auto fine = checkLength("The margin", marginMm, 0, 100); !fine) return std::unexpected(fine.error());
    VoxelBox box = boxOf(map, {label});
    if (box.empty()) return noVoxels();
    box = box.grown({1, 1, 1}, map.geometry());
    LabelPatch patch{box, map.values(box)};
    LabelSet others;
    others.set(label).flip();
    const auto depth2 = squaredSurfaceDistances(indicator(patch.labels, others), box.size, map.geometry().spacing());
    for (std::size_t at = 0; at < depth2.size(); ++at)
        if (patch.labels[at] == label && (double(depth2[at]) <= reach2(marginMm)) == (part == Part::Shell))
            patch.labels[at] = becomes;
    return patch;
}

} // namespace

Result<LabelPatch> growLabel(const LabelMap &map, Label label, double marginMm, const std::vector<Label> &over)
{
    if (const auto fine = checkLength("The margin", marginMm, 0, 100); !fine) return std::unexpected(fine.error());
    VoxelBox box = boxOf(map, {label});
    if (box.empty()) return noVoxels();
    box = grownMm(box, marginMm, map.geometry());
    LabelPatch patch{box, map.values(box)};
    const LabelSet may = setOf(over);
    const auto gap2 =
        squaredSurfaceDistances(indicator(patch.labels, setOf({label})), box.size, map.geometry().spacing());
    for (std::size_t at = 0; at < gap2.size(); ++at)
        if (double(gap2[at]) <= reach2(marginMm) && may[patch.labels[at]]) patch.labels[at] = label;
    return patch;
}

Result<LabelPatch> shrinkLabel(const LabelMap &map, Label label, double marginMm, Label becomes)
{
    return peel(map, label, marginMm, Part::Shell, becomes);
}

Result<LabelPatch> hollowLabel(const LabelMap &map, Label label, double wallMm, Label inside)
{
    return peel(map, label, wallMm, Part::Inside, inside);
}

} // namespace glio::tools
