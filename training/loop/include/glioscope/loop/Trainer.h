#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/loop/Recipe.h"
#include "glioscope/loop/RunFolder.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace glio::loop {

struct TrainRequest {
    std::filesystem::path data;                      ///< folder of cases; empty: phantoms alone
    std::filesystem::path out;                       ///< the run's folder
    Recipe recipe;                                   ///< with `resume` the folder's own recipe counts instead
    std::filesystem::path init;                      ///< folder of a model whose weights to start from; empty: new ones
    std::string device = "auto";                     ///< "auto", "cpu", "cuda", "cuda:N"
    std::string precision;                           ///< "auto", "fp32", "bf16", "fp16"; empty: the recipe's
    bool deterministic = false;                      ///< refuses stages that end by wall clock
    bool resume = false;                             ///< go on from checkpoint-last; a finished run is left as it is
    std::function<bool()> interrupted;               ///< asked every step; true: checkpoint, then Cancelled
    std::function<void(const RunStatus &)> onStatus; ///< after every step; be quick
    std::function<void(const std::string &)> onMessage; ///< a sentence now and then: what is prepared, best so far
};

struct TrainResult {
    std::vector<float> losses;          ///< by step, skipped ones left out
    std::map<std::string, double> dice; ///< of the model that was kept: regions that occur, and "mean"
    std::filesystem::path model;        ///< folder of model.safetensors and model.json
    std::int64_t steps = 0, skippedSteps = 0;
    double seconds = 0;
    bool stopped = false; ///< by control.json: no model yet, --resume goes on
};

/// The whole run: prepares, trains stage by stage, judges, writes OUT/model of the best averaged weights of the last
/// stage. Thread: the caller's plus one that makes samples. Errors: InvalidArgument, Io, DiskFull, ModelMismatch,
/// OutOfMemory; Cancelled after `interrupted` (checkpoint-last then holds everything).
Result<TrainResult> train(const TrainRequest &request);

} // namespace glio::loop
