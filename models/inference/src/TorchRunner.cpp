#include "Runner.h"

#include <torch/torch.h>

namespace glio::inference {
namespace {
torch::ScalarType scalarType(Precision precision)
{
    return precision == Precision::BFloat16  ? torch::kBFloat16
           : precision == Precision::Float16 ? torch::kHalf
                                             : torch::kFloat;
}

class TorchRunner final : public Runner {
public:
    TorchRunner(std::shared_ptr<nets::Net> net, const torch::Device &device, Precision precision)
        : m_net(std::move(net)), m_device(device), m_type(scalarType(precision))
    {
        m_net->to(m_device, m_type);
    }
    ~TorchRunner() override { m_net->setBetweenBlocks({}); }

    torch::Tensor logits(const torch::Tensor &window, const std::function<bool()> &goOn) override
    {
        const torch::NoGradGuard quiet;
        m_net->setBetweenBlocks(goOn);
        // On a CUDA device the logits stay there: LogitRing adds them up beside them.
        return m_net->forward(window.to(m_device, m_type)).to(torch::kFloat).contiguous();
    }
    void setDropout(std::optional<std::uint64_t> seed) override
    {
        m_net->setDropoutActive(seed.has_value());
        if (seed) torch::manual_seed(*seed);
    }

private:
    std::shared_ptr<nets::Net> m_net;
    torch::Device m_device;
    torch::ScalarType m_type;
};
} // namespace

std::unique_ptr<Runner> makeTorchRunner(std::shared_ptr<nets::Net> net, const torch::Device &device,
                                        Precision precision)
{
    return std::make_unique<TorchRunner>(std::move(net), device, precision);
}

} // namespace glio::inference
