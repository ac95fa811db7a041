#include "presenters/SmartToolPresenter.h"

#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "presenters/ToolPresenter.h"
#include "shell/MainWindow.h"
#include "support/UserText.h"

#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/SmartToolRows.h"
#include "glioscope/widgets/SmartToolsPanel.h"

// The panel: what its rows wish, and which tools are there.
namespace glio::app {

using widgets::Availability;
using widgets::SmartToolsPanel;

void SmartToolPresenter::bindRows()
{
    SmartToolsPanel *panel = m_desk.window.correctPanel()->smartTools();
    connect(panel->area(), &widgets::SmartAreaRow::choiceWished, this, &SmartToolPresenter::setArea);
    connect(&m_tools, &ToolPresenter::areaDrawn, this, &SmartToolPresenter::areaDrawn);
    connect(panel->range(), &widgets::SmartRangeRow::otsuWished, this, &SmartToolPresenter::proposeRange);
    connect(panel->range(), &widgets::SmartRangeRow::sequenceWished, this, [this](const QString &id) {
        m_rangeSeries = id.toInt();
        showRange();
        proposeRange();
    });
    connect(panel->range(), &widgets::SmartRangeRow::rangeWished, this, [this](double low, double high) {
        m_low = low;
        m_high = high;
        compute();
    });
    connect(panel->snake(), &widgets::SnakeRow::playWished, this, &SmartToolPresenter::playSnake);
    connect(panel->snake(), &widgets::SnakeRow::forcesWished, this, &SmartToolPresenter::setSnakeForces);
    connect(panel->snake(), &widgets::SnakeRow::stepWished, this, [this] {
        if (m_snake && !m_snakePlays && !m_job.busy()) moveSnake();
    });
    connect(panel->snake(), &widgets::SnakeRow::resetWished, this, [this] {
        if (m_tool != "snake") return;
        m_snakePlays = false;
        compute();
    });
}

void SmartToolPresenter::showAvailability()
{
    SmartToolsPanel *panel = m_desk.window.correctPanel()->smartTools();
    const CaseModel &model = m_desk.model;
    const Availability noCase = Availability::no(tr("Open a case first."));
    const bool any = model.isOpen() && !model.document().labels().boundingBox().empty();
    const LabelDefinition *label = model.scheme().label(m_brush.label());
    const bool held = label && model.isLocked(label->value);
    const Availability lockedNow = Availability::no(tr("%1 is locked.").arg(m_brush.labelText()));
    for (const char *id : {"grow", "fill", "points", "scribbles", "range", "snake"})
        panel->setToolAvailability(id, !model.isOpen() ? noCase : held ? lockedNow : Availability::yes());
    for (const char *id : {"between", "islands", "margin", "hollow", "copy", "propagate", "mirror"})
        panel->setToolAvailability(id, !model.isOpen() ? noCase
                                       : !any          ? Availability::no(tr("Nothing is marked yet."))
                                       : held          ? lockedNow
                                                       : Availability::yes());
    panel->setToolAvailability("smooth", !model.isOpen() ? noCase
                                         : any           ? Availability::yes()
                                                         : Availability::no(tr("Nothing is marked yet.")));
    panel->setToolAvailability("combine", !model.isOpen()             ? noCase
                                          : !model.hasProbabilities() ? Availability::no(tr("Segment first."))
                                          : held                      ? lockedNow
                                                                      : Availability::yes());
    panel->setToolAvailability("border", !model.isOpen()             ? noCase
                                         : !model.hasProbabilities() ? Availability::no(tr("Segment first."))
                                                                     : Availability::yes());
    std::vector<widgets::SmartChoice> regions;
    for (const RegionDefinition &region : findLabelScheme(model.scheme().id())->regions()) // the model's, no added ones
        regions.push_back({QString::fromStdString(region.id), labelName(region.id, model.scheme())});
    panel->setChoices("border", regions);
    panel->setToolAvailability("scissors", !model.isOpen() ? noCase
                                           : any           ? Availability::yes()
                                                           : Availability::no(tr("Nothing is marked yet.")));
}

} // namespace glio::app
