#include "MeasureTexts.h"

#include "ViewTexts.h"
#include "glioscope/widgets/Theme.h"

#include <algorithm>

namespace glio::widgets {

void paintMeasureTexts(QPainter &painter, const std::vector<render::MeasureMark> &marks,
                       const render::ViewTransform &transform, const Geometry &grid)
{
    painter.save();
    painter.setFont(Theme::figures(TextSize::Small));
    const QFontMetricsF metrics(painter.font());
    for (const render::MeasureMark &mark : marks) {
        const double strength = render::measureStrength(mark, transform, grid);
        if (strength == 0 || mark.points.size() < 2 || mark.text.empty()) continue;
        const QString text = QString::fromStdString(mark.text);
        render::ViewPoint2 at = transform.toView(mark.points.front());
        if (mark.points.size() == 3) {
            at = transform.toView(mark.points[1]);
        } else if (const render::ViewPoint2 other = transform.toView(mark.points.back()); other.x > at.x) {
            at = other;
        }
        const double wide = metrics.horizontalAdvance(text) + 2, high = metrics.height(), gap = Theme::px(8);
        QRectF room(at.x + gap, at.y - high / 2, wide, high);
        // Never cut by the edge of the view.
        room.moveLeft(std::clamp(room.left(), 2.0, std::max(2.0, transform.width() - wide - 2)));
        room.moveTop(std::clamp(room.top(), 2.0, std::max(2.0, transform.heightPixels() - high - 2)));
        painter.setOpacity(strength);
        shadowedText(painter, room, Qt::AlignLeft | Qt::AlignVCenter, text,
                     mark.selected ? QColor(0x45, 0xBF, 0xB0) : QColor(0xF4, 0xF6, 0xF8));
    }
    painter.restore();
}

} // namespace glio::widgets
