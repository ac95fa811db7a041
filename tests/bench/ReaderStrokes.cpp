#include "ReaderStrokes.h"

#include "glioscope/annotation/Brush.h"
#include "glioscope/metrics/Components.h"
#include "glioscope/metrics/DistanceTransform.h"
#include "glioscope/tools/Interpolate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

namespace glio::bench {
namespace {

constexpr double kFirstGapMm = 8;

int axialAxis(const Geometry &grid) { return grid.worldAxes().voxelAxis[2]; }

Index3 voxelIn(const VoxelBox &box, std::size_t offset)
{
    const auto n = std::int64_t(offset);
    return {box.start[0] + n % box.size[0], box.start[1] + n / box.size[0] % box.size[1],
            box.start[2] + n / (box.size[0] * box.size[1])};
}

/// mm from each voxel of a selection to the nearest voxel that is not in it; the box's rim counts as outside.
std::vector<double> depths(const Geometry &grid, const Selection &shape, VoxelBox box)
{
    for (std::size_t a = 0; a < 3; ++a) {
        --box.start[a];
        box.size[a] += 2;
    }
    std::vector<std::uint8_t> outside(std::size_t(box.count()));
    for (std::size_t n = 0; n < outside.size(); ++n)
        outside[n] = !shape.holds(voxelIn(box, n));
    const auto squared = metrics::squaredDistances(outside, box.size, grid.spacing());
    std::vector<double> out(shape.inside.size(), 0);
    for (std::size_t n = 0; n < out.size(); ++n)
        if (shape.inside[n]) out[n] = std::sqrt(double(squared[box.offset(voxelIn(shape.box, n))]));
    return out;
}

/// Ways through a flat shape: deep voxels are quick to go through.
struct Ways {
    std::vector<double> cost;
    std::vector<std::int64_t> from;
    std::size_t furthest = 0;
};
Ways waysFrom(const Geometry &grid, const Selection &shape, const std::vector<double> &depth, std::size_t start)
{
    constexpr double never = std::numeric_limits<double>::infinity();
    Ways ways{std::vector<double>(shape.inside.size(), never), std::vector<std::int64_t>(shape.inside.size(), -1),
              start};
    using Entry = std::pair<double, std::size_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    ways.cost[start] = 0;
    queue.push({0, start});
    while (!queue.empty()) {
        const auto [cost, n] = queue.top();
        queue.pop();
        if (cost > ways.cost[n]) continue;
        ways.furthest = n;
        const Index3 v = voxelIn(shape.box, n);
        for (std::int64_t k = -1; k <= 1; ++k)
            for (std::int64_t j = -1; j <= 1; ++j)
                for (std::int64_t i = -1; i <= 1; ++i) {
                    const Index3 next{v[0] + i, v[1] + j, v[2] + k};
                    if (!shape.holds(next)) continue;
                    const std::size_t to = shape.box.offset(next);
                    const double mm = length(grid.toWorld(next) - grid.toWorld(v));
                    const double there = cost + mm / (depth[to] * depth[to]);
                    if (there >= ways.cost[to]) continue;
                    ways.cost[to] = there;
                    ways.from[to] = std::int64_t(n);
                    queue.push({there, to});
                }
    }
    return ways;
}

} // namespace

Selection shapeOnSlice(const Geometry &grid, const ErrorPlace &place)
{
    const auto axial = std::size_t(axialAxis(grid));
    Selection slice{place.part.box, {}};
    slice.box.start[axial] = place.at[axial];
    slice.box.size[axial] = 1;
    slice.inside.resize(std::size_t(slice.box.count()));
    for (std::size_t n = 0; n < slice.inside.size(); ++n)
        slice.inside[n] = place.part.holds(voxelIn(slice.box, n));
    // One shape has one outline: what meets the click within the slice.
    const auto shapes = metrics::connectedComponents(slice.inside, slice.box.size);
    const std::int32_t own = shapes.labels[slice.box.offset(place.at)];
    for (std::size_t n = 0; n < slice.inside.size(); ++n)
        slice.inside[n] = shapes.labels[n] == own;
    return slice;
}

std::vector<Index3> strokeWay(const Geometry &grid, const Selection &shape)
{
    const std::vector<double> depth = depths(grid, shape, shape.box);
    const auto first = std::ranges::find(shape.inside, std::uint8_t(1));
    if (first == shape.inside.end()) return {};
    const Ways there = waysFrom(grid, shape, depth, std::size_t(first - shape.inside.begin()));
    const Ways back = waysFrom(grid, shape, depth, there.furthest);
    std::vector<Index3> way;
    for (auto n = std::int64_t(back.furthest); n >= 0; n = back.from[std::size_t(n)])
        way.push_back(voxelIn(shape.box, std::size_t(n)));
    return way;
}

Result<LabelPatch> strokePatch(const LabelMap &now, const ErrorPlace &place, Label label, double larger)
{
    const Geometry &grid = now.geometry();
    const std::vector<Index3> way = strokeWay(grid, shapeOnSlice(grid, place));
    const std::vector<double> depth = depths(grid, place.part, place.part.box);
    std::vector<double> along;
    for (const Index3 &v : way)
        along.push_back(depth[place.part.box.offset(v)] - std::ranges::min(grid.spacing()) / 2);
    std::ranges::nth_element(along, along.begin() + std::ptrdiff_t(along.size() / 2));
    const double diameterMm = std::clamp(larger * 2 * along[along.size() / 2], 2.0, 30.0);
    LabelMap with = now;
    VoxelBox box;
    for (std::size_t n = 0; n < way.size(); n += n + 2 < way.size() ? 2 : 1) {
        const PointMm from = grid.toWorld(way[n]);
        const auto ball =
            brushFootprint(grid, {.diameterMm = diameterMm}, from, grid.toWorld(way[std::min(n + 2, way.size() - 1)]));
        if (!ball) return std::unexpected(ball.error());
        tools::write(with, tools::relabelled(with, *ball, label));
        box = box.joined(ball->box);
    }
    return LabelPatch{box, with.values(box)};
}

SliceDrawer::SliceDrawer(const LabelMap &truth, const RegionDefinition &region)
    : m_truth(truth), m_across(axialAxis(truth.geometry())), m_label(region.labels.front())
{
    for (const Label label : region.labels)
        m_inside[label] = true;
    const double mm = truth.geometry().spacing()[std::size_t(m_across)];
    m_every = std::max<std::int64_t>(1, std::int64_t(std::lround(kFirstGapMm / mm)));
}

VoxelBox SliceDrawer::boxOf(std::int64_t slice) const
{
    VoxelBox box = m_room;
    box.start[std::size_t(m_across)] = slice;
    box.size[std::size_t(m_across)] = 1;
    return box;
}

std::vector<std::uint8_t> SliceDrawer::errorsOn(const LabelMap &now, std::int64_t slice) const
{
    const VoxelBox box = boxOf(slice);
    const auto is = m_truth.values(box), has = now.values(box);
    std::vector<std::uint8_t> errors(is.size());
    for (std::size_t n = 0; n < is.size(); ++n)
        errors[n] = m_inside[is[n]] == m_inside[has[n]] ? 0 : m_inside[is[n]] ? 1 : 2;
    return errors;
}

std::int64_t SliceDrawer::worth(std::int64_t slice) const
{
    const auto is = m_truth.values(boxOf(slice));
    const auto area = std::ranges::count_if(is, [this](Label label) { return m_inside[label]; });
    return std::max<std::int64_t>(3, area / 50);
}

bool SliceDrawer::chooseSlice(const LabelMap &now)
{
    const auto a = std::size_t(m_across);
    for (; m_every >= 1; m_every /= 2) {
        std::int64_t most = 0;
        for (std::int64_t slice = m_room.start[a]; slice < m_room.start[a] + m_room.size[a]; ++slice) {
            if (m_first && (slice - *m_first) % m_every != 0) continue;
            if (m_drawn.contains(slice)) continue;
            const std::vector<std::uint8_t> errors = errorsOn(now, slice);
            const auto wrong = std::int64_t(errors.size()) - std::ranges::count(errors, std::uint8_t(0));
            if (wrong <= most || wrong < worth(slice)) continue;
            most = wrong;
            m_now = slice;
        }
        if (most > 0) {
            if (!m_first) m_first = m_now;
            return true;
        }
    }
    return false;
}

std::optional<LabelPatch> SliceDrawer::lasso(const LabelMap &now)
{
    const VoxelBox box = boxOf(*m_now);
    const std::vector<std::uint8_t> errors = errorsOn(now, *m_now);
    std::optional<LabelPatch> best;
    std::int64_t most = worth(*m_now) - 1;
    int left = 0;
    for (const std::uint8_t kind : {1, 2}) {
        std::vector<std::uint8_t> wrong(errors.size());
        std::ranges::transform(errors, wrong.begin(), [kind](std::uint8_t error) { return error == kind; });
        const auto shapes = metrics::connectedComponents(wrong, box.size);
        std::vector<std::int64_t> sizes(std::size_t(shapes.count) + 1, 0);
        for (const std::int32_t id : shapes.labels)
            ++sizes[std::size_t(id)];
        for (std::int32_t id = 1; id <= shapes.count; ++id) {
            left += sizes[std::size_t(id)] >= worth(*m_now);
            if (sizes[std::size_t(id)] <= most) continue;
            most = sizes[std::size_t(id)];
            best = LabelPatch{box, now.values(box)};
            const auto is = m_truth.values(box);
            for (std::size_t n = 0; n < is.size(); ++n)
                if (shapes.labels[n] == id) best->labels[n] = kind == 1 ? is[n] : Label{0};
        }
    }
    if (left <= 1) { // this lasso, if any, is the slice's last
        m_drawn.insert(*m_now);
        m_toFill = best.has_value();
        if (!m_toFill) m_now.reset();
    }
    return best;
}

/// Between the slice just drawn and those drawn next to it, above and below.
std::optional<LabelPatch> SliceDrawer::fill(const LabelMap &now)
{
    m_toFill = false;
    const std::int64_t slice = *std::exchange(m_now, std::nullopt);
    LabelMap region(now.geometry()); // the region as one label: which labels it is made of is not asked here
    const VoxelBox whole = m_room;
    LabelPatch one{whole, now.values(whole)};
    for (Label &label : one.labels)
        label = m_inside[label];
    tools::write(region, one);
    const auto holds = [&](std::int64_t each) {
        const auto values = region.values(boxOf(each));
        return std::ranges::find(values, Label{1}) != values.end();
    };
    const auto here = m_drawn.find(slice);
    std::vector<std::int64_t> slices;
    if (here != m_drawn.begin() && holds(*std::prev(here))) slices.push_back(*std::prev(here));
    if (holds(slice)) slices.push_back(slice);
    if (std::next(here) != m_drawn.end() && holds(*std::next(here))) slices.push_back(*std::next(here));
    if (slices.size() < 2) return std::nullopt;
    const auto made = tools::interpolateSlices(region, 1, {.across = m_across, .slices = slices});
    if (!made) return std::nullopt; // no gap between them
    tools::write(region, *made);
    const auto after = region.values(whole), is = m_truth.values(whole);
    LabelPatch patch{whole, now.values(whole)};
    for (std::size_t n = 0; n < after.size(); ++n) {
        if (after[n] == Label(m_inside[patch.labels[n]])) continue;
        // A hand would fill with one label; any of the region's counts the same.
        patch.labels[n] = !after[n] ? Label{0} : m_inside[is[n]] ? is[n] : m_label;
    }
    return patch;
}

std::optional<LabelPatch> SliceDrawer::act(const LabelMap &now)
{
    m_room = m_truth.boundingBox().joined(now.boundingBox());
    m_filled = false;
    for (;;) {
        if (m_toFill) {
            if (auto patch = fill(now); patch && tools::changedVoxels(now, *patch) > 0) {
                m_filled = true;
                return patch;
            }
        }
        if (!m_now && !chooseSlice(now)) return std::nullopt;
        if (auto patch = lasso(now)) return patch;
        m_now.reset();
    }
}

} // namespace glio::bench
