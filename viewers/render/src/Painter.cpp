#include "Painter.h"

#include <algorithm>
#include <cmath>

namespace glio::render {
namespace {

// One per thread: the GUI thread draws all views, and their frames are of about one size.
std::vector<std::uint8_t> &distanceBuffer(const Frame &frame)
{
    thread_local std::vector<std::uint8_t> buffer;
    const std::size_t need = frame.pixels.size();
    if (buffer.size() < need) buffer.assign(need, 255);
    return buffer;
}

constexpr double scale = 32; // steps per pixel in the distance buffer

} // namespace

Painter::Painter(Frame &frame)
    : m_frame(frame), m_distance(distanceBuffer(frame)), m_x0(frame.width), m_x1(0), m_y0(frame.height), m_y1(0)
{
}

void Painter::segment(const Point2 &a, const Point2 &b, double reach)
{
    const int x0 = std::max(0, int(std::floor(std::min(a.x, b.x) - reach)));
    const int x1 = std::min(m_frame.width, int(std::ceil(std::max(a.x, b.x) + reach)));
    const int y0 = std::max(0, int(std::floor(std::min(a.y, b.y) - reach)));
    const int y1 = std::min(m_frame.height, int(std::ceil(std::max(a.y, b.y) + reach)));
    if (x0 >= x1 || y0 >= y1) return;
    m_x0 = std::min(m_x0, x0);
    m_x1 = std::max(m_x1, x1);
    m_y0 = std::min(m_y0, y0);
    m_y1 = std::max(m_y1, y1);
    const float ax = float(a.x), ay = float(a.y), dx = float(b.x - a.x), dy = float(b.y - a.y);
    const float length2 = dx * dx + dy * dy, inverse = length2 > 0 ? 1 / length2 : 0;
    for (int y = y0; y < y1; ++y) {
        std::uint8_t *row = m_distance.data() + std::size_t(y) * std::size_t(m_frame.width);
        const float py = float(y) + 0.5f - ay;
        for (int x = x0; x < x1; ++x) {
            const float px = float(x) + 0.5f - ax;
            const float t = std::clamp((px * dx + py * dy) * inverse, 0.0f, 1.0f);
            const float ex = px - t * dx, ey = py - t * dy;
            const float d = std::sqrt(ex * ex + ey * ey) * float(scale);
            if (d < float(row[x])) row[x] = std::uint8_t(d);
        }
    }
}

void Painter::path(const Loop &points, bool closed, const Pen &pen, double reach)
{
    const std::size_t n = points.size(), count = closed ? n : n - 1;
    if (n < 2) return;
    if (pen.dashOn <= 0) {
        // Pieces far below a pixel add work and nothing else.
        Point2 from = points[0];
        for (std::size_t i = 0; i < count; ++i) {
            const Point2 &to = points[i + 1 == n ? 0 : i + 1];
            if (i + 1 < count && std::abs(to.x - from.x) + std::abs(to.y - from.y) < 0.8) continue;
            segment(from, to, reach);
            from = to;
        }
        return;
    }
    double left = pen.dashOn;
    bool on = true;
    for (std::size_t i = 0; i < count; ++i) {
        Point2 from = points[i];
        const Point2 to = points[i + 1 == n ? 0 : i + 1];
        double rest = std::hypot(to.x - from.x, to.y - from.y);
        while (rest > 0) {
            const double step = std::min(rest, left), share = step / rest;
            const Point2 mid{from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)};
            if (on) segment(from, mid, reach);
            from = mid;
            rest -= step;
            left -= step;
            if (left <= 0) {
                on = !on;
                left = on ? pen.dashOn : pen.dashOff;
            }
        }
    }
}

void Painter::flush(const Pen &pen)
{
    const double half = pen.width / 2, wide = (pen.width + pen.casing) / 2;
    const Rgba black = rgba(0, 0, 0);
    // share of casing and line by distance
    std::uint16_t lineShare[256], casingShare[256];
    for (int d = 0; d < 256; ++d) {
        const double at = (d + 0.5) / scale;
        lineShare[d] = std::uint16_t(256 * pen.opacity * std::clamp(half - at + 0.5, 0.0, 1.0));
        casingShare[d] = std::uint16_t(256 * pen.casingOpacity * pen.opacity * std::clamp(wide - at + 0.5, 0.0, 1.0));
    }
    lineShare[255] = casingShare[255] = 0;
    for (int y = m_y0; y < m_y1; ++y) {
        std::uint8_t *distance = m_distance.data() + std::size_t(y) * std::size_t(m_frame.width);
        Rgba *row = m_frame.row(y);
        for (int x = m_x0; x < m_x1; ++x) {
            const std::uint8_t d = distance[x];
            if (d == 255) continue;
            distance[x] = 255;
            Rgba c = row[x];
            if (casingShare[d]) c = mixed(c, black, casingShare[d]);
            if (lineShare[d]) c = mixed(c, pen.colour, lineShare[d]);
            row[x] = c;
        }
    }
    m_x0 = m_frame.width;
    m_x1 = 0;
    m_y0 = m_frame.height;
    m_y1 = 0;
}

void Painter::stroke(const std::vector<Loop> &loops, const Pen &pen)
{
    const double reach = (pen.width + pen.casing) / 2 + 1;
    for (const Loop &loop : loops)
        path(loop, true, pen, reach);
    flush(pen);
}

void Painter::strokeOpen(const std::vector<Loop> &lines, const Pen &pen)
{
    const double reach = (pen.width + pen.casing) / 2 + 1;
    for (const Loop &line : lines)
        path(line, false, pen, reach);
    flush(pen);
}

void Painter::rectangle(int x0, int y0, int x1, int y1, Rgba colour, unsigned share)
{
    for (int y = std::max(0, y0); y < std::min(m_frame.height, y1); ++y)
        for (int x = std::max(0, x0); x < std::min(m_frame.width, x1); ++x)
            m_frame.row(y)[x] = mixed(m_frame.row(y)[x], colour, share);
}

void fillLabel(Painter &painter, Frame &frame, const std::vector<Loop> &loops, Rgba colour, double opacity,
               LabelPattern pattern, double ratio)
{
    const unsigned plain = unsigned(256 * std::clamp(opacity, 0.0, 1.0));
    const unsigned strong = unsigned(256 * std::clamp(opacity + 0.4, 0.0, 1.0));
    const int period = std::max(4, int(std::lround(8 * ratio))), thick = std::max(1, int(std::lround(1.5 * ratio)));
    const auto onPattern = [&](int x, int y) {
        switch (pattern) {
        case LabelPattern::Hatch45:
            return (x + y) % period < thick;
        case LabelPattern::Hatch135:
            return ((x - y) % period + period) % period < thick;
        case LabelPattern::Cross:
            return x % period < thick || y % period < thick;
        case LabelPattern::Dots:
            return x % period < 2 * thick && y % period < 2 * thick;
        case LabelPattern::None:
            break;
        }
        return false;
    };
    painter.fill(loops, [&](int y, int x0, int x1) {
        Rgba *row = frame.row(y);
        if (pattern == LabelPattern::None)
            for (int x = x0; x < x1; ++x)
                row[x] = mixed(row[x], colour, plain);
        else
            for (int x = x0; x < x1; ++x)
                row[x] = mixed(row[x], colour, onPattern(x, y) ? strong : plain);
    });
}

} // namespace glio::render
