#pragma once
#include "glioscope/volume/Geometry.h"

#include <torch/types.h>

#include <vector>

namespace glio::inference {

/// Sums of weighted logits for as many planes as a window is deep; plane k lies at k modulo the depth. The sums stay
/// where the logits are: on a CUDA device nothing but finished probabilities comes back to the processor.
class LogitRing {
public:
    /// How planes are finished: Automatic takes loops on the CPU and LibTorch's operators elsewhere.
    enum class Finish { Automatic, Operators };
    LogitRing(const Size3 &padded, const Size3 &window, int classes, Finish finish = Finish::Automatic);

    /// `logits` (1, classes, D, H, W) float32, contiguous, always on the same device.
    void add(const torch::Tensor &logits, const Index3 &start);

    /// Probabilities of the labels in padded planes [from, to) go to `out`; the planes are then free. to - from is at
    /// most the window's depth.
    void flush(std::int64_t from, std::int64_t to, const Size3 &size, const Index3 &pad, std::vector<float> &out);

private:
    void start(const torch::Device &device);
    void softmaxByOperators(std::int64_t from, std::int64_t to, const Size3 &size, const Index3 &pad,
                            std::vector<float> &out) const;
    void softmax(const float *sums, float weight, std::vector<float> &p, float *out, std::int64_t stride) const;

    Size3 m_padded, m_window;
    int m_classes;
    Finish m_finish;
    std::int64_t m_plane;
    torch::Tensor m_sums, m_weights;                  ///< (classes, depth, H, W) and (depth, H, W)
    torch::Tensor m_profileI, m_profileJ, m_profileK; ///< the Gaussian along each axis
};

} // namespace glio::inference
