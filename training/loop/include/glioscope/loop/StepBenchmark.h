#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/loop/Precision.h"
#include "glioscope/nets/NetSpec.h"
#include "glioscope/volume/Geometry.h"

#include <filesystem>
#include <vector>

namespace glio::loop {

struct StepBenchmarkOptions {
    nets::NetSpec net;
    Size3 window{64, 64, 64};
    int steps = 10, warmups = 2;
    Precision precision = Precision::BFloat16;
    int threads = 0; ///< 0: all
    std::filesystem::path
        folder; ///< gets step.safetensors: starting weights, "image", "target"; empty: nothing is written
};
struct StepBenchmark {
    double secondsPerStep = 0;  ///< median over the steps
    std::vector<double> losses; ///< of every step, warm-ups first: what another implementation must find too
    std::int64_t peakResidentBytes = 0;
};

/// The training step that `train` makes (forward, loss with deep supervision, backward, clip, AdamW, average) on one
/// fixed made-up sample. Errors: InvalidArgument, OutOfMemory, Io.
Result<StepBenchmark> benchmarkStep(const StepBenchmarkOptions &options);

} // namespace glio::loop
