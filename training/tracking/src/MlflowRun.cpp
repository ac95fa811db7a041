#include "glioscope/tracking/MlflowRun.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Sha256.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>
#include <unistd.h>

namespace glio::tracking {
namespace {

std::int64_t nowMs()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// A YAML scalar in single quotes, where only the quote itself needs care.
std::string yamlText(const std::string &text)
{
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string("''") : std::string(1, c == '\n' ? ' ' : c);
    return out + "'";
}

std::string valueOf(const std::string &yaml, const std::string &name)
{
    const auto at = ("\n" + yaml).find("\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto start = at + name.size() + 2;
    return yaml.substr(start, yaml.find('\n', start) - start);
}

} // namespace

Result<MlflowRun> MlflowRun::open(const std::filesystem::path &root, const std::string &experiment,
                                  const std::string &name,
                                  const std::vector<std::pair<std::string, std::string>> &params)
{
    const auto folder = root / "1";
    MlflowRun run;
    run.m_name = name;
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(folder, error)) {
        const auto meta = readFile(entry.path() / "meta.yaml", 1 << 20);
        if (!entry.is_directory() || !meta) continue;
        run.m_path = entry.path();
        run.m_id = entry.path().filename().string();
        run.m_start = std::strtoll(valueOf(*meta, "start_time").c_str(), nullptr, 10);
        if (const auto set = run.writeMeta(State::Running); !set) return std::unexpected(set.error());
        return run;
    }
    run.m_start = nowMs();
    const std::string seed =
        std::filesystem::absolute(root, error).string() + std::to_string(run.m_start) + std::to_string(::getpid());
    run.m_id = sha256Hex(std::as_bytes(std::span(seed))).substr(0, 32);
    run.m_path = folder / run.m_id;
    for (const char *part : {"params", "metrics", "tags", "artifacts"}) {
        std::filesystem::create_directories(run.m_path / part, error);
        if (error)
            return fail(Errc::Io, "The folder " + run.m_path.string() + " cannot be made: " + error.message() + '.');
    }
    const std::string time = std::to_string(run.m_start);
    const auto uri = "file://" + std::filesystem::absolute(folder, error).string();
    if (const auto written = writeFileAtomically(folder / "meta.yaml",
                                                 "artifact_location: " + yamlText(uri) + "\ncreation_time: " + time +
                                                     "\nexperiment_id: '1'\nlast_update_time: " + time +
                                                     "\nlifecycle_stage: active\nname: " + yamlText(experiment) + '\n');
        !written)
        return std::unexpected(written.error());
    for (const auto &[key, value] : params)
        if (const auto written = writeFileAtomically(run.m_path / "params" / key, value); !written)
            return std::unexpected(written.error());
    if (const auto written = writeFileAtomically(run.m_path / "tags" / "mlflow.runName", name); !written)
        return std::unexpected(written.error());
    if (const auto set = run.writeMeta(State::Running); !set) return std::unexpected(set.error());
    return run;
}

Result<void> MlflowRun::writeMeta(State state)
{
    std::error_code ignored;
    const auto uri = "file://" + (std::filesystem::absolute(m_path, ignored) / "artifacts").string();
    const std::string end = state == State::Running ? "null" : std::to_string(nowMs());
    return writeFileAtomically(
        m_path / "meta.yaml",
        "artifact_uri: " + yamlText(uri) + "\nend_time: " + end +
            "\nentry_point_name: ''\nexperiment_id: '1'\nlifecycle_stage: active\nrun_id: " + m_id +
            "\nrun_name: " + yamlText(m_name) + "\nrun_uuid: " + m_id +
            "\nsource_name: ''\nsource_type: 4\nsource_version: ''\nstart_time: " + std::to_string(m_start) +
            "\nstatus: " + std::to_string(int(state)) + "\ntags: []\nuser_id: ''\n");
}

Result<void> MlflowRun::setState(State state) { return writeMeta(state); }

Result<void> MlflowRun::add(std::int64_t milliseconds, std::int64_t step,
                            const std::vector<std::pair<std::string, double>> &values)
{
    for (const auto &[name, value] : values) {
        const auto path = m_path / "metrics" / name;
        std::error_code ignored;
        std::filesystem::create_directories(path.parent_path(), ignored);
        char line[96];
        std::snprintf(line, sizeof line, "%lld %.9g %lld\n", static_cast<long long>(milliseconds), value,
                      static_cast<long long>(step));
        std::ofstream file(path, std::ios::app);
        file << line << std::flush;
        if (!file) return fail(Errc::Io, path.string() + " cannot be written.");
    }
    return {};
}

Result<void> MlflowRun::dropAfter(std::int64_t step)
{
    std::error_code error;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(m_path / "metrics", error)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path());
        std::string kept, line;
        bool dropped = false;
        while (std::getline(file, line)) {
            const auto space = line.rfind(' ');
            const bool keep =
                !file.eof() && space != std::string::npos && std::strtoll(line.c_str() + space, nullptr, 10) <= step;
            if (keep)
                kept += line + '\n';
            else
                dropped = true;
        }
        if (dropped)
            if (const auto written = writeFileAtomically(entry.path(), kept); !written) return written;
    }
    return {};
}

} // namespace glio::tracking
