#pragma once
#include "glioscope/metrics/Calibration.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace glio::metrics {

/// Uncertainty 0..100 (100: most) of a region's probability byte: binary entropy / ln 2, rounded (algorithms.md D).
std::uint8_t uncertaintyPercent(std::uint8_t byte);

/// Voxels by uncertainty 0..100, in the mask or not, in the reference or not: what QU-BraTS needs of a case.
struct UncertaintyCounts {
    using Pair = std::array<std::array<std::int64_t, 2>, 2>; ///< [in the mask][in the reference]
    std::array<Pair, 101> voxels{};
    /// Spans of equal length; `uncertainty` 0..100 (higher counts as 100); `where`: the head (empty: everywhere).
    void add(std::span<const std::uint8_t> uncertainty, std::span<const std::uint8_t> prediction,
             std::span<const std::uint8_t> reference, std::span<const std::uint8_t> where = {});
};

/// QU-BraTS (Mehta 2022) of one case and region: voxels more uncertain than tau are taken out, tau = 0, 2.5 .. 100.
/// Rewards an uncertainty that takes the mistakes out first and leaves what is right in.
struct QuBrats {
    double score = 0;                           ///< (aucDice + 1 - aucFtp + 1 - aucFtn) / 3; higher is better
    double aucDice = 0, aucFtp = 0, aucFtn = 0; ///< areas over tau / 100, trapezoid: Dice of what is left (both empty:
                                                ///< 1), shares of true positives and true negatives taken out
    std::array<double, 41> dice{}, ftp{}, ftn{};
};
QuBrats quBrats(const UncertaintyCounts &counts);

/// Mistakes left when only the surest part is answered.
struct RiskCoverage {
    std::vector<double> coverage, risk; ///< coverage rises to 1; risk = mean risk of what is covered
    double area = 0;    ///< under the curve (trapezoid; level from coverage 0 to the first point); lower is better
    double ideal = 0;   ///< area when the order were perfect (by risk itself)
    double overall = 0; ///< risk at coverage 1, which is also the area of an order that knows nothing
};
struct RiskItem {
    double confidence = 0, risk = 0, weight = 1;
};
/// Items of equal confidence enter together. Empty input: no points, areas 0.
RiskCoverage riskCoverage(std::span<const RiskItem> items);
/// Voxels by confidence max(p, 1 - p); risk: share of wrong decisions (p >= 0.5 against the reference).
RiskCoverage riskCoverage(const ProbabilityCounts &counts,
                          const ByteProbabilities &probabilityOf = plainProbabilities());

} // namespace glio::metrics
