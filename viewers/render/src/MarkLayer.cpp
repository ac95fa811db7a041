#include "MarkLayer.h"

#include "Painter.h"

#include <cmath>
#include <numbers>

namespace glio::render {
namespace {

constexpr Rgba kWhite = rgba(255, 255, 255);

Pen ringPen(double ratio)
{
    Pen pen;
    pen.colour = kWhite;
    pen.width = 1.5 * ratio;
    pen.casing = 1.6 * ratio;
    return pen;
}

void drawBrush(Painter &painter, const ViewTransform &transform, double ratio, const BrushMark &brush)
{
    const double off = std::abs(transform.height(brush.centre));
    // A disc belongs to the slice it is painted on; half a millimetre is rounding, not another slice.
    if (off > (brush.throughSlices ? brush.radiusMm : 0.5)) return;
    const double radius =
        brush.square ? brush.radiusMm : std::sqrt(std::max(0.0, brush.radiusMm * brush.radiusMm - off * off));
    const double pixels = radius / transform.viewpoint().mmPerPixel * ratio;
    const ViewPoint2 middle = transform.toView(brush.centre);
    const Point2 at{middle.x * ratio, middle.y * ratio};
    Loop ring;
    if (brush.square) {
        ring = {{at.x - pixels, at.y - pixels},
                {at.x + pixels, at.y - pixels},
                {at.x + pixels, at.y + pixels},
                {at.x - pixels, at.y + pixels}};
    } else {
        const int corners = std::clamp(int(pixels * 2), 12, 180);
        for (int n = 0; n < corners; ++n) {
            const double turn = 2 * std::numbers::pi * n / corners;
            ring.push_back({at.x + pixels * std::cos(turn), at.y + pixels * std::sin(turn)});
        }
    }
    painter.stroke({ring}, ringPen(ratio));
    if (off > 0.5) return; // the small cross marks the point itself
    const double arm = std::min(4 * ratio, std::max(1.0, pixels * 0.6));
    Pen cross = ringPen(ratio);
    cross.width = ratio;
    painter.strokeOpen({{{at.x - arm, at.y}, {at.x + arm, at.y}}, {{at.x, at.y - arm}, {at.x, at.y + arm}}}, cross);
}

} // namespace

void drawMarks(Frame &frame, const ViewTransform &transform, double ratio, const ToolMarks &marks)
{
    if (!marks.brush && marks.pen.points.empty() && marks.seeds.empty()) return;
    Painter painter(frame);
    const auto toPixel = [&](const PointMm &p) {
        const ViewPoint2 at = transform.toView(p);
        return Point2{at.x * ratio, at.y * ratio};
    };
    if (!marks.pen.points.empty() && std::abs(transform.height(marks.pen.points.front())) < 0.5) {
        Loop line;
        for (const PointMm &p : marks.pen.points)
            line.push_back(toPixel(p));
        Pen pen = ringPen(ratio);
        if (marks.pen.erasing) pen.colour = rgba(0xF2, 0x77, 0x7A);
        if (marks.pen.closed) {
            painter.fill({line}, [&](int y, int x0, int x1) {
                Rgba *row = frame.row(y);
                for (int x = x0; x < x1; ++x)
                    row[x] = mixed(row[x], pen.colour, 38); // 15 %
            });
            painter.stroke({line}, pen);
        } else {
            painter.strokeOpen({line}, pen);
        }
    }
    for (const SeedMark &seed : marks.seeds) {
        if (std::abs(transform.height(seed.at)) > 1.5) continue; // on this slice, or as good as
        const Point2 at = toPixel(seed.at);
        const double arm = 5 * ratio;
        Pen pen = ringPen(ratio);
        pen.colour = seed.positive ? rgba(0x6F, 0xCB, 0x97) : rgba(0xF2, 0x77, 0x7A);
        pen.width = 2 * ratio;
        std::vector<Loop> lines{{{at.x - arm, at.y}, {at.x + arm, at.y}}};
        if (seed.positive) lines.push_back({{at.x, at.y - arm}, {at.x, at.y + arm}});
        painter.strokeOpen(lines, pen);
    }
    if (marks.brush) drawBrush(painter, transform, ratio, *marks.brush);
}

} // namespace glio::render
