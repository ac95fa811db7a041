#include "presenters/ShellPresenter.h"

#include "presenters/Presenters.h"
#include "shell/MainWindow.h"
#include "support/Async.h"
#include "support/KeyTexts.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "engine/EngineClient.h"
#include "glioscope/base/Paths.h"
#include "glioscope/widgets/CasesPage.h"
#include "glioscope/widgets/Dialogs.h"
#include "glioscope/widgets/HistoryDock.h"
#include "glioscope/widgets/KeysOverlay.h"
#include "glioscope/widgets/ToolRail.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTextEdit>

#include <algorithm>

namespace glio::app {

using interaction::Intent;
using interaction::KeyContext;
using widgets::Mode;

namespace {

bool takesText(const QWidget *widget)
{
    const auto *box = qobject_cast<const QComboBox *>(widget);
    return qobject_cast<const QLineEdit *>(widget) || qobject_cast<const QAbstractSpinBox *>(widget) ||
           qobject_cast<const QTextEdit *>(widget) || qobject_cast<const QPlainTextEdit *>(widget) ||
           (box && box->isEditable());
}

/// Chords that write, move or take back within a text, wherever else they lead.
bool editsText(const QKeyEvent *event)
{
    const Qt::KeyboardModifiers keys = event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier);
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        return keys == Qt::ControlModifier || keys == Qt::AltModifier;
    case Qt::Key_Z:
    case Qt::Key_Y:
    case Qt::Key_A:
    case Qt::Key_C:
    case Qt::Key_V:
    case Qt::Key_X:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_Backspace:
    case Qt::Key_Delete:
        return keys == Qt::ControlModifier;
    default:
        return false;
    }
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

} // namespace

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
        const bool dock = widget && m_p.history.dock() && widget->window() == m_p.history.dock();
        if (widget && (dock || widget->window() == &m_desk.window) && !(m_keys && m_keys->isVisible()) &&
            !QApplication::activePopupWidget()) {
            auto *key = static_cast<QKeyEvent *>(event);
            const QWidget *focus = QApplication::focusWidget();
            // Qt offers an unhandled key to each parent in turn; only the first offer counts.
            if (dock && type == QEvent::KeyPress && key->key() == Qt::Key_Escape &&
                key->modifiers() == Qt::NoModifier) {
                m_p.history.dock()->close();
                return true;
            }
            if ((!focus || widget == focus || widget == &m_desk.window) && handleKey(key, type == QEvent::KeyPress))
                return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

bool ShellPresenter::handleKey(QKeyEvent *event, bool press)
{
    const QWidget *focus = QApplication::focusWidget();
    const QString chord = chordText(event->key(), event->modifiers());
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
    const bool writing = takesText(focus) && !qobject_cast<const QAbstractSpinBox *>(focus); // a note, a name
    if (writing && editsText(event)) return false;
    const bool views = inViews(focus, m_desk.window.grid());
    if (focus && !views && focus != &m_desk.window && plain && isNavigation(event->key()) &&
        m_desk.window.mode() != Mode::Doubts)
        return false;
    if (focus && !views && isNavigation(event->key()) &&
        (qobject_cast<const QAbstractItemView *>(focus) || qobject_cast<const QAbstractSlider *>(focus)))
        return false;
    const Mode mode = m_desk.window.mode();
    const bool fixing = m_p.doubts.fixing();
    if (plain && chord == "Return" && ((mode == Mode::Correct && (!focus || views)) || fixing)) {
        if (m_p.tools.enter() || m_p.liveWire.enter() || m_p.smart.apply()) return true;
        // What is begun is not left behind by a key that settles the place.
        if (fixing && (m_p.tools.inHand() || m_p.liveWire.holds() || m_p.smart.holds())) return true;
    }
    if (plain && chord == "Backspace" && (!focus || views) && (m_p.liveWire.back() || m_p.smart.back())) return true;
    if (mode != Mode::Doubts && plain && chord == "Return" && (!focus || views) && m_p.measures.enter()) return true;
    const interaction::KeyBinding *binding =
        m_p.preferences.keyMap().find(chord.toStdString(), mode == Mode::Doubts    ? KeyContext::Doubts
                                                           : mode == Mode::Correct ? KeyContext::Correct
                                                                                   : KeyContext::Everywhere);
    if (!binding) return false;
    const bool onCase = mode == Mode::Review || mode == Mode::Doubts || mode == Mode::Correct;
    if (writing && (binding->intent == Intent::Approve || binding->intent == Intent::Segment)) return false;
    const bool needsViews = binding->intent < Intent::Undo || binding->intent >= Intent::PlaceNext;
    if (needsViews && !onCase) return false;
    if (binding->intent == Intent::CaseStep && !onCase) return false;
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
    if (intent >= Intent::SmartBetween && intent <= Intent::SmartRange) {
        press(smartButton(intent));
        return;
    }
    switch (intent) {
    case Intent::ToolCrosshair:
        m_p.tools.setTool(interaction::Tool::Crosshair);
        break;
    case Intent::ToolPan:
        m_p.tools.setTool(interaction::Tool::Pan);
        break;
    case Intent::ToolLasso:
        m_p.tools.setTool(interaction::Tool::Lasso);
        break;
    case Intent::ToolBrush:
        m_p.tools.setTool(interaction::Tool::Brush);
        break;
    case Intent::ToolRuler:
        if (m_p.tools.tool() != interaction::Tool::Ruler || !m_p.measures.nextEnd())
            m_p.tools.setTool(interaction::Tool::Ruler);
        break;
    case Intent::ToolAngle:
        if (m_p.tools.tool() != interaction::Tool::Angle || !m_p.measures.nextEnd())
            m_p.tools.setTool(interaction::Tool::Angle);
        break;
    case Intent::RemoveMeasure:
        m_p.measures.removeChosen();
        break;
    case Intent::ToolAdaptive:
        m_p.tools.setTool(interaction::Tool::Adaptive);
        break;
    case Intent::ToolGrow:
        m_p.tools.setTool(interaction::Tool::Grow);
        break;
    case Intent::ToolScissors:
        m_p.tools.setTool(interaction::Tool::Scissors);
        break;
    case Intent::ToolPoints:
        m_p.tools.setTool(interaction::Tool::Points);
        break;
    case Intent::ToolScribble:
        m_p.tools.setTool(interaction::Tool::Scribble);
        break;
    case Intent::ToolLiveWire:
        m_p.tools.setTool(interaction::Tool::LiveWire);
        break;
    case Intent::ToolFill:
        m_p.tools.setTool(interaction::Tool::Fill);
        break;
    case Intent::BrushSizeStep:
        m_p.brush.stepSize(amount);
        break;
    case Intent::LabelStep:
        m_p.brush.stepLabel(steps);
        break;
    case Intent::Undo:
        // What is only shown goes first, its last part alone; a tool that waits for a click is no reason not to undo.
        if (!m_p.tools.escape() && !m_p.liveWire.back() && !m_p.smart.back() &&
            !((m_p.smart.ready() || m_p.smart.working()) && m_p.smart.drop()))
            m_p.history.undo();
        break;
    case Intent::Redo:
        m_p.history.redo();
        break;
    case Intent::SliceStep:
        m_p.views.stepSlice(steps);
        break;
    case Intent::CursorRight:
        if (!m_p.measures.nudge(steps, 0)) m_p.views.stepCursor(steps, 0);
        break;
    case Intent::CursorUp:
        if (!m_p.measures.nudge(0, steps)) m_p.views.stepCursor(0, steps);
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
        if (window.mode() == Mode::Correct)
            m_p.brush.selectRow(steps);
        else
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
    case Intent::LabelMenu:
        m_p.labelEdits.openMenu();
        break;
    case Intent::LabelEditor:
        m_p.labelEdits.openEditor();
        break;
    case Intent::Report:
        press("makeReport");
        break;
    case Intent::Approve:
        // What is signed is what the reader sees: elsewhere the key leads there, and signs nothing.
        if (const auto *button = window.findChild<QWidget *>("approveCase"); button && button->isVisible())
            press("approveCase");
        else
            setMode(Mode::Review);
        break;
    case Intent::HistoryDock:
        m_p.history.toggleDock();
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
    case Intent::CaseStep:
        m_p.walk.step(steps);
        break;
    case Intent::PlaceNext:
        m_p.doubts.step(+1);
        break;
    case Intent::PlaceBack:
        m_p.doubts.step(-1);
        break;
    case Intent::PlaceKeep:
        m_p.doubts.act(widgets::PlaceAct::Keep);
        break;
    case Intent::PlaceFix:
        m_p.doubts.act(widgets::PlaceAct::Fix);
        break;
    case Intent::PlaceOuter:
        m_p.doubts.act(widgets::PlaceAct::TakeOuter);
        break;
    case Intent::PlaceInner:
        m_p.doubts.act(widgets::PlaceAct::TakeInner);
        break;
    case Intent::PlaceAsk:
        m_p.doubts.act(widgets::PlaceAct::Ask);
        break;
    case Intent::Escape:
        if (m_p.tools.escape() || m_p.liveWire.escape() || m_p.smart.drop() || m_p.measures.escape()) break;
        if (window.grid()->maximised())
            window.grid()->maximise(nullptr);
        else if (m_p.open.busy())
            m_p.open.cancel();
        else
            act(Intent::ToolCrosshair, 0);
        break;
    default:
        break;
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

} // namespace glio::app
