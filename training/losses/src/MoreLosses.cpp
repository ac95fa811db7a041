#include "glioscope/losses/Losses.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace glio::losses {
namespace {

// Per label 1..C-1, over the whole batch: |p y|, |p|, |y|. Voxels of tumour without a named class (labels from C on)
// speak neither for nor against a label.
struct LabelSums {
    torch::Tensor both, predicted, truth;
};

LabelSums labelSums(const torch::Tensor &logits, const torch::Tensor &target)
{
    const std::int64_t classes = logits.size(1);
    const auto wanted = target.flatten(1);
    const auto named = (wanted < classes).to(torch::kFloat32).unsqueeze(1); // (N, 1, V)
    const auto p = (torch::softmax(logits.to(torch::kFloat32).flatten(2), 1) * named).slice(1, 1);
    const auto y = (torch::one_hot(wanted.clamp_max(classes - 1), classes).transpose(1, 2).to(torch::kFloat32) * named)
                       .slice(1, 1);
    const auto overBatch = [](const torch::Tensor &t) { return t.sum(2).sum(0); };
    return {overBatch(p * y), overBatch(p), overBatch(y)};
}

// log P and log (1 - P) of a region's summed probability, where the region's mask is known, and the mask.
struct Region {
    torch::Tensor logIn, logOut, truth, known; // (N, V)
};

std::vector<Region> regions(const torch::Tensor &logits, const torch::Tensor &target)
{
    const auto logP = torch::log_softmax(logits.to(torch::kFloat32).flatten(2), 1); // (N, C, V)
    const auto wanted = target.flatten(1);
    const std::int64_t classes = logP.size(1);
    const auto named = wanted < classes;
    std::vector<Region> all;
    for (const std::int64_t last : {std::int64_t{5}, std::int64_t{4}, std::int64_t{2}}) { // WT 1-4, TC 1-3, ET 1
        const auto in = torch::logsumexp(logP.slice(1, 1, last), 1);
        const auto out = last < classes ? torch::logaddexp(logP.select(1, 0), torch::logsumexp(logP.slice(1, last), 1))
                                        : logP.select(1, 0);
        const bool whole = last == classes;
        const auto truth = whole ? wanted >= 1 : (wanted >= 1).logical_and(wanted < last);
        all.push_back({in, out, truth.to(torch::kFloat32), whole ? torch::ones_like(in) : named.to(torch::kFloat32)});
    }
    return all;
}

} // namespace

torch::Tensor batchDiceLoss(const torch::Tensor &logits, const torch::Tensor &target, double smooth)
{
    const auto sums = labelSums(logits, target);
    return -((2 * sums.both + smooth) / (sums.predicted + sums.truth + smooth).clamp_min(1e-8)).mean();
}

torch::Tensor regionCrossEntropy(const torch::Tensor &logits, const torch::Tensor &target)
{
    torch::Tensor total;
    for (const Region &r : regions(logits, target)) {
        const auto loss =
            -(r.known * (r.truth * r.logIn + (1 - r.truth) * r.logOut)).sum() / r.known.sum().clamp_min(1);
        total = total.defined() ? total + loss : loss;
    }
    return total / 3;
}

torch::Tensor regionDiceLoss(const torch::Tensor &logits, const torch::Tensor &target, double smooth)
{
    torch::Tensor total;
    for (const Region &r : regions(logits, target)) {
        const auto p = r.logIn.exp() * r.known, y = r.truth * r.known;
        const auto dice = (2 * (p * y).sum() + smooth) / (p.sum() + y.sum() + smooth).clamp_min(1e-8);
        total = total.defined() ? total + dice : dice;
    }
    return 1 - total / 3;
}

torch::Tensor focalTverskyLoss(const torch::Tensor &logits, const torch::Tensor &target, const LossOptions &options)
{
    const auto sums = labelSums(logits, target);
    const auto tooMuch = sums.predicted - sums.both, missed = sums.truth - sums.both;
    const double s = options.tverskySmooth;
    const auto index =
        (sums.both + s) / (sums.both + options.tverskyAlpha * tooMuch + options.tverskyBeta * missed + s);
    return (1 - index).clamp_min(1e-7).pow(options.tverskyGamma).mean();
}

std::vector<double> enetWeights(const std::vector<double> &shares)
{
    std::vector<double> weights;
    for (const double share : shares)
        weights.push_back(1 / std::log(1.02 + share));
    return weights;
}

std::vector<double> classWeights(const std::vector<double> &shares, double most)
{
    auto weights = enetWeights(shares);
    if (weights.empty()) return weights;
    for (double &weight : weights)
        weight = std::min(weight, most * weights.front());
    const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / double(weights.size());
    for (double &weight : weights)
        weight /= mean;
    return weights;
}

} // namespace glio::losses
