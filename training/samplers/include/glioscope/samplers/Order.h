#pragma once
#include <cstdint>
#include <vector>

namespace glio::samplers {

/// Which case sample `n` is of, when `cases` are gone through once an epoch in an order drawn from (seed, epoch):
/// a function of its arguments alone.
std::int64_t shuffledCase(std::uint64_t seed, std::int64_t sample, std::int64_t cases);

/// Which generated phantom sample `n` shows, when each is shown `reuse` times. A new one comes every `reuse` samples;
/// the later showings follow some samples behind, so that generating is spread evenly and the same anatomy is not seen
/// twice in a row. At most `lag * (reuse - 1) + 1` phantoms have to be kept.
struct ReuseOrder {
    int reuse = 3, lag = 5;
    std::int64_t phantom(std::int64_t sample) const;
    std::int64_t oldestNeeded(std::int64_t sample) const; ///< phantoms below it will not be asked for again
};

} // namespace glio::samplers
