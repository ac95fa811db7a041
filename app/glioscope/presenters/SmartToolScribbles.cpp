#include "presenters/SmartToolPresenter.h"

#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "presenters/SmartToolSupport.h"
#include "presenters/ToolPresenter.h"

#include "glioscope/tools/Patch.h"
#include "glioscope/tools/Scribbles.h"
#include "glioscope/widgets/SliceView.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

// What is drawn for a tool and not into the mask: scribbles, and boxes round what belongs.
namespace glio::app {
namespace {

constexpr double kBoxLeastPixels = 5; ///< a shorter way is a click with an unsteady hand
constexpr double kBesideBoxMm = 2;    ///< what does not belong is said this far outside a box, a voxel at least

} // namespace

void SmartToolPresenter::scribbled(widgets::SliceView *view, int phase, const PointMm &point, bool positive)
{
    if (phase == 0) {
        if (m_drawing) return; // the other button while one is down
        if (m_tool != "scribbles") start("scribbles");
        const Geometry &grid = m_desk.model.document().grid();
        m_strokes.push_back({{point}, positive, axisAlong(grid, view->transform().axes().normal)});
        m_drawing = true;
    } else if (!m_drawing || m_strokes.empty() || m_strokes.back().positive != positive) {
        return;
    } else if (phase == 1) {
        std::vector<PointMm> &line = m_strokes.back().line;
        const bool here = view->inSlice(line.front()); // the wheel may turn meanwhile
        if (here && length(point - line.back()) >= view->transform().viewpoint().mmPerPixel) line.push_back(point);
    }
    showPoints();
    if (phase != 2) return;
    m_drawing = false;
    compute();
}

void SmartToolPresenter::showPoints()
{
    std::vector<render::StrokeMark> strokes;
    for (const Stroke &stroke : m_strokes)
        strokes.push_back({stroke.line, stroke.positive});
    m_tools.setStrokes(std::move(strokes));
    std::vector<render::SeedMark> marks;
    for (const Point &point : m_points)
        marks.push_back({m_desk.model.document().grid().toWorld(point.at), point.positive});
    m_tools.setSeeds(std::move(marks));
}

/// Ball on: in 3D, like the brush; else each slice with a stroke for itself, in the plane that it was drawn in.
SmartToolPresenter::Work SmartToolPresenter::scribblesWork() const
{
    if (m_strokes.empty()) return {};
    using Says = tools::PointClick::Says;
    const Geometry &grid = m_desk.model.document().grid();
    std::map<std::optional<int>, std::vector<tools::PointClick>> byPlane;
    for (const Stroke &stroke : m_strokes) {
        auto &clicks = byPlane[m_brush.throughSlices() ? std::nullopt : std::optional(stroke.across)];
        for (const Index3 &v : tools::voxelsAlong(grid, stroke.line))
            clicks.push_back({v, stroke.positive ? Says::Belongs : Says::DoesNotBelong});
    }
    const auto prior = m_choice == "model" ? labelPrior() : nullptr;
    return [byPlane = std::move(byPlane), label = m_brush.label(), fixed = locked(), images = images(), prior,
            sink = m_watch.sink()](const LabelMap &labels) -> Result<LabelPatch> {
        LabelMap decided = labels;
        VoxelBox box;
        for (const auto &[across, clicks] : byPlane) { // one plane after the other, each on what the others decided
            tools::PointsRequest request{.label = label, .fixed = fixed};
            request.clicks = clicks;
            request.images = weighted(images);
            request.prior = prior.get();
            const auto patch = tools::decideByScribbles(decided, std::move(request), across, sink);
            if (!patch || byPlane.size() == 1) return patch;
            tools::write(decided, *patch);
            box = box.joined(patch->box);
        }
        return LabelPatch{box, decided.values(box)};
    };
}

bool SmartToolPresenter::back()
{
    if (m_drawing || (m_strokes.empty() && m_points.empty())) return false;
    if (!m_strokes.empty()) {
        m_strokes.pop_back();
    } else {
        const int act = m_points.back().act;
        std::erase_if(m_points, [act](const Point &point) { return point.act == act; });
    }
    if (m_strokes.empty() && m_points.empty()) {
        start(QString(m_tool), QString(m_choice)); // as it was before the first
        return true;
    }
    showPoints();
    compute();
    return true;
}

// --- model points: clicks and boxes ---------------------------------------------------------------------------------

void SmartToolPresenter::pointed(widgets::SliceView *view, int phase, const PointMm &point, bool positive)
{
    if (m_tool.isEmpty() && phase == 0) start("points");
    if (m_tool != "points") return;
    const Geometry &grid = m_desk.model.document().grid();
    const render::PlaneAxes &axes = view->transform().axes();
    if (phase == 0) {
        m_corner = point;
        m_cornerSays = positive;
        return;
    }
    if (!m_corner || positive != m_cornerSays) return;
    const PointMm to = point - dot(point - *m_corner, axes.normal) * axes.normal; // the wheel may turn meanwhile
    const bool box = length(to - *m_corner) >= kBoxLeastPixels * view->transform().viewpoint().mmPerPixel;
    if (phase == 1) {
        render::PenLine pen{.closed = true, .erasing = !positive};
        const PointMm across = dot(to - *m_corner, axes.right) * axes.right;
        if (box) pen.points = {*m_corner, *m_corner + across, to, to - across};
        m_tools.setPen(view, std::move(pen));
        return;
    }
    const PointMm from = *m_corner;
    m_corner.reset();
    m_tools.setPen(view, {});
    const int act = m_points.empty() ? 0 : m_points.back().act + 1;
    if (box)
        addBox(axes, from, to, positive);
    else if (const Index3 at = grid.nearestVoxel(from); grid.contains(at))
        m_points.push_back({at, positive, act});
    if (m_points.empty() || m_points.back().act != act) return; // beside the mask
    showPoints();
    compute();
}

/// No network here was trained with boxes, and a click is all that the protocol knows: so a box is said in clicks,
/// which are shown. Round what belongs: its middle does, its corners and what lies beside its sides do not, but where
/// they are the label already: a box takes nothing away. With the other button: nothing in it belongs.
void SmartToolPresenter::addBox(const render::PlaneAxes &axes, const PointMm &from, const PointMm &to, bool positive)
{
    const LabelMap &labels = m_desk.model.document().labels();
    const Geometry &grid = labels.geometry();
    const int act = m_points.empty() ? 0 : m_points.back().act + 1;
    const auto add = [&](const PointMm &p, bool says) {
        const Index3 at = grid.nearestVoxel(p);
        if (!grid.contains(at) || (positive && !says && labels.at(at) == m_brush.label())) return;
        m_points.push_back({at, says, act});
    };
    const PointMm middle = 0.5 * (from + to);
    const double wide = std::abs(dot(to - from, axes.right)) / 2, high = std::abs(dot(to - from, axes.down)) / 2;
    const auto beside = [&](const PointMm &direction) {
        return std::max(kBesideBoxMm, grid.spacing()[std::size_t(axisAlong(grid, direction))]);
    };
    const double besideX = beside(axes.right), besideY = beside(axes.down);
    const double reach = positive ? 1 : 2.0 / 3; // what is all outside is said inside the box
    for (int y = -1; y <= 1; ++y)
        for (int x = -1; x <= 1; ++x) {
            const bool side = positive && (x == 0) != (y == 0);
            const double outX = x * (reach * wide + (side ? besideX : 0));
            const double outY = y * (reach * high + (side ? besideY : 0));
            add(middle + outX * axes.right + outY * axes.down, positive && x == 0 && y == 0);
        }
}

} // namespace glio::app
