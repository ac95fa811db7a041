#include "glioscope/metrics/Surface.h"

#include "glioscope/metrics/DistanceTransform.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace glio::metrics {
namespace {

using Point = std::array<double, 3>;

// ---- the table of areas --------------------------------------------------------------------------------------------

int edgeId(int a, int b) { return std::min(a, b) * 8 + std::max(a, b); }
Point midpoint(int edge)
{
    Point p;
    for (int axis = 0; axis < 3; ++axis)
        p[std::size_t(axis)] = 0.5 * ((edge / 8 >> axis & 1) + (edge % 8 >> axis & 1));
    return p;
}

/// The closed polygons (as lists of edges) that part the inside corners of a cube from the outside ones.
std::vector<std::vector<int>> polygons(int code)
{
    if (std::popcount(unsigned(code)) > 4) code ^= 255;
    const auto inside = [code](int corner) { return (code >> corner & 1) != 0; };
    std::vector<std::pair<int, int>> links; // two edges that follow each other on a face
    for (int axis = 0; axis < 3; ++axis)
        for (int side = 0; side < 2; ++side) {
            const int u = 1 << (axis + 1) % 3, v = 1 << (axis + 2) % 3, base = side << axis;
            const std::array<int, 4> corner{base, base + u, base + u + v, base + v};
            std::array<int, 4> edge;
            std::vector<int> crossed;
            for (std::size_t n = 0; n < 4; ++n) {
                edge[n] = edgeId(corner[n], corner[(n + 1) % 4]);
                if (inside(corner[n]) != inside(corner[(n + 1) % 4])) crossed.push_back(int(n));
            }
            if (crossed.size() == 2) links.emplace_back(edge[std::size_t(crossed[0])], edge[std::size_t(crossed[1])]);
            if (crossed.size() == 4)
                for (std::size_t n = 0; n < 4; ++n)
                    if (inside(corner[n])) links.emplace_back(edge[(n + 3) % 4], edge[n]);
        }
    std::vector<std::vector<int>> loops;
    while (!links.empty()) {
        auto &loop = loops.emplace_back(std::vector<int>{links.back().first, links.back().second});
        links.pop_back();
        for (bool grown = true; grown;) {
            grown = false;
            for (auto link = links.begin(); link != links.end(); ++link) {
                if (link->first != loop.back() && link->second != loop.back()) continue;
                const int next = link->first == loop.back() ? link->second : link->first;
                links.erase(link);
                if (next != loop.front()) loop.push_back(next);
                grown = next != loop.front();
                break;
            }
        }
    }
    return loops;
}

double fanArea(const std::vector<int> &loop, std::size_t apex, const Spacing3 &spacing)
{
    const auto at = [&](std::size_t n) {
        Point p = midpoint(loop[(apex + n) % loop.size()]);
        for (std::size_t a = 0; a < 3; ++a)
            p[a] *= spacing[a];
        return p;
    };
    double area = 0;
    const Point o = at(0);
    for (std::size_t n = 1; n + 1 < loop.size(); ++n) {
        const Point p = at(n), q = at(n + 1);
        const Point a{p[0] - o[0], p[1] - o[1], p[2] - o[2]}, b{q[0] - o[0], q[1] - o[1], q[2] - o[2]};
        area += 0.5 * std::hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
    }
    return area;
}

// ---- surfaces ------------------------------------------------------------------------------------------------------

struct Surface {
    std::vector<std::uint8_t> border;  // 1 where an element lies, on the element grid
    std::vector<std::int64_t> element; // their offsets
    std::vector<float> area;
};

/// Corner elements: grid one larger than the masks along each axis; corner (i, j, k) has voxels (i-1..i, ...).
Surface surfels(std::span<const std::uint8_t> mask, const Size3 &size, const std::array<float, 256> &areas)
{
    const Size3 n{size[0] + 1, size[1] + 1, size[2] + 1};
    Surface surface;
    surface.border.assign(std::size_t(n[0] * n[1] * n[2]), 0);
    const std::vector<std::uint8_t> zero(static_cast<std::size_t>(size[0]), 0);
    const auto row = [&](std::int64_t j, std::int64_t k) {
        const bool in = j >= 0 && k >= 0 && j < size[1] && k < size[2];
        return in ? mask.data() + size[0] * (j + size[1] * k) : zero.data();
    };
    for (std::int64_t k = 0; k < n[2]; ++k)
        for (std::int64_t j = 0; j < n[1]; ++j) {
            const std::array<const std::uint8_t *, 4> rows{row(j - 1, k - 1), row(j, k - 1), row(j - 1, k), row(j, k)};
            int code = 0; // bits 0, 2, 4, 6: column i-1; bits 1, 3, 5, 7: column i
            for (std::int64_t i = 0; i < n[0]; ++i) {
                code = code >> 1 & 0x55;
                if (i < size[0])
                    for (int r = 0; r < 4; ++r)
                        code |= int(rows[std::size_t(r)][i] != 0) << (2 * r + 1);
                if (code == 0 || code == 255) continue;
                const std::int64_t at = i + n[0] * (j + n[1] * k);
                surface.border[std::size_t(at)] = 1;
                surface.element.push_back(at);
                surface.area.push_back(areas[std::size_t(code)]);
            }
        }
    return surface;
}

/// Voxels of the mask with a face neighbour outside it (the box's outside counts as outside).
Surface borderVoxels(std::span<const std::uint8_t> mask, const Size3 &n)
{
    Surface surface;
    surface.border.assign(mask.size(), 0);
    std::int64_t at = 0;
    for (std::int64_t k = 0; k < n[2]; ++k)
        for (std::int64_t j = 0; j < n[1]; ++j)
            for (std::int64_t i = 0; i < n[0]; ++i, ++at) {
                if (!mask[std::size_t(at)]) continue;
                const bool inner = i > 0 && j > 0 && k > 0 && i + 1 < n[0] && j + 1 < n[1] && k + 1 < n[2] &&
                                   mask[std::size_t(at - 1)] && mask[std::size_t(at + 1)] &&
                                   mask[std::size_t(at - n[0])] && mask[std::size_t(at + n[0])] &&
                                   mask[std::size_t(at - n[0] * n[1])] && mask[std::size_t(at + n[0] * n[1])];
                if (inner) continue;
                surface.border[std::size_t(at)] = 1;
                surface.element.push_back(at);
            }
    surface.area.assign(surface.element.size(), 1.0f);
    return surface;
}

DirectedDistances directed(const Surface &from, const Surface &to, const Size3 &grid, const Spacing3 &spacing)
{
    DirectedDistances result;
    result.area = from.area;
    result.distance.reserve(from.element.size());
    if (to.element.empty()) {
        result.distance.assign(from.element.size(), std::numeric_limits<float>::infinity());
        return result;
    }
    // A few elements against a few: measuring each pair beats transforming the whole box.
    if (double(from.element.size()) * double(to.element.size()) < 4.0 * double(from.border.size())) {
        const auto position = [&](std::int64_t at) {
            return Point{double(at % grid[0]) * spacing[0], double(at / grid[0] % grid[1]) * spacing[1],
                         double(at / (grid[0] * grid[1])) * spacing[2]};
        };
        std::vector<Point> targets;
        for (const std::int64_t at : to.element)
            targets.push_back(position(at));
        for (const std::int64_t at : from.element) {
            const Point p = position(at);
            double least = std::numeric_limits<double>::infinity();
            for (const Point &q : targets)
                least = std::min(least, (p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1]) +
                                            (p[2] - q[2]) * (p[2] - q[2]));
            result.distance.push_back(float(std::sqrt(least)));
        }
        return result;
    }
    const std::vector<float> squared = squaredDistances(to.border, grid, spacing);
    for (const std::int64_t at : from.element)
        result.distance.push_back(std::sqrt(squared[std::size_t(at)]));
    return result;
}

double linearPercentile(std::vector<float> values, double percent)
{
    const double position = percent / 100 * double(values.size() - 1);
    const auto low = values.begin() + std::ptrdiff_t(position);
    std::nth_element(values.begin(), low, values.end());
    const double part = position - std::floor(position), value = *low;
    return part > 0 ? value + part * (double(*std::min_element(low + 1, values.end())) - value) : value;
}

/// The first distance at which the area summed so far reaches the share.
double areaPercentile(const DirectedDistances &list, double percent)
{
    std::vector<std::size_t> order(list.distance.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return list.distance[a] < list.distance[b]; });
    const double total = std::accumulate(list.area.begin(), list.area.end(), 0.0);
    double sum = 0;
    for (const std::size_t n : order)
        if ((sum += list.area[n]) / total >= percent / 100) return list.distance[n];
    return list.distance[order.back()];
}

} // namespace

std::array<float, 256> surfelAreas(const Spacing3 &spacing)
{
    static const auto fans = [] { // per code: polygons, each with its apex; independent of the spacing
        std::array<std::vector<std::pair<std::vector<int>, std::size_t>>, 256> all;
        for (int code = 1; code < 255; ++code)
            for (auto &loop : polygons(code)) {
                std::size_t best = 0;
                for (std::size_t apex = 1; apex < loop.size(); ++apex)
                    if (fanArea(loop, apex, {1, 1, 1}) > fanArea(loop, best, {1, 1, 1}) + 1e-9) best = apex;
                all[std::size_t(code)].emplace_back(loop, best);
            }
        return all;
    }();
    std::array<float, 256> areas{};
    for (std::size_t code = 0; code < 256; ++code)
        for (const auto &[loop, apex] : fans[code])
            areas[code] += float(fanArea(loop, apex, spacing));
    return areas;
}

SurfaceDistances surfaceDistances(const MaskPair &pair, SurfaceConvention convention)
{
    const bool corners = convention == SurfaceConvention::Surfel;
    const auto areas = corners ? surfelAreas(pair.spacing) : std::array<float, 256>{};
    const auto of = [&](std::span<const std::uint8_t> mask) {
        return corners ? surfels(mask, pair.size, areas) : borderVoxels(mask, pair.size);
    };
    const Surface reference = of(pair.reference), prediction = of(pair.prediction);
    Size3 grid = pair.size;
    if (corners)
        for (auto &n : grid)
            ++n;
    SurfaceDistances distances;
    distances.referenceEmpty = reference.element.empty();
    distances.predictionEmpty = prediction.element.empty();
    distances.referenceToPrediction = directed(reference, prediction, grid, pair.spacing);
    distances.predictionToReference = directed(prediction, reference, grid, pair.spacing);
    return distances;
}

std::optional<double> hausdorffMm(const SurfaceDistances &distances, SurfaceConvention convention, double percent)
{
    if (distances.referenceEmpty && distances.predictionEmpty) return 0;
    if (distances.referenceEmpty || distances.predictionEmpty) return std::nullopt;
    const auto &a = distances.referenceToPrediction, &b = distances.predictionToReference;
    switch (convention) {
    case SurfaceConvention::Surfel:
        return std::max(areaPercentile(a, percent), areaPercentile(b, percent));
    case SurfaceConvention::CentreMax:
        return std::max(linearPercentile(a.distance, percent), linearPercentile(b.distance, percent));
    case SurfaceConvention::CentrePooled:
        break;
    }
    std::vector<float> all = a.distance;
    all.insert(all.end(), b.distance.begin(), b.distance.end());
    return linearPercentile(std::move(all), percent);
}

double surfaceDice(const SurfaceDistances &distances, double toleranceMm)
{
    if (distances.referenceEmpty && distances.predictionEmpty) return 1;
    double near = 0, total = 0;
    for (const DirectedDistances *list : {&distances.referenceToPrediction, &distances.predictionToReference})
        for (std::size_t n = 0; n < list->distance.size(); ++n) {
            total += list->area[n];
            if (list->distance[n] <= toleranceMm) near += list->area[n];
        }
    return near / total;
}

} // namespace glio::metrics
