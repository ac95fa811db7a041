#pragma once
#include "glioscope/loop/Recipe.h"
#include "glioscope/loop/RunFolder.h"
#include "glioscope/tracking/EventFile.h"
#include "glioscope/tracking/MlflowRun.h"

#include <functional>
#include <optional>

namespace glio::loop {

/// The curves for other people's tools: OUT/mlruns (MLflow's file store) and OUT/tensorboard (event files). What cannot
/// be written is said once and costs the run nothing.
class Tracker {
public:
    using Say = std::function<void(const std::string &)>;
    /// A run that goes on from `step` takes away what lies beyond it.
    void open(const std::filesystem::path &run, const Recipe &recipe, std::int64_t step, Say say);
    /// Every tenth step is written, with the mean loss of the ten.
    void step(std::int64_t step, double loss, double learningRate);
    void validation(std::int64_t step, const std::map<std::string, double> &dice, std::optional<double> score);
    void end(const std::string &state); ///< of status.json

private:
    void add(std::int64_t step, const tracking::Values &values);
    void complain(const Error &error);
    std::optional<tracking::EventFile> m_events;
    std::optional<tracking::MlflowRun> m_mlflow;
    Say m_say;
    bool m_complained = false;
    double m_lossSum = 0;
    int m_losses = 0;
};

} // namespace glio::loop
