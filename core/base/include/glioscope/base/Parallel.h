#pragma once
#include <cstdint>
#include <functional>

namespace glio {

/// Threads that `parallelFor` uses: $GLIO_THREADS, else the processors this process may run on. At least 1.
int threadCount();

/// Calls `body(begin, end)` on disjoint ranges that cover [begin, end), each at least `grain` long (the last may be
/// shorter), on up to `threadCount()` threads including the caller's; returns when all are done. A nested call runs
/// in its caller's thread. The first exception of a body is thrown again here. Results must not depend on the split.
void parallelFor(std::int64_t begin, std::int64_t end, std::int64_t grain,
                 const std::function<void(std::int64_t, std::int64_t)> &body);

} // namespace glio
