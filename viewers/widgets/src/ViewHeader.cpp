#include "ViewHeader.h"

#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/Theme.h"

#include <QMouseEvent>
#include <QPainter>

namespace glio::widgets {

MenuButton::MenuButton(QWidget *parent) : QToolButton(parent)
{
    setPopupMode(QToolButton::InstantPopup);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::ArrowCursor);
}

QSize MenuButton::sizeHint() const
{
    const QFontMetrics metrics(Theme::font(TextSize::Small));
    return {metrics.horizontalAdvance(text()) + Theme::px(7 + 3 + 14 + 5), Theme::px(20)};
}

QSize MenuButton::minimumSizeHint() const { return {Theme::px(36), Theme::px(20)}; }

void MenuButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(hasFocus() ? QPen(Theme::color(Token::Ac)) : QPen(Qt::NoPen));
    painter.setBrush(Theme::color(underMouse() || isDown() ? Token::Bg3 : Token::Bg2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(5), Theme::px(5));
    const int icon = Theme::px(14);
    const QFont font = Theme::font(TextSize::Small);
    painter.setFont(font);
    painter.setPen(Theme::color(Token::T1));
    const QRect room = rect().adjusted(Theme::px(7), 0, -icon - Theme::px(8), 0);
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetrics(font).elidedText(text(), Qt::ElideRight, room.width() + 1));
    painter.drawPixmap(QPointF(width() - icon - Theme::px(5), (height() - icon) / 2.0),
                       Theme::pixmap(QStringLiteral("chevron-down"), 14, Theme::color(Token::T2), devicePixelRatioF()));
}

ViewHeader::ViewHeader(const QString &viewName, const QString &title, bool withReset, QWidget *parent)
    : QWidget(parent), m_title(title), m_menu(new MenuButton(this))
{
    setObjectName(viewName + QStringLiteral(".header"));
    if (withReset) m_reset = new IconButton(QStringLiteral("rotate-ccw"), tr("Reset the view"), {}, 22, 14, this);
    m_maximise = new IconButton(QStringLiteral("maximize"), tr("Maximise this view"), {}, 22, 14, this);
    m_maximise->setObjectName(viewName + QStringLiteral(".maximise"));
    m_more = new IconButton(QStringLiteral("ellipsis"), tr("View menu"), {}, 22, 14, this);
    m_more->setObjectName(viewName + QStringLiteral(".menu"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    // One stop per view in the tab order; keys reach these through the view's menu key and F2.
    for (IconButton *button : {m_reset, m_maximise, m_more})
        if (button) button->setFocusPolicy(Qt::NoFocus);
    m_menu->setFocusPolicy(Qt::NoFocus);
    connect(m_maximise, &QToolButton::clicked, this, &ViewHeader::maximiseWished);
    connect(&Theme::instance(), &Theme::themeChanged, this, [this] {
        updateGeometry();
        arrange();
        update();
    });
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ViewHeader::setTitle(const QString &title)
{
    if (title == m_title && m_menu->text() == m_menuText) return; // a wheel turn changes neither
    m_menuText = m_menu->text();
    m_title = title;
    arrange();
    update();
}

void ViewHeader::setText(const QString &text)
{
    if (text == m_text) return;
    m_text = text;
    update();
}

void ViewHeader::setActive(bool active)
{
    if (active == m_active) return;
    m_active = active;
    update();
}

void ViewHeader::setMaximised(bool maximised)
{
    m_maximise->setIconName(maximised ? QStringLiteral("minimize") : QStringLiteral("maximize"));
    m_maximise->setNameAndKey(maximised ? tr("Show all views") : tr("Maximise this view"), {});
}

QSize ViewHeader::sizeHint() const { return {Theme::px(200), Theme::px(28)}; }

void ViewHeader::arrange()
{
    const QFontMetrics metrics(Theme::font(TextSize::Small, QFont::DemiBold));
    const int bar = height() - 1; // the line below
    int right = width() - Theme::px(6);
    for (IconButton *button : {m_more, m_maximise, m_reset}) {
        if (!button) continue;
        const QSize size = button->sizeHint();
        right -= size.width();
        button->setGeometry(right, (bar - size.height()) / 2, size.width(), size.height());
        right -= Theme::px(2);
    }
    m_textRight = right - Theme::px(4);
    const int left = Theme::px(10) + metrics.horizontalAdvance(m_title) + Theme::px(8);
    const QSize menu = m_menu->sizeHint();
    m_menu->setGeometry(left, (bar - menu.height()) / 2, std::min(menu.width(), std::max(0, right - left)),
                        menu.height());
}

void ViewHeader::resizeEvent(QResizeEvent *) { arrange(); }

void ViewHeader::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::color(Token::Bg1));
    painter.fillRect(0, height() - 1, width(), 1, Theme::color(m_active ? Token::Ac : Token::Line));
    const QRect room(Theme::px(10), 0, width() - Theme::px(16), height() - 1);
    painter.setFont(Theme::font(TextSize::Small, QFont::DemiBold));
    painter.setPen(Theme::color(Token::T1));
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft, m_title);
    const QFont font = Theme::font(TextSize::Small);
    const int textWidth = QFontMetrics(font).horizontalAdvance(m_text);
    if (m_textRight - textWidth < m_menu->geometry().right() + Theme::px(6)) return; // no room: the corner has it too
    painter.setFont(font);
    painter.setPen(Theme::color(Token::T2));
    painter.drawText(QRect(m_textRight - textWidth, 0, textWidth + 1, height() - 1), Qt::AlignVCenter, m_text);
}

void ViewHeader::mousePressEvent(QMouseEvent *) { emit pressed(); }
void ViewHeader::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton) emit maximiseWished();
}

} // namespace glio::widgets
