#include "glioscope/tools/LiveWire.h"

#include "Support.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/volume/Resample.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace glio::tools {
namespace {

constexpr float kZeroWeight = 0.43f, kGradientWeight = 0.14f, kDirectionWeight = 0.43f; // Mortensen and Barrett 1995

/// Binomial smoothing, so that single pixels make no edges.
void smooth(std::vector<float> &values, int side)
{
    std::vector<float> row(values.size());
    const auto at = [&](int x, int y) {
        return std::size_t(std::clamp(x, 0, side - 1) + side * std::clamp(y, 0, side - 1));
    };
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x)
            row[at(x, y)] = 0.25f * (values[at(x - 1, y)] + values[at(x + 1, y)]) + 0.5f * values[at(x, y)];
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x)
            values[at(x, y)] = 0.25f * (row[at(x, y - 1)] + row[at(x, y + 1)]) + 0.5f * row[at(x, y)];
}

} // namespace

PointMm LiveWire::toWorld(double x, double y) const
{
    const int middle = m_side / 2;
    return m_anchor + (m_pixelMm * (x - middle)) * m_right + (m_pixelMm * (y - middle)) * m_down;
}

Result<LiveWire> LiveWire::make(std::span<const WeightedImage> images, const PointMm &anchor, const PointMm &right,
                                const PointMm &down, const LiveWireOptions &options)
{
    if (images.empty()) return fail(Errc::InvalidArgument, "The live wire needs an image to look at; open a sequence.");
    if (const auto fine = checkLength("The reach of the live wire", options.reachMm, 5, 150); !fine)
        return std::unexpected(fine.error());
    if (const auto fine = checkLength("The raster of the live wire", options.pixelMm, 0.2, 5); !fine)
        return std::unexpected(fine.error());
    LiveWire wire;
    wire.m_anchor = anchor;
    wire.m_right = right;
    wire.m_down = down;
    wire.m_pixelMm = std::max(options.pixelMm, 2 * options.reachMm / 511);
    wire.m_side = 2 * int(options.reachMm / wire.m_pixelMm) + 1;
    const int side = wire.m_side;
    const auto count = std::size_t(side) * std::size_t(side);
    wire.m_local.assign(count, kZeroWeight + kGradientWeight);
    wire.m_direction.assign(count, {0, 0});
    std::vector<float> strongest(count, 0.0f);
    bool any = false;
    for (const WeightedImage &one : images) {
        if (one.weight <= 0) continue;
        const ImageVolume &image = *one.image;
        std::vector<float> values(count);
        parallelFor(0, side, 8, [&](std::int64_t first, std::int64_t last) {
            for (int y = int(first); y < int(last); ++y)
                for (int x = 0; x < side; ++x)
                    values[std::size_t(x + side * y)] = sampleLinear(
                        image, image.geometry().toIndex(wire.toWorld(x, y)), std::numeric_limits<float>::quiet_NaN());
        });
        if (std::ranges::none_of(values, [](float value) { return std::isfinite(value); })) continue;
        any = true;
        fillMissing(values);
        smooth(values, side);
        std::vector<float> gradient(count), laplacian(count);
        std::vector<std::array<float, 2>> direction(count);
        for (int y = 1; y + 1 < side; ++y)
            for (int x = 1; x + 1 < side; ++x) {
                const auto n = std::size_t(x + side * y), row = std::size_t(side);
                const float dx = 0.5f * (values[n + 1] - values[n - 1]),
                            dy = 0.5f * (values[n + row] - values[n - row]);
                gradient[n] = std::hypot(dx, dy);
                direction[n] = {dx, dy};
                laplacian[n] = values[n + 1] + values[n - 1] + values[n + row] + values[n - row] - 4 * values[n];
            }
        std::vector<float> sorted = gradient;
        const auto at = sorted.begin() + std::ptrdiff_t(0.95 * double(count - 1));
        std::ranges::nth_element(sorted, at);
        if (*at <= 0) continue;
        for (int y = 1; y + 1 < side; ++y)
            for (int x = 1; x + 1 < side; ++x) {
                const auto n = std::size_t(x + side * y), row = std::size_t(side);
                const float strength = std::min(1.0f, gradient[n] / *at);
                if (strength <= strongest[n]) continue;
                strongest[n] = strength;
                // A zero crossing belongs to the pixel of the pair that lies nearer to zero.
                bool crossing = laplacian[n] == 0;
                for (const std::size_t to : {n + 1, n - 1, n + row, n - row})
                    crossing = crossing ||
                               (laplacian[n] * laplacian[to] < 0 && std::abs(laplacian[n]) <= std::abs(laplacian[to]));
                // The crossing of faint ripples is no edge: it counts as far as there is a gradient.
                wire.m_local[n] = kZeroWeight * (crossing ? 1 - strength : 1.0f) + kGradientWeight * (1 - strength);
                const float length = std::max(1e-12f, gradient[n]);
                wire.m_direction[n] = {direction[n][0] / length, direction[n][1] / length};
            }
    }
    if (!any) return fail(Errc::InvalidArgument, "No sequence has a value at this place; click inside the images.");
    wire.m_cost.assign(count, std::numeric_limits<float>::infinity());
    wire.m_parent.assign(count, 0);
    wire.m_done.assign(count, 0);
    const auto start = std::uint32_t(side / 2 + side * (side / 2));
    wire.m_cost[start] = 0;
    wire.m_parent[start] = start;
    wire.m_front.push_back({0, start});
    return wire;
}

/// Mortensen and Barrett's cost of a link: local costs of its end, and how far the edge's direction turns along it.
float LiveWire::stepCost(std::uint32_t from, std::uint32_t to, float lengthPixels) const
{
    const float dx = float(int(to) % m_side - int(from) % m_side) / lengthPixels,
                dy = float(int(to) / m_side - int(from) / m_side) / lengthPixels;
    // D': along the edge, at right angles to the gradient.
    const auto &g = m_direction[from], &k = m_direction[to];
    float fromAlong = g[1] * dx - g[0] * dy, toAlong = k[1] * dx - k[0] * dy;
    if (fromAlong < 0) { // the link is taken the way that makes the first angle small
        fromAlong = -fromAlong;
        toAlong = -toAlong;
    }
    constexpr float scale = 2.0f / (3.0f * std::numbers::pi_v<float>);
    const float turn =
        scale * (std::acos(std::clamp(fromAlong, -1.0f, 1.0f)) + std::acos(std::clamp(toAlong, -1.0f, 1.0f)));
    return (m_local[to] + kDirectionWeight * turn) * lengthPixels;
}

std::vector<PointMm> LiveWire::pathTo(const PointMm &target)
{
    const PointMm way = target - m_anchor;
    const double x = dot(way, m_right) / m_pixelMm + m_side / 2, y = dot(way, m_down) / m_pixelMm + m_side / 2;
    const double most = m_side - 2;
    const int px = int(std::lround(std::clamp(x, 1.0, most))), py = int(std::lround(std::clamp(y, 1.0, most)));
    const auto goal = std::uint32_t(px + m_side * py);
    while (!m_done[goal] && !m_front.empty()) {
        std::pop_heap(m_front.begin(), m_front.end());
        const Front front = m_front.back();
        m_front.pop_back();
        if (m_done[front.at]) continue;
        m_done[front.at] = 1;
        const int fx = int(front.at) % m_side, fy = int(front.at) / m_side;
        for (int dy = -1; dy <= 1; ++dy)
            for (int dx = -1; dx <= 1; ++dx) {
                const int tx = fx + dx, ty = fy + dy;
                if ((dx == 0 && dy == 0) || tx < 0 || ty < 0 || tx >= m_side || ty >= m_side) continue;
                const auto to = std::uint32_t(tx + m_side * ty);
                if (m_done[to]) continue;
                const float length = dx != 0 && dy != 0 ? std::numbers::sqrt2_v<float> : 1.0f;
                const float cost = front.cost + stepCost(front.at, to, length);
                if (cost >= m_cost[to]) continue;
                m_cost[to] = cost;
                m_parent[to] = front.at;
                m_front.push_back({cost, to});
                std::push_heap(m_front.begin(), m_front.end());
            }
    }
    std::vector<PointMm> path{m_anchor + dot(way, m_right) * m_right + dot(way, m_down) * m_down};
    // The target's own pixel is the target; the anchor's is the anchor.
    for (std::uint32_t at = m_parent[goal]; at != m_parent[at]; at = m_parent[at])
        path.push_back(toWorld(int(at) % m_side, int(at) / m_side));
    path.push_back(m_anchor);
    std::ranges::reverse(path);
    return path;
}

} // namespace glio::tools
