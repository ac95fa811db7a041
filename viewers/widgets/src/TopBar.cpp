#include "glioscope/widgets/TopBar.h"

#include "glioscope/widgets/Controls.h"

#include <QActionGroup>
#include <QBoxLayout>
#include <QButtonGroup>
#include <QEvent>
#include <QMenu>
#include <QMenuBar>
#include <QPainter>

namespace glio::widgets {
namespace {
struct Entry {
    Mode mode;
    const char *name, *icon, *key;
};
constexpr Entry entries[] = {{Mode::Cases, "modeCases", "folder-open", "Ctrl+1"},
                             {Mode::Review, "modeReview", "eye", "Ctrl+2"},
                             {Mode::Correct, "modeCorrect", "brush", "Ctrl+3"},
                             {Mode::Doubts, "modeDoubts", "list-checks", "Ctrl+4"},
                             {Mode::Learn, "modeLearn", "graduation-cap", "Ctrl+5"}};

QString modeText(Mode mode)
{
    switch (mode) {
    case Mode::Cases:
        return TopBar::tr("Cases");
    case Mode::Review:
        return TopBar::tr("Review");
    case Mode::Correct:
        return TopBar::tr("Correct");
    case Mode::Doubts:
        return TopBar::tr("Doubts");
    case Mode::Learn:
        return TopBar::tr("Learn");
    }
    return {};
}

QFrame *makeUpright(QWidget *parent)
{
    auto *line = new QFrame(parent);
    line->setProperty("kind", "lineStrong");
    line->setFixedSize(1, Theme::px(20));
    return line;
}

/// Entry of the mode switch; Doubts carries the number of open places on a badge.
class ModeButton final : public QToolButton {
public:
    using QToolButton::QToolButton;
    int badge = 0;
    bool compact = false; ///< the picture alone, unless it is the mode we are in
    bool showsText() const { return !compact || isChecked(); }
    int fullWidth() const { return widthWith(true); }
    QSize sizeHint() const override { return {widthWith(showsText()), Theme::px(28)}; }
    int widthWith(bool words) const
    {
        ensurePolished();
        int width =
            words ? Theme::px(16 + 16 + 7 + 16) + fontMetrics().horizontalAdvance(text()) : Theme::px(12 + 16 + 12);
        if (badge > 0) width += badgeWidth() + Theme::px(7);
        return width;
    }
    int badgeWidth() const
    {
        return QFontMetrics(Theme::font(TextSize::Note, QFont::DemiBold)).horizontalAdvance(QString::number(badge)) +
               Theme::px(12);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (isChecked() || (underMouse() && isEnabled())) {
            painter.setPen(Qt::NoPen);
            QColor ground = Theme::color(Theme::instance().isDark() ? Token::Bg3 : Token::Bg2);
            if (!isChecked()) ground.setAlphaF(0.6f);
            painter.setBrush(ground);
            painter.drawRoundedRect(rect(), Theme::px(6), Theme::px(6));
        }
        if (!isEnabled()) painter.setOpacity(0.42);
        const QColor colour = Theme::color(isChecked() ? Token::T1 : Token::T2);
        int x = Theme::px(showsText() ? 16 : 12);
        painter.drawPixmap(x, (height() - Theme::px(16)) / 2,
                           Theme::pixmap(property("iconName").toString(), 16, colour, devicePixelRatioF()));
        x += Theme::px(16 + 7);
        painter.setPen(colour);
        painter.setFont(font());
        if (showsText()) {
            painter.drawText(QRect(x, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter, text());
            x += fontMetrics().horizontalAdvance(text()) + Theme::px(7);
        }
        if (badge > 0) {
            const QRectF box(x, (height() - Theme::px(16)) / 2.0, badgeWidth(), Theme::px(16));
            painter.setPen(Qt::NoPen);
            painter.setBrush(Theme::color(Token::DoubtBg));
            painter.drawRoundedRect(box, box.height() / 2, box.height() / 2);
            painter.setPen(Theme::color(Token::Doubt));
            painter.setFont(Theme::font(TextSize::Note, QFont::DemiBold));
            painter.drawText(box, Qt::AlignCenter, QString::number(badge));
        }
    }
};

/// The chip says the state by a dot and a word.
class EngineChip final : public QToolButton {
public:
    using QToolButton::QToolButton;
    EngineState state = EngineState::Off;
    bool compact = false; ///< the dot alone; the words are in the tooltip
    int fullWidth() const
    {
        return QFontMetrics(Theme::font(TextSize::Small)).horizontalAdvance(text()) + Theme::px(9 + 7 + 6 + 9) + 2;
    }
    QSize sizeHint() const override { return {compact ? Theme::px(28) : fullWidth(), Theme::px(24)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Theme::color(hasFocus() ? Token::Ac : Token::Line));
        painter.setBrush(Theme::color(underMouse() ? Token::Bg3 : Token::Bg2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), height() / 2.0, height() / 2.0);
        static constexpr Token dots[] = {Token::Warn, Token::Ok, Token::Ac, Token::Err, Token::T3};
        painter.setPen(Qt::NoPen);
        painter.setBrush(Theme::color(dots[static_cast<int>(state)]));
        const int side = Theme::px(7);
        painter.drawEllipse(QRectF(Theme::px(10), (height() - side) / 2.0, side, side));
        if (compact) return;
        painter.setPen(Theme::color(Token::T2));
        painter.setFont(Theme::font(TextSize::Small));
        painter.drawText(QRect(Theme::px(10) + side + Theme::px(6), 0, width(), height()),
                         Qt::AlignLeft | Qt::AlignVCenter, text());
    }
};
} // namespace

TopBar::TopBar(QWidget *parent)
    : QFrame(parent), m_menuBar(new QMenuBar(this)), m_switch(new QFrame(this)), m_modes(new QButtonGroup(this))
{
    setObjectName(QStringLiteral("topBar"));
    setFixedHeight(Theme::px(44));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_mark = new QLabel(this);
    m_mark->setAccessibleName(tr("Glioscope"));
    m_menuBar->setNativeMenuBar(false);
    m_menuBar->setObjectName(QStringLiteral("menuBar"));

    m_switch->setObjectName(QStringLiteral("modeSwitch"));
    auto *modes = new QHBoxLayout(m_switch);
    modes->setContentsMargins(2, 2, 2, 2);
    modes->setSpacing(2);
    for (const Entry &entry : entries) {
        auto *button = new ModeButton(m_switch);
        button->setObjectName(QLatin1String(entry.name));
        button->setText(modeText(entry.mode));
        button->setProperty("iconName", QLatin1String(entry.icon));
        button->setCheckable(true);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setToolTip(QStringLiteral("%1  (%2)").arg(modeText(entry.mode), QLatin1String(entry.key)));
        button->setAccessibleName(modeText(entry.mode));
        m_modes->addButton(button, static_cast<int>(entry.mode));
        m_modeButtons[entry.mode] = button;
        modes->addWidget(button);
    }
    // A click is only a wish: the switch goes back to what the presenter showed until it answers.
    connect(m_modes, &QButtonGroup::idClicked, this, [this](int id) {
        const Mode wished = static_cast<Mode>(id);
        emit modeWished(wished);
    });

    m_menuButton = new IconButton(QStringLiteral("menu"), tr("Menu"), {}, 30, 18, this);
    m_menuButton->setObjectName(QStringLiteral("menuButton"));
    m_menuButton->hide();
    connect(m_menuButton, &QToolButton::clicked, this, [this] {
        QMenu all(this);
        all.addActions(m_menuBar->actions());
        all.exec(m_menuButton->mapToGlobal(QPoint(0, m_menuButton->height())));
    });

    m_right = new QWidget(this);
    auto *right = new QHBoxLayout(m_right);
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(Theme::px(4));
    const auto add = [&](const char *name, const char *icon, const QString &text, const QString &key) {
        auto *button = new IconButton(QLatin1String(icon), text, key, 30, 18, m_right);
        button->setObjectName(QLatin1String(name));
        right->addWidget(button);
        return button;
    };
    m_undo = add("undoButton", "undo-2", tr("Undo"), QStringLiteral("Ctrl+Z"));
    m_redo = add("redoButton", "redo-2", tr("Redo"), QStringLiteral("Ctrl+Shift+Z"));
    right->addSpacing(Theme::px(4));
    right->addWidget(m_lineA = makeUpright(m_right));
    right->addSpacing(Theme::px(4));
    m_layout = add("layoutButton", "layout-grid", tr("Layout of the views"), {});
    m_snapshot = add("snapshotButton", "camera", tr("Picture of the active view"), {});
    right->addSpacing(Theme::px(4));
    right->addWidget(m_lineB = makeUpright(m_right));
    right->addSpacing(Theme::px(4));
    auto *chip = new EngineChip(m_right);
    chip->setObjectName(QStringLiteral("engineChip"));
    chip->setFocusPolicy(Qt::StrongFocus);
    m_engine = chip;
    right->addWidget(chip);
    m_preferences = add("preferencesButton", "settings", tr("Preferences"), QStringLiteral("Ctrl+,"));
    m_help = add("helpButton", "circle-help", tr("Keys and help"), QStringLiteral("?"));

    m_layoutMenu = new QMenu(this);
    m_layoutMenu->setObjectName(QStringLiteral("layoutMenu"));
    m_layouts = new QActionGroup(this);
    const struct {
        LayoutChoice choice;
        QString text;
        const char *icon;
    } layouts[] = {{LayoutChoice::TwoByTwo, tr("Two by two"), "grid-2x2"},
                   {LayoutChoice::LargeAndThree, tr("One large and three"), "layout-large"},
                   {LayoutChoice::ThreeInRow, tr("Three in a row"), "columns-3"},
                   {LayoutChoice::FourSequences, tr("Four sequences of one plane"), "layout-grid"},
                   {LayoutChoice::Single, tr("One view"), "layout-single"},
                   {LayoutChoice::CompareMasks, tr("Compare two masks"), "columns-2"}};
    for (const auto &entry : layouts) {
        QAction *action = m_layoutMenu->addAction(Theme::icon(QLatin1String(entry.icon)), entry.text);
        action->setCheckable(true);
        action->setData(static_cast<int>(entry.choice));
        m_layouts->addAction(action);
    }
    m_layoutMenu->setToolTipsVisible(true);
    connect(m_layouts, &QActionGroup::triggered, this,
            [this](QAction *action) { emit layoutWished(static_cast<LayoutChoice>(action->data().toInt())); });
    m_layout->setMenu(m_layoutMenu);
    m_layout->setPopupMode(QToolButton::InstantPopup);

    connect(m_undo, &QToolButton::clicked, this, &TopBar::undoWished);
    connect(m_redo, &QToolButton::clicked, this, &TopBar::redoWished);
    connect(m_snapshot, &QToolButton::clicked, this, &TopBar::snapshotWished);
    connect(m_engine, &QToolButton::clicked, this, &TopBar::engineDetailsWished);
    connect(m_preferences, &QToolButton::clicked, this, &TopBar::preferencesWished);
    connect(m_help, &QToolButton::clicked, this, &TopBar::helpWished);
    const auto retheme = [this] {
        setFixedHeight(Theme::px(44));
        m_mark->setPixmap(Theme::pixmap(Theme::instance().isDark() ? "glioscope" : "glioscope-light", 24, Qt::white,
                                        devicePixelRatioF()));
        place();
    };
    connect(&Theme::instance(), &Theme::themeChanged, this, retheme);
    retheme();
    setEngine(EngineState::Starting, tr("Engine starting"), {});
    setMode(Mode::Cases);
}

void TopBar::setMode(Mode mode)
{
    m_modeButtons.at(mode)->setChecked(true);
    for (const auto &[other, button] : m_modeButtons)
        button->updateGeometry();
    place(); // narrow bars name only the mode we are in
}

void TopBar::setModeAvailability(Mode mode, const Availability &availability)
{
    applyAvailability(m_modeButtons.at(mode), availability);
}

void TopBar::setDoubtCount(int open)
{
    auto *button = static_cast<ModeButton *>(m_modeButtons.at(Mode::Doubts));
    button->badge = open;
    button->setAccessibleName(open > 0 ? tr("Doubts, %n places to check", nullptr, open) : modeText(Mode::Doubts));
    button->updateGeometry();
    place();
}

void TopBar::setUndo(const Availability &availability, const QString &actName)
{
    applyAvailability(m_undo, Availability::yes());
    m_undo->setNameAndKey(actName.isEmpty() ? tr("Undo") : tr("Undo: %1").arg(actName), QStringLiteral("Ctrl+Z"));
    applyAvailability(m_undo, availability);
}

void TopBar::setRedo(const Availability &availability, const QString &actName)
{
    applyAvailability(m_redo, Availability::yes());
    m_redo->setNameAndKey(actName.isEmpty() ? tr("Redo") : tr("Redo: %1").arg(actName), QStringLiteral("Ctrl+Shift+Z"));
    applyAvailability(m_redo, availability);
}

void TopBar::setLayout(LayoutChoice choice)
{
    for (QAction *action : m_layouts->actions())
        if (action->data().toInt() == static_cast<int>(choice)) action->setChecked(true);
}

void TopBar::setLayoutAvailability(LayoutChoice choice, const Availability &availability)
{
    for (QAction *action : m_layouts->actions())
        if (action->data().toInt() == static_cast<int>(choice)) {
            action->setEnabled(availability.available);
            action->setToolTip(availability.available ? action->text() : availability.reason);
        }
}

void TopBar::setSnapshotAvailability(const Availability &availability) { applyAvailability(m_snapshot, availability); }

void TopBar::setEngine(EngineState state, const QString &text, const QString &tooltip)
{
    auto *chip = static_cast<EngineChip *>(m_engine);
    chip->state = state;
    chip->setText(text);
    chip->setAccessibleName(text);
    chip->setToolTip(tooltip);
    chip->updateGeometry();
    chip->update();
    place();
}

void TopBar::setCaseActsVisible(bool visible)
{
    for (QWidget *widget :
         {static_cast<QWidget *>(m_undo), static_cast<QWidget *>(m_redo), static_cast<QWidget *>(m_layout),
          static_cast<QWidget *>(m_snapshot), static_cast<QWidget *>(m_lineA), static_cast<QWidget *>(m_lineB)})
        widget->setVisible(visible);
    place();
}

void TopBar::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    place();
}

bool TopBar::event(QEvent *event)
{
    const bool done = QFrame::event(event);
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::Show || event->type() == QEvent::Polish)
        place();
    return done;
}

/// The switch stands in the middle of the window, not in the middle of what the sides leave. Where they meet it moves;
/// then the menu's words become one button, then the engine says its state by the dot, then modes by their pictures.
void TopBar::place()
{
    if (!m_right) return;
    auto *chip = static_cast<EngineChip *>(m_engine);
    const int edge = Theme::px(12), gap = Theme::px(8), markSide = Theme::px(24), menuLeft = edge + Theme::px(22 + 10);
    const int menuWords = m_menuBar->sizeHint().width() + Theme::px(4), menuButton = m_menuButton->sizeHint().width();
    int modesFull = 2 * 2 + 2 * (static_cast<int>(m_modeButtons.size()) - 1);
    for (const auto &[mode, button] : m_modeButtons)
        modesFull += static_cast<ModeButton *>(button)->fullWidth();
    m_right->layout()->invalidate();
    const int rightFull = m_right->sizeHint().width() - chip->sizeHint().width() + chip->fullWidth();
    const int room = width() - menuLeft - edge - 2 * gap;
    const bool words = menuWords + modesFull + rightFull <= room;
    const bool dotOnly = !words && menuButton + modesFull + rightFull > room;
    const bool pictures = dotOnly && menuButton + modesFull + rightFull - chip->fullWidth() + Theme::px(28) > room;

    m_menuBar->setVisible(words);
    m_menuButton->setVisible(!words);
    if (chip->compact != dotOnly) {
        chip->compact = dotOnly;
        chip->updateGeometry();
    }
    for (const auto &[mode, button] : m_modeButtons) {
        auto *entry = static_cast<ModeButton *>(button);
        if (std::exchange(entry->compact, pictures) != pictures) entry->updateGeometry();
    }
    m_mark->setGeometry(edge - 1, (height() - markSide) / 2, markSide, markSide);
    m_right->layout()->invalidate();
    const QSize right = m_right->sizeHint();
    m_right->setGeometry(width() - edge - right.width(), (height() - 1 - right.height()) / 2, right.width(),
                         right.height());
    m_switch->layout()->invalidate();
    const QSize modes = m_switch->sizeHint();
    const int menuRight = menuLeft + (words ? menuWords : menuButton);
    int left = std::min((width() - modes.width()) / 2, m_right->x() - gap - modes.width());
    left = std::max(left, menuRight + gap);
    const int menuTall = m_menuBar->sizeHint().height(), buttonTall = m_menuButton->sizeHint().height();
    m_menuBar->setGeometry(menuLeft, (height() - 1 - menuTall) / 2, menuWords, menuTall);
    m_menuButton->setGeometry(menuLeft, (height() - 1 - buttonTall) / 2, menuButton, buttonTall);
    m_switch->setGeometry(left, (height() - 1 - modes.height()) / 2, modes.width(), modes.height());
}

} // namespace glio::widgets
