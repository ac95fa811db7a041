#pragma once
#include "glioscope/render/Contours.h"
#include "glioscope/render/Frame.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace glio::render {

/// `over` with `share` (0..256) laid on `under`.
inline Rgba mixed(Rgba under, Rgba over, unsigned share)
{
    const unsigned rb = under & 0xFF00FF, g = under & 0x00FF00;
    const unsigned orb = over & 0xFF00FF, og = over & 0x00FF00;
    return ((rb * (256 - share) + orb * share) >> 8 & 0xFF00FF) | ((g * (256 - share) + og * share) >> 8 & 0x00FF00) |
           0xFF000000;
}

/// How a line is drawn: device pixels. The casing is a wider dark line under it, so that it shows on white and black.
struct Pen {
    Rgba colour = 0;
    double width = 1.5, casing = 1.6; ///< the casing adds this much to the width
    double opacity = 1, casingOpacity = 0.55;
    double dashOn = 0, dashOff = 0; ///< 0: solid
};

/// Draws anti-aliased lines and fills shapes in a frame. Points are device pixels, pixel centres at .5. Lines are drawn
/// by distance, so crossing and overlapping pieces of one path darken nothing twice.
class Painter {
public:
    explicit Painter(Frame &frame);
    void stroke(const std::vector<Loop> &loops, const Pen &pen);
    void strokeOpen(const std::vector<Loop> &lines, const Pen &pen); ///< first and last point are not joined
    /// Even-odd; pixels whose centre is inside. `span(y, x0, x1)` gets half-open runs.
    template <class Span> void fill(const std::vector<Loop> &loops, Span span);
    void rectangle(int x0, int y0, int x1, int y1, Rgba colour, unsigned share); ///< half-open, clipped

private:
    void segment(const Point2 &a, const Point2 &b, double reach);
    void path(const Loop &points, bool closed, const Pen &pen, double reach);
    void flush(const Pen &pen);
    Frame &m_frame;
    std::vector<std::uint8_t> &m_distance; ///< 1/32 px from the path; 255 = far. Kept between frames, all 255.
    int m_x0, m_x1, m_y0, m_y1;            ///< what `segment` touched
};

/// Fills with one colour and, if wished, the label's pattern over it.
void fillLabel(Painter &painter, Frame &frame, const std::vector<Loop> &loops, Rgba colour, double opacity,
               LabelPattern pattern, double ratio);

template <class Span> void Painter::fill(const std::vector<Loop> &loops, Span span)
{
    struct Crossing {
        int y;
        float x;
    };
    std::vector<Crossing> crossings;
    for (const Loop &loop : loops)
        for (std::size_t i = 0; i < loop.size(); ++i) {
            Point2 p = loop[i], q = loop[i + 1 == loop.size() ? 0 : i + 1];
            if (p.y > q.y) std::swap(p, q);
            // Rows whose centre lies in (p.y, q.y]: each crossing is counted once, also at shared ends.
            const int first = std::max(0, int(std::floor(p.y - 0.5)) + 1);
            const int last = std::min(m_frame.height - 1, int(std::floor(q.y - 0.5)));
            if (first > last) continue;
            const double slope = (q.x - p.x) / (q.y - p.y);
            for (int y = first; y <= last; ++y)
                crossings.push_back({y, float(p.x + (y + 0.5 - p.y) * slope)});
        }
    std::sort(crossings.begin(), crossings.end(),
              [](const Crossing &a, const Crossing &b) { return a.y != b.y ? a.y < b.y : a.x < b.x; });
    for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
        const int x0 = std::max(0, int(std::ceil(crossings[i].x - 0.5f)));
        const int x1 = std::min(m_frame.width, int(std::ceil(crossings[i + 1].x - 0.5f)));
        if (x0 < x1) span(crossings[i].y, x0, x1);
    }
}

} // namespace glio::render
