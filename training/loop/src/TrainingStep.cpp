#include "TrainingStep.h"

#include <cmath>

namespace glio::loop {

bool StepResult::finite() const { return std::isfinite(loss) && std::isfinite(gradientLength); }

double addGradient(nets::Net &net, const torch::Tensor &input, const torch::Tensor &target, const StepOptions &options)
{
    std::vector<torch::Tensor> outputs;
    {
        const Autocast cast(options.precision, input.device().type());
        outputs = options.loss.deepSupervision ? net.forwardAll(input) : std::vector{net.forward(input)};
    }
    const auto loss = losses::segmentationLoss(outputs, target, options.loss);
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
