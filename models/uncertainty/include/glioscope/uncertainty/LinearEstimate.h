#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace glio::uncertainty {

/// Named numbers of one case.
using Features = std::vector<std::pair<std::string, double>>;
/// Null when `features` has no such name.
const double *featureNamed(const Features &features, const std::string &name);

/// A small ridge regression on named features, with what it was worth on cases it had not seen.
struct LinearEstimate {
    std::vector<std::string> features;
    std::vector<double> mean, scale, weights; ///< of (x - mean) / scale
    double intercept = 0;
    double low = 0, high = 0;              ///< 10 % and 90 % quantile of (true - predicted) on left-out patients
    int cases = 0;                         ///< fitted on, degraded copies included
    int patients = 0;                      ///< different ones among them
    double correlation = 0, meanError = 0; ///< on left-out patients: Pearson's, mean absolute
    bool empty() const { return features.empty(); }
    friend bool operator==(const LinearEstimate &, const LinearEstimate &) = default;
};

struct Estimated {
    double value = 0, low = 0, high = 0; ///< clamped to 0..1, low <= value <= high
};
/// False in `known` when a feature is missing.
Estimated apply(const LinearEstimate &estimate, const Features &features, bool &known);

/// Fits `target` (0..1) by ridge regression; quality is measured leaving one `group` (a patient) out at a time.
/// Empty when there are fewer than 8 cases or 4 groups.
LinearEstimate fitLinear(std::span<const Features> cases, std::span<const double> target, std::span<const int> group,
                         double ridge = 1.0);

/// Pearson's correlation; 0 when one side is constant.
double correlation(std::span<const double> a, std::span<const double> b);
/// Chance that a value of `positive` is above one of `negative`, ties half: area under the ROC curve.
double auroc(std::span<const double> positive, std::span<const double> negative);
/// Quantile q (0..1) by linear interpolation; 0 for nothing.
double quantile(std::vector<double> values, double q);

} // namespace glio::uncertainty
