#pragma once
#include "glioscope/nets/NetSpec.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <functional>

namespace glio::nets {

using Pause = std::function<void()>;

/// Group norm (as many groups as channels: instance norm; eps 1e-5) and, when asked for, the activation. Weight and
/// bias carry these names. Without a gradient it is one fused pass, on the CPU and, where built with CUDA, on the GPU.
class NormActImpl : public torch::nn::Module {
public:
    NormActImpl(std::int64_t channels, std::int64_t groups, Activation activation, bool activate);
    torch::Tensor forward(const torch::Tensor &x);
    torch::Tensor weight, bias;

private:
    std::int64_t m_groups;
    Activation m_activation;
    bool m_activate;
};
TORCH_MODULE(NormAct);

} // namespace glio::nets
