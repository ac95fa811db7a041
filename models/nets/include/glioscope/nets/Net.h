#pragma once
// Includes LibTorch: for models/ and training/ alone.
#include "glioscope/nets/NetSpec.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>

#include <functional>
#include <memory>
#include <vector>

namespace glio::nets {

/// Thrown out of a forward pass when `betweenBlocks` said to stop; caught by inference and by the training loop.
struct Interrupted {};

/// A segmentation net. Input (N, inputs, D, H, W), D, H, W multiples of `sizeMultiple()`; logits (N, classes, D, H, W).
/// A net with prompts also takes (N, inputs + prompts, D, H, W); the inputs alone are the same as prompts of 0.
class Net : public torch::nn::Module {
public:
    /// Logits at full size, without the supervision heads.
    virtual torch::Tensor forward(const torch::Tensor &input) = 0;
    /// Logits at full size, half, quarter …: 1 + supervision heads, for deep supervision.
    virtual std::vector<torch::Tensor> forwardAll(const torch::Tensor &input) = 0;

    const NetSpec &spec() const { return m_spec; }
    std::int64_t inputs() const { return m_inputs; }
    std::int64_t prompts() const { return m_prompts; }
    std::int64_t classes() const { return m_classes; }
    std::int64_t sizeMultiple() const { return m_sizeMultiple; }

    /// Asked between blocks (each well under a second); false makes the pass throw Interrupted.
    void setBetweenBlocks(std::function<bool()> goOn) { m_goOn = std::move(goOn); }
    /// Dropout layers on while everything else stays in eval mode: for looks by dropout.
    virtual void setDropoutActive(bool active) = 0;

protected:
    void betweenBlocks() const
    {
        if (m_goOn && !m_goOn()) throw Interrupted{};
    }
    NetSpec m_spec;
    std::int64_t m_inputs = 0, m_prompts = 0, m_classes = 0, m_sizeMultiple = 1;

private:
    std::function<bool()> m_goOn;
};

/// A new net with Kaiming-normal weights (fan in, for the slope of its activation), zero biases, and a head that starts
/// by saying background (bias +2 there). Random numbers: torch's default generator. Errors: InvalidArgument.
Result<std::shared_ptr<Net>> makeNet(const NetSpec &spec);

std::int64_t parameterCount(const torch::nn::Module &module);

/// `input` (N, C, D, H, W), C >= 2, with one channel more at the end: channel 1 - channel 0 (T1c - T1), or 0 for a
/// sample in which either is absent. A sequence is absent when it is 0 everywhere, as windows hold it; outside the head
/// both are 0, and so is the difference. The rest of the result equals `input`.
torch::Tensor withDifference(const torch::Tensor &input);

/// `input` (N, inputs or inputs + prompts, D, H, W) with its prompts: those that it lacks are 0.
torch::Tensor withPrompts(const torch::Tensor &input, std::int64_t inputs, std::int64_t prompts);

/// Instance or group norm followed by the activation in one pass over the voxels; (N, C, D, H, W) float32 or bfloat16
/// in memory order contiguous or channels-last. No gradient. Used by the nets when they run without one.
torch::Tensor normActivate(const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias,
                           std::int64_t groups, double eps, Activation activation);

} // namespace glio::nets
