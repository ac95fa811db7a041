#pragma once
// Includes LibTorch: for training/ alone.
#include "glioscope/loop/FlatParameters.h"

#include <string>

namespace glio::loop {

/// AdamW (Loshchilov and Hutter 2019), or SGD with Nesterov's momentum as nnU-Net uses it, over a flat array. Weight
/// decay: apart from the gradient in AdamW, added to it in SGD; on weights of convolutions alone in both.
struct Optimizer {
    std::string kind = "adamw"; ///< "adamw", "sgd"
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, momentum = 0.99, weightDecay = 1e-3;
    torch::Tensor first, second; ///< moments; SGD has the first alone, `second` is then empty
    std::int64_t updates = 0;

    bool hasSecond() const { return kind == "adamw"; }
    void start(const FlatParameters &parameters); ///< moments to zero
    void step(FlatParameters &parameters, double rate);
};

} // namespace glio::loop
