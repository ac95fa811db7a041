#include "glioscope/nets/Net.h"

#include "NormDevice.h"
#include "NormKernels.h"

#include <torch/torch.h>

namespace glio::nets {
namespace {
template <class T>
void contiguousPass(const torch::Tensor &x, torch::Tensor &y, const float *weight, const float *bias,
                    std::int64_t groups, double eps, Activation activation)
{
    const std::int64_t channels = x.size(1), voxels = x.numel() / std::max<std::int64_t>(1, x.size(0) * channels);
    const std::int64_t perGroup = channels / groups;
    const auto *in = static_cast<const T *>(x.const_data_ptr());
    auto *out = static_cast<T *>(y.mutable_data_ptr());
    at::parallel_for(0, x.size(0) * groups, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t item = begin; item < end; ++item) {
            const std::int64_t first = item * perGroup; // channel over all samples
            const kernels::Moments m = kernels::moments(in + first * voxels, perGroup * voxels);
            const float scale = float(1.0 / std::sqrt(m.variance + eps));
            for (std::int64_t c = first; c < first + perGroup; ++c) {
                const float a = scale * weight[c % channels], b = bias[c % channels] - float(m.mean) * a;
                kernels::affineActivate(in + c * voxels, out + c * voxels, voxels, a, b, activation);
            }
        }
    });
}

template <class T>
void channelsLastPass(const torch::Tensor &x, torch::Tensor &y, const float *weight, const float *bias,
                      std::int64_t groups, double eps, Activation activation)
{
    const std::int64_t channels = x.size(1), voxels = x.numel() / std::max<std::int64_t>(1, x.size(0) * channels);
    const auto *in = static_cast<const T *>(x.const_data_ptr());
    auto *out = static_cast<T *>(y.mutable_data_ptr());
    constexpr std::int64_t grain = 1024;
    const std::int64_t pieces = (voxels + grain - 1) / grain;
    std::vector<double> sums(std::size_t(2 * channels * pieces));
    std::vector<float> scale(channels), shift(channels);
    for (std::int64_t n = 0; n < x.size(0); ++n) {
        const T *source = in + n * voxels * channels;
        T *target = out + n * voxels * channels;
        at::parallel_for(0, pieces, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t p = begin; p < end; ++p)
                kernels::channelSums(source + p * grain * channels, std::min(grain, voxels - p * grain), channels,
                                     &sums[std::size_t(2 * channels * p)]);
        });
        kernels::scaleAndShift(sums, pieces, channels, groups, voxels, weight, bias, eps, scale.data(), shift.data());
        at::parallel_for(0, pieces, 1, [&](std::int64_t begin, std::int64_t end) {
            kernels::affineActivateChannels(source + begin * grain * channels, target + begin * grain * channels,
                                            std::min(end * grain, voxels) - begin * grain, channels, scale.data(),
                                            shift.data(), activation);
        });
    }
}
} // namespace

torch::Tensor normActivate(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias,
                           std::int64_t groups, double eps, Activation activation)
{
    if (x.is_cuda()) return normOnDevice(x, weight, bias, groups, eps, activation);
    const bool channelsLast = !x.is_contiguous() && x.is_contiguous(at::MemoryFormat::ChannelsLast3d);
    const torch::Tensor source = channelsLast ? x : x.contiguous();
    torch::Tensor y = torch::empty_like(source);
    const torch::Tensor w = weight.to(torch::kFloat).contiguous(), b = bias.to(torch::kFloat).contiguous();
    const auto pass = [&]<class T>(T) {
        (channelsLast ? channelsLastPass<T> : contiguousPass<T>)(source, y, w.const_data_ptr<float>(),
                                                                 b.const_data_ptr<float>(), groups, eps, activation);
    };
    if (x.scalar_type() == torch::kBFloat16)
        pass(kernels::BFloat{});
    else
        pass(float{});
    return y;
}

} // namespace glio::nets
