#include "Axis.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace glio::reporting {

Ticks ticks(double low, double high, int wanted)
{
    if (!std::isfinite(low) || !std::isfinite(high)) low = 0, high = 1;
    if (!(high > low)) high = low + 1;
    const double rough = (high - low) / std::max(1, wanted);
    const double power = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= rough * 0.999) {
            step = factor * power;
            break;
        }
    Ticks result;
    result.digits = std::max(0, int(-std::floor(std::log10(step) + 1e-9)));
    const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
    for (double n = first; n <= last; ++n)
        result.values.push_back(n == 0 ? 0 : n * step);
    return result;
}

std::vector<double> spreadLabels(std::vector<double> places, double gap, double low, double high)
{
    std::vector<std::size_t> order(places.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&places](std::size_t n) { return places[n]; });
    // Groups that touch share their mean place (pool adjacent violators).
    struct Group {
        double sum = 0; // of place minus its offset in the group
        int count = 0;
    };
    std::vector<Group> groups;
    const auto top = [](const Group &g) { return g.sum / g.count; };
    for (const std::size_t n : order) {
        groups.push_back({places[n], 1});
        while (groups.size() > 1) {
            const Group &b = groups.back(), &a = groups[groups.size() - 2];
            if (top(b) >= top(a) + gap * a.count) break;
            const Group merged{a.sum + b.sum - gap * a.count * b.count, a.count + b.count};
            groups.pop_back();
            groups.back() = merged;
        }
    }
    std::vector<double> sorted;
    for (const Group &g : groups)
        for (int n = 0; n < g.count; ++n)
            sorted.push_back(top(g) + gap * n);
    for (std::size_t n = sorted.size(); n-- > 0;)
        sorted[n] = std::min(sorted[n], n + 1 < sorted.size() ? sorted[n + 1] - gap : high);
    for (std::size_t n = 0; n < sorted.size(); ++n)
        sorted[n] = std::max(sorted[n], n > 0 ? sorted[n - 1] + gap : low);
    for (std::size_t n = 0; n < order.size(); ++n)
        places[order[n]] = sorted[n];
    return places;
}

void drawYAxis(Svg &svg, const Scale &y, const Ticks &ticks, double left, double right)
{
    for (const double value : ticks.values) {
        svg.line({left, y(value)}, {right, y(value)}, {.kind = value == y.low ? "axis" : "grid"});
        svg.text({left - 8, y(value) + 4}, number(value, ticks.digits), {.kind = "tick"}, Svg::Anchor::End);
    }
}

void drawXAxis(Svg &svg, const Scale &x, const Ticks &ticks, double bottom)
{
    svg.line({x.from, bottom}, {x.to, bottom}, {.kind = "axis"});
    for (const double value : ticks.values) {
        svg.line({x(value), bottom}, {x(value), bottom + 4}, {.kind = "axis"});
        svg.text({x(value), bottom + 17}, number(value, ticks.digits), {.kind = "tick"}, Svg::Anchor::Middle);
    }
}

} // namespace glio::reporting
