#include "glioscope/widgets/EmptyState.h"

#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>

namespace glio::widgets {

EmptyState::EmptyState(const QString &objectName, QWidget *parent) : QFrame(parent)
{
    setObjectName(objectName);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(40), Theme::px(24), Theme::px(40), Theme::px(24));
    layout->setSpacing(0);
    layout->addStretch(1);
    m_icon = new QLabel(this);
    m_icon->setProperty("kind", "iconTile");
    m_icon->setAlignment(Qt::AlignCenter);
    m_icon->setFixedSize(Theme::px(52), Theme::px(52));
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    layout->addSpacing(Theme::px(14));
    m_title = makeLabel({}, "stateTitle", this);
    layout->addWidget(m_title, 0, Qt::AlignHCenter);
    layout->addSpacing(Theme::px(6));
    m_text = makeLabel({}, "muted", this, true);
    m_text->setAlignment(Qt::AlignHCenter);
    m_text->setMaximumWidth(Theme::px(400));
    auto *middle = new QHBoxLayout; // an aligned label would lose lines: alignment ignores height for width
    middle->addStretch(1);
    middle->addWidget(m_text, 1000);
    middle->addStretch(1);
    layout->addLayout(middle);
    layout->addSpacing(Theme::px(16));
    m_actions = new QHBoxLayout;
    m_actions->setSpacing(Theme::px(8));
    m_actions->addStretch(1);
    m_actions->addStretch(1);
    layout->addLayout(m_actions);
    layout->addStretch(1);
}

void EmptyState::set(const QString &icon, const QString &title, const QString &text, const std::vector<Action> &actions)
{
    const auto tint = [this, icon] {
        m_icon->setPixmap(Theme::pixmap(icon, 26, Theme::color(Token::Ac), devicePixelRatioF()));
    };
    tint();
    disconnect(&Theme::instance(), nullptr, m_icon, nullptr);
    connect(&Theme::instance(), &Theme::themeChanged, m_icon, tint);
    m_title->setText(title);
    m_text->setText(text);
    setAccessibleName(QStringLiteral("%1. %2").arg(title, text));
    for (QWidget *button : std::exchange(m_buttons, {})) {
        m_actions->removeWidget(button);
        button->hide();
        button->deleteLater(); // it may be the sender
    }
    for (const Action &action : actions) {
        auto *button = new ActionButton(action.text, action.icon, {}, this);
        button->setObjectName(QStringLiteral("%1.%2").arg(objectName(), action.id));
        if (action.primary) button->setKind("primary");
        connect(button, &QPushButton::clicked, this, [this, id = action.id] { emit actionWished(id); });
        m_actions->insertWidget(m_actions->count() - 1, button);
        m_buttons.push_back(button);
    }
}

} // namespace glio::widgets
