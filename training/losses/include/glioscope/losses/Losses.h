#pragma once
#include <torch/types.h>

#include <vector>

namespace glio::losses {

/// What the loss is made of. Classes are those of brats-ped-2024: 0 background, 1 ET, 2 NET, 3 CC, 4 ED.
struct LossOptions {
    double crossEntropy = 1.0;   ///< weight of the mean cross-entropy over voxels
    double dice = 1.0;           ///< weight of 1 - mean soft Dice
    bool diceOverClasses = true; ///< Dice of each of the four labels
    bool diceOverRegions = true; ///< Dice of WT (1-4) and TC (1-3), through summed probabilities
    bool deepSupervision = true; ///< coarser outputs count too, with weights 1, 1/2, 1/4 … that sum to 1
    bool dropLowest = false;     ///< nnU-Net's rule: the coarsest output counts nothing
    double smooth = 1e-5;        ///< nnU-Net's: Dice = (2 I + s) / (|p| + |y| + s)
};

/// Mean over voxels of -log softmax(logits)[target]. `logits` (N, C, D, H, W) of any float type, computed in float32;
/// `target` (N, D, H, W) int64 in 0..C-1.
torch::Tensor crossEntropy(const torch::Tensor &logits, const torch::Tensor &target);

/// 1 - mean soft Dice over the sets (classes, regions) that occur in a sample's target, a sample at a time; 0 where a
/// sample has none. Same shapes as above, five classes.
torch::Tensor softDiceLoss(const torch::Tensor &logits, const torch::Tensor &target, const LossOptions &options);

/// Weighted sum of both over the outputs of a net, finest first; each coarser output is compared with the target at
/// its size, nearest voxel. A scalar in float32 that can be differentiated.
torch::Tensor segmentationLoss(const std::vector<torch::Tensor> &outputs, const torch::Tensor &target,
                               const LossOptions &options);

/// 1, 1/2, 1/4 … (the last 0 when `dropLowest` and there is more than one), divided by their sum.
std::vector<double> deepSupervisionWeights(std::size_t outputs, bool dropLowest);

} // namespace glio::losses
