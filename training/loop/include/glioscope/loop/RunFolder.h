#pragma once
#include "glioscope/base/Error.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace glio::loop {

/// What a run says about itself in OUT/status.json. Keys as the fields; states: "running", "paused" (by control.json;
/// the process waits), "stopped" (goes on with --resume), "finished", "failed" (goes on with --resume too when there is
/// a checkpoint).
struct RunStatus {
    std::string state = "running", message;
    std::int64_t step = 0, steps = 0; ///< steps: 0 when the stages end by wall clock
    int stage = 1, stages = 1;
    double spacingMm = 0, loss = 0, learningRate = 0; ///< loss: mean of the last 50 steps
    std::map<std::string, double> dice;               ///< last validation, by region, and "mean"
    double bestDice = -1;                             ///< of this stage; below 0: none yet
    std::int64_t bestStep = 0, skippedSteps = 0;
    double seconds = 0, secondsLeft = 0, secondsPerStep = 0;
    std::string device, precision;
    double bestScore = -1;          ///< the recipe's combined score of the best; below 0: none yet
    double generatorShare = 0;      ///< of this stage's time, waited for the sample generator
    std::int64_t overflowSteps = 0; ///< left out while float16's loss scale was sought
};

/// What {"command": "…"} in OUT/control.json may ask for.
enum class RunCommand { None, Pause, Resume, Stop, StopAndKeepBest };

/// A run's folder: the interface between whoever trains and whoever watches (design.md section 1).
/// recipe.json, status.json, control.json, curves.csv, lock, checkpoint-*.safetensors/.json, model/. Thread: one.
class RunFolder {
public:
    /// Makes the folder and takes its lock. Errors: Io; InvalidArgument when another process holds the lock.
    static Result<RunFolder> open(const std::filesystem::path &path);
    RunFolder(RunFolder &&) noexcept;
    ~RunFolder();

    const std::filesystem::path &path() const { return m_path; }
    std::filesystem::path lastCheckpoint() const { return m_path / "checkpoint-last.safetensors"; }
    std::filesystem::path bestCheckpoint() const { return m_path / "checkpoint-best.safetensors"; }
    std::filesystem::path modelDir() const { return m_path / "model"; }
    std::filesystem::path recipeFile() const { return m_path / "recipe.json"; }

    Result<void> writeStatus(const RunStatus &status) const;
    /// What control.json asks for: "pause", "resume", "stop" or "stop-and-keep-best". The file is taken away when it
    /// was understood, so that each command is heard once.
    RunCommand takeCommand() const;
    /// One line of curves.csv; the heading comes first. `dice` may be empty. Errors: Io.
    Result<void> addCurve(const RunStatus &status);
    /// Takes away lines of curves.csv beyond `step`: a resumed run makes them anew. Errors: Io, DiskFull.
    Result<void> dropCurvesAfter(std::int64_t step);

private:
    explicit RunFolder(std::filesystem::path path) : m_path(std::move(path)) {}
    std::filesystem::path m_path;
    int m_lock = -1;
};

/// state of OUT/status.json; empty when there is none.
std::string runState(const std::filesystem::path &path);

} // namespace glio::loop
