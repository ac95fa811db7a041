#include "MadeFiles.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/io/Describe.h"
#include "glioscope/io/NiftiFile.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cmath>

using namespace glio;
using namespace glio::io;
using Catch::Approx;
using glio::test::Folder;
using glio::test::MadeNifti;

namespace {
Geometry oblique()
{
    const double c = std::cos(0.3), s = std::sin(0.3);
    return *Geometry::make({7, 5, 3}, {0.5, 0.75, 4}, {-31.5, 12.25, 80}, {c, -s, 0, s, c, 0, 0, 0, 1});
}
ImageVolume numbered(const Geometry &geometry)
{
    ImageVolume image(geometry);
    const auto voxels = image.edit();
    for (std::size_t n = 0; n < voxels.size(); ++n)
        voxels[n] = float(n) / 3 - 3;
    return image;
}
LabelVolume labelled(const Geometry &geometry)
{
    LabelVolume mask(geometry);
    const auto voxels = mask.edit();
    for (std::size_t n = 0; n < voxels.size(); ++n)
        voxels[n] = std::uint8_t(n % 5);
    return mask;
}
} // namespace

TEST_CASE("An image comes back the same from every format that is written", "[io][write]")
{
    const Folder folder;
    const auto sheared = *Geometry::make({4, 3, 2}, {1, 1, 2}, {}, {1, 0.3, 0, 0, 1, 0, 0, 0, 1});
    const char *name = GENERATE("i.nii", "i.nii.gz", "i.nrrd", "i.mha", "i.mhd");
    for (const auto &geometry : {Geometry{}, oblique(), sheared}) {
        auto image = numbered(geometry);
        image.edit()[0] = std::nanf("");
        const auto written = writeImage(folder / name, image, {.description = "a test's"});
        INFO((written ? "" : written.error().message));
        REQUIRE(written);
        const auto back = readImage(folder / name);
        REQUIRE(back);
        CHECK(back->geometry().sameGrid(geometry, 1e-4));
        CHECK(std::ranges::equal(back->voxels().subspan(1), image.voxels().subspan(1)));
        CHECK(std::isnan(back->voxels()[0]));
        CHECK(describe(folder / name)->orientationStated);
        CHECK(describe(folder / name)->description == "a test's");
    }
    CHECK(folder.count() == (std::string_view(name) == "i.mhd" ? 2 : 1));
}

TEST_CASE("A mask comes back with its scheme from every format that is written", "[io][write][labels]")
{
    const Folder folder;
    const char *name = GENERATE("m.nii", "m.nii.gz", "m.nrrd", "m.seg.nrrd", "m.mha", "m.mhd");
    const auto mask = labelled(oblique());
    REQUIRE(writeLabels(folder / name, mask, {.schemeId = "brats-gli-2024"}));
    const auto back = readLabels(folder / name);
    REQUIRE(back);
    CHECK(std::ranges::equal(back->voxels(), mask.voxels()));
    CHECK(back->geometry().sameGrid(mask.geometry(), 1e-4));
    CHECK(statedScheme(folder / name) == "brats-gli-2024");
    const auto detected = detectSchemeOf(folder / name, *back);
    REQUIRE(detected.certain);
    CHECK(detected.candidates.front().id == "brats-gli-2024");
}

TEST_CASE("A segmentation for Slicer names its segments, colours and terms", "[io][write][labels]")
{
    const Folder folder;
    LabelVolume mask(*Geometry::make({6, 5, 4}, {1, 1, 1}));
    mask.set({1, 2, 3}, 4);
    mask.set({3, 2, 1}, 4);
    REQUIRE(writeLabels(folder / "m.seg.nrrd", mask, {.schemeId = "brats-ped-2024"}));
    const std::string text = test::load(folder / "m.seg.nrrd");
    for (const char *line :
         {"Segment0_ID:=ET\n", "Segment3_ID:=ED\n", "Segment3_LabelValue:=4\n", "Segment3_Extent:=1 3 2 2 1 3\n",
          "Segment0_Extent:=0 -1 0 -1 0 -1\n", "Segment3_Layer:=0\n", "SCT^79654002^Edema",
          "NCIt^C113842^Enhancing Lesion", "Segmentation_SourceRepresentation:=Binary labelmap\n"})
        CHECK(text.find(line) != std::string::npos);
}

TEST_CASE("Layers of a Slicer segmentation become one mask when they can", "[io][labels][nrrd]")
{
    const Folder folder;
    const auto file = [&](const std::string &fields, const std::string &voxels) {
        test::save(folder / "l.seg.nrrd",
                   "NRRD0004\ntype: unsigned char\ndimension: 4\nspace: left-posterior-superior\nsizes: 2 3 1 1\n"
                   "space directions: none (1,0,0) (0,1,0) (0,0,1)\nkinds: list domain domain domain\nencoding: raw\n"
                   "space origin: (0,0,0)\nSegment0_ID:=a\nSegment0_Layer:=0\nSegment0_LabelValue:=1\nSegment1_ID:=b\n"
                   "Segment1_Layer:=1\n" +
                       fields + "\n" + voxels);
        return readLabels(folder / "l.seg.nrrd");
    };
    const auto mask =
        file("Segment1_LabelValue:=2\n", std::string("\1\0\0\2\0\0", 6)); // (layer 0, layer 1) of three voxels
    REQUIRE(mask);
    CHECK(mask->at({0, 0, 0}) == 1);
    CHECK(mask->at({1, 0, 0}) == 2);
    CHECK(mask->at({2, 0, 0}) == 0);
    CHECK_FALSE(file("Segment1_LabelValue:=2\n", std::string("\1\2\0\0\0\0", 6))); // overlap
    CHECK_FALSE(file("Segment1_LabelValue:=1\n", std::string("\1\0\0\1\0\0", 6))); // one value for two
}

TEST_CASE("NRRD's types, encodings and spaces are read", "[io][nrrd]")
{
    const Folder folder;
    const auto file = [&](const std::string &fields, const std::string &voxels) {
        test::save(folder / "n.nrrd", "NRRD0004\n# a comment\ndimension: 3\nsizes: 2 1 1\n" + fields + "\n" + voxels);
        auto image = readImage(folder / "n.nrrd");
        INFO((image ? "" : image.error().message));
        REQUIRE(image);
        return *image;
    };
    const std::string lps =
        "space: left-posterior-superior\nspace directions: (2,0,0) (0,3,0) (0,0,4)\nspace origin: (5,6,7)\n";
    CHECK(file(lps + "type: short\nencoding: raw\nendian: big\n", std::string("\1\2\xff\xff", 4)).voxels()[0] == 258);
    CHECK(file(lps + "type: short\nencoding: raw\nendian: little\n", std::string("\1\2\xff\xff", 4)).voxels()[1] == -1);
#ifdef GLIO_TEST_WITH_ITK // voxels written as text are ITK's affair
    CHECK(file(lps + "type: float\nencoding: ascii\n", "1.5 -2\n").voxels()[1] == -2);
    CHECK(file(lps + "type: uchar\nencoding: hex\n", "ff10\n").voxels()[0] == 255);
#endif
    CHECK(file(lps + "type: uchar\nencoding: gzip\n", test::gzip("\3\4")).voxels()[1] == 4);
    const auto g = file(lps + "type: uchar\nencoding: raw\n", "\3\4").geometry();
    CHECK(g.origin() == PointMm{5, 6, 7});
    CHECK(g.spacing() == Spacing3{2, 3, 4});
    const auto ras = file("space: RAS\nspace directions: (2,0,0) (0,3,0) (0,0,4)\nspace origin: (5,6,7)\ntype: "
                          "uchar\nencoding: raw\n",
                          "\3\4")
                         .geometry();
    CHECK(ras.origin() == PointMm{-5, -6, 7});
    CHECK(ras.orientation() == "RAS");
    CHECK_FALSE(([&] {
        file("spacings: 1 2 3\ntype: uchar\nencoding: raw\n", "\3\4");
        return describe(folder / "n.nrrd")->orientationStated;
    }()));
    CHECK(readImage(folder / "n.nrrd")->geometry().spacing() == Spacing3{1, 2, 3});
}

TEST_CASE("A MetaImage's matrix holds one axis a row", "[io][meta]")
{
    const Folder folder;
    test::save(
        folder / "m.mha",
        "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = True\nCompressedData = False\n"
        "TransformMatrix = 0 1 0 0 0 1 1 0 0\nOffset = 5 6 7\nElementSpacing = 1 2 3\nDimSize = 2 1 1\n"
        "ElementType = MET_SHORT\nElementDataFile = LOCAL\n" +
            std::string("\1\2\0\1", 4));
    const auto image = readImage(folder / "m.mha");
    REQUIRE(image);
    CHECK(image->voxels()[0] == 258);
    CHECK(image->geometry().axis(0) == PointMm{0, 1, 0});
    CHECK(image->geometry().axis(1) == PointMm{0, 0, 1});
    CHECK(image->geometry().orientation() == "PSL");
    CHECK(image->geometry().origin() == PointMm{5, 6, 7});
}

TEST_CASE("A volume is chosen from channels and from a fourth axis", "[io][nrrd][meta]")
{
    const Folder folder;
    const std::string start = "NRRD0004\ntype: uint8\ndimension: 4\nspace: left-posterior-superior\nsizes: ";
    const std::string end = "\nencoding: raw\nspace origin: (0,0,0)\n\n";
    test::save(folder / "first.nrrd",
               start + "2 3 1 1\nspace directions: none (1,0,0) (0,1,0) (0,0,1)\nkinds: list domain domain domain" +
                   end + "\1\2\3\4\5\6");
    test::save(folder / "last.nrrd",
               start + "3 1 1 2\nspace directions: (1,0,0) (0,1,0) (0,0,1) none\nkinds: domain domain domain list" +
                   end + "\1\3\5\2\4\6");
    const std::string meta = "ElementType = MET_UCHAR\nElementDataFile = LOCAL\n";
    test::save(folder / "c.mha", "NDims = 3\nDimSize = 3 1 1\nElementNumberOfChannels = 2\n" + meta + "\1\2\3\4\5\6");
    test::save(folder / "d.mha", "NDims = 4\nDimSize = 3 1 1 2\n" + meta + "\1\3\5\2\4\6");
    for (const char *name : {"first.nrrd", "last.nrrd", "c.mha", "d.mha"}) {
        INFO(name);
        const auto second = readImage(folder / name, {.volumeIndex = 1});
        INFO((second ? "" : second.error().message));
        REQUIRE(second);
        CHECK(std::ranges::equal(second->voxels(), std::array{2.0f, 4.0f, 6.0f}));
        CHECK(describe(folder / name)->volumes == 2);
        CHECK(readImage(folder / name, {.volumeIndex = 2}).error().code == Errc::InvalidArgument);
        CHECK(readLabels(folder / name).error().code == Errc::InvalidArgument);
        CHECK(readSeries(folder / name)->size() == 2);
    }
}

TEST_CASE("One bad file among several spoils only itself", "[io]")
{
    const Folder folder;
    test::save(folder / "a.nii", MadeNifti{}.bytes());
    test::save(folder / "b.nii", "no");
    test::save(folder / "c.nii.gz", test::gzip(MadeNifti{}.bytes()));
    const std::vector<std::filesystem::path> paths{folder / "a.nii", folder / "b.nii", folder / "c.nii.gz",
                                                   folder / "none.nii"};
    const auto images = readImages(paths);
    REQUIRE(images.size() == 4);
    CHECK(images[0]);
    CHECK_FALSE(images[1]);
    CHECK(images[2]);
    CHECK_FALSE(images[3]);
    CHECK(images[1].error().message.find("b.nii") != std::string::npos);
}

TEST_CASE("A save that cannot be done leaves what was there", "[io][write]")
{
    const Folder folder;
    test::save(folder / "keep.mha", "what was there");
    std::filesystem::create_directories(folder / "dir.nrrd" / "x");
    CHECK_FALSE(writeLabels(folder / "dir.nrrd", labelled(oblique())));
    CHECK(writeLabels(folder / "new.bmp", labelled(oblique())).error().code == Errc::InvalidArgument);
    CHECK(writeImage(folder / "none" / "x.mha", numbered(oblique())).error().code == Errc::Io);
    CHECK(test::load(folder / "keep.mha") == "what was there");
    CHECK(folder.count() == 2);
}

TEST_CASE("A full disk is called by its name and the old file stays", "[io][write]")
{
    const std::filesystem::path full =
        "/dev/full"; // every write to it fails with ENOSPC, but a part beside it cannot be made
    CHECK_FALSE(writeImage(full / "x.nii", numbered(oblique())));
}

TEST_CASE("The scheme beside labels.nii.gz is found in its report", "[io][labels]")
{
    const Folder folder;
    LabelVolume mask(*Geometry::make({3, 1, 1}, {1, 1, 1}));
    mask.set({0, 0, 0}, 4);
    REQUIRE(writeLabels(folder / "labels.nii.gz", mask));
    CHECK(statedScheme(folder / "labels.nii.gz").empty());
    CHECK_FALSE(detectSchemeOf(folder / "labels.nii.gz", mask).certain);
    test::save(folder / "report.json", R"({"scheme": "brats-2021"})");
    CHECK(statedScheme(folder / "labels.nii.gz") == "brats-2021");
    REQUIRE(writeLabels(folder / "other.nii.gz", mask));
    CHECK(statedScheme(folder / "other.nii.gz").empty());
    test::save(folder / "other.json", R"({"scheme": "lgg"})");
    CHECK(statedScheme(folder / "other.nii.gz") == "lgg");
}

TEST_CASE("A mask is told from an image by its name or its few whole values", "[io][describe]")
{
    const Folder folder;
    MadeNifti made{.dim = {3, 3, 1, 1, 1, 1, 1, 1}, .datatype = 2, .bits = 8, .voxels = std::string("\0\1\4", 3)};
    test::save(folder / "BraTS2021_00001_seg.nii", made.bytes());
    test::save(folder / "unknown.nii", made.bytes());
    test::save(folder / "x_t1.nii", made.bytes());
    CHECK(describe(folder / "BraTS2021_00001_seg.nii")->kind == FileKind::Mask);
    CHECK(describe(folder / "BraTS2021_00001_seg.nii")->scheme.certain);
    CHECK(describe(folder / "BraTS2021_00001_seg.nii")->labels == std::vector<Label>{1, 4});
    CHECK(describe(folder / "unknown.nii")->kind == FileKind::Mask);
    CHECK(describe(folder / "x_t1.nii")->kind == FileKind::Image);
    made.datatype = 4, made.bits = 16, made.slope = 0.000976801; // 1024 and 4095 times this are nearly 1 and 4
    made.voxels = std::string("\0\0\x00\x04\xff\x0f", 6);
    test::save(folder / "s_seg.nii", made.bytes());
    CHECK(describe(folder / "s_seg.nii")->labels == std::vector<Label>{1, 4});
}
