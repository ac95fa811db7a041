#include "presenters/ShellPresenter.h"

#include "model/CaseMasks.h"
#include "model/Journal.h"
#include "presenters/Presenters.h"
#include "shell/MainWindow.h"
#include "support/Async.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "engine/EngineClient.h"
#include "glioscope/base/Paths.h"
#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/CasesPage.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/Dialogs.h"
#include "glioscope/widgets/LearnPage.h"
#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/StatusBar.h"
#include "glioscope/widgets/Toast.h"
#include "glioscope/widgets/ToolRail.h"
#include "glioscope/widgets/TopBar.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QAction>
#include <QDateTime>
#include <QDir>

#include <algorithm>

namespace glio::app {

using interaction::Intent;
using widgets::Availability;
using widgets::LayoutChoice;
using widgets::Mode;
using widgets::Tone;

ShellPresenter::ShellPresenter(const Desk &desk, Presenters &presenters, QObject *parent)
    : QObject(parent), m_desk(desk), m_p(presenters)
{
    MainWindow &window = m_desk.window;
    CaseModel &model = m_desk.model;
    makeMenus();
    qApp->installEventFilter(this);

    widgets::TopBar *bar = window.topBar();
    connect(bar, &widgets::TopBar::modeWished, this, &ShellPresenter::setMode);
    connect(bar, &widgets::TopBar::layoutWished, &m_p.views, &ViewPresenter::setLayout);
    connect(bar, &widgets::TopBar::snapshotWished, this, &ShellPresenter::saveSnapshot);
    connect(bar, &widgets::TopBar::preferencesWished, this, [this] { m_p.preferences.open(); });
    connect(bar, &widgets::TopBar::helpWished, this, &ShellPresenter::showKeys);
    connect(bar, &widgets::TopBar::engineDetailsWished, this, [this] { m_p.preferences.open("engine"); });
    connect(&m_p.views, &ViewPresenter::layoutChanged, bar, [bar](LayoutChoice choice) { bar->setLayout(choice); });

    widgets::ToolRail *rail = window.toolRail();
    m_p.tools.setDrawing(false);
    connect(rail, &widgets::ToolRail::windowLevelWished, &m_p.views, &ViewPresenter::windowAuto);
    connect(rail, &widgets::ToolRail::fullScreenWished, this, [this] { act(Intent::FullScreen, 0); });

    widgets::CasesPage *cases = window.casesPage();
    connect(cases, &widgets::CasesPage::openWished, &m_p.open, &OpenPresenter::chooseFiles);
    connect(cases, &widgets::CasesPage::importWished, &m_p.open, &OpenPresenter::chooseFolder);
    connect(cases, &widgets::CasesPage::demoWished, &m_p.open, &OpenPresenter::openDemo);
    connect(cases, &widgets::CasesPage::filesDropped, this,
            [this](const QStringList &paths) { m_p.open.openPaths(paths); });
    connect(&window, &MainWindow::filesDropped, &m_p.open, &OpenPresenter::dropped);
    connect(&m_p.cases, &CasesPresenter::openWished, &m_p.open, &OpenPresenter::openStored);
    connect(&m_p.sequences, &SequencePresenter::fileWished, &m_p.open, &OpenPresenter::chooseSequence);
    connect(&m_p.segment, &SegmentPresenter::fileWished, &m_p.open, &OpenPresenter::chooseSequence);

    connect(&m_p.open, &OpenPresenter::working, this, [this](const QString &what) {
        m_opening = what;
        showNote();
        m_desk.window.casesPage()->setOpening(what);
    });
    connect(&m_p.tools, &ToolPresenter::valueStepped, &m_p.smart, &SmartToolPresenter::stepValue);
    connect(&m_p.open, &OpenPresenter::maskAdded, this, [this](const QString &, const QString &name) {
        m_desk.window.toast()->show(m_desk.masks->blind()
                                        ? tr("%1 is kept and stays hidden until the blind reading ends.").arg(name)
                                        : tr("%1 lies beside your mask. Its eye in the list compares them.").arg(name),
                                    Tone::Ok);
    });
    connect(&m_p.masks, &MaskListPresenter::compareWished, &m_p.compare,
            [this](const QString &id) { m_p.compare.compareWith(id.toStdString()); });
    connect(&m_p.compare, &ComparePresenter::comparedChanged, &m_p.masks, &MaskListPresenter::setCompared);
    connect(&m_p.masks, &MaskListPresenter::failed, this, [this](const Error &error) {
        m_desk.window.toast()->show(QString::fromStdString(error.message), Tone::Error);
    });
    connect(&m_p.open, &OpenPresenter::restored, this, [this](const QDateTime &until) {
        m_desk.window.banner()->setMessage({"restored",
                                            Tone::Ok,
                                            "history",
                                            tr("Your work until %1 was restored.").arg(until.toString("HH:mm")),
                                            tr("Nothing before the last stroke is missing."),
                                            {{"showHistory", tr("Show history"), true}, {"cancel", tr("Close")}}});
    });
    connect(&m_p.open, &OpenPresenter::filesMoved, this,
            [this](const QString &sentence) { m_desk.window.toast()->show(sentence, Tone::Plain); });
    m_keepTimer.setSingleShot(true);
    m_keepTimer.setInterval(1500); // the record of the case follows when the hand rests
    connect(&m_keepTimer, &QTimer::timeout, this, [this] {
        if (m_desk.model.acting())
            m_keepTimer.start(); // it has come back: nothing may lie between it and the picture
        else
            m_p.review.keep(false);
    });
    connect(&model, &CaseModel::stepMade, &m_keepTimer, qOverload<>(&QTimer::start));
    connect(&model, &CaseModel::historyMoved, &m_keepTimer, qOverload<>(&QTimer::start));
    connect(&m_p.open, &OpenPresenter::openFailed, this, &ShellPresenter::fileProblem);
    connect(&m_p.open, &OpenPresenter::fileFailed, this, &ShellPresenter::fileProblem);
    connect(&m_p.open, &OpenPresenter::caseOpened, this, [this](bool checkPlaces, bool demo) {
        m_desk.window.banner()->clear("fileProblem");
        if (!m_desk.model.orientationStated()) {
            m_desk.window.banner()->setMessage({"leftRightUnknown",
                                                Tone::Warn,
                                                {},
                                                tr("Left and right are not stated in this file."),
                                                tr("Check before you use it."),
                                                {}});
        } else {
            m_desk.window.banner()->clear("leftRightUnknown");
        }
        setMode(checkPlaces && m_desk.model.hasProbabilities() ? Mode::Doubts : Mode::Review);
        m_p.review.keep(false);
        if (demo) m_p.tour.begin();
    });
    connect(&m_p.review, &ReviewPresenter::kept, &m_p.cases, &CasesPresenter::reload);
    connect(&m_p.review, &ReviewPresenter::saved, this, [this](const QString &where) {
        m_desk.window.toast()->show(tr("Saved: %1").arg(QDir::toNativeSeparators(where)), Tone::Ok);
    });
    connect(&m_p.review, &ReviewPresenter::saveFailed, this, [this](const Error &error, const QString &where) {
        const ErrorText text = saveErrorText(error, where);
        m_problemDetails = QString::fromStdString(error.message);
        m_desk.window.banner()->setMessage(
            {"saveProblem", Tone::Error, {}, text.title, text.text, {{"details", tr("Details")}}});
    });

    connect(&m_p.segment, &SegmentPresenter::modelDetailsWished, this, &ShellPresenter::showModel);
    connect(window.learnPage(), &widgets::LearnPage::modelWished, this, &ShellPresenter::showModel);
    connect(window.status(), &widgets::StatusBar::jobWished, this, [this] { setMode(Mode::Review); });
    connect(&m_p.segment, &SegmentPresenter::failed, this, &ShellPresenter::segmentProblem);
    connect(&m_p.segment, &SegmentPresenter::firstResult, this, [this] {
        m_desk.window.banner()->clear("segmentProblem");
        m_p.review.keep(true);
    });
    connect(&m_p.segment, &SegmentPresenter::finished, this, [this](bool ok) {
        if (ok && m_desk.model.hasProbabilities()) m_p.review.keep(true);
        showEngine();
    });
    connect(&m_p.segment, &SegmentPresenter::availabilityChanged, this, [this] {
        updateActs();
        showEngine(); // at work or ready
    });
    connect(&m_p.segment, &SegmentPresenter::modelsChanged, this, [this] {
        std::vector<widgets::ModelRow> rows;
        for (const auto &info : m_p.segment.models()) {
            rows.push_back({QString::fromStdString(info.id), QString::fromStdString(info.name),
                            info.problem.empty() ? (info.bundled ? tr("bundled") : tr("installed")) : tr("not usable"),
                            info.problem.empty() ? "" : "error",
                            QString::fromStdString(info.problem.empty() ? info.statement : info.problem)});
        }
        m_desk.window.learnPage()->setModels(rows);
    });
    connect(&m_p.doubts, &DoubtPresenter::fixingChanged, this, [this](bool on) {
        m_p.tools.setDrawing(on);
        m_p.tools.setTool(on ? interaction::Tool::Brush : interaction::Tool::Crosshair);
    });
    connect(&m_p.doubts, &DoubtPresenter::asked, &m_p.review, &ReviewPresenter::askSecondReader);
    connect(&m_p.doubts, &DoubtPresenter::found, this, [this](int count, bool announce) {
        m_p.review.keep(false);
        if (!announce) return;
        if (count > 0)
            m_desk.window.toast()->show(count == 1 ? tr("Segmented. 1 place to check.")
                                                   : tr("Segmented. %1 places to check.").arg(count),
                                        Tone::Doubt, tr("Show"));
        else
            m_desk.window.toast()->show(tr("Segmented. Nothing to check."), Tone::Ok);
        m_p.tour.placesFound(count);
    });
    const auto startDoubts = [this] {
        if (m_desk.model.places().list.empty()) return;
        setMode(Mode::Doubts);
        m_p.doubts.step(+1);
        m_p.tour.placeVisited();
    };
    connect(window.toast(), &widgets::Toast::actionWished, this, startDoubts);
    connect(window.reviewPanel()->places(), &widgets::PlacesSection::startDoubtsWished, this, startDoubts);
    connect(window.banner(), &widgets::Banner::actionWished, this,
            [this](const QString &message, const QString &action) {
                if (action == "details") {
                    auto *dialog = new widgets::DetailsDialog(tr("Details"), m_problemDetails,
                                                              m_desk.engine.log().join('\n'), &m_desk.window);
                    dialog->setAttribute(Qt::WA_DeleteOnClose);
                    dialog->open();
                }
                if (action == "showHistory") {
                    m_desk.window.banner()->clear(message);
                    setMode(Mode::Correct);
                }
                if (action == "restart") m_desk.engine.start();
                if (action == "smaller") { // halves what Segment may take; the engine then chooses smaller windows
                    const int now = m_desk.settings.value("segment/memoryGb").toInt();
                    m_desk.settings.setValue("segment/memoryGb", now > 1 ? now - 1 : 1);
                    m_desk.window.banner()->clear(message);
                    m_p.segment.segment();
                }
                if (action == "cancel" || action == "leaveOut") m_desk.window.banner()->clear(message);
            });

    connect(&m_desk.engine, &client::EngineClient::stateChanged, this, &ShellPresenter::showEngine);
    for (const auto signal :
         {&CaseModel::opened, &CaseModel::closed, &CaseModel::maskReplaced, &CaseModel::placesChanged})
        connect(&model, signal, this, &ShellPresenter::updateActs);
    m_statusTimer.setSingleShot(true);
    m_statusTimer.setInterval(0); // one update however many signals a wheel turn sends
    connect(&m_statusTimer, &QTimer::timeout, this, &ShellPresenter::showStatus);
    for (const auto signal :
         {&CaseModel::opened, &CaseModel::closed, &CaseModel::maskChanged, &CaseModel::cursorChanged})
        connect(&model, signal, this, [this] { m_statusTimer.start(); });
    connect(&model, &CaseModel::savedChanged, this, [this] {
        if (m_desk.model.saved()) m_savedAt = QDateTime::currentSecsSinceEpoch();
        showSaved();
    });
    m_savedTimer.setInterval(10'000);
    connect(&m_savedTimer, &QTimer::timeout, this, &ShellPresenter::showSaved);
    m_savedTimer.start();
    connect(&m_p.preferences, &PreferencesPresenter::keysChanged, this, [this] {
        m_p.views.setMouseMap(m_p.preferences.mouseMap());
        updateActs();
        showKeysOnTools();
    });
    showKeysOnTools();
    m_p.views.setMouseMap(m_p.preferences.mouseMap());
    connect(window.correctPanel()->footer(), &widgets::CorrectFooter::doneWished, this,
            [this] { setMode(m_cameFrom); });
    connect(window.reviewPanel()->places(), &widgets::PlacesSection::startCorrectWished, this,
            [this] { setMode(Mode::Correct); });
    connect(&m_p.history, &HistoryPresenter::failed, this, [this](const Error &error) {
        m_problemDetails = QString::fromStdString(error.message);
        m_desk.window.banner()->setMessage({"historyProblem",
                                            Tone::Error,
                                            {},
                                            tr("This step cannot be undone."),
                                            tr("Your mask is as it was."),
                                            {{"details", tr("Details")}, {"cancel", tr("Close")}}});
    });
    for (const auto signal : {&CaseModel::maskChanged, &CaseModel::maskReplaced, &CaseModel::opened})
        connect(&model, signal, this, [this] { m_statusTimer.start(); });
    connect(&window, &MainWindow::closing, this, [this] {
        m_desk.settings.setState("geometry", m_desk.window.saveGeometry());
        if (m_desk.model.isOpen()) m_p.review.keep(false);
    });
    window.learnPage()->setApprovedCases(0, 5);
    showEngine();
    updateActs();
    setMode(Mode::Cases);
    m_p.journal.showStart();
    connect(&m_p.projects, &ProjectPresenter::changed, this, [this] {
        for (const char *id : {"journalReadOnly", "journalProblem", "journal", "restored", "fileProblem"})
            m_desk.window.banner()->clear(id);
        setMode(Mode::Cases);
        updateActs();
        m_p.journal.showStart();
    });
    m_p.projects.openLast();
}

Availability ShellPresenter::modeAvailability(Mode mode) const
{
    switch (mode) {
    case Mode::Cases:
    case Mode::Learn:
        return Availability::yes();
    case Mode::Correct:
    case Mode::Review:
    case Mode::Doubts:
        break;
    }
    if (mode == Mode::Correct && m_desk.journal.readOnly())
        return Availability::no(m_desk.journal.openedBy()
                                    ? tr("%1 is open elsewhere and can only be read here.").arg(m_desk.journal.name())
                                    : tr("%1 cannot be written. It can only be read here.").arg(m_desk.journal.name()));
    return m_desk.model.isOpen() ? Availability::yes() : Availability::no(tr("Open a case first."));
}

void ShellPresenter::updateActs()
{
    for (const Mode mode : widgets::allModes)
        m_desk.window.topBar()->setModeAvailability(mode, modeAvailability(mode));
    m_desk.window.topBar()->setSnapshotAvailability(m_desk.model.isOpen() ? Availability::yes()
                                                                          : Availability::no(tr("Open a case first.")));
    for (const Act &entry : m_acts) {
        const auto chords = m_p.preferences.keyMap().chords(entry.intent, entry.amount);
        const QString chord = chords.empty() ? QString() : QString::fromStdString(chords.front());
        // Single letters are handled by the key filter: as menu shortcuts they would act in text fields too.
        if (chord.startsWith("Ctrl+") || chord.startsWith('F')) entry.action->setShortcut(QKeySequence(chord));
        if (entry.intent == Intent::Segment) entry.action->setEnabled(m_p.segment.ready());
        if (entry.intent == Intent::ModeDoubts) entry.action->setEnabled(m_desk.model.isOpen());
    }
    for (QAction *action : m_caseActions)
        action->setEnabled(m_desk.model.isOpen());
    for (QAction *action : m_maskActions)
        action->setEnabled(m_desk.model.hasMask());
}

void ShellPresenter::showNote()
{
    const bool four = m_desk.window.mode() == Mode::Doubts && m_desk.model.isOpen();
    m_desk.window.status()->setNote(!m_opening.isEmpty() ? tr("Opening %1").arg(m_opening)
                                    : four               ? tr("All four views are linked")
                                                         : QString());
}

void ShellPresenter::setMode(Mode mode)
{
    if (!modeAvailability(mode).available) {
        m_desk.window.topBar()->setMode(m_desk.window.mode());
        return;
    }
    if (mode == Mode::Correct && (m_desk.window.mode() == Mode::Review || m_desk.window.mode() == Mode::Doubts))
        m_cameFrom = m_desk.window.mode();
    if (mode == Mode::Doubts) m_desk.window.toast()->dismiss(); // it led here, or says what the panel says
    m_desk.window.showMode(mode);
    m_p.views.applyMode(mode);
    m_p.tools.setDrawing(mode == Mode::Correct);
    m_p.measures.showMarks();
    if (mode == Mode::Correct && m_p.tools.tool() == interaction::Tool::Crosshair)
        m_p.tools.setTool(interaction::Tool::Brush);
    showNote();
    if (mode == Mode::Cases) {
        if (m_desk.model.isOpen()) m_p.review.keep(false); // time and notes as they are now
        m_p.cases.reload();
        m_desk.window.casesPage()->focusTable();
    }
    m_desk.window.setWindowTitle(m_desk.model.isOpen() ? tr("%1 - Glioscope").arg(m_desk.model.name())
                                                       : tr("Glioscope"));
    if (mode == Mode::Review || mode == Mode::Doubts || mode == Mode::Correct) {
        if (QWidget *view = m_desk.window.grid()->activeView()) view->setFocus();
    }
    if (mode == Mode::Learn) {
        int approved = 0;
        for (const CaseRecord &record : m_p.cases.records())
            approved += record.state == CaseState::Approved && !record.filesGone;
        m_desk.window.learnPage()->setApprovedCases(approved, 5);
    }
    showStatus();
}

} // namespace glio::app
