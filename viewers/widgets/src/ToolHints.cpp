#include "glioscope/widgets/ToolHints.h"

#include "OverImage.h"
#include "glioscope/widgets/Theme.h"

#include <QEvent>
#include <QKeyEvent>
#include <QPainter>

#include <algorithm>

namespace glio::widgets {
namespace {
constexpr double tall = 34, pad = 14, between = 16, afterCap = 6, closeSide = 28, bottomRoom = 40; // px at 100 %

QFont wordFont() { return Theme::font(TextSize::Small); }
QFont capFont()
{
    QFont font = Theme::font(TextSize::Note, QFont::Medium);
    font.setPixelSize(Theme::px(10.5));
    return font;
}
int capWidth(const QString &key)
{
    return std::max(QFontMetrics(capFont()).horizontalAdvance(key) + Theme::px(11), Theme::px(18));
}
int hintWidth(const ToolHint &hint)
{
    int width = hint.key.isEmpty() ? 0 : capWidth(hint.key);
    if (!hint.key.isEmpty() && !hint.text.isEmpty()) width += Theme::px(afterCap);
    return width + QFontMetrics(wordFont()).horizontalAdvance(hint.text) + 1;
}

class CloseButton final : public QAbstractButton {
public:
    explicit CloseButton(QWidget *parent) : QAbstractButton(parent)
    {
        setObjectName(QStringLiteral("toolHintsClose"));
        setAccessibleName(ToolHints::tr("Close the hints"));
        setToolTip(ToolHints::tr("Close the hints of this tool"));
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (hasFocus()) {
            painter.setPen(overImage::accent);
            painter.drawRoundedRect(QRectF(rect()).adjusted(2.5, 2.5, -2.5, -2.5), Theme::px(6), Theme::px(6));
        }
        const int side = Theme::px(14);
        painter.drawPixmap((width() - side) / 2, (height() - side) / 2,
                           Theme::pixmap(QStringLiteral("x"), 14, underMouse() ? overImage::text : overImage::faint,
                                         devicePixelRatioF()));
    }
};
} // namespace

ToolHints::ToolHints(QWidget *over) : QWidget(over), m_close(new CloseButton(this))
{
    setObjectName(QStringLiteral("toolHints"));
    over->installEventFilter(this);
    connect(m_close, &QAbstractButton::clicked, this, [this] {
        hide();
        emit closed(m_toolId);
    });
    connect(&Theme::instance(), &Theme::themeChanged, this, &ToolHints::place);
    hide();
}

void ToolHints::setHints(const QString &toolId, const std::vector<ToolHint> &hints)
{
    m_toolId = toolId;
    m_hints = hints;
    QStringList said;
    for (const ToolHint &hint : hints)
        said << QStringLiteral("%1 %2").arg(hint.key, hint.text);
    setAccessibleName(said.join(QStringLiteral(", ")));
    setVisible(!hints.empty());
    place();
    raise();
    update();
}

int ToolHints::widthOf(int count) const
{
    int width = Theme::px(pad) + Theme::px(closeSide) + Theme::px(3);
    for (int n = 0; n < count; ++n)
        width += hintWidth(m_hints[static_cast<std::size_t>(n)]) + Theme::px(n + 1 < count ? between : 8);
    return width;
}

QSize ToolHints::sizeHint() const { return {widthOf(m_shown), Theme::px(tall)}; }

void ToolHints::place()
{
    if (!parentWidget()) return;
    const QSize room = parentWidget()->size();
    m_shown = static_cast<int>(m_hints.size());
    while (m_shown > 1 && widthOf(m_shown) > room.width() - 2 * Theme::px(8))
        --m_shown;
    const int width = std::min(widthOf(m_shown), room.width()), height = Theme::px(tall);
    setGeometry((room.width() - width) / 2, std::max(0, room.height() - height - Theme::px(bottomRoom)), width, height);
    const int side = Theme::px(closeSide);
    m_close->setGeometry(width - side - Theme::px(3), (height - side) / 2, side, side);
    update();
}

void ToolHints::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(overImage::edge);
    painter.setBrush(overImage::ground);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(9), Theme::px(9));
    painter.setClipRect(QRect(0, 0, m_close->x(), height()));
    int x = Theme::px(pad);
    for (int n = 0; n < m_shown; ++n) {
        const ToolHint &hint = m_hints[static_cast<std::size_t>(n)];
        int at = x;
        if (!hint.key.isEmpty()) {
            const int cap = capWidth(hint.key), high = Theme::px(18);
            const QRectF box(at + 0.5, (height() - high) / 2 + 0.5, cap - 1, high - 1);
            painter.setPen(overImage::capEdge);
            painter.setBrush(overImage::cap);
            painter.drawRoundedRect(box, Theme::px(4), Theme::px(4));
            painter.setPen(overImage::text);
            painter.setFont(capFont());
            painter.drawText(box, Qt::AlignCenter, hint.key);
            at += cap + Theme::px(afterCap);
        }
        painter.setPen(overImage::quiet);
        painter.setFont(wordFont());
        painter.drawText(QRect(at, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter, hint.text);
        x += hintWidth(hint) + Theme::px(between);
    }
}

bool ToolHints::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize) place();
    return QWidget::eventFilter(watched, event);
}

} // namespace glio::widgets
