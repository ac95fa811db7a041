#pragma once
#include "glioscope/base/Error.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace glio::tracking {

/// A run in MLflow's file store: ROOT/1/meta.yaml (the experiment), ROOT/1/<run id>/{meta.yaml, params, metrics, tags,
/// artifacts}; a metric's file has the lines "<milliseconds> <value> <step>". `mlflow ui --backend-store-uri ROOT`
/// reads it. Thread: one.
class MlflowRun {
public:
    enum class State { Running = 1, Finished = 3, Failed = 4, Killed = 5 };

    /// Goes on with the run that `root` holds, else makes one. `params` are written once. Errors: Io, DiskFull.
    static Result<MlflowRun> open(const std::filesystem::path &root, const std::string &experiment,
                                  const std::string &name,
                                  const std::vector<std::pair<std::string, std::string>> &params);
    const std::filesystem::path &path() const { return m_path; }

    /// Adds a line to each metric; a name may hold slashes. Errors: Io.
    Result<void> add(std::int64_t milliseconds, std::int64_t step,
                     const std::vector<std::pair<std::string, double>> &values);
    /// Takes away lines beyond `step`, and one that a kill cut short. Errors: Io, DiskFull.
    Result<void> dropAfter(std::int64_t step);
    Result<void> setState(State state); ///< into meta.yaml, with the end's time. Errors: Io, DiskFull.

private:
    Result<void> writeMeta(State state);
    std::filesystem::path m_path;
    std::string m_id, m_name;
    std::int64_t m_start = 0;
};

} // namespace glio::tracking
