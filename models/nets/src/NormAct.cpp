#include "NormAct.h"

#include "NormDevice.h"

#include "glioscope/nets/Net.h"

#include <torch/torch.h>

namespace glio::nets {
namespace {
constexpr double kEps = 1e-5, kSlope = 0.01;

bool fusable(const torch::Tensor &x)
{
    if (x.is_cuda()) return canNormOnDevice(x);
    return x.is_cpu() && (x.scalar_type() == torch::kFloat || x.scalar_type() == torch::kBFloat16);
}
} // namespace

NormActImpl::NormActImpl(std::int64_t channels, std::int64_t groups, Activation activation, bool activate)
    : m_groups(groups), m_activation(activation), m_activate(activate)
{
    weight = register_parameter("weight", torch::ones({channels}));
    bias = register_parameter("bias", torch::zeros({channels}));
}

torch::Tensor NormActImpl::forward(const torch::Tensor &x)
{
    if (m_activate && !torch::GradMode::is_enabled() && fusable(x))
        return normActivate(x, weight, bias, m_groups, kEps, m_activation);
    const torch::Tensor y = m_groups == x.size(1)
                                ? torch::instance_norm(x, weight, bias, {}, {}, true, 0.1, kEps, false)
                                : torch::group_norm(x, m_groups, weight, bias, kEps, false);
    if (!m_activate) return y;
    return m_activation == Activation::Silu ? torch::silu(y) : torch::leaky_relu(y, kSlope);
}

} // namespace glio::nets
