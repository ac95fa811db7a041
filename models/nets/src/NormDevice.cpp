#include "NormDevice.h"

#include "glioscope/cuda/Kernels.h"
#include "glioscope/nets/DeviceStream.h"

#include <torch/torch.h>

namespace glio::nets {

bool canNormOnDevice(const torch::Tensor &x)
{
    const auto type = x.scalar_type();
    return cuda::builtWithCuda() && deviceStream(x.device()).known &&
           (type == torch::kFloat || type == torch::kHalf || type == torch::kBFloat16);
}

torch::Tensor normOnDevice(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias,
                           std::int64_t groups, double eps, Activation activation)
{
    const c10::DeviceGuard guard(x.device());
    const torch::Tensor source = x.contiguous();
    torch::Tensor result = torch::empty_like(source);
    const torch::Tensor w = weight.to(torch::kFloat).contiguous(), b = bias.to(torch::kFloat).contiguous();
    const auto type = x.scalar_type();
    const cuda::NormActivate work{.in = source.const_data_ptr(),
                                  .out = result.mutable_data_ptr(),
                                  .number = type == torch::kHalf       ? cuda::Number::Float16
                                            : type == torch::kBFloat16 ? cuda::Number::BFloat16
                                                                       : cuda::Number::Float32,
                                  .samples = source.size(0),
                                  .channels = source.size(1),
                                  .voxels = source.numel() / (source.size(0) * source.size(1)),
                                  .groups = groups,
                                  .weight = w.const_data_ptr<float>(),
                                  .bias = b.const_data_ptr<float>(),
                                  .eps = eps,
                                  .activation = activation == Activation::Silu ? cuda::Activation::Silu
                                                                               : cuda::Activation::LeakyRelu};
    // The caching allocator gives this memory to nobody else before the stream is past the kernels.
    torch::Tensor workspace = torch::empty({cuda::normWorkspaceBytes(work)}, source.options().dtype(torch::kByte));
    const auto done = cuda::normActivateDevice(work, workspace.mutable_data_ptr(), deviceStream(x.device()).handle);
    TORCH_CHECK(done, done.error().message);
    return result;
}

} // namespace glio::nets
