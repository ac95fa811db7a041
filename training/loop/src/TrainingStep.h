#pragma once
#include "Autocast.h"
#include "glioscope/loop/FlatParameters.h"
#include "glioscope/losses/Losses.h"
#include "glioscope/nets/Net.h"

namespace glio::loop {

struct StepOptions {
    losses::LossOptions loss;
    double clip = 5; ///< longest gradient
    Precision precision = Precision::Float32;
    double lossScale = 1; ///< of LossScaler
    int parts = 1;        ///< batches that make up one update: each one's loss counts 1 / parts
    double clickLoss = 0; ///< weight of the cross-entropy where `addGradient` is told to look closely
};

/// One step's numbers.
struct StepResult {
    double loss = 0, gradientLength = 0; ///< as if there were neither scale nor parts
    bool finite() const;
};

/// Forward, loss, backward of one part: adds to the gradient and returns the part's loss. `input` (N, 4, D, H, W)
/// float32, with or without prompts, `target` (N, D, H, W) int64, both on the net's device. `close` (N, D, H, W) bool,
/// or undefined: voxels that count once more, by `options.clickLoss`.
double addGradient(nets::Net &net, const torch::Tensor &input, const torch::Tensor &target, const StepOptions &options,
                   const torch::Tensor &close = {});

/// After the last part: takes the loss scale out of the gradient, then clips it; returns its length between the two.
double finishGradient(FlatParameters &parameters, const StepOptions &options);

/// A step of one part from a zeroed gradient; the clipped gradient lies in `parameters` afterwards.
StepResult forwardBackward(nets::Net &net, FlatParameters &parameters, const torch::Tensor &input,
                           const torch::Tensor &target, const StepOptions &options);

} // namespace glio::loop
