#pragma once
#include "TestFolder.h"

#include "glioscope/project/Project.h"

#include <catch2/catch_test_macros.hpp>

#include <SQLiteCpp/SQLiteCpp.h>

#include <fstream>
#include <random>

namespace glio::project::test {

using glio::test::Folder;
namespace fs = std::filesystem;

inline ProjectOptions asReader(const std::string &reader, IfMissing ifMissing = IfMissing::Create)
{
    return {reader, ifMissing, Access::Write, Journal::ByDrive};
}

inline std::unique_ptr<Project> opened(const fs::path &folder, const ProjectOptions &options = asReader("Ada"))
{
    auto project = Project::open(folder, options);
    INFO((project ? std::string() : project.error().message));
    REQUIRE(project);
    return std::move(*project);
}

/// A project with the case "c" and the empty mask "m".
inline std::unique_ptr<Project> withMask(const fs::path &folder, const ProjectOptions &options = asReader("Ada"))
{
    auto project = opened(folder, options);
    REQUIRE(project->putCase({"c", "A case", "{}", 0}));
    REQUIRE(project->putMask({"m", "c", "Mine", MaskKind::Mine, "brats-ped-2024", "Ada", {}, 0}));
    return project;
}

inline Step stepNamed(const std::string &text)
{
    Step step;
    step.act = "brush";
    step.text = text;
    return step;
}

/// Like a delta: half of it repeats.
inline std::string someBytes(std::size_t count, unsigned seed = 1)
{
    std::mt19937 random(seed);
    std::string bytes(count, '\0');
    for (std::size_t n = 0; n < count; n += 2)
        bytes[n] = char(random());
    return bytes;
}

inline void put(const fs::path &path, const std::string &text)
{
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

inline std::string textOf(const fs::path &path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline std::int64_t count(const fs::path &folder, const std::string &sql)
{
    SQLite::Database database((folder / "project.sqlite").string(), SQLite::OPEN_READONLY);
    return database.execAndGet(sql).getInt64();
}

inline std::vector<std::string> texts(const std::vector<Step> &steps)
{
    std::vector<std::string> all;
    for (const Step &step : steps)
        all.push_back(step.text);
    return all;
}

inline bool contains(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

} // namespace glio::project::test
