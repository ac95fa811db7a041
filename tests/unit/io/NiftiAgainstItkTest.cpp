// Our reader and ITK's say the same about the same files.
#include "MadeFiles.h"

#include "glioscope/io/ImageFile.h"
#include "glioscope/io/NiftiFile.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <itkImage.h>
#include <itkImageFileReader.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>

#include <map>

using namespace glio;
using glio::test::Folder;
using glio::test::MadeNifti;
using ItkImage = itk::Image<float, 3>;

namespace {
ItkImage::Pointer readWithItk(const std::filesystem::path &path, itk::ImageIOBase *io)
{
    itk::Object::SetGlobalWarningDisplay(false);
    const auto reader = itk::ImageFileReader<ItkImage>::New();
    reader->SetImageIO(io);
    reader->SetFileName(path.string());
    reader->Update();
    return reader->GetOutput();
}

/// Voxels whose value ITK reads differently; sizes and corners are checked here.
std::int64_t differentFromItk(const std::filesystem::path &path, itk::ImageIOBase *reader = nullptr)
{
    const auto ours = io::readImage(path);
    REQUIRE(ours);
    const itk::NiftiImageIO::Pointer nifti = itk::NiftiImageIO::New();
    const auto theirs = readWithItk(path, reader ? reader : nifti.GetPointer());
    const auto size = theirs->GetLargestPossibleRegion().GetSize();
    REQUIRE(ours->size() == Size3{std::int64_t(size[0]), std::int64_t(size[1]), std::int64_t(size[2])});
    for (const Index3 corner : {Index3{0, 0, 0}, Index3{4, 0, 0}, Index3{0, 3, 0}, Index3{0, 0, 2}, Index3{4, 3, 2}}) {
        itk::Point<double, 3> point;
        theirs->TransformIndexToPhysicalPoint(ItkImage::IndexType{corner[0], corner[1], corner[2]}, point);
        const PointMm mine = ours->geometry().toWorld(corner);
        for (int axis = 0; axis < 3; ++axis)
            CHECK(std::abs(mine[axis] - point[axis]) < 1e-3);
    }
    const float *values = theirs->GetBufferPointer();
    std::int64_t different = 0;
    for (std::size_t n = 0; n < ours->voxels().size(); ++n) {
        const float a = ours->voxels()[n], b = values[n];
        different += !(a == b || std::abs(a - b) <= 1e-6f * std::abs(b) || (std::isnan(a) && std::isnan(b)));
    }
    return different;
}
} // namespace

// (Debian 13's ITK reads no NIfTI-2; NiftiTest compares that with NIfTI-1.)
TEST_CASE("Types, byte orders and scale factors read as ITK reads them", "[io][nifti][itk]")
{
    const Folder folder;
    MadeNifti made;
    made.datatype = GENERATE(2, 256, 4, 512, 8, 768, 1024, 1280, 16, 64);
    static const std::map<int, int> bits{{2, 8},    {256, 8},   {4, 16},    {512, 16}, {8, 32},
                                         {768, 32}, {1024, 64}, {1280, 64}, {16, 32},  {64, 64}};
    made.bits = bits.at(made.datatype);
    made.swapBytes = GENERATE(false, true);
    made.qformCode = 1;
    made.slope = GENERATE(0.0, 0.25);
    made.intercept = made.slope == 0 ? 0 : -7;
    test::save(folder / "a.nii.gz", test::gzip(made.bytes()));
    CHECK(differentFromItk(folder / "a.nii.gz") == 0);
}

TEST_CASE("Positions in space read as ITK reads them", "[io][nifti][itk][orientation]")
{
    const Folder folder;
    MadeNifti made;
    const double c = std::cos(0.4), s = std::sin(0.4), h = std::sqrt(0.5);
    SECTION("qform, turned, third axis mirrored")
    {
        made.qformCode = 1, made.sformCode = 0;
        made.pixdim = {-1, 0.9, 1.1, 3, 1, 1, 1, 1};
        made.quaternion = {0.1, 0.2, 0.3, -50, 60, 70};
    }
    SECTION("qform, half a turn")
    {
        made.qformCode = 1, made.sformCode = 0;
        made.quaternion = {0, 0, 1, 120, 110, -70};
    }
    SECTION("qform, a quarter")
    {
        made.qformCode = 2, made.sformCode = 0;
        made.quaternion = {h, 0, 0, 1, 2, 3};
    }
    SECTION("sform, oblique")
    {
        made.sform = {-2 * c, 1.5 * s, 0, 90, 2 * s, 1.5 * c, 0, -126, 0, 0, 4, -72};
        made.pixdim = {1, 2, 1.5, 4, 1, 1, 1, 1};
    }
    SECTION("sform of the BraTS files")
    {
        made.sform = {-1, 0, 0, 0, 0, -1, 0, 239, 0, 0, 1, 0};
        made.qformCode = 1;
        made.quaternion = {0, 0, 1, 0, 239, 0};
    }
    SECTION("micrometres")
    {
        made.units = 3;
        made.sform = {900, 0, 0, 1000, 0, 900, 0, 2000, 0, 0, 3000, 3000};
        made.pixdim = {1, 900, 900, 3000, 1, 1, 1, 1};
    }
    SECTION("nothing but the spacing")
    {
        made.sformCode = 0;
        made.pixdim = {1, 0.5, 0.6, 0.7, 1, 1, 1, 1};
    }
    test::save(folder / "a.nii", made.bytes());
    CHECK(differentFromItk(folder / "a.nii") == 0);
}

TEST_CASE("What we write, ITK reads the same", "[io][nifti][itk][write]")
{
    const Folder folder;
    const double c = std::cos(0.3), s = std::sin(0.3);
    const auto geometry = *Geometry::make({5, 4, 3}, {0.5, 0.75, 4}, {-31.5, 12.25, 80}, {c, -s, 0, s, c, 0, 0, 0, 1});
    ImageVolume image(geometry);
    for (std::size_t n = 0; n < image.voxels().size(); ++n)
        image.edit()[n] = float(n) / 3;
    REQUIRE(io::writeNifti(folder / "w.nii.gz", image));
    CHECK(differentFromItk(folder / "w.nii.gz") == 0);
}

TEST_CASE("NRRD and MetaImage read as ITK reads them, and what we write too", "[io][nrrd][meta][itk]")
{
    const Folder folder;
    const double c = std::cos(0.3), s = std::sin(0.3);
    const auto geometry = *Geometry::make({5, 4, 3}, {0.5, 0.75, 4}, {-31.5, 12.25, 80}, {c, -s, 0, s, c, 0, 0, 0, 1});
    ImageVolume image(geometry);
    for (std::size_t n = 0; n < image.voxels().size(); ++n)
        image.edit()[n] = float(n) / 3;
    const std::string name = GENERATE("a.nrrd", "a.mha", "a.mhd", "big.mha", "ras.nrrd", "text.nrrd");
    std::string voxels;
    for (int n = 0; n < 60; ++n)
        voxels += {char(n / 20), char(n)};
    const std::string sizes =
        "sizes: 5 4 3\nspace directions: (0.8,0.6,0) (-1.2,1.6,0) (0,0,3)\nkinds: domain domain domain\n";
    if (name == "big.mha") {
        test::save(folder / name,
                   "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = True\n"
                   "TransformMatrix = 0 1 0 -1 0 0 0 0 1\nOffset = 1 2 3\nElementSpacing = 1 2 3\nDimSize = 5 4 3\n"
                   "ElementType = MET_SHORT\nElementDataFile = LOCAL\n" +
                       voxels);
    } else if (name == "ras.nrrd") {
        test::save(folder / name, "NRRD0004\ntype: short\ndimension: 3\nspace: right-anterior-superior\n" + sizes +
                                      "endian: big\nencoding: gzip\nspace origin: (7,8,9)\n\n" + test::gzip(voxels));
    } else if (name == "text.nrrd") {
        std::string numbers;
        for (int n = 0; n < 60; ++n)
            numbers += std::to_string(n * 7 - 100) + " ";
        test::save(folder / name, "NRRD0004\ntype: short\ndimension: 3\nspace: LPS\n" + sizes +
                                      "encoding: ascii\nspace origin: (7,8,9)\n\n" + numbers);
    } else {
        REQUIRE(io::writeImage(folder / name, image));
    }
    itk::ImageIOBase::Pointer reader;
    if (name.ends_with("nrrd"))
        reader = itk::NrrdImageIO::New();
    else
        reader = itk::MetaImageIO::New();
    CHECK(differentFromItk(folder / name, reader) == 0);
}
