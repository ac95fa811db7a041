#pragma once
#include "StageData.h"
#include "Tracker.h"
#include "TrainingStep.h"
#include "glioscope/loop/Checkpoint.h"
#include "glioscope/loop/SampleFeed.h"
#include "glioscope/loop/Trainer.h"

#include <chrono>
#include <memory>

namespace glio::loop {

using Clock = std::chrono::steady_clock;
inline double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// One training run in hand: what Trainer.h promises, in three files: setting up (RunSetup.cpp), the steps
/// (RunStage.cpp), and what is judged and written (RunRecord.cpp).
struct Run {
    enum class End { Over, Stopped, KeepBest };

    const TrainRequest &request;
    RunFolder folder;
    Recipe recipe;
    torch::Device device{torch::kCPU};
    Precision precision = Precision::Float32;
    std::shared_ptr<nets::Net> net;
    std::unique_ptr<FlatParameters> parameters;
    Optimizer optimizer;
    WeightAverage average;
    TrainState state;
    RunStatus status;
    losses::LossOptions loss; ///< of this stage
    Tracker tracker;
    torch::Tensor best; ///< the best's weights; empty: none in memory
    bool bestUnsaved = false;
    Clock::time_point lastStatus{}, lastCheckpoint = Clock::now();
    double pausedSeconds = 0; ///< of this stage

    // RunSetup.cpp
    Result<void> prepare();
    Result<void> prepareNet();
    Result<void> choosePrecision();
    Result<void> begin(); ///< from here on the folder holds a run that can be resumed

    // RunStage.cpp
    Result<End> runStage(const Sources &sources);
    void startStage();
    Result<void> step(SampleFeed &feed, const Stage &stage, double progress);
    void measure(const Stage &stage, double spent, std::int64_t stepsDone, double waited);
    RunCommand pause(); ///< waits; what ended the pause, None when training goes on
    bool interrupted() const { return request.interrupted && request.interrupted(); }

    // RunRecord.cpp
    Result<void> validate(const std::vector<data::CasePointer> &cases);
    Result<void> checkpoint();
    void keepCheckpoint(); ///< as `checkpoint`; what goes wrong is said, the one before stays, and the next tries again
    void tell(bool now);
    Result<std::filesystem::path> writeModel();
    void say(const std::string &text) const
    {
        if (request.onMessage) request.onMessage(text);
    }
    const torch::Tensor &judged() const { return recipe.ema > 0 ? average.average : parameters->values; }
};

} // namespace glio::loop
