#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace glio::loop {

/// Linear warm-up over the first steps, then half a cosine down to `finalShare` of the peak.
struct RateSchedule {
    double peak = 1e-3;
    int warmupSteps = 30;
    double finalShare = 0.01;

    /// `step` counts from 0 within the stage; `progress` 0..1 is the share of the stage that is over, by steps or by
    /// wall clock.
    double rate(std::int64_t step, double progress) const
    {
        const double warm = warmupSteps > 0 ? std::min(1.0, double(step + 1) / double(warmupSteps)) : 1.0;
        const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * std::clamp(progress, 0.0, 1.0)));
        return peak * warm * (finalShare + (1 - finalShare) * cosine);
    }
};

/// nnU-Net's polynomial: peak (1 - progress)^0.9.
inline double polynomialRate(double peak, double progress)
{
    return peak * std::pow(1 - std::clamp(progress, 0.0, 1.0), 0.9);
}

/// Weight of the old average after `updates` earlier ones: short at first, so that the first weights are soon
/// forgotten.
inline double emaDecay(double most, std::int64_t updates)
{
    return std::min(most, double(1 + updates) / double(10 + updates));
}

} // namespace glio::loop
