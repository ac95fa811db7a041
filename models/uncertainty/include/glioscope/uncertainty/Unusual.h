#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/uncertainty/LinearEstimate.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace glio::uncertainty {

/// Where clean cases lie in a space of features: Mahalanobis distance with a shrunk correlation matrix, divided by the
/// root of the number of features that a case has (a missing sequence takes its features along), and the distance that
/// few clean cases exceed.
struct FeatureCloud {
    std::vector<std::string> features;
    std::vector<double> mean, scale;
    std::vector<double> correlation; ///< n x n, shrunk
    double limit = 0;                ///< of the distance; 0: not fitted
    bool empty() const { return features.empty() || limit <= 0; }
};

/// Distance of a case, and how much of its square comes from each group (a feature's name up to ':').
struct Distance {
    double value = 0;
    std::map<std::string, double> shares; ///< of 1
};
Distance distance(const FeatureCloud &cloud, const Features &features);

/// `cases` all have the same features. The limit is the quantile `withinLimit` of distances of cases that were left out
/// (five folds). Empty when there are fewer than 12.
FeatureCloud fitCloud(std::span<const Features> cases, double withinLimit = 0.975, double shrinkage = 0.3);

/// The out-of-distribution score of a model (algorithms.md D, issue 4): its images against those of clean cases, its
/// answer against answers there.
struct UnusualModel {
    FeatureCloud images, answer;
    std::vector<double> netMean, netDirections; ///< pooled features of the net: mean and principal directions (rows)
    int cases = 0;                              ///< clean ones it was fitted on
    std::map<std::string, double> auroc;        ///< by injected fault, measured on cases that were left out

    /// Fits both from the pooled features of clean cases (all of one length).
    void setNet(std::span<const std::vector<double>> pooled, std::size_t directions);
    /// "net:0" … from pooled features of the net; nothing when they are not as many as at fitting.
    Features netFeatures(std::span<const double> pooled) const;
};

struct Unusual {
    double score = 0;                 ///< 1 is the limit
    std::vector<std::string> reasons; ///< "sequences", "position", "sharpness", "intensity", "net", "answer", "nothing"
    bool warns() const { return score > 1; }
};
/// `answer` is empty when nothing was marked: that differs from every case with a tumour, so its reason is "nothing".
Unusual unusual(const UnusualModel &model, const Features &images, const Features &answer);

/// The sidecar's text and back. Errors: ModelDamaged.
std::string unusualJson(const UnusualModel &model);
Result<UnusualModel> parseUnusual(const std::string &text, const std::string &origin);

} // namespace glio::uncertainty
