#include "glioscope/widgets/Controls.h"

#include <QBoxLayout>
#include <QEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyle>
#include <QStyleOptionButton>
#include <QStylePainter>

namespace glio::widgets {
namespace {
QString tooltipWithKey(const QString &name, const QString &key)
{
    return key.isEmpty() ? name : QStringLiteral("%1  (%2)").arg(name, key);
}
QFont keyFont()
{
    QFont font = Theme::font(TextSize::Note, QFont::Medium);
    font.setPixelSize(Theme::px(10.5));
    return font;
}
int capWidth(const QString &key)
{
    return std::max(QFontMetrics(keyFont()).horizontalAdvance(key) + Theme::px(10), Theme::px(18));
}
struct ToneColours {
    Token ground, text;
};
ToneColours toneColours(const QString &state)
{
    if (state == QLatin1String("ok")) return {Token::OkBg, Token::Ok};
    if (state == QLatin1String("warn")) return {Token::WarnBg, Token::Warn};
    if (state == QLatin1String("error")) return {Token::ErrBg, Token::Err};
    if (state == QLatin1String("doubt")) return {Token::DoubtBg, Token::Doubt};
    if (state == QLatin1String("accent")) return {Token::AcBg, Token::Ac};
    return {Token::Bg3, Token::T2};
}
} // namespace

// --- ActionButton ----------------------------------------------------------------------------------------------------
ActionButton::ActionButton(const QString &text, const QString &iconName, const QString &key, QWidget *parent)
    : QPushButton(text, parent), m_iconName(iconName), m_key(key)
{
    setCursor(Qt::ArrowCursor);
    setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
}

void ActionButton::setKind(const char *kind) { setStyleProperty(this, "kind", QString::fromLatin1(kind)); }

void ActionButton::setSmall(bool on)
{
    m_small = on;
    setStyleProperty(this, "small", on);
    updateGeometry();
}

void ActionButton::setKey(const QString &key)
{
    m_key = key;
    updateGeometry();
    update();
}

void ActionButton::setKeyShown(bool shown)
{
    m_keyShown = shown;
    updateGeometry();
    update();
}

void ActionButton::setTextShown(bool shown)
{
    m_textShown = shown || m_iconName.isEmpty();
    setAccessibleName(m_textShown ? QString() : text());
    updateGeometry();
    update();
}

void ActionButton::setIconName(const QString &name)
{
    m_iconName = name;
    updateGeometry();
    update();
}

void ActionButton::setIconAtEnd(bool on)
{
    m_iconAtEnd = on;
    update();
}

void ActionButton::setLeftAligned(bool on)
{
    m_left = on;
    update();
}

QSize ActionButton::sizeHint() const
{
    ensurePolished();
    const int gap = Theme::px(7);
    int width = fontMetrics().horizontalAdvance(shownText()) + 2 * Theme::px(m_small ? 10 : 13);
    if (!m_iconName.isEmpty()) width += Theme::px(m_small ? 14 : 16) + (shownText().isEmpty() ? 0 : gap);
    if (m_keyShown && !m_key.isEmpty()) width += capWidth(m_key) + gap;
    return {width, Theme::px(m_small ? 26 : 32)};
}

void ActionButton::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    option.text.clear();
    option.icon = {};
    painter.drawControl(QStyle::CE_PushButton, option);

    const bool primary = property("kind").toString() == QLatin1String("primary");
    const bool ghost = property("kind").toString() == QLatin1String("ghost");
    QColor colour = Theme::color(primary ? Token::OnAc : ghost ? Token::T2 : Token::T1);
    if (!isEnabled()) colour = Theme::color(Token::T3);
    painter.setRenderHint(QPainter::Antialiasing);

    const int gap = Theme::px(7), icon = Theme::px(m_small ? 14 : 16);
    int width = fontMetrics().horizontalAdvance(shownText());
    if (!m_iconName.isEmpty()) width += icon + (shownText().isEmpty() ? 0 : gap);
    if (m_keyShown && !m_key.isEmpty()) width += capWidth(m_key) + gap;
    int x = m_left ? Theme::px(12) : (this->width() - width) / 2;
    const auto drawIcon = [&] {
        if (m_iconName.isEmpty()) return;
        QColor tint = colour;
        if (!isEnabled()) tint.setAlphaF(0.6f);
        painter.drawPixmap(x, (height() - icon) / 2,
                           Theme::pixmap(m_iconName, m_small ? 14 : 16, tint, devicePixelRatioF()));
        x += icon + gap;
    };
    if (!m_iconAtEnd) drawIcon();
    painter.setPen(colour);
    painter.setFont(font());
    painter.drawText(QRect(x, 0, this->width() - x, height()), Qt::AlignVCenter | Qt::AlignLeft, shownText());
    x += fontMetrics().horizontalAdvance(shownText()) + gap;
    if (m_keyShown && !m_key.isEmpty()) {
        const int cap = capWidth(m_key), tall = Theme::px(18);
        if (m_left) x = this->width() - cap - Theme::px(10);
        const QRectF box(x + 0.5, (height() - tall) / 2 + 0.5, cap - 1, tall - 1);
        QColor edge = primary ? colour : Theme::color(Token::Line2);
        if (primary) edge.setAlphaF(0.4f);
        painter.setPen(edge);
        painter.setBrush(primary ? QBrush(Qt::NoBrush) : QBrush(Theme::color(Token::Bg2)));
        painter.drawRoundedRect(box, Theme::px(4), Theme::px(4));
        painter.setPen(primary ? colour : isEnabled() ? Theme::color(Token::T2) : colour);
        painter.setFont(keyFont());
        painter.drawText(box, Qt::AlignCenter, m_key);
        x += cap + gap;
    }
    if (m_iconAtEnd) drawIcon();
}

// --- IconButton ------------------------------------------------------------------------------------------------------
IconButton::IconButton(const QString &iconName, const QString &name, const QString &key, double size, double icon,
                       QWidget *parent)
    : QToolButton(parent), m_size(size), m_iconSize(icon)
{
    setIconName(iconName);
    setNameAndKey(name, key);
    setFocusPolicy(Qt::StrongFocus);
    setIconSize({Theme::px(icon), Theme::px(icon)});
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::themeChanged, this, [this] {
        setIconSize({Theme::px(m_iconSize), Theme::px(m_iconSize)});
        updateGeometry();
    });
}

void IconButton::setIconName(const QString &name) { setIcon(Theme::icon(name)); }

void IconButton::setNameAndKey(const QString &name, const QString &key)
{
    setAccessibleName(name);
    setToolTip(tooltipWithKey(name, key));
}

QSize IconButton::sizeHint() const { return {Theme::px(m_size), Theme::px(m_size)}; }

// --- Switch ----------------------------------------------------------------------------------------------------------
Switch::Switch(const QString &accessibleName, QWidget *parent) : QAbstractButton(parent)
{
    setCheckable(true);
    setAccessibleName(accessibleName);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize Switch::sizeHint() const
{
    return {Theme::px(28), Theme::px(28)};
} // the track is 28 x 16; the hit area is square

void Switch::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!isEnabled()) painter.setOpacity(0.42);
    const double tall = Theme::px(16), wide = Theme::px(28), top = (height() - tall) / 2.0, knob = Theme::px(12),
                 edge = (tall - knob) / 2;
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::color(isChecked() ? Token::Ac : Token::Bg4));
    painter.drawRoundedRect(QRectF(0, top, wide, tall), tall / 2, tall / 2);
    if (!isChecked()) { // 3:1 against the panel, as for check boxes
        painter.setBrush(Qt::NoBrush);
        painter.setPen(Theme::color(Token::Line3));
        painter.drawRoundedRect(QRectF(0.5, top + 0.5, wide - 1, tall - 1), tall / 2, tall / 2);
        painter.setPen(Qt::NoPen);
    }
    painter.setBrush(Theme::color(isChecked() ? Token::OnAc : Token::T2));
    painter.drawEllipse(QRectF(isChecked() ? wide - knob - edge : edge, top + edge, knob, knob));
}

// --- Segmented -------------------------------------------------------------------------------------------------------
Segmented::Segmented(const QStringList &texts, QWidget *parent) : QFrame(parent), m_group(new QButtonGroup(this))
{
    setProperty("kind", "segmented");
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(2, 2, 2, 2);
    layout->setSpacing(1);
    for (qsizetype n = 0; n < texts.size(); ++n) {
        auto *button = new QToolButton(this);
        button->setText(texts[n]);
        button->setCheckable(true);
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        button->setFocusPolicy(Qt::StrongFocus);
        m_group->addButton(button, static_cast<int>(n));
        layout->addWidget(button);
    }
    connect(m_group, &QButtonGroup::idClicked, this, &Segmented::indexWished);
}

void Segmented::setIndex(int index)
{
    if (auto *button = m_group->button(index)) button->setChecked(true);
}

int Segmented::index() const { return m_group->checkedId(); }

QToolButton *Segmented::button(int index) const { return qobject_cast<QToolButton *>(m_group->button(index)); }

// --- KeyCap, Pill ----------------------------------------------------------------------------------------------------
KeyCap::KeyCap(const QString &key, QWidget *parent) : QLabel(key, parent)
{
    setProperty("kind", "key");
    setAlignment(Qt::AlignCenter);
    setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
}

Pill::Pill(QWidget *parent) : QWidget(parent) { setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed); }

void Pill::set(const QString &text, const QString &iconName, const QString &state)
{
    m_text = text;
    m_icon = iconName;
    m_state = state;
    setAccessibleName(text);
    updateGeometry();
    update();
}

namespace {
int pillWidth(const QString &text, const QString &icon)
{
    return Theme::px(15) + QFontMetrics(Theme::font(TextSize::Small)).horizontalAdvance(text) +
           (icon.isEmpty() ? 0 : Theme::px(18));
}
} // namespace

QSize Pill::sizeHint() const { return {pillWidth(m_text, m_icon), Theme::px(18)}; }

int Pill::paint(QPainter &painter, int left, int middleY, const QString &text, const QString &iconName,
                const QString &state)
{
    const auto [ground, colour] = toneColours(state);
    const int width = pillWidth(text, iconName), tall = Theme::px(18), top = middleY - tall / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::color(ground));
    painter.drawRoundedRect(QRectF(left, top, width, tall), tall / 2.0, tall / 2.0);
    int x = left + Theme::px(7);
    if (!iconName.isEmpty()) {
        const qreal ratio = painter.device()->devicePixelRatioF();
        painter.drawPixmap(x, middleY - Theme::px(13) / 2, Theme::pixmap(iconName, 13, Theme::color(colour), ratio));
        x += Theme::px(18);
    }
    painter.setPen(Theme::color(colour));
    painter.setFont(Theme::font(TextSize::Small));
    painter.drawText(QRect(x, top, width, tall), Qt::AlignLeft | Qt::AlignVCenter, text);
    painter.restore();
    return width;
}

void Pill::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paint(painter, 0, height() / 2, m_text, m_icon, m_state);
}

// --- ReasonLine, Section ---------------------------------------------------------------------------------------------
ReasonLine::ReasonLine(QWidget *parent)
    : QWidget(parent), m_icon(new QLabel(this)), m_text(makeLabel({}, "hint", this, true))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    const auto tint = [this] {
        m_icon->setPixmap(Theme::pixmap("info", 14, Theme::color(Token::T3), devicePixelRatioF()));
    };
    tint();
    connect(&Theme::instance(), &Theme::themeChanged, this, tint);
    hide();
}

void ReasonLine::setText(const QString &text)
{
    m_text->setText(text);
    setVisible(!text.isEmpty());
}

QString ReasonLine::text() const { return m_text->text(); }

Section::Section(const QString &title, QWidget *parent)
    : QFrame(parent),
      m_headerRow(new QFrame(this)),
      m_content(new QWidget(this)),
      m_title(makeLabel(title, "sectionTitle", m_headerRow)),
      m_note(makeLabel({}, "hint", m_headerRow)),
      m_reason(new ReasonLine(this))
{
    setProperty("kind", "section");
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(Theme::px(16), Theme::px(7), Theme::px(16), Theme::px(12));
    outer->setSpacing(0);
    m_header = new QHBoxLayout(m_headerRow);
    m_header->setContentsMargins(0, 0, 0, 0);
    m_header->setSpacing(Theme::px(6));
    m_header->addWidget(m_title);
    m_header->addStretch(1);
    m_header->addWidget(m_note);
    m_note->hide();
    m_headerRow->setFixedHeight(Theme::px(28)); // as high as a switch, so that every title stands alike
    m_headerRow->installEventFilter(this);
    m_body = new QVBoxLayout(m_content);
    m_body->setContentsMargins(0, Theme::px(3), 0, 0);
    m_body->setSpacing(0);
    outer->addWidget(m_headerRow);
    outer->addWidget(m_content);
    outer->addWidget(m_reason);
}

void Section::setInset(double at100)
{
    const int inset = Theme::px(at100);
    layout()->setContentsMargins(Theme::px(16) - inset, Theme::px(7), Theme::px(16) - inset, Theme::px(12));
    m_header->setContentsMargins(inset, 0, inset, 0);
    m_reason->setContentsMargins(inset, 0, inset, 0);
}

void Section::setTitle(const QString &title) { m_title->setText(title); }

void Section::setNote(const QString &text)
{
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

void Section::setReason(const QString &text) { m_reason->setText(text); }

void Section::setFolded(bool folded)
{
    m_folded = folded;
    m_content->setVisible(!folded);
}

bool Section::eventFilter(QObject *watched, QEvent *event)
{
    if (m_foldable && watched == m_headerRow && event->type() == QEvent::MouseButtonRelease) {
        setFolded(!m_folded);
        return true;
    }
    return QFrame::eventFilter(watched, event);
}

// --- small helpers ---------------------------------------------------------------------------------------------------
QLabel *makeLabel(const QString &text, const char *kind, QWidget *parent, bool wraps)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setProperty("kind", QString::fromLatin1(kind));
    label->setWordWrap(wraps);
    if (wraps) label->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    return label;
}

QLabel *withFigures(QLabel *label)
{
    QFont font = label->font();
    font.setFeature("tnum", 1);
    label->setFont(font);
    return label;
}

QHBoxLayout *addRow(QVBoxLayout *to, const QString &label, QWidget *control)
{
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Theme::px(8));
    auto *name = makeLabel(label, "muted");
    name->setMinimumHeight(Theme::px(28));
    name->setBuddy(control);
    row->addWidget(name);
    row->addStretch(1);
    row->addWidget(control);
    to->addLayout(row);
    return row;
}

void ElidingComboBox::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    const QRect room = style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideRight, room.width() - Theme::px(4));
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

void setStyleProperty(QWidget *widget, const char *name, const QVariant &value)
{
    if (widget->property(name) == value) return;
    widget->setProperty(name, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

QFrame *makeLine(QWidget *parent)
{
    auto *line = new QFrame(parent);
    line->setProperty("kind", "line");
    line->setFixedHeight(1);
    return line;
}

QString oneDecimal(double value) { return QString::number(value, 'f', 1).replace(QLatin1Char('-'), QChar(0x2212)); }

} // namespace glio::widgets
