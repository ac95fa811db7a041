#include "MadeMasks.h"

#include "glioscope/io/SnapWorkspace.h"

using namespace glio;
using namespace glio::io;
using glio::test::Folder;
namespace fs = std::filesystem;

namespace {
std::string layer(int number, const std::string &path, const std::string &role, const std::string &name = "",
                  const std::string &tags = "")
{
    return "    <folder key=\"Layer[00" + std::to_string(number) + "]\" >\n      <entry key=\"AbsolutePath\" value=\"" +
           path + "\" />\n      <entry key=\"Role\" value=\"" + role + "\" />\n      <entry key=\"Tags\" value=\"" +
           tags +
           "\" />\n      <folder key=\"IOHints\" >\n      </folder>\n      <folder key=\"LayerMetaData\" >\n        "
           "<entry "
           "key=\"CustomNickName\" value=\"" +
           name + "\" />\n      </folder>\n    </folder>\n";
}
std::string workspace(const std::string &savedIn, const std::string &layers, const std::string &doctype = "")
{
    return "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<!--ITK-SNAP (itksnap.org) Project File-->\n<!DOCTYPE "
           "registry "
           "[\n<!ELEMENT registry (entry*,folder*)>\n<!ATTLIST folder key CDATA #REQUIRED>\n" +
           doctype + "]>\n<registry>\n  <entry key=\"SaveLocation\" value=\"" + savedIn +
           "\" />\n  <entry key=\"Version\" value=\"20190612\" />\n  <folder key=\"Layers\" >\n" + layers +
           "  </folder>\n  <folder key=\"IRIS\" >\n    <folder key=\"LabelTable\" >\n      <entry "
           "key=\"NumberOfElements\" value=\"3\" />\n"
           "      <folder key=\"Element[0]\" >\n        <entry key=\"Alpha\" value=\"0\" />\n        <entry "
           "key=\"Color\" value=\"0 0 0\" />\n        <entry key=\"Flags\" value=\"0 0\" />\n        <entry "
           "key=\"Index\" value=\"0\" />\n        <entry key=\"Label\" value=\"Clear Label\" />\n      </folder>\n"
           "      <folder key=\"Element[1]\" >\n        <entry key=\"Alpha\" value=\"51\" />\n        <entry "
           "key=\"Color\" value=\"255 128 0\" />\n        <entry key=\"Flags\" value=\"1 0\" />\n        <entry "
           "key=\"Index\" value=\"4\" />\n        <entry key=\"Label\" value=\"Enhancing &quot;rim&quot; &#233;&amp;\" "
           "/>\n      </folder>\n"
           "      <folder key=\"Element[2]\" >\n        <entry key=\"Color\" value=\"red\" />\n        <entry "
           "key=\"Index\" value=\"5\" />\n        <entry key=\"Label\" value=\"bad\" />\n      </folder>\n"
           "    </folder>\n  </folder>\n</registry>\n";
}
bool reads(const fs::path &path)
{
    return test::readsOrTells(path, [](const fs::path &p) { return readSnapWorkspace(p); });
}
SnapWorkspace read(const fs::path &path)
{
    auto found = readSnapWorkspace(path);
    INFO((found ? "" : found.error().message));
    REQUIRE(found);
    return std::move(*found);
}
} // namespace

TEST_CASE("A workspace of ITK-SNAP gives layers, names, tags and the label table", "[io][snap]")
{
    const Folder folder;
    const std::string here = folder.path.string();
    test::save(folder / "a & b.nii.gz", "x");
    test::save(folder / "seg.nii.gz", "x");
    test::save(
        folder / "w.itksnap",
        workspace(here, layer(0, here + "/a &amp; b.nii.gz", "MainRole", "T1 &lt;post&gt; \xc3\xa9", "one, two,,") +
                            layer(2, here + "/seg.nii.gz", "SegmentationRole") +
                            layer(1, here + "/gone.nii", "OverlayRole") + layer(3, here + "/gone.nii", "Odd")));
    const auto found = read(folder / "w.itksnap");
    REQUIRE(found.layers.size() == 4);
    CHECK(found.layers[0].path == folder / "a & b.nii.gz");
    CHECK(found.layers[0].role == SnapRole::Main);
    CHECK(found.layers[0].nickname == "T1 <post> \xc3\xa9");
    CHECK(found.layers[0].tags == std::vector<std::string>{"one", "two"});
    CHECK(found.layers[0].found);
    CHECK_FALSE(found.layers[0].moved);
    CHECK(found.layers[1].role == SnapRole::Overlay); // by number, not by place
    CHECK_FALSE(found.layers[1].found);
    CHECK(found.layers[1].remark.find("gone.nii") != std::string::npos);
    CHECK(found.layers[2].role == SnapRole::Segmentation);
    CHECK(found.layers[2].remark.empty());
    CHECK(found.layers[3].role == SnapRole::Other);
    REQUIRE(found.labels.size() == 2);
    CHECK(found.labels[1].value == 4);
    CHECK(found.labels[1].name == "Enhancing \"rim\" \xc3\xa9&");
    CHECK(found.labels[1].colour == Rgb{255, 128, 0});
    CHECK(found.labels[1].alpha == 0.2);
    CHECK(found.labels[1].visible);
    CHECK_FALSE(found.labels[1].mesh);
    CHECK(found.labels[1].region == "ET");
    CHECK(found.remarks.size() == 1); // "red" is no colour
}

TEST_CASE("The images of a moved project are found beside it", "[io][snap]")
{
    const Folder folder;
    test::save(folder / "new/images/t1.nii", "x");
    test::save(folder / "new/relative.nii", "x");
    test::save(folder / "shared.nii", "x");
    test::save(folder / "elsewhere.nii", "x");
    for (const char *end : {"", "/"}) {
        test::save(
            folder / "new/w.itksnap",
            workspace(std::string("/old/project") + end,
                      layer(0, "/old/project/images/t1.nii", "MainRole") + layer(1, "/old/shared.nii", "OverlayRole") +
                          layer(2, (folder / "elsewhere.nii").string(), "OverlayRole") +
                          layer(3, "relative.nii", "OverlayRole") + layer(4, "/old/project/lost.nii", "OverlayRole")));
        const auto found = read(folder / "new/w.itksnap");
        REQUIRE(found.layers.size() == 5);
        CHECK(found.layers[0].path == folder / "new/images/t1.nii");
        CHECK(found.layers[0].moved);
        CHECK(found.layers[1].path == folder / "shared.nii");
        CHECK(found.layers[2].path == folder / "elsewhere.nii");
        CHECK(found.layers[2].found);
        CHECK_FALSE(found.layers[2].moved);
        CHECK(found.layers[3].found);
        CHECK(found.layers[4].path == "/old/project/lost.nii");
        CHECK_FALSE(found.layers[4].found);
    }
    test::save(folder / "new/win.itksnap",
               workspace("C:\\data\\p", layer(0, "C:\\data\\p\\images\\t1.nii", "MainRole") +
                                            layer(1, "D:\\x\\y.nii", "OverlayRole")));
    const auto found = read(folder / "new/win.itksnap");
    CHECK(found.layers[0].path == folder / "new/images/t1.nii");
    CHECK_FALSE(found.layers[1].found);
}

TEST_CASE("Entities that a workspace declares are never expanded", "[io][snap][torture]")
{
    const Folder folder;
    std::string doctype = "<!ENTITY lol0 \"lollollollollollollollol ]>\">\n";
    for (int n = 1; n < 12; ++n) {
        doctype += "<!ENTITY lol" + std::to_string(n) + " \"";
        for (int k = 0; k < 10; ++k)
            doctype += "&lol" + std::to_string(n - 1) + ";";
        doctype += "\">\n";
    }
    doctype += "<!ENTITY secret SYSTEM \"file:///etc/passwd\">\n";
    test::save(
        folder / "lol.itksnap",
        workspace("/x", layer(0, "/x/&lol11;&secret;.nii", "MainRole", "&#0;&#xD800;&#99999999;&x&#x41;"), doctype));
    REQUIRE(reads(folder / "lol.itksnap"));
    const auto found = read(folder / "lol.itksnap");
    CHECK(found.layers[0].path == "/x/&lol11;&secret;.nii");
    CHECK(found.layers[0].nickname == "&#0;&#xD800;&#99999999;&xA");
}

TEST_CASE("What is no workspace gets a sentence with its line", "[io][snap][torture]")
{
    const Folder folder;
    const std::string good = workspace("/x", layer(0, "/x/a.nii", "MainRole"));
    std::string deep = "<registry>";
    for (int n = 0; n < 100000; ++n)
        deep += "<folder key=\"a\">";
    std::string nested = good.substr(0, good.rfind("</registry>"));
    for (int n = 0; n < 200; ++n)
        nested += "<folder key=\"a\">";
    for (int n = 0; n < 200; ++n)
        nested += "</folder>";
    nested += "</registry>";
    const std::string bad[] = {"",
                               nested,
                               "text",
                               "<html><body/></html>",
                               "<registry/>",
                               "<registry></registry>",
                               "<registry><folder key=\"Layers\"></registry>",
                               "<registry><entry key=a value=b/></registry>",
                               "<registry><entry key=\"a /></registry>",
                               "<!DOCTYPE registry [",
                               "<!-- no end",
                               "<?xml",
                               "<entry key=\"a\" value=\"b\"/>",
                               "</registry>",
                               std::string(9000, '<'),
                               std::string(5000, '\0'),
                               deep,
                               std::string(17 << 20, ' ')};
    for (const auto &bytes : bad) {
        INFO(bytes.substr(0, 100));
        test::save(folder / "bad.itksnap", bytes);
        CHECK_FALSE(reads(folder / "bad.itksnap"));
    }
    test::save(folder / "bad.itksnap", "<registry>\n\n</folder>\n</registry>\n");
    CHECK(readSnapWorkspace(folder / "bad.itksnap").error().message.find("at line 3") != std::string::npos);
    CHECK_FALSE(reads(folder / "missing.itksnap"));
    CHECK_FALSE(reads(folder.path));
    CHECK_FALSE(reads("/dev/zero"));
    for (std::size_t n = 0; n + 12 < good.size(); n += 3) { // up to the last element's end
        test::save(folder / "cut.itksnap", good.substr(0, n));
        CHECK_FALSE(reads(folder / "cut.itksnap"));
    }
    std::mt19937 random(31);
    int read = 0, refused = 0;
    for (int n = 0; n < 600; ++n) {
        std::string flipped = good;
        for (int flip = 0; flip <= n % 4; ++flip)
            flipped[random() % flipped.size()] = char(random());
        test::save(folder / "flip.itksnap", flipped);
        ++(reads(folder / "flip.itksnap") ? read : refused);
    }
    CHECK(read > 0);
    CHECK(refused > 0);
}
