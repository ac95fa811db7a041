#include "ProjectTesting.h"

using namespace glio;
using namespace glio::project;
using namespace glio::project::test;

TEST_CASE("cases are put, found, listed by name and forgotten without loss", "[project][cases]")
{
    const Folder folder("project");
    const auto project = withMask(folder / "a.glio");
    REQUIRE(project->putCase({"b", "Zebra", R"({"age": 7})", 0}));
    REQUIRE(project->putCase({"a", "Ärger 'quoted'; DROP TABLE cases", "opaque \xff", 0}));
    const auto found = project->findCase("b");
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->json == R"({"age": 7})");
    CHECK((*found)->updatedMs > 1'600'000'000'000);
    CHECK_FALSE(*project->findCase("none"));
    CHECK((*project->findCase("a"))->json == "opaque \xff");
    REQUIRE(project->cases()->size() == 3);
    CHECK((*project->cases())[0].name == "A case");

    REQUIRE(project->append("m", stepNamed("one"), {"l", "p"}));
    REQUIRE(project->forgetCase("c"));
    CHECK(project->cases()->size() == 2);
    CHECK_FALSE(*project->findCase("c"));
    REQUIRE(project->putCase({"c", "Back", "", 0}));
    REQUIRE(project->masks("c")->size() == 1);
    CHECK(project->blobs("m", 1) == StepBlobs{"l", "p"});

    CHECK(project->forgetCase("none").error().code == Errc::InvalidArgument);
    CHECK(project->putCase({"", "", "", 0}).error().code == Errc::InvalidArgument);
}

TEST_CASE("texts are kept by key, for the project and for each case", "[project][values]")
{
    const Folder folder("project");
    {
        const auto project = withMask(folder / "a.glio");
        REQUIRE(project->putValue("theme", "dark"));
        REQUIRE(project->putValue("theme", "light"));
        REQUIRE(project->putCaseValue("c", "notes", "Second look.\nThen sign."));
        REQUIRE(project->putCaseValue("c", "seconds", "31"));
        CHECK(project->putCaseValue("none", "k", "v").error().code == Errc::InvalidArgument);
    }
    const auto project = opened(folder / "a.glio");
    CHECK(project->values() == std::map<std::string, std::string>{{"theme", "light"}});
    CHECK(project->caseValues("c")->at("notes") == "Second look.\nThen sign.");
    CHECK(project->caseValues("c")->size() == 2);
}

TEST_CASE("images are found again after project and images moved together", "[project][series]")
{
    const Folder folder("project");
    put(folder / "old/images/t1.nii", someBytes(3000));
    Series described;
    {
        const auto project = withMask(folder / "old/a.glio");
        const auto row = project->describe(folder / "old/images/t1.nii", "T1");
        REQUIRE(row);
        described = *row;
        CHECK(row->relative == "../images/t1.nii");
        CHECK(row->absolute == folder / "old/images/t1.nii");
        CHECK(row->bytes == 3000);
        CHECK(row->sha256.size() == 64);
        REQUIRE(project->putSeries("c", std::vector{*row}));
        REQUIRE(project->putSeries("c", std::vector{*row}));
    }
    fs::rename(folder / "old", folder / "new");
    const auto project = opened(folder / "new/a.glio");
    const auto rows = project->series("c");
    REQUIRE(rows);
    REQUIRE(*rows == std::vector{described});
    const auto located = project->locate(rows->front());
    REQUIRE(located);
    CHECK(located->state == SeriesState::AsRecorded);
    CHECK(located->by == FoundBy::RelativePath);
    CHECK(located->path == folder / "new/images/t1.nii");
    CHECK(located->refreshed.absolute == folder / "new/images/t1.nii");
}

TEST_CASE("an image is located by path, by hash, or said to be missing or changed", "[project][series]")
{
    const Folder folder("project");
    const auto image = folder / "images/t1.nii";
    put(image, someBytes(3000));
    put(folder / "elsewhere/deep/other.nii", someBytes(3000, 7));
    const auto project = withMask(folder / "a.glio");
    const auto row = project->describe(image, "T1");
    REQUIRE(row);
    const std::vector<fs::path> folders{folder / "none", folder / "elsewhere"};
    const auto copy = folder / "elsewhere/deep/x/copy.nii";

    SECTION("the project alone moved: by the absolute path")
    {
        Series far = *row;
        far.relative = "../../images/t1.nii";
        const auto located = project->locate(far);
        CHECK(located->state == SeriesState::AsRecorded);
        CHECK(located->by == FoundBy::AbsolutePath);
        CHECK(located->refreshed.relative == "../images/t1.nii");
    }
    SECTION("the image moved: by its hash")
    {
        fs::create_directories(copy.parent_path());
        fs::rename(image, copy);
        CHECK(project->locate(*row)->state == SeriesState::Missing);
        const auto located = project->locate(*row, folders);
        CHECK(located->state == SeriesState::Moved);
        CHECK(located->by == FoundBy::Hash);
        CHECK(located->path == copy);
        CHECK(project->locate(located->refreshed)->state == SeriesState::AsRecorded);
    }
    SECTION("gone: missing")
    {
        fs::remove(image);
        const auto located = project->locate(*row, folders);
        CHECK(located->state == SeriesState::Missing);
        CHECK(located->path.empty());
        CHECK(contains(located->sentence, "missing"));
    }
    SECTION("only touched: the hash says it is the same")
    {
        fs::last_write_time(image, fs::file_time_type::clock::now() + std::chrono::hours(1));
        const auto located = project->locate(*row);
        CHECK(located->state == SeriesState::AsRecorded);
        CHECK(located->refreshed.modifiedNs != row->modifiedNs);
    }
    SECTION("other content of the same size: changed, and never silently used")
    {
        put(image, someBytes(3000, 2));
        fs::last_write_time(image, fs::file_time_type::clock::now() + std::chrono::hours(1));
        const auto located = project->locate(*row, folders);
        CHECK(located->state == SeriesState::Changed);
        CHECK(located->path == image);
        CHECK(located->refreshed == *row);
        put(copy, someBytes(3000)); // the old content, elsewhere, is the better answer
        CHECK(project->locate(*row, folders)->path == copy);
    }
    SECTION("another size: changed")
    {
        put(image, someBytes(3001));
        CHECK(project->locate(*row)->state == SeriesState::Changed);
    }
}

TEST_CASE("a folder of slices is one series", "[project][series]")
{
    const Folder folder("project");
    const auto slices = folder / "dicom";
    for (int n = 0; n < 5; ++n)
        put(slices / ("slice" + std::to_string(n)), someBytes(500, unsigned(n)));
    const auto project = withMask(folder / "a.glio");
    const auto row = project->describe(slices, "T2");
    REQUIRE(row);
    CHECK(row->form == SeriesForm::Folder);
    CHECK(row->bytes == 2500);
    REQUIRE(project->putSeries("c", std::vector{*row}));
    CHECK(project->series("c") == std::vector{*row});
    CHECK(project->locate(*row)->state == SeriesState::AsRecorded);
    SECTION("moved")
    {
        fs::create_directories(folder / "disk");
        fs::rename(slices, folder / "disk/pile");
        CHECK(project->locate(*row, std::vector{folder / "disk"})->path == folder / "disk/pile");
    }
    SECTION("one slice more")
    {
        put(slices / "slice5", "x");
        CHECK(project->locate(*row)->state == SeriesState::Changed);
    }
    CHECK_FALSE(project->describe(folder / "none", "T1"));
}
