#pragma once
// Includes LibTorch: private to models/inference.
#include "Runner.h"
#include "Speed.h"
#include "WindowPass.h"

#include "glioscope/inference/Islands.h"
#include "glioscope/interchange/NetFile.h"
#include "glioscope/nets/NetShape.h"
#include "glioscope/volume/Preprocess.h"

#include <torch/torch.h>

#include <chrono>

namespace glio::inference {

using Clock = std::chrono::steady_clock;
inline double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}
inline std::string megabytes(std::int64_t bytes) { return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MB"; }

inline std::vector<Sequence> sequenceOrder(const interchange::ModelInfo &info)
{
    std::vector<Sequence> order;
    for (const auto &input : info.inputs)
        order.push_back(input.sequence);
    return order;
}

inline bool has(std::span<const Input> inputs, Sequence sequence)
{
    return std::ranges::any_of(inputs, [&](const Input &input) { return input.sequence == sequence; });
}

inline ProgressSink part(const ProgressSink &progress, double from, double to)
{
    if (!progress) return {};
    return [&progress, from, to](double done) { return progress(from + (to - from) * done); };
}

/// Calibrates raw values in place and brings them to the grid as bytes.
Result<Probabilities> toBytes(std::vector<float> &values, const Geometry &working, const Geometry &reference,
                              const interchange::ModelInfo &model, const ProgressSink &progress);

/// A loaded model with the runner that is warm.
struct Segmenter::Impl {
    interchange::ModelFile file;
    std::shared_ptr<nets::Net> net; ///< float32 on the CPU: every runner is made from a copy of it
    nets::NetShape shape;
    torch::Device device{torch::kCPU};
    std::string deviceName = "cpu";
    std::unique_ptr<Runner> runner;
    Speed speed;
    std::optional<Precision> runnerFor; ///< what the runner was chosen for

    std::optional<uncertainty::UnusualModel> usual; ///< when the model knows usual cases

    const interchange::ModelInfo &info() const { return file.info(); }
    /// Features are computed for who uses them: the model's own estimates, or calibration (`always`).
    bool wantsFeatures() const { return usual || !info().quality.empty(); }
    bool alwaysFeatures = false;

    std::unique_ptr<Runner> makeRunner(const Speed &chosen) const;

    std::vector<Speed> candidates(Precision wanted) const;

    /// The runner for this precision: the one that is warm, else the one remembered for this machine, else the fastest
    /// of a short measurement.
    void prepareRunner(Precision wanted, const std::function<bool()> &goOn);

    void measure(Precision wanted, const std::function<bool()> &goOn);

    /// Estimates follow what passes really take.
    void learn(Precision wanted, double seconds, double voxels);

    Result<void> check(std::span<const Input> inputs, const SegmentOptions &options) const;

    double spacing(const SegmentOptions &options) const;

    Size3 roundedWindow(const Size3 &wanted) const;

    std::int64_t bytesFor(const Speed &how, const Size3 &grid, const Size3 &window, const Geometry &reference) const;

    /// The largest window that fits, by halving the longest edge; nothing when even a small one does not.
    std::optional<Size3> fittingWindow(const Speed &how, const Size3 &grid, const Geometry &reference,
                                       const SegmentOptions &options, std::int64_t &needed,
                                       std::int64_t &available) const;

    Result<ModelInputs> prepare(std::span<const Input> inputs, const SegmentOptions &options,
                                const ProgressSink &progress) const;

    /// A look: calibrated bytes on `reference`, islands not settled yet.
    Result<Probabilities> look(const ModelInputs &prepared, const WindowPlan &plan, std::span<const LookChange> changes,
                               const Geometry &reference, const ProgressSink &progress);

    /// The first look's pass, as the net gives it.
    struct Pass {
        RawLook raw;
        Size3 window{};
        int windows = 0, skipped = 0;
    };
    Result<Pass> firstPass(std::span<const Input> inputs, const Geometry &reference, const SegmentOptions &options,
                           const ProgressSink &progress);

    /// Means over the head of the net's deepest activations for the whole head at about 4 mm: what it makes of a case.
    std::vector<double> pooled(const ModelInputs &prepared) const;
};

} // namespace glio::inference
