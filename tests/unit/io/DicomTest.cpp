// DICOM series made on the spot: listed, read, refused.
#include "MadeFiles.h"

#include "glioscope/io/Describe.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <itkGDCMImageIO.h>
#include <itkImage.h>
#include <itkImageFileWriter.h>
#include <itkImageSeriesReader.h>
#include <itkMetaDataObject.h>

#include <iostream>

using namespace glio;
using namespace glio::io;
using Catch::Approx;
using glio::test::Folder;

namespace {
using Slice = itk::Image<short, 3>;

/// `count` axial slices of 6 x 5 voxels, 2.5 mm apart; the value tells slice and column. Written in a muddled order.
void makeSeries(const std::filesystem::path &folder, const std::string &uid, const std::string &description, int count,
                const std::string &contrast = "", bool compressed = false)
{
    itk::Object::SetGlobalWarningDisplay(false);
    const auto errors = std::cerr.rdbuf(nullptr); // GDCM talks while it writes
    std::filesystem::create_directories(folder);
    for (int n = 0; n < count; ++n) {
        const int k = (n * 3) % count; // count must not be a multiple of 3
        const auto slice = Slice::New();
        slice->SetRegions(Slice::SizeType{6, 5, 1});
        slice->Allocate();
        for (int i = 0; i < 30; ++i)
            slice->GetBufferPointer()[i] = short(k * 100 + i);
        slice->SetSpacing(itk::MakeVector(0.8, 0.9, 2.5));
        slice->SetOrigin(itk::MakePoint(-10.0, -20.0, 30.0 + 2.5 * k));
        const auto io = itk::GDCMImageIO::New();
        io->KeepOriginalUIDOn();
        if (compressed) io->SetCompressionType(itk::GDCMImageIO::CompressionEnum::JPEG);
        auto &tags = slice->GetMetaDataDictionary();
        const auto set = [&](const char *tag, const std::string &value) {
            itk::EncapsulateMetaData<std::string>(tags, tag, value);
        };
        set("0008|0060", "MR");
        set("0008|103e", description);
        set("0020|000d", "1.2.826.0.1.3680043.2.1125.7");
        set("0020|000e", uid);
        set("0020|0011", uid.substr(uid.size() - 1));
        set("0020|0013", std::to_string(k + 1));
        set("0008|0018", uid + "." + std::to_string(k + 1));
        if (!contrast.empty()) set("0018|0010", contrast);
        const auto writer = itk::ImageFileWriter<Slice>::New();
        writer->SetImageIO(io);
        writer->SetInput(slice);
        writer->SetUseCompression(compressed);
        writer->SetFileName(
            (folder / ("image" + uid.substr(uid.size() - 1) + "-" + std::to_string(n) + ".dcm")).string());
        writer->Update();
    }
    std::cerr.rdbuf(errors);
    std::cerr.clear();
}
} // namespace

TEST_CASE("A DICOM series reads as ITK reads it, plain or compressed", "[io][dicom][itk]")
{
    const Folder folder;
    const bool compressed = GENERATE(false, true);
    makeSeries(folder / "s", "1.2.826.0.1.3680043.2.1125.1", "T1", 5, "", compressed);
    const auto series = listDicomSeries(folder / "s");
    REQUIRE(series);
    REQUIRE(series->size() == 1);
    const auto ours = readDicomSeries(series->front());
    INFO((ours ? "" : ours.error().message));
    REQUIRE(ours);
    std::vector<std::string> names;
    for (const auto &file : series->front().files)
        names.push_back(file.string());
    const auto reader = itk::ImageSeriesReader<itk::Image<float, 3>>::New();
    reader->SetImageIO(itk::GDCMImageIO::New());
    reader->SetFileNames(names);
    reader->Update();
    const auto *theirs = reader->GetOutput();
    for (const Index3 v : {Index3{0, 0, 0}, Index3{5, 4, 4}, Index3{1, 2, 3}}) {
        itk::Point<double, 3> p;
        const itk::Index<3> index{v[0], v[1], v[2]};
        theirs->TransformIndexToPhysicalPoint(index, p);
        const PointMm mine = ours->geometry().toWorld(v);
        for (int axis = 0; axis < 3; ++axis)
            CHECK(mine[axis] == Approx(p[axis]).margin(1e-4));
        CHECK(ours->at(v) == theirs->GetPixel(index));
    }
}

TEST_CASE("A folder with one DICOM series is read as one volume, slices in order", "[io][dicom]")
{
    const Folder folder;
    makeSeries(folder / "one", "1.2.826.0.1.3680043.2.1125.1", "AX T2 FLAIR", 4);
    const auto image = readImage(folder / "one");
    INFO((image ? "" : image.error().message));
    REQUIRE(image);
    CHECK(image->size() == Size3{6, 5, 4});
    CHECK(image->geometry().spacing()[2] == Approx(2.5));
    CHECK(image->geometry().origin() == PointMm{-10, -20, 30});
    for (std::int64_t k = 0; k < 4; ++k)
        CHECK(image->at({2, 0, k}) == float(k * 100 + 2));
}

TEST_CASE("The series of a DICOM folder are listed with their guess", "[io][dicom]")
{
    const Folder folder;
    makeSeries(folder / "two", "1.2.826.0.1.3680043.2.1125.2", "SAG T1 SE", 5, "Gadovist");
    makeSeries(folder / "two", "1.2.826.0.1.3680043.2.1125.1", "AX T2 FLAIR", 4);
    test::save(folder / "two" / "README", "not a DICOM file");
    const auto info = describe(folder / "two");
    REQUIRE(info);
    CHECK(info->kind == FileKind::DicomFolder);
    REQUIRE(info->series.size() == 2);
    CHECK(info->series[0].description == "AX T2 FLAIR");
    CHECK(info->series[0].guess.sequence == Sequence::Flair);
    CHECK(info->series[0].files.size() == 4);
    CHECK(info->series[0].modality == "MR");
    CHECK(info->series[1].guess.sequence == Sequence::T1c);
    CHECK(readImage(folder / "two").error().code == Errc::InvalidArgument);
    const auto second = readDicomSeries(info->series[1]);
    REQUIRE(second);
    CHECK(second->size() == Size3{6, 5, 5});
}

TEST_CASE("One DICOM file, and folders without any, get a sentence", "[io][dicom][torture]")
{
    const Folder folder;
    makeSeries(folder / "one", "1.2.826.0.1.3680043.2.1125.1", "T1", 2);
    const auto single = describe(folder / "one" / "image1-0.dcm");
    REQUIRE_FALSE(single);
    CHECK(single.error().message.find("folder") != std::string::npos);
    test::save(folder / "none" / "a.txt", "text");
    CHECK(describe(folder / "none").error().code == Errc::InvalidArgument);
    const std::string whole = test::load(folder / "one" / "image1-0.dcm");
    for (const std::size_t length : {132, 140, 200, 300, 400}) {
        if (length >= whole.size()) continue;
        test::save(folder / "cut" / "a.dcm", whole.substr(0, length));
        CHECK_FALSE(readImage(folder / "cut"));
    }
    std::mt19937 random(5);
    for (int n = 0; n < 500; ++n) { // flipped bytes: a result or a sentence
        std::string bad = whole;
        for (int flip = 0; flip <= n % 4; ++flip)
            bad[132 + random() % (bad.size() - 132)] = char(random());
        test::save(folder / "cut" / "a.dcm", bad);
        const auto image = readImage(folder / "cut");
        if (!image) CHECK(image.error().message.back() == '.');
    }
}

TEST_CASE("A damaged compressed DICOM series cannot take the program with it", "[io][dicom][torture]")
{
    const Folder folder;
    makeSeries(folder / "good", "1.2.826.0.1.3680043.2.1125.1", "T1", 2, "", true);
    const std::string whole = test::load(folder / "good" / "image1-0.dcm");
    REQUIRE(readImage(folder / "good"));
    std::mt19937 random(9);
    for (int n = 0; n < 60; ++n) {
        std::string bad = whole;
        for (int flip = 0; flip <= n % 5; ++flip) // the pixels are the end of the file
            bad[(n % 2 ? 140 : bad.size() - 150) + random() % (n % 2 ? bad.size() - 140 : 150)] = char(random());
        test::save(folder / "good" / "image1-0.dcm", bad);
        const auto image = readImage(folder / "good");
        if (!image) CHECK(image.error().message.back() == '.');
    }
}
