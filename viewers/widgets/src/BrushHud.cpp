#include "glioscope/widgets/BrushHud.h"

#include "OverImage.h"
#include "glioscope/widgets/Theme.h"

#include <QEvent>
#include <QPainter>

#include <algorithm>

namespace glio::widgets {
namespace {
constexpr double away = 24, tall = 28, pad = 10, gap = 8; // px at 100 %

QFont hudFont() { return Theme::figures(TextSize::Small); }

QStringList partsOf(const BrushHudText &text)
{
    QStringList parts{text.erasing ? BrushHud::tr("Erasing") : text.label};
    if (!text.size.isEmpty()) parts << text.size;
    if (!text.pen.isEmpty()) parts << text.pen;
    if (!text.range.isEmpty()) parts << text.range;
    return parts;
}
} // namespace

BrushHud::BrushHud(QWidget *canvas) : QWidget(canvas)
{
    setObjectName(QStringLiteral("brushHud"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    m_timer.setSingleShot(true);
    m_timer.setInterval(showsMs);
    connect(&m_timer, &QTimer::timeout, this, &BrushHud::end);
    connect(&Theme::instance(), &Theme::themeChanged, this, &BrushHud::place);
    setCanvas(canvas);
}

void BrushHud::setCanvas(QWidget *canvas)
{
    if (canvas == m_canvas) return;
    if (m_canvas) m_canvas->removeEventFilter(this);
    m_canvas = canvas;
    setParent(canvas);
    dismiss();
    if (canvas) canvas->installEventFilter(this);
}

void BrushHud::setPointer(const QPoint &inCanvas)
{
    m_pointer = inCanvas;
    place();
}

void BrushHud::setText(const BrushHudText &text)
{
    if (text == m_text) return;
    m_text = text;
    m_blocked.clear();
    showBriefly();
}

void BrushHud::showBlocked(const QString &text)
{
    m_blocked = text;
    showBriefly();
}

void BrushHud::showBriefly()
{
    if (!m_canvas) return;
    say();
    place();
    show();
    raise();
    update();
    m_timer.start();
}

void BrushHud::say()
{
    setAccessibleName(m_blocked.isEmpty() ? partsOf(m_text).join(QStringLiteral(", ")) : m_blocked);
}

void BrushHud::setKept(bool kept)
{
    m_kept = kept;
    if (!kept && isVisible()) m_timer.start();
}

void BrushHud::dismiss()
{
    m_timer.stop();
    m_blocked.clear();
    hide();
}

/// The time is over: a blocked stroke's note gives way to the brush where the chip is kept.
void BrushHud::end()
{
    m_blocked.clear();
    if (!m_kept) {
        hide();
        return;
    }
    say();
    place();
    update();
}

QSize BrushHud::sizeHint() const
{
    const QFontMetrics metrics(hudFont());
    const int mark = Theme::px(m_blocked.isEmpty() && !m_text.erasing ? 12 : 14) + Theme::px(gap);
    int width = 2 * Theme::px(pad) + mark;
    if (!m_blocked.isEmpty()) return {width + metrics.horizontalAdvance(m_blocked) + 1, Theme::px(tall)};
    const QStringList parts = partsOf(m_text);
    for (const QString &part : parts)
        width += metrics.horizontalAdvance(part) + 1;
    width += static_cast<int>(parts.size() - 1) * (2 * Theme::px(gap) + 1);
    return {width, Theme::px(tall)};
}

void BrushHud::place()
{
    if (!m_canvas) return;
    const QSize room = m_canvas->size(), size = sizeHint().boundedTo(room);
    // Right and below where there is room, else on the other side of the pointer; never over an edge.
    const auto along = [](int pointer, int length, int limit) {
        const int offset = Theme::px(away);
        const int at = pointer + offset + length <= limit ? pointer + offset : pointer - offset - length;
        return std::clamp(at, 0, std::max(0, limit - length));
    };
    setGeometry(QRect(
        {along(m_pointer.x(), size.width(), room.width()), along(m_pointer.y(), size.height(), room.height())}, size));
}

void BrushHud::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(overImage::edge);
    painter.setBrush(overImage::ground);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(7), Theme::px(7));
    painter.setFont(hudFont());
    const QFontMetrics metrics(hudFont());
    const int step = Theme::px(gap), limit = width() - Theme::px(pad);
    int x = Theme::px(pad);
    const bool blocked = !m_blocked.isEmpty();
    if (blocked || m_text.erasing) {
        const int side = Theme::px(14);
        painter.drawPixmap(x, (height() - side) / 2,
                           Theme::pixmap(blocked ? QStringLiteral("lock") : QStringLiteral("eraser"), 14,
                                         blocked ? overImage::warn : overImage::text, devicePixelRatioF()));
        x += side + step;
    } else {
        const double side = Theme::px(12);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_text.swatch);
        painter.drawRoundedRect(QRectF(x, (height() - side) / 2, side, side), Theme::px(3), Theme::px(3));
        x += Theme::px(12) + step;
    }
    const QStringList parts = blocked ? QStringList{m_blocked} : partsOf(m_text);
    for (qsizetype n = 0; n < parts.size() && x < limit; ++n) {
        if (n > 0) {
            painter.setPen(overImage::faint);
            painter.drawLine(QPointF(x + step + 0.5, height() * 0.28), QPointF(x + step + 0.5, height() * 0.72));
            x += 2 * step + 1;
        }
        const int wide = std::min(metrics.horizontalAdvance(parts[n]) + 1, limit - x);
        painter.setPen(blocked ? overImage::warn : overImage::text);
        painter.drawText(QRect(x, 0, wide, height()), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(parts[n], Qt::ElideRight, wide));
        x += wide;
    }
}

bool BrushHud::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_canvas && event->type() == QEvent::Resize) place();
    return QWidget::eventFilter(watched, event);
}

} // namespace glio::widgets
