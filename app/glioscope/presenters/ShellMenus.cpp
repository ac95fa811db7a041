#include "presenters/ShellPresenter.h"

#include "presenters/Presenters.h"
#include "shell/MainWindow.h"
#include "support/Async.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "engine/EngineClient.h"
#include "glioscope/base/Paths.h"
#include "glioscope/widgets/Dialogs.h"
#include "glioscope/widgets/KeysOverlay.h"
#include "glioscope/widgets/TopBar.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>

#include <algorithm>

namespace glio::app {

using interaction::Intent;

void ShellPresenter::addAct(QMenu *menu, const QString &text, Intent intent, double amount, const QString &name)
{
    QAction *action = menu->addAction(text);
    action->setObjectName(name);
    connect(action, &QAction::triggered, this, [this, intent, amount] { act(intent, amount); });
    m_acts.push_back({action, intent, amount});
}

void ShellPresenter::makeMenus()
{
    QMenuBar *bar = m_desk.window.topBar()->menuBar();
    QMenu *file = bar->addMenu(tr("&File"));
    addAct(file, tr("Open case…"), Intent::OpenImage, 0, "action.openCase");
    connect(file->addAction(tr("Open folder…")), &QAction::triggered, &m_p.open, &OpenPresenter::chooseFolder);
    file->addSeparator();
    QAction *newProject = file->addAction(tr("New project…"));
    newProject->setObjectName("action.newProject");
    connect(newProject, &QAction::triggered, &m_p.projects, &ProjectPresenter::askNew);
    QAction *openProject = file->addAction(tr("Open project…"));
    openProject->setObjectName("action.openProject");
    connect(openProject, &QAction::triggered, &m_p.projects, &ProjectPresenter::askOpen);
    QMenu *recent = file->addMenu(tr("Recent projects"));
    recent->setObjectName("menu.recentProjects");
    connect(recent, &QMenu::aboutToShow, this, [this, recent] {
        recent->clear();
        for (const widgets::RecentProject &project : m_p.projects.recent())
            connect(recent->addAction(project.name), &QAction::triggered, &m_p.projects,
                    [this, id = project.id] { m_p.projects.open(id); });
    });
    file->addSeparator();
    addAct(file, tr("Open mask…"), Intent::OpenMask, 0, "action.openMask");
    m_caseActions.push_back(m_acts.back().action);
    QMenu *masks = file->addMenu(tr("Masks"));
    masks->setObjectName("menu.masks");
    connect(masks, &QMenu::aboutToShow, this, [this, masks] {
        masks->clear();
        m_p.masks.fillMenu(masks, {});
    });
    file->addSeparator();
    addAct(file, tr("Next case"), Intent::CaseStep, 1, "action.nextCase");
    m_caseActions.push_back(m_acts.back().action);
    addAct(file, tr("Previous case"), Intent::CaseStep, -1, "action.previousCase");
    m_caseActions.push_back(m_acts.back().action);
    file->addSeparator();
    addAct(file, tr("Export mask…"), Intent::ExportMask, 0, "action.exportMask");
    m_maskActions.push_back(m_acts.back().action);
    QAction *results = file->addAction(tr("Save labels, probabilities and report…"));
    results->setObjectName("action.saveResults");
    connect(results, &QAction::triggered, &m_p.review, &ReviewPresenter::saveResults);
    m_maskActions.push_back(results);
    QAction *snapshot = file->addAction(tr("Save a picture of the views…"));
    connect(snapshot, &QAction::triggered, this, &ShellPresenter::saveSnapshot);
    m_caseActions.push_back(snapshot);
    file->addSeparator();
    QAction *quit = file->addAction(tr("Quit"));
    quit->setShortcut(QKeySequence::Quit);
    connect(quit, &QAction::triggered, &m_desk.window, &QWidget::close);

    QMenu *edit = bar->addMenu(tr("&Edit"));
    addAct(edit, tr("Undo"), Intent::Undo, 0, "action.undo");
    m_caseActions.push_back(m_acts.back().action);
    addAct(edit, tr("Redo"), Intent::Redo, 0, "action.redo");
    m_caseActions.push_back(m_acts.back().action);
    edit->addSeparator();
    addAct(edit, tr("Preferences…"), Intent::Preferences, 0, "action.preferences");

    QMenu *view = bar->addMenu(tr("&View"));
    for (const auto &[text, intent, amount] : std::initializer_list<std::tuple<QString, Intent, double>>{
             {tr("Fit the views"), Intent::FitView, 0.0},
             {tr("Centre on the cursor"), Intent::CentreOnCursor, 0.0},
             {tr("Maximise the view"), Intent::MaximiseView, 0.0},
             {tr("Tiled or one large view"), Intent::ToggleTiled, 0.0},
             {tr("Next sequence"), Intent::SequenceStep, 1.0},
             {tr("Previous sequence"), Intent::SequenceStep, -1.0},
             {tr("Automatic window"), Intent::WindowAuto, 0.0},
             {tr("Whole intensity range"), Intent::WindowReset, 0.0},
             {tr("Labels on or off"), Intent::ToggleLabels, 0.0},
             {tr("Band or heat map on or off"), Intent::ToggleBand, 0.0},
             {tr("Crosshair on or off"), Intent::ToggleCrosshair, 0.0},
             {tr("Corner texts on or off"), Intent::ToggleCorners, 0.0}}) {
        addAct(view, text, intent, amount,
               QStringLiteral("action.%1")
                   .arg(QString::fromUtf8(interaction::intentName(intent).data(),
                                          qsizetype(interaction::intentName(intent).size()))));
        m_caseActions.push_back(m_acts.back().action);
    }
    view->addSeparator();
    addAct(view, tr("Ruler"), Intent::ToolRuler, 0, "action.ruler");
    m_caseActions.push_back(m_acts.back().action);
    addAct(view, tr("Angle"), Intent::ToolAngle, 0, "action.angle");
    m_caseActions.push_back(m_acts.back().action);
    view->addSeparator();
    addAct(view, tr("History in a window"), Intent::HistoryDock, 0, "action.historyDock");
    m_caseActions.push_back(m_acts.back().action);
    addAct(view, tr("Panels"), Intent::TogglePanels, 0, "action.panels");
    addAct(view, tr("Full screen"), Intent::FullScreen, 0, "action.fullScreen");
    QMenu *theme = view->addMenu(tr("Theme"));
    auto *themes = new QActionGroup(theme);
    for (const auto &[id, text] : {std::pair<const char *, QString>{"reading-room", tr("Reading room")},
                                   {"light", tr("Light")},
                                   {"system", tr("System")}}) {
        QAction *action = themes->addAction(theme->addAction(text));
        action->setCheckable(true);
        action->setObjectName(QStringLiteral("action.theme.%1").arg(id));
        action->setChecked(m_desk.settings.value("general/theme").toString() == id);
        connect(action, &QAction::triggered, this,
                [this, id = QString(id)] { m_desk.settings.setValue("general/theme", id); });
        connect(&m_desk.settings, &Settings::changed, action,
                [action, id = QString(id)](const QString &key, const QVariant &value) {
                    if (key == "general/theme") action->setChecked(value.toString() == id);
                });
    }

    QMenu *segment = bar->addMenu(tr("&Segment"));
    addAct(segment, tr("Segment"), Intent::Segment, 0, "action.segment");
    QAction *stop = segment->addAction(tr("Stop"));
    stop->setObjectName("action.stop");
    connect(stop, &QAction::triggered, &m_p.segment, &SegmentPresenter::stop);
    connect(segment, &QMenu::aboutToShow, stop, [this, stop] { stop->setEnabled(m_p.segment.running()); });
    addAct(segment, tr("Check the places"), Intent::ModeDoubts, 0, "action.doubts");
    QMenu *learn = bar->addMenu(tr("&Learn"));
    addAct(learn, tr("Learning and models"), Intent::ModeLearn, 0, "action.learn");

    QMenu *help = bar->addMenu(tr("&Help"));
    addAct(help, tr("Keys"), Intent::KeysOverlay, 0, "action.keys");
    QAction *demo = help->addAction(tr("Try the demo"));
    demo->setObjectName("action.demo");
    connect(demo, &QAction::triggered, &m_p.open, &OpenPresenter::openDemo);
    QAction *aboutAction = help->addAction(tr("About Glioscope"));
    aboutAction->setObjectName("action.about");
    connect(aboutAction, &QAction::triggered, this, &ShellPresenter::about);
}

} // namespace glio::app
