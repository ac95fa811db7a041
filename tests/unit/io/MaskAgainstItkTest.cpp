// Masks that we write are read by ITK (as 3D Slicer reads them) with the same values in the same places of the world.
#include "MadeMasks.h"

#include "glioscope/io/MaskFile.h"
#include "glioscope/io/SavedMask.h"

#include <catch2/generators/catch_generators.hpp>

#include <itkImage.h>
#include <itkImageFileReader.h>
#include <itkMetaDataObject.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>

using namespace glio;
using namespace glio::io;
using glio::test::Folder;
using Mask = itk::Image<unsigned char, 3>;

namespace {
Mask::Pointer readWithItk(const std::filesystem::path &path, itk::ImageIOBase *io)
{
    itk::Object::SetGlobalWarningDisplay(false);
    const auto reader = itk::ImageFileReader<Mask>::New();
    reader->SetImageIO(io);
    reader->SetFileName(path.string());
    reader->Update();
    return reader->GetOutput();
}

/// Voxels of ours whose place in ITK's image holds another value, or that lie off its voxels' centres.
std::int64_t different(const LabelVolume &ours, const Mask &theirs)
{
    std::int64_t count = 0;
    for (std::int64_t k = 0; k < ours.size()[2]; ++k)
        for (std::int64_t j = 0; j < ours.size()[1]; ++j)
            for (std::int64_t i = 0; i < ours.size()[0]; ++i) {
                const PointMm place = ours.geometry().toWorld(Index3{i, j, k});
                itk::Point<double, 3> point;
                point[0] = place.x, point[1] = place.y, point[2] = place.z;
                const auto index = theirs.TransformPhysicalPointToContinuousIndex<double>(point);
                Mask::IndexType nearest;
                bool same = true;
                for (unsigned axis = 0; axis < 3; ++axis) {
                    nearest[axis] = std::lround(index[axis]);
                    same = same && std::abs(index[axis] - double(nearest[axis])) < 1e-3;
                }
                same = same && theirs.GetLargestPossibleRegion().IsInside(nearest) &&
                       theirs.GetPixel(nearest) == ours.at({i, j, k});
                count += !same;
            }
    return count;
}
} // namespace

TEST_CASE("Saved masks lie where ITK finds them", "[io][save][itk]")
{
    const Folder folder;
    const auto labels = test::countedMask(test::obliqueGrid({9, 6, 5}, {0.45, 0.9, 5.5}));
    const itk::NiftiImageIO::Pointer nifti = itk::NiftiImageIO::New();
    const itk::NrrdImageIO::Pointer nrrd = itk::NrrdImageIO::New();
    const itk::MetaImageIO::Pointer meta = itk::MetaImageIO::New();
    const std::pair<const char *, itk::ImageIOBase *> formats[] = {
        {"m.nii.gz", nifti}, {"m.nii", nifti}, {"m.seg.nrrd", nrrd}, {"m.nrrd", nrrd}, {"m.mha", meta}};
    for (const auto &[name, reader] : formats) {
        INFO(name);
        REQUIRE(saveMask(folder / name, labels, defaultLabelScheme()));
        const auto theirs = readWithItk(folder / name, reader);
        const auto size = theirs->GetLargestPossibleRegion().GetSize();
        CHECK(size[0] * size[1] * size[2] == labels.voxels().size());
        CHECK(different(labels, *theirs) == 0);
    }
}

TEST_CASE("ITK reads the segments' fields as they were meant", "[io][mask][nrrd][itk]")
{
    const Folder folder;
    auto segments = segmentsOf(defaultLabelScheme());
    segments[0].name = "Größe \"α\" C:\\new\nline";
    REQUIRE(writeSegNrrd(folder / "f.seg.nrrd", test::countedMask(test::obliqueGrid()), segments));
    const itk::NrrdImageIO::Pointer reader = itk::NrrdImageIO::New();
    reader->SetFileName((folder / "f.seg.nrrd").string());
    reader->ReadImageInformation();
    const auto field = [&](const char *key) {
        std::string value;
        CHECK(itk::ExposeMetaData<std::string>(reader->GetMetaDataDictionary(), key, value));
        return value;
    };
    CHECK(field("Segment0_Name") == segments[0].name);
    CHECK(field("Segment1_LabelValue") == "2");
    CHECK(field("Segment3_Tags").find("SCT^79654002^Edema") != std::string::npos);
    CHECK(field("Segmentation_ContainedRepresentationNames") == "Binary labelmap|");
}

TEST_CASE("A segmentation in RAS lies where ITK finds it", "[io][mask][nrrd][itk]")
{
    const Folder folder;
    test::MadeSegNrrd made{.size = {4, 3, 2},
                           .space = "right-anterior-superior",
                           .directions = "(0.8,0.6,0) (-1.2,1.6,0) (0,0,3)",
                           .origin = "(11,-22,33)"};
    for (int n = 0; n < 24; ++n)
        made.voxels.push_back(char(n % 3));
    test::save(folder / "ras.seg.nrrd", made.segment(0, "a", 1, 0).segment(1, "b", 2, 0).bytes());
    const auto ours = readMask(folder / "ras.seg.nrrd");
    REQUIRE(ours);
    const itk::NrrdImageIO::Pointer reader = itk::NrrdImageIO::New();
    CHECK(different(ours->labels, *readWithItk(folder / "ras.seg.nrrd", reader)) == 0);
}
