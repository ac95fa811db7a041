#include "glioscope/losses/Losses.h"

namespace glio::losses {
namespace {

// Sums that a Dice needs, of one set of classes, per sample: |p y|, |p|, |y|.
struct Sums {
    torch::Tensor both, predicted, truth;
};

torch::Tensor flat(const torch::Tensor &logits) { return logits.to(torch::kFloat32).flatten(2); }

} // namespace

torch::Tensor crossEntropy(const torch::Tensor &logits, const torch::Tensor &target,
                           const std::vector<double> &classWeights)
{
    const auto logP = torch::log_softmax(flat(logits), 1);
    const std::int64_t classes = logP.size(1);
    const auto wanted = target.flatten(1);
    const auto unnamed = wanted >= classes;
    auto chosen = logP.gather(1, wanted.clamp_max(classes - 1).unsqueeze(1)).squeeze(1);
    // Tumour of an unknown class: the probability of any class but the background counts.
    if (unnamed.any().item<bool>()) chosen = torch::where(unnamed, torch::logsumexp(logP.slice(1, 1), 1), chosen);
    if (classWeights.empty()) return -chosen.mean();
    auto byLabel = torch::tensor(classWeights, torch::kFloat64).to(chosen.dtype());
    byLabel = torch::cat({byLabel, byLabel.slice(0, 1).mean().unsqueeze(0)}).to(chosen.device()); // unnamed: their mean
    const auto weight = byLabel.index_select(0, wanted.clamp_max(classes).flatten()).view_as(chosen);
    return -(weight * chosen).sum() / weight.sum();
}

torch::Tensor softDiceLoss(const torch::Tensor &logits, const torch::Tensor &target, const LossOptions &options)
{
    const auto p = torch::softmax(flat(logits), 1); // (N, C, V)
    const auto wanted = target.flatten(1);
    const auto unnamed = (wanted >= p.size(1)).to(p.dtype()); // (N, V)
    const auto y =
        torch::one_hot(wanted.clamp_max(p.size(1)), p.size(1) + 1).transpose(1, 2).to(p.dtype()); // (N,C+1,V)
    // What lies in tumour without a named class speaks neither for nor against a class.
    const auto q = p * (1 - unnamed).unsqueeze(1);
    std::vector<Sums> sets;
    if (options.diceOverClasses) {
        const auto named = y.slice(1, 0, p.size(1));
        const auto both = (q * named).sum(2), predicted = q.sum(2), truth = named.sum(2);
        for (std::int64_t c = 1; c < p.size(1); ++c)
            sets.push_back({both.select(1, c), predicted.select(1, c), truth.select(1, c)});
    }
    if (options.diceOverRegions) {
        // WT = 1..4 and the unnamed, TC = 1..3.
        const auto whole = p.slice(1, 1).sum(1), inWhole = y.slice(1, 1).sum(1);
        sets.push_back({(whole * inWhole).sum(1), whole.sum(1), inWhole.sum(1)});
        const auto core = q.slice(1, 1, 4).sum(1), inCore = y.slice(1, 1, 4).sum(1);
        sets.push_back({(core * inCore).sum(1), core.sum(1), inCore.sum(1)});
    }
    if (sets.empty()) return p.sum() * 0;
    auto sum = torch::zeros_like(sets.front().both), count = torch::zeros_like(sum);
    for (const Sums &set : sets) {
        // Cross-entropy alone teaches a set's absence: Dice of an empty set jumps between 0 and 1 on a single voxel.
        const auto present = (set.truth > 0).to(p.dtype());
        const auto dice = (2 * set.both + options.smooth) / (set.predicted + set.truth + options.smooth);
        sum = sum + present * (1 - dice);
        count = count + present;
    }
    return (sum / count.clamp_min(1)).mean();
}

namespace {

torch::Tensor oneLoss(const torch::Tensor &logits, const torch::Tensor &target, const LossOptions &options)
{
    if (options.kind == "regions") {
        const auto loss = options.crossEntropy * regionCrossEntropy(logits, target) +
                          options.dice * regionDiceLoss(logits, target, options.smooth);
        if (options.labelCrossEntropy <= 0) return loss;
        return loss + options.labelCrossEntropy * crossEntropy(logits, target, options.classWeights);
    }
    const auto first = options.crossEntropy * crossEntropy(logits, target, options.classWeights);
    if (options.dice <= 0) return first;
    if (options.kind == "nnunet") return first + options.dice * batchDiceLoss(logits, target, options.smooth);
    if (options.kind == "focal-tversky") return first + options.dice * focalTverskyLoss(logits, target, options);
    return first + options.dice * softDiceLoss(logits, target, options);
}

} // namespace

torch::Tensor segmentationLoss(const std::vector<torch::Tensor> &outputs, const torch::Tensor &target,
                               const LossOptions &options)
{
    const std::size_t used = options.deepSupervision ? outputs.size() : 1;
    const auto weights = deepSupervisionWeights(used, options.dropLowest);
    torch::Tensor total;
    for (std::size_t n = 0; n < used; ++n) {
        if (weights[n] == 0) continue;
        auto wanted = target;
        if (outputs[n].sizes().slice(2) != target.sizes().slice(1)) {
            const auto size = outputs[n].sizes().slice(2);
            wanted = at::_upsample_nearest_exact3d(target.unsqueeze(1).to(torch::kFloat32), size)
                         .squeeze(1)
                         .to(torch::kLong);
        }
        const auto loss = oneLoss(outputs[n], wanted, options);
        total = total.defined() ? total + weights[n] * loss : weights[n] * loss;
    }
    return total;
}

std::vector<double> deepSupervisionWeights(std::size_t outputs, bool dropLowest)
{
    std::vector<double> weights(outputs);
    double sum = 0;
    for (std::size_t n = 0; n < outputs; ++n) {
        weights[n] = dropLowest && outputs > 1 && n + 1 == outputs ? 0.0 : 1.0 / double(std::size_t{1} << n);
        sum += weights[n];
    }
    for (double &weight : weights)
        weight /= sum;
    return weights;
}

} // namespace glio::losses
