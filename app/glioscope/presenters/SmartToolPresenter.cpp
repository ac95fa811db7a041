#include "presenters/SmartToolPresenter.h"

#include "engine/EngineClient.h"
#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "presenters/SmartToolSupport.h"
#include "presenters/ToolPresenter.h"
#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"
#include "support/UserText.h"

#include "glioscope/render/SliceGeometry.h"
#include "glioscope/tools/Grow.h"
#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/SmartToolRows.h"
#include "glioscope/widgets/SmartToolsPanel.h"
#include "glioscope/widgets/ViewGrid.h"
#include "glioscope/widgets/VolumeView.h"

#include <algorithm>
#include <cmath>

namespace glio::app {

using interaction::Tool;
using widgets::Availability;
using widgets::SmartToolsPanel;

SmartToolPresenter::SmartToolPresenter(const Desk &desk, ViewPresenter &views, BrushPresenter &brush,
                                       ToolPresenter &tools, QObject *parent)
    : QObject(parent), m_desk(desk), m_views(views), m_brush(brush), m_tools(tools)
{
    SmartToolsPanel *panel = m_desk.window.correctPanel()->smartTools();
    connect(panel, &SmartToolsPanel::toolWished, this, &SmartToolPresenter::start);
    connect(panel, &SmartToolsPanel::valueWished, this, &SmartToolPresenter::setValue);
    connect(panel, &SmartToolsPanel::applyWished, this, &SmartToolPresenter::apply);
    connect(panel, &SmartToolsPanel::dropWished, this, &SmartToolPresenter::drop);
    connect(&m_tools, &ToolPresenter::clicked, this, &SmartToolPresenter::clicked);
    connect(&m_tools, &ToolPresenter::toolChanged, this, [this](Tool tool) {
        if (m_starting) return; // the tool of the rail follows the panel's
        if (tool == Tool::Grow) start("grow");
        if (tool == Tool::Points) start("points");
        if (tool == Tool::Scribble) start("scribbles");
        if (tool == Tool::Fill) start("fill");
        if (tool == Tool::Scissors) start("scissors");
        const bool ofArea = tool == Tool::Lasso && m_areaId == "lasso"; // it draws where the tool at hand works
        if (tool == Tool::Brush || tool == Tool::Adaptive || (tool == Tool::Lasso && !ofArea) || tool == Tool::LiveWire)
            drop();
    });
    connect(&m_tools, &ToolPresenter::drawn, this,
            [this](Tool tool, widgets::SliceView *view, int phase, const PointMm &point, bool positive) {
                if (tool == Tool::Scribble) scribbled(view, phase, point, positive);
                if (tool == Tool::Points) pointed(view, phase, point, positive);
            });
    connect(&m_tools, &ToolPresenter::drawingEnded, this, &SmartToolPresenter::drop);
    bindRows();
    m_progress.setInterval(100);
    connect(&m_progress, &QTimer::timeout, this, [this] {
        const bool shown = m_job.busy() && m_watch.done() > 0;
        m_desk.window.correctPanel()->smartTools()->setProgress(shown ? m_watch.done() : -1);
        if (!m_job.busy()) m_progress.stop();
    });
    connect(m_desk.window.grid()->volume(), &widgets::VolumeView::cutDrawn, this, &SmartToolPresenter::cut);
    // Any other change of the mask makes a preview stale: it goes, and nothing of it is left.
    const CaseModel *model = &m_desk.model;
    for (const auto signal : {&CaseModel::stepMade, &CaseModel::historyMoved, &CaseModel::maskReplaced,
                              &CaseModel::closed, &CaseModel::opened})
        connect(model, signal, this, [this] {
            if (!m_own) reset();
            showAvailability();
        });
    connect(model, &CaseModel::opened, this, [this] { ++m_images; });
    for (const auto signal : {&CaseModel::seriesAdded, &CaseModel::seriesRemoved, &CaseModel::seriesChanged})
        connect(model, signal, this, [this] { ++m_images; });
    connect(model, &CaseModel::locksChanged, this, [this] {
        showAvailability();
        if (!m_own) followRules();
    });
    connect(model, &CaseModel::seriesRemoved, this, [this] {
        if (m_tool == "range") drop(); // of a sequence that may be gone
    });
    connect(&m_brush, &BrushPresenter::labelChanged, this, [this] {
        showAvailability();
        if (m_tool == "grow")
            showGrown();
        else if (!m_tool.isEmpty())
            compute();
    });
    connect(&m_brush, &BrushPresenter::rulesChanged, this, &SmartToolPresenter::followRules);
    showAvailability();
}

SmartToolPresenter::~SmartToolPresenter() = default;

int SmartToolPresenter::sliceAxis() const
{
    return axisAlong(m_desk.model.document().grid(),
                     render::planeAxes(m_desk.model.referenceGrid(), m_views.activePlane()).normal);
}

std::vector<Label> SmartToolPresenter::locked() const
{
    std::vector<Label> locked;
    for (const LabelDefinition &label : m_desk.model.scheme().labels())
        if (m_desk.model.isLocked(label.value)) locked.push_back(label.value);
    return locked;
}

std::vector<Label> SmartToolPresenter::over() const
{
    m_brush.applyRules(false);
    const EditRules &rules = m_desk.model.document().rules();
    std::vector<Label> over;
    if (rules.over != PaintOver::Only || rules.onlyOver[0]) over.push_back(0);
    if (rules.over == PaintOver::Empty) return over;
    for (const LabelDefinition &label : m_desk.model.scheme().labels())
        if (!rules.locked[label.value] && (rules.over == PaintOver::Unlocked || rules.onlyOver[label.value]))
            over.push_back(label.value);
    return over;
}

std::vector<std::shared_ptr<const ImageVolume>> SmartToolPresenter::images() const { return imagesOf(m_desk.model); }

void SmartToolPresenter::start(const QString &id, const QString &choice)
{
    if (!m_desk.model.isOpen()) return;
    drop();
    SmartToolsPanel *panel = m_desk.window.correctPanel()->smartTools();
    m_tool = id;
    m_choice = choice;
    if (id == "border" && choice.isEmpty()) m_choice = "WT";
    const auto value = [&](const QString &name, const QString &unit, double low, double high, double step,
                           double usual) {
        panel->setValueKind(widgets::SmartValue{name, unit, low, high, step, usual, low < 0});
        m_value = usual;
        panel->setValue(usual);
    };
    panel->setTool(id, choice);
    panel->setApplyAvailability(Availability::no(tr("Nothing to take yet.")));
    if (id == "smooth") value(tr("Strength"), tr("mm"), 0.5, 5, 0.5, 1);
    if (id == "margin") value(tr("Margin"), tr("mm"), -10, 10, 0.5, 2);
    if (id == "islands" && choice == "small") value(tr("Below"), tr("mL"), 0.01, 20, 0.1, 0.1);
    if (id == "islands" && choice == "split") value(tr("Neck"), tr("mm"), 0.5, 20, 0.5, 3);
    if (id == "grow") value(tr("Reach"), {}, 0.2, 12, 0.2, 2.5);
    if (id == "hollow") value(tr("Wall"), tr("mm"), 0.5, 20, 0.5, 3);
    if (id == "propagate") value(tr("Slices"), {}, 1, 99, 1, 5);
    if (id == "snake") value(tr("Smoothness"), tr("mm"), 0, 3, 0.1, 0.5);
    if (id == "border")
        value(tr("Level"), "%", 2, 98, 1, std::round(100 * m_desk.model.live().threshold(m_choice.toStdString())));
    m_starting = true;
    if (id == "grow") m_tools.setTool(Tool::Grow);
    if (id == "scribbles") m_tools.setTool(Tool::Scribble);
    if (id == "fill") m_tools.setTool(Tool::Fill);
    const bool points = id == "points" || clicksIslands();
    if (points || id == "snake") m_tools.setTool(Tool::Points);
    m_tools.setHints(points || id == "snake" ? smartHintText(id) : ToolHintText());
    if (id == "scissors") m_tools.setTool(Tool::Scissors);
    m_desk.window.grid()->volume()->setCutting(id == "scissors");
    m_starting = false;
    if (id == "snake") {
        m_forces = choice == "edges"   ? tools::SnakeForces{.expansion = 0.7, .edges = 1}
                   : choice == "model" ? tools::SnakeForces{.expansion = 0, .edges = 0}
                                       : tools::SnakeForces{.expansion = 0, .edges = 0.3};
        panel->snake()->setForces(m_forces.expansion, m_forces.edges);
    }
    if (id == "border") m_areaId = "everywhere";
    if (id == "border") showAreas();
    if (id == "range")
        startRange();
    else if (id == "grow")
        panel->setPreview(
            tr("Left click: this belongs. Right click: take it away. Shift and the wheel change the reach."));
    else if (id == "fill")
        panel->setPreview(m_brush.throughSlices() ? tr("Click into what is to be filled, through all slices.")
                                                  : tr("Click into what is to be filled, in this slice."));
    else if (id == "points") {
        panel->setPreview(tr("Left click: this belongs. Right click: this does not. Drag: a box round it."));
        if (networkAnswers()) askNetwork(); // the first click is quick then
    } else if (id == "scribbles") {
        panel->setPreview(tr("Draw with the left button what belongs, with the right one what does not."));
        if (choice == "model" && networkAnswers()) askNetwork();
    } else if (id == "scissors")
        panel->setPreview(tr("Draw round what is to go, in the 3D view. All that lies behind the line goes."));
    else if (points)
        panel->setPreview(tr("Click the island."));
    else
        compute();
}

void SmartToolPresenter::setValue(double value)
{
    if (value == m_value || m_tool.isEmpty()) return;
    m_value = value;
    m_desk.window.correctPanel()->smartTools()->setValue(value);
    if (m_tool == "grow")
        showGrown();
    else if (m_tool != "snake")
        compute();
    else if (m_snake && m_snakePlays && !m_job.busy()) // while it moves, its next steps take the new value
        moveSnake();
}

void SmartToolPresenter::stepValue(double steps)
{
    if (m_tool == "grow") setValue(std::clamp(m_value + 0.2 * steps, 0.2, 12.0));
}

void SmartToolPresenter::clicked(Tool tool, widgets::SliceView *view, const PointMm &point, bool positive)
{
    const Geometry &grid = m_desk.model.document().grid();
    const Index3 at = grid.nearestVoxel(point);
    if (!grid.contains(at)) return;
    if (m_tool.isEmpty() && tool == Tool::Grow) start("grow");
    if (m_tool.isEmpty() && tool == Tool::Fill) start("fill");
    if (m_tool.isEmpty() && tool == Tool::Points) start("points");
    if (m_tool == "points" || m_tool == "scribbles") return; // these hear the release too
    m_seedAxis = axisAlong(grid, view->transform().axes().normal);
    if (m_tool == "snake") {
        if (!positive) return;
        m_bubbles.push_back({point, m_brush.diameterMm() / 2});
        startSnake();
        return;
    }
    if (m_tool != "grow" && m_tool != "fill" && !clicksIslands()) return; // an anchor of the live wire, for one
    m_seed = at;
    if (m_tool == "grow") {
        m_takesAway = !positive;
        m_tools.setSeeds({{grid.toWorld(at), positive}});
        grow(at);
    } else {
        compute();
    }
}

bool SmartToolPresenter::clicksIslands() const
{
    return m_tool == "islands" && (m_choice == "delete" || m_choice == "relabel" || m_choice == "split");
}

bool SmartToolPresenter::apply()
{
    if (m_desk.model.acting()) return false;
    if (!m_patch) {
        m_applyWhenDone = m_working && m_tool != "snake"; // that one would be taken before it has moved
        return m_working;
    }
    const LabelPatch patch = std::move(*m_patch);
    m_patch.reset();
    const QString id = m_tool == "islands" ? "islands." + m_choice : m_tool;
    QString text;
    if (m_tool == "fill") text = m_brush.throughSlices() ? "3d" : "2d";
    if (m_tool == "combine" || m_tool == "border") text = m_choice;
    if (m_tool == "range" && m_rangeSeries < int(m_desk.model.series().size()))
        text =
            QString::fromStdString(std::string(sequenceId(m_desk.model.series()[std::size_t(m_rangeSeries)].sequence)));
    const Label label = m_tool == "smooth" || m_tool == "scissors" || m_tool == "border" ? Label{0} : m_brush.label();
    m_own = true;
    m_brush.applyRules(false);
    m_desk.model.beginAct({id.toStdString(), label, m_value, text.toStdString()});
    (void)m_desk.model.write(patch);
    m_desk.model.commitAct();
    m_own = false;
    const QString again = m_tool, choice = m_choice;
    const double value = m_value;
    const bool clicked = clicksIslands();
    reset();
    // Tools that are led by clicks stay in the hand.
    if (clicked || again == "grow" || again == "fill" || again == "points" || again == "scribbles")
        start(again, choice);
    if (clicked) setValue(value);
    return true;
}

bool SmartToolPresenter::drop()
{
    const bool some = !m_tool.isEmpty();
    if (m_desk.model.previewing() && m_patch) m_desk.model.dropPreview();
    reset();
    return some;
}

void SmartToolPresenter::reset()
{
    m_watch.stop();
    m_job.drop();
    if (m_promptId != 0) m_desk.engine.cancel(m_promptId);
    m_promptId = 0;
    ++m_asked;
    m_working = m_applyWhenDone = false;
    const bool lassoed = m_areaId == "lasso" && m_tools.tool() == Tool::Lasso;
    const bool pointed = (m_tool == "snake" || clicksIslands()) && m_tools.tool() == Tool::Points;
    m_tool.clear();
    m_choice.clear();
    m_value = 0;
    m_patch.reset();
    m_seed.reset();
    m_points.clear();
    m_strokes.clear();
    m_drawing = false;
    m_corner.reset();
    m_areaId.clear();
    if (lassoed || pointed) {
        m_starting = true; // the next line drawn would paint, the next click begin model points
        m_tools.setTool(Tool::Crosshair);
        m_starting = false;
    }
    m_lassoed.reset();
    m_lassoLines.clear();
    m_snakePlays = true;
    m_field.reset();
    m_snake.reset();
    m_bubbles.clear();
    m_note.reset();
    m_tools.setSeeds({});
    m_tools.setStrokes({});
    m_tools.setPen(nullptr, {});
    m_tools.setLasso(ToolPresenter::LassoUse::Paints);
    m_tools.setHints({});
    m_desk.window.grid()->volume()->setCutting(false);
    m_desk.window.correctPanel()->smartTools()->setTool({});
}

} // namespace glio::app
