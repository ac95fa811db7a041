#pragma once
#include "glioscope/widgets/Mode.h"

#include <QMainWindow>

#include <filesystem>
#include <vector>

class QSplitter;
class QStackedWidget;

namespace glio::widgets {
class Banner;
class CasesPage;
class CorrectPanel;
class DoubtActions;
class DoubtPanel;
class FocusRing;
class LearnPage;
class ReviewPanel;
class SequenceStrip;
class StatusBar;
class Toast;
class ToolRail;
class TopBar;
class ViewGrid;
} // namespace glio::widgets

namespace glio::app {

/// The window of ui.md section 1: top bar, three pages (cases, the case, learn), status bar. It arranges and shows;
/// presenters decide. Thread: GUI.
class MainWindow final : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(QWidget *parent = nullptr);

    widgets::TopBar *topBar() const { return m_topBar; }
    widgets::CasesPage *casesPage() const { return m_casesPage; }
    widgets::ToolRail *toolRail() const { return m_toolRail; }
    widgets::SequenceStrip *strip() const { return m_strip; }
    widgets::ViewGrid *grid() const { return m_grid; }
    widgets::ReviewPanel *reviewPanel() const { return m_reviewPanel; }
    widgets::CorrectPanel *correctPanel() const { return m_correctPanel; }
    widgets::DoubtPanel *doubtPanel() const { return m_doubtPanel; }
    widgets::DoubtActions *doubtActions() const { return m_doubtActions; }
    widgets::LearnPage *learnPage() const { return m_learnPage; }
    widgets::StatusBar *status() const { return m_status; }
    widgets::Banner *banner() const { return m_banner; }
    widgets::Toast *toast() const { return m_toast; }

    /// Shows the page and the panel of a mode; nothing else moves.
    void showMode(widgets::Mode mode);
    widgets::Mode mode() const { return m_mode; }
    void setPanelsShown(bool shown); ///< F3: strip and side panel
    bool panelsShown() const { return m_panelsShown; }

signals:
    void filesDropped(const QStringList &paths);
    void closing();

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    void arrange();

    widgets::TopBar *m_topBar;
    QStackedWidget *m_pages, *m_panels;
    widgets::CasesPage *m_casesPage;
    QWidget *m_casePage, *m_viewRoom;
    QSplitter *m_splitter;
    widgets::ToolRail *m_toolRail;
    widgets::SequenceStrip *m_strip;
    widgets::ViewGrid *m_grid;
    widgets::ReviewPanel *m_reviewPanel;
    widgets::CorrectPanel *m_correctPanel;
    widgets::DoubtPanel *m_doubtPanel;
    widgets::DoubtActions *m_doubtActions;
    widgets::LearnPage *m_learnPage;
    widgets::StatusBar *m_status;
    widgets::Banner *m_banner;
    widgets::Toast *m_toast;
    widgets::Mode m_mode = widgets::Mode::Cases;
    bool m_panelsShown = true;
};

} // namespace glio::app
