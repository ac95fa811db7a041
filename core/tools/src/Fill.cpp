#include "glioscope/tools/Fill.h"

#include "Support.h"

namespace glio::tools {

Result<Filled> fill(const LabelMap &map, const Index3 &seed, const FillOptions &options)
{
    const Geometry &grid = map.geometry();
    if (!grid.contains(seed)) return outsideGrid();
    if (!(options.radiusMm > 0))
        return fail(Errc::InvalidArgument, "The radius of a fill must be a number of millimetres above 0.");
    if (options.sliceAcross && (*options.sliceAcross < 0 || *options.sliceAcross > 2))
        return fail(Errc::InvalidArgument, "The slice of a fill must lie across voxel axis 0, 1 or 2.");
    VoxelBox box = grownMm({seed, {1, 1, 1}}, options.radiusMm, grid);
    if (options.bounds) box = box.intersected(*options.bounds);
    if (!box.contains(seed))
        return fail(Errc::InvalidArgument, "This place lies outside the box that the fill is limited to.");
    const int across = options.sliceAcross.value_or(-1);
    if (across >= 0) {
        box.start[across] = seed[across];
        box.size[across] = 1;
    }

    const std::vector<Label> labels = map.values(box);
    const Label wanted = labels[box.offset(seed)];
    Filled out{{box, std::vector<std::uint8_t>(labels.size())}, false};
    std::vector<Index3> front{seed};
    out.selection.inside[box.offset(seed)] = 1;
    const auto near = [&](const Index3 &v) {
        double gap2 = 0;
        for (std::size_t a = 0; a < 3; ++a) {
            const double gap = double(v[a] - seed[a]) * grid.spacing()[a];
            gap2 += gap * gap;
        }
        return gap2 <= options.radiusMm * options.radiusMm;
    };
    while (!front.empty()) {
        const Index3 v = front.back();
        front.pop_back();
        for (int a = 0; a < 3; ++a) {
            if (a == across) continue;
            for (const std::int64_t step : {-1, 1}) {
                Index3 to = v;
                to[std::size_t(a)] += step;
                if (!box.contains(to)) {
                    // Beyond the box may lie another label, which would have held it.
                    out.reachesBounds |= !grid.contains(to) || map.at(to) == wanted;
                    continue;
                }
                const std::size_t at = box.offset(to);
                if (out.selection.inside[at] || labels[at] != wanted) continue;
                if (!near(to)) {
                    out.reachesBounds = true;
                    continue;
                }
                out.selection.inside[at] = 1;
                front.push_back(to);
            }
        }
    }
    out.selection = trimmed(out.selection);
    return out;
}

} // namespace glio::tools
