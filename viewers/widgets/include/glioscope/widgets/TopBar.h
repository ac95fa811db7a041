#pragma once
#include "glioscope/widgets/Availability.h"
#include "glioscope/widgets/Mode.h"

#include <QFrame>

#include <map>

class QActionGroup;
class QButtonGroup;
class QLabel;
class QMenu;
class QMenuBar;
class QToolButton;

namespace glio::widgets {

class IconButton;

/// The top bar [topBar], 44 high: mark, menus, mode switch in the middle, acts and the engine chip at the right.
/// Given to QMainWindow::setMenuWidget. Names: modeSwitch, modeCases..modeLearn, undoButton, redoButton, layoutButton,
/// snapshotButton, engineChip, preferencesButton, helpButton.
class TopBar final : public QFrame {
    Q_OBJECT
public:
    explicit TopBar(QWidget *parent = nullptr);

    QMenuBar *menuBar() const { return m_menuBar; } ///< the shell adds its menus here
    void setMode(Mode mode);                        ///< shows it; emits nothing
    void setModeAvailability(Mode mode, const Availability &availability);
    void setDoubtCount(int open); ///< badge; 0 hides it
    void setUndo(const Availability &availability, const QString &actName);
    void setRedo(const Availability &availability, const QString &actName);
    void setLayout(LayoutChoice choice);
    using QFrame::setLayout;
    void setLayoutAvailability(LayoutChoice choice, const Availability &availability);
    void setSnapshotAvailability(const Availability &availability);
    void setEngine(EngineState state, const QString &text, const QString &tooltip);
    /// Undo, redo, layout and snapshot make no sense on the Cases and Learn pages.
    void setCaseActsVisible(bool visible);

signals:
    void modeWished(glio::widgets::Mode mode);
    void undoWished();
    void redoWished();
    void layoutWished(glio::widgets::LayoutChoice choice);
    void snapshotWished();
    void engineDetailsWished();
    void preferencesWished();
    void helpWished();

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void place();
    QMenuBar *m_menuBar;
    QFrame *m_switch;
    QButtonGroup *m_modes;
    QMenu *m_layoutMenu;
    QActionGroup *m_layouts;
    IconButton *m_undo, *m_redo, *m_layout, *m_snapshot, *m_preferences, *m_help;
    QFrame *m_lineA, *m_lineB;
    QToolButton *m_engine;
    IconButton *m_menuButton;
    QWidget *m_right = nullptr;
    QLabel *m_mark;
    std::map<Mode, QToolButton *> m_modeButtons;
};

} // namespace glio::widgets
