#include "glioscope/widgets/HistoryDock.h"

#include "glioscope/widgets/HistoryList.h"
#include "glioscope/widgets/Theme.h"

#include <QBoxLayout>
#include <QEvent>
#include <QListView>

namespace glio::widgets {

HistoryDock::HistoryDock(QWidget *window) : QWidget(window, Qt::Tool), m_list(new HistoryList(this))
{
    setObjectName(QStringLiteral("historyDock"));
    setProperty("kind", "panel");
    setAttribute(Qt::WA_StyledBackground);
    m_list->setObjectName(QStringLiteral("historyDock.section"));
    m_list->view()->setObjectName(QStringLiteral("historyDock.list"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(4), 0, Theme::px(4), Theme::px(4));
    layout->addWidget(m_list);
    setMinimumSize(Theme::px(240), Theme::px(200));
    setFocusProxy(m_list->view());
    nameIt();
}

void HistoryDock::nameIt() { setWindowTitle(tr("History")); }

void HistoryDock::moveEvent(QMoveEvent *event)
{
    QWidget::moveEvent(event);
    if (isVisible()) emit placed();
}

void HistoryDock::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (isVisible()) emit placed();
}

void HistoryDock::closeEvent(QCloseEvent *event)
{
    emit placed();
    QWidget::closeEvent(event);
}

void HistoryDock::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) nameIt();
}

} // namespace glio::widgets
