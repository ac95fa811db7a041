#pragma once
#include "glioscope/nets/NetSpec.h"

#include <torch/types.h>

namespace glio::nets {

/// Whether glio::cuda can take this tensor: built with CUDA, on a device of it, float32, float16 or bfloat16.
bool canNormOnDevice(const torch::Tensor &x);
/// As normActivate; the result is contiguous. Throws c10::Error with what CUDA says.
torch::Tensor normOnDevice(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias,
                           std::int64_t groups, double eps, Activation activation);

} // namespace glio::nets
