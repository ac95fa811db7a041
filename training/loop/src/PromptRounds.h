#pragma once
#include "Autocast.h"
#include "glioscope/data/TrainingCase.h"
#include "glioscope/loop/Recipe.h"
#include "glioscope/nets/Net.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace glio::loop {

inline constexpr std::int64_t kPromptChannels = 8; ///< inference::promptChannels of brats-ped-2024's four labels
inline constexpr std::array<std::uint8_t, 4> kPromptLabels{1, 2, 3, 4};

/// Labels that logits (5, D, H, W) mean, decoded from large to small as inference does: (D, H, W) uint8.
torch::Tensor decoded(const torch::Tensor &probabilities);

/// Prompts (N, kPromptChannels, D, H, W) float32 for a batch of windows on the CPU: `images` (N, 4, D, H, W), `labels`
/// (N, D, H, W) uint8 with kUnnamedTumour. The net is asked in eval mode without a gradient. A function of the weights,
/// the batch and `key`.
torch::Tensor drawTrainingPrompts(nets::Net &net, const torch::Tensor &images, const torch::Tensor &labels,
                                  const PromptRecipe &recipe, torch::Device device, Precision precision,
                                  std::array<std::uint64_t, 4> key);

/// A reader clicks `clicks` times at the deepest place of the largest error of the whole tumour, from the net's own
/// answer on, each in a window around the click: mean Dice of WT before and after (keys "WT@0", "WT@1" …) and
/// "clicked", the last of them, over the cases that have a tumour. `goOn` is asked between cases.
std::map<std::string, double> judgePrompts(nets::Net &net, const std::vector<data::CasePointer> &cases,
                                           const Size3 &window, int clicks, torch::Device device, Precision precision,
                                           const std::function<bool()> &goOn = {});

} // namespace glio::loop
