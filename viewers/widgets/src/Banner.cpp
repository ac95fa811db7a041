#include "glioscope/widgets/Banner.h"

#include "glioscope/widgets/Controls.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QEvent>
#include <QProgressBar>

#include <algorithm>
#include <cmath>

namespace glio::widgets {
namespace {
const char *iconOf(Tone tone)
{
    switch (tone) {
    case Tone::Ok:
        return "circle-check";
    case Tone::Warn:
        return "triangle-alert";
    case Tone::Error:
        return "circle-x";
    case Tone::Doubt:
        return "list-checks";
    case Tone::Plain:
        break;
    }
    return "info";
}
Token colourOf(Tone tone)
{
    switch (tone) {
    case Tone::Ok:
        return Token::Ok;
    case Tone::Warn:
        return Token::Warn;
    case Tone::Error:
        return Token::Err;
    case Tone::Doubt:
        return Token::Doubt;
    case Tone::Plain:
        break;
    }
    return Token::T2;
}
} // namespace

Banner::Banner(QWidget *over) : QFrame(over)
{
    setObjectName(QStringLiteral("banner"));
    setProperty("kind", "floating");
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(14), Theme::px(12), Theme::px(10), Theme::px(12));
    layout->setSpacing(Theme::px(10));
    auto *row = new QHBoxLayout;
    row->setSpacing(Theme::px(10));
    m_icon = new QLabel(this);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(Theme::px(2));
    m_title = makeLabel({}, "strong", this, true);
    m_text = makeLabel({}, "small", this, true);
    texts->addWidget(m_title);
    texts->addWidget(m_text);
    m_actions = new QHBoxLayout;
    m_actions->setSpacing(Theme::px(6));
    m_close = new IconButton(QStringLiteral("x"), tr("Close"), {}, 28, 14, this);
    m_close->setObjectName(QStringLiteral("bannerClose"));
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(texts, 1);
    row->addLayout(m_actions);
    row->addWidget(m_close, 0, Qt::AlignTop);
    layout->addLayout(row);
    m_bar = new QProgressBar(this);
    m_bar->setProperty("kind", "thin");
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    layout->addWidget(m_bar);
    over->installEventFilter(this);
    connect(m_close, &QToolButton::clicked, this, [this] {
        if (m_messages.empty()) return;
        const QString id = m_messages.back().id;
        clear(id);
        emit closed(id);
    });
    hide();
}

void Banner::setMessage(const BannerMessage &message)
{
    const auto found = std::find_if(m_messages.begin(), m_messages.end(),
                                    [&](const BannerMessage &old) { return old.id == message.id; });
    const bool isNew = found == m_messages.end();
    if (isNew)
        m_messages.push_back(message);
    else
        *found = message;
    rebuild();
    if (isNew) {
        setAccessibleName(QStringLiteral("%1. %2").arg(message.title, message.text));
        QAccessibleEvent said(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&said);
    }
}

void Banner::clear(const QString &id)
{
    std::erase_if(m_messages, [&](const BannerMessage &message) { return message.id == id; });
    rebuild();
}

bool Banner::isShowing(const QString &id) const
{
    return std::any_of(m_messages.begin(), m_messages.end(),
                       [&](const BannerMessage &message) { return message.id == id; });
}

void Banner::rebuild()
{
    for (QWidget *button : std::exchange(m_buttons, {}))
        button->deleteLater();
    if (m_messages.empty()) {
        hide();
        return;
    }
    const BannerMessage &message = m_messages.back();
    m_icon->setPixmap(Theme::pixmap(message.icon.isEmpty() ? QLatin1String(iconOf(message.tone)) : message.icon, 18,
                                    Theme::color(colourOf(message.tone)), devicePixelRatioF()));
    m_title->setText(message.title);
    m_text->setText(message.text);
    m_text->setVisible(!message.text.isEmpty());
    for (const auto &action : message.actions) {
        auto *button = new ActionButton(action.text, {}, {}, this);
        button->setObjectName(QStringLiteral("banner.%1").arg(action.id));
        button->setSmall(true);
        if (action.primary) button->setKind("primary");
        connect(button, &QPushButton::clicked, this,
                [this, of = message.id, id = action.id] { emit actionWished(of, id); });
        m_actions->addWidget(button, 0, Qt::AlignTop);
        m_buttons.push_back(button);
    }
    m_close->setVisible(message.closable);
    m_bar->setVisible(message.progress >= 0);
    m_bar->setValue(static_cast<int>(std::lround(1000 * std::clamp(message.progress, 0.0, 1.0))));
    setStyleProperty(m_bar, "state", message.tone == Tone::Error ? "error" : message.tone == Tone::Warn ? "warn" : "");
    show();
    raise();
    place();
}

void Banner::place()
{
    if (!parentWidget()) return;
    const int edge = Theme::px(12), wide = std::min(parentWidget()->width() - 2 * edge, Theme::px(720));
    layout()->activate();
    const int tall = layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(wide) : sizeHint().height();
    setGeometry((parentWidget()->width() - wide) / 2, Theme::px(40), wide, tall);
}

bool Banner::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && isVisible()) place();
    return QFrame::eventFilter(watched, event);
}

} // namespace glio::widgets
