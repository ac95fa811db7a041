#pragma once
#include "glioscope/loop/Evaluate.h"
#include "glioscope/metrics/Bootstrap.h"

namespace glio::loop {

using MaybeInterval = std::optional<metrics::Interval>; ///< none: no case has the number

/// Numbers of one region over all cases that tell it. Means; intervals by bootstrap over patients.
struct RegionSummary {
    std::string id, name;
    int cases = 0, inReference = 0, falseAlarms = 0; ///< falseAlarms: reference empty, prediction not
    MaybeInterval dice;                              ///< every case; both empty is 1, one empty 0 (BraTS)
    MaybeInterval dicePresent;                       ///< cases whose reference holds the region
    MaybeInterval diceMedianPresent;
    MaybeInterval hd95;          ///< cases where both masks hold it
    MaybeInterval hd95Penalised; ///< every case; both empty 0 mm, one empty 374 mm (BraTS)
    MaybeInterval nsd, lesionDice, lesionHd95;
    MaybeInterval volumeErrorMl, absoluteVolumeErrorMl;            ///< prediction - reference
    std::optional<double> volumeSpreadMl;                          ///< standard deviation of the error (n - 1)
    int truePositives = 0, falsePositives = 0, falseNegatives = 0; ///< lesions
    metrics::CalibrationScores calibration;                        ///< all voxels of all bands together
    MaybeInterval ece, adaptiveEce, probabilityEce, brier, nll;    ///< of the same, with intervals
    MaybeInterval quBrats;
    metrics::RiskCoverage voxels; ///< surest voxels first; risk: share of wrong ones
};

/// How well the Dice that the model expected fits the one that came out, over the cases that have both.
struct Expectation {
    int cases = 0;
    std::optional<double> correlation; ///< Pearson's; none below 3 cases or without any spread
    double meanError = 0;              ///< mean |expected - true|
    int inside = 0;                    ///< cases whose true Dice lies in the expected interval
};

struct Summary {
    std::vector<RegionSummary> regions;     ///< in the scheme's order, those that any case tells
    std::map<std::string, double> meanDice; ///< over cases where either mask holds the region; "mean": of WT, TC, ET
    MaybeInterval quBrats;                  ///< mean of WT, TC and ET of the cases that have all three
    metrics::RiskCoverage cases;            ///< surest cases first; risk: 1 - Dice of WT
    bool byExpectedDice = false;            ///< `cases` are ordered by it (all have one), else by uncertainty
    Expectation expectation;
    int patients = 0, resamples = 0;
    std::uint64_t seed = 0;
    const RegionSummary *region(const std::string &id) const;
};
/// Deterministic for a seed. Cost: about 1 s for 100 cases and 2000 resamples.
Summary summarise(const Evaluation &evaluation, int resamples = 2000, std::uint64_t seed = 1);

/// Paired differences "this evaluation minus an earlier one" over the cases of both.
struct Difference {
    std::string region,
        metric; ///< metric: "dice", "dice_reference_positive", "hd95_mm", "nsd", "lesionwise_dice", "ece"
    double before = 0, after = 0; ///< means over the cases that have both
    metrics::Interval change;
};
struct Comparison {
    std::string earlierModel, earlierVersion, earlierSha256;
    int cases = 0;                                ///< in both
    std::vector<std::string> onlyHere, onlyThere; ///< names
    std::vector<Difference> differences;
    struct Pair {
        std::string name;
        double before = 0, after = 0;
    };
    std::map<std::string, std::vector<Pair>> dice; ///< by region, cases whose reference holds it
};
/// `earlier`: text of a file that `glio evaluate` wrote. Errors: InvalidArgument (it is none; no case in common).
Result<Comparison> compareWith(const Evaluation &evaluation, const std::string &earlier, int resamples = 2000,
                               std::uint64_t seed = 1);

} // namespace glio::loop
