#pragma once
#include "Runner.h"

namespace glio::inference {

/// How a net runs fastest here. Measured once for each processor, thread count and net, kept in cacheHome().
struct Speed {
    Precision precision = Precision::Float32;
    bool fused = false;         ///< our own CPU runner rather than LibTorch's
    double secondsPerVoxel = 0; ///< of a window
};

/// What was measured before, for this precision (Auto: the fastest of all).
std::optional<Speed> knownSpeed(const nets::NetSpec &spec, const std::string &device, Precision precision);
/// Remembers it; failing to write costs nothing but another measurement.
void rememberSpeed(const nets::NetSpec &spec, const std::string &device, Precision precision, const Speed &speed);

/// Bytes that one call on a window of that size needs at its highest: roughly, and not too little.
std::int64_t runnerBytes(const nets::NetSpec &spec, const Speed &how, const Size3 &window);

/// "AMD EPYC ..., 2 threads": names this machine in the cache and in benchmarks.
std::string processorName();

} // namespace glio::inference
