#include "March.h"

#include <algorithm>
#include <cmath>
#include <queue>

namespace glio::phantom {

std::vector<float> arrivalTimes(const Size3 &size, double spacingMm, std::span<const float> speed,
                                std::span<const float> start, float horizon)
{
    const std::int64_t stride[3] = {1, size[0], size[0] * size[1]};
    std::vector<float> time(speed.size(), kNever);
    std::vector<std::uint8_t> fixed(speed.size(), 0);
    using Entry = std::pair<float, std::int32_t>;
    std::vector<Entry> storage;
    storage.reserve(speed.size() / 2);
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> front(std::greater<>{}, std::move(storage));
    for (std::size_t n = 0; n < speed.size(); ++n)
        if (start[n] >= 0) front.emplace(time[n] = start[n], std::int32_t(n));
    const auto h = float(spacingMm);
    while (!front.empty()) {
        const auto [now, at] = front.top();
        front.pop();
        if (fixed[std::size_t(at)]) continue;
        fixed[std::size_t(at)] = 1;
        if (now > horizon) break;
        const std::int64_t v[3] = {at % size[0], at / stride[1] % size[1], at / stride[2]};
        for (int a = 0; a < 3; ++a)
            for (int side = -1; side <= 1; side += 2) {
                if (v[a] + side < 0 || v[a] + side >= size[a]) continue;
                const std::int64_t next = at + side * stride[a];
                if (fixed[std::size_t(next)] || speed[std::size_t(next)] <= 0) continue;
                // Upwind quadratic: smallest neighbour along each axis, added while it still lies behind the front.
                float least[3];
                const std::int64_t w[3] = {v[0] + (a == 0 ? side : 0), v[1] + (a == 1 ? side : 0),
                                           v[2] + (a == 2 ? side : 0)};
                for (int b = 0; b < 3; ++b) {
                    least[b] = kNever;
                    if (w[b] > 0 && fixed[std::size_t(next - stride[b])])
                        least[b] = time[std::size_t(next - stride[b])];
                    if (w[b] + 1 < size[b] && fixed[std::size_t(next + stride[b])])
                        least[b] = std::min(least[b], time[std::size_t(next + stride[b])]);
                }
                std::sort(least, least + 3);
                const float step = h / speed[std::size_t(next)];
                float t = least[0] + step, sum = least[0], squares = least[0] * least[0];
                for (int n = 1; n < 3 && least[n] < t; ++n) {
                    sum += least[n];
                    squares += least[n] * least[n];
                    const float count = float(n + 1), inner = sum * sum - count * (squares - step * step);
                    if (inner < 0) break;
                    t = (sum + std::sqrt(inner)) / count;
                }
                if (t < time[std::size_t(next)]) {
                    time[std::size_t(next)] = t;
                    front.emplace(t, std::int32_t(next));
                }
            }
    }
    for (std::size_t n = 0; n < time.size(); ++n)
        if (!fixed[n] || time[n] > horizon) time[n] = kNever;
    return time;
}

} // namespace glio::phantom
