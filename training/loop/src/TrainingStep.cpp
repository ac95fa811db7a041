#include "TrainingStep.h"

#include <cmath>
#include <mutex>
#ifdef __GLIBC__
#include <climits>
#include <malloc.h>
#endif

namespace glio::loop {

void keepFreedMemory()
{
#ifdef __GLIBC__
    static std::once_flag once;
    std::call_once(once, [] {
        mallopt(M_MMAP_MAX, 0); // not M_MMAP_THRESHOLD: glibc ignores values above 32 MB
        mallopt(M_TRIM_THRESHOLD, INT_MAX);
        mallopt(M_TOP_PAD, 64 << 20);
    });
#endif
}

bool StepResult::finite() const { return std::isfinite(loss) && std::isfinite(gradientLength); }

StepResult forwardBackward(nets::Net &net, FlatParameters &parameters, const torch::Tensor &input,
                           const torch::Tensor &target, const losses::LossOptions &options, double clip, bool bfloat16)
{
    parameters.gradient.zero_();
    std::vector<torch::Tensor> outputs;
    {
        const Autocast cast(bfloat16, input.device().type());
        outputs = options.deepSupervision ? net.forwardAll(input) : std::vector{net.forward(input)};
    }
    const auto loss = losses::segmentationLoss(outputs, target, options);
    loss.backward();
    return {.loss = loss.item<double>(), .gradientLength = clipGradient(parameters.gradient, clip)};
}

} // namespace glio::loop
