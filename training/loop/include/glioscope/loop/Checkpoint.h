#pragma once
// Includes LibTorch: for training/ alone.
#include "glioscope/base/Error.h"
#include "glioscope/loop/FlatParameters.h"
#include "glioscope/loop/Optimizer.h"
#include "glioscope/loop/Precision.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace glio::loop {

/// Where a run stands, beside its weights. With counters for random numbers nothing else is needed to go on.
struct TrainState {
    std::int64_t step = 0;        ///< all stages together, skipped steps included
    int stage = 0;                ///< from 0
    std::int64_t stepInStage = 0; ///< the stage's samples are numbered from it
    std::int64_t skipped = 0;     ///< steps whose loss or gradient was not finite
    double seconds = 0, stageSeconds = 0;
    double bestDice = -1; ///< of this stage
    std::int64_t bestStep = 0;
    std::map<std::string, double> dice, bestDices; ///< last validation; the best one's
    std::vector<float> losses;                     ///< of every step that was not skipped

    double bestScore = -1;                   ///< of this stage; below 0: none yet
    bool bestPasses = true;                  ///< whether the best keeps to the floors
    int validations = 0, sinceBest = 0;      ///< of this stage
    double rateFactor = 1, plateauBest = -1; ///< what a plateau has made of the rate
    int sincePlateauBest = 0, skippedInRow = 0;
    std::int64_t overflows = 0; ///< steps left out to find float16's loss scale
    LossScaler scaler;
    std::int64_t validatedStep = -1;
    std::string data; ///< the folder of cases; empty: none
    bool deterministic = false;
    int threads = 0; ///< of the step: another number would give other roundings
};

/// One safetensors file, so that weights, moments, average and state can never be of different moments; a readable copy
/// of the state lies beside it as .json. Written atomically. Errors: Io, DiskFull.
Result<void> writeCheckpoint(const std::filesystem::path &path, const FlatParameters &parameters,
                             const Optimizer &optimizer, const WeightAverage &average, const TrainState &state);

/// Fills all four. Errors: Io, ModelDamaged; ModelMismatch when it is of another net. Nothing is changed then.
Result<void> readCheckpoint(const std::filesystem::path &path, FlatParameters &parameters, Optimizer &optimizer,
                            WeightAverage &average, TrainState &state);

/// Weights alone (names as in the net) with the state: the best checkpoint. Errors as above.
Result<void> writeWeights(const std::filesystem::path &path, const FlatParameters &parameters,
                          const torch::Tensor &weights, const TrainState &state);
/// The state alone. Errors: Io, ModelDamaged.
Result<TrainState> readState(const std::filesystem::path &path);
/// As a flat array. Errors as above.
Result<torch::Tensor> readWeights(const std::filesystem::path &path, const FlatParameters &parameters);

} // namespace glio::loop
