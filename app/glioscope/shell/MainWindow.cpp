#include "shell/MainWindow.h"

#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/CasesPage.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/DoubtPanel.h"
#include "glioscope/widgets/FocusRing.h"
#include "glioscope/widgets/LearnPage.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/SequenceStrip.h"
#include "glioscope/widgets/StatusBar.h"
#include "glioscope/widgets/Theme.h"
#include "glioscope/widgets/Toast.h"
#include "glioscope/widgets/ToolRail.h"
#include "glioscope/widgets/TopBar.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QMimeData>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace glio::app {

using widgets::Mode;
using widgets::Theme;

MainWindow::MainWindow(QWidget *parent) : QMainWindow(parent)
{
    setObjectName("mainWindow");
    setWindowTitle(tr("Glioscope"));
    setAcceptDrops(true);
    setMinimumSize(1180, 720);

    m_topBar = new widgets::TopBar(this);
    setMenuWidget(m_topBar);
    m_status = new widgets::StatusBar(this);
    setStatusBar(m_status);

    m_pages = new QStackedWidget(this);
    setCentralWidget(m_pages);
    m_casesPage = new widgets::CasesPage(m_pages);
    m_pages->addWidget(m_casesPage);

    m_casePage = new QWidget(m_pages);
    m_casePage->setObjectName("casePage");
    m_pages->addWidget(m_casePage);
    auto *row = new QHBoxLayout(m_casePage);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_toolRail = new widgets::ToolRail(m_casePage);
    row->addWidget(m_toolRail);
    m_strip = new widgets::SequenceStrip(m_casePage);
    row->addWidget(m_strip);

    m_splitter = new QSplitter(Qt::Horizontal, m_casePage);
    m_splitter->setObjectName("panelSplitter");
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(2);
    row->addWidget(m_splitter, 1);
    m_viewRoom = new QWidget(m_splitter);
    auto *column = new QVBoxLayout(m_viewRoom);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_grid = new widgets::ViewGrid(m_viewRoom);
    column->addWidget(m_grid, 1);
    m_doubtActions = new widgets::DoubtActions(m_viewRoom);
    column->addWidget(m_doubtActions);
    m_doubtActions->hide();

    m_panels = new QStackedWidget(m_splitter);
    m_panels->setObjectName("sidePanels");
    m_reviewPanel = new widgets::ReviewPanel(m_panels);
    m_panels->addWidget(m_reviewPanel);
    m_correctPanel = new widgets::CorrectPanel(m_panels);
    m_panels->addWidget(m_correctPanel);
    m_doubtPanel = new widgets::DoubtPanel(m_panels);
    m_panels->addWidget(m_doubtPanel);
    m_splitter->addWidget(m_viewRoom);
    m_splitter->addWidget(m_panels);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);

    m_learnPage = new widgets::LearnPage(m_pages);
    m_pages->addWidget(m_learnPage);

    m_banner = new widgets::Banner(m_viewRoom);
    m_toast = new widgets::Toast(m_pages);
    (new widgets::FocusRing(this))->hide(); // it shows itself once a key moved the focus
    showMode(Mode::Cases);
}

void MainWindow::showMode(Mode mode)
{
    m_mode = mode;
    m_pages->setCurrentIndex(mode == Mode::Cases ? 0 : mode == Mode::Learn ? 2 : 1);
    m_topBar->setMode(mode);
    m_topBar->setCaseActsVisible(mode != Mode::Cases && mode != Mode::Learn);
    QWidget *panel = m_reviewPanel;
    if (mode == Mode::Doubts) panel = m_doubtPanel;
    if (mode == Mode::Correct) panel = m_correctPanel;
    m_panels->setCurrentWidget(panel);
    m_doubtActions->setVisible(mode == Mode::Doubts);
    arrange();
}

void MainWindow::setPanelsShown(bool shown)
{
    m_panelsShown = shown;
    arrange();
}

void MainWindow::arrange()
{
    const bool narrow = width() < Theme::px(1440);
    const int wished = narrow ? 300 : m_mode == Mode::Doubts ? 400 : 336;
    m_panels->setMinimumWidth(Theme::px(300));
    m_panels->setMaximumWidth(Theme::px(480));
    m_panels->setVisible(m_panelsShown);
    m_strip->setVisible(m_panelsShown && m_mode == Mode::Review && width() >= Theme::px(1280));
    const int room = m_splitter->width();
    if (room > Theme::px(wished)) m_splitter->setSizes({room - Theme::px(wished), Theme::px(wished)});
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    const bool crossed = (event->oldSize().width() < Theme::px(1440)) != (width() < Theme::px(1440)) ||
                         (event->oldSize().width() < Theme::px(1280)) != (width() < Theme::px(1280));
    if (crossed || !event->oldSize().isValid()) arrange();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    emit closing();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (!event->mimeData()->hasUrls()) return;
    event->acceptProposedAction();
    if (m_mode == Mode::Cases) return;
    widgets::BannerMessage message;
    message.id = "drop";
    message.tone = widgets::Tone::Plain;
    message.icon = "folder-open";
    const QString path = event->mimeData()->urls().value(0).toLocalFile();
    const bool folder = QFileInfo(path).isDir();
    message.title = folder ? tr("Drop to open this folder") : tr("Drop to add this file to the case");
    message.text = folder ? tr("The case that is open stays in the list.")
                          : tr("An image is added as a sequence, a mask as the mask.");
    message.closable = false;
    m_banner->setMessage(message);
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent *) { m_banner->clear("drop"); }

void MainWindow::dropEvent(QDropEvent *event)
{
    m_banner->clear("drop");
    QStringList paths;
    for (const QUrl &url : event->mimeData()->urls()) {
        if (url.isLocalFile()) paths.push_back(url.toLocalFile());
    }
    if (paths.isEmpty()) return;
    event->acceptProposedAction();
    emit filesDropped(paths);
}

} // namespace glio::app
