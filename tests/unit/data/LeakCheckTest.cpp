#include "glioscope/data/LeakCheck.h"
#include "TestFolder.h"
#include "glioscope/io/NiftiFile.h"

#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::data;
using glio::test::Folder;

namespace {

// A case whose image depends on `content` alone; `tumour` false leaves the mask empty.
void writeCaseNamed(const std::filesystem::path &folder, const std::string &name, int content, bool tumour,
                    int compression = 4)
{
    const auto grid = *Geometry::make({6, 5, 4}, {1, 1, 1});
    ImageVolume image(grid);
    LabelVolume mask(grid);
    const auto voxels = image.edit();
    for (std::size_t n = 0; n < voxels.size(); ++n)
        voxels[n] = float((int(n) * 7 + content * 31) % 97);
    if (tumour) mask.set({content % 6, 1, 1}, 1);
    std::filesystem::create_directories(folder / name);
    REQUIRE(io::writeNifti(folder / name / (name + "-t2f.nii.gz"), image, {.compression = compression}));
    REQUIRE(io::writeNifti(folder / name / (name + "-seg.nii.gz"), mask,
                           {.description = "scheme=lgg", .compression = compression}));
}

} // namespace

TEST_CASE("patientOf forgets the scan and keeps the patient", "[data][leak]")
{
    CHECK(patientOf("BraTS-PED-00021-001") == patientOf("BraTS-PED-00021-000"));
    CHECK(patientOf("BraTS-PED-00021-000") != patientOf("BraTS-PED-00022-000"));
    CHECK(patientOf("BraTS-GLI-00021-000") != patientOf("BraTS-PED-00021-000"));
    CHECK(patientOf("TCGA_DU_7294_19890104") == patientOf("TCGA-DU-7294"));
    CHECK(patientOf("BraTS2021_00000") == "BRATS2021-00000");
    CHECK(patientOf("case7") == "CASE7");
}

TEST_CASE("a patient or a renamed copy on both sides of a split is found", "[data][leak]")
{
    const Folder folder;
    writeCaseNamed(folder.path / "train", "BraTS-GLI-00001-000", 1, true);
    writeCaseNamed(folder.path / "train", "BraTS-GLI-00002-000", 2, false);
    writeCaseNamed(folder.path / "val", "BraTS-GLI-00003-000", 3, false); // an empty mask as above: no leak
    const auto training = findAnyCases(folder.path / "train");
    REQUIRE(training);
    const auto clean = findAnyCases(folder.path / "val");
    REQUIRE(clean);
    REQUIRE(findLeaks(*training, *clean));
    CHECK(findLeaks(*training, *clean)->empty());
    CHECK(refuseLeaks(*training, "training", *clean, "validation"));

    writeCaseNamed(folder.path / "val", "BraTS-GLI-00001-001", 4, true); // another scan of patient 1
    writeCaseNamed(folder.path / "val", "renamed", 2, true, 9);          // patient 2's image, packed anew
    const auto leaky = findAnyCases(folder.path / "val");
    REQUIRE(leaky);
    const auto leaks = findLeaks(*training, *leaky);
    REQUIRE(leaks);
    REQUIRE(leaks->size() == 2);
    CHECK((*leaks)[0].samePatient);
    CHECK_FALSE((*leaks)[0].sameVoxels);
    CHECK((*leaks)[1].sameVoxels);
    CHECK_FALSE((*leaks)[1].samePatient);
    const auto refused = refuseLeaks(*training, "training", *leaky, "validation");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::InvalidArgument);
    CHECK(refused.error().message.find("BraTS-GLI-00002-000 and renamed") != std::string::npos);
}
