#include "glioscope/loop/RunFolder.h"

#include "glioscope/base/AtomicFile.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>

namespace glio::loop {
namespace {
nlohmann::ordered_json number(double value) // what is no number is null, as everywhere in our JSON
{
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}
} // namespace

Result<RunFolder> RunFolder::open(const std::filesystem::path &path)
{
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) return fail(Errc::Io, "The folder " + path.string() + " cannot be made: " + error.message() + '.');
    RunFolder folder(path);
    folder.m_lock = ::open((path / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (folder.m_lock < 0) return fail(Errc::Io, "The folder " + path.string() + " cannot be written to.");
    if (::flock(folder.m_lock, LOCK_EX | LOCK_NB) != 0)
        return fail(Errc::InvalidArgument, "Another training run is writing to " + path.string() +
                                               ". Choose another folder or wait for its end.");
    return folder;
}

RunFolder::RunFolder(RunFolder &&other) noexcept
    : m_path(std::move(other.m_path)), m_lock(std::exchange(other.m_lock, -1))
{
}

RunFolder::~RunFolder()
{
    if (m_lock >= 0) ::close(m_lock); // gives the lock back; the file stays, or two could hold two locks
}

Result<void> RunFolder::writeStatus(const RunStatus &s) const
{
    nlohmann::ordered_json json{
        {"state", s.state},
        {"message", s.message},
        {"step", s.step},
        {"steps", s.steps},
        {"stage", s.stage},
        {"stages", s.stages},
        {"spacingMm", s.spacingMm},
        {"loss", number(s.loss)},
        {"learningRate", number(s.learningRate)},
        {"dice", nlohmann::ordered_json::object()},
        {"bestDice", s.bestDice >= 0 ? number(s.bestDice) : nlohmann::ordered_json(nullptr)},
        {"bestStep", s.bestStep},
        {"skippedSteps", s.skippedSteps},
        {"seconds", number(s.seconds)},
        {"secondsLeft", number(s.secondsLeft)},
        {"secondsPerStep", number(s.secondsPerStep)},
        {"device", s.device},
        {"precision", s.precision},
        {"bestScore", s.bestScore >= 0 ? number(s.bestScore) : nlohmann::ordered_json(nullptr)},
        {"generatorShare", number(s.generatorShare)},
        {"overflowSteps", s.overflowSteps},
        {"pid", s.state == "running" || s.state == "paused" ? nlohmann::ordered_json(::getpid())
                                                            : nlohmann::ordered_json(nullptr)},
    };
    for (const auto &[region, dice] : s.dice)
        json["dice"][region] = number(dice);
    return writeFileAtomically(m_path / "status.json", json.dump(2) + '\n');
}

RunCommand RunFolder::takeCommand() const
{
    const auto path = m_path / "control.json";
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return RunCommand::None;
    const auto text = readFile(path, 1 << 16);
    if (!text) return RunCommand::None;
    const auto json = nlohmann::json::parse(*text, nullptr, false); // half written: the next look finds it whole
    if (!json.is_object() || !json.contains("command") || !json["command"].is_string()) return RunCommand::None;
    const std::string name = json["command"];
    constexpr std::array<std::pair<std::string_view, RunCommand>, 4> commands{
        {{"pause", RunCommand::Pause},
         {"resume", RunCommand::Resume},
         {"stop", RunCommand::Stop},
         {"stop-and-keep-best", RunCommand::StopAndKeepBest}}};
    for (const auto &[known, command] : commands) {
        if (name != known) continue;
        std::filesystem::remove(path, ignored);
        return command;
    }
    return RunCommand::None;
}

Result<void> RunFolder::dropCurvesAfter(std::int64_t step)
{
    const auto path = m_path / "curves.csv";
    std::ifstream file(path);
    if (!file) return {};
    std::string kept, line;
    std::int64_t lines = 0, keptLines = 0;
    while (std::getline(file, line)) {
        // A line that a kill cut short has no line end; the heading starts with a letter.
        const bool whole = !file.eof();
        const bool heading = lines++ == 0;
        if (whole && (heading || std::strtoll(line.c_str(), nullptr, 10) <= step)) kept += line + '\n', ++keptLines;
    }
    return keptLines == lines ? Result<void>{} : writeFileAtomically(path, kept);
}

Result<void> RunFolder::addCurve(const RunStatus &s)
{
    const auto path = m_path / "curves.csv";
    std::error_code ignored;
    const bool fresh = !std::filesystem::exists(path, ignored);
    std::ofstream file(path, std::ios::app);
    if (fresh) file << "step,seconds,stage,spacing_mm,learning_rate,loss,dice_mean,dice_WT,dice_TC,dice_ET\n";
    file << s.step << ',' << s.seconds << ',' << s.stage << ',' << s.spacingMm << ',' << s.learningRate << ','
         << s.loss;
    for (const char *region : {"mean", "WT", "TC", "ET"}) {
        file << ',';
        if (const auto found = s.dice.find(region); found != s.dice.end()) file << found->second;
    }
    file << '\n';
    file.flush();
    return file ? Result<void>{} : fail(Errc::Io, path.string() + " cannot be written.");
}

std::string runState(const std::filesystem::path &path)
{
    const auto text = readFile(path / "status.json", 1 << 20);
    if (!text) return {};
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    return json.is_object() && json.contains("state") && json["state"].is_string() ? json["state"].get<std::string>()
                                                                                   : std::string();
}

} // namespace glio::loop
