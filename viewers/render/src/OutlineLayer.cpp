#include "OutlineLayer.h"

#include <algorithm>
#include <cmath>

namespace glio::render {
namespace {

Rgba colourOf(const Rgb &c) { return rgba(c.r, c.g, c.b); }
const Rgba violet = rgba(0xB9, 0xA5, 0xFF);

double strength(const MaskLayer &layer, Label label)
{
    if (layer.emphasised.empty() || std::ranges::find(layer.emphasised, label) != layer.emphasised.end()) return 1;
    return 0.35;
}

const LabelLook *visibleLook(const MaskLayer &layer, Label label)
{
    const auto found = std::ranges::find(layer.looks, label, &LabelLook::value);
    return found != layer.looks.end() && found->visible ? &*found : nullptr;
}

void dash(Pen &pen, double ratio)
{
    pen.dashOn = 4 * ratio; // the round ends add the line's width
    pen.dashOff = 4.5 * ratio;
}

} // namespace

std::vector<Loop> toPixels(const std::vector<Loop> &loops, const FrameMap &map, int rounds)
{
    std::vector<Loop> out;
    out.reserve(loops.size());
    for (const Loop &loop : loops) {
        Loop moved(loop.size());
        std::ranges::transform(loop, moved.begin(), [&map](const Point2 &p) { return map.toPixel(p); });
        out.push_back(rounds > 0 ? rounded(moved, rounds) : std::move(moved));
    }
    return out;
}

void drawFills(Frame &frame, const FrameMap &map, const std::vector<LabelShape> &shapes, const MaskLayer &layer,
               int rounds)
{
    Painter painter(frame);
    for (const LabelShape &shape : shapes)
        if (const LabelLook *look = visibleLook(layer, shape.label))
            fillLabel(painter, frame, toPixels(shape.loops, map, rounds), colourOf(look->colour),
                      layer.fillOpacity * strength(layer, shape.label),
                      layer.patterns ? look->pattern : LabelPattern::None, frame.ratio);
}

void drawOutlines(Frame &frame, const FrameMap &map, const std::vector<LabelShape> &shapes, const MaskLayer &layer,
                  int rounds, Stroke stroke)
{
    Painter painter(frame);
    for (const LabelShape &shape : shapes)
        if (const LabelLook *look = visibleLook(layer, shape.label)) {
            Pen pen;
            if (stroke == Stroke::Dashed) dash(pen, frame.ratio);
            pen.colour = colourOf(look->colour);
            pen.width = layer.outlineWidth * frame.ratio;
            pen.casing = 1.6 * frame.ratio;
            pen.opacity = strength(layer, shape.label);
            painter.stroke(toPixels(shape.loops, map, rounds), pen);
        }
}

void drawDisputed(Frame &frame, const FrameMap &map, const std::vector<Loop> &loops, double opacity, int rounds)
{
    Painter painter(frame);
    fillLabel(painter, frame, toPixels(loops, map, rounds), violet, opacity, LabelPattern::Cross, frame.ratio);
}

void drawBand(Frame &frame, const FrameMap &map, const BandShape &shape, const BandLayer &layer, double lineWidth,
              int rounds)
{
    Painter painter(frame);
    Pen pen;
    pen.colour = colourOf(layer.colour);
    pen.width = lineWidth * frame.ratio;
    pen.casing = 1.6 * frame.ratio;
    painter.stroke(toPixels(shape.inner, map, rounds), pen);
    Pen dashed = pen;
    dash(dashed, frame.ratio);
    painter.stroke(toPixels(shape.outer, map, rounds), dashed);
    if (layer.threshold) {
        pen.colour = rgba(255, 255, 255);
        painter.stroke(toPixels(shape.threshold, map, rounds), pen);
    }
}

void drawPlace(Frame &frame, const FrameMap &map, const PlaneAxes &axes, double height, const PlaceMark &place)
{
    double low[3] = {1e300, 1e300, 1e300}, high[3] = {-1e300, -1e300, -1e300};
    for (int corner = 0; corner < 8; ++corner) {
        ContinuousIndex v;
        for (std::size_t a = 0; a < 3; ++a)
            v[a] = double(place.start[a]) + (corner >> a & 1 ? double(place.size[a]) : 0.0) - 0.5;
        const PointMm p = place.grid.toWorld(v);
        const double at[3] = {dot(p, axes.right), dot(p, axes.down), dot(p, axes.normal)};
        for (int d = 0; d < 3; ++d) {
            low[d] = std::min(low[d], at[d]);
            high[d] = std::max(high[d], at[d]);
        }
    }
    if (height < low[2] || height > high[2]) return;
    const double gap = 4 * frame.ratio;
    Point2 a = map.toPixel({low[0], low[1]}), b = map.toPixel({high[0], high[1]});
    a = {std::round(a.x - gap), std::round(a.y - gap)};
    b = {std::round(b.x + gap), std::round(b.y + gap)};
    const double arm = std::min({16 * frame.ratio, (b.x - a.x) / 3, (b.y - a.y) / 3});
    const std::vector<Loop> brackets{{{a.x, a.y + arm}, a, {a.x + arm, a.y}},
                                     {{b.x - arm, a.y}, {b.x, a.y}, {b.x, a.y + arm}},
                                     {{b.x, b.y - arm}, b, {b.x - arm, b.y}},
                                     {{a.x + arm, b.y}, {a.x, b.y}, {a.x, b.y - arm}}};
    Pen pen;
    pen.colour = violet;
    pen.width = 2 * frame.ratio;
    pen.casing = 1.6 * frame.ratio;
    Painter(frame).strokeOpen(brackets, pen);
}

void drawCrosshair(Frame &frame, const Point2 &at, const Rgb &colour)
{
    Painter painter(frame);
    const int thick = std::max(1, int(std::lround(frame.ratio))), gap = int(std::lround(9 * frame.ratio));
    const int x = int(std::floor(at.x)), y = int(std::floor(at.y));
    const Rgba line = colourOf(colour), dark = rgba(0, 0, 0);
    const auto bar = [&](int x0, int y0, int x1, int y1, bool upright) {
        const int side = thick;
        if (upright) {
            painter.rectangle(x0 - side, y0, x0, y1, dark, 60);
            painter.rectangle(x1, y0, x1 + side, y1, dark, 60);
        } else {
            painter.rectangle(x0, y0 - side, x1, y0, dark, 60);
            painter.rectangle(x0, y1, x1, y1 + side, dark, 60);
        }
        painter.rectangle(x0, y0, x1, y1, line, 192); // 75 %
    };
    bar(x, 0, x + thick, y - gap, true);
    bar(x, y + gap, x + thick, frame.height, true);
    bar(0, y, x - gap, y + thick, false);
    bar(x + gap, y, frame.width, y + thick, false);
}

} // namespace glio::render
