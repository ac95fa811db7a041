#include "glioscope/samplers/Order.h"

#include "glioscope/base/Random.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace glio::samplers {

std::int64_t shuffledCase(std::uint64_t seed, std::int64_t sample, std::int64_t cases)
{
    const std::int64_t epoch = sample / cases;
    CounterRandom random{seed, 0x6f72646572u, std::uint64_t(epoch)};
    std::vector<std::int64_t> order(static_cast<std::size_t>(cases));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    for (std::int64_t n = cases - 1; n > 0; --n)
        std::swap(order[std::size_t(n)], order[std::size_t(random.integer(0, n))]);
    return order[std::size_t(sample % cases)];
}

std::int64_t ReuseOrder::phantom(std::int64_t sample) const
{
    const std::int64_t newest = sample / reuse, showing = sample % reuse;
    const std::int64_t older = newest - showing * lag;
    // The first samples have nothing older yet: they show the ones there are, in turn.
    return older >= 0 ? older : (newest + showing) % (newest + 1);
}

std::int64_t ReuseOrder::oldestNeeded(std::int64_t sample) const
{
    return std::max<std::int64_t>(0, sample / reuse - std::int64_t(reuse - 1) * lag);
}

} // namespace glio::samplers
