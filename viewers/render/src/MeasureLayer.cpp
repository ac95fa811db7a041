#include "MeasureLayer.h"

#include "Painter.h"

#include <cmath>
#include <numbers>

namespace glio::render {
namespace {

constexpr Rgba kPlain = rgba(0xF4, 0xF6, 0xF8), kSelected = rgba(0x45, 0xBF, 0xB0);
constexpr double kEndReach = 8, kLineReach = 5; // logical pixels

double distance(const Point2 &a, const Point2 &b) { return std::hypot(b.x - a.x, b.y - a.y); }

double distanceToLine(const Point2 &p, const Point2 &a, const Point2 &b)
{
    const double long2 = (b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y);
    const double t =
        long2 > 0 ? std::clamp(((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / long2, 0.0, 1.0) : 0;
    return distance(p, {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
}

Loop circle(const Point2 &at, double radius)
{
    Loop ring;
    constexpr int corners = 20;
    for (int n = 0; n < corners; ++n) {
        const double turn = 2 * std::numbers::pi * n / corners;
        ring.push_back({at.x + radius * std::cos(turn), at.y + radius * std::sin(turn)});
    }
    return ring;
}

/// From one arm to the other, the short way round.
Loop arc(const Loop &arms, double radius)
{
    const Point2 &vertex = arms[1];
    const double from = std::atan2(arms[0].y - vertex.y, arms[0].x - vertex.x);
    double sweep = std::atan2(arms[2].y - vertex.y, arms[2].x - vertex.x) - from;
    sweep = std::remainder(sweep, 2 * std::numbers::pi);
    Loop line;
    for (int n = 0; n <= 16; ++n) {
        const double turn = from + sweep * n / 16;
        line.push_back({vertex.x + radius * std::cos(turn), vertex.y + radius * std::sin(turn)});
    }
    return line;
}

} // namespace

double measureStrength(const MeasureMark &mark, const ViewTransform &transform, const Geometry &grid)
{
    const double step = grid.spacing()[std::size_t(transform.axes().normalVoxelAxis)];
    double off = 0;
    for (const PointMm &p : mark.points)
        off = std::max(off, std::abs(transform.height(p)));
    return off <= 0.5 * step + 1e-6 ? 1 : off <= 1.5 * step + 1e-6 ? 0.35 : 0;
}

std::optional<MeasureHit> measureAt(const std::vector<MeasureMark> &marks, ViewPoint2 at,
                                    const ViewTransform &transform, const Geometry &grid)
{
    std::optional<MeasureHit> end, line;
    double nearest = kEndReach;
    for (const MeasureMark &mark : marks) {
        if (mark.id == 0) return std::nullopt; // one is being drawn: the pointer belongs to it
        if (measureStrength(mark, transform, grid) < 1) continue;
        for (std::size_t n = 0; n < mark.points.size(); ++n) {
            const ViewPoint2 here = transform.toView(mark.points[n]);
            const double off = distance({here.x, here.y}, {at.x, at.y});
            if (off <= nearest) {
                nearest = off;
                end = MeasureHit{mark.id, int(n)};
            }
            if (n == 0) continue;
            const ViewPoint2 before = transform.toView(mark.points[n - 1]);
            if (distanceToLine({at.x, at.y}, {before.x, before.y}, {here.x, here.y}) <= kLineReach)
                line = MeasureHit{mark.id, -1};
        }
    }
    return end ? end : line;
}

void drawMeasures(Frame &frame, const ViewTransform &transform, double ratio, const Geometry &grid,
                  const std::vector<MeasureMark> &marks)
{
    if (marks.empty()) return;
    Painter painter(frame);
    for (const MeasureMark &mark : marks) {
        const double strength = measureStrength(mark, transform, grid);
        if (strength == 0 || mark.points.size() < 2) continue;
        Loop line;
        for (const PointMm &p : mark.points) {
            const ViewPoint2 at = transform.toView(p);
            line.push_back({at.x * ratio, at.y * ratio});
        }
        Pen pen;
        pen.colour = mark.selected ? kSelected : kPlain;
        pen.width = 1.5 * ratio;
        pen.casing = 1.6 * ratio;
        pen.opacity = strength;
        pen.casingOpacity *= strength;
        std::vector<Loop> lines{line};
        if (line.size() == 3) {
            const double room = std::min(distance(line[0], line[1]), distance(line[2], line[1]));
            if (room > 8 * ratio) lines.push_back(arc(line, std::min(18 * ratio, room * 0.6)));
        }
        painter.strokeOpen(lines, pen);
        if (strength < 1) continue; // its ends cannot be taken here
        for (std::size_t n = 0; n < line.size(); ++n)
            painter.stroke({circle(line[n], (mark.selected && mark.point == int(n) ? 5.5 : 3.5) * ratio)}, pen);
    }
}

} // namespace glio::render
