#include "glioscope/inference/SlidingWindow.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace glio::inference {
namespace {
/// Half to even, whatever the rounding mode: the convention of the nets that others trained.
std::int64_t roundHalfEven(double value)
{
    const double below = std::floor(value), rest = value - below;
    if (rest < 0.5) return std::int64_t(below);
    if (rest > 0.5) return std::int64_t(below) + 1;
    const auto whole = std::int64_t(below);
    return whole % 2 == 0 ? whole : whole + 1;
}
} // namespace

std::vector<std::int64_t> windowStarts(std::int64_t size, std::int64_t window, double overlap)
{
    assert(size >= window && window > 0 && overlap >= 0 && overlap < 1);
    const double room = double(size - window), stride = std::max(1.0, double(window) * (1.0 - overlap));
    const auto count = std::int64_t(std::ceil(room / stride - 1e-9)) + 1;
    std::vector<std::int64_t> starts;
    for (std::int64_t i = 0; i < count; ++i)
        starts.push_back(count == 1 ? 0 : roundHalfEven(room / double(count - 1) * double(i)));
    return starts;
}

std::vector<float> gaussianWeights(std::int64_t window)
{
    const double sigma = double(window) / 8.0;
    const auto centre = window / 2;
    const auto reach = std::int64_t(4.0 * sigma + 0.5);
    std::vector<float> weights(static_cast<std::size_t>(window));
    for (std::int64_t i = 0; i < window; ++i) {
        const double d = double(i - centre);
        if (std::abs(i - centre) <= reach) weights[std::size_t(i)] = float(std::exp(-0.5 * d * d / (sigma * sigma)));
    }
    return weights;
}

std::vector<float> gaussianMap(const Size3 &window)
{
    const auto wi = gaussianWeights(window[0]), wj = gaussianWeights(window[1]), wk = gaussianWeights(window[2]);
    std::vector<float> map;
    map.reserve(std::size_t(window[0] * window[1] * window[2]));
    for (const float k : wk)
        for (const float j : wj)
            for (const float i : wi)
                map.push_back(10.0f * k * j * i);
    float smallest = 10.0f;
    for (const float v : map)
        if (v > 0) smallest = std::min(smallest, v);
    for (float &v : map)
        if (v <= 0) v = smallest;
    return map;
}

} // namespace glio::inference
