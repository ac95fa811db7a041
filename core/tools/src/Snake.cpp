#include "glioscope/tools/Snake.h"

#include "SnakeField.h"
#include "Support.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace glio::tools {
namespace {

constexpr double kEdgePullMm = 2; // g runs from 1 to 0 within about this length, so that the pull is a speed near 1
constexpr int kEstimateEvery = 8; // steps between two estimates of the regions
constexpr int kQuietSteps = 16;   // steps over which the volume stays until it rests

} // namespace

Result<Snake> Snake::make(const LabelMap &map, Label label, std::span<const SnakeBubble> bubbles,
                          const SnakeSource &source, double reachMm)
{
    const Geometry &grid = map.geometry();
    if (const auto fine = checkLength("The reach of the snake", reachMm, 1, 100); !fine)
        return std::unexpected(fine.error());
    const bool needsImage = source.driver != SnakeDriver::Probability;
    if (needsImage && source.images.empty())
        return fail(Errc::InvalidArgument, "The snake needs an image to look at; open a sequence.");
    if (source.images.size() > 4)
        return fail(Errc::InvalidArgument, "The snake looks at four sequences at most; leave some out.");
    if (!needsImage && (!source.probability || !source.probability->geometry().sameGrid(grid)))
        return fail(Errc::InvalidArgument,
                    "The model's probabilities are missing or lie on another grid; segment first.");
    if (source.driver == SnakeDriver::Range && !(source.low < source.high))
        return fail(Errc::InvalidArgument, "The lower intensity must lie below the upper one.");
    VoxelBox start = label == 0 ? VoxelBox{} : map.boundingBox(label);
    for (const SnakeBubble &bubble : bubbles) {
        if (!std::isfinite(bubble.radiusMm) || bubble.radiusMm <= 0 || bubble.radiusMm > 100)
            return fail(Errc::InvalidArgument, "The radius of a bubble must be above 0 mm and at most 100 mm.");
        const Index3 at = grid.nearestVoxel(bubble.centre);
        if (!grid.contains(at)) return outsideGrid();
        start = start.joined(grownMm({at, {1, 1, 1}}, bubble.radiusMm, grid));
    }
    if (start.empty()) return fail(Errc::InvalidArgument, "The snake needs a start: draw this label or set a bubble.");

    Snake snake;
    snake.m_box = grownMm(start, reachMm, grid);
    if (snake.m_box.count() > 16'000'000)
        return fail(Errc::InvalidArgument, "The snake's start is too large; begin with a smaller shape.");
    snake.m_spacing = grid.spacing();
    snake.m_voxelMm3 = grid.voxelVolumeMm3();
    snake.m_driver = source.driver;
    const auto [least, most] = std::ranges::minmax(snake.m_spacing);
    snake.m_bandMm = std::max(4 * least, 2.2 * most);
    const auto count = std::size_t(snake.m_box.count());

    // The start: below 0 inside. Bubbles are true balls, a label's border runs halfway between voxels.
    snake.m_phi.assign(count, float(snake.m_bandMm));
    const std::vector<Label> labels = map.values(snake.m_box);
    forEachVoxel(snake.m_box, [&](const Index3 &v, std::size_t at) {
        double phi = label != 0 && labels[at] == label ? -0.5 * least : 0.5 * least;
        for (const SnakeBubble &bubble : bubbles)
            phi = std::min(phi, length(grid.toWorld(v) - bubble.centre) - bubble.radiusMm);
        snake.m_phi[at] = float(phi);
    });
    // A bubble smaller than a voxel still holds the voxel it was set in.
    for (const SnakeBubble &bubble : bubbles) {
        float &phi = snake.m_phi[snake.m_box.offset(grid.nearestVoxel(bubble.centre))];
        phi = std::min(phi, float(-0.25 * least));
    }

    snake.m_stop.assign(count, 1.0f);
    if (!source.images.empty()) {
        auto channels = sampled(source.images, grid, snake.m_box);
        if (!channels) return std::unexpected(channels.error());
        for (std::size_t c = 0; c < channels->size(); ++c) {
            if (source.images[c].weight <= 0) continue;
            fillMissing((*channels)[c]);
            snake.m_channels.push_back(std::move((*channels)[c]));
        }
        snake.m_stop = edgeStops(snake.m_channels, snake.m_box.size, snake.m_spacing);
    }
    snake.m_speed.assign(count, 0.0f);
    if (source.driver == SnakeDriver::Probability)
        forEachVoxel(snake.m_box, [&](const Index3 &v, std::size_t at) {
            snake.m_speed[at] = 2 * float(source.probability->at(v)) / 255.0f - 1;
        });
    if (source.driver == SnakeDriver::Range) {
        // Soft at both ends: a tenth of the range from full speed one way to full speed the other.
        const double soft = 0.05 * (source.high - source.low);
        for (std::size_t n = 0; n < count; ++n) {
            const double value = double(snake.m_channels.front()[n]);
            snake.m_speed[n] = float(std::clamp(std::min(value - source.low, source.high - value) / soft, -1.0, 1.0));
        }
    }
    if (source.driver != SnakeDriver::Regions) snake.m_channels.clear();
    snake.m_least = leastDeviations(snake.m_channels);
    snake.redistance();
    snake.m_inside = std::ranges::count_if(snake.m_phi, [](float phi) { return phi < 0; });
    if (source.driver == SnakeDriver::Regions) snake.estimateRegions();
    return snake;
}

void Snake::redistance()
{
    m_band = signedDistances(m_phi, m_box.size, m_spacing, float(m_bandMm));
    m_movedMm = 0;
    if (m_regions) regionSpeeds(m_channels, *m_regions, m_band, m_speed); // it has come to other voxels
}

void Snake::estimateRegions()
{
    const RegionPair regions = regionsOf(m_channels, m_phi, float(m_bandMm), m_least);
    if (!regions.good) return; // nothing left on one side: what was known before still holds
    m_regions = std::make_shared<const RegionPair>(regions);
    regionSpeeds(m_channels, regions, m_band, m_speed);
}

float Snake::forceAt(std::size_t at) const { return m_speed[at] + float(m_forces.expansion) * m_stop[at]; }

void Snake::oneStep()
{
    const std::array<std::int64_t, 3> stride{1, m_box.size[0], m_box.size[0] * m_box.size[1]};
    std::array<float, 3> h{}, perMm{};
    double inverse2 = 0;
    for (std::size_t a = 0; a < 3; ++a) {
        h[a] = float(m_spacing[a]);
        perMm[a] = 1 / h[a];
        inverse2 += 1 / (m_spacing[a] * m_spacing[a]);
    }
    const auto smoothness = float(m_forces.smoothnessMm), edges = float(m_forces.edges * kEdgePullMm);
    m_next.resize(m_band.size()); // first the change per time, then phi itself
    float fastest = 0;
    std::mutex lock;
    parallelFor(0, std::int64_t(m_band.size()), 2048, [&](std::int64_t first, std::int64_t last) {
        float mine = 0;
        for (std::int64_t n = first; n < last; ++n) {
            const std::size_t at = m_band[std::size_t(n)];
            const std::array<std::int64_t, 3> v{std::int64_t(at) % stride[1],
                                                std::int64_t(at) / stride[1] % m_box.size[1],
                                                std::int64_t(at) / stride[2]};
            std::array<std::int64_t, 3> down{}, up{};
            for (std::size_t a = 0; a < 3; ++a) {
                down[a] = v[a] > 0 ? -stride[a] : 0;
                up[a] = v[a] + 1 < m_box.size[a] ? stride[a] : 0;
            }
            const float *phi = m_phi.data() + at, *stop = m_stop.data() + at;
            const float here = *phi;
            std::array<float, 3> back{}, ahead{}, centre{}, second{};
            for (std::size_t a = 0; a < 3; ++a) {
                back[a] = (here - phi[down[a]]) * perMm[a];
                ahead[a] = (phi[up[a]] - here) * perMm[a];
                centre[a] = 0.5f * (back[a] + ahead[a]);
                second[a] = (ahead[a] - back[a]) * perMm[a];
            }
            // Propagation, upwind (Osher and Sethian 1988).
            const float force = forceAt(at);
            float grow = 0;
            for (std::size_t a = 0; a < 3; ++a) {
                const float low = force > 0 ? std::max(back[a], 0.0f) : std::min(back[a], 0.0f);
                const float high = force > 0 ? std::min(ahead[a], 0.0f) : std::max(ahead[a], 0.0f);
                grow += low * low + high * high;
            }
            float rate = -force * std::sqrt(grow);
            // Curvature times the gradient's length, central.
            const float length2 = centre[0] * centre[0] + centre[1] * centre[1] + centre[2] * centre[2];
            if (smoothness > 0 && length2 > 1e-6f) {
                float bend = 0;
                for (std::size_t a = 0; a < 3; ++a)
                    bend += second[a] * (length2 - centre[a] * centre[a]);
                for (std::size_t a = 0; a < 3; ++a) {
                    const std::size_t b = (a + 1) % 3;
                    const float mixed =
                        0.25f * perMm[a] * perMm[b] *
                        (phi[up[a] + up[b]] - phi[up[a] + down[b]] - phi[down[a] + up[b]] + phi[down[a] + down[b]]);
                    bend -= 2 * mixed * centre[a] * centre[b];
                }
                // No bend that the grid cannot hold: a voxel alone is as round as it gets.
                const float most = 2 * std::sqrt(float(inverse2) * length2);
                rate += smoothness * std::clamp(bend / length2, -most, most);
            }
            float pull = 0;
            if (edges > 0)
                for (std::size_t a = 0; a < 3; ++a) {
                    const float slope = 0.5f * edges * (stop[up[a]] - stop[down[a]]) * perMm[a];
                    rate += slope * (slope > 0 ? ahead[a] : back[a]);
                    pull += std::abs(slope) * perMm[a];
                }
            m_next[std::size_t(n)] = rate;
            mine = std::max(mine, std::abs(force) * std::sqrt(float(inverse2)) + pull);
        }
        const std::scoped_lock hold(lock);
        fastest = std::max(fastest, mine);
    });
    const double dt = 0.8 / (double(fastest) + 1.4 * m_forces.smoothnessMm * inverse2 + 1e-3);
    double moved = 0;
    for (std::size_t n = 0; n < m_band.size(); ++n) {
        float &phi = m_phi[m_band[n]];
        const float change = float(dt) * m_next[n], before = phi;
        phi += change;
        m_inside += int(phi < 0) - int(before < 0);
        if (std::abs(before) < 1.5f * h[0]) moved = std::max(moved, double(std::abs(change)));
    }
    m_movedMm += moved;
    m_atRest = m_inside <= 0;
    if (m_steps % kQuietSteps == 0) { // noise flickers; the volume tells whether it still goes anywhere
        m_atRest = m_atRest || std::abs(m_inside - m_insideBefore) * 400 <= m_inside;
        m_insideBefore = m_inside;
    }
    ++m_steps;
}

void Snake::step(int steps)
{
    if (m_inside > 0) m_atRest = false; // the forces may be others now
    for (int n = 0; n < steps && !m_atRest; ++n) {
        // The band must reach beyond where the surface gets before its distances are made anew.
        if (m_movedMm > 0.3 * m_bandMm || m_steps % 6 == 5) redistance();
        if (m_driver == SnakeDriver::Regions && m_steps % kEstimateEvery == kEstimateEvery - 1) estimateRegions();
        oneStep();
    }
    if (m_band.empty()) m_atRest = true;
}

Selection Snake::shape() const
{
    Selection all{m_box, std::vector<std::uint8_t>(m_phi.size())};
    std::ranges::transform(m_phi, all.inside.begin(), [](float phi) { return std::uint8_t(phi < 0); });
    return trimmed(all);
}

double Snake::volumeMl() const { return double(m_inside) * m_voxelMm3 / 1000; }

} // namespace glio::tools
