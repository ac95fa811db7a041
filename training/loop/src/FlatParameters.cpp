#include "glioscope/loop/FlatParameters.h"

#include "glioscope/loop/Schedule.h"

#include <cmath>

namespace glio::loop {

FlatParameters::FlatParameters(torch::nn::Module &module)
{
    torch::NoGradGuard guard;
    std::int64_t total = 0;
    for (const auto &item : module.named_parameters()) {
        const auto &p = item.value();
        m_parts.push_back({item.key(), total, p.numel(), p.sizes().vec()});
        total += p.numel();
    }
    const auto device = m_parts.empty() ? torch::Device(torch::kCPU) : module.parameters().front().device();
    const auto options = torch::TensorOptions().dtype(torch::kFloat32).device(device);
    values = torch::empty({total}, options);
    gradient = torch::zeros({total}, options);
    decays = torch::zeros({total}, options);
    std::size_t n = 0;
    for (auto &item : module.named_parameters()) {
        const Part &part = m_parts[n++];
        auto &p = item.value();
        const auto place = values.narrow(0, part.offset, part.count).view(part.shape);
        place.copy_(p);
        p.set_data(place);
        p.mutable_grad() = gradient.narrow(0, part.offset, part.count).view(part.shape);
        if (p.dim() > 1) decays.narrow(0, part.offset, part.count).fill_(1);
    }
}

std::vector<std::pair<std::string, torch::Tensor>> FlatParameters::named(const torch::Tensor &flat) const
{
    std::vector<std::pair<std::string, torch::Tensor>> tensors;
    for (const Part &part : m_parts)
        tensors.emplace_back(part.name, flat.narrow(0, part.offset, part.count).view(part.shape));
    return tensors;
}

double clipGradient(torch::Tensor &gradient, double most)
{
    torch::NoGradGuard guard;
    const double length = gradient.norm().item<double>();
    if (std::isfinite(length) && length > most) gradient.mul_(most / length);
    return length;
}

void WeightAverage::start(const FlatParameters &parameters)
{
    average = parameters.values.detach().clone();
    updates = 0;
}

void WeightAverage::update(const FlatParameters &parameters)
{
    torch::NoGradGuard guard;
    average.lerp_(parameters.values, 1 - emaDecay(most, updates));
    ++updates;
}

BorrowedWeights::BorrowedWeights(FlatParameters &parameters, const torch::Tensor &weights) : m_parameters(parameters)
{
    torch::NoGradGuard guard;
    m_saved = parameters.values.clone();
    parameters.values.copy_(weights);
}

BorrowedWeights::~BorrowedWeights()
{
    torch::NoGradGuard guard;
    m_parameters.values.copy_(m_saved);
}

} // namespace glio::loop
