#include "glioscope/widgets/CoachMark.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QShortcut>

namespace glio::widgets {
namespace {
constexpr double arrow = 9; // px at 100 %
}

CoachMark::CoachMark(QWidget *window) : QFrame(window)
{
    setObjectName(QStringLiteral("coachMark"));
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(Theme::px(4));
    layout->setContentsMargins(Theme::px(16 + arrow), Theme::px(14), Theme::px(16 + arrow), Theme::px(12));
    m_title = makeLabel({}, "strong", this);
    m_text = makeLabel({}, "small", this, true);
    m_step = makeLabel({}, "note", this);
    auto *acts = new QHBoxLayout;
    acts->setContentsMargins(0, Theme::px(6), 0, 0);
    auto *skip = new ActionButton(tr("Skip the tour"), {}, {}, this);
    skip->setObjectName(QStringLiteral("coachSkip"));
    skip->setKind("ghost");
    skip->setSmall(true);
    auto *close = new ActionButton(tr("Got it"), {}, {}, this);
    close->setObjectName(QStringLiteral("coachClose"));
    close->setSmall(true);
    acts->addWidget(m_step);
    acts->addStretch(1);
    acts->addWidget(skip);
    acts->addWidget(close);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addLayout(acts);
    window->installEventFilter(this);
    auto *escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    const auto done = [this] {
        dismiss();
        emit closed();
    };
    connect(escape, &QShortcut::activated, this, done);
    connect(close, &QPushButton::clicked, this, done);
    connect(skip, &QPushButton::clicked, this, [this] {
        dismiss();
        emit skipTourWished();
    });
    hide();
}

void CoachMark::pointAt(QWidget *target, const QString &title, const QString &text, int step, int of)
{
    m_target = target;
    m_title->setText(title);
    m_text->setText(text);
    m_step->setText(tr("%1 of %2").arg(step).arg(of));
    setAccessibleName(QStringLiteral("%1. %2").arg(title, text));
    target->installEventFilter(this);
    show();
    raise();
    place();
}

void CoachMark::dismiss()
{
    if (m_target) m_target->removeEventFilter(this);
    m_target = nullptr;
    hide();
}

void CoachMark::place()
{
    if (!m_target || !m_target->isVisible()) {
        hide();
        return;
    }
    const QRect at(m_target->mapTo(parentWidget(), QPoint()), m_target->size());
    const int wide = Theme::px(320);
    const int tall = layout()->totalHeightForWidth(wide);
    m_arrowRight = at.left() > wide + Theme::px(16);
    const int x = m_arrowRight ? at.left() - wide - Theme::px(2) : at.right() + Theme::px(2);
    const int y = std::clamp(at.center().y() - tall / 2, Theme::px(8),
                             std::max(Theme::px(8), parentWidget()->height() - tall - Theme::px(8)));
    setGeometry(x, y, wide, tall);
    m_arrowY = at.center().y() - y;
    update();
}

void CoachMark::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double a = Theme::px(arrow);
    QPainterPath shape, tip;
    shape.addRoundedRect(QRectF(rect()).adjusted(a + 0.5, 0.5, -a - 0.5, -0.5), Theme::px(9), Theme::px(9));
    const double edge = m_arrowRight ? width() - a - 1 : a + 1, point = m_arrowRight ? width() - 1 : 1;
    tip.addPolygon(QPolygonF{{edge, m_arrowY - a}, {point, double(m_arrowY)}, {edge, m_arrowY + a}});
    tip.closeSubpath();
    painter.setPen(Theme::color(Token::Ac));
    painter.setBrush(Theme::color(Token::Bg2));
    painter.drawPath(shape.united(tip));
}

bool CoachMark::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::Move)
        place();
    else if (event->type() == QEvent::Hide && watched == m_target)
        hide();
    else if (event->type() == QEvent::Show && watched == m_target) {
        show();
        place();
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace glio::widgets
