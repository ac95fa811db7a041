#include "glioscope/loop/Optimizer.h"

#include <cmath>

namespace glio::loop {
namespace {

void stepAdamW(Optimizer &o, FlatParameters &parameters, double rate)
{
    const auto &g = parameters.gradient;
    o.first.mul_(o.beta1).add_(g, 1 - o.beta1);
    o.second.mul_(o.beta2).addcmul_(g, g, 1 - o.beta2);
    const double correct1 = 1 - std::pow(o.beta1, double(o.updates)),
                 correct2 = 1 - std::pow(o.beta2, double(o.updates));
    if (o.weightDecay > 0) parameters.values.addcmul_(parameters.values, parameters.decays, -rate * o.weightDecay);
    const auto scale = o.second.div(correct2).sqrt_().add_(o.epsilon);
    parameters.values.addcdiv_(o.first, scale, -rate / correct1);
}

void stepSgd(Optimizer &o, FlatParameters &parameters, double rate)
{
    auto g = parameters.gradient;
    if (o.weightDecay > 0) g = torch::addcmul(g, parameters.values, parameters.decays, o.weightDecay);
    o.first.mul_(o.momentum).add_(g);
    parameters.values.add_(g, -rate).add_(o.first, -rate * o.momentum);
}

} // namespace

void Optimizer::start(const FlatParameters &parameters)
{
    first = torch::zeros_like(parameters.values);
    second = hasSecond() ? torch::zeros_like(parameters.values) : torch::Tensor();
    updates = 0;
}

void Optimizer::step(FlatParameters &parameters, double rate)
{
    torch::NoGradGuard guard;
    ++updates;
    hasSecond() ? stepAdamW(*this, parameters, rate) : stepSgd(*this, parameters, rate);
}

} // namespace glio::loop
