#include "SurfaceDistance.h"

#include "glioscope/base/Parallel.h"

#include <limits>

namespace glio::tools {
namespace {

constexpr float kFar = std::numeric_limits<float>::infinity();

constexpr double kQuarter = 0.25; // of a voxel: half of the middle half

/// One line of the transform. The gap between x and the middle half of q is |x - q| less a quarter, or none where both
/// are one: of the parabolas' lower envelope (Felzenszwalb and Huttenlocher 2012) the values a quarter before and
/// behind.
class Line {
public:
    explicit Line(std::int64_t n) : m_in(static_cast<std::size_t>(n)), m_apex(m_in.size()), m_from(m_in.size()) {}

    void run(float *values, std::int64_t stride, double step2)
    {
        const auto n = std::int64_t(m_in.size());
        std::int64_t top = -1;
        for (std::int64_t q = 0; q < n; ++q) {
            m_in[std::size_t(q)] = values[q * stride];
            if (m_in[std::size_t(q)] == kFar) continue;
            double start = -1e30;
            while (top >= 0) {
                const std::int64_t p = m_apex[std::size_t(top)];
                start = (double(m_in[std::size_t(q)] - m_in[std::size_t(p)]) / step2 + double(q * q - p * p)) /
                        double(2 * (q - p));
                if (start > m_from[std::size_t(top)]) break;
                --top;
                start = -1e30;
            }
            ++top;
            m_apex[std::size_t(top)] = q;
            m_from[std::size_t(top)] = start;
        }
        if (top < 0) return;
        std::int64_t at = 0;
        const auto envelope = [&](double x) {
            while (at < top && m_from[std::size_t(at + 1)] <= x)
                ++at;
            const std::int64_t apex = m_apex[std::size_t(at)];
            const double gap = x - double(apex);
            return float(double(m_in[std::size_t(apex)]) + step2 * gap * gap);
        };
        for (std::int64_t x = 0; x < n; ++x) {
            const float before = envelope(double(x) - kQuarter), behind = envelope(double(x) + kQuarter);
            values[x * stride] = std::min({m_in[std::size_t(x)], before, behind});
        }
    }

private:
    std::vector<float> m_in;
    std::vector<std::int64_t> m_apex;
    std::vector<double> m_from;
};

} // namespace

std::vector<float> squaredSurfaceDistances(std::span<const std::uint8_t> set, const Size3 &size,
                                           const Spacing3 &spacing)
{
    std::vector<float> out(set.size());
    std::ranges::transform(set, out.begin(), [](std::uint8_t in) { return in ? 0.0f : kFar; });
    const std::array<std::int64_t, 3> stride{1, size[0], size[0] * size[1]};
    for (std::size_t a = 0; a < 3; ++a) {
        const std::size_t b = a == 0 ? 1 : 0, c = a == 2 ? 1 : 2;
        parallelFor(0, size[c], 1, [&](std::int64_t first, std::int64_t last) {
            Line line(size[a]);
            for (std::int64_t v = first; v < last; ++v)
                for (std::int64_t u = 0; u < size[b]; ++u)
                    line.run(out.data() + u * stride[b] + v * stride[c], stride[a], spacing[a] * spacing[a]);
        });
    }
    return out;
}

} // namespace glio::tools
