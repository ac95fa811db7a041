#include "SmartTools.h"

#include "glioscope/widgets/Theme.h"

#include <QStyleOptionButton>
#include <QStylePainter>

namespace glio::widgets {
namespace {
constexpr SmartTool tools[] = {
    {"grow", "sparkles", "5"},     {"points", "circle-dot", "9"},    {"scribbles", "scribble", "⇧9"},
    {"range", "contrast", ""},     {"between", "layers-2", ""},      {"smooth", "spline", ""},
    {"islands", "split", ""},      {"margin", "expand", ""},         {"fill", "paint-bucket", "8"},
    {"scissors", "scissors", "0"}, {"mirror", "mirror", ""},         {"combine", "combine", ""},
    {"copy", "copy", ""},          {"propagate", "arrow-right", ""}, {"snake", "blend", ""},
    {"border", "band", ""},        {"hollow", "circle", ""}};

bool is(const QString &id, const char *name) { return id == QLatin1String(name); }

QFont capFont()
{
    QFont font = Theme::font(TextSize::Note, QFont::Medium);
    font.setPixelSize(Theme::px(10.5));
    return font;
}
QFont textFont() { return Theme::font(TextSize::Small, QFont::Medium); }
} // namespace

std::span<const SmartTool> smartTools() { return tools; }

QString smartToolText(const QString &id)
{
    if (is(id, "grow")) return SmartToolsPanel::tr("Grow region");
    if (is(id, "points")) return SmartToolsPanel::tr("Model points");
    if (is(id, "scribbles")) return SmartToolsPanel::tr("Scribbles");
    if (is(id, "range")) return SmartToolsPanel::tr("Threshold");
    if (is(id, "between")) return SmartToolsPanel::tr("Fill between");
    if (is(id, "smooth")) return SmartToolsPanel::tr("Smooth");
    if (is(id, "islands")) return SmartToolsPanel::tr("Islands");
    if (is(id, "margin")) return SmartToolsPanel::tr("Margin");
    if (is(id, "fill")) return SmartToolsPanel::tr("Fill");
    if (is(id, "scissors")) return SmartToolsPanel::tr("Scissors 3D");
    if (is(id, "mirror")) return SmartToolsPanel::tr("Mirror");
    if (is(id, "combine")) return SmartToolsPanel::tr("Combine");
    if (is(id, "copy")) return SmartToolsPanel::tr("Copy to next");
    if (is(id, "propagate")) return SmartToolsPanel::tr("Carry on");
    if (is(id, "snake")) return SmartToolsPanel::tr("Snake");
    if (is(id, "border")) return SmartToolsPanel::tr("Model border");
    if (is(id, "hollow")) return SmartToolsPanel::tr("Hollow");
    return {};
}

QString smartToolTitle(const QString &id)
{
    if (is(id, "between")) return SmartToolsPanel::tr("Fill between slices");
    if (is(id, "combine")) return SmartToolsPanel::tr("Combine two labels");
    if (is(id, "copy")) return SmartToolsPanel::tr("Copy to next slice");
    if (is(id, "propagate")) return SmartToolsPanel::tr("Carry the drawing on");
    return smartToolText(id);
}

QString smartToolHint(const QString &id, const QString &choice)
{
    if (is(id, "grow")) return SmartToolsPanel::tr("Click where it starts. The wheel sets how far it reaches.");
    if (is(id, "points")) return SmartToolsPanel::tr("Left click belongs, right click does not. Drag a box round it.");
    if (is(id, "scribbles"))
        return SmartToolsPanel::tr("Draw with the left button what belongs, with the right what does not.");
    if (is(id, "range")) return SmartToolsPanel::tr("Makes what lies between two intensities the label at hand.");
    if (is(id, "between")) return SmartToolsPanel::tr("Fills the slices between those you drew.");
    if (is(id, "smooth")) return SmartToolsPanel::tr("Smooths all labels together.");
    if (is(id, "margin")) return SmartToolsPanel::tr("Above zero grows the label, below zero shrinks it.");
    if (is(id, "fill")) return SmartToolsPanel::tr("Click into a region or a hole.");
    if (is(id, "scissors")) return SmartToolsPanel::tr("Draw round what goes, in the 3D view.");
    if (is(id, "mirror")) return SmartToolsPanel::tr("Copies the label to the other side.");
    if (is(id, "copy")) return SmartToolsPanel::tr("Copies this slice of the label to the next one.");
    if (is(id, "propagate")) return SmartToolsPanel::tr("Carries this slice's drawing on, fitted to the image.");
    if (is(id, "snake")) return SmartToolsPanel::tr("Grows from the label until it fits. A click sets a bubble.");
    if (is(id, "border")) return SmartToolsPanel::tr("Higher is tighter. Only this region's border moves.");
    if (is(choice, "shell")) return SmartToolsPanel::tr("Leaves a wall of this thickness.");
    if (is(choice, "core")) return SmartToolsPanel::tr("Takes a wall of this thickness away.");
    if (is(choice, "delete")) return SmartToolsPanel::tr("Click the piece that goes.");
    if (is(choice, "relabel")) return SmartToolsPanel::tr("Click the piece that changes its label.");
    return {};
}

std::vector<SmartChoice> smartToolChoices(const QString &id)
{
    if (is(id, "islands"))
        return {{QStringLiteral("largest"), SmartToolsPanel::tr("Keep the largest")},
                {QStringLiteral("small"), SmartToolsPanel::tr("Drop small ones")},
                {QStringLiteral("delete"), SmartToolsPanel::tr("Pick and delete")},
                {QStringLiteral("relabel"), SmartToolsPanel::tr("Pick and relabel")},
                {QStringLiteral("split"), SmartToolsPanel::tr("Split into labels")},
                {QStringLiteral("holes"), SmartToolsPanel::tr("Close holes")}};
    if (is(id, "scribbles"))
        return {{QStringLiteral("images"), SmartToolsPanel::tr("By the images")},
                {QStringLiteral("model"), SmartToolsPanel::tr("By the model")}};
    if (is(id, "combine"))
        return {{QStringLiteral("add"), SmartToolsPanel::tr("Add another label")},
                {QStringLiteral("subtract"), SmartToolsPanel::tr("Subtract another label")},
                {QStringLiteral("intersect"), SmartToolsPanel::tr("Keep what both share")}};
    if (is(id, "propagate"))
        return {{QStringLiteral("next"), SmartToolsPanel::tr("To later slices")},
                {QStringLiteral("previous"), SmartToolsPanel::tr("To earlier slices")}};
    if (is(id, "snake"))
        return {{QStringLiteral("regions"), SmartToolsPanel::tr("By likeness")},
                {QStringLiteral("edges"), SmartToolsPanel::tr("By edges")},
                {QStringLiteral("model"), SmartToolsPanel::tr("By the model")}};
    if (is(id, "hollow"))
        return {{QStringLiteral("shell"), SmartToolsPanel::tr("Keep the wall")},
                {QStringLiteral("core"), SmartToolsPanel::tr("Keep the inside")}};
    return {};
}

std::optional<SmartValue> smartToolValue(const QString &id, const QString &choice)
{
    const QString mm = SmartToolsPanel::tr("mm");
    if (is(id, "grow")) return SmartValue{SmartToolsPanel::tr("Reach"), mm, 0.5, 50, 0.5, 8, false};
    if (is(id, "smooth")) return SmartValue{SmartToolsPanel::tr("Strength"), mm, 0.5, 5, 0.1, 1, false};
    if (is(id, "margin")) return SmartValue{SmartToolsPanel::tr("Margin"), mm, -10, 10, 0.5, 2, true};
    if (is(id, "propagate")) return SmartValue{SmartToolsPanel::tr("Slices"), {}, 1, 99, 1, 5, false};
    if (is(id, "snake")) return SmartValue{SmartToolsPanel::tr("Smoothness"), mm, 0, 3, 0.1, 0.5, false};
    if (is(id, "border")) return SmartValue{SmartToolsPanel::tr("Level"), QStringLiteral("%"), 2, 98, 1, 50, false};
    if (is(id, "hollow")) return SmartValue{SmartToolsPanel::tr("Wall"), mm, 0.5, 20, 0.5, 3, false};
    if (is(choice, "small"))
        return SmartValue{SmartToolsPanel::tr("Smaller than"), SmartToolsPanel::tr("mL"), 0.1, 10, 0.1, 0.1, false};
    return {};
}

// --- SmartToolButton -------------------------------------------------------------------------------------------------
SmartToolButton::SmartToolButton(const SmartTool &tool, QWidget *parent)
    : QPushButton(smartToolText(QLatin1String(tool.id)), parent),
      m_icon(QLatin1String(tool.icon)),
      m_key(QString::fromUtf8(tool.key))
{
    setObjectName(QStringLiteral("smart.%1").arg(QLatin1String(tool.id)));
    setProperty("kind", "tool");
    setProperty("small", true);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    const QString title = smartToolTitle(QLatin1String(tool.id));
    setAccessibleName(title);
    setKey(m_key);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SmartToolButton::setKey(const QString &key)
{
    setUsualToolTip(this, key.isEmpty() ? accessibleName() : QStringLiteral("%1  (%2)").arg(accessibleName(), key));
    m_key = key.size() > 3 ? QString() : key; // a chord would leave no room for the arrow of a menu
    update();
}

void SmartToolButton::setHasMenu(bool has)
{
    m_hasMenu = has;
    update();
}

QSize SmartToolButton::sizeHint() const { return {Theme::px(149), Theme::px(30)}; }
QSize SmartToolButton::minimumSizeHint() const { return {Theme::px(96), Theme::px(30)}; }

void SmartToolButton::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    option.text.clear();
    painter.setRenderHint(QPainter::Antialiasing);
    if (isChecked()) {
        painter.setPen(Theme::color(Token::Ac));
        painter.setBrush(Theme::color(Token::AcBg));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(6), Theme::px(6));
    } else {
        painter.drawControl(QStyle::CE_PushButton, option);
    }
    const int icon = Theme::px(15), inset = Theme::px(9), gap = Theme::px(7);
    const QColor colour = Theme::color(!isEnabled() ? Token::T3 : isChecked() ? Token::Ac : Token::T1);
    painter.setOpacity(isEnabled() ? 1.0 : 0.6);
    painter.drawPixmap(inset, (height() - icon) / 2, Theme::pixmap(m_icon, 15, colour, devicePixelRatioF()));
    painter.setOpacity(1.0);
    int right = width() - inset;
    const int left = inset + icon + gap, words = QFontMetrics(textFont()).horizontalAdvance(text());
    const int cap = std::max(QFontMetrics(capFont()).horizontalAdvance(m_key) + Theme::px(10), Theme::px(18));
    const bool keyFits = left + words + Theme::px(4) + cap <= right; // else the tooltip alone has the key
    if (!m_key.isEmpty() && keyFits) {
        const int tall = Theme::px(18);
        const QRectF box(right - cap + 0.5, (height() - tall) / 2 + 0.5, cap - 1, tall - 1);
        painter.setPen(Theme::color(Token::Line2));
        painter.setBrush(Theme::color(Token::Bg2));
        painter.drawRoundedRect(box, Theme::px(4), Theme::px(4));
        painter.setPen(Theme::color(isEnabled() ? Token::T2 : Token::T3));
        painter.setFont(capFont());
        painter.drawText(box, Qt::AlignCenter, m_key);
        right -= cap + Theme::px(4);
    } else if (m_hasMenu) {
        const int arrow = Theme::px(12);
        painter.drawPixmap(right - arrow, (height() - arrow) / 2,
                           Theme::pixmap(QStringLiteral("chevron-down"), 12,
                                         Theme::color(isEnabled() ? Token::T2 : Token::T3), devicePixelRatioF()));
        right -= arrow + Theme::px(4);
    }
    painter.setPen(colour);
    painter.setFont(textFont());
    painter.drawText(QRect(left, 0, right - left, height()), Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetrics(textFont()).elidedText(text(), Qt::ElideRight, right - left));
}

} // namespace glio::widgets
