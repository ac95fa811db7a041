#pragma once
// Includes LibTorch: private to models/inference.
#include "glioscope/inference/Segmenter.h"
#include "glioscope/nets/Net.h"

#include <torch/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace glio::inference {

/// A net made ready for one device and precision.
class Runner {
public:
    virtual ~Runner() = default;

    /// (1, inputs, D, H, W) float32 on the CPU -> (1, classes, D, H, W) float32 where the net is. `goOn` is asked
    /// between blocks; nets::Interrupted is thrown when it says no. Edges are multiples of the net's.
    virtual torch::Tensor logits(const torch::Tensor &window, const std::function<bool()> &goOn) = 0;

    /// Dropout by this seed from now on; nothing switches it off again.
    virtual void setDropout(std::optional<std::uint64_t> seed) = 0;
};

/// The net as LibTorch runs it, on any device. `precision` is not Auto.
std::unique_ptr<Runner> makeTorchRunner(std::shared_ptr<nets::Net> net, const torch::Device &device,
                                        Precision precision);

/// Our own pass for processors with AVX-512: activations in blocks of 16 channels that never change their layout, the
/// norm's sums taken while a convolution writes, norm and activation in one pass in place, no concatenation.
/// bfloat16 keeps weights and activations in 16 bits and sums in float32. Null when `canFuse` says no.
bool canFuse(const nets::NetSpec &spec, Precision precision);
std::unique_ptr<Runner> makeFusedRunner(const nets::Net &net, Precision precision);

} // namespace glio::inference
