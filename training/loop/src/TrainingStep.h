#pragma once
#include "Judge.h"
#include "glioscope/loop/FlatParameters.h"
#include "glioscope/losses/Losses.h"

namespace glio::loop {

/// glibc gives large blocks back to the system after each layer and takes them anew for the next, page fault by page
/// fault; a training step allocates gigabytes that way. From now on this process keeps them. Once is enough.
void keepFreedMemory();

/// One step's numbers.
struct StepResult {
    double loss = 0, gradientLength = 0;
    bool finite() const;
};

/// Forward, loss, backward; the clipped gradient lies in `parameters` afterwards. `input` (N, 4, D, H, W) float32,
/// `target` (N, D, H, W) int64, both on the net's device.
StepResult forwardBackward(nets::Net &net, FlatParameters &parameters, const torch::Tensor &input,
                           const torch::Tensor &target, const losses::LossOptions &options, double clip, bool bfloat16);

} // namespace glio::loop
