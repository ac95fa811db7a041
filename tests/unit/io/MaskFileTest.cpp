#include "MadeMasks.h"

#include "glioscope/io/ImageFile.h"
#include "glioscope/io/MaskFile.h"
#include "glioscope/io/RegionProposal.h"

#include <catch2/catch_approx.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace glio;
using namespace glio::io;
using Catch::Approx;
using glio::test::Folder;
using glio::test::MadeSegNrrd;
namespace fs = std::filesystem;

namespace {
const std::string kNecrosis =
    "Tags:=Segmentation.Status:completed|TerminologyEntry:Segmentation category and type - 3D Slicer General Anatomy "
    "list~SCT^49755003^Morphologically Altered Structure~SCT^6574001^Necrosis~^^~Anatomic codes - DICOM master "
    "list~SCT^12738006^Brain~^^|Mine:a:b|";

MaskFile read(const fs::path &path)
{
    auto mask = readMask(path);
    INFO((mask ? "" : mask.error().message));
    REQUIRE(mask);
    return std::move(*mask);
}
bool tells(const MaskFile &mask, const std::string &part)
{
    return std::ranges::any_of(mask.remarks, [&](const auto &r) { return r.find(part) != std::string::npos; });
}
bool reads(const fs::path &path)
{
    return test::readsOrTells(path, [](const fs::path &p) { return readMask(p); });
}
} // namespace

TEST_CASE("A Slicer segmentation of one layer comes with all that it says of its segments", "[io][mask][nrrd]")
{
    const Folder folder;
    MadeSegNrrd made{.voxels = std::string("\1\7\0", 3)};
    made.segment(0, "Core", 7, 0, kNecrosis)
        .segment(1, "Enhancing Lesion", 1, 0, "Color:=0.25 0.5 1\nSegment1_Extent:=0 0 0 0 0 0")
        .segment(2, "Edema", 9, 0);
    test::save(folder / "s.seg.nrrd", made.bytes());
    const auto mask = read(folder / "s.seg.nrrd");
    REQUIRE(mask.segments.size() == 3);
    const auto &core = mask.segments[0], &enhancing = mask.segments[1], &edema = mask.segments[2];
    CHECK(core.name == "Core");
    CHECK(core.id == "Segment_1");
    CHECK(core.value == 7);
    CHECK(core.status == SegmentStatus::Completed);
    REQUIRE(core.terminology);
    CHECK(core.terminology->type.value == "6574001");
    CHECK(core.terminology->category.meaning == "Morphologically Altered Structure");
    CHECK(core.terminology->region.meaning == "Brain");
    CHECK(core.tags.at("Mine") == "a:b");
    CHECK(core.region == "NCR"); // by its code
    CHECK(enhancing.region == "ET");
    REQUIRE(enhancing.colour);
    CHECK(*enhancing.colour == std::array{0.25, 0.5, 1.0});
    REQUIRE(enhancing.extent);
    CHECK(*enhancing.extent == std::array<std::int64_t, 6>{});
    CHECK(edema.region == "ED");
    CHECK(edema.voxels == 0); // kept although empty
    CHECK(mask.labels.at({0, 0, 0}) == 1);
    CHECK(mask.labels.at({1, 0, 0}) == 7);
    CHECK(mask.remarks.empty());
    CHECK(terminologyText(*core.terminology) == core.tags.at("TerminologyEntry"));
}

TEST_CASE("The space of a segmentation decides where it lies", "[io][mask][nrrd]")
{
    const Folder folder;
    MadeSegNrrd made{.space = "right-anterior-superior", .origin = "(10,20,30)", .voxels = std::string(3, '\1')};
    test::save(folder / "ras.seg.nrrd", made.segment(0, "a", 1, 0).bytes());
    const auto ras = read(folder / "ras.seg.nrrd");
    CHECK(ras.labels.geometry().toWorld(Index3{2, 0, 0}) == PointMm{-12, -20, 30});
    made.space = "left-posterior-superior";
    test::save(folder / "lps.seg.nrrd", made.bytes());
    CHECK(read(folder / "lps.seg.nrrd").labels.geometry().toWorld(Index3{2, 0, 0}) == PointMm{12, 20, 30});
    made.space = "scanner-xyz";
    test::save(folder / "other.seg.nrrd", made.bytes());
    CHECK(tells(read(folder / "other.seg.nrrd"), "does not say where it lies"));
}

TEST_CASE("Of overlapping segments the later one wins and the overlap is counted", "[io][mask][nrrd]")
{
    const Folder folder;
    // Five voxels: layer 0 holds segments 1 and 2, layer 1 holds segment 0, so the order of layers is not that of
    // segments.
    MadeSegNrrd made{.layers = 2, .size = {5, 1, 1}, .voxels = std::string("\1\0\1\1\2\1\0\1\0\0", 10)};
    made.segment(0, "first", 1, 1).segment(1, "second", 1, 0).segment(2, "third", 2, 0);
    test::save(folder / "l.seg.nrrd", made.bytes());
    const auto mask = read(folder / "l.seg.nrrd");
    REQUIRE(mask.segments.size() == 3);
    CHECK(mask.segments[0].value == 1);
    CHECK(mask.segments[1].value == 3); // 1 is taken, 2 is the third's own
    CHECK(mask.segments[2].value == 2);
    CHECK(std::ranges::equal(mask.labels.voxels(), std::array<std::uint8_t, 5>{3, 3, 2, 1, 0}));
    CHECK(mask.segments[0].coveredVoxels == 2);
    CHECK(mask.segments[0].voxels == 1);
    CHECK(tells(mask, "2 voxels belong to more than one segment"));
    CHECK(tells(mask, "\"second\" has the value 1"));
    CHECK(mask.remarks.size() == 2);
}

TEST_CASE("Old files without layers and values keep one segment a volume", "[io][mask][nrrd]")
{
    const Folder folder;
    MadeSegNrrd made{.layers = 2, .voxels = std::string("\1\0\0\1\0\0", 6)};
    made.fields = "Segment0_ID:=a\nSegment0_Name:=Cyst\nSegment1_ID:=b\nSegment1_Name:=Resection cavity\n";
    test::save(folder / "old.seg.nrrd", made.bytes());
    const auto mask = read(folder / "old.seg.nrrd");
    CHECK(std::ranges::equal(mask.labels.voxels(), std::array<std::uint8_t, 3>{1, 2, 0}));
    CHECK(mask.segments[0].region == "CC");
    CHECK(mask.segments[1].region == "RC");
}

TEST_CASE("Odd fields of segments are told and the voxels are kept", "[io][mask][nrrd]")
{
    const Folder folder;
    MadeSegNrrd made{.voxels = std::string("\1\5\2", 3)};
    made.segment(0, "a", 1, 0, "Color:=2 nan x\nSegment0_Extent:=1 2\nSegment0_Tags:=TerminologyEntry:a~b|")
        .segment(1, "same", 1, 0)
        .segment(3, "far", 2, 9);
    made.fields += "Segment4_LabelValue:=many\nSegmentX_Name:=y\nSegment_Name:=z\n";
    test::save(folder / "odd.seg.nrrd", made.bytes());
    const auto mask = read(folder / "odd.seg.nrrd");
    for (const char *part : {"colour of segment \"a\"", "extent of segment \"a\"", "terminology of segment \"a\"",
                             "\"a\" and \"same\" claim", "\"far\" names layer 9", "value 5 in layer 0",
                             "label value of segment \"Segment_4\""})
        CHECK(tells(mask, part));
    CHECK(std::ranges::none_of(mask.labels.voxels(), [](auto v) { return v == 0; }));
    CHECK_FALSE(mask.segments[0].colour);
}

TEST_CASE("A code and a name that disagree propose nothing", "[io][mask]")
{
    const Folder folder;
    MadeSegNrrd made{.voxels = std::string("\1\0\0", 3)};
    test::save(folder / "d.seg.nrrd", made.segment(0, "Edema", 1, 0, kNecrosis).bytes());
    const auto mask = read(folder / "d.seg.nrrd");
    CHECK(mask.segments[0].region.empty());
    CHECK(tells(mask, "says ED and its code says NCR"));
    MadeSegNrrd general{.voxels = std::string("\1\0\0", 3)}; // what programs give any part of a tumour
    general.segment(0, "Edema", 1, 0, "Tags:=TerminologyEntry:c~S^1^a~SCT^108369006^Neoplasm|");
    general.segment(1, "Mine", 2, 0, "Tags:=TerminologyEntry:c~S^1^a~SCT^108369006^Neoplasm|");
    test::save(folder / "g.seg.nrrd", general.bytes());
    const auto neoplasm = read(folder / "g.seg.nrrd");
    CHECK(neoplasm.segments[0].region == "ED");
    CHECK(neoplasm.segments[1].region == "WT");
    CHECK(neoplasm.remarks.empty());
}

TEST_CASE("Names propose regions, and nothing when they are unclear", "[io][mask]")
{
    const std::pair<const char *, const char *> names[] = {{"Enhancing Lesion", "ET"},
                                                           {"GD-enhancing tumor", "ET"},
                                                           {"Non-Enhancing Lesion", "NET"},
                                                           {"nonenhancing_tumour", "NET"},
                                                           {"NCR/NET", "NET"},
                                                           {"Necrosis", "NCR"},
                                                           {"necrotic core", "NCR"},
                                                           {"Peritumoral oedema", "ED"},
                                                           {"edema", "ED"},
                                                           {"SNFH", "ED"},
                                                           {"Cystic component", "CC"},
                                                           {"Resection cavity", "RC"},
                                                           {"whole tumour", "WT"},
                                                           {"Whole Tumor (WT)", "WT"},
                                                           {"tumor core", "TC"},
                                                           {"Enhancing tumor core", "ET"},
                                                           {"Tumor", "WT"},
                                                           {"Segment_1", ""},
                                                           {"Lesion", ""},
                                                           {"Clear Label", ""},
                                                           {"brain without oedema", ""},
                                                           {"necrosis and oedema", ""},
                                                           {"netherlands", ""},
                                                           {"", ""}};
    for (const auto &[name, region] : names) {
        INFO(name);
        CHECK(proposeRegion(name) == region);
    }
    for (const auto &scheme : labelSchemes()) // what we write is what we propose
        for (const auto &label : scheme.labels()) {
            INFO(scheme.id() << ' ' << label.id);
            CHECK(proposeRegion(label.type) == label.id);
        }
}

TEST_CASE("Masks of all formats come with scheme, segments and counts", "[io][mask]")
{
    const Folder folder;
    const char *name = GENERATE("m.nii", "m.nii.gz", "m.nrrd", "m.mha", "m.mhd", "m.seg.nrrd");
    INFO(name);
    auto labels = test::countedMask(test::obliqueGrid());
    labels.set({0, 0, 0}, 77); // no label of the scheme
    REQUIRE(writeLabels(folder / name, labels, {.description = "a text", .schemeId = "brats-gli-2024"}));
    const auto mask = read(folder / name);
    CHECK(mask.schemeId == "brats-gli-2024");
    CHECK(mask.description.find("a text") != std::string::npos);
    CHECK(mask.labels.geometry().sameGrid(labels.geometry(), 1e-3));
    CHECK(std::ranges::equal(mask.labels.voxels(), labels.voxels()));
    REQUIRE(mask.segments.size() == 5);
    CHECK(mask.segments[3].id == "RC");
    CHECK(mask.segments[3].region == "RC");
    CHECK(mask.segments[0].voxels == std::ranges::count(labels.voxels(), 1));
    CHECK(mask.segments[4].name == "Label 77");
    CHECK(mask.segments[4].voxels == 1);
}

TEST_CASE("A segmentation for Slicer reads back as it was", "[io][mask][nrrd][write]")
{
    const Folder folder;
    const auto labels = test::countedMask(test::obliqueGrid(), 3);
    REQUIRE(
        writeSegNrrd(folder / "w.seg.nrrd", labels, defaultLabelScheme(), {.description = "a := b", .schemeId = ""}));
    const auto mask = read(folder / "w.seg.nrrd");
    CHECK(mask.description == "a := b");
    CHECK(mask.schemeId == defaultLabelScheme().id());
    CHECK(mask.labels.geometry().sameGrid(labels.geometry(), 1e-6));
    CHECK(std::ranges::equal(mask.labels.voxels(), labels.voxels()));
    REQUIRE(mask.segments.size() == 4);
    for (const auto &segment : mask.segments) {
        const auto *label = defaultLabelScheme().label(segment.value);
        REQUIRE(label);
        CHECK(segment.id == label->id);
        CHECK(segment.name == label->name);
        CHECK(segment.region == label->id);
        CHECK(segment.colour->at(0) == Approx(label->colour.r / 255.0).margin(1e-5));
        CHECK(segment.colour->at(2) == Approx(label->colour.b / 255.0).margin(1e-5));
        CHECK(segment.terminology->type.value == label->type.value);
        CHECK(segment.terminology->category.value == "49755003");
        CHECK(segment.status == SegmentStatus::InProgress);
    }
    CHECK(*mask.segments[3].extent == std::array<std::int64_t, 6>{0, -1, 0, -1, 0, -1}); // empty, and kept
    const std::string header = test::load(folder / "w.seg.nrrd");
    for (const char *line : {"\nSegmentation_ContainedRepresentationNames:=Binary labelmap|\n", "\nencoding: gzip\n",
                             "\nspace: left-posterior-superior\n", "\nSegmentation_ReferenceImageExtentOffset:=0 0 0\n",
                             "\nSegment0_Layer:=0\n", "\nSegment0_Extent:=0 6 0 4 0 3\n"})
        CHECK(header.find(line) != std::string::npos);
    CHECK(folder.count() == 1);
}

TEST_CASE("The extent of a segment is the box of its voxels", "[io][mask][nrrd][write]")
{
    const Folder folder;
    LabelVolume labels(test::obliqueGrid());
    labels.set({2, 1, 3}, 2);
    labels.set({4, 3, 1}, 2);
    REQUIRE(writeSegNrrd(folder / "e.seg.nrrd", labels, defaultLabelScheme()));
    CHECK(*read(folder / "e.seg.nrrd").segments[1].extent == std::array<std::int64_t, 6>{2, 4, 1, 3, 1, 3});
}

TEST_CASE("Names with quotes, backslashes, line ends and UTF-8 survive a segmentation", "[io][mask][nrrd][write]")
{
    const Folder folder;
    MaskSegment segment;
    segment.value = 200;
    segment.id = "x";
    segment.name = "Größe \"α\" \\n C:\\new\nSegment9_Name:=evil := : x";
    segment.terminology = Terminology{.context = "a|b",
                                      .category = {"S^C", "1~2", "m\nn"},
                                      .type = {"99GLIO", "RC", "Höhle"},
                                      .typeModifier = {},
                                      .anatomicContext = {},
                                      .region = {},
                                      .regionModifier = {}};
    segment.tags["Own"] = "one|two\nthree";
    const auto labels = test::countedMask(test::obliqueGrid());
    REQUIRE(writeSegNrrd(folder / "q.seg.nrrd", labels, std::array{segment}, {.description = "", .schemeId = "a\nb"}));
    const auto mask = read(folder / "q.seg.nrrd");
    REQUIRE(mask.segments.size() == 5); // and the four values that were not named
    CHECK(mask.segments[0].name == segment.name);
    CHECK(mask.segments[0].value == 200);
    CHECK(mask.segments[0].tags.at("Own") == "one two three");
    CHECK(mask.segments[0].terminology->category.scheme == "S C");
    CHECK(mask.segments[0].terminology->type.meaning == "Höhle");
    CHECK(mask.schemeId == "a\nb");
    CHECK(std::ranges::equal(mask.labels.voxels(), labels.voxels()));
}

TEST_CASE("Segments that cannot be told apart are not written", "[io][mask][nrrd][write]")
{
    const Folder folder;
    MaskSegment one, two;
    one.value = two.value = 3;
    const LabelVolume labels(test::obliqueGrid());
    CHECK(writeSegNrrd(folder / "x.seg.nrrd", labels, std::array{one, two}).error().code == Errc::InvalidArgument);
    one.value = 0;
    CHECK(writeSegNrrd(folder / "x.seg.nrrd", labels, std::array{one}).error().code == Errc::InvalidArgument);
    CHECK(writeSegNrrd(folder / "x.mha", labels, std::array{two}).error().code == Errc::InvalidArgument);
    CHECK(folder.count() == 0);
}

TEST_CASE("All 255 values fit into a segmentation and 300 segments are refused", "[io][mask][torture]")
{
    const Folder folder;
    const auto labels = test::countedMask(test::obliqueGrid({16, 16, 2}), 255);
    REQUIRE(writeSegNrrd(folder / "all.seg.nrrd", labels, std::span<const MaskSegment>{}));
    const auto mask = read(folder / "all.seg.nrrd");
    CHECK(mask.segments.size() == 255);
    CHECK(std::ranges::equal(mask.labels.voxels(), labels.voxels()));
    CHECK(mask.remarks.empty());

    MadeSegNrrd many{.type = "unsigned short", .voxels = std::string(6, '\0')};
    for (int n = 0; n < 300; ++n)
        many.segment(n, "s" + std::to_string(n), n + 1, 0);
    test::save(folder / "many.seg.nrrd", many.bytes());
    CHECK_FALSE(reads(folder / "many.seg.nrrd"));
    MadeSegNrrd high{.type = "unsigned short", .voxels = std::string("\x2c\1\0\0\0\0", 6)}; // the value 300
    test::save(folder / "high.seg.nrrd", high.segment(0, "a", 300, 0).bytes());
    CHECK_FALSE(reads(folder / "high.seg.nrrd"));
}

TEST_CASE("Segmentations that are cut short, lie or are none get a sentence", "[io][mask][torture]")
{
    const Folder folder;
    MadeSegNrrd made{.layers = 2, .voxels = std::string("\1\0\1\1\2\1", 6), .encoding = "raw"};
    made.segment(0, "a", 1, 0, kNecrosis).segment(1, "b", 1, 1);
    const std::string whole = made.bytes();
    test::save(folder / "whole.seg.nrrd", whole);
    REQUIRE(reads(folder / "whole.seg.nrrd"));
    for (std::size_t n = 0; n < whole.size(); n += 5) {
        test::save(folder / "cut.seg.nrrd", whole.substr(0, n));
        CHECK_FALSE(reads(folder / "cut.seg.nrrd"));
    }
    for (const auto &[layers, size] :
         {std::pair{2'000'000'000, std::array{9999, 9999, 9999}}, std::pair{100000, std::array{500, 500, 500}},
          std::pair{2, std::array{0, 1, 1}}, std::pair{2, std::array{-3, 1, 1}}}) {
        MadeSegNrrd lie = made;
        lie.layers = layers;
        lie.size = size;
        lie.encoding = GENERATE("raw", "gzip");
        test::save(folder / "lie.seg.nrrd", lie.bytes());
        CHECK_FALSE(reads(folder / "lie.seg.nrrd"));
    }
    MadeSegNrrd series{.layers = 2, .voxels = std::string(6, '\1')}; // no segments: not a mask
    test::save(folder / "series.nrrd", series.bytes());
    CHECK_FALSE(reads(folder / "series.nrrd"));
    CHECK_FALSE(reads(folder / "missing.seg.nrrd"));
    CHECK_FALSE(reads(folder.path));
    CHECK_FALSE(reads("/dev/zero"));
}

TEST_CASE("Flipped bytes in a segmentation give a mask or a sentence", "[io][mask][torture]")
{
    const Folder folder;
    std::mt19937 random(23);
    MadeSegNrrd made{.layers = 2, .size = {4, 3, 2}, .voxels = std::string(48, '\1')};
    made.encoding = GENERATE("raw", "gzip");
    made.segment(0, "a", 1, 0, kNecrosis).segment(1, "b", 1, 1, "Color:=1 0 0");
    const std::string good = made.bytes();
    int read = 0, refused = 0;
    for (int n = 0; n < 600; ++n) {
        std::string bad = good;
        for (int flip = 0; flip <= n % 4; ++flip)
            bad[random() % bad.size()] = char(random());
        test::save(folder / "flip.seg.nrrd", bad);
        ++(reads(folder / "flip.seg.nrrd") ? read : refused);
    }
    CHECK(read > 0);
    CHECK(refused > 0);
}
