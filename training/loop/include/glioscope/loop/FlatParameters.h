#pragma once
// Includes LibTorch: for training/ alone.
#include <torch/nn/module.h>

#include <string>
#include <utility>
#include <vector>

namespace glio::loop {

/// A module's parameters moved into one float32 array, gradients into another: the optimiser, the average and the clip
/// are then a few passes over flat memory, whatever the number of layers. The module's parameters become views, so it
/// must not be moved to another device or type afterwards. Thread: the one that trains.
class FlatParameters {
public:
    explicit FlatParameters(torch::nn::Module &module);

    torch::Tensor values;   ///< (P) float32
    torch::Tensor gradient; ///< (P) float32; `backward` adds into it
    torch::Tensor decays;   ///< (P) 1 where weight decay applies (weights of convolutions), 0 elsewhere (norms, biases)

    /// The array `flat` (P) as named tensors in the parameters' shapes; views.
    std::vector<std::pair<std::string, torch::Tensor>> named(const torch::Tensor &flat) const;

private:
    struct Part {
        std::string name;
        std::int64_t offset, count;
        std::vector<std::int64_t> shape;
    };
    std::vector<Part> m_parts;
};

/// Scales `gradient` so that its length is at most `most`; returns the length before. Not finite when the gradient is
/// not.
double clipGradient(torch::Tensor &gradient, double most);

/// Average of weights: average = d average + (1 - d) values, with d = emaDecay(most, updates).
struct WeightAverage {
    double most = 0.995;
    torch::Tensor average;
    std::int64_t updates = 0;

    void start(const FlatParameters &parameters);
    void update(const FlatParameters &parameters);
};

/// Puts `weights` in the module's place while it lives, then gives the trained ones back.
class BorrowedWeights {
public:
    BorrowedWeights(FlatParameters &parameters, const torch::Tensor &weights);
    ~BorrowedWeights();
    BorrowedWeights(const BorrowedWeights &) = delete;
    BorrowedWeights &operator=(const BorrowedWeights &) = delete;

private:
    FlatParameters &m_parameters;
    torch::Tensor m_saved;
};

} // namespace glio::loop
