#include "MarkLayer.h"

#include "Painter.h"

#include <cmath>
#include <numbers>
#include <utility>

namespace glio::render {
namespace {

constexpr Rgba kWhite = rgba(255, 255, 255), kBelongs = rgba(0x6F, 0xCB, 0x97), kDoesNot = rgba(0xF2, 0x77, 0x7A);

Pen ringPen(double ratio)
{
    Pen pen;
    pen.colour = kWhite;
    pen.width = 1.5 * ratio;
    pen.casing = 1.6 * ratio;
    return pen;
}

void drawBrush(Painter &painter, const ViewTransform &transform, double ratio, double inSliceMm, const BrushMark &brush)
{
    const double off = std::abs(transform.height(brush.centre));
    // A disc belongs to the slice it is painted on.
    if (off > (brush.throughSlices ? brush.radiusMm : inSliceMm)) return;
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
    if (off > inSliceMm) return; // the small cross marks the point itself
    const double arm = std::min(4 * ratio, std::max(1.0, pixels * 0.6));
    Pen cross = ringPen(ratio);
    cross.width = ratio;
    painter.strokeOpen({{{at.x - arm, at.y}, {at.x + arm, at.y}}, {{at.x, at.y - arm}, {at.x, at.y + arm}}}, cross);
}

/// Only what lies in the plane: a stroke of another view is not to be seen edge-on.
void drawStroke(Painter &painter, const ViewTransform &transform, double ratio, double inSliceMm,
                const StrokeMark &stroke)
{
    std::vector<Loop> lines;
    Loop line;
    const auto end = [&] {
        if (line.size() == 1) line.push_back({line[0].x + 0.5 * ratio, line[0].y}); // a click alone is a dot
        if (!line.empty()) lines.push_back(std::exchange(line, {}));
    };
    for (const PointMm &p : stroke.points) {
        if (std::abs(transform.height(p)) > inSliceMm) {
            end();
            continue;
        }
        const ViewPoint2 at = transform.toView(p);
        line.push_back({at.x * ratio, at.y * ratio});
    }
    end();
    Pen pen = ringPen(ratio);
    pen.colour = stroke.positive ? kBelongs : kDoesNot;
    pen.width = 4 * ratio;
    if (!lines.empty()) painter.strokeOpen(lines, pen);
}

void drawPen(Frame &frame, Painter &painter, const ViewTransform &transform, double ratio, double inSliceMm,
             const PenLine &drawn)
{
    if (drawn.points.empty() || std::abs(transform.height(drawn.points.front())) >= inSliceMm) return;
    Loop line;
    for (const PointMm &p : drawn.points) {
        const ViewPoint2 at = transform.toView(p);
        line.push_back({at.x * ratio, at.y * ratio});
    }
    Pen pen = ringPen(ratio);
    if (drawn.erasing) pen.colour = kDoesNot;
    if (!drawn.closed) {
        painter.strokeOpen({line}, pen);
        return;
    }
    painter.fill({line}, [&](int y, int x0, int x1) {
        Rgba *row = frame.row(y);
        for (int x = x0; x < x1; ++x)
            row[x] = mixed(row[x], pen.colour, 38); // 15 %
    });
    painter.stroke({line}, pen);
}

} // namespace

void drawMarks(Frame &frame, const ViewTransform &transform, double ratio, double inSliceMm, const ToolMarks &marks)
{
    if (!marks.brush && marks.pen.points.empty() && marks.seeds.empty() && marks.strokes.empty() && marks.areas.empty())
        return;
    Painter painter(frame);
    const auto toPixel = [&](const PointMm &p) {
        const ViewPoint2 at = transform.toView(p);
        return Point2{at.x * ratio, at.y * ratio};
    };
    for (const PenLine &area : marks.areas)
        drawPen(frame, painter, transform, ratio, inSliceMm, area);
    drawPen(frame, painter, transform, ratio, inSliceMm, marks.pen);
    for (const StrokeMark &stroke : marks.strokes)
        drawStroke(painter, transform, ratio, inSliceMm, stroke);
    for (const SeedMark &seed : marks.seeds) {
        if (std::abs(transform.height(seed.at)) > 1.5) continue; // on this slice, or as good as
        const Point2 at = toPixel(seed.at);
        const double arm = 5 * ratio;
        Pen pen = ringPen(ratio);
        pen.colour = seed.positive ? kBelongs : kDoesNot;
        pen.width = 2 * ratio;
        std::vector<Loop> lines{{{at.x - arm, at.y}, {at.x + arm, at.y}}};
        if (seed.positive) lines.push_back({{at.x, at.y - arm}, {at.x, at.y + arm}});
        painter.strokeOpen(lines, pen);
    }
    if (marks.brush) drawBrush(painter, transform, ratio, inSliceMm, *marks.brush);
}

} // namespace glio::render
