#include "glioscope/project/Project.h"
#include "glioscope/base/AtomicFile.h"

#include "TestFolder.h"
#include <catch2/catch_test_macros.hpp>
#include <fstream>

using namespace glio;
using namespace glio::project;
namespace fs = std::filesystem;

namespace {

Geometry oblique()
{
    const double c = std::cos(0.4), s = std::sin(0.4);
    return *Geometry::make({40, 35, 20}, {0.9, 1.1, 3.0}, {-30, 15, 40}, {c, -s, 0, s, c, 0, 0, 0, 1});
}

std::unique_ptr<Project> opened(const fs::path &folder)
{
    auto project = Project::open(folder, {.reader = "Dr A"});
    REQUIRE(project);
    return std::move(*project);
}

/// Paints a box as one step and saves it.
void paint(MaskDocument &document, Project &project, std::int64_t mask, Index3 at, Label label)
{
    const std::size_t before = document.position();
    document.begin({"paint", label, 8, "ball"});
    const VoxelBox box{at, {5, 5, 3}};
    document.write(Selection{box, std::vector<std::uint8_t>(std::size_t(box.count()), 1)}, label);
    const Step *step = document.commit(1000 + std::int64_t(before));
    REQUIRE(step);
    REQUIRE(project.append(mask, *step, before));
}

void save(const fs::path &file, const std::string &bytes) { std::ofstream(file, std::ios::binary) << bytes; }

} // namespace

TEST_CASE("Cases, series and notes are there after the project was closed", "[project]")
{
    const test::Folder folder("project");
    {
        const auto project = opened(folder / "a.glio");
        REQUIRE(project->putCase({"c1", R"({"name":"one"})", 5}));
        REQUIRE(project->putCase({"c2", "{}", 9}));
        REQUIRE(project->putCase({"c1", R"({"name":"eins"})", 7}));
        REQUIRE(project->setNote("c1", "place.3", "Is this oedema?"));
        REQUIRE(project->setNote("c1", "gone", "x"));
        REQUIRE(project->setNote("c1", "gone", ""));
    }
    const auto project = opened(folder / "a.glio");
    const auto cases = project->cases();
    REQUIRE(cases.size() == 2);
    CHECK(cases[0].id == "c2");
    CHECK(cases[1].json == R"({"name":"eins"})");
    CHECK(project->findCase("c1")->updatedMs == 7);
    CHECK_FALSE(project->findCase("c3"));
    CHECK(project->note("c1", "place.3") == "Is this oedema?");
    CHECK(project->note("c1", "gone").empty());
    REQUIRE(project->forgetCase("c1"));
    CHECK(project->cases().size() == 1);
    CHECK(project->note("c1", "place.3").empty());
}

TEST_CASE("A mask comes back with its whole history, undone steps included", "[project][journal]")
{
    const test::Folder folder("project");
    MaskDocument document(oblique());
    document.setReader("Dr A");
    LabelMap first, second;
    {
        const auto project = opened(folder / "a.glio");
        const auto mask = project->addMask({0, "c1", "Working", "mine", "Dr A", oblique(), 1, 0});
        REQUIRE(mask);
        paint(document, *project, *mask, {3, 3, 3}, 1);
        first = document.labels();
        paint(document, *project, *mask, {20, 15, 10}, 2);
        second = document.labels();
        document.begin({"lock", 2, 0, ""});
        document.setState("lock.2", "1");
        const Step *step = document.commit(9);
        REQUIRE(step);
        REQUIRE(project->append(*mask, *step, 2));
        REQUIRE(document.undo());
        REQUIRE(project->setPosition(*mask, 2));
    }
    const auto project = opened(folder / "a.glio");
    const auto masks = project->masks("c1");
    REQUIRE(masks.size() == 1);
    CHECK(masks[0].position == 2);
    CHECK(masks[0].grid.sameGrid(oblique(), 1e-9));
    const auto loader = [&](std::int64_t number) { return project->deltas(masks[0].id, number); };
    auto again = project->restore(masks[0], loader);
    REQUIRE(again);
    CHECK(again->labels() == second);
    CHECK(again->sourceMap() == document.sourceMap());
    CHECK(again->sources() == document.sources());
    CHECK(again->steps().size() == 3);
    CHECK(again->steps()[0].act == Act{"paint", 1, 8, "ball"});
    CHECK(again->steps()[0].reader == "Dr A");
    CHECK(again->steps()[1].changedVoxels == 75);
    REQUIRE(again->redo());
    CHECK(again->state("lock.2") == "1");
    REQUIRE(again->goTo(1));
    CHECK(again->labels() == first);
    REQUIRE(again->goTo(0));
    CHECK(again->labels() == LabelMap(oblique()));
}

TEST_CASE("A step after an undo replaces what was undone, and only that", "[project][journal]")
{
    const test::Folder folder("project");
    const auto project = opened(folder / "a.glio");
    const auto mask = project->addMask({0, "c1", "Working", "mine", "", oblique(), 1, 0});
    REQUIRE(mask);
    MaskDocument document(oblique());
    paint(document, *project, *mask, {3, 3, 3}, 1);
    paint(document, *project, *mask, {10, 3, 3}, 2);
    paint(document, *project, *mask, {20, 3, 3}, 3);
    REQUIRE(document.goTo(1));
    REQUIRE(project->setPosition(*mask, 1));
    paint(document, *project, *mask, {3, 20, 3}, 4);
    auto again = project->restore(project->masks("c1")[0], {});
    REQUIRE(again);
    CHECK(again->steps().size() == 2);
    CHECK(again->labels() == document.labels());
    CHECK(again->steps()[1].act.label == 4);
}

TEST_CASE("A snapshot spares reading the history, and any point is still reached", "[project][journal]")
{
    const test::Folder folder("project");
    auto project = opened(folder / "a.glio");
    const auto mask = project->addMask({0, "c1", "Working", "mine", "", oblique(), 1, 0});
    MaskDocument document(oblique());
    for (std::int64_t n = 0; n < 12; ++n) {
        paint(document, *project, *mask, {n * 2, n, n}, Label(1 + n % 4));
        if (n % 4 == 3)
            REQUIRE(project->putSnapshot(*mask, document.position(), document.labels(), document.sourceMap()));
    }
    REQUIRE(project->restore(project->masks("c1")[0], {}));
    CHECK(project->restore(project->masks("c1")[0], {})->labels() == document.labels());
    CHECK_FALSE(project->restore(project->masks("c1")[0], {})->steps()[0].loaded); // it was not needed
    REQUIRE(document.goTo(5));
    REQUIRE(project->setPosition(*mask, 5));
    const auto loader = [&](std::int64_t number) { return project->deltas(*mask, number); };
    auto again = project->restore(project->masks("c1")[0], loader);
    REQUIRE(again);
    CHECK(again->labels() == document.labels());
    REQUIRE(again->goTo(12));
}

TEST_CASE("Opened twice, the second can only read and says who has it", "[project][lock]")
{
    const test::Folder folder("project");
    auto first = opened(folder / "a.glio");
    REQUIRE(first->putCase({"c1", "{}", 1}));
    const auto second = Project::open(folder / "a.glio", {.reader = "Dr B"});
    REQUIRE(second);
    CHECK((*second)->readOnly());
    CHECK((*second)->openedBy()->reader == "Dr A");
    CHECK((*second)->openedBy()->pid > 0);
    CHECK((*second)->findCase("c1"));
    const auto refused = (*second)->putCase({"c1", "changed", 2});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::InvalidArgument);
    CHECK(refused.error().message.contains("Dr A"));
    first.reset();
    CHECK_FALSE((*Project::open(folder / "a.glio", {.reader = "Dr B"}))->readOnly());
}

TEST_CASE("A newer or damaged project is refused with a sentence and stays as it is", "[project][error]")
{
    const test::Folder folder("project");
    const fs::path file = folder / "a.glio" / "project.sqlite";
    opened(folder / "a.glio").reset();
    SECTION("newer")
    {
        std::string bytes = *readFile(file);
        bytes[63] = 99; // user_version, big endian at byte 60
        save(file, bytes);
        const auto refused = Project::open(folder / "a.glio", {.reader = "Dr A"});
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::Unsupported);
        CHECK(refused.error().message.contains("newer version"));
        CHECK(*readFile(file) == bytes);
    }
    SECTION("damaged")
    {
        const std::string bytes(5000, 'x');
        save(file, bytes);
        const auto refused = Project::open(folder / "a.glio", {.reader = "Dr A"});
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.contains("damaged"));
        CHECK(*readFile(file) == bytes);
    }
    SECTION("not there")
    {
        CHECK_FALSE(Project::open(folder / "b.glio", {.reader = "", .create = false}));
        CHECK_FALSE(fs::exists(folder / "b.glio"));
    }
}

TEST_CASE("A damaged step is told by its number", "[project][error]")
{
    const test::Folder folder("project");
    {
        const auto project = opened(folder / "a.glio");
        const auto mask = project->addMask({0, "c1", "Working", "mine", "", oblique(), 1, 0});
        MaskDocument document(oblique());
        paint(document, *project, *mask, {3, 3, 3}, 1);
    }
    std::string bytes = *readFile(folder / "a.glio" / "project.sqlite");
    const std::size_t at = bytes.rfind("\x78\x01"); // zlib's head at its fastest level
    REQUIRE(at != std::string::npos);
    bytes[at + 3] = char(bytes[at + 3] ^ 0x55);
    save(folder / "a.glio" / "project.sqlite", bytes);
    const auto project = opened(folder / "a.glio");
    const auto refused = project->restore(project->masks("c1")[0], {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.contains("Step 1"));
}

TEST_CASE("Images are found beside the project, where they were, or by their hash; never used when changed",
          "[project][series]")
{
    const test::Folder folder("project");
    using How = LocatedSeries::How;
    fs::create_directories(folder / "study" / "a.glio");
    fs::create_directories(folder / "study" / "images");
    const fs::path file = folder / "study" / "images" / "t1.nii";
    save(file, "voxels of a head");
    const auto row = describeSeries(file, folder / "study" / "a.glio", "t1");
    REQUIRE(row);
    CHECK(locate(*row, folder / "study" / "a.glio").how == How::Relative);

    SECTION("the whole study was moved")
    {
        fs::rename(folder / "study", folder / "moved");
        const auto found = locate(*row, folder / "moved" / "a.glio");
        CHECK(found.how == How::Relative);
        CHECK(found.path == folder / "moved" / "images" / "t1.nii");
    }
    SECTION("the project alone was moved")
    {
        fs::create_directories(folder / "else" / "where");
        fs::rename(folder / "study" / "a.glio", folder / "else" / "where" / "a.glio");
        CHECK(locate(*row, folder / "else" / "where" / "a.glio").how == How::Absolute);
    }
    SECTION("the image was renamed elsewhere")
    {
        fs::create_directories(folder / "archive");
        fs::rename(file, folder / "archive" / "scan0001.nii");
        save(folder / "archive" / "scan0002.nii", "voxels of a hand");
        CHECK(locate(*row, folder / "study" / "a.glio").how == How::Missing);
        const auto found = locate(*row, folder / "study" / "a.glio", {folder / "archive"});
        CHECK(found.how == How::ByHash);
        CHECK(found.path == folder / "archive" / "scan0001.nii");
    }
    SECTION("the image was changed, its size was not")
    {
        save(file, "voxels of a hand");
        fs::last_write_time(file, fs::file_time_type::clock::now() + std::chrono::seconds(5));
        CHECK(locate(*row, folder / "study" / "a.glio").how == How::Changed);
    }
    SECTION("only its time was changed")
    {
        fs::last_write_time(file, fs::file_time_type::clock::now() + std::chrono::seconds(5));
        CHECK(locate(*row, folder / "study" / "a.glio").how == How::Relative);
    }
}

TEST_CASE("Local drives use WAL, and the other way works too", "[project]")
{
    const test::Folder folder("project");
    CHECK(journalModeFor(folder.path) == JournalMode::Wal);
    auto project = Project::open(folder / "n.glio", {.reader = "", .journal = JournalMode::Truncate});
    REQUIRE(project);
    REQUIRE((*project)->putCase({"c1", "{}", 1}));
    CHECK_FALSE(fs::exists(folder / "n.glio" / "project.sqlite-wal"));
}
