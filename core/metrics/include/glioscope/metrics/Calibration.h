#pragma once
#include "glioscope/annotation/Probabilities.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace glio::metrics {

// Does "70 %" mean 7 in 10? Probabilities are bytes everywhere (p = byte / 255), so how many voxels of each byte belong
// to the region and how many do not is all that any calibration number needs: exact, 4 kB a region whatever the number
// of cases, and cases, patients or resamples of them add up.

/// Voxels of one region by probability byte.
struct ProbabilityCounts {
    std::array<std::int64_t, 256> outside{}, inside{}; ///< [byte]: not in the reference region, in it

    /// Spans of equal length, one element a voxel: probability byte of the region, reference (not 0: in the region) and
    /// where to count (not 0; empty: everywhere). Multi-threaded, exact.
    void add(std::span<const std::uint8_t> probability, std::span<const std::uint8_t> reference,
             std::span<const std::uint8_t> where = {});
    ProbabilityCounts &operator+=(const ProbabilityCounts &other) { return add(other, 1); }
    ProbabilityCounts &add(const ProbabilityCounts &other, std::int64_t times); ///< for resamples
    std::int64_t voxels() const;
    friend bool operator==(const ProbabilityCounts &, const ProbabilityCounts &) = default;
};

/// Which probability a byte stands for: byte / 255, or what a calibration makes of it.
using ByteProbabilities = std::array<double, 256>;
const ByteProbabilities &plainProbabilities();
/// sigmoid(logit(p) / temperature). The bytes 0 and 255 stand for "under half a step" and are taken as 0.25 / 255 and
/// 254.75 / 255. `temperature` > 0; 1 changes nothing but those two ends. Never crosses 0.5.
ByteProbabilities temperedProbabilities(double temperature);

/// One bar of a reliability diagram: `low` <= p < `high` (the last one includes 1).
struct ReliabilityBin {
    double low = 0, high = 1;
    std::int64_t voxels = 0;
    double said = 0; ///< mean p of its voxels
    double seen = 0; ///< share of them that belong to the region
};

struct CalibrationScores {
    std::int64_t voxels = 0; ///< 0: nothing was judged and every number below is 0
    /// Expected calibration error by confidence (algorithms.md D, Guo 2017): voxels are binned by max(p, 1 - p), and
    /// the share of right decisions (p >= 0.5) is compared with the mean confidence: sum of bin share x |gap|.
    double ece = 0;
    double adaptiveEce = 0;    ///< the same in bins of equal numbers of voxels; a byte's voxels may be divided
    double probabilityEce = 0; ///< the same by p itself against the share inside: what the diagram shows
    double brier = 0;          ///< mean (p - truth)^2
    double nll = 0;            ///< mean -ln p(truth) in nats, p kept within 0.25 / 255 of 0 and 1
    std::vector<ReliabilityBin> reliability; ///< `bins` of equal width over p in 0..1
};
/// `bins` >= 1.
CalibrationScores calibrationScores(const ProbabilityCounts &counts, int bins = 15,
                                    const ByteProbabilities &probabilityOf = plainProbabilities());

/// 1 for voxels whose centre lies within `mm` of the centre of a voxel that is not 0 in `mask`, i fastest; `mask`'s own
/// voxels included. Cost: the mask's box with room for `mm`.
std::vector<std::uint8_t> nearMask(std::span<const std::uint8_t> mask, const Geometry &grid, double mm);

/// Where calibration is judged: everywhere else is background that no model gets wrong and that would swamp the rest.
struct BandRules {
    double certain = 0.999; ///< voxels whose largest class probability (background is one) lies below this, and ...
    double nearMm = 5;      ///< ... those within this distance of the reference's or the prediction's tumour
};
/// 1 inside section D's band, i fastest. `reference`, `prediction`: whole tumour, not 0 is inside, on the
/// probabilities' grid. Distances are between voxel centres in mm. Cost: the tumour's box and one pass over the voxels.
std::vector<std::uint8_t> calibrationBand(const Probabilities &probabilities, std::span<const std::uint8_t> reference,
                                          std::span<const std::uint8_t> prediction, const BandRules &rules = {});

} // namespace glio::metrics
