#include "glioscope/widgets/FocusRing.h"

#include "glioscope/widgets/Theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>

namespace glio::widgets {

FocusRing::FocusRing(QWidget *window) : QFocusFrame(window)
{
    setObjectName(QStringLiteral("focusRing"));
    hide(); // children are shown with their window, and this one has no control yet
    qApp->installEventFilter(this);
    connect(qApp, &QApplication::focusChanged, this, &FocusRing::follow);
}

bool FocusRing::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        m_byKey = m_byKey || key == Qt::Key_Tab || key == Qt::Key_Backtab || key == Qt::Key_F2;
    } else if (event->type() == QEvent::MouseButtonPress) {
        m_byKey = false;
        if (widget()) setWidget(nullptr);
    }
    return QFocusFrame::eventFilter(watched, event);
}

void FocusRing::follow(QWidget *, QWidget *now)
{
    // Another window's control is that window's ring's matter; a QFocusFrame would move itself there.
    const bool ours = now && parentWidget() && now->window() == parentWidget()->window();
    setWidget(m_byKey && ours ? now : nullptr);
}

void FocusRing::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Theme::color(Token::Ac), Theme::px(2)));
    const double inset = Theme::px(2) / 2.0;
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), Theme::px(7), Theme::px(7));
}

} // namespace glio::widgets
