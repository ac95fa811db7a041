#pragma once
// Includes LibTorch: for models/ and training/ alone.
#include "glioscope/nets/Net.h"

namespace glio::nets {

/// Activations of a net's coarsest level (N, features, d, h, w): what it makes of the whole input, which is as for
/// forward. Of improved-unet3d; the other architectures give their logits.
torch::Tensor deepest(Net &net, const torch::Tensor &input);

} // namespace glio::nets
