#pragma once
#include "glioscope/inference/Segmenter.h"

namespace glio::inference {

/// A pass over prepared inputs and nothing else: what `./dev bench inference` compares with PyTorch.
struct BenchmarkOptions {
    Precision precision = Precision::BFloat16;
    bool fused = true; ///< our own runner; false: the net as LibTorch runs it
    bool skipEmptyWindows = false;
    std::int64_t window = 96;
    double overlap = 0.5;
    int repeats = 1;
};
struct BenchmarkResult {
    double seconds = 0; ///< the fastest repeat; kernels and buffers are warm
    int windows = 0, skipped = 0;
    std::vector<std::uint8_t> mask; ///< (D, H, W), arg-max class
    std::int64_t peakResidentBytes = 0;
};

/// `channels` is float32 (C, D, H, W) of `size` (ni, nj, nk); voxels where all channels are 0 are outside the head.
/// Errors: those of loadNet; Unsupported when this processor cannot run that way; OutOfMemory.
Result<BenchmarkResult> benchmarkPass(const interchange::ModelFile &model, std::vector<float> channels,
                                      const Size3 &size, const BenchmarkOptions &options,
                                      const ProgressSink &progress = {});

/// A model of random weights, float32, for benchmarks and tests that need no trained one.
Result<interchange::ModelFile> randomModel(const std::filesystem::path &directory, const nets::NetSpec &spec,
                                           std::uint64_t seed);
/// The same model with its weights as float32: both sides of a comparison start from the same numbers.
Result<interchange::ModelFile> float32Copy(const std::filesystem::path &directory, const interchange::ModelFile &model);

} // namespace glio::inference
