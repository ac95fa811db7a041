#include "glioscope/metrics/DistanceTransform.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <limits>

namespace glio::metrics {
namespace {

constexpr float kFar = std::numeric_limits<float>::infinity();

/// Lower envelope of the parabolas f(q) + (step (x - q))^2 along one line, in place. Room: three arrays of length n.
void envelope(float *line, std::int64_t n, double step2, std::vector<std::int64_t> &apex, std::vector<double> &from,
              std::vector<float> &height)
{
    std::int64_t top = -1;
    for (std::int64_t q = 0; q < n; ++q) {
        if (line[q] == kFar) continue;
        const double f = double(line[q]) / step2 + double(q * q);
        double start = -1e30;
        while (top >= 0) {
            const std::int64_t p = apex[std::size_t(top)];
            start = (f - (double(height[std::size_t(top)]) / step2 + double(p * p))) / double(2 * (q - p));
            if (start > from[std::size_t(top)]) break;
            --top;
            start = -1e30;
        }
        ++top;
        apex[std::size_t(top)] = q;
        from[std::size_t(top)] = start;
        height[std::size_t(top)] = line[q];
    }
    if (top < 0) return;
    std::int64_t at = 0;
    for (std::int64_t x = 0; x < n; ++x) {
        while (at < top && from[std::size_t(at + 1)] <= double(x))
            ++at;
        const double gap = double(x - apex[std::size_t(at)]);
        line[x] = float(height[std::size_t(at)] + step2 * gap * gap);
    }
}

} // namespace

std::vector<float> squaredDistances(std::span<const std::uint8_t> set, const Size3 &size, const Spacing3 &spacing)
{
    const auto [ni, nj, nk] = size;
    std::vector<float> d(set.size());
    // Along i: distance to the nearest set element of the row, from both sides.
    parallelFor(0, nj * nk, 64, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t row = first; row < last; ++row) {
            const std::uint8_t *in = set.data() + row * ni;
            float *out = d.data() + row * ni;
            const auto sweep = [&](std::int64_t begin, std::int64_t end, std::int64_t step, bool second) {
                std::int64_t gap = -1;
                for (std::int64_t i = begin; i != end; i += step) {
                    gap = in[i] ? 0 : gap < 0 ? -1 : gap + 1;
                    const float value = gap < 0 ? kFar : float(double(gap * gap) * spacing[0] * spacing[0]);
                    out[i] = second ? std::min(out[i], value) : value;
                }
            };
            sweep(0, ni, 1, false);
            sweep(ni - 1, -1, -1, true);
        }
    });
    // Along j, then k: gathered in tiles of 16 neighbouring columns, so that each cache line is read once.
    constexpr std::int64_t kTile = 16;
    for (const int axis : {1, 2}) {
        const std::int64_t n = size[std::size_t(axis)];
        if (n == 1) continue;
        const std::int64_t stride = axis == 1 ? ni : ni * nj, others = axis == 1 ? nk : nj,
                           otherStride = axis == 1 ? ni * nj : ni;
        const std::int64_t tiles = (ni + kTile - 1) / kTile;
        const double step2 = spacing[std::size_t(axis)] * spacing[std::size_t(axis)];
        parallelFor(0, others * tiles, 4, [&](std::int64_t first, std::int64_t last) {
            std::vector<float> tile(std::size_t(kTile * n)), height(static_cast<std::size_t>(n));
            std::vector<std::int64_t> apex(static_cast<std::size_t>(n));
            std::vector<double> from(static_cast<std::size_t>(n));
            for (std::int64_t t = first; t < last; ++t) {
                const std::int64_t i0 = t % tiles * kTile, width = std::min(kTile, ni - i0);
                float *base = d.data() + t / tiles * otherStride + i0;
                for (std::int64_t q = 0; q < n; ++q)
                    for (std::int64_t i = 0; i < width; ++i)
                        tile[std::size_t(i * n + q)] = base[q * stride + i];
                for (std::int64_t i = 0; i < width; ++i)
                    envelope(tile.data() + i * n, n, step2, apex, from, height);
                for (std::int64_t q = 0; q < n; ++q)
                    for (std::int64_t i = 0; i < width; ++i)
                        base[q * stride + i] = tile[std::size_t(i * n + q)];
            }
        });
    }
    return d;
}

} // namespace glio::metrics
