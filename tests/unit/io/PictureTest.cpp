#include "glioscope/io/Picture.h"
#include "TestFolder.h"
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/io/CaseFiles.h"
#include "glioscope/io/NiftiFile.h"
#include "glioscope/io/SliceStack.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>

using namespace glio;
using namespace glio::io;
using Catch::Approx;
using glio::test::Folder;

namespace {

Picture colours(std::int64_t width, std::int64_t height)
{
    Picture picture(width, height, 3);
    for (std::size_t n = 0; n < picture.pixels.size(); ++n)
        picture.pixels[n] = std::uint8_t(n * 37 % 251);
    return picture;
}

// A patient of `count` slices, 8 x 6: pre 40 + n, FLAIR 90, post as `post` says, a mask of 2 x 3 pixels in slice 2.
void writePatient(const std::filesystem::path &folder, int count, std::uint8_t post)
{
    std::filesystem::create_directories(folder);
    const std::string name = folder.filename().string();
    for (int n = 1; n <= count; ++n) {
        Picture image(8, 6, 3), mask(8, 6, 1);
        for (std::int64_t p = 0; p < 48; ++p) {
            image.pixels[std::size_t(3 * p)] = std::uint8_t(40 + n);
            image.pixels[std::size_t(3 * p + 1)] = 90;
            image.pixels[std::size_t(3 * p + 2)] = post;
        }
        if (n == 2)
            for (std::int64_t y = 1; y < 4; ++y)
                mask.at(5, y)[0] = mask.at(6, y)[0] = 255;
        REQUIRE(writePng(folder / (name + '_' + std::to_string(n) + ".png"), image));
        REQUIRE(writePng(folder / (name + '_' + std::to_string(n) + "_mask.png"), mask));
    }
}

} // namespace

TEST_CASE("a picture comes back from PNG pixel for pixel", "[io][picture]")
{
    const Folder folder;
    const auto picture = colours(13, 7);
    REQUIRE(writePng(folder.path / "p.png", picture));
    const auto back = readPicture(folder.path / "p.png");
    if (!back) FAIL(back.error().message);
    CHECK(back->width == 13);
    CHECK(back->height == 7);
    CHECK(back->channels == 3);
    CHECK(back->pixels == picture.pixels);
    for (const auto &entry : std::filesystem::directory_iterator(folder.path))
        CHECK(entry.path().filename() == "p.png"); // nothing half written is left
}

TEST_CASE("a damaged or missing picture costs a sentence that names it", "[io][picture][error]")
{
    const Folder folder;
    REQUIRE(writePng(folder.path / "p.png", colours(64, 64)));
    std::filesystem::resize_file(folder.path / "p.png", 200);
    std::ofstream(folder.path / "text.tif") << "no picture";
    std::ofstream(folder.path / "empty.jpg").flush();
    for (const char *name : {"p.png", "text.tif", "empty.jpg", "nothing.png"}) {
        const auto refused = readPicture(folder.path / name);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::Io);
        CHECK(refused.error().message.find(name) != std::string::npos);
    }
    CHECK_FALSE(writePng(folder.path / "none.png", Picture{}));
    CHECK_FALSE(writePng(folder.path / "no" / "such" / "folder.png", colours(2, 2)));
}

TEST_CASE("numbered slices become a case with its mask, and a channel copied from FLAIR counts as missing",
          "[io][slices]")
{
    const Folder folder;
    writePatient(folder.path / "TCGA_XX_0001_20000101", 12, 91); // post is FLAIR but for one grey value
    const auto found = findSliceFolders(folder.path);
    REQUIRE(found.size() == 1);
    const auto stacked = stackSlices(found[0], {.heightMm = 120});
    if (!stacked) FAIL(stacked.error().message);
    CHECK(stacked->slices.size() == 12); // 10 comes after 9, not after 1
    REQUIRE(stacked->sequences[0]);
    CHECK_FALSE(stacked->sequences[1]);
    CHECK_FALSE(stacked->sequences[2]);
    REQUIRE(stacked->sequences[3]);
    CHECK(stacked->sequences[0]->at({0, 0, 9}) == 50);
    const Geometry &grid = stacked->mask.geometry();
    CHECK(grid.size() == Size3{8, 6, 12});
    CHECK(grid.spacing()[2] == Approx(10));
    // Rows run to the back (+P), slices to the head (+S).
    CHECK(grid.toWorld(Index3{0, 1, 0}).y - grid.toWorld(Index3{0, 0, 0}).y == Approx(1));
    CHECK(grid.toWorld(Index3{0, 0, 1}).z - grid.toWorld(Index3{0, 0, 0}).z == Approx(10));
    CHECK(std::ranges::count(stacked->mask.voxels(), Label{1}) == 6);
    CHECK(stacked->mask.at({5, 1, 1}) == 1);

    const auto written = writeStackedCase(*stacked, folder.path / "out");
    REQUIRE(written);
    const auto back = findCase(*written);
    REQUIRE(back);
    CHECK(back->sequences.size() == 2);
    REQUIRE(back->mask);
    CHECK(readNiftiHeader(*back->mask)->description.starts_with("scheme=lgg"));
    CHECK(std::ranges::equal(readNiftiLabels(*back->mask)->voxels(), stacked->mask.voxels()));
}

TEST_CASE("slices with a gap, without a mask or of another size are refused by name", "[io][slices][error]")
{
    const Folder folder;
    const auto patient = folder.path / "TCGA_XX_0002_20000101";
    writePatient(patient, 5, 140);
    SECTION("gap")
    {
        std::filesystem::remove(patient / "TCGA_XX_0002_20000101_3.png");
        std::filesystem::remove(patient / "TCGA_XX_0002_20000101_3_mask.png");
        const auto refused = stackSlices(patient);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.find("slice 3 is missing") != std::string::npos);
    }
    SECTION("mask")
    {
        std::filesystem::remove(patient / "TCGA_XX_0002_20000101_4_mask.png");
        const auto refused = stackSlices(patient);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.find("slice 4 has no mask") != std::string::npos);
    }
    SECTION("size")
    {
        REQUIRE(writePng(patient / "TCGA_XX_0002_20000101_5.png", colours(9, 6)));
        const auto refused = stackSlices(patient);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::InvalidArgument);
    }
    SECTION("nothing") { CHECK_FALSE(stackSlices(folder.path)); }
}
