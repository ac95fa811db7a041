#include "model/StepPicture.h"

#include "glioscope/annotation/LabelMap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace glio::app {

using render::Plane;

namespace {

constexpr int kSide = 88;                           // 44 px at 200 %
constexpr double kLeastMm = 26, kMarginShare = 1.3; // so that a single dab still shows where it lies
constexpr double kClearlyMore = 1.3;                // another plane than axial must show this much more

/// Calls `each(voxel, run)` for every voxel that changed. False: the runs are not of this grid.
template <class Each> bool forChanged(const LabelDelta &change, const LabelMap &blocks, Each each)
{
    constexpr auto edge = std::size_t(LabelMap::kEdge);
    for (const LabelDelta::Run &run : change.runs()) {
        if (run.block >= blocks.blockCount() || std::size_t(run.start) + run.length > LabelMap::kBlockVoxels)
            return false;
        const VoxelBox box = blocks.blockBox(run.block);
        for (std::size_t at = run.start; at < std::size_t(run.start) + run.length; ++at)
            each(Index3{box.start[0] + std::int64_t(at % edge), box.start[1] + std::int64_t(at / edge % edge),
                        box.start[2] + std::int64_t(at / (edge * edge))},
                 run);
    }
    return true;
}

struct Cut {
    render::PlaneAxes axes;
    std::int64_t slice = 0;
    double mm2 = 0;
};

/// Of each axis of the grid, the slice that changed most.
std::optional<Cut> bestCut(const StepPictureInput &input, const LabelMap &blocks)
{
    const Geometry &grid = input.grid;
    std::array<std::vector<std::int64_t>, 3> counts;
    for (std::size_t a = 0; a < 3; ++a)
        counts[a].assign(std::size_t(grid.size()[a]), 0);
    const bool fits = forChanged(input.change, blocks, [&](const Index3 &v, const LabelDelta::Run &) {
        for (std::size_t a = 0; a < 3; ++a)
            if (std::size_t(v[a]) < counts[a].size()) ++counts[a][std::size_t(v[a])];
    });
    if (!fits) return std::nullopt;
    std::optional<Cut> best;
    for (const Plane plane : {Plane::Axial, Plane::Coronal, Plane::Sagittal}) {
        Cut cut{render::planeAxes(grid, plane, input.convention)};
        const auto axis = std::size_t(cut.axes.normalVoxelAxis);
        const auto most = std::ranges::max_element(counts[axis]);
        if (most == counts[axis].end() || *most == 0) continue;
        cut.slice = most - counts[axis].begin();
        cut.mm2 = double(*most) * grid.spacing()[(axis + 1) % 3] * grid.spacing()[(axis + 2) % 3];
        if (!best || cut.mm2 > kClearlyMore * best->mm2) best = cut;
    }
    return best;
}

/// The voxels of one slice that changed: 256 * before + after, -1 elsewhere; `along` are the slice's own axes.
struct Changed {
    std::array<std::size_t, 2> along{};
    std::int64_t across = 0;
    std::vector<std::int32_t> values;
    double low[2]{}, high[2]{}; ///< mm along the picture's right and down
};

Changed changedIn(const StepPictureInput &input, const LabelMap &blocks, const Cut &cut)
{
    const Geometry &grid = input.grid;
    const auto axis = std::size_t(cut.axes.normalVoxelAxis);
    Changed changed{.along = {(axis + 1) % 3, (axis + 2) % 3}};
    changed.across = grid.size()[changed.along[0]];
    changed.values.assign(std::size_t(changed.across * grid.size()[changed.along[1]]), -1);
    std::fill_n(changed.low, 2, std::numeric_limits<double>::max());
    std::fill_n(changed.high, 2, std::numeric_limits<double>::lowest());
    (void)forChanged(input.change, blocks, [&](const Index3 &v, const LabelDelta::Run &run) {
        if (v[axis] != cut.slice || !grid.contains(v)) return;
        changed.values[std::size_t(v[changed.along[0]] + changed.across * v[changed.along[1]])] =
            256 * run.before + run.after;
        const PointMm p = grid.toWorld(v);
        const double at[2] = {dot(p, cut.axes.right), dot(p, cut.axes.down)};
        for (int n = 0; n < 2; ++n) {
            changed.low[n] = std::min(changed.low[n], at[n]);
            changed.high[n] = std::max(changed.high[n], at[n]);
        }
    });
    return changed;
}

QRgb mixed(int grey, const Rgb &colour, double share)
{
    const auto part = [&](std::uint8_t value) { return int(std::lround(grey * (1 - share) + value * share)); };
    return qRgb(part(colour.r), part(colour.g), part(colour.b));
}

} // namespace

QImage stepPicture(const StepPictureInput &input)
{
    if (input.change.empty() || !input.image) return {};
    const LabelMap blocks(input.grid);
    const std::optional<Cut> cut = bestCut(input, blocks);
    if (!cut) return {};
    const Changed changed = changedIn(input, blocks, *cut);
    const render::PlaneAxes &axes = cut->axes;
    const auto axis = std::size_t(axes.normalVoxelAxis);
    const double mm =
        std::max(kLeastMm, kMarginShare * std::max(changed.high[0] - changed.low[0], changed.high[1] - changed.low[1]));
    Index3 first{};
    first[axis] = cut->slice;
    const double height = dot(input.grid.toWorld(first), axes.normal);
    const PointMm middle = 0.5 * (changed.low[0] + changed.high[0]) * axes.right +
                           0.5 * (changed.low[1] + changed.high[1]) * axes.down + height * axes.normal;

    const Geometry &imageGrid = input.image->geometry();
    const float gain = 255.0f / std::max(input.window.high - input.window.low, 1e-20f);
    QImage picture(kSide, kSide, QImage::Format_RGB32);
    for (int y = 0; y < kSide; ++y) {
        auto *line = reinterpret_cast<QRgb *>(picture.scanLine(y));
        for (int x = 0; x < kSide; ++x) {
            const PointMm p =
                middle + (((x + 0.5) / kSide - 0.5) * mm) * axes.right + (((y + 0.5) / kSide - 0.5) * mm) * axes.down;
            const Index3 at = imageGrid.nearestVoxel(p);
            int grey = 0;
            if (imageGrid.contains(at)) {
                const float value = (input.image->at(at) - input.window.low) * gain;
                grey = std::isfinite(value) ? int(std::clamp(value, 0.0f, 255.0f)) : 0;
            }
            line[x] = qRgb(grey, grey, grey);
            Index3 v = input.grid.nearestVoxel(p);
            v[axis] = cut->slice; // a sheared grid's neighbour would be another slice's
            if (!input.grid.contains(v)) continue;
            const int change = changed.values[std::size_t(v[changed.along[0]] + changed.across * v[changed.along[1]])];
            if (change < 0) continue;
            const int before = change / 256, after = change % 256;
            const bool stripe = (x + y) / 4 % 2 == 0;
            line[x] = after != 0 ? mixed(grey, input.colours[std::size_t(after)], 0.72)
                      : stripe   ? mixed(0, input.colours[std::size_t(before)], 0.9)
                                 : qRgb(grey / 3, grey / 3, grey / 3);
        }
    }
    return picture;
}

} // namespace glio::app
