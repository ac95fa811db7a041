#include "glioscope/widgets/Toast.h"

#include "glioscope/widgets/Controls.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QEvent>
#include <QPropertyAnimation>
#include <QTimer>

#include <utility>

namespace glio::widgets {
namespace {
constexpr int stayMs = 6000, slideMs = 160;
struct ToneLook {
    const char *icon;
    Token colour;
};
ToneLook lookOf(Tone tone)
{
    switch (tone) {
    case Tone::Plain:
        return {"info", Token::T2};
    case Tone::Ok:
        return {"circle-check", Token::Ok};
    case Tone::Warn:
        return {"triangle-alert", Token::Warn};
    case Tone::Error:
        return {"circle-x", Token::Err};
    case Tone::Doubt:
        return {"list-checks", Token::Doubt};
    }
    return {"info", Token::T2};
}
} // namespace

Toast::Toast(QWidget *over) : QFrame(over), m_timer(new QTimer(this))
{
    setObjectName(QStringLiteral("toast"));
    setProperty("kind", "floating");
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(Theme::px(14), Theme::px(8), Theme::px(8), Theme::px(8));
    layout->setSpacing(Theme::px(10));
    m_icon = new QLabel(this);
    m_text = makeLabel({}, "medium", this, true);
    m_text->setMinimumHeight(Theme::px(26));
    m_action = new ActionButton({}, {}, {}, this);
    m_action->setObjectName(QStringLiteral("toastAction"));
    m_action->setSmall(true);
    m_action->setAccessibleName(tr("Act on this note"));
    m_close = new IconButton(QStringLiteral("x"), tr("Close"), {}, 28, 14, this);
    m_close->setObjectName(QStringLiteral("toastClose"));
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_action);
    layout->addWidget(m_close);
    m_timer->setSingleShot(true);
    connect(m_timer, &QTimer::timeout, this, &Toast::dismiss);
    connect(m_close, &QToolButton::clicked, this, &Toast::dismiss);
    connect(m_action, &QPushButton::clicked, this, [this] {
        const auto act = std::exchange(m_act, {});
        dismiss();
        if (act)
            act();
        else
            emit actionWished();
    });
    over->installEventFilter(this);
    hide();
}

void Toast::show(const QString &text, Tone tone, const QString &action, std::function<void()> act)
{
    show(text, tone, action);
    m_act = std::move(act);
}

void Toast::show(const QString &text, Tone tone, const QString &action)
{
    m_act = {};
    const ToneLook look = lookOf(tone);
    m_icon->setPixmap(Theme::pixmap(QLatin1String(look.icon), 16, Theme::color(look.colour), devicePixelRatioF()));
    m_text->setText(text);
    m_action->setText(action);
    m_action->setAccessibleName(action);
    m_action->setVisible(!action.isEmpty());
    m_action->updateGeometry();
    m_close->setVisible(true);
    const bool wasHidden = !isVisible();
    QFrame::show();
    raise();
    place();
    if (wasHidden && Theme::instance().motion()) {
        auto *slide = new QPropertyAnimation(this, "pos", this);
        slide->setDuration(slideMs);
        slide->setStartValue(pos() + QPoint(0, Theme::px(16)));
        slide->setEndValue(pos());
        slide->setEasingCurve(QEasingCurve::OutCubic);
        slide->start(QAbstractAnimation::DeleteWhenStopped);
    }
    if (tone == Tone::Error)
        m_timer->stop();
    else
        m_timer->start(stayMs);
    QAccessibleEvent said(this, QAccessible::Alert);
    setAccessibleName(text);
    QAccessible::updateAccessibility(&said);
}

void Toast::dismiss()
{
    m_timer->stop();
    hide();
}

void Toast::place()
{
    if (!parentWidget()) return;
    layout()->activate();
    const QRect room = parentWidget()->rect();
    const int text = m_text->fontMetrics().horizontalAdvance(m_text->text()) + Theme::px(6);
    const int others = Theme::px(14 + 8 + 16 + 10 + 28 + 10) +
                       (m_action->isHidden() ? 0 : m_action->sizeHint().width() + Theme::px(10));
    const int wide = std::min(text + others, room.width() - Theme::px(32));
    const QSize size(wide, layout()->totalHeightForWidth(wide));
    setGeometry(room.center().x() - wide / 2, room.bottom() - size.height() - Theme::px(44), wide, size.height());
}

bool Toast::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && isVisible()) place();
    return QFrame::eventFilter(watched, event);
}

void Toast::enterEvent(QEnterEvent *event)
{
    m_timer->stop();
    QFrame::enterEvent(event);
}

void Toast::leaveEvent(QEvent *event)
{
    if (isVisible()) m_timer->start(stayMs);
    QFrame::leaveEvent(event);
}

} // namespace glio::widgets
