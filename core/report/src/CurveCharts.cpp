#include "Axis.h"

#include <algorithm>
#include <cmath>
#include <format>

namespace glio::reporting {

std::string reliabilityChart(std::span<const ReliabilityDot> dots, const ReliabilityOptions &options)
{
    constexpr double kLeft = 34, kTop = 30, kBar = 26;
    const double side = options.width - kLeft - 10, bottom = kTop + side;
    Svg svg(options.width, bottom + kBar + 52, options.name + ": said against true",
            "Share of voxels that belong to the region against the probability given for them.");
    svg.text({0, 14}, options.name, {.kind = "charttitle"});
    svg.text({options.width - 10, 14}, options.note, {.kind = "note"}, Svg::Anchor::End);
    const Scale x{0, 1, kLeft, kLeft + side}, y{0, 1, bottom, kTop};
    drawYAxis(svg, y, ticks(0, 1, 5), kLeft, kLeft + side);
    svg.line({x(0), y(0)}, {x(1), y(1)}, {.kind = "reference"});
    std::int64_t total = 0, most = 0;
    std::vector<Point> line;
    for (const ReliabilityDot &dot : dots) {
        total += dot.voxels, most = std::max(most, dot.voxels);
        if (dot.voxels > 0) line.push_back({x(dot.said), y(dot.seen)});
    }
    svg.polyline(line, {.kind = "casing"});
    svg.polyline(line, {.kind = "curve", .colour = options.colour});
    // Shares of the voxels on a square-root scale: the ends hold nearly all, and the middle must still be seen.
    const double foot = bottom + kBar + 8;
    for (std::size_t n = 0; n < dots.size(); ++n) {
        const ReliabilityDot &dot = dots[n];
        if (dot.voxels == 0) continue;
        const std::string hint =
            std::format("said {}, true in {} of {} voxels", number(dot.said, 2), number(dot.seen, 2), dot.voxels);
        const double width = side / double(dots.size());
        const double height = kBar * std::sqrt(double(dot.voxels) / double(most));
        svg.rect({x(0) + width * double(n) + 0.5, foot - height}, width - 1, height, {.kind = "share", .hint = hint});
        svg.circle(
            {x(dot.said), y(dot.seen)}, 3,
            {.kind = dot.voxels < options.fewVoxels ? "dot hollow" : "dot", .colour = options.colour, .hint = hint});
    }
    drawXAxis(svg, x, ticks(0, 1, 5), foot);
    svg.text({(x.from + x.to) / 2, foot + 34}, "said by the model", {.kind = "axistitle"}, Svg::Anchor::Middle);
    svg.sideText({9, (y.from + y.to) / 2}, "true", {.kind = "axistitle"});
    return svg.finish();
}

std::string curveChart(std::span<const Curve> curves, const CurveOptions &options)
{
    constexpr double kLeft = 52, kTop = 34, kRight = 72;
    const double bottom = options.height - 44;
    Svg svg(options.width, options.height, options.title);
    svg.text({0, 14}, options.title, {.kind = "charttitle"});
    double high = 0;
    for (const Curve &curve : curves)
        for (const Point &p : curve.points)
            if (std::isfinite(p.y)) high = std::max(high, p.y);
    const Ticks marks = ticks(0, options.high.value_or(high > 0 ? high : 1));
    const Scale x =
        options.mirrorX ? Scale{1, 0, kLeft, options.width - kRight} : Scale{0, 1, kLeft, options.width - kRight};
    const Scale y{0, marks.values.back(), bottom, kTop};
    drawYAxis(svg, y, marks, kLeft, options.width - kRight);
    drawXAxis(svg, x, ticks(0, 1), bottom);
    std::vector<double> ends;
    std::vector<const Curve *> labelled;
    for (const Curve &curve : curves) {
        std::vector<Point> line;
        for (const Point &p : curve.points)
            if (std::isfinite(p.x) && std::isfinite(p.y)) line.push_back({x(p.x), y(p.y)});
        if (line.empty()) continue;
        if (!curve.dashed) svg.polyline(line, {.kind = "casing"});
        svg.polyline(line, {.kind = curve.dashed ? "curve dashed" : "curve", .colour = curve.colour});
        if (line.size() <= 40 && !curve.dashed)
            for (const Point &p : line)
                svg.circle(p, 2.4, {.kind = "dot", .colour = curve.colour});
        const auto outermost = std::ranges::max_element(line, {}, &Point::x);
        ends.push_back(outermost->y);
        labelled.push_back(&curve);
    }
    const auto places = spreadLabels(ends, 14, kTop, bottom);
    for (std::size_t n = 0; n < places.size(); ++n) {
        const double right = options.width - kRight;
        svg.line({right + 2, ends[n]}, {right + 10, places[n]}, {.kind = "leader"});
        svg.text({right + 13, places[n] + 4}, labelled[n]->name, {.kind = "endlabel"});
    }
    if (labelled.empty())
        svg.text({(x.from + x.to) / 2, (y.from + y.to) / 2}, "Nothing to draw.", {.kind = "note"}, Svg::Anchor::Middle);
    svg.text({(x.from + x.to) / 2, options.height - 8}, options.xAxis, {.kind = "axistitle"}, Svg::Anchor::Middle);
    svg.sideText({9, (y.from + y.to) / 2}, options.yAxis, {.kind = "axistitle"});
    return svg.finish();
}

} // namespace glio::reporting
