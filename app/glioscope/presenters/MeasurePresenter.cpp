#include "presenters/MeasurePresenter.h"

#include "model/CaseMasks.h"
#include "model/Journal.h"
#include "presenters/ToolPresenter.h"
#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"

#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/Toast.h"
#include "glioscope/widgets/ViewGrid.h"

#include <cmath>
#include <map>
#include <utility>

namespace glio::app {

using interaction::Tool;
using widgets::SliceView;

namespace {
constexpr double kClickPixels = 3; // a press that moves less is a click

/// A line of the diameters as an id below 0, and back.
int lineId(std::size_t lesion, bool across) { return -int(2 * lesion + (across ? 2 : 1)); }
std::size_t lesionOf(int id) { return std::size_t(-id - 1) / 2; }
bool isAcross(int id) { return id % 2 == 0; }
} // namespace

MeasurePresenter::MeasurePresenter(const Desk &desk, ViewPresenter &views, ToolPresenter &tools, QObject *parent)
    : QObject(parent), m_desk(desk), m_views(views), m_tools(tools)
{
    for (SliceView *view : m_desk.window.grid()->allSlices())
        bind(view);
    connect(&m_tools, &ToolPresenter::measured, this, &MeasurePresenter::used);
    connect(&m_tools, &ToolPresenter::toolChanged, this, [this] {
        if (!m_drawing.empty()) escape();
    });
    const CaseModel *model = &m_desk.model;
    m_timer.setSingleShot(true);
    m_timer.setInterval(150); // when a moving slider rests
    connect(&m_timer, &QTimer::timeout, this, &MeasurePresenter::propose);
    connect(model, &CaseModel::maskChanged, &m_timer, qOverload<>(&QTimer::start));
    connect(model, &CaseModel::stepMade, this, [this] {
        if (m_maskId == m_desk.journal.maskId()) m_history.maskStepMade(m_desk.model.document().position());
        emit undoChanged();
    });
    connect(model, &CaseModel::historyMoved, this, &MeasurePresenter::undoChanged);
    connect(model, &CaseModel::overlayChanged, this, &MeasurePresenter::showMarks);
    connect(model, &CaseModel::opened, this, &MeasurePresenter::read);
    connect(model, &CaseModel::maskReplaced, this, [this] { // what was proposed belongs to the former mask
        m_proposed = {};
        if (!m_reading) turnToMask();
        show();
    });
    connect(m_desk.masks, &CaseMasks::blindChanged, this, &MeasurePresenter::followBlind);
    connect(model, &CaseModel::closed, this, [this] {
        m_kept = m_before = {};
        m_history.clear();
        m_drawing.clear();
        m_chosen = 0;
        m_reading = false;
        propose();
        show();
    });
    widgets::MeasurePanel *panel = m_desk.window.reviewPanel()->measure();
    connect(panel, &widgets::MeasurePanel::goWished, this, [this] {
        const std::vector<std::size_t> shown = diameters().shown();
        if (shown.empty()) return;
        choose(lineId(shown.front(), false), 0);
        go(m_chosen);
        m_desk.window.grid()->slice(render::Plane::Axial)->setFocus(Qt::OtherFocusReason); // where arrows move the end
    });
    connect(panel, &widgets::MeasurePanel::proposeWished, this, [this] {
        m_kept.edited.reset();
        m_chosen = std::max(m_chosen, 0);
        keep();
        propose();
        show();
    });
    connect(panel, &widgets::MeasurePanel::addRulerWished, this, [this] { m_tools.setTool(Tool::Ruler); });
    connect(panel, &widgets::MeasurePanel::addAngleWished, this, [this] { m_tools.setTool(Tool::Angle); });
    connect(panel, &widgets::MeasurePanel::measureWished, this, &MeasurePresenter::go);
    connect(panel, &widgets::MeasurePanel::measureChosen, this,
            [this](int id) { choose(id, m_chosen == id ? m_end : 0); });
    connect(panel, &widgets::MeasurePanel::removeWished, this, &MeasurePresenter::remove);
    connect(panel, &widgets::MeasurePanel::nextEndWished, this, [this](int id) {
        if (m_chosen != id)
            choose(id, 0);
        else
            nextEnd();
    });
    connect(panel, &widgets::MeasurePanel::nudgeWished, this, [this](int id, int right, int up) {
        if (const Measure *measure = m_kept.find(id)) {
            if (m_chosen != id || m_end < 0) choose(id, 0);
            moveChosen(m_desk.window.grid()->slice(measure->plane), right, up);
        }
    });
    propose();
    show();
}

void MeasurePresenter::bind(SliceView *view)
{
    connect(view, &SliceView::measureUsed, this,
            [this, view](int phase, int id, int end, const PointMm &point) { held(view, phase, id, end, point); });
    connect(view, &SliceView::hovered, this, [this, view](const PointMm &point) {
        if (m_drawing.empty() || view != m_drawingView) return;
        m_drawing.back() = point;
        showMarks();
    });
}

bool MeasurePresenter::measuring() const { return m_tools.tool() == Tool::Ruler || m_tools.tool() == Tool::Angle; }
MeasureKind MeasurePresenter::kind() const
{
    return m_tools.tool() == Tool::Angle ? MeasureKind::Angle : MeasureKind::Ruler;
}

// --- drawing: press, drag and release, or one click a point
// -----------------------------------------------------------

void MeasurePresenter::used(SliceView *view, int phase, const PointMm &point)
{
    if (!m_desk.model.isOpen()) return;
    const double click = kClickPixels * view->transform().viewpoint().mmPerPixel;
    if (phase == 0) {
        m_pressed = point;
        m_moved = false;
        const bool elsewhere = !m_drawing.empty() &&
                               (view != m_drawingView || std::abs(view->transform().height(m_drawing.front())) > 0.5);
        if (elsewhere) m_drawing.clear();
        m_chosen = 0;
        if (m_drawing.empty()) {
            m_drawingView = view;
            m_drawing = {point, point};
        } else {
            m_drawing.back() = point;
            m_moved = true; // this release sets a point, moved or not
        }
    } else if (!m_drawing.empty()) {
        m_moved = m_moved || length(point - m_pressed) > click;
        m_drawing.back() = point;
        if (phase == 2 && m_moved) {
            setPoint(point);
            return;
        }
    }
    show();
}

void MeasurePresenter::setPoint(const PointMm &point)
{
    m_drawing.back() = point;
    // A point on the one before it makes no line: the hand goes on.
    if (m_drawing.size() > 1 && length(m_drawing.back() - m_drawing[m_drawing.size() - 2]) < 0.1) return;
    if (m_drawing.size() == (kind() == MeasureKind::Angle ? 3u : 2u))
        finish();
    else
        m_drawing.push_back(point);
    show();
}

void MeasurePresenter::finish()
{
    const int id = m_kept.add(kind(), m_drawingView->state().plane, std::exchange(m_drawing, {}));
    m_chosen = id;
    m_end = int(m_kept.find(id)->points.size()) - 1;
    keep();
}

bool MeasurePresenter::enter()
{
    if (!measuring() || !m_desk.model.isOpen()) return false;
    auto *view = qobject_cast<SliceView *>(m_desk.window.grid()->activeView());
    if (!view) return false;
    const PointMm at = m_desk.model.cursor();
    if (m_drawing.empty()) {
        m_chosen = 0;
        m_drawingView = view;
        m_drawing = {at, at};
        show();
    } else if (view == m_drawingView) {
        setPoint(at);
    }
    return true;
}

bool MeasurePresenter::escape()
{
    if (m_drawing.empty() && m_chosen == 0) return false;
    if (!m_drawing.empty())
        m_drawing.clear();
    else
        m_chosen = 0;
    show();
    return true;
}

// --- what is there
// ----------------------------------------------------------------------------------------------------

PointMm *MeasurePresenter::endOf(int id, int end)
{
    if (id > 0) {
        Measure *measure = m_kept.find(id);
        return measure && end >= 0 && end < int(measure->points.size()) ? &measure->points[std::size_t(end)] : nullptr;
    }
    if (id == 0 || end < 0 || end > 1 || lesionOf(id) >= diameters().lesions.size()) return nullptr;
    if (!m_kept.edited) {
        m_kept.edited = m_proposed;
        m_kept.edited->edited = true;
    }
    measure::Bidimensional &size = m_kept.edited->lesions[lesionOf(id)].size;
    measure::Line &line = isAcross(id) ? size.across : size.longest;
    return end == 0 ? &line.a : &line.b;
}

void MeasurePresenter::moveEnd(int id, int end, const PointMm &to, const PointMm &normal)
{
    PointMm *point = endOf(id, end);
    if (!point) return;
    *point = to + dot(*point - to, normal) * normal; // it stays on its slice
    if (id < 0) {
        measure::Lesion &lesion = m_kept.edited->lesions[lesionOf(id)];
        const measure::RanoRules rules;
        const Geometry &grid = m_desk.model.labels().geometry();
        const double least = rules.leastFor(grid.spacing()[std::size_t(grid.worldAxes().voxelAxis[2])]);
        lesion.measurable = lesion.slices >= rules.leastSlices && lesion.size.longest.lengthMm() >= least &&
                            lesion.size.across.lengthMm() >= least;
    }
    show();
}

void MeasurePresenter::held(SliceView *view, int phase, int id, int end, const PointMm &point)
{
    if (phase == 0) {
        m_pressed = point;
        m_moved = false;
        choose(id, end);
        return;
    }
    m_moved = m_moved || length(point - m_pressed) > kClickPixels * view->transform().viewpoint().mmPerPixel;
    if (!m_moved || end < 0) return;
    moveEnd(id, end, point, view->transform().axes().normal);
    if (phase == 2) keep();
}

void MeasurePresenter::choose(int id, int end)
{
    m_chosen = id;
    m_end = end;
    show();
}

bool MeasurePresenter::nextEnd()
{
    if (!m_drawing.empty() || m_chosen == 0) return false;
    if (const Measure *measure = m_kept.find(m_chosen)) {
        choose(m_chosen, (m_end + 1) % int(measure->points.size()));
    } else if (m_end < 1) {
        choose(m_chosen, m_end + 1);
    } else { // on to the other line of the same lesion
        choose(lineId(lesionOf(m_chosen), !isAcross(m_chosen)), 0);
    }
    return true;
}

bool MeasurePresenter::nudge(int right, int up)
{
    if (!measuring() || !m_drawing.empty() || m_chosen == 0 || m_end < 0) return false;
    auto *view = qobject_cast<SliceView *>(m_desk.window.grid()->activeView());
    if (!view) return false;
    moveChosen(view, right, up);
    return true;
}

void MeasurePresenter::moveChosen(SliceView *view, int right, int up)
{
    const PointMm *now = endOf(m_chosen, m_end);
    if (!now) return;
    const Geometry &grid = m_desk.model.referenceGrid();
    const render::PlaneAxes axes = render::planeAxes(grid, view->state().plane, view->state().convention);
    const auto voxelMm = [&](const PointMm &direction) { // along the grid axis that runs this way
        int best = 0;
        for (int a = 1; a < 3; ++a)
            if (std::abs(dot(grid.axis(a), direction)) > std::abs(dot(grid.axis(best), direction))) best = a;
        return grid.spacing()[std::size_t(best)];
    };
    const PointMm to = *now + (right * voxelMm(axes.right)) * axes.right + (-up * voxelMm(axes.down)) * axes.down;
    moveEnd(m_chosen, m_end, to, axes.normal);
    keep();
}

bool MeasurePresenter::removeChosen()
{
    if (m_chosen <= 0) return false;
    remove(m_chosen);
    return true;
}

void MeasurePresenter::remove(int id)
{
    const Measure *found = m_kept.find(id);
    if (!found) return;
    const Measure gone = *found;
    m_kept.remove(id);
    if (m_chosen == id) m_chosen = 0;
    keep();
    show();
    const QString caseId = m_desk.model.id();
    m_desk.window.toast()->show(gone.kind == MeasureKind::Angle ? tr("Angle %1 was removed.").arg(gone.number)
                                                                : tr("Ruler %1 was removed.").arg(gone.number),
                                widgets::Tone::Plain, tr("Undo"), [this, gone, caseId] {
                                    if (m_desk.model.id() != caseId || m_kept.find(gone.id)) return;
                                    const auto where =
                                        std::ranges::lower_bound(m_kept.drawn, gone.id, {}, &Measure::id);
                                    m_kept.drawn.insert(where, gone);
                                    m_chosen = gone.id;
                                    m_end = -1;
                                    keep();
                                    show();
                                });
}

void MeasurePresenter::go(int id)
{
    PointMm where;
    render::Plane plane = render::Plane::Axial;
    if (const Measure *measure = m_kept.find(id)) {
        where = measure->middle();
        plane = measure->plane;
        choose(id, m_chosen == id ? m_end : 0);
    } else if (id < 0 && lesionOf(id) < diameters().lesions.size()) {
        where = diameters().lesions[lesionOf(id)].size.longest.middle();
    } else {
        return;
    }
    widgets::ViewGrid *grid = m_desk.window.grid();
    if (SliceView *view = grid->slice(plane); grid->visibleSlices().contains(view)) grid->setActiveView(view);
    m_desk.model.setCursor(render::snapped(m_desk.model.referenceGrid(), where));
}

void MeasurePresenter::show()
{
    showMarks();
    showPanel();
}

} // namespace glio::app
