#include "glioscope/augment/Augment.h"

#include <algorithm>

namespace glio::augment {

void dropSequences(Sample &sample, const DropOptions &options, CounterRandom &random)
{
    constexpr std::size_t t1 = 0, t1c = 1, t2 = 2, flair = 3;
    std::array<bool, kSequences> keep{true, true, true, true};
    const double which = random.uniform();
    std::array<double, kSequences> own;
    for (double &u : own)
        u = random.uniform();
    if (which < options.onlyT1cAndFlair) {
        keep = {false, true, false, true};
    } else if (which < options.onlyT1cAndFlair + options.noT2) {
        keep[t2] = false;
    } else if (which < options.onlyT1cAndFlair + options.noT2 + options.noT1NoT2) {
        keep[t1] = keep[t2] = false;
    } else {
        for (std::size_t s = 0; s < kSequences; ++s)
            keep[s] = own[s] >= options.each;
    }
    // A tumour's extent shows on FLAIR or T2: one of them stays when the case has any.
    const bool extentLeft = (keep[flair] && sample.present[flair]) || (keep[t2] && sample.present[t2]);
    if (!extentLeft) (sample.present[flair] ? keep[flair] : keep[t2]) = true;
    if (!sample.present[flair] && !sample.present[t2]) keep[t1] = keep[t1c] = true;
    for (std::size_t s = 0; s < kSequences; ++s) {
        if (keep[s] || !sample.present[s]) continue;
        std::ranges::fill(sample.sequence(s), 0.0f);
        sample.present[s] = false;
    }
}

} // namespace glio::augment
