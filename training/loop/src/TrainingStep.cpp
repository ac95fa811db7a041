#include "TrainingStep.h"

#include <cmath>

namespace glio::loop {

bool StepResult::finite() const { return std::isfinite(loss) && std::isfinite(gradientLength); }

namespace {
/// Mean cross-entropy of the chosen voxels alone.
torch::Tensor lossOf(const torch::Tensor &logits, const torch::Tensor &target, const torch::Tensor &chosen)
{
    const auto at = chosen.flatten().nonzero().flatten();
    const auto byVoxel = logits.to(torch::kFloat32).transpose(0, 1).flatten(1); // (C, N V)
    return losses::crossEntropy(byVoxel.index_select(1, at).unsqueeze(0).unsqueeze(-1),
                                target.flatten().index_select(0, at).unsqueeze(0).unsqueeze(-1));
}
} // namespace

double addGradient(nets::Net &net, const torch::Tensor &input, const torch::Tensor &target, const StepOptions &options,
                   const torch::Tensor &close)
{
    std::vector<torch::Tensor> outputs;
    {
        const Autocast cast(options.precision, input.device().type());
        outputs = options.loss.deepSupervision ? net.forwardAll(input) : std::vector{net.forward(input)};
    }
    auto loss = losses::segmentationLoss(outputs, target, options.loss);
    if (close.defined() && options.clickLoss > 0 && close.any().item<bool>())
        loss = loss + options.clickLoss * lossOf(outputs.front(), target, close);
    const double factor = options.lossScale / double(options.parts);
    (factor == 1 ? loss : loss * factor).backward();
    return loss.item<double>();
}

double finishGradient(FlatParameters &parameters, const StepOptions &options)
{
    torch::NoGradGuard guard;
    if (options.lossScale != 1) parameters.gradient.mul_(1 / options.lossScale);
    return clipGradient(parameters.gradient, options.clip);
}

StepResult forwardBackward(nets::Net &net, FlatParameters &parameters, const torch::Tensor &input,
                           const torch::Tensor &target, const StepOptions &options)
{
    parameters.gradient.zero_();
    const double loss = addGradient(net, input, target, options);
    return {.loss = loss, .gradientLength = finishGradient(parameters, options)};
}

} // namespace glio::loop
