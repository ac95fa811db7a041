#include "MadeMasks.h"

#include "glioscope/base/Sha256.h"
#include "glioscope/io/ImageFile.h"
#include "glioscope/io/SavedMask.h"

#include <catch2/generators/catch_generators.hpp>

using namespace glio;
using namespace glio::io;
using glio::test::Folder;
namespace fs = std::filesystem;

TEST_CASE("A saved mask is what was on the screen, with hash and counts", "[io][save]")
{
    const Folder folder;
    const char *name = GENERATE("m.nii", "m.nii.gz", "m.seg.nrrd", "m.nrrd", "m.mha", "M.SEG.NRRD");
    INFO(name);
    test::save(folder / name, "what was there");
    auto labels = test::countedMask(test::obliqueGrid(), 3);
    labels.set({1, 0, 0}, 9);
    const auto report = saveMask(folder / name, labels, defaultLabelScheme(), {.description = std::string(300, 'd')});
    INFO((report ? "" : report.error().message));
    REQUIRE(report);
    CHECK(report->path == folder / name);
    CHECK(report->bytes == fs::file_size(folder / name));
    CHECK(report->sha256 == sha256OfFile(folder / name));
    CHECK(report->voxels.size() == 5);
    CHECK(report->voxels.at(1) == std::ranges::count(labels.voxels(), 1));
    CHECK(report->voxels.at(4) == 0);
    CHECK(report->voxels.at(9) == 1);
    REQUIRE(report->remarks.size() == 1); // 9 is no label of the scheme
    CHECK(folder.count() == 1);
    CHECK(statedScheme(folder / name) == defaultLabelScheme().id());
    CHECK(verifyMask(folder / name, labels, defaultLabelScheme(), folder / name));
}

TEST_CASE("A mask that reads back otherwise is not saved and the old file stays", "[io][save]")
{
    const Folder folder;
    const char *name = GENERATE("m.nii", "m.nii.gz", "m.seg.nrrd", "m.nrrd", "m.mha");
    INFO(name);
    const auto labels = test::countedMask(test::obliqueGrid());
    const auto &g = labels.geometry();
    const auto &o = g.origin();
    auto oneVoxel = labels;
    oneVoxel.set({3, 2, 1}, 0);
    const auto moved =
        labels.withGeometry(*Geometry::make(g.size(), g.spacing(), {o.x + 0.002, o.y, o.z}, g.direction()));
    const auto turned = labels.withGeometry(*Geometry::make(g.size(), g.spacing(), o));
    const LabelVolume smaller(g.cropped({0, 0, 0}, {7, 5, 3}));
    const std::string own = defaultLabelScheme().id();
    const std::function<void(const fs::path &)> faults[] = {
        [&](const fs::path &file) { REQUIRE(writeLabels(file, oneVoxel, {.description = "", .schemeId = own})); },
        [&](const fs::path &file) { REQUIRE(writeLabels(file, moved, {.description = "", .schemeId = own})); },
        [&](const fs::path &file) { REQUIRE(writeLabels(file, turned, {.description = "", .schemeId = own})); },
        [&](const fs::path &file) { REQUIRE(writeLabels(file, smaller, {.description = "", .schemeId = own})); },
        [&](const fs::path &file) { REQUIRE(writeLabels(file, labels, {.description = "", .schemeId = "lgg"})); },
        [&](const fs::path &file) { REQUIRE(writeLabels(file, labels)); },
        [&](const fs::path &file) { fs::resize_file(file, fs::file_size(file) / 2); },
        [&](const fs::path &file) { fs::remove(file); }};
    int number = 0;
    for (const auto &fault : faults) {
        INFO("fault " << number++);
        test::save(folder / name, "what was there");
        const auto report = saveMask(folder / name, labels, defaultLabelScheme(),
                                     {.description = "", .segments = {}, .beforeReadBack = fault});
        REQUIRE_FALSE(report);
        INFO(report.error().message);
        CHECK(report.error().message.find((folder / name).string()) != std::string::npos);
        CHECK(report.error().message.find(".part") == std::string::npos);
        CHECK(report.error().message.ends_with("The old file is untouched."));
        CHECK(test::load(folder / name) == "what was there");
        CHECK(folder.count() == 1);
    }
}

TEST_CASE("A mask of one slice is saved with its thickness and direction", "[io][save]")
{
    const Folder folder;
    const auto labels = test::countedMask(test::obliqueGrid({6, 5, 1}));
    for (const char *name : {"one.nii.gz", "one.seg.nrrd", "one.mha"}) {
        const auto report = saveMask(folder / name, labels, defaultLabelScheme());
        INFO((report ? "" : report.error().message));
        CHECK(report);
    }
}

TEST_CASE("A segmentation keeps the names that its file had", "[io][save]")
{
    const Folder folder;
    auto segments = segmentsOf(defaultLabelScheme());
    segments[0].name = "Rim \"left\" é";
    segments[0].status = SegmentStatus::Flagged;
    const auto labels = test::countedMask(test::obliqueGrid());
    REQUIRE(saveMask(folder / "k.seg.nrrd", labels, defaultLabelScheme(), {.description = "", .segments = segments}));
    const auto mask = readMask(folder / "k.seg.nrrd");
    REQUIRE(mask);
    CHECK(mask->segments[0].name == "Rim \"left\" é");
    CHECK(mask->segments[0].status == SegmentStatus::Flagged);
}

TEST_CASE("Saves that cannot be done say why and change nothing", "[io][save]")
{
    const Folder folder;
    const auto labels = test::countedMask(test::obliqueGrid());
    fs::create_directories(folder / "dir.nii.gz" / "x");
    for (const char *name : {"m.bmp", "m.mhd", ".nii", "dir.nii.gz", "none/m.nii.gz", "m"}) {
        INFO(name);
        const auto report = saveMask(folder / name, labels, defaultLabelScheme());
        REQUIRE_FALSE(report);
        CHECK(report.error().message.find((folder / name).string()) != std::string::npos);
        CHECK(report.error().message.back() == '.');
    }
    CHECK(folder.count() == 1);
    const std::string text = R"({"id": "a b\nscheme=lgg", "name": "x", "labels": [{"value": 1, "id": "WT", "name": "w",
        "colour": "#000000", "classicColour": "#000000", "pattern": "none", "canonical": 0,
        "category": {"scheme": "a", "value": "b", "meaning": "c"}, "type": {"scheme": "a", "value": "b", "meaning": "c"}}],
        "regions": [{"id": "WT", "name": "w", "labels": [1]}]})";
    const auto scheme = LabelScheme::parse(text, "test");
    REQUIRE(scheme);
    CHECK(saveMask(folder / "m.nii.gz", labels, *scheme).error().code == Errc::InvalidArgument);
    CHECK(folder.count() == 1);
}
