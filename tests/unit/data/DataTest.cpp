#include "TestFolder.h"
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/data/CaseStore.h"
#include "glioscope/data/PhantomStore.h"
#include "glioscope/data/TrainingCase.h"
#include "glioscope/io/NiftiFile.h"
#include "glioscope/phantom/Phantom.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>

using namespace glio;
using namespace glio::data;
using Catch::Approx;
using glio::test::Folder;

namespace {

// A ball of head with a bright tumour, 1 mm, all four sequences; the tumour's value in the mask is `label`.
void writeBall(const std::filesystem::path &folder, const std::string &name, Label label,
               const std::string &description)
{
    const auto grid = *Geometry::make({48, 48, 40}, {1, 1, 1}, {10, -20, 30});
    ImageVolume image(grid);
    LabelVolume mask(grid);
    for (std::int64_t k = 0; k < 40; ++k)
        for (std::int64_t j = 0; j < 48; ++j)
            for (std::int64_t i = 0; i < 48; ++i) {
                const double r = std::hypot(double(i) - 24, double(j) - 24, double(k) - 20);
                const bool tumour = std::hypot(double(i) - 28, double(j) - 24, double(k) - 20) < 8;
                if (r < 18) image.set({i, j, k}, float(tumour ? 300 : 100 + i));
                if (tumour) mask.set({i, j, k}, label);
            }
    std::filesystem::create_directories(folder / name);
    for (const char *suffix : {"t1n", "t1c", "t2w", "t2f"})
        REQUIRE(io::writeNifti(folder / name / (name + '-' + suffix + ".nii.gz"), image));
    REQUIRE(io::writeNifti(folder / name / (name + "-seg.nii.gz"), mask, {.description = description}));
}

} // namespace

TEST_CASE("a case from files is normalised on the working grid, with the mask in our labels", "[data]")
{
    const Folder folder;
    writeBall(folder.path, "BraTS-GLI-00001-000", 3, "scheme=brats-2023"); // 3 is ET there
    const auto entries = findTrainingCases(folder.path, "");
    REQUIRE(entries);
    REQUIRE(entries->size() == 1);
    CHECK(entries->front().schemeId == "brats-2023");
    const auto made = readTrainingCase(entries->front(), 2);
    REQUIRE(made);
    CHECK(made->present == std::array<bool, 4>{true, true, true, true});
    CHECK(made->geometry().spacing() == Spacing3{2, 2, 2});
    const auto voxels = made->labels.voxels();
    const double ml = double(std::ranges::count(voxels, Label{1})) * made->geometry().voxelVolumeMm3() / 1000;
    CHECK(ml == Approx(4.0 / 3 * 3.14159 * 512 / 1000).epsilon(0.12));
    CHECK(std::ranges::count(voxels, Label{3}) == 0);
    CHECK(made->images[0].at(made->geometry().nearestVoxel({38, 4, 50})) > 1); // the tumour is bright
    CHECK(made->images[0].voxels()[0] == 0);                                   // outside the head
}

TEST_CASE("a folder of masks that may follow several schemes is refused with their names", "[data][error]")
{
    const Folder folder;
    writeBall(folder.path, "case-7", 1, "");
    const auto refused = findTrainingCases(folder.path, "");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::InvalidArgument);
    CHECK(refused.error().message.find("data.scheme") != std::string::npos);
    const auto named = findTrainingCases(folder.path, "brats-ped-2024");
    REQUIRE(named);
    CHECK(named->front().schemeId == "brats-ped-2024");
    CHECK_FALSE(findTrainingCases(folder.path, "no-such-scheme"));
}

TEST_CASE("a folder without cases is refused with a sentence", "[data][error]")
{
    const Folder folder;
    CHECK_FALSE(findTrainingCases(folder.path, ""));
    CHECK_FALSE(findTrainingCases(folder.path / "missing", ""));
}

TEST_CASE("a prepared case comes back from its cache file as it was", "[data]")
{
    const Folder folder;
    writeBall(folder.path, "BraTS-PED-00001-000", 2, "scheme=brats-ped-2024");
    const auto entries = findTrainingCases(folder.path, "");
    REQUIRE(entries);
    CaseStore first(*entries, 3, folder.path / "cache", 1 << 30);
    const auto made = first.get(0);
    REQUIRE(made);
    CHECK(first.get(0)->get() == made->get()); // kept in memory
    CaseStore second(*entries, 3, folder.path / "cache", 0);
    const auto read = second.get(0);
    REQUIRE(read);
    CHECK(std::ranges::equal((*read)->images[2].voxels(), (*made)->images[2].voxels()));
    CHECK(std::ranges::equal((*read)->labels.voxels(), (*made)->labels.voxels()));
    CHECK((*read)->geometry().sameGrid((*made)->geometry()));
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path / "cache"), {}) == 1);
}

TEST_CASE("labelsOnGrid gives a coarse voxel the label that fills most of it", "[data]")
{
    LabelVolume fine(*Geometry::make({16, 16, 16}, {1, 1, 1}));
    for (std::int64_t n = 0; n < 16 * 16 * 8; ++n)
        fine.set({n % 16, n / 16 % 16, n / 256}, 4); // lower half
    fine.set({13, 13, 13}, 1);                       // a speck
    const auto coarse = labelsOnGrid(fine, *fine.geometry().withSpacing({4, 4, 4}));
    REQUIRE(coarse);
    CHECK(std::ranges::count(coarse->voxels(), Label{4}) == 32);
    CHECK(std::ranges::count(coarse->voxels(), Label{1}) == 0);
}

TEST_CASE("PhantomStore makes the same phantom again after it was released", "[data]")
{
    const auto heads = makeAnatomies({.procedural = 1, .colin27 = false, .spacingMm = 4});
    REQUIRE(heads);
    phantom::PhantomOptions options;
    options.spacingMm = {6, 6, 6};
    PhantomStore store(std::make_shared<const std::vector<phantom::AnatomyPointer>>(*heads), options, 3);
    const auto first = store.get(5);
    REQUIRE(first);
    CHECK(store.get(5)->get() == first->get());
    store.releaseBelow(6);
    CHECK(store.kept() == 0);
    const auto again = store.get(5);
    CHECK(std::ranges::equal((*again)->images[1].voxels(), (*first)->images[1].voxels()));
    CHECK_FALSE(std::ranges::equal((*store.get(6))->labels.voxels(), (*first)->labels.voxels()));
}

TEST_CASE("a case labelled by its whole tumour only keeps it as tumour without a named class", "[data][partial]")
{
    const Folder folder;
    writeBall(folder.path, "TCGA_XX_0001", 1, "scheme=lgg");
    const auto entries = findTrainingCases(folder.path, "");
    if (!entries) FAIL(entries.error().message);
    CHECK(entries->front().schemeId == "lgg");
    const auto made = readTrainingCase(entries->front(), 1);
    REQUIRE(made);
    CHECK(labelsPresent(made->labels) == std::vector<Label>{kUnnamedTumour});
    CHECK(std::ranges::count(made->labels.voxels(), kUnnamedTumour) == Approx(2109).epsilon(0.02)); // a ball of 8 mm
}
