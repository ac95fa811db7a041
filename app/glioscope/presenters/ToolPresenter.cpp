#include "presenters/ToolPresenter.h"

#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"
#include "support/Palette.h"
#include "support/Settings.h"
#include "support/StepText.h"
#include "support/UserText.h"

#include "glioscope/annotation/Lasso.h"
#include "glioscope/widgets/BrushHud.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/LabelList.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ToolHints.h"
#include "glioscope/widgets/ToolRail.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

namespace glio::app {

using interaction::DragAct;
using interaction::Tool;
using widgets::SliceView;

ToolPresenter::ToolPresenter(const Desk &desk, ViewPresenter &views, BrushPresenter &brush, QObject *parent)
    : QObject(parent), m_desk(desk), m_views(views), m_brush(brush), m_hud(std::make_unique<widgets::BrushHud>())
{
    widgets::ViewGrid *grid = m_desk.window.grid();
    m_hints = new widgets::ToolHints(grid->slice(render::Plane::Axial)->canvas());
    m_hints->hide();
    connect(m_hints, &widgets::ToolHints::closed, this, [this](const QString &tool) {
        QStringList closed = m_desk.settings.value("hints/closed").toString().split(',', Qt::SkipEmptyParts);
        closed << tool;
        m_desk.settings.setValue("hints/closed", closed.join(','));
    });
    for (SliceView *view : grid->allSlices())
        bind(view);
    connect(&m_brush, &BrushPresenter::changed, this, [this] {
        showMarks();
        showHud(false);
    });
    connect(&m_desk.model, &CaseModel::closed, this, [this] {
        m_stroking = false;
        m_shape.clear();
        m_lastDab.reset();
        m_hud->dismiss();
        showMarks();
    });
    // Corners of one mask are none of another.
    for (const auto signal : {&CaseModel::documentReplaced, &CaseModel::maskReplaced})
        connect(&m_desk.model, signal, this, [this] {
            m_shape.clear();
            showMarks();
        });
    connect(m_desk.window.toolRail(), &widgets::ToolRail::toolWished, this,
            [this](widgets::Tool tool) { setTool(Tool(tool)); });
}

ToolPresenter::~ToolPresenter() = default;

void ToolPresenter::bind(SliceView *view)
{
    connect(view, &SliceView::toolUsed, this,
            [this, view](int phase, const PointMm &point, DragAct act) { used(view, phase, point, act); });
    connect(view, &SliceView::hovered, this, [this, view](const PointMm &point) { hover(view, point); });
    connect(view, &SliceView::penPressed, this, [this](double pressure) { m_pressure = pressure; });
    connect(view, &SliceView::penNear, this, [this](bool eraserEnd) {
        m_penErases = eraserEnd;
        showHud(eraserEnd);
    });
    connect(view, &SliceView::left, this, [this, view] { leave(view); });
    connect(view, &SliceView::brushSizeStepWished, this, [this](double steps) {
        if (m_tool == Tool::Grow)
            emit valueStepped(steps);
        else
            m_brush.stepSize(0.1 * steps);
    });
    connect(view, &SliceView::toolDoubleClicked, this, [this] {
        if (m_tool == Tool::Lasso && !m_freehand) closeLasso();
    });
}

void ToolPresenter::setDrawing(bool allowed)
{
    if (std::exchange(m_drawing, allowed) && !allowed) emit drawingEnded();
    std::vector<widgets::Tool> tools{widgets::Tool::Crosshair, widgets::Tool::Pan, widgets::Tool::Ruler,
                                     widgets::Tool::Angle};
    if (allowed)
        for (const widgets::Tool tool : {widgets::Tool::Lasso, widgets::Tool::LiveWire, widgets::Tool::Brush,
                                         widgets::Tool::Grow, widgets::Tool::Adaptive, widgets::Tool::Fill,
                                         widgets::Tool::Points, widgets::Tool::Scribble, widgets::Tool::Scissors})
            tools.push_back(tool);
    m_desk.window.toolRail()->setTools(tools);
    setTool(m_tool);
}

void ToolPresenter::setTool(Tool tool)
{
    if (!m_drawing && tool != Tool::Pan && !measures(tool)) tool = Tool::Crosshair;
    if (inHand() && tool != m_tool) escape();
    const bool other = tool != m_tool;
    m_tool = tool;
    m_desk.window.toolRail()->setTool(widgets::Tool(tool));
    m_views.setTool(tool);
    showMarks();
    showHints();
    if (paints() && other)
        showHud(false);
    else if (!paints())
        m_hud->dismiss();
    if (other) emit toolChanged(tool);
}

void ToolPresenter::setSeeds(std::vector<render::SeedMark> seeds)
{
    m_seeds = std::move(seeds);
    showMarks();
}

void ToolPresenter::setPen(SliceView *view, render::PenLine pen)
{
    m_penView = view;
    m_pen = std::move(pen);
    showMarks();
}

void ToolPresenter::setHints(ToolHintText text)
{
    m_hintText = std::move(text);
    showHints();
}

void ToolPresenter::setStrokes(std::vector<render::StrokeMark> strokes)
{
    m_strokes = std::move(strokes);
    showMarks();
}

void ToolPresenter::setLasso(LassoUse use, std::vector<render::PenLine> areas)
{
    if (use != m_lassoUse && !m_shape.empty()) escape();
    m_lassoUse = use;
    m_areas = std::move(areas);
    showMarks();
}

bool ToolPresenter::inHand() const { return m_stroking || !m_shape.empty(); }

bool ToolPresenter::escape()
{
    if (m_stroking) {
        m_stroking = false;
        m_desk.model.abandonAct();
        return true;
    }
    if (m_shape.empty()) return false;
    m_shape.clear();
    showMarks();
    return true;
}

bool ToolPresenter::enter()
{
    if (m_shape.size() < 3 || m_stroking) return false;
    closeLasso();
    return true;
}

void ToolPresenter::used(SliceView *view, int phase, const PointMm &point, DragAct act)
{
    if (!m_desk.model.isOpen()) return;
    if (measures(m_tool)) {
        emit measured(view, phase, point);
        return;
    }
    if (!m_drawing) return;
    if (act == DragAct::PickLabel) {
        if (phase == 0) pick(point);
        return;
    }
    const bool erasing = act == DragAct::EraseTool;
    switch (m_tool) {
    case Tool::Brush:
    case Tool::Adaptive:
        if (act == DragAct::StraightLine) {
            if (phase == 0) line(view, point);
        } else {
            stroke(view, phase, point, erasing);
        }
        break;
    case Tool::Lasso:
        lasso(view, phase, point, erasing);
        break;
    default:
        emit drawn(m_tool, view, phase, point, !erasing);
        if (phase == 0) emit clicked(m_tool, view, point, !erasing);
        break;
    }
}

// --- brush ----------------------------------------------------------------------------------------------------------

void ToolPresenter::dab(SliceView *view, const PointMm &from, const PointMm &to, bool erasing)
{
    CaseModel &model = m_desk.model;
    const render::PlaneAxes &axes = view->transform().axes();
    const Brush brush{
        m_brush.diameterMm(m_pressure), m_brush.shape(), m_brush.throughSlices(), axes.right, axes.down, axes.normal};
    auto footprint = brushFootprint(model.document().grid(), brush, from, to);
    if (!footprint) return; // beside the mask's grid
    if (!erasing && (m_brush.followsEdges() || m_tool == Tool::Adaptive)) {
        std::vector<const ImageVolume *> images;
        for (const Sequence sequence : kModelSequences)
            if (const int series = model.seriesOf(sequence); series >= 0)
                images.push_back(model.series()[std::size_t(series)].image.get());
        if (images.empty()) images.push_back(model.series().front().image.get());
        *footprint = followEdges(*footprint, model.document().grid(), images, to, m_brush.strength());
    }
    m_views.lead(view);
    tell(model.write(*footprint, erasing ? Label{0} : m_brush.label()));
}

void ToolPresenter::stroke(SliceView *view, int phase, const PointMm &point, bool erasing)
{
    CaseModel &model = m_desk.model;
    if (phase == 0) {
        if (m_stroking || model.acting()) return; // the other button while one is down
        m_stroking = true;
        m_erasing = erasing;
        m_toldBlocked = false;
        m_at = point;
        showHud(erasing);
    }
    if (!m_stroking || erasing != m_erasing) return;
    if (!model.acting()) { // the press, or the model's answer came in between and closed the act
        m_brush.applyRules(erasing);
        model.beginAct({erasing ? "erase" : "paint", erasing ? Label{0} : m_brush.label(), m_brush.diameterMm(),
                        m_brush.shapeText().toStdString()});
    }
    if (phase < 2) dab(view, phase == 0 ? point : m_at, point, erasing);
    if (m_pressure >= 0) showHud(erasing);
    m_at = m_lastDab.emplace(point);
    if (phase != 2) return;
    m_stroking = false;
    model.commitAct();
    m_pressure = -1;
    showHud(m_penErases);
}

void ToolPresenter::line(SliceView *view, const PointMm &to)
{
    CaseModel &model = m_desk.model;
    if (model.acting() || m_stroking) return;
    // A line from another slice would run through the patient: only within this one.
    const bool here = m_lastDab && view->inSlice(*m_lastDab);
    m_toldBlocked = false;
    m_brush.applyRules(false);
    model.beginAct({"paint", m_brush.label(), m_brush.diameterMm(), m_brush.shapeText().toStdString()});
    dab(view, here ? *m_lastDab : to, to, false);
    model.commitAct();
    m_lastDab = to;
}

void ToolPresenter::tell(const WriteResult &result)
{
    if (m_toldBlocked || result.changed > 0 || result.blockedByLock + result.blockedFinished == 0) return;
    m_toldBlocked = true;
    if (result.blockedByLock == 0) {
        m_hud->showBlocked(tr("This place is finished"));
        return;
    }
    for (const LabelDefinition &label : m_desk.model.scheme().labels()) {
        if (!result.blockingLabels[label.value]) continue;
        m_hud->showBlocked(tr("%1 is locked").arg(labelName(label)));
        m_desk.window.correctPanel()->labels()->flashLock(QString::fromStdString(label.id));
        return;
    }
}

void ToolPresenter::pick(const PointMm &point)
{
    const LabelMap &labels = m_desk.model.labels();
    const Index3 at = labels.geometry().nearestVoxel(point);
    if (labels.geometry().contains(at) && labels.at(at) != 0) m_brush.selectLabel(labels.at(at));
}

// --- lasso ----------------------------------------------------------------------------------------------------------

void ToolPresenter::lasso(SliceView *view, int phase, const PointMm &point, bool erasing)
{
    if (phase == 0) {
        if (m_shapeView != view || (!m_shape.empty() && !view->inSlice(m_shape.front())))
            m_shape.clear(); // another view or slice: a new shape
        if (m_shape.empty()) m_shapeErases = erasing;
        m_shapeView = view;
        m_freehand = false;
        m_shape.push_back(point);
    } else if (phase == 1 && !m_shape.empty()) {
        if (length(point - m_shape.back()) < view->transform().viewpoint().mmPerPixel) return;
        m_freehand = true; // the hand moves: every step is a corner
        m_shape.push_back(point);
    } else if (phase == 2 && m_freehand) {
        m_freehand = false;
        closeLasso(); // a drawn line closes with the release; corners set by clicks wait for Enter
        return;
    }
    showMarks();
}

void ToolPresenter::closeLasso()
{
    CaseModel &model = m_desk.model;
    const std::vector<PointMm> shape = std::exchange(m_shape, {});
    showMarks();
    if (shape.size() < 3 || !m_shapeView || model.acting()) return;
    if (m_lassoUse == LassoUse::SetsArea) {
        emit areaDrawn(m_shapeView, shape, !m_shapeErases);
        return;
    }
    fillShape(m_shapeView, shape, m_shapeErases, m_shapeErases ? "lasso.erase" : "lasso");
}

void ToolPresenter::fillShape(SliceView *view, const std::vector<PointMm> &shape, bool erasing, const char *act)
{
    CaseModel &model = m_desk.model;
    if (model.acting()) return;
    const auto inside = polygonFootprint(model.document().grid(), shape, view->transform().axes().normal);
    if (!inside) return;
    const Label label = erasing ? Label{0} : m_brush.label();
    m_toldBlocked = false;
    m_brush.applyRules(erasing);
    model.beginAct({act, label, 0, ""});
    tell(model.write(*inside, label));
    model.commitAct();
}

// --- what is shown over the picture ---------------------------------------------------------------------------------

void ToolPresenter::hover(SliceView *view, const PointMm &point)
{
    m_hover = point;
    const bool entered = m_hoverView != view;
    m_hoverView = view;
    showMarks();
    if (!paints()) return;
    if (entered) {
        m_hud->setCanvas(view->canvas());
        showHud((m_stroking && m_erasing) || m_penErases);
        m_hud->showBriefly();
    }
    const render::ViewPoint2 at = view->transform().toView(point);
    m_hud->setPointer({int(at.x), int(at.y)});
}

void ToolPresenter::leave(SliceView *view)
{
    if (m_hoverView != view) return;
    m_hoverView = nullptr;
    m_hover.reset();
    m_hud->dismiss();
    showMarks();
}

void ToolPresenter::showMarks()
{
    render::ToolMarks marks;
    marks.seeds = m_seeds;
    marks.strokes = m_strokes;
    marks.areas = m_areas;
    if (m_drawing && paints() && m_hover && m_desk.model.isOpen())
        marks.brush = render::BrushMark{*m_hover, m_brush.diameterMm(m_pressure) / 2,
                                        m_brush.shape() == BrushShape::Square, m_brush.throughSlices()};
    for (SliceView *view : m_desk.window.grid()->visibleSlices()) {
        render::ToolMarks own = marks;
        // Ring and shape are there where they are drawn; a ball cuts the other planes too.
        if (marks.brush && !m_brush.throughSlices() && view != m_hoverView) own.brush.reset();
        if (!m_shape.empty() && view == m_shapeView) {
            own.pen = {m_shape, m_shape.size() > 2, m_shapeErases};
            if (!m_freehand && m_hover && m_hoverView == view) own.pen.points.push_back(*m_hover);
        } else if (view == m_penView) {
            own.pen = m_pen;
        }
        view->setMarks(own);
    }
}

void ToolPresenter::showHud(bool erasing)
{
    if (!m_drawing || !paints() || !m_desk.model.isOpen()) return;
    widgets::BrushHudText text;
    if (const LabelDefinition *label = m_desk.model.scheme().label(m_brush.label()))
        text.swatch = toColour(labelColour(*label, m_desk.settings));
    text.label = m_brush.labelText();
    text.size =
        brushText(m_brush.diameterMm(m_pressure), m_brush.shape() == BrushShape::Square, m_brush.throughSlices());
    text.range = m_brush.rangeText();
    text.erasing = erasing;
    if (m_pressure >= 0 && m_brush.followsPressure()) text.pen = tr("Pen %1 %").arg(std::lround(100 * m_pressure));
    m_hud->setText(text);
}

void ToolPresenter::showHints()
{
    ToolHintText text = m_drawing || measures(m_tool) ? toolHintText(m_tool) : ToolHintText();
    if (m_drawing && !m_hintText.id.isEmpty()) text = m_hintText;
    const QStringList closed = m_desk.settings.value("hints/closed").toString().split(',', Qt::SkipEmptyParts);
    if (closed.contains(text.id)) text.hints.clear();
    m_hints->setHints(text.id, text.hints);
}

} // namespace glio::app
