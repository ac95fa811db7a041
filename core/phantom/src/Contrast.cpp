#include "Contrast.h"

#include <algorithm>
#include <cmath>

namespace glio::phantom {

float Contrast::brainAt(float t1, const TissueLevels &levels) const
{
    if (t1 < levels.csf) return csf * (grey > csf ? std::max(0.0f, t1 / levels.csf) : 1.0f);
    if (t1 < levels.grey) return csf + (grey - csf) * (t1 - levels.csf) / (levels.grey - levels.csf);
    if (t1 < 1) return grey + (1 - grey) * (t1 - levels.grey) / (1 - levels.grey);
    return 1 + aboveWhite * (t1 - 1);
}

float Contrast::at(const AnatomyPoint &p, const TissueLevels &levels) const
{
    float value = 0;
    if (p.brain > 0) value += p.brain * brainAt(p.t1, levels);
    if (const float head = p.bone + p.soft + p.fat + p.fluid; head > 0.002f) {
        // The T1's own relief within each tissue of the head.
        const float typical = (0.1f * p.bone + 0.65f * p.soft + 1.45f * p.fat + 0.3f * p.fluid) / head;
        const float relief = 1 + headTexture * std::clamp(p.t1 / std::max(typical, 0.1f) - 1, -0.5f, 0.5f) *
                                     std::max(0.0f, 1 - 2 * p.brain);
        value += (p.bone * bone + p.soft * soft + p.fat * fat + p.fluid * fluid) * relief;
    }
    return value + vesselShare * p.vessel * (vessel - value);
}

float Contrast::atReal(float real, const AnatomyPoint &p, const TissueLevels &levels) const
{
    float value = power == 1 ? real : std::pow(std::max(real, 0.0f), power);
    if (p.brain > 0.1f) value *= 1 + (wetness - 1) * tissueShares(p.t1, levels).csf;
    return value + vesselShare * p.vessel * (vessel - value);
}

std::array<Contrast, 4> drawContrasts(CounterRandom &random, bool calm)
{
    std::array<Contrast, 4> out;
    const auto pick = [&](double low, double high) {
        return float(calm ? 0.5 * (low + high) : random.uniform(low, high));
    };
    const bool wild = !calm && random.chance(0.2);
    const bool fatSuppressed = !calm && random.chance(0.35);
    for (std::size_t s = 0; s < 4; ++s) {
        Contrast &c = out[s];
        switch (s) {
        case 0:
        case 1:
            c.csf = pick(0.15, 0.45), c.grey = pick(0.6, 0.9), c.aboveWhite = pick(0.6, 1.2);
            break;
        case 2:
            c.csf = pick(1.9, 3.6), c.grey = pick(1.1, 1.5), c.aboveWhite = pick(-1.0, 0.0);
            break;
        default:
            c.csf = pick(0.15, 0.7), c.grey = pick(1.0, 1.35), c.aboveWhite = pick(-0.6, 0.2);
            break;
        }
        if (wild && random.chance(0.5)) c.csf = pick(0.2, 3), c.grey = pick(0.5, 1.6);
        c.bone = pick(0.02, 0.3);
        c.soft = s == 0 ? pick(0.5, 0.85) : s == 1 ? pick(0.7, 1.2) : pick(0.35, 0.8);
        c.fat = s == 0 ? pick(1.3, 2.3) : s == 1 ? pick(1.3, 2.5) : s == 2 ? pick(0.7, 2.4) : pick(0.5, 1.8);
        if (fatSuppressed && s > 0) c.fat = pick(0.25, 0.8);
        c.fluid = s == 2 ? pick(2.2, 3.4) : pick(0.2, 0.5);
        c.power = calm ? 1.0f : pick(0.75, 1.3);
        c.wetness = calm ? 1.0f : pick(0.8, 1.2);
        c.headTexture = pick(0.3, 1.0);
    }
    if (random.chance(calm ? 1 : 0.8))
        out[1].vessel = calm ? 1.75f : pick(1.3, 2.4), out[1].vesselShare = calm ? 0.85f : pick(0.3, 1);
    if (random.chance(0.3)) out[0].vessel = pick(0.9, 1.4), out[0].vesselShare = 0.4f; // inflow
    if (random.chance(0.4))
        out[2].vessel = out[3].vessel = 0.2f, out[2].vesselShare = out[3].vesselShare = pick(0.2, 0.6); // flow voids
    if (calm) {
        out[0].csf = 0.26f, out[0].grey = 0.72f, out[0].fat = 1.55f;
        out[1].csf = 0.28f, out[1].grey = 0.76f, out[1].fat = 1.6f;
        out[2].csf = 2.75f, out[2].grey = 1.42f, out[2].fat = 1.5f;
        out[3].csf = 0.3f, out[3].grey = 1.22f, out[3].fat = 1.15f;
        out[0].vesselShare = out[2].vesselShare = out[3].vesselShare = 0;
    }
    return out;
}

} // namespace glio::phantom
