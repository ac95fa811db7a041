#pragma once
#include "Sampling.h"
#include "glioscope/base/Random.h"

#include <array>

namespace glio::phantom {

/// How one sequence shows a healthy head; white matter = 1.
struct Contrast {
    float csf = 0.3f, grey = 0.75f, aboveWhite = 0.4f; ///< brain: piecewise linear in T1
    float bone = 0.1f, soft = 0.6f, fat = 1.6f, fluid = 0.3f;
    float vessel = 0, vesselShare = 0; ///< value of contrast-taking structures and how much of it is seen
    float power = 1, wetness = 1;      ///< for real images: I^power, fluid times wetness
    float headTexture = 0.5f;

    float brainAt(float t1, const TissueLevels &levels) const;
    /// The whole head, without a tumour.
    float at(const AnatomyPoint &p, const TissueLevels &levels) const;
    /// The same from a real image's value.
    float atReal(float value, const AnatomyPoint &p, const TissueLevels &levels) const;
};

/// One for each of T1, T1c, T2, FLAIR.
std::array<Contrast, 4> drawContrasts(CounterRandom &random, bool calm);

} // namespace glio::phantom
