#pragma once
#include <torch/types.h>

#include <string>
#include <vector>

namespace glio::losses {

/// What the loss is made of. Classes are those of brats-ped-2024: 0 background, 1 ET, 2 NET, 3 CC, 4 ED.
struct LossOptions {
    /// "glioscope": cross-entropy + soft Dice over the sets that occur, a sample at a time.
    /// "nnunet":    cross-entropy - soft Dice over the four labels, occurring or not, over the batch.
    /// "regions":   binary cross-entropy + soft Dice of WT, TC and ET, through summed probabilities, and
    ///              `labelCrossEntropy` times the cross-entropy of the labels: regions alone leave NET and CC open.
    /// "focal-tversky": cross-entropy + the asymmetric focal Tversky loss of the four labels, over the batch.
    /// `crossEntropy` weighs the first term of each, `dice` the second.
    std::string kind = "glioscope";
    double crossEntropy = 1.0; ///< weight of the mean cross-entropy over voxels
    double dice = 1.0;         ///< weight of 1 - mean soft Dice
    double labelCrossEntropy = 0.2;
    bool diceOverClasses = true; ///< Dice of each of the four labels
    bool diceOverRegions = true; ///< Dice of WT (1-4) and TC (1-3), through summed probabilities
    bool deepSupervision = true; ///< coarser outputs count too, with weights 1, 1/2, 1/4 … that sum to 1
    bool dropLowest = false;     ///< nnU-Net's rule: the coarsest output counts nothing
    double smooth = 1e-5;        ///< nnU-Net's: Dice = (2 I + s) / (|p| + |y| + s)
    double tverskyAlpha = 0.3, tverskyBeta = 0.7; ///< what false positives and false negatives cost
    double tverskyGamma = 0.75;
    double tverskySmooth = 1;         ///< 1: one voxel too many where a label does not occur costs little
    std::vector<double> classWeights; ///< of the cross-entropy, by label; empty: all 1
};

/// Mean over voxels of -log softmax(logits)[target], weighted by label when `classWeights` (mean over the weights).
/// `logits` (N, C, D, H, W) of any float type, computed in float32;
/// `target` (N, D, H, W) int64 in 0..C-1.
torch::Tensor crossEntropy(const torch::Tensor &logits, const torch::Tensor &target,
                           const std::vector<double> &classWeights = {});

/// 1 - mean soft Dice over the sets (classes, regions) that occur in a sample's target, a sample at a time; 0 where a
/// sample has none. Same shapes as above, five classes.
torch::Tensor softDiceLoss(const torch::Tensor &logits, const torch::Tensor &target, const LossOptions &options);

/// nnU-Net's: -mean over the four labels of (2 I + s) / max(|p| + |y| + s, 1e-8), sums over the whole batch.
torch::Tensor batchDiceLoss(const torch::Tensor &logits, const torch::Tensor &target, double smooth = 1e-5);

/// Binary cross-entropy and soft Dice of the regions WT (1-4), TC (1-3) and ET (1): the mean over voxels and regions,
/// and 1 - the mean Dice over the regions, sums over the whole batch. Computed from logarithms, so that it stays
/// finite.
torch::Tensor regionCrossEntropy(const torch::Tensor &logits, const torch::Tensor &target);
torch::Tensor regionDiceLoss(const torch::Tensor &logits, const torch::Tensor &target, double smooth = 1e-5);

/// Mean over the four labels of (1 - TI)^gamma, TI = (TP + s) / (TP + alpha FP + beta FN + s) (Abraham and Khan 2019),
/// sums over the whole batch; 1 - TI is kept at 1e-7 or above, where the slope is still finite.
torch::Tensor focalTverskyLoss(const torch::Tensor &logits, const torch::Tensor &target, const LossOptions &options);

/// ENet's inverse-log weights 1 / ln(1.02 + share) of each label's share of the voxels.
std::vector<double> enetWeights(const std::vector<double> &shares);
/// The same, then no label above `most` times the background's, then scaled to a mean of 1.
std::vector<double> classWeights(const std::vector<double> &shares, double most = 10);

/// Weighted sum of both over the outputs of a net, finest first; each coarser output is compared with the target at
/// its size, nearest voxel. A scalar in float32 that can be differentiated.
torch::Tensor segmentationLoss(const std::vector<torch::Tensor> &outputs, const torch::Tensor &target,
                               const LossOptions &options);

/// 1, 1/2, 1/4 … (the last 0 when `dropLowest` and there is more than one), divided by their sum.
std::vector<double> deepSupervisionWeights(std::size_t outputs, bool dropLowest);

} // namespace glio::losses
