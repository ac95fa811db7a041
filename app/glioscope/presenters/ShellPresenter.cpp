#include "presenters/ShellPresenter.h"

#include "presenters/Presenters.h"
#include "shell/MainWindow.h"
#include "support/Async.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "engine/EngineClient.h"
#include "glioscope/base/Paths.h"
#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/CasesPage.h"
#include "glioscope/widgets/Dialogs.h"
#include "glioscope/widgets/DoubtPanel.h"
#include "glioscope/widgets/KeysOverlay.h"
#include "glioscope/widgets/LearnPage.h"
#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/SequenceStrip.h"
#include "glioscope/widgets/StatusBar.h"
#include "glioscope/widgets/Toast.h"
#include "glioscope/widgets/ToolRail.h"
#include "glioscope/widgets/TopBar.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QComboBox>
#include <QDateTime>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QTextEdit>
#include <QUrl>

#include <algorithm>

namespace glio::app {

using client::EngineState;
using interaction::Intent;
using interaction::KeyContext;
using widgets::Availability;
using widgets::LayoutChoice;
using widgets::Mode;
using widgets::Tone;

namespace {

/// The chord of a key press as key maps write it; empty for a modifier alone.
QString chordOf(const QKeyEvent &event)
{
    int key = event.key();
    if (key == 0 || key == Qt::Key_unknown || (key >= Qt::Key_Shift && key <= Qt::Key_Alt) || key == Qt::Key_AltGr)
        return {};
    Qt::KeyboardModifiers modifiers = event.modifiers() & (Qt::ControlModifier | Qt::ShiftModifier | Qt::AltModifier);
    if (key == Qt::Key_Backtab) key = Qt::Key_Tab;
    if (key == Qt::Key_Enter) key = Qt::Key_Return;
    const bool letterOrDigit = (key >= Qt::Key_A && key <= Qt::Key_Z) || (key >= Qt::Key_0 && key <= Qt::Key_9);
    if (key > Qt::Key_Space && key < 0x7f && !letterOrDigit) modifiers &= ~Qt::ShiftModifier; // the symbol says it
    QString text;
    if (modifiers & Qt::ControlModifier) text += "Ctrl+";
    if (modifiers & Qt::ShiftModifier) text += "Shift+";
    if (modifiers & Qt::AltModifier) text += "Alt+";
    return text + QKeySequence(key).toString(QKeySequence::PortableText);
}

bool takesText(const QWidget *widget)
{
    const auto *box = qobject_cast<const QComboBox *>(widget);
    return qobject_cast<const QLineEdit *>(widget) || qobject_cast<const QAbstractSpinBox *>(widget) ||
           qobject_cast<const QTextEdit *>(widget) || qobject_cast<const QPlainTextEdit *>(widget) ||
           (box && box->isEditable());
}

bool isNavigation(int key)
{
    switch (key) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return true;
    default:
        return false;
    }
}

bool inViews(const QWidget *widget, const QWidget *grid)
{
    return widget && (widget == grid || grid->isAncestorOf(widget));
}

QString readText(const std::filesystem::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

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
    const Availability later = Availability::no(tr("Drawing tools come with the next version."));
    bar->setUndo(later, {});
    bar->setRedo(later, {});
    bar->setLayoutAvailability(
        LayoutChoice::CompareMasks,
        Availability::no(tr("Comparing needs a second mask, which comes with the drawing tools.")));

    widgets::ToolRail *rail = window.toolRail();
    rail->setTools({widgets::Tool::Crosshair, widgets::Tool::Pan});
    rail->setTool(widgets::Tool::Crosshair);
    connect(rail, &widgets::ToolRail::toolWished, this, [this, rail](widgets::Tool tool) {
        rail->setTool(tool);
        m_p.views.setTool(interaction::Tool(tool));
    });
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
        m_desk.window.status()->setNote(what.isEmpty() ? QString() : tr("Opening %1").arg(what));
        m_desk.window.casesPage()->setOpening(what);
    });
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
    if (auto *ruler = window.reviewPanel()->findChild<QAbstractButton *>("addRuler")) {
        widgets::applyAvailability(ruler, Availability::no(tr("Rulers come with the drawing tools.")));
    }
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
    });
    m_p.views.setMouseMap(m_p.preferences.mouseMap());
    m_p.views.setTool(interaction::Tool::Crosshair);
    connect(&window, &MainWindow::closing, this, [this] {
        m_desk.settings.setState("geometry", m_desk.window.saveGeometry());
        if (m_desk.model.isOpen()) m_p.review.keep(false);
    });
    window.learnPage()->setApprovedCases(0, 5);
    showEngine();
    updateActs();
    setMode(Mode::Cases);
}

// --- menus and modes ------------------------------------------------------------------------------------------------
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
    addAct(file, tr("Open mask…"), Intent::OpenMask, 0, "action.openMask");
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

Availability ShellPresenter::modeAvailability(Mode mode) const
{
    switch (mode) {
    case Mode::Cases:
    case Mode::Learn:
        return Availability::yes();
    case Mode::Correct:
        return Availability::no(tr("Drawing tools come with the next version."));
    case Mode::Review:
    case Mode::Doubts:
        break;
    }
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

void ShellPresenter::setMode(Mode mode)
{
    if (!modeAvailability(mode).available) {
        m_desk.window.topBar()->setMode(m_desk.window.mode());
        return;
    }
    m_desk.window.showMode(mode);
    m_p.views.applyMode(mode);
    if (mode == Mode::Cases) {
        m_p.cases.reload();
        m_desk.window.casesPage()->focusTable();
    }
    m_desk.window.setWindowTitle(m_desk.model.isOpen() ? tr("%1 - Glioscope").arg(m_desk.model.name())
                                                       : tr("Glioscope"));
    if (mode == Mode::Review || mode == Mode::Doubts) {
        if (QWidget *view = m_desk.window.grid()->activeView()) view->setFocus();
    }
    if (mode == Mode::Learn) {
        int approved = 0;
        for (const CaseRecord &record : m_p.cases.records())
            approved += record.state == CaseState::Approved;
        m_desk.window.learnPage()->setApprovedCases(approved, 5);
    }
    showStatus();
}

// --- keys -----------------------------------------------------------------------------------------------------------
bool ShellPresenter::eventFilter(QObject *watched, QEvent *event)
{
    const QEvent::Type type = event->type();
    if (type == QEvent::ApplicationDeactivate || type == QEvent::WindowDeactivate) {
        for (const Intent intent : std::exchange(m_held, {})) { // the release will never come
            if (intent == Intent::HideOverlaysHold)
                m_p.overlay.hold(false);
            else
                m_p.views.setHeldKey(interaction::HeldKey::None);
        }
    }
    if (type == QEvent::KeyPress || type == QEvent::KeyRelease) {
        const auto *widget = qobject_cast<QWidget *>(watched);
        if (widget && widget->window() == &m_desk.window && !(m_keys && m_keys->isVisible()) &&
            !QApplication::activePopupWidget()) {
            auto *key = static_cast<QKeyEvent *>(event);
            const QWidget *focus = QApplication::focusWidget();
            // Qt offers an unhandled key to each parent in turn; only the first offer counts.
            if ((!focus || widget == focus || widget == &m_desk.window) && handleKey(key, type == QEvent::KeyPress))
                return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

bool ShellPresenter::handleKey(QKeyEvent *event, bool press)
{
    const QWidget *focus = QApplication::focusWidget();
    const QString chord = chordOf(*event);
    if (chord.isEmpty()) return false;
    if (!press) {
        if (event->isAutoRepeat()) return false;
        for (auto it = m_held.begin(); it != m_held.end(); ++it) {
            const auto chords = m_p.preferences.keyMap().chords(*it);
            const bool same =
                std::ranges::any_of(chords, [&](const auto &c) { return QString::fromStdString(c) == chord; });
            if (!same) continue;
            if (*it == Intent::HideOverlaysHold)
                m_p.overlay.hold(false);
            else
                m_p.views.setHeldKey(interaction::HeldKey::None);
            m_held.erase(it);
            return true;
        }
        return false;
    }
    const bool plain = !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier));
    const bool function = event->key() >= Qt::Key_F1 && event->key() <= Qt::Key_F35;
    if (takesText(focus) && plain && !function) return false;
    const bool views = inViews(focus, m_desk.window.grid());
    if (focus && !views && focus != &m_desk.window && plain && isNavigation(event->key()) &&
        m_desk.window.mode() != Mode::Doubts)
        return false;
    if (focus && !views && isNavigation(event->key()) &&
        (qobject_cast<const QAbstractItemView *>(focus) || qobject_cast<const QAbstractSlider *>(focus)))
        return false;
    const Mode mode = m_desk.window.mode();
    const interaction::KeyBinding *binding = m_p.preferences.keyMap().find(
        chord.toStdString(), mode == Mode::Doubts ? KeyContext::Doubts : KeyContext::Everywhere);
    if (!binding) return false;
    const bool onCase = mode == Mode::Review || mode == Mode::Doubts;
    const bool needsViews = binding->intent < Intent::Undo || binding->intent >= Intent::PlaceNext;
    if (needsViews && !onCase) return false;
    if (binding->intent == Intent::CasesSearch && mode != Mode::Cases) return false;
    if (binding->hold) {
        if (!event->isAutoRepeat()) {
            m_held.push_back(binding->intent);
            if (binding->intent == Intent::HideOverlaysHold) m_p.overlay.hold(true);
            if (binding->intent == Intent::WindowHold) m_p.views.setHeldKey(interaction::HeldKey::Window);
            if (binding->intent == Intent::PanHold) m_p.views.setHeldKey(interaction::HeldKey::Pan);
        }
        return true;
    }
    act(binding->intent, binding->amount);
    return true;
}

void ShellPresenter::act(Intent intent, double amount)
{
    const int steps = int(std::lround(amount));
    MainWindow &window = m_desk.window;
    switch (intent) {
    case Intent::ToolCrosshair:
    case Intent::ToolPan: {
        const auto tool = intent == Intent::ToolPan ? widgets::Tool::Pan : widgets::Tool::Crosshair;
        window.toolRail()->setTool(tool);
        m_p.views.setTool(interaction::Tool(tool));
        break;
    }
    case Intent::SliceStep:
        m_p.views.stepSlice(steps);
        break;
    case Intent::CursorRight:
        m_p.views.stepCursor(steps, 0);
        break;
    case Intent::CursorUp:
        m_p.views.stepCursor(0, steps);
        break;
    case Intent::PlaceSliceStep:
        m_p.views.stepPlaceSlice(steps);
        break;
    case Intent::CentreOnCursor:
        m_p.views.centreOnCursor();
        break;
    case Intent::FitView:
        m_p.views.fit();
        break;
    case Intent::ZoomIn:
        m_p.views.zoom(1.25);
        break;
    case Intent::ZoomOut:
        m_p.views.zoom(0.8);
        break;
    case Intent::WindowAuto:
        m_p.views.windowAuto();
        break;
    case Intent::WindowReset:
        m_p.views.windowReset();
        break;
    case Intent::SequenceStep:
        m_p.views.stepSequence(steps);
        break;
    case Intent::ViewStep:
        m_p.views.stepView();
        break;
    case Intent::ToggleTiled:
        m_p.views.toggleTiled();
        break;
    case Intent::MaximiseView:
        m_p.views.maximiseActive();
        break;
    case Intent::ToggleLabels:
        m_p.overlay.toggleLabels();
        break;
    case Intent::FillOpacityStep:
        m_p.overlay.stepFill(amount);
        break;
    case Intent::ToggleBand:
        m_p.band.toggle();
        break;
    case Intent::BandOpacityStep:
        m_p.band.stepHeat(amount);
        break;
    case Intent::BandThresholdStep:
        m_p.band.stepThreshold(amount);
        break;
    case Intent::ToggleCorners:
        m_p.views.toggleCorners();
        break;
    case Intent::ToggleCrosshair:
        m_p.views.toggleCrosshair();
        break;
    case Intent::LabelSelect:
        m_p.labels.toggleVisible(steps);
        break;
    case Intent::OpenImage:
        m_p.open.chooseFiles();
        break;
    case Intent::OpenMask:
        m_p.open.chooseMask();
        break;
    case Intent::ExportMask:
        m_p.review.exportMask();
        break;
    case Intent::Segment:
        m_p.segment.segment();
        break;
    case Intent::ModeCases:
        setMode(Mode::Cases);
        break;
    case Intent::ModeReview:
        setMode(Mode::Review);
        break;
    case Intent::ModeCorrect:
        setMode(Mode::Correct);
        break;
    case Intent::ModeDoubts:
        setMode(Mode::Doubts);
        break;
    case Intent::ModeLearn:
        setMode(Mode::Learn);
        break;
    case Intent::Preferences:
        m_p.preferences.open();
        break;
    case Intent::TogglePanels:
        window.setPanelsShown(!window.panelsShown());
        break;
    case Intent::FullScreen:
        window.setWindowState(window.windowState() ^ Qt::WindowFullScreen);
        break;
    case Intent::KeysOverlay:
        showKeys();
        break;
    case Intent::CasesSearch:
        if (auto *search = window.casesPage()->findChild<QLineEdit *>("caseSearch"))
            search->setFocus(Qt::ShortcutFocusReason);
        break;
    case Intent::PlaceNext:
        m_p.doubts.step(+1);
        break;
    case Intent::PlaceBack:
        m_p.doubts.step(-1);
        break;
    case Intent::Escape:
        if (window.grid()->maximised())
            window.grid()->maximise(nullptr);
        else if (m_p.open.busy())
            m_p.open.cancel();
        else
            act(Intent::ToolCrosshair, 0);
        break;
    default:
        break; // drawing acts come with the drawing tools
    }
}

void ShellPresenter::showKeys()
{
    if (!m_keys) {
        m_keys = new widgets::KeysOverlay(&m_desk.window);
        connect(m_keys, &widgets::KeysOverlay::changeKeysWished, this, [this] { m_p.preferences.open("keys"); });
    }
    m_keys->setPreset(m_p.preferences.presetName());
    m_keys->setGroups(m_p.preferences.keyGroups(m_desk.window.mode()));
    m_keys->open();
}

// --- engine, errors, status -----------------------------------------------------------------------------------------
void ShellPresenter::showEngine()
{
    const client::EngineClient &engine = m_desk.engine;
    widgets::TopBar *bar = m_desk.window.topBar();
    widgets::Banner *banner = m_desk.window.banner();
    QString device = tr("CPU");
    for (const auto &info : engine.about().devices) {
        if (info.id != "cpu") device = tr("GPU");
    }
    switch (engine.state()) {
    case EngineState::Ready:
        bar->setEngine(m_p.segment.running() ? widgets::EngineState::Busy : widgets::EngineState::Ready,
                       m_p.segment.running() ? tr("Engine working · %1").arg(device)
                                             : tr("Engine ready · %1").arg(device),
                       tr("Click for its log."));
        banner->clear("engineLost");
        break;
    case EngineState::Starting:
        bar->setEngine(widgets::EngineState::Starting, tr("Engine starting"), tr("Reading works meanwhile."));
        break;
    case EngineState::Restarting: {
        bar->setEngine(
            widgets::EngineState::Lost,
            tr("Engine starting, try %1 of %2").arg(engine.restartTry()).arg(client::EngineClient::kMaxRestarts),
            tr("Your mask is safe."));
        m_problemDetails = engine.stopReason();
        widgets::BannerMessage message{"engineLost",
                                       Tone::Warn,
                                       "unplug",
                                       tr("The engine stopped and is starting again"),
                                       tr("Your mask is safe. Segment comes back in a moment. Try %1 of %2.")
                                           .arg(engine.restartTry())
                                           .arg(client::EngineClient::kMaxRestarts),
                                       {{"details", tr("Details")}}};
        message.progress = double(engine.restartTry()) / client::EngineClient::kMaxRestarts;
        banner->setMessage(message);
        break;
    }
    case EngineState::Stopped:
        bar->setEngine(widgets::EngineState::Off, tr("Engine off"), engine.stopReason());
        if (!engine.stopReason().isEmpty()) {
            m_problemDetails = engine.stopReason();
            banner->setMessage({"engineLost",
                                Tone::Error,
                                "unplug",
                                tr("The engine does not start"),
                                tr("Your mask is safe. Reading goes on without it."),
                                {{"restart", tr("Start again"), true}, {"details", tr("Details")}}});
        }
        break;
    }
}

void ShellPresenter::fileProblem(const Error &error, const QString &name)
{
    const ErrorText text = fileErrorText(error, name);
    m_problemDetails = QString::fromStdString(error.message);
    if (m_desk.window.mode() == Mode::Cases || m_desk.window.mode() == Mode::Learn) {
        m_desk.window.toast()->show(text.text.isEmpty() ? text.title : text.text, Tone::Error);
        return;
    }
    m_desk.window.banner()->setMessage({"fileProblem",
                                        Tone::Error,
                                        {},
                                        text.title,
                                        text.text,
                                        {{"leaveOut", tr("Leave out"), true}, {"details", tr("Details")}}});
}

void ShellPresenter::segmentProblem(const Error &error)
{
    const ErrorText text = segmentErrorText(error);
    m_problemDetails = QString::fromStdString(error.message);
    widgets::BannerMessage message{
        "segmentProblem", error.code == Errc::EngineLost ? Tone::Warn : Tone::Error, {}, text.title, text.text, {}};
    if (error.code == Errc::OutOfMemory)
        message.actions = {{"smaller", tr("Use smaller pieces"), true}, {"cancel", tr("Cancel")}};
    else
        message.actions = {{"details", tr("Details")}};
    m_desk.window.banner()->setMessage(message);
}

void ShellPresenter::showModel(const QString &id)
{
    const auto &models = m_p.segment.models();
    const auto found = std::ranges::find(models, id.toStdString(), &protocol::ModelInfo::id);
    if (found == models.end()) return;
    const auto text = [](const std::string &value) { return QString::fromStdString(value); };
    QStringList lines{tr("Version %1").arg(text(found->version)),
                      tr("Licence: %1").arg(text(found->licence)),
                      {},
                      text(found->statement),
                      {},
                      tr("sha256 %1").arg(text(found->sha256))};
    if (!found->problem.empty()) lines.prepend(text(found->problem));
    auto *dialog = new widgets::DetailsDialog(text(found->name), lines.join('\n'), {}, &m_desk.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void ShellPresenter::showStatus()
{
    widgets::StatusBar *status = m_desk.window.status();
    const CaseModel &model = m_desk.model;
    const Mode mode = m_desk.window.mode();
    if (mode == Mode::Cases || mode == Mode::Learn || !model.isOpen()) {
        status->setCursor(std::nullopt);
        status->setValues({});
        status->setUnderCross({});
        const std::size_t cases = m_p.cases.records().size();
        status->setContext(tr("My cases"), cases == 1 ? tr("1 case") : tr("%1 cases").arg(cases));
        return;
    }
    status->setContext({}, {});
    const PointMm &cursor = model.cursor();
    status->setCursor(std::array<double, 3>{cursor.x, cursor.y, cursor.z});
    std::vector<std::pair<QString, QString>> values;
    for (int n = 0; n < int(model.series().size()) && n < 5; ++n) {
        if (const auto value = model.valueAtCursor(n)) {
            values.emplace_back(sequenceText(model.series()[std::size_t(n)].sequence),
                                QString::number(double(*value), 'g', 4));
        }
    }
    status->setValues(values);
    QString under;
    if (model.hasMask()) {
        const LabelDefinition *label = model.scheme().label(model.labelUnderCursor());
        under = label ? labelName(label->id, label->name) : tr("No label");
    }
    status->setUnderCross(under);
}

void ShellPresenter::showSaved()
{
    widgets::StatusBar *status = m_desk.window.status();
    if (!m_desk.model.isOpen() || !m_desk.model.hasMask()) {
        status->setSaved({});
        return;
    }
    if (!m_desk.model.saved()) {
        status->setSaved(tr("Not saved yet"));
        return;
    }
    const qint64 seconds = QDateTime::currentSecsSinceEpoch() - m_savedAt;
    status->setSaved(m_savedAt == 0 ? tr("Saved")
                     : seconds < 60 ? tr("Saved %1 s ago").arg(seconds)
                                    : tr("Saved %1 min ago").arg(seconds / 60));
}

void ShellPresenter::showNoticeOnce()
{
    if (m_desk.settings.value("notice/confirmed").toBool()) return;
    auto *dialog = new widgets::NoticeDialog(&m_desk.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this] { m_desk.settings.setValue("notice/confirmed", true); });
    connect(dialog, &QDialog::rejected, &m_desk.window, &QWidget::close);
    dialog->open();
}

void ShellPresenter::about()
{
    std::vector<widgets::LicenceEntry> licences;
    const auto docs = resourceDir() / "docs";
    const QString notices = readText(docs / "THIRD-PARTY.md");
    licences.push_back({tr("Glioscope"), "Apache-2.0", readText(resourceDir().parent_path() / "LICENSE")});
    if (!notices.isEmpty()) licences.push_back({tr("Third-party notices"), {}, notices});
    auto *dialog = new widgets::AboutDialog(QApplication::applicationVersion(), licences, &m_desk.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void ShellPresenter::saveSnapshot()
{
    auto *dialog = new QFileDialog(&m_desk.window, tr("Save a picture"),
                                   m_desk.settings.value("saving/folder").toString(), tr("PNG (*.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(m_desk.model.name() + ".png");
    connect(dialog, &QFileDialog::fileSelected, this, &ShellPresenter::saveSnapshotTo);
    dialog->open();
}

void ShellPresenter::saveSnapshotTo(const QString &file)
{
    const QImage picture = m_p.views.snapshot();
    runAsync(
        this, [picture, file] { return picture.save(file, "PNG"); },
        [this, file](bool ok) {
            if (ok)
                m_desk.window.toast()->show(tr("Saved: %1").arg(QDir::toNativeSeparators(file)), Tone::Ok);
            else
                m_desk.window.toast()->show(tr("The picture cannot be written there."), Tone::Error);
        });
}

} // namespace glio::app
