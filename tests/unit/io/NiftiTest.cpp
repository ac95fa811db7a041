#include "MadeFiles.h"

#include "glioscope/io/NiftiFile.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cmath>
#include <limits>

using namespace glio;
using namespace glio::io;
using Catch::Approx;
using glio::test::Folder;
using glio::test::MadeNifti;

namespace {
ImageVolume numbered(const Geometry &geometry)
{
    ImageVolume image(geometry);
    const auto voxels = image.edit();
    for (std::size_t n = 0; n < voxels.size(); ++n)
        voxels[n] = float(n) * 0.25f - 3;
    return image;
}
Geometry oblique()
{
    const double c = std::cos(0.3), s = std::sin(0.3);
    return *Geometry::make({7, 5, 3}, {0.5, 0.75, 4}, {-31.5, 12.25, 80}, {c, -s, 0, s, c, 0, 0, 0, 1});
}
} // namespace

TEST_CASE("Every integer and float type is read, in both byte orders and both versions", "[io][nifti]")
{
    const Folder folder;
    const int datatype = GENERATE(2, 256, 4, 512, 8, 768, 1024, 1280, 16, 64);
    const bool swapBytes = GENERATE(false, true);
    const int version = GENERATE(1, 2);
    const MadeNifti made{.version = version, .swapBytes = swapBytes, .datatype = datatype};
    MadeNifti plain = made;
    plain.swapBytes = false;
    plain.version = 1;
    test::save(folder / "a.nii", made.bytes());
    test::save(folder / "b.nii.gz", test::gzip(made.bytes()));
    test::save(folder / "plain.nii", plain.bytes());
    const auto a = readNifti(folder / "a.nii"), b = readNifti(folder / "b.nii.gz"), c = readNifti(folder / "plain.nii");
    REQUIRE(a);
    REQUIRE(b);
    REQUIRE(c);
    CHECK(readNiftiHeader(folder / "a.nii")->bigEndian == swapBytes);
    CHECK(std::ranges::equal(a->voxels(), b->voxels()));
    CHECK(std::ranges::equal(a->voxels(), c->voxels()));
    CHECK(a->voxels()[1] != a->voxels()[2]);
    if (datatype == 4) CHECK(a->at({1, 0, 0}) == -289);
    if (datatype == 64) CHECK(a->at({4, 3, 2}) == Approx(59 * 0.37 - 5));
}

TEST_CASE("Floats of 16 bytes are read, whether x87 or quadruple", "[io][nifti]")
{
    const Folder folder;
    MadeNifti made{.dim = {3, 2, 1, 1, 1, 1, 1, 1}, .datatype = 1536, .bits = 128};
    const auto save = [&](std::array<unsigned char, 16> first, std::array<unsigned char, 16> second) {
        made.voxels = std::string(reinterpret_cast<const char *>(first.data()), 16) +
                      std::string(reinterpret_cast<const char *>(second.data()), 16);
        test::save(folder / "f.nii", made.bytes());
        return readNifti(folder / "f.nii");
    };
    // 1.0 and -2.5
    const auto x87 = save({0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x3f}, {0, 0, 0, 0, 0, 0, 0, 0xa0, 0x00, 0xc0});
    REQUIRE(x87);
    CHECK(x87->voxels()[0] == 1.0f);
    CHECK(x87->voxels()[1] == -2.5f);
    const auto quad = save({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0x3f},
                           {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x00, 0xc0});
    REQUIRE(quad);
    CHECK(quad->voxels()[0] == 1.0f);
    CHECK(quad->voxels()[1] == -2.5f);
}

TEST_CASE("sform wins over qform, and qform over the spacing alone", "[io][nifti][orientation]")
{
    const Folder folder;
    MadeNifti made;
    made.pixdim = {1, 2, 2, 5, 1, 1, 1, 1};
    made.quaternion = {0, 0, 0, 11, 12, 13};
    made.sform = {3, 0, 0, 100, 0, 3, 0, 200, 0, 0, 3, 300};
    made.sformCode = GENERATE(0, 1, 2);
    made.qformCode = GENERATE(0, 1);
    test::save(folder / "o.nii", made.bytes());
    const auto header = readNiftiHeader(folder / "o.nii");
    REQUIRE(header);
    const auto &g = header->geometry;
    if (made.sformCode > 0) {
        CHECK(header->placement == Placement::Sform);
        CHECK(g.spacing() == Spacing3{3, 3, 3});
        CHECK(g.origin() == PointMm{-100, -200, 300});
        CHECK(g.orientation() == "RAS");
    } else if (made.qformCode > 0) {
        CHECK(header->placement == Placement::Qform);
        CHECK(g.spacing() == Spacing3{2, 2, 5});
        CHECK(g.origin() == PointMm{-11, -12, 13});
        CHECK(g.orientation() == "RAS");
    } else {
        CHECK(header->placement == Placement::Spacing);
        CHECK_FALSE(header->orientationStated());
        CHECK(g.spacing() == Spacing3{2, 2, 5});
    }
}

TEST_CASE("An sform that is no matrix falls back to the qform", "[io][nifti][orientation]")
{
    const Folder folder;
    MadeNifti made{.qformCode = 1};
    made.sform = GENERATE(std::array<double, 12>{}, std::array<double, 12>{1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0},
                          std::array<double, 12>{std::nan(""), 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0});
    test::save(folder / "o.nii", made.bytes());
    const auto header = readNiftiHeader(folder / "o.nii");
    REQUIRE(header);
    CHECK(header->placement == Placement::Qform);
}

TEST_CASE("The qform's quaternion and the sign of its third axis are obeyed", "[io][nifti][orientation]")
{
    const Folder folder;
    MadeNifti made{.qformCode = 1, .sformCode = 0};
    made.pixdim = {-1, 1, 1, 2, 1, 1, 1, 1}; // qfac -1 mirrors k
    const double half = std::sqrt(0.5);
    made.quaternion = {0, 0, half, 0, 0, 0}; // 90 degrees about z: i runs to +y (A), j to -x (L)
    test::save(folder / "q.nii", made.bytes());
    const auto header = readNiftiHeader(folder / "q.nii");
    REQUIRE(header);
    CHECK(header->geometry.orientation() == "ALI");
    CHECK(header->geometry.spacing()[2] == Approx(2));
}

TEST_CASE("Units of metres and micrometres become millimetres", "[io][nifti][orientation]")
{
    const Folder folder;
    MadeNifti made;
    made.units = GENERATE(1, 3);
    const double scale = made.units == 1 ? 0.001 : 1000; // one millimetre in the file's unit
    for (double &v : made.sform)
        v *= scale;
    made.sform[3] = 10 * scale;
    test::save(folder / "u.nii", made.bytes());
    const auto header = readNiftiHeader(folder / "u.nii");
    REQUIRE(header);
    CHECK(header->geometry.spacing()[0] == Approx(1));
    CHECK(header->geometry.origin().x == Approx(-10));
}

TEST_CASE("A negative or missing spacing is read as its size, or as 1 mm", "[io][nifti][orientation]")
{
    const Folder folder;
    MadeNifti made{.sformCode = 0};
    made.pixdim = {1, -2, 0, std::nan(""), 1, 1, 1, 1};
    test::save(folder / "s.nii", made.bytes());
    const auto header = readNiftiHeader(folder / "s.nii");
    REQUIRE(header);
    CHECK(header->geometry.spacing() == Spacing3{2, 1, 1});
}

TEST_CASE("Slope and intercept scale the values, and a slope of 0 means none", "[io][nifti]")
{
    const Folder folder;
    MadeNifti made{.slope = 0.5, .intercept = 10};
    test::save(folder / "s.nii", made.bytes());
    CHECK(readNifti(folder / "s.nii")->at({1, 0, 0}) == -289 * 0.5f + 10);
    made.slope = 0;
    test::save(folder / "s.nii", made.bytes());
    CHECK(readNifti(folder / "s.nii")->at({1, 0, 0}) == -289);
}

TEST_CASE("A volume of a 4D file is chosen by its number, packed or not", "[io][nifti]")
{
    const Folder folder;
    const MadeNifti made{.dim = {4, 5, 4, 3, 3, 1, 1, 1}};
    const bool packed = GENERATE(false, true);
    test::save(folder / "v.nii", packed ? test::gzip(made.bytes()) : made.bytes());
    CHECK(readNiftiHeader(folder / "v.nii")->volumes == 3);
    for (std::int64_t volume = 0; volume < 3; ++volume) {
        const auto image = readNifti(folder / "v.nii", volume);
        REQUIRE(image);
        CHECK(image->at({0, 0, 0}) == float(volume * 60 * 11 - 300));
        CHECK(image->at({4, 3, 2}) == float((volume * 60 + 59) * 11 - 300));
    }
    for (const std::int64_t volume : {-1, 3})
        CHECK(readNifti(folder / "v.nii", volume).error().code == Errc::InvalidArgument);
}

TEST_CASE("A pair is read by the name of either file, also compressed", "[io][nifti]")
{
    const Folder folder;
    const MadeNifti made;
    test::save(folder / "p.hdr", made.header(true));
    test::save(folder / "p.img", made.body());
    test::save(folder / "z.hdr.gz", test::gzip(made.header(true)));
    test::save(folder / "z.img.gz", test::gzip(made.body()));
    for (const char *name : {"p.hdr", "p.img", "z.hdr.gz", "z.img.gz"}) {
        const auto image = readNifti(folder / name);
        REQUIRE(image);
        CHECK(image->at({4, 3, 2}) == 59 * 11 - 300);
    }
    std::filesystem::remove(folder / "p.img");
    CHECK(readNifti(folder / "p.hdr").error().code == Errc::Io);
}

TEST_CASE("An Analyze pair is read and says nothing of the patient's axes", "[io][nifti]")
{
    const Folder folder;
    const MadeNifti made{.magic = std::string(3, '\0')};
    test::save(folder / "p.hdr", made.header(true));
    test::save(folder / "p.img", made.body());
    const auto header = readNiftiHeader(folder / "p.hdr");
    REQUIRE(header);
    CHECK(header->version == 0);
    CHECK_FALSE(header->orientationStated());
    CHECK(readNifti(folder / "p.img"));
}

TEST_CASE("NaN and infinities are kept", "[io][nifti]")
{
    const Folder folder;
    MadeNifti made{.dim = {3, 3, 1, 1, 1, 1, 1, 1}, .datatype = 16};
    made.put<float>(made.voxels, 0, std::nanf(""));
    made.put<float>(made.voxels, 4, std::numeric_limits<float>::infinity());
    made.put<float>(made.voxels, 8, 1.5f);
    test::save(folder / "n.nii", made.bytes());
    const auto image = readNifti(folder / "n.nii");
    REQUIRE(image);
    CHECK(std::isnan(image->voxels()[0]));
    CHECK(std::isinf(image->voxels()[1]));
    CHECK(image->voxels()[2] == 1.5f);
}

TEST_CASE("Two gzip members one after the other are one file", "[io][nifti]")
{
    const Folder folder;
    const std::string bytes = MadeNifti{}.bytes();
    test::save(folder / "m.nii.gz", test::gzip(bytes.substr(0, 400)) + test::gzip(bytes.substr(400)));
    const auto image = readNifti(folder / "m.nii.gz");
    REQUIRE(image);
    CHECK(image->at({4, 3, 2}) == 59 * 11 - 300);
}

TEST_CASE("A mask must hold whole numbers from 0 to 255", "[io][nifti][labels]")
{
    const Folder folder;
    MadeNifti made{.dim = {3, 3, 1, 1, 1, 1, 1, 1}, .datatype = 16};
    const auto with = [&](float last) {
        made.voxels.clear();
        for (const float v : {0.0f, 4.0f, last})
            made.put<float>(made.voxels, made.voxels.size(), v);
        test::save(folder / "l.nii", made.bytes());
        return readNiftiLabels(folder / "l.nii");
    };
    CHECK(with(255)->voxels()[2] == 255);
    CHECK(with(2.0004f)->voxels()[2] == 2); // 16-bit files with a scale factor come this close
    for (const float bad : {0.5f, -1.0f, 256.0f, std::nanf("")}) {
        const auto mask = with(bad);
        REQUIRE_FALSE(mask);
        CHECK(mask.error().code == Errc::InvalidArgument);
        CHECK(mask.error().message.find("l.nii") != std::string::npos);
    }
}

TEST_CASE("What is written is read back the same, wherever it lies", "[io][nifti][write]")
{
    const Folder folder;
    const auto sheared = *Geometry::make({4, 3, 2}, {1, 1, 2}, {}, {1, 0.3, 0, 0, 1, 0, 0, 0, 1});
    const auto mirrored = *Geometry::make({4, 3, 2}, {1, 2, 3}, {5, 6, 7}, {0, 0, -1, 1, 0, 0, 0, 1, 0});
    for (const auto &geometry : {Geometry{}, oblique(), sheared, mirrored}) {
        const auto image = numbered(geometry);
        for (const char *name : {"w.nii", "w.nii.gz"}) {
            REQUIRE(writeNifti(folder / name, image, {.description = "made by a test"}));
            const auto back = readNifti(folder / name);
            REQUIRE(back);
            CHECK(back->geometry().sameGrid(geometry, 1e-4));
            CHECK(std::ranges::equal(back->voxels(), image.voxels()));
            CHECK(readNiftiHeader(folder / name)->description == "made by a test");
        }
    }
    CHECK(folder.count() == 2); // no part file stays behind
}

TEST_CASE("The qform that is written says the same as the sform", "[io][nifti][write]")
{
    const Folder folder;
    const double c = std::cos(1.1), s = std::sin(1.1);
    const auto turn = GENERATE_COPY(Matrix3{1, 0, 0, 0, 1, 0, 0, 0, 1}, Matrix3{-1, 0, 0, 0, -1, 0, 0, 0, 1},
                                    Matrix3{1, 0, 0, 0, -1, 0, 0, 0, -1}, Matrix3{0, 0, -1, 1, 0, 0, 0, 1, 0},
                                    Matrix3{c, -s, 0, s, c, 0, 0, 0, 1}, Matrix3{1, 0, 0, 0, c, s, 0, -s, c},
                                    Matrix3{-c, 0, s, 0, 1, 0, s, 0, c});
    const auto geometry = *Geometry::make({6, 5, 4}, {1, 1.5, 2.5}, {-10, 20, 30}, turn);
    REQUIRE(writeNifti(folder / "q.nii", LabelVolume(geometry, 3)));
    std::string bytes = test::load(folder / "q.nii");
    bytes[254] = 0; // no sform
    test::save(folder / "q.nii", bytes);
    const auto header = readNiftiHeader(folder / "q.nii");
    REQUIRE(header);
    CHECK(header->placement == Placement::Qform);
    CHECK(header->geometry.sameGrid(geometry, 1e-3));
}

TEST_CASE("More than 32767 voxels along an axis are written as NIfTI-2", "[io][nifti][write]")
{
    const Folder folder;
    const LabelVolume mask(*Geometry::make({40000, 1, 1}, {1, 1, 1}), 7);
    REQUIRE(writeNifti(folder / "long.nii.gz", mask));
    CHECK(readNiftiHeader(folder / "long.nii.gz")->version == 2);
    CHECK(readNiftiLabels(folder / "long.nii.gz")->at({39999, 0, 0}) == 7);
}

TEST_CASE("A series is written as 4D and read back", "[io][nifti][write]")
{
    const Folder folder;
    const std::vector<LabelVolume> series{LabelVolume(oblique(), 1), LabelVolume(oblique(), 254)};
    REQUIRE(writeNifti(folder / "p.nii.gz", series));
    const auto back = readNiftiSeries(folder / "p.nii.gz");
    REQUIRE(back);
    REQUIRE(back->size() == 2);
    CHECK((*back)[0].at({0, 0, 0}) == 1);
    CHECK((*back)[1].at({6, 4, 2}) == 254);
    const std::vector<LabelVolume> apart{LabelVolume(oblique(), 1), LabelVolume(Geometry{}, 1)};
    CHECK(writeNifti(folder / "x.nii", apart).error().code == Errc::InvalidArgument);
    CHECK(writeNifti(folder / "x.nii", std::span<const LabelVolume>{}).error().code == Errc::InvalidArgument);
}

TEST_CASE("A failed save leaves the old file and nothing beside it", "[io][nifti][write]")
{
    const Folder folder;
    CHECK(writeNifti(folder / "x.jpg", LabelVolume(Geometry{})).error().code == Errc::InvalidArgument);
    CHECK(writeNifti(folder / "missing" / "x.nii", LabelVolume(Geometry{})).error().code == Errc::Io);
    std::filesystem::create_directories(folder / "taken.nii" / "inside"); // a folder cannot be renamed over
    CHECK_FALSE(writeNifti(folder / "taken.nii", LabelVolume(Geometry{})));
    CHECK(std::filesystem::is_directory(folder / "taken.nii"));
    CHECK(folder.count() == 1);
}
