#include "ViewTexts.h"

#include "glioscope/render/ColourMap.h"
#include "glioscope/widgets/Theme.h"

#include <QCoreApplication>

#include <algorithm>

namespace glio::widgets {
namespace {

const QColor cornerColour(0xD9, 0xDE, 0xE4);

QString tr(const char *text) { return QCoreApplication::translate("glio::widgets::ViewTexts", text); }

} // namespace

QFont cornerFont()
{
    QFont font = Theme::font(TextSize::Small);
    font.setPixelSize(Theme::px(11.5));
    return font;
}

void shadowedText(QPainter &painter, const QRectF &room, int flags, const QString &text, const QColor &colour)
{
    painter.setPen(QColor(0, 0, 0, 110));
    for (const QPointF &step :
         {QPointF(-1, 0), QPointF(1, 0), QPointF(0, -1), QPointF(0, 1), QPointF(0, 2), QPointF(1, 1), QPointF(-1, 1)})
        painter.drawText(room.translated(step), flags, text);
    painter.setPen(colour);
    painter.drawText(room, flags, text);
}

void paintCornerLines(QPainter &painter, double x, double y, const QStringList &lines, bool up)
{
    painter.setFont(cornerFont());
    const double line = Theme::px(16);
    if (up) y -= line * double(lines.size());
    for (const QString &text : lines) {
        shadowedText(painter, QRectF(x, y, 600, line), Qt::AlignLeft | Qt::AlignVCenter, text, cornerColour);
        y += line;
    }
}

double raisedBy(const QSizeF &size, const QStringList &lines)
{
    const QFontMetricsF metrics(cornerFont());
    const double room = size.width() / 2 - Theme::px(20);
    const bool fits = std::ranges::all_of(
        lines, [&](const QString &line) { return Theme::px(10) + metrics.horizontalAdvance(line) <= room; });
    return fits ? 0 : Theme::px(18);
}

QRectF windowTextRect(const QSizeF &size, const ViewTexts &texts)
{
    if (!texts.corners || texts.bottomLeft.isEmpty()) return {};
    const double line = Theme::px(16), width = QFontMetricsF(cornerFont()).horizontalAdvance(texts.bottomLeft.first());
    return {double(Theme::px(8)),
            size.height() - Theme::px(7) - line * double(texts.bottomLeft.size()) - raisedBy(size, texts.bottomLeft),
            width + Theme::px(6), line};
}

QRectF badgeRect(const QSizeF &size)
{
    const double side = Theme::px(32);
    return {size.width() - side - Theme::px(8), double(Theme::px(7)), side, side};
}

void paintViewTexts(QPainter &painter, const QSizeF &size, const ViewTexts &texts)
{
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    if (texts.progress >= 0) {
        painter.fillRect(QRectF(0, 0, size.width(), Theme::px(3)), Theme::color(Token::Bg4));
        painter.fillRect(QRectF(0, 0, size.width() * std::min(1.0, texts.progress), Theme::px(3)),
                         Theme::color(Token::Ac));
    }
    if (!texts.image) {
        painter.setFont(Theme::font(TextSize::Body));
        painter.setPen(QColor(0x7E, 0x88, 0x94));
        painter.drawText(QRectF(QPointF(), size), Qt::AlignCenter, texts.emptyText);
        return;
    }
    // Letters in the middle of each edge.
    painter.setFont(Theme::font(TextSize::Body, QFont::DemiBold));
    const double line = Theme::px(16), edge = Theme::px(8), wide = Theme::px(40);
    const double middleX = size.width() / 2, middleY = size.height() / 2;
    const auto letter = [&](const QRectF &room, int flags, const std::string &text) {
        const bool open = text.find('?') != std::string::npos;
        shadowedText(painter, room, flags, QString::fromStdString(text),
                     open ? QColor(0xE7, 0xB6, 0x5A) : Theme::color(Token::Letters));
    };
    letter({edge, middleY - line / 2, wide, line}, Qt::AlignLeft | Qt::AlignVCenter, texts.letters.left);
    letter({size.width() - edge - wide, middleY - line / 2, wide, line}, Qt::AlignRight | Qt::AlignVCenter,
           texts.letters.right);
    letter({middleX - wide / 2, double(Theme::px(6)), wide, line}, Qt::AlignCenter, texts.letters.top);
    letter({middleX - wide / 2, size.height() - line - Theme::px(6), wide, line}, Qt::AlignCenter,
           texts.letters.bottom);

    // Badge: the head as this view looks at it.
    static const QString names[3] = {QStringLiteral("head-axial"), QStringLiteral("head-coronal"),
                                     QStringLiteral("head-sagittal")};
    const QRectF badge = badgeRect(size);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(13, 15, 18, 158));
    painter.drawRoundedRect(badge, Theme::px(6), Theme::px(6));
    const QColor ink =
        texts.neurological || !texts.orientationStated ? QColor(0xE7, 0xB6, 0x5A) : QColor(0xE8, 0xEB, 0xEF);
    const double icon = Theme::px(24);
    painter.drawPixmap(QPointF(badge.center().x() - icon / 2, badge.center().y() - icon / 2),
                       Theme::pixmap(names[int(texts.plane)], 24, ink, painter.device()->devicePixelRatioF()));
    if (texts.neurological) {
        QFont font = Theme::font(TextSize::Note, QFont::DemiBold);
        painter.setFont(font);
        shadowedText(painter, badge.adjusted(-Theme::px(10), badge.height(), Theme::px(10), Theme::px(17)),
                     Qt::AlignCenter, tr("NEURO"), QColor(0xE7, 0xB6, 0x5A));
    }
    if (!texts.corners) return;

    paintCornerLines(painter, Theme::px(10), Theme::px(7) + raisedBy(size, texts.topLeft), texts.topLeft, false);
    paintCornerLines(painter, Theme::px(10), size.height() - Theme::px(7) - raisedBy(size, texts.bottomLeft),
                     texts.bottomLeft, true);
    const render::ScaleBar bar = render::scaleBar(texts.mmPerPixel, size.width());
    const double right = size.width() - Theme::px(10), base = size.height() - Theme::px(10), tick = Theme::px(4);
    const double x0 = std::round(right - bar.pixels) + 0.5, x1 = std::round(right) + 0.5, y = std::round(base) + 0.5;
    const QPolygonF shape({QPointF(x0, y - tick), QPointF(x0, y), QPointF(x1, y), QPointF(x1, y - tick)});
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 140), 2.6));
    painter.drawPolyline(shape);
    painter.setPen(QPen(cornerColour, 1));
    painter.drawPolyline(shape);
    painter.setFont(cornerFont());
    shadowedText(painter,
                 QRectF(right - std::max(bar.pixels, 60.0), base - Theme::px(22), std::max(bar.pixels, 60.0), line),
                 Qt::AlignCenter, tr("%1 cm").arg(bar.centimetres), cornerColour);
    if (texts.heat) {
        const auto &table = render::colourTable(render::ColourMap::Cividis);
        const double high = Theme::px(96), wide = Theme::px(8), top = middleY - high / 2 - Theme::px(64);
        const double x = size.width() - Theme::px(12) - wide;
        if (top < badge.bottom() + Theme::px(12)) return; // no room in a small view
        for (int n = 0; n < 48; ++n) {
            const render::Rgba c = table[std::size_t(255 - n * 255 / 47)];
            painter.fillRect(QRectF(x, top + n * high / 48, wide, high / 48 + 0.6),
                             QColor(int(render::red(c)), int(render::green(c)), int(render::blue(c))));
        }
        const double room = Theme::px(30);
        shadowedText(painter, QRectF(x - room - Theme::px(5), top - line / 2, room, line),
                     Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("100"), cornerColour);
        shadowedText(painter, QRectF(x - room - Theme::px(5), top + high - line / 2, room, line),
                     Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("0"), cornerColour);
    }
}

} // namespace glio::widgets
