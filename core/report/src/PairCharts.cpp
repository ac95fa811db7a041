#include "Axis.h"

#include <algorithm>
#include <cmath>
#include <format>

namespace glio::reporting {
namespace {

// What tells the names apart: without the beginning and the end that all have in common (whole words: up to a - _ or
// blank), and of what is then still long its end. A letter of several bytes is never cut through.
std::vector<std::string> shortNames(std::span<const SlopeLine> lines, std::size_t most)
{
    std::vector<std::string> names;
    for (const SlopeLine &line : lines)
        names.push_back(line.name);
    const auto common = [&names](bool fromEnd) {
        const auto letter = [fromEnd](const std::string &s, std::size_t n) {
            return fromEnd ? s[s.size() - 1 - n] : s[n];
        };
        std::size_t word = 0;
        for (std::size_t same = 0;; ++same) {
            for (const std::string &name : names)
                if (same + 1 >= name.size() || letter(name, same) != letter(names.front(), same)) return word;
            if (std::string_view("-_ ").contains(letter(names.front(), same))) word = same + 1;
        }
    };
    if (names.size() > 1) {
        const std::size_t head = common(false);
        for (std::string &name : names)
            name.erase(0, head);
        const std::size_t tail = common(true);
        for (std::string &name : names)
            name.erase(name.size() - tail);
    }
    for (std::string &name : names) {
        if (name.size() <= most) continue;
        std::size_t from = name.size() - most + 1;
        while (from < name.size() && (static_cast<unsigned char>(name[from]) & 0xC0) == 0x80)
            ++from;
        name = "…" + name.substr(from);
    }
    return names;
}

} // namespace

std::string agreementChart(std::span<const AgreementDot> dots, const AgreementOptions &options)
{
    constexpr double kLeft = 44, kTop = 30;
    const double side = options.width - kLeft - 10, bottom = kTop + side;
    Svg svg(options.width, bottom + 42, options.name + ": volume measured against volume of the reference");
    svg.text({0, 14}, options.name, {.kind = "charttitle"});
    svg.text({options.width - 10, 14}, options.note, {.kind = "note"}, Svg::Anchor::End);
    double most = 0;
    for (const AgreementDot &dot : dots)
        most = std::max({most, dot.reference, dot.prediction});
    const Ticks marks = ticks(0, most > 0 ? most : 1, 4);
    const Scale x{0, marks.values.back(), kLeft, kLeft + side}, y{0, marks.values.back(), bottom, kTop};
    drawYAxis(svg, y, marks, kLeft, kLeft + side);
    svg.line({x.from, y.from}, {x.to, y.to}, {.kind = "reference"});
    for (const AgreementDot &dot : dots)
        svg.circle({x(dot.reference), y(dot.prediction)}, 3.2,
                   {.kind = "dot",
                    .colour = options.colour,
                    .hint = std::format("{}: reference {} {}, measured {} {}", dot.name, number(dot.reference, 1),
                                        options.unit, number(dot.prediction, 1), options.unit)});
    drawXAxis(svg, x, marks, bottom);
    svg.text({(x.from + x.to) / 2, bottom + 34}, "reference, " + options.unit, {.kind = "axistitle"},
             Svg::Anchor::Middle);
    svg.sideText({9, (y.from + y.to) / 2}, "measured, " + options.unit, {.kind = "axistitle"});
    return svg.finish();
}

std::string slopeChart(std::span<const SlopeLine> lines, const SlopeOptions &options)
{
    constexpr double kLeft = 40, kTop = 34, kNames = 106;
    Svg svg(options.width, options.height, options.title, "One line a case, from before to after.");
    svg.text({0, 14}, options.title, {.kind = "charttitle"});
    const double bottom = options.height - 30, right = options.width - kNames;
    double low = INFINITY, high = -INFINITY;
    for (const SlopeLine &line : lines)
        low = std::min({low, line.before, line.after}), high = std::max({high, line.before, line.after});
    const Ticks marks = ticks(low, high, 5);
    const Scale y{marks.values.front(), marks.values.back(), bottom, kTop};
    drawYAxis(svg, y, marks, kLeft, right);
    const double from = kLeft + 22, to = right - 8;
    for (const double x : {from, to})
        svg.line({x, kTop}, {x, bottom}, {.kind = "axis"});
    svg.text({from, bottom + 18}, options.before, {.kind = "tick"}, Svg::Anchor::Middle);
    svg.text({to, bottom + 18}, options.after, {.kind = "tick"}, Svg::Anchor::Middle);
    std::vector<double> ends;
    for (const SlopeLine &line : lines)
        ends.push_back(y(line.after));
    // With many cases names would only lie on each other: the hints still hold them.
    const bool named = double(lines.size()) * 13 <= bottom - kTop + 13;
    const auto places = spreadLabels(ends, 13, kTop, bottom);
    const auto names = shortNames(lines, 12);
    for (std::size_t n = 0; n < lines.size(); ++n) {
        const SlopeLine &line = lines[n];
        const double change = line.after - line.before, gain = options.higherIsBetter ? change : -change;
        const char *kind = std::abs(change) <= options.same ? "same" : gain > 0 ? "better" : "worse";
        const std::string signedChange = (change >= 0 ? "+" : "") + number(change, 3);
        const std::string hint = std::format("{}: {} before, {} after, {}", line.name, number(line.before, 3),
                                             number(line.after, 3), signedChange);
        svg.line({from, y(line.before)}, {to, y(line.after)}, {.kind = std::string("slope ") + kind, .hint = hint});
        svg.circle({from, y(line.before)}, 3, {.kind = std::string("end hollow ") + kind});
        svg.circle({to, y(line.after)}, 3, {.kind = std::string("end ") + kind, .hint = hint});
        if (!named) continue;
        svg.text({right + 4, places[n] + 4}, names[n] + " " + signedChange, {.kind = std::string("endlabel ") + kind});
    }
    return svg.finish();
}

} // namespace glio::reporting
