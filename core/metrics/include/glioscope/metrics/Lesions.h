#pragma once
#include "glioscope/metrics/Surface.h"

namespace glio::metrics {

/// BraTS lesion-wise rules (algorithms.md B.4).
struct LesionRules {
    int dilations = 3;
    double smallestMm3 = 50;         ///< reference lesions at or below this volume do not count
    bool mergePrediction = false;    ///< 2024 PED: predicted components are merged by the same dilation ...
    int smallestPredictedVoxels = 0; ///< ... and those with at most this many voxels removed before everything
    static LesionRules brats2023() { return {}; }
    static LesionRules bratsPed2024() { return {5, 10, true, 10}; }
};
inline constexpr double kMissedLesionMm = 374; ///< HD95 given for a missed or false lesion

struct LesionScore {
    double dice = 1;   ///< mean over counted reference lesions and false positives; 1 when there are none
    double hd95Mm = 0; ///< likewise; 0 when there are none
    int truePositives = 0, falsePositives = 0, falseNegatives = 0;
};

/// `pair` as in surfaceDistances. When `filteredPrediction` is given it receives the prediction after the removal of
/// small components (2024 rules), which is what the whole-volume scores are then computed from.
LesionScore lesionWise(const MaskPair &pair, const LesionRules &rules,
                       std::vector<std::uint8_t> *filteredPrediction = nullptr);

} // namespace glio::metrics
