// Files that are damaged, that lie, or that are nothing: each gives a result or a sentence, quickly, in little memory.
#include "MadeFiles.h"

#include "glioscope/base/Memory.h"
#include "glioscope/io/Describe.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <sys/stat.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <map>

using namespace glio;
using namespace glio::io;
using glio::test::Folder;
using glio::test::MadeNifti;
namespace fs = std::filesystem;

namespace {
/// True: described. False: a whole sentence that names the file. Anything else fails the test.
bool survives(const fs::path &path)
{
    INFO(path);
    const auto peakBefore = peakResidentBytes();
    const auto start = std::chrono::steady_clock::now();
    const auto info = describe(path);
    const auto image = readImage(path);
    const auto mask = readLabels(path);
    CHECK(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < 5);
    CHECK(peakResidentBytes() - peakBefore < 48'000'000);
    for (const auto *error :
         {info ? nullptr : &info.error(), image ? nullptr : &image.error(), mask ? nullptr : &mask.error()}) {
        if (!error) continue;
        INFO(error->message);
        CHECK(error->code != Errc::Internal);
        CHECK(error->message.size() > 30);
        CHECK(error->message.back() == '.');
        CHECK(error->message.find(path.stem().stem().string()) != std::string::npos);
    }
    if (info && info->kind == FileKind::Image) CHECK(image.has_value());
    return info.has_value();
}

std::string nrrd(const std::string &sizes, const std::string &extra = "", const std::string &encoding = "raw",
                 const std::string &type = "uint8")
{
    return "NRRD0004\ntype: " + type + "\ndimension: 3\nspace: left-posterior-superior\nsizes: " + sizes +
           "\nspace directions: (1,0,0) (0,1,0) (0,0,1)\nkinds: domain domain domain\nendian: little\nencoding: " +
           encoding + "\nspace origin: (0,0,0)\n" + extra + "\n";
}
std::string mha(const std::string &sizes, const std::string &extra = "", const std::string &type = "MET_UCHAR")
{
    return "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n" + extra +
           "TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\nElementSpacing = 1 1 1\nDimSize = " + sizes +
           "\nElementType = " + type + "\nElementDataFile = LOCAL\n";
}
} // namespace

TEST_CASE("Files that are nothing get a sentence", "[io][torture]")
{
    const Folder folder;
    const std::string noise = [] {
        std::mt19937 random(7);
        std::string bytes(5000, '\0');
        for (char &c : bytes)
            c = char(random());
        return bytes;
    }();
    const std::map<std::string, std::string> files{{"empty", ""},
                                                   {"one", "x"},
                                                   {"text", "This is a letter, not a scan.\n"},
                                                   {"noise", noise},
                                                   {"zeros", std::string(100000, '\0')},
                                                   {"gzhead", "\x1f\x8b"},
                                                   {"gznoise", "\x1f\x8b\x08" + noise},
                                                   {"gztext", test::gzip("no scan")},
                                                   {"gzempty", test::gzip("")},
                                                   {"gzgz", test::gzip(test::gzip(MadeNifti{}.bytes()))},
                                                   {"png", "\x89PNG\r\n\x1a\n" + noise}};
    for (const auto &[name, bytes] : files)
        for (const char *ending :
             {".nii", ".nii.gz", ".hdr", ".img", ".nrrd", ".nhdr", ".seg.nrrd", ".mha", ".mhd", ".dcm", ""}) {
            test::save(folder / (name + ending), bytes);
            CHECK_FALSE(survives(folder / (name + ending)));
        }
}

TEST_CASE("Folders, pipes, links to nowhere and files without rights get a sentence", "[io][torture]")
{
    const Folder folder;
    fs::create_directories(folder / "folder.nii");
    CHECK_FALSE(survives(folder / "folder.nii"));
    CHECK_FALSE(survives(folder / "missing.nii.gz"));
    fs::create_symlink(folder / "nowhere", folder / "link.nii");
    CHECK_FALSE(survives(folder / "link.nii"));
    fs::create_symlink(folder / "loop.nii", folder / "loop.nii");
    CHECK_FALSE(survives(folder / "loop.nii"));
    REQUIRE(mkfifo((folder / "pipe.nii").c_str(), 0600) == 0);
    CHECK_FALSE(survives(folder / "pipe.nii"));
    test::save(folder / "locked.nii", MadeNifti{}.bytes());
    fs::permissions(folder / "locked.nii", fs::perms::none);
    if (geteuid() != 0) CHECK_FALSE(survives(folder / "locked.nii")); // root may read all
    CHECK_FALSE(survives("/dev/zero"));
}

TEST_CASE("A NIfTI file that was cut off anywhere gets a sentence", "[io][torture][nifti]")
{
    const Folder folder;
    const int version = GENERATE(1, 2);
    const std::string whole = MadeNifti{.version = version}.bytes(), packed = test::gzip(whole);
    REQUIRE(([&] {
        test::save(folder / "whole.nii", whole);
        return survives(folder / "whole.nii");
    }()));
    for (std::size_t n = 0; n < whole.size(); n += 7) {
        test::save(folder / "cut.nii", whole.substr(0, n));
        CHECK_FALSE(survives(folder / "cut.nii"));
    }
    for (std::size_t n = 0; n < packed.size(); n += 3) {
        test::save(folder / "cut.nii.gz", packed.substr(0, n));
        CHECK_FALSE(survives(folder / "cut.nii.gz"));
    }
}

TEST_CASE("NIfTI headers that lie get a sentence and no memory", "[io][torture][nifti]")
{
    const Folder folder;
    const int version = GENERATE(1, 2);
    const bool swapBytes = GENERATE(false, true);
    const std::function<void(MadeNifti &)> lies[] = {
        [](MadeNifti &m) { m.dim = {3, 32767, 32767, 32767, 1, 1, 1, 1}; },
        [](MadeNifti &m) { m.dim = {3, 20000, 20000, 2, 1, 1, 1, 1}; },
        [](MadeNifti &m) { m.dim = {7, 32767, 32767, 32767, 32767, 32767, 32767, 32767}; },
        [](MadeNifti &m) { m.dim = {4, 5, 4, 3, 30000, 1, 1, 1}; },
        [](MadeNifti &m) { m.dim[1] = 0; },
        [](MadeNifti &m) { m.dim[2] = -4; },
        [](MadeNifti &m) { m.dim[0] = 0; },
        [](MadeNifti &m) { m.dim[0] = 8; },
        [](MadeNifti &m) { m.dim[0] = -1; },
        [](MadeNifti &m) { m.voxelOffset = 1e9; },
        [](MadeNifti &m) { m.datatype = 0; },
        [](MadeNifti &m) { m.datatype = 1; },
        [](MadeNifti &m) { m.datatype = 31000; },
        [](MadeNifti &m) { m.magic = "xyz"; },
        [](MadeNifti &m) { m.magic = m.version == 2 ? "ni2" : "ni1"; },
        [](MadeNifti &m) {
            if (m.version == 2)
                m.dim = {3, INT64_MAX, INT64_MAX, 3, 1, 1, 1, 1};
            else
                m.dim[1] = 32767;
        },
        [](MadeNifti &m) {
            if (m.version == 2)
                m.dim = {3, 1LL << 31, 1LL << 31, 4, 1, 1, 1, 1};
            else
                m.dim[2] = 32767;
        },
    };
    for (const auto &lie : lies) {
        MadeNifti made{.version = version, .swapBytes = swapBytes, .voxels = std::string(120, '\1')};
        lie(made);
        const std::string bytes = made.header() + std::string(4, '\0') + made.voxels;
        test::save(folder / "lie.nii", bytes);
        CHECK_FALSE(survives(folder / "lie.nii"));
        test::save(folder / "lie.nii.gz", test::gzip(bytes));
        CHECK_FALSE(survives(folder / "lie.nii.gz"));
    }
}

TEST_CASE("Odd but honest NIfTI files are described", "[io][torture][nifti]")
{
    const Folder folder;
    const int version = GENERATE(1, 2);
    const double nan = std::nan("");
    const std::map<std::string, std::function<void(MadeNifti &)>> odd{
        {"2d",
         [](MadeNifti &m) {
             m.dim = {2, 5, 4, 1, 1, 1, 1, 1};
             m.sform[10] = 0;
         }},
        {"1d", [](MadeNifti &m) { m.dim = {1, 5, 1, 1, 1, 1, 1, 1}; }},
        {"4d", [](MadeNifti &m) { m.dim = {4, 5, 4, 3, 6, 1, 1, 1}; }},
        {"5d", [](MadeNifti &m) { m.dim = {5, 5, 4, 3, 1, 3, 1, 1}; }},
        {"zerotime",
         [](MadeNifti &m) {
             m.dim = {4, 5, 4, 3, 0, 1, 1, 1};
             m.voxels = std::string(120, '\1');
         }},
        {"constant", [](MadeNifti &m) { m.voxels = std::string(120, '\0'); }},
        {"nanslope",
         [nan](MadeNifti &m) {
             m.slope = nan;
             m.intercept = 3;
         }},
        {"hugeslope", [](MadeNifti &m) { m.slope = 1e38; }},
        {"negative",
         [](MadeNifti &m) {
             m.sformCode = 0;
             m.pixdim = {1, -1, -2, -3, 1, 1, 1, 1};
         }},
        {"sheared", [](MadeNifti &m) { m.sform = {1, 0.5, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0}; }},
        {"oblique", [](MadeNifti &m) { m.sform = {0.8, -0.6, 0, 0, 0.6, 0.8, 0, 0, 0, 0, 1, 0}; }},
        {"singular", [](MadeNifti &m) { m.sform = {}; }},
        {"nanform", [nan](MadeNifti &m) { m.sform[5] = nan; }},
        {"nanquat",
         [nan](MadeNifti &m) {
             m.sformCode = 0;
             m.qformCode = 1;
             m.quaternion[0] = nan;
         }},
        {"longquat",
         [](MadeNifti &m) {
             m.sformCode = 0;
             m.qformCode = 1;
             m.quaternion = {9, 9, 9, 0, 0, 0};
         }},
        {"nowhere", [](MadeNifti &m) { m.sformCode = 0; }},
        {"tinypix",
         [](MadeNifti &m) {
             m.sformCode = 0;
             m.pixdim = {0, 1e-30, 1e30, 0, 1, 1, 1, 1};
         }},
        {"rgb",
         [](MadeNifti &m) {
             m.datatype = 128;
             m.bits = 24;
             m.voxels = std::string(180, '\7');
         }},
        {"rgba",
         [](MadeNifti &m) {
             m.datatype = 2304;
             m.bits = 32;
             m.voxels = std::string(240, '\7');
         }},
        {"complex",
         [](MadeNifti &m) {
             m.datatype = 32;
             m.bits = 64;
             m.voxels = std::string(480, '\7');
         }},
        {"allnan",
         [](MadeNifti &m) {
             m.datatype = 16;
             m.voxels = std::string(240, '\xff');
         }},
        {"wrongbits", [](MadeNifti &m) { m.bits = 8; }},
        {"badtext", [](MadeNifti &m) { m.description = "\xff\xfe\x01 \xc3\x28"; }},
    };
    for (const auto &[name, change] : odd) {
        INFO(name);
        MadeNifti made{.version = version};
        change(made);
        test::save(folder / (name + ".nii.gz"), test::gzip(made.bytes()));
        CHECK(survives(folder / (name + ".nii.gz")));
    }
    CHECK(describe(folder / "rgb.nii.gz")->kind == FileKind::Colour);
    CHECK(describe(folder / "complex.nii.gz")->kind == FileKind::Complex);
    CHECK(describe(folder / "4d.nii.gz")->kind == FileKind::Series);
    CHECK_FALSE(describe(folder / "nowhere.nii.gz")->orientationStated);
    CHECK(describe(folder / "sheared.nii.gz")->geometry.isSheared());
    CHECK(describe(folder / "allnan.nii.gz")->notFinite == 60);
    CHECK_FALSE(describe(folder / "allnan.nii.gz")->hasRange);
    CHECK(readImage(folder / "rgb.nii.gz").error().code == Errc::Unsupported);
}

TEST_CASE("A compressed file cannot make the reader allocate what it does not hold", "[io][torture][nifti]")
{
    const Folder folder;
    MadeNifti made{.dim = {3, 1000, 1000, 1000, 1, 1, 1, 1}, .datatype = 16, .voxels = std::string(2'000'000, '\0')};
    std::string packed = test::gzip(made.bytes());
    packed += std::string(4'000'000, 'x'); // large enough that 4 GB could come out of it
    test::save(folder / "bomb.nii.gz", packed);
    CHECK_FALSE(survives(folder / "bomb.nii.gz"));
    std::string liar =
        test::gzip(MadeNifti{.dim = {3, 300, 300, 300, 1, 1, 1, 1}, .voxels = std::string(60000, 'a')}.bytes());
    const std::uint32_t claimed = 54'000'352;
    std::memcpy(liar.data() + liar.size() - 4, &claimed, 4); // the size at the end lies together with the header
    test::save(folder / "liar.nii.gz", liar);
    CHECK_FALSE(survives(folder / "liar.nii.gz"));
}

TEST_CASE("Packed voxels with a wrong byte are refused, not shown", "[io][torture]")
{
    const Folder folder;
    std::string voxels(6000, '\0');
    std::mt19937 random(3);
    for (char &c : voxels)
        c = char(random() % 5);
    const std::string packed = test::gzip(voxels);
    const std::string nifti =
        test::gzip(MadeNifti{.dim = {3, 20, 20, 15, 1, 1, 1, 1}, .datatype = 2, .bits = 8, .voxels = voxels}.bytes());
    const std::pair<const char *, std::string> files[] = {
        {"a.nii.gz", nifti},
        {"b.nrrd", nrrd("20 20 15", "", "gzip") + packed},
        {"c.mha",
         mha("20 20 15", "CompressedData = True\nCompressedDataSize = " + std::to_string(packed.size()) + "\n") +
             packed}};
    for (const auto &[name, good] : files) {
        test::save(folder / name, good);
        REQUIRE(readImage(folder / name));
        for (std::size_t back = 1; back < 1200; back += 40) { // the last bytes are check sum and size
            std::string bad = good;
            bad[bad.size() - back - 4] = char(bad[bad.size() - back - 4] ^ 0x10);
            test::save(folder / name, bad);
            INFO(name << ", byte " << back << " from the end");
            CHECK_FALSE(readImage(folder / name));
        }
    }
}

TEST_CASE("NRRD files that lie get a sentence", "[io][torture][nrrd]")
{
    const Folder folder;
    const std::string voxels(60, '\2');
    test::save(folder / "good.nrrd", nrrd("5 4 3") + voxels);
    CHECK(survives(folder / "good.nrrd"));
    const std::string lies[] = {nrrd("5000 5000 5000") + voxels,
                                nrrd("5 4 3", "", "gzip") + voxels,
                                nrrd("5000 5000 500", "", "gzip") + test::gzip(voxels),
                                nrrd("5 4 3", "", "bzip2") + voxels,
                                nrrd("5 4 3", "", "hex") + voxels,
                                nrrd("500 400 3", "", "ascii") + "1 2 3",
                                nrrd("5 4 0") + voxels,
                                nrrd("5 4 -3") + voxels,
                                nrrd("5 4") + voxels,
                                nrrd("5 4 99999999999999999999") + voxels,
                                nrrd("9223372036854775807 9223372036854775807 3") + voxels,
                                nrrd("5 4 3", "", "raw", "block") + voxels,
                                nrrd("5 4 3", "byte skip: 9999999\n") + voxels,
                                nrrd("5 4 3", "line skip: 5\n") + voxels,
                                nrrd("5 4 3", "data file: missing.raw\n"),
                                nrrd("5 4 3", "data file: LIST\na\nb\n"),
                                nrrd("5 4 3", "data file: /dev/zero\n"),
                                nrrd("5 4 3", "data file: %03d.raw 1 3 1\n"),
                                nrrd("5 4 3", "sizes: 1 1 1\n") + voxels,
                                nrrd("5 4 3", "nonsense\n") + voxels,
                                "NRRD0004\n\n",
                                "NRRD0004\ntype: uint8\ndimension: 99\nsizes: 1\nencoding: raw\n\n",
                                "NRRD0004\ntype: uint8\ndimension: 3\nsizes: 5 4 3\nspace directions: (0,0,0) (0,1,0) "
                                "(0,0,1)\nencoding: raw\n\n" +
                                    voxels,
                                "NRRD0004\ntype: uint8\ndimension: 3\nsizes: 5 4 3\nspace directions: (nan,0,0) "
                                "(0,1,0) (0,0,1)\nencoding: raw\n\n" +
                                    voxels,
                                "NRRD0004\n" + std::string(300000, 'a')};
    for (const auto &bytes : lies) {
        INFO(bytes.substr(0, 250));
        test::save(folder / "lie.nrrd", bytes);
        CHECK_FALSE(survives(folder / "lie.nrrd"));
    }
}

TEST_CASE("MetaImage files that lie get a sentence", "[io][torture][meta]")
{
    const Folder folder;
    const std::string voxels(60, '\2');
    test::save(folder / "good.mha", mha("5 4 3") + voxels);
    CHECK(survives(folder / "good.mha"));
    const std::string lies[] = {
        mha("5000 5000 5000") + voxels,
        mha("5 4 3", "CompressedData = True\nCompressedDataSize = 999999999999\n") + voxels,
        mha("5000 4000 300", "CompressedData = True\n") + test::gzip(voxels),
        mha("5 4 3", "CompressedData = True\n") + voxels,
        mha("5 4 0") + voxels,
        mha("5 4") + voxels,
        mha("-5 4 3") + voxels,
        mha("4294967297 4 3") + voxels,
        mha("5 4 3", "", "MET_FLOAT_MATRIX") + voxels,
        mha("5 4 3", "ElementNumberOfChannels = 100000\n") + voxels,
        mha("5 4 3", "HeaderSize = 88888\n") + voxels,
        mha("5 4 3", "NDims = 9\n") + voxels,
        mha("5 4 3", "Comment = " + std::string(9000, 'c') + "\n") + voxels,
        "NDims = 3\nDimSize = 5 4 3\nElementType = MET_UCHAR\nElementDataFile = LIST\na\nb\n",
        "NDims = 3\nDimSize = 5 4 3\nElementType = MET_UCHAR\nElementDataFile = s%03d.raw 1 3 1\n",
        "NDims = 3\nDimSize = 5 4 3\nElementType = MET_UCHAR\nElementDataFile = missing.raw\n",
        "NDims = 3\nDimSize = 5 4 3\nElementType = MET_UCHAR\nElementSpacing = 0 1 1\nElementDataFile = LOCAL\n" +
            voxels,
        "NDims = 3\nDimSize = 5 4 3\nElementType = MET_UCHAR\nTransformMatrix = 1 0 0 1 0 0 0 0 1\nElementDataFile = "
        "LOCAL\n" +
            voxels,
        "ObjectType = Mesh\nNDims = 3\nElementDataFile = LOCAL\n"};
    for (const auto &bytes : lies) {
        INFO(bytes.substr(0, 300));
        test::save(folder / "lie.mha", bytes);
        CHECK_FALSE(survives(folder / "lie.mha"));
    }
}

TEST_CASE("Flipped bytes anywhere give a result or a sentence", "[io][torture]")
{
    const Folder folder;
    std::mt19937 random(11);
    const std::string voxels(60, '\2');
    const std::pair<const char *, std::string> seeds[] = {{"a.nii", MadeNifti{}.bytes()},
                                                          {"b.nii", MadeNifti{.version = 2, .swapBytes = true}.bytes()},
                                                          {"c.nii.gz", test::gzip(MadeNifti{}.bytes())},
                                                          {"d.nrrd", nrrd("5 4 3") + voxels},
                                                          {"e.nrrd", nrrd("5 4 3", "", "gzip") + test::gzip(voxels)},
                                                          {"f.mha", mha("5 4 3") + voxels}};
    for (const auto &[name, good] : seeds) {
        int read = 0, refused = 0;
        for (int n = 0; n < 400; ++n) {
            std::string bad = good;
            for (int flip = 0; flip <= n % 4; ++flip)
                bad[random() % bad.size()] = char(random());
            test::save(folder / name, bad);
            ++(survives(folder / name) ? read : refused);
        }
        INFO(name << ": " << read << " read, " << refused << " refused");
        CHECK(read > 0); // a changed voxel or comment hurts nobody
        CHECK(refused > 0);
    }
}
