#include "MadeMasks.h"

#include "glioscope/io/LabelFile.h"

#include <catch2/catch_approx.hpp>

using namespace glio;
using namespace glio::io;
using glio::test::Folder;
namespace fs = std::filesystem;

namespace {
const std::string kFile = "################################################\n# ITK-SnAP Label Description File\n"
                          "# File format:\n# IDX   -R-  -G-  -B-  -A--  VIS MSH  LABEL\n"
                          "################################################\n"
                          "    0     0    0    0        0  0  0    \"Clear Label\"\n"
                          "    1   255    0    0        1  1  1    \"Necrotic core\"\n"
                          "    2     0  255    0        0.5  0  1    \"Oedema \"new\" é\"\n";
bool reads(const fs::path &path)
{
    return test::readsOrTells(path, [](const fs::path &p) { return readLabelFile(p); });
}
} // namespace

TEST_CASE("An ITK-SNAP label file is read with its colours and switches", "[io][labelfile]")
{
    const Folder folder;
    test::save(folder / "l.txt", kFile);
    const auto file = readLabelFile(folder / "l.txt");
    REQUIRE(file);
    REQUIRE(file->entries.size() == 3);
    const auto &clear = file->entries[0], &core = file->entries[1], &oedema = file->entries[2];
    CHECK(clear.value == 0);
    CHECK(clear.region.empty());
    CHECK(core.colour == Rgb{255, 0, 0});
    CHECK(core.region == "NCR");
    CHECK(core.visible);
    CHECK(oedema.name == "Oedema \"new\" é");
    CHECK(oedema.alpha == 0.5);
    CHECK_FALSE(oedema.visible);
    CHECK(oedema.mesh);
    CHECK(oedema.region == "ED");
    CHECK(file->remarks.empty());
}

TEST_CASE("CR LF, other blanks, no header, no quotes and a byte order mark do not matter", "[io][labelfile]")
{
    const auto file = parseLabelFile("\xef\xbb\xbf\r\n1\t255 0\t0 1.0 1 1\tPlain name \r\n\r\n  # a comment\r\n"
                                     "2 0 0 255 1 1 1\"Close\"\r\n3 1 2 3 0.25 0 0 \"open",
                                     "odd.txt");
    REQUIRE(file);
    REQUIRE(file->entries.size() == 3);
    CHECK(file->entries[0].name == "Plain name");
    CHECK(file->entries[1].name == "Close");
    CHECK(file->entries[2].name == "open");
    CHECK(file->entries[2].alpha == 0.25);
    CHECK(file->remarks.empty());
}

TEST_CASE("A wrong line is left out and told by its number", "[io][labelfile]")
{
    const char *wrong[] = {"1 255 0 0 1 1",         "x 0 0 0 1 1 1 \"a\"",   "1 256 0 0 1 1 1 \"a\"",
                           "1 0 0 0 1.5 1 1 \"a\"", "-1 0 0 0 1 1 1 \"a\"",  "70000 0 0 0 1 1 1 \"a\"",
                           "1 0 0 0 1 2 1 \"a\"",   "1 0.5 0 0 1 1 1 \"a\"", "1 0 0 0 nan 1 1 \"a\"",
                           "1 0 0 0 1 1 1",         "1 0 0 0 1 1 1 extra\0"};
    for (const std::string line : wrong) {
        INFO(line);
        const auto file = parseLabelFile("# one\r\n5 1 2 3 1 1 1 \"good\"\r\n" + line + "\r\n", "w.txt");
        REQUIRE(file);
        if (line.ends_with("extra")) { // an unquoted name is a name
            CHECK(file->entries.size() == 2);
            continue;
        }
        CHECK(file->entries.size() == 1);
        REQUIRE(file->remarks.size() == 1);
        CHECK(file->remarks[0].starts_with("Line 3 of 'w.txt'"));
        CHECK_FALSE(parseLabelFile(line, "w.txt"));
    }
    const auto twice = parseLabelFile("1 0 0 0 1 1 1 \"a\"\n1 9 9 9 1 1 1 \"b\"\n", "t.txt");
    REQUIRE(twice);
    REQUIRE(twice->entries.size() == 1);
    CHECK(twice->entries[0].name == "b");
    CHECK(twice->remarks.size() == 1);
}

TEST_CASE("300 labels are written and read back the same", "[io][labelfile]")
{
    const Folder folder;
    std::vector<LabelFileEntry> entries = labelFileEntries(defaultLabelScheme());
    REQUIRE(entries.size() == 4);
    for (int n = 5; n <= 300; ++n)
        entries.push_back({.value = n,
                           .colour = {std::uint8_t(n), 7, 200},
                           .alpha = n / 300.0,
                           .visible = n % 2 == 0,
                           .mesh = n % 3 == 0,
                           .name = "Läsion № " + std::to_string(n),
                           .region = {}});
    entries[10].name = "the \"big\"\none";
    REQUIRE(writeLabelFile(folder / "many.txt", entries));
    const auto file = readLabelFile(folder / "many.txt");
    REQUIRE(file);
    REQUIRE(file->entries.size() == 301); // with Clear Label
    CHECK(file->entries[0].name == "Clear Label");
    for (std::size_t n = 0; n < entries.size(); ++n) {
        const auto &a = entries[n], &b = file->entries[n + 1];
        CHECK(a.value == b.value);
        CHECK(a.colour == b.colour);
        CHECK(a.alpha == Catch::Approx(b.alpha).margin(1e-6));
        CHECK(a.visible == b.visible);
        CHECK(a.mesh == b.mesh);
        if (n != 10) CHECK(a.name == b.name);
    }
    CHECK(file->entries[11].name == "the 'big' one"); // ITK-SNAP would end it at the quote
    CHECK(file->entries[1].region == "ET");
    CHECK(file->remarks.empty());
}

TEST_CASE("Labels that ITK-SNAP cannot hold are not written", "[io][labelfile]")
{
    const Folder folder;
    const LabelFileEntry good{.value = 1, .name = "a", .region = {}};
    for (const auto &entries : {std::vector<LabelFileEntry>{good, good},
                                {{.value = -1, .name = "b", .region = {}}},
                                {{.value = 65536, .name = "b", .region = {}}},
                                {{.value = 2, .alpha = std::nan(""), .name = "b", .region = {}}}})
        CHECK(writeLabelFile(folder / "x.txt", entries).error().code == Errc::InvalidArgument);
    CHECK(folder.count() == 0);
}

TEST_CASE("Files that hold no labels get a sentence", "[io][labelfile][torture]")
{
    const Folder folder;
    for (const std::string &bytes :
         {std::string(), std::string("# only a comment\n"), std::string(5000, '\0'), std::string("a letter\n\"\"\n"),
          std::string(100000, '\n'), std::string(5 << 20, '1'), test::gzip(kFile)}) {
        test::save(folder / "no.txt", bytes);
        CHECK_FALSE(reads(folder / "no.txt"));
    }
    CHECK_FALSE(reads(folder / "missing.txt"));
    CHECK_FALSE(reads(folder.path));
    CHECK_FALSE(reads("/dev/zero"));
    std::mt19937 random(5);
    int read = 0;
    for (int n = 0; n < 600; ++n) {
        std::string bad = kFile.substr(0, n % 3 == 0 ? random() % kFile.size() : kFile.size());
        for (int flip = 0; flip <= n % 6 && !bad.empty(); ++flip)
            bad[random() % bad.size()] = char(random());
        test::save(folder / "flip.txt", bad);
        read += reads(folder / "flip.txt");
    }
    CHECK(read > 0);
    std::string garbage(4000, 'x');
    for (std::size_t n = 0; n < garbage.size(); n += 3)
        garbage[n] = '\n';
    const auto told = parseLabelFile("1 0 0 0 1 1 1 \"a\"\n" + garbage, "g.txt");
    REQUIRE(told);
    CHECK(told->remarks.size() == 21); // not thousands
}
