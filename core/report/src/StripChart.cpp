#include "Axis.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <map>

namespace glio::reporting {

std::string stripChart(std::span<const StripRow> rows, const StripOptions &options)
{
    constexpr double kRow = 58, kTop = 8, kLeft = 166, kNote = 140, kStep = 5, kRadius = 3.2;
    const double bottom = kTop + kRow * double(rows.size());
    Svg svg(options.width, bottom + 42, options.title,
            "One row a region, one dot a case, the mean with its interval above the dots.");
    const Ticks marks = ticks(options.low, options.high);
    const Scale x{options.low, options.high, kLeft, options.width - kNote};
    for (const double value : marks.values)
        if (value <= options.high + 1e-9) svg.line({x(value), kTop}, {x(value), bottom}, {.kind = "grid"});
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const StripRow &row = rows[r];
        const double top = kTop + kRow * double(r), middle = top + 36;
        if (r > 0) svg.line({0, top}, {options.width, top}, {.kind = "grid"});
        svg.text({0, top + 33}, row.name, {.kind = "rowname"});
        svg.text({options.width, top + 33}, row.note, {.kind = "note"}, Svg::Anchor::End);
        std::map<int, int> stacked; // dots in a column of one dot's width
        for (const NamedValue &dot : row.dots) {
            if (!std::isfinite(dot.value)) continue;
            const double place = x(std::clamp(dot.value, options.low, options.high));
            const int before = stacked[int(std::floor(place / (2 * kRadius)))]++;
            const double rise = std::min(3, (before + 1) / 2) * kStep * (before % 2 == 1 ? -1 : 1);
            svg.circle({place, middle + rise}, kRadius,
                       {.kind = "dot",
                        .colour = row.colour,
                        .hint = std::format("{}: {}", dot.name, number(dot.value, options.digits))});
        }
        if (!row.mean) continue;
        const double at = top + 14, m = x(std::clamp(row.mean->value, options.low, options.high));
        const std::string hint =
            row.mean->low && row.mean->high
                ? std::format("{}: mean {}, interval {} to {}", row.name, number(row.mean->value, options.digits),
                              number(row.mean->low, options.digits), number(row.mean->high, options.digits))
                : std::format("{}: mean {}", row.name, number(row.mean->value, options.digits));
        if (row.mean->low && row.mean->high) {
            const double low = x(std::clamp(*row.mean->low, options.low, options.high));
            const double high = x(std::clamp(*row.mean->high, options.low, options.high));
            svg.line({low, at}, {high, at}, {.kind = "whisker", .hint = hint});
            svg.line({low, at - 4}, {low, at + 4}, {.kind = "whisker"});
            svg.line({high, at - 4}, {high, at + 4}, {.kind = "whisker"});
        }
        const Point diamond[]{{m, at - 5}, {m + 5, at}, {m, at + 5}, {m - 5, at}};
        svg.polygon(diamond, {.kind = "mean", .hint = hint});
    }
    drawXAxis(svg, x, marks, bottom);
    svg.text({(x.from + x.to) / 2, bottom + 36}, options.axis, {.kind = "axistitle"}, Svg::Anchor::Middle);
    return svg.finish();
}

} // namespace glio::reporting
