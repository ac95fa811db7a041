#include "Architectures.h"

#include "glioscope/nets/NetShape.h"

#include <torch/torch.h>

namespace glio::nets {

Result<std::shared_ptr<Net>> makeNet(const NetSpec &spec)
{
    if (const auto shape = netShape(spec); !shape) return std::unexpected(shape.error());
    try {
        if (spec.architecture == "improved-unet3d") return makeUNet3D(spec, *UNet3DOptions::from(spec));
        return makeConvUNet(spec, *ConvUNetOptions::from(spec));
    } catch (const std::bad_alloc &) {
        return fail(Errc::OutOfMemory, "There is not enough memory to build this net.");
    } catch (const c10::Error &error) {
        return fail(Errc::Internal, std::string("The net could not be built: ") + error.what_without_backtrace());
    }
}

torch::Tensor withDifference(const torch::Tensor &input)
{
    const torch::Tensor pair = input.narrow(1, 0, 2);
    const torch::Tensor present = pair.ne(0).flatten(2).any(2).all(1); // (N)
    const torch::Tensor difference = pair.narrow(1, 1, 1) - pair.narrow(1, 0, 1);
    return torch::cat({input, difference * present.to(input.dtype()).view({-1, 1, 1, 1, 1})}, 1);
}

torch::Tensor withPrompts(const torch::Tensor &input, std::int64_t inputs, std::int64_t prompts)
{
    if (prompts == 0 || input.size(1) == inputs + prompts) return input;
    auto shape = input.sizes().vec();
    shape[1] = inputs + prompts - input.size(1);
    return torch::cat({input, torch::zeros(shape, input.options())}, 1);
}

std::int64_t parameterCount(const torch::nn::Module &module)
{
    std::int64_t count = 0;
    for (const auto &p : module.parameters())
        count += p.numel();
    return count;
}

} // namespace glio::nets
