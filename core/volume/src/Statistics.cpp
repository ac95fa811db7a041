#include "glioscope/volume/Statistics.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace glio {
namespace {

float quantileOfSorted(const std::vector<float> &sorted, double q)
{
    if (sorted.empty()) return 0;
    const double position = std::clamp(q, 0.0, 1.0) * double(sorted.size() - 1);
    const auto low = std::size_t(position);
    const auto high = std::min(low + 1, sorted.size() - 1);
    return float(sorted[low] + (position - double(low)) * (double(sorted[high]) - sorted[low]));
}

std::vector<float> finiteOnly(std::span<const float> values)
{
    std::vector<float> kept;
    kept.reserve(values.size());
    for (const float value : values)
        if (std::isfinite(value)) kept.push_back(value);
    return kept;
}

/// Several order statistics in one go: each selection works on what the one before left above it.
std::vector<float> select(std::vector<float> &values, std::span<const double> ascending)
{
    std::vector<float> found;
    auto begin = values.begin();
    for (const double q : ascending) {
        if (values.empty()) {
            found.push_back(0);
            continue;
        }
        const double position = std::clamp(q, 0.0, 1.0) * double(values.size() - 1);
        const auto low = values.begin() + std::ptrdiff_t(position);
        if (low >= begin) {
            std::nth_element(begin, low, values.end());
            begin = low;
        }
        float value = *low;
        if (const double part = position - std::floor(position); part > 0 && low + 1 != values.end())
            value = float(value + part * (double(*std::min_element(low + 1, values.end())) - value));
        found.push_back(value);
    }
    return found;
}

} // namespace

ImageStatistics statistics(std::span<const float> values)
{
    ImageStatistics s;
    std::vector<float> kept = finiteOnly(values);
    s.finite = std::int64_t(kept.size());
    s.notFinite = std::int64_t(values.size()) - s.finite;
    if (kept.empty()) return s;
    double sum = 0;
    s.minimum = s.maximum = kept.front();
    for (const float value : kept) {
        s.minimum = std::min(s.minimum, value);
        s.maximum = std::max(s.maximum, value);
        sum += value;
    }
    s.mean = sum / double(kept.size());
    double squares = 0;
    for (const float value : kept)
        squares += (value - s.mean) * (value - s.mean);
    s.deviation = std::sqrt(squares / double(kept.size()));
    s.constant = s.minimum == s.maximum;
    constexpr std::array kQ{0.01, 0.02, 0.10, 0.50, 0.90, 0.98, 0.99, 0.999};
    const auto q = select(kept, kQ);
    s.p01 = q[0], s.p02 = q[1], s.p10 = q[2], s.median = q[3], s.p90 = q[4], s.p98 = q[5], s.p99 = q[6], s.p999 = q[7];
    return s;
}

std::vector<float> quantiles(std::span<const float> values, std::span<const double> q)
{
    std::vector<float> kept = finiteOnly(values);
    if (q.size() <= 8 && std::is_sorted(q.begin(), q.end())) return select(kept, q);
    std::sort(kept.begin(), kept.end());
    std::vector<float> found;
    for (const double share : q)
        found.push_back(quantileOfSorted(kept, share));
    return found;
}

float backgroundValue(const ImageVolume &image)
{
    const Size3 &n = image.size();
    std::vector<float> border;
    const float *data = image.data();
    for (std::int64_t k = 0; k < n[2]; ++k)
        for (std::int64_t j = 0; j < n[1]; ++j) {
            const bool edge = k == 0 || j == 0 || k == n[2] - 1 || j == n[1] - 1;
            const float *row = data + n[0] * (j + n[1] * k);
            for (std::int64_t i = 0; i < n[0]; i += edge || n[0] < 2 ? 1 : n[0] - 1)
                if (std::isfinite(row[i])) border.push_back(row[i]);
        }
    if (border.empty()) return 0;
    std::sort(border.begin(), border.end());
    float value = border.front();
    std::size_t most = 0;
    for (std::size_t first = 0; first < border.size();) {
        std::size_t last = first;
        while (last < border.size() && border[last] == border[first])
            ++last;
        if (last - first > most) most = last - first, value = border[first];
        first = last;
    }
    return 10 * most >= 3 * border.size() ? value : quantileOfSorted(border, 0.05);
}

DisplayRange autoWindow(const ImageVolume &image)
{
    const float background = backgroundValue(image);
    std::vector<float> kept;
    // A quarter of a million samples place a percentile well enough, and opening four sequences must be quick.
    const auto voxels = image.voxels();
    const std::size_t step = std::max<std::size_t>(1, voxels.size() / 250'000);
    for (std::size_t n = 0; n < voxels.size(); n += step)
        if (std::isfinite(voxels[n]) && voxels[n] > background) kept.push_back(voxels[n]);
    if (kept.size() < 16) {
        const ImageStatistics s = statistics(voxels);
        const float room = std::max(1e-3f, std::abs(s.maximum) * 1e-3f);
        return s.maximum > s.minimum ? DisplayRange{s.minimum, s.maximum}
                                     : DisplayRange{s.minimum - room, s.minimum + room};
    }
    constexpr std::array kQ{0.01, 0.998};
    const auto q = select(kept, kQ);
    // Dark tissue should not be crushed to black: the lower end is the background's when the image is stripped.
    const float low = std::min(q[0], background + 0.15f * (q[1] - background));
    if (q[1] > low) return {low, q[1]};
    const float room = std::max(1e-3f, std::abs(low) * 1e-3f);
    return {low - room, low + room};
}

} // namespace glio
