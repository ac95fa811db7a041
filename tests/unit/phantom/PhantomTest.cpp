#include "glioscope/phantom/Phantom.h"
#include "TestFolder.h"
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/base/Parallel.h"
#include "glioscope/io/NiftiFile.h"
#include "glioscope/phantom/AnatomyFiles.h"
#include "glioscope/volume/Preprocess.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <set>

using namespace glio;
using namespace glio::phantom;
using Catch::Approx;
using glio::test::Folder;

namespace {

/// One procedural person for all tests: heads are costly, phantoms are not.
const Anatomy &person()
{
    static const AnatomyPointer head = proceduralAnatomy(11, 2);
    return *head;
}
PhantomOptions coarse(double emptyShare = 0)
{
    PhantomOptions options;
    options.spacingMm = {4, 4, 4};
    options.emptyShare = emptyShare;
    return options;
}
double millilitres(const LabelVolume &mask, auto &&wanted)
{
    return double(std::ranges::count_if(mask.voxels(), wanted)) * mask.geometry().voxelVolumeMm3() / 1000;
}
/// Mean of a sequence over one label, each sequence divided by its own foreground median.
std::optional<double> meanOf(const PhantomCase &made, std::size_t sequence, Label label)
{
    double sum = 0, count = 0;
    for (std::size_t n = 0; n < made.labels.voxels().size(); ++n)
        if (made.labels.data()[n] == label) sum += double(made.sequences[sequence].data()[n]), ++count;
    if (count < 12) return std::nullopt;
    return sum / count;
}
double medianInside(const ImageVolume &image)
{
    const LabelVolume mask = foreground(image);
    return double(normalisationOf(image.voxels(), mask.voxels()).median);
}
bool same(const PhantomCase &a, const PhantomCase &b)
{
    bool equal = std::ranges::equal(a.labels.voxels(), b.labels.voxels()) && a.geometry().sameGrid(b.geometry(), 0);
    for (std::size_t s = 0; s < 4; ++s)
        equal = equal && std::ranges::equal(a.sequences[s].voxels(), b.sequences[s].voxels());
    return equal;
}

} // namespace

TEST_CASE("a phantom is the same whenever and on however many threads it is made", "[phantom]")
{
    const PhantomOptions options = coarse();
    const auto one = makePhantom(person(), options, 5, 3), two = makePhantom(person(), options, 5, 3);
    REQUIRE(one);
    REQUIRE(two);
    CHECK(same(*one, *two));
    std::array<std::optional<PhantomCase>, 2> inside; // within parallelFor everything runs in one thread
    parallelFor(0, 2, 1, [&](std::int64_t first, std::int64_t last) {
        for (auto n = first; n < last; ++n)
            inside[std::size_t(n)] = makePhantom(person(), options, 5, 3).value();
    });
    CHECK(same(*one, *inside[0]));
    CHECK(same(*one, *inside[1]));
    SECTION("another number or seed is another patient")
    {
        CHECK_FALSE(same(*one, makePhantom(person(), options, 5, 4).value()));
        CHECK_FALSE(same(*one, makePhantom(person(), options, 6, 3).value()));
    }
}

TEST_CASE("labels and sequences of phantoms agree", "[phantom]")
{
    PhantomOptions options = coarse();
    options.degrade = false;
    int rings = 0, brightRings = 0, oedemas = 0, brightOedemas = 0, cysts = 0, darkCysts = 0;
    for (std::uint64_t n = 0; n < 30; ++n) {
        const auto made = makePhantom(person(), options, 21, n);
        REQUIRE(made);
        const auto enhancing = meanOf(*made, 1, 1), solid = meanOf(*made, 1, 2);
        if (enhancing && solid) ++rings, brightRings += *enhancing > *solid;
        if (const auto oedema = meanOf(*made, 3, 4))
            ++oedemas, brightOedemas += *oedema > medianInside(made->sequences[3]);
        if (const auto cyst = meanOf(*made, 0, 3)) ++cysts, darkCysts += *cyst < medianInside(made->sequences[0]);
    }
    CHECK(rings >= 6);
    CHECK(brightRings >= rings - rings / 10);
    CHECK(oedemas >= 8);
    CHECK(brightOedemas >= oedemas * 4 / 5);
    CHECK(cysts >= 2);
    CHECK(darkCysts >= cysts * 3 / 4);
}

TEST_CASE("fluid is bright on T2 and dark on T1 and FLAIR of the demo case", "[phantom]")
{
    PhantomOptions options = coarse();
    options.variety = Variety::Demo;
    options.spacingMm = {2, 2, 2};
    options.cover = HeadCover::Stripped;
    const auto made = makePhantom(person(), options, 1, 1);
    REQUIRE(made);
    // A healthy voxel is fluid where T2 is far above the median.
    const double t2 = medianInside(made->sequences[2]), t1 = medianInside(made->sequences[0]),
                 flair = medianInside(made->sequences[3]);
    double darkT1 = 0, darkFlair = 0, fluid = 0;
    for (std::size_t n = 0; n < made->labels.voxels().size(); ++n)
        if (made->labels.data()[n] == 0 && double(made->sequences[2].data()[n]) > 2 * t2) {
            ++fluid;
            darkT1 += double(made->sequences[0].data()[n]) < 0.7 * t1;
            darkFlair += double(made->sequences[3].data()[n]) < flair;
        }
    CHECK(fluid * 8 / 1000 > 20); // millilitres
    CHECK(darkT1 > 0.9 * fluid);
    CHECK(darkFlair > 0.9 * fluid);
    const auto has = [&](Label l) { return millilitres(made->labels, [l](Label v) { return v == l; }); };
    CHECK(has(1) > 4); // rim
    CHECK(has(2) > 4);
    CHECK(has(3) > 0.5); // cyst
    CHECK(has(4) > 20);  // oedema
}

TEST_CASE("tumours have the volumes and kinds of real cohorts, and some cases have none", "[phantom]")
{
    const PhantomOptions options = coarse(0.08);
    int empty = 0, withEnhancing = 0, withCyst = 0;
    std::vector<double> whole;
    std::set<std::string> kinds;
    constexpr int kCases = 80;
    for (std::uint64_t n = 0; n < kCases; ++n) {
        const auto made = makePhantom(person(), options, 33, n);
        REQUIRE(made);
        CHECK(std::ranges::all_of(made->labels.voxels(), [](Label l) { return l <= 4; }));
        const double ml = millilitres(made->labels, [](Label l) { return l != 0; });
        kinds.insert(made->tumourKind);
        if (made->tumourKind == "none") {
            CHECK(ml == 0);
            ++empty;
            continue;
        }
        whole.push_back(ml);
        withEnhancing += millilitres(made->labels, [](Label l) { return l == 1; }) > 0.3;
        withCyst += millilitres(made->labels, [](Label l) { return l == 3; }) > 0.3;
    }
    std::ranges::sort(whole);
    CHECK(empty >= 2);
    CHECK(empty <= 14);
    CHECK(kinds.size() >= 7);
    CHECK(whole[whole.size() / 2] > 25); // the paediatric cohort's median is 54 ml, adults' about 90
    CHECK(whole[whole.size() / 2] < 110);
    CHECK(whole[whole.size() / 10] < 25);
    CHECK(whole.back() < 420);
    CHECK(withEnhancing > kCases / 2);
    CHECK(withCyst > kCases / 12);
    CHECK(withCyst < kCases / 2);
}

TEST_CASE("foreground is the brain of stripped phantoms and the head of the others", "[phantom][preprocess]")
{
    PhantomOptions options = coarse();
    options.spacingMm = {3, 3, 3};
    options.cover = HeadCover::Stripped;
    const auto stripped = makePhantom(person(), options, 7, 1);
    options.cover = HeadCover::WithHead;
    const auto headed = makePhantom(person(), options, 7, 1);
    REQUIRE(stripped);
    REQUIRE(headed);
    CHECK_FALSE(stripped->headCovered);
    CHECK(headed->headCovered);
    for (std::size_t s = 0; s < 4; ++s) {
        const auto isSet = [](std::uint8_t v) { return v != 0; };
        const LabelVolume brain = foreground(stripped->sequences[s]);
        CHECK(millilitres(brain, isSet) > 900);
        CHECK(millilitres(brain, isSet) < 2100);
        ImageVolume scored = stripped->sequences[s]; // as a z-scored file: background becomes a negative constant
        for (float &v : scored.edit())
            v = (v - 100) / 37;
        CHECK(std::ranges::equal(foreground(scored).voxels(), brain.voxels()));
        CHECK(millilitres(foreground(headed->sequences[s]), isSet) > 1.4 * millilitres(brain, isSet));
    }
}

TEST_CASE("the field has the size that was asked for and moves to the tumour", "[phantom]")
{
    PhantomOptions options = coarse();
    options.size = {24, 28, 24};
    options.towardsTumour = 1;
    int inMiddle = 0;
    for (std::uint64_t n = 0; n < 10; ++n) {
        const auto made = makePhantom(person(), options, 9, n);
        REQUIRE(made);
        REQUIRE(made->labels.size() == Size3{24, 28, 24});
        inMiddle += millilitres(made->labels, [](Label l) { return l != 0; }) > 0.5;
    }
    CHECK(inMiddle >= 8);
    CHECK(makePhantom(person(), {.spacingMm = {0, 1, 1}}, 1, 1).error().code == Errc::InvalidArgument);
    CHECK(makePhantom(std::span<const AnatomyPointer>{}, options, 1, 1).error().code == Errc::InvalidArgument);
}

TEST_CASE("anatomyFromT1 finds the three tissues of a head", "[phantom][anatomy]")
{
    PhantomOptions options;
    options.spacingMm = {2, 2, 2};
    options.variety = Variety::Demo;
    options.degrade = false;
    options.cover = HeadCover::Stripped;
    const auto made = makePhantom(person(), options, 1, 1);
    REQUIRE(made);
    const auto anatomy = anatomyFromT1("again", made->sequences[0], foreground(made->sequences[0]), false);
    REQUIRE(anatomy);
    CHECK((*anatomy)->tissueLevels().csf < 0.45f);
    CHECK((*anatomy)->tissueLevels().grey == Approx(0.72).margin(0.1)); // the demo's own contrast
    const PointMm size = (*anatomy)->brainHigh() - (*anatomy)->brainLow();
    const PointMm own = person().brainHigh() - person().brainLow();
    CHECK(size.x == Approx(own.x).epsilon(0.1));
    CHECK(size.y == Approx(own.y).epsilon(0.1));
    CHECK(anatomyFromT1("flat", ImageVolume(made->geometry(), 5.0f), LabelVolume(made->geometry(), 1), false)
              .error()
              .code == Errc::InvalidArgument);
}

TEST_CASE("a real label map is placed whole, turned and scaled but with its regions", "[phantom][shapes]")
{
    const Geometry grid = Geometry::make({240, 240, 155}, {1, 1, 1}, {0, -239, 0}).value();
    LabelVolume labels(grid);
    for (std::int64_t k = 60; k < 100; ++k)
        for (std::int64_t j = 100; j < 140; ++j)
            for (std::int64_t i = 70; i < 110; ++i) {
                const double r = std::sqrt(double((i - 90) * (i - 90) + (j - 120) * (j - 120) + (k - 80) * (k - 80)));
                if (r < 18) labels.set({i, j, k}, r < 7 ? 2 : r < 11 ? 1 : 4);
            }
    auto shapes = std::make_shared<std::vector<Shape>>();
    shapes->push_back(makeShape("ball", labels, false));
    CHECK(shapes->front().labels.size() == Size3{35, 35, 35});
    CHECK(shapes->front().coreMl == Approx(4.0 / 3 * 3.1416 * 1.331).epsilon(0.05));
    REQUIRE(shapes->front().placeShares);
    CHECK(shapes->front().placeShares->x == Approx(40.0 / 140).margin(0.02));
    PhantomOptions options = coarse();
    options.spacingMm = {2, 2, 2};
    options.shapes = shapes;
    options.realShapeShare = 1;
    int whole = 0, layered = 0;
    for (std::uint64_t n = 0; n < 8; ++n) {
        const auto made = makePhantom(person(), options, 3, n);
        REQUIRE(made);
        REQUIRE(made->tumourKind == "shape:ball");
        const double ml = millilitres(made->labels, [](Label l) { return l != 0; });
        whole += ml > 6 && ml < 120;
        layered += millilitres(made->labels, [](Label l) { return l == 4; }) >
                   millilitres(made->labels, [](Label l) { return l == 2; });
    }
    CHECK(whole >= 6);
    CHECK(layered >= 6);
}

TEST_CASE("some phantoms cover a part of the head alone, and nothing is labelled or shown beyond it", "[phantom]")
{
    PhantomOptions options = coarse();
    options.cover = HeadCover::WithHead;
    int parts = 0, tumours = 0;
    for (std::uint64_t n = 0; n < 24; ++n) {
        const auto made = makePhantom(person(), options, 11, n);
        REQUIRE(made);
        const auto size = made->geometry().size();
        const double mm = made->geometry().spacing()[2], slab = made->parameters.at("slab_mm");
        int shown = 0;
        for (std::int64_t k = 0; k < size[2]; ++k) {
            const std::int64_t plane = size[0] * size[1];
            const auto any = [&](auto values) {
                return std::any_of(values.begin() + k * plane, values.begin() + (k + 1) * plane,
                                   [](auto v) { return v != 0; });
            };
            const bool image = any(made->sequences[0].voxels());
            shown += image;
            if (!image) CHECK_FALSE(any(made->labels.voxels()));
        }
        CHECK(shown * mm <= slab + 1e-6);
        if (slab > double(size[2]) * mm - 1) continue;
        ++parts;
        CHECK(slab <= 120);
        CHECK(slab > 60 - mm);
        tumours += millilitres(made->labels, [](Label l) { return l != 0; }) > 0;
    }
    CHECK(parts >= 1);
    CHECK(parts <= 12);
    CHECK(tumours >= 1);
}

TEST_CASE("cases are written under BraTS names with their scheme, and shapes read back", "[phantom][files]")
{
    const Folder folder;
    const auto made = makePhantom(person(), coarse(), 2, 2);
    REQUIRE(made);
    const auto place = writeCase(*made, folder.path, 7);
    REQUIRE(place);
    CHECK(place->filename() == "GlioPhantom-00007-000");
    for (const char *end : {"t1n", "t1c", "t2w", "t2f", "seg"})
        CHECK(std::filesystem::exists(*place / ("GlioPhantom-00007-000-" + std::string(end) + ".nii.gz")));
    const auto header = io::readNiftiHeader(*place / "GlioPhantom-00007-000-seg.nii.gz");
    REQUIRE(header);
    CHECK(header->description.find("scheme=brats-ped-2024") != std::string::npos);
    CHECK(header->geometry.sameGrid(made->geometry()));
    const auto shapes = readShapes(folder.path);
    REQUIRE(shapes);
    REQUIRE(shapes->size() == 1);
    CHECK(shapes->front().coreMl == Approx(millilitres(made->labels, [](Label l) { return l >= 1 && l <= 3; })));
    CHECK(readShapes(folder.path / "nothing").error().code == Errc::Io);
    CHECK(readAnatomies(folder.path).error().code == Errc::InvalidArgument);
}

TEST_CASE("Colin27 becomes a head where mricron-data is installed", "[phantom][files]")
{
    const auto folder = findColin27();
    if (folder.empty()) SKIP("mricron-data is not installed");
    const auto colin = readColin27(folder);
    REQUIRE(colin);
    CHECK((*colin)->hasHead());
    CHECK((*colin)->tissueLevels().csf < 0.5f);
    CHECK((*colin)->tissueLevels().grey == Approx(0.78).margin(0.08));
    const PointMm size = (*colin)->brainHigh() - (*colin)->brainLow();
    CHECK(size.x == Approx(138).margin(12));
    CHECK(size.y == Approx(176).margin(14));
}
