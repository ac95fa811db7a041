#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/DoubtPanel.h"
#include "glioscope/widgets/Theme.h"

namespace glio::widgets {

DoubtActions::DoubtActions(QWidget *parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("doubtActions"));
    setProperty("kind", "actionBar");
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(Theme::px(14), 0, Theme::px(14), 0);
    layout->setSpacing(Theme::px(10));
    layout->setSizeConstraint(QLayout::SetNoConstraint);
    const auto add = [&](PlaceAct act, const char *name, const QString &text, const char *icon, const QString &key,
                         const char *kind) {
        auto *button = new ActionButton(text, QLatin1String(icon), key, this);
        button->setObjectName(QLatin1String(name));
        button->setKind(kind);
        button->setToolTip(QStringLiteral("%1  (%2)").arg(text, key));
        connect(button, &QPushButton::clicked, this, [this, act] { emit actWished(act); });
        m_buttons[act] = button;
        layout->addWidget(button);
        return button;
    };
    add(PlaceAct::Back, "doubtBack", tr("Back"), "arrow-left", tr("Shift N"), "ghost");
    layout->addStretch(1);
    add(PlaceAct::Keep, "doubtKeep", tr("Keep as drawn"), "check", tr("Enter"), "primary");
    add(PlaceAct::Fix, "doubtFix", tr("Fix here"), "brush", QStringLiteral("F"), "");
    add(PlaceAct::TakeOuter, "doubtOuter", tr("Take outer line"), "band-outer", QStringLiteral("O"), "");
    add(PlaceAct::TakeInner, "doubtInner", tr("Take inner line"), "band-inner", QStringLiteral("I"), "");
    add(PlaceAct::Ask, "doubtAsk", tr("Ask a colleague"), "user-round", QStringLiteral("U"), "");
    layout->addStretch(1);
    add(PlaceAct::Next, "doubtNext", tr("Next"), "arrow-right", QStringLiteral("N"), "ghost")->setIconAtEnd(true);
    for (PlaceAct act : {PlaceAct::Keep, PlaceAct::Fix, PlaceAct::TakeOuter, PlaceAct::TakeInner, PlaceAct::Ask})
        setShown(act, false);
    const auto fit = [this] { setFixedHeight(Theme::px(52)); };
    connect(&Theme::instance(), &Theme::themeChanged, this, fit);
    fit();
}

QSize DoubtActions::minimumSizeHint() const { return {Theme::px(320), Theme::px(52)}; }

void DoubtActions::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    const auto need = [this] {
        int width = Theme::px(28);
        for (const auto &[act, button] : m_buttons)
            if (!button->isHidden()) width += button->sizeHint().width() + Theme::px(10);
        return width;
    };
    const auto show = [this](bool keys, bool texts) {
        for (const auto &[act, button] : m_buttons) {
            button->setKeyShown(keys);
            button->setTextShown(texts);
        }
    };
    show(true, true);
    if (need() > width()) show(false, true);
    if (need() > width()) show(false, false);
}

void DoubtActions::setShown(PlaceAct act, bool shown) { m_buttons.at(act)->setVisible(shown); }

void DoubtActions::setAvailability(PlaceAct act, const Availability &availability)
{
    applyAvailability(m_buttons.at(act), availability);
}

} // namespace glio::widgets
