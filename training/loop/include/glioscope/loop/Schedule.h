#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>

namespace glio::loop {

/// nnU-Net's polynomial: peak (1 - progress)^power.
inline double polynomialRate(double peak, double progress, double power = 0.9)
{
    return peak * std::pow(1 - std::clamp(progress, 0.0, 1.0), power);
}

/// The learning rate over one stage. Kinds: "cosine" (half a cosine down to `finalShare` of the peak), "poly",
/// "constant" and "plateau" (level; what falls is the plateau's factor): all after a linear warm-up of `warmupSteps`;
/// and "onecycle" (Smith and Topin 2018: up for `warmupShare` of the stage from peak / startDivisor, then down to
/// peak / startDivisor / endDivisor, both along half a cosine; it has its own warm-up).
struct RateSchedule {
    double peak = 1e-3;
    int warmupSteps = 30;
    double finalShare = 0.01;
    std::string kind = "cosine";
    double power = 0.9, warmupShare = 0.15, startDivisor = 25, endDivisor = 1e4;

    /// `step` counts updates from 0 within the stage; `steps` is how many there will be, 0 when the stage ends by wall
    /// clock; `progress` 0..1 is the share of the stage that is over.
    double rate(std::int64_t step, std::int64_t steps, double progress) const
    {
        if (kind == "onecycle") return oneCycle(step, steps, progress);
        const double warm = warmupSteps > 0 ? std::min(1.0, double(step + 1) / double(warmupSteps)) : 1.0;
        if (kind == "poly") return warm * polynomialRate(peak, progress, power);
        if (kind != "cosine") return warm * peak;
        return warm * halfCosine(peak, peak * finalShare, progress);
    }

private:
    static double halfCosine(double from, double to, double share)
    {
        return to + (from - to) * 0.5 * (1 + std::cos(std::numbers::pi * std::clamp(share, 0.0, 1.0)));
    }
    double oneCycle(std::int64_t step, std::int64_t steps, double progress) const
    {
        // By steps: the last step is the cycle's end, whatever a step is made of (batches, accumulation).
        const double length = steps > 0 ? double(steps) : 1.0, one = steps > 0 ? 1.0 : 0.0;
        const double at = steps > 0 ? double(step) : progress;
        const double top = std::max(1e-9, warmupShare * length - one), end = length - one;
        if (at <= top) return halfCosine(peak / startDivisor, peak, at / top);
        return halfCosine(peak, peak / startDivisor / endDivisor, (at - top) / std::max(1e-9, end - top));
    }
};

/// Weight of the old average after `updates` earlier ones: short at first, so that the first weights are soon
/// forgotten.
inline double emaDecay(double most, std::int64_t updates)
{
    return std::min(most, double(1 + updates) / double(10 + updates));
}

} // namespace glio::loop
