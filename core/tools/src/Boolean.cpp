#include "glioscope/tools/Boolean.h"

#include "Support.h"

#include <cassert>

namespace glio::tools {

Result<Selection> combine(const Operand &first, Combination combination, const Operand &second)
{
    assert(first.map && second.map);
    const LabelSet inFirst = setOf(first.labels), inSecond = setOf(second.labels);
    if (inFirst[0] || inSecond[0])
        return fail(Errc::InvalidArgument, "Background cannot be combined with a label; choose labels only.");
    const Geometry &grid = first.map->geometry(), &other = second.map->geometry();
    const VoxelBox own = boxOf(*first.map, first.labels), there = boxOf(*second.map, second.labels);
    VoxelBox box = own;
    if (combination == Combination::Union && !there.empty())
        box = own.joined(boxOnGrid(grid, other, there, [](const PointMm &p) { return p; }));
    if (box.empty() || (own.empty() && combination != Combination::Union)) return noVoxels();

    const bool sameGrid = grid.sameGrid(other);
    Selection out{box, indicator(first.map->values(box), inFirst)};
    forEachVoxel(box, [&](const Index3 &v, std::size_t at) {
        std::uint8_t &inside = out.inside[at];
        if (!inside && combination != Combination::Union) return;
        const Index3 from = sameGrid ? v : other.nearestVoxel(grid.toWorld(v));
        const bool both = there.contains(from) && inSecond[second.map->at(from)];
        switch (combination) {
        case Combination::Union:
            inside = inside || both;
            break;
        case Combination::Intersection:
            inside = both;
            break;
        case Combination::Difference:
            inside = !both;
            break;
        }
    });
    return trimmed(out);
}

Result<LabelPatch> combineInto(const Operand &first, Combination combination, const Operand &second, Label into)
{
    if (into == 0) return fail(Errc::InvalidArgument, "The result cannot become background; choose a label for it.");
    const auto result = combine(first, combination, second);
    if (!result) return std::unexpected(result.error());
    LabelPatch patch;
    patch.box = result->box.joined(first.map->boundingBox(into));
    patch.labels = first.map->values(patch.box);
    forEachVoxel(patch.box, [&](const Index3 &v, std::size_t at) {
        Label &here = patch.labels[at];
        if (result->holds(v))
            here = into;
        else if (here == into)
            here = 0;
    });
    return patch;
}

} // namespace glio::tools
