#include "glioscope/report/Charts.h"
#include "glioscope/report/Page.h"
#include "glioscope/report/Png.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <regex>

using namespace glio::reporting;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;

namespace {

int count(const std::string &text, const std::string &what)
{
    int n = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + what.size()))
        ++n;
    return n;
}

// Every attribute `name` of elements `element` with that class, as numbers.
std::vector<double> numbers(const std::string &svg, const std::string &element, const std::string &name,
                            const std::string &kind)
{
    std::vector<double> found;
    const std::regex tag("<" + element + "([^>]*)>"), attribute(" " + name + "=\"([^\"]*)\"");
    for (auto it = std::sregex_iterator(svg.begin(), svg.end(), tag); it != std::sregex_iterator(); ++it) {
        const std::string inside = (*it)[1];
        std::smatch value;
        if (inside.find("class=\"" + kind + "\"") != inside.npos && std::regex_search(inside, value, attribute))
            found.push_back(std::stod(value[1]));
    }
    return found;
}

bool tagsBalance(const std::string &text)
{
    std::vector<std::string> open;
    const std::regex tag("<(/?)([a-zA-Z0-9]+)([^>]*?)(/?)>");
    for (auto it = std::sregex_iterator(text.begin(), text.end(), tag); it != std::sregex_iterator(); ++it) {
        const std::string name = (*it)[2];
        if (name == "meta" || name == "img" || (*it)[4].length() > 0) continue;
        if ((*it)[1].length() == 0)
            open.push_back(name);
        else if (open.empty() || open.back() != name)
            return false;
        else
            open.pop_back();
    }
    return open.empty();
}

Page fullPage()
{
    Page page("Model <b>\"x\"</b> & co");
    page.lead("Lead");
    const std::pair<std::string, std::string> fact{"Name", "a<b"};
    page.facts(std::span(&fact, 1));
    page.section("Part");
    page.notice("Careful", "warn");
    page.table({.caption = "Cases",
                .columns = {{.name = "Case", .isNumber = false}, {"Dice", "what it \"is\""}},
                .rows = {{"one", Cell::of(0.5, 3)}, {"two", Cell::of(std::nullopt, 3)}},
                .sortable = true});
    const std::vector<std::string> drawings{stripChart(
        std::vector<StripRow>{{.name = "WT", .note = "n", .colour = "#fff", .dots = {{"c<1>", 0.5}}, .mean = {}}},
        {.title = "t", .axis = "Dice"})};
    page.figure(drawings, "Caption");
    const Picture picture{.caption = "p", .width = 2, .height = 1, .rgb = {1, 2, 3, 4, 5, 6}};
    page.pictures(std::span(&picture, 1), "Pictures");
    page.footer("Research use only.");
    return page;
}

} // namespace

TEST_CASE("Text is written so that no name can become markup", "[report]")
{
    CHECK(escaped("<script>\"a\" & 'b'</script>") == "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;");
    CHECK(escaped(std::string("a\0b\x1b", 4)) == "ab");
    CHECK(escaped("Größe") == "Größe");
}

TEST_CASE("Numbers have a true minus and no negative nothing", "[report]")
{
    CHECK(number(-1.5, 1) == "−1.5");
    CHECK(number(-0.0001, 3) == "0.000");
    CHECK(number(std::nullopt, 1) == "–");
    CHECK(number(std::numeric_limits<double>::infinity(), 1) == "–");
    CHECK(Cell::range(0.5, 0.25, 0.75, 2).text == "0.50");
    CHECK(Cell::range(0.5, 0.25, 0.75, 2).note == "0.25 to 0.75");
    CHECK(Cell::range(0.5, std::nullopt, 0.75, 2).note.empty());
    CHECK_FALSE(Cell::of(std::nullopt, 1).key);
}

TEST_CASE("Axes get round numbers that cover the data", "[report]")
{
    CHECK(ticks(0, 1).values.size() == 6);
    CHECK(ticks(0, 1).digits == 1);
    CHECK(ticks(0, 137, 4).values == std::vector<double>{0, 50, 100, 150});
    CHECK(ticks(0, 137, 4).digits == 0);
    const Ticks narrow = ticks(0.61, 0.64);
    CHECK(narrow.values.front() <= 0.61 + 1e-9);
    CHECK(narrow.values.back() >= 0.64 - 1e-9);
    CHECK(narrow.digits == 2);
    CHECK(ticks(3, 3).values.size() >= 2);
    CHECK(ticks(0, std::nan("")).values.size() >= 2);
}

TEST_CASE("Labels move apart, as little as they can, and keep their order", "[report]")
{
    CHECK(spreadLabels({10, 50, 90}, 14, 0, 100) == std::vector<double>{10, 50, 90});
    CHECK(spreadLabels({50, 50}, 14, 0, 100) == std::vector<double>{43, 57});
    const auto moved = spreadLabels({52, 50, 48, 99, 100}, 14, 0, 100);
    CHECK(moved[2] < moved[1]);
    CHECK(moved[1] < moved[0]);
    CHECK_THAT(moved[1] - moved[2], WithinAbs(14, 1e-9));
    CHECK_THAT(moved[4], WithinAbs(100, 1e-9));
    CHECK_THAT(moved[3], WithinAbs(86, 1e-9));
    CHECK(spreadLabels({}, 14, 0, 100).empty());
}

TEST_CASE("The strip chart puts every case where its value is", "[report][chart]")
{
    const std::vector<StripRow> rows{{.name = "Whole",
                                      .note = "0.500, 3 cases",
                                      .colour = "#123456",
                                      .dots = {{"a", 0.0}, {"b", 0.5}, {"c", 1.0}, {"d", std::nan("")}},
                                      .mean = MeanRange{0.5, 0.25, 0.75}}};
    const std::string svg = stripChart(rows, {.title = "Dice", .axis = "Dice", .width = 720});
    const auto x = numbers(svg, "circle", "cx", "dot");
    REQUIRE(x.size() == 3);
    CHECK_THAT(x[1] - x[0], WithinAbs(x[2] - x[1], 0.02));
    CHECK(x[2] > x[0] + 300);
    const auto from = numbers(svg, "line", "x1", "whisker"), to = numbers(svg, "line", "x2", "whisker");
    REQUIRE(from.size() == 3); // the bar and its two ends
    CHECK_THAT(from[0], WithinAbs((x[0] + x[1]) / 2, 0.02));
    CHECK_THAT(to[0], WithinAbs((x[1] + x[2]) / 2, 0.02));
    CHECK(tagsBalance(svg));
    // Dots at one place do not hide each other.
    std::vector<StripRow> same{rows[0]};
    same[0].dots = {{"a", 0.5}, {"b", 0.5}, {"c", 0.5}};
    auto y = numbers(stripChart(same, {.title = "t", .axis = "a"}), "circle", "cy", "dot");
    REQUIRE(y.size() == 3);
    std::ranges::sort(y);
    CHECK(y[1] - y[0] >= 4);
    CHECK(y[2] - y[1] >= 4);
}

TEST_CASE("Reliability dots of few voxels are hollow, empty bins are not drawn", "[report][chart]")
{
    const std::vector<ReliabilityDot> dots{{0.1, 0.2, 5000}, {0.5, 0.5, 199}, {0, 0, 0}, {0.9, 0.7, 200}};
    const std::string svg = reliabilityChart(dots, {.name = "WT", .note = "error 0.1", .colour = "#fff"});
    CHECK(numbers(svg, "circle", "cx", "dot").size() == 2);
    const auto hollow = numbers(svg, "circle", "cy", "dot hollow");
    REQUIRE(hollow.size() == 1);
    CHECK(numbers(svg, "rect", "x", "share").size() == 3);
    const auto filled = numbers(svg, "circle", "cy", "dot");
    CHECK(filled[0] > hollow[0]); // 0.2 lies below 0.5: y grows downwards
    CHECK(filled[1] < hollow[0]);
    CHECK(tagsBalance(svg));
}

TEST_CASE("Slopes tell better, same and worse by more than colour", "[report][chart]")
{
    const std::vector<SlopeLine> lines{{"up", 0.5, 0.6}, {"even", 0.7, 0.7}, {"down", 0.8, 0.6}};
    const std::string svg = slopeChart(lines, {.title = "WT", .before = "before", .after = "after"});
    CHECK(count(svg, "class=\"slope better\"") == 1);
    CHECK(count(svg, "class=\"slope same\"") == 1);
    CHECK(count(svg, "class=\"slope worse\"") == 1);
    CHECK_THAT(svg, ContainsSubstring("up +0.100"));
    CHECK_THAT(svg, ContainsSubstring("down −0.200"));
    CHECK(count(slopeChart(lines, {.title = "HD95", .before = "b", .after = "a", .higherIsBetter = false}),
                "class=\"slope better\"") == 1);
    // What all names share is left out: the rest tells them apart.
    const std::string patients = slopeChart(
        std::vector<SlopeLine>{{"BraTS-PED-00021-000", 0, 1}, {"BraTS-PED-00007-000", 0.2, 1}}, {.title = "t"});
    CHECK_THAT(patients, ContainsSubstring(">00021 +1.000<"));
    CHECK_THAT(patients, ContainsSubstring(">00007 +0.800<"));
    CHECK_THAT(patients, ContainsSubstring("BraTS-PED-00021-000: 0.000 before")); // whole in the hint
    CHECK_THAT(slopeChart(std::vector<SlopeLine>{{"a name that is much too long ü", 0, 1}}, {.title = "t"}),
               ContainsSubstring("…"));
    CHECK_THAT(slopeChart(std::vector<SlopeLine>{{"same", 0, 1}, {"same", 0, 0}}, {.title = "t"}),
               ContainsSubstring(">same +1.000<"));
    CHECK(tagsBalance(svg));
}

TEST_CASE("Curves and agreement keep their scales, and nothing at all is said in words", "[report][chart]")
{
    const std::vector<Curve> curves{{.name = "WT", .colour = "#fff", .points = {{0, 0}, {0.5, 1}, {1, 4}}}};
    const std::string svg = curveChart(curves, {.title = "Risk", .xAxis = "x", .yAxis = "y"});
    CHECK(numbers(svg, "circle", "cx", "dot").size() == 3);
    CHECK(tagsBalance(svg));
    CHECK_THAT(curveChart({}, {.title = "Risk", .xAxis = "x", .yAxis = "y"}), ContainsSubstring("Nothing to draw."));
    const std::vector<AgreementDot> dots{{"a", 10, 10}, {"b", 40, 20}};
    const std::string agreement = agreementChart(dots, {.name = "WT", .note = {}, .colour = "#fff"});
    const auto x = numbers(agreement, "circle", "cx", "dot"), y = numbers(agreement, "circle", "cy", "dot");
    REQUIRE(x.size() == 2);
    CHECK_THAT(x[1] - x[0], WithinAbs(3 * (y[0] - y[1]), 0.1)); // equal scales: 30 mL across, 10 mL up
    CHECK(tagsBalance(agreement));
}

TEST_CASE("A page fetches nothing and says so to the browser", "[report][page]")
{
    const std::string html = fullPage().html();
    CHECK_THAT(html, ContainsSubstring("default-src 'none'"));
    const std::string rest = std::regex_replace(html, std::regex("xmlns=\"http://www.w3.org/2000/svg\""), "");
    CHECK(rest.find("http") == html.find("http-equiv")); // no address is left
    CHECK(count(rest, "http") == 1);
    CHECK(count(html, "src=\"data:image/png;base64,") == 1);
    CHECK(count(html, "<link") == 0);
    CHECK(count(html, "@import") == 0);
    CHECK(count(html, "url(") == 0);
    const auto script = html.find("<script>");
    CHECK(tagsBalance(html.substr(html.find("<body>"), script - html.find("<body>")) + "</body>"));
    CHECK_THAT(html, ContainsSubstring("<h1>Model &lt;b&gt;&quot;x&quot;&lt;/b&gt; &amp; co</h1>"));
    CHECK_THAT(html, ContainsSubstring("c&lt;1&gt;: 0.500"));
    CHECK_THAT(html, ContainsSubstring("<td class=\"n\" data-k=\"0.5\">0.500</td>"));
    CHECK_THAT(html, ContainsSubstring("<td class=\"n\">–</td>"));
    CHECK_THAT(html, ContainsSubstring("Figure 2."));
    CHECK_THAT(html, ContainsSubstring("prefers-color-scheme: dark"));
}

TEST_CASE("The page's colours are those of the themes", "[report][page]")
{
    const auto tokens = [](const char *name) {
        std::ifstream file(std::string(GLIO_SOURCE_DIR "/resources/themes/") + name);
        return nlohmann::json::parse(file)["tokens"];
    };
    const auto light = tokens("light.json"), dark = tokens("reading-room.json");
    REQUIRE(pageTokens().size() > 10);
    for (const Token &token : pageTokens()) {
        INFO(token.name);
        CHECK(light[std::string(token.name)] == std::string(token.light));
        CHECK(dark[std::string(token.name)] == std::string(token.dark));
    }
    // Every colour that the sheet asks for is one of them, or set where it is used.
    const std::string style = pageStyle();
    const std::regex use("var\\(--([a-z0-9]+)\\)");
    for (auto it = std::sregex_iterator(style.begin(), style.end(), use); it != std::sregex_iterator(); ++it) {
        INFO((*it)[1]);
        if ((*it)[1] != "c") CHECK_THAT(style, ContainsSubstring("--" + (*it)[1].str() + ":"));
    }
}

TEST_CASE("A PNG holds the picture that was put in", "[report][png]")
{
    const int width = 5, height = 3;
    std::vector<std::uint8_t> rgb(std::size_t(width * height * 3));
    for (std::size_t n = 0; n < rgb.size(); ++n)
        rgb[n] = std::uint8_t(n * 37 + n / 7);
    const auto png = encodePng(width, height, rgb);
    REQUIRE(png.size() > 57);
    CHECK(std::string(png.begin() + 1, png.begin() + 4) == "PNG");
    const auto big = [&png](std::size_t at) {
        return std::uint32_t(png[at]) << 24 | std::uint32_t(png[at + 1]) << 16 | std::uint32_t(png[at + 2]) << 8 |
               png[at + 3];
    };
    CHECK(big(16) == 5);
    CHECK(big(20) == 3);
    for (std::size_t at = 8; at < png.size(); at += 12 + big(at)) // every chunk's check sum
        CHECK(big(at + 8 + big(at)) == crc32(0, png.data() + at + 4, uInt(4 + big(at))));
    std::vector<std::uint8_t> rows(std::size_t(height * (1 + width * 3)));
    uLongf size = rows.size();
    REQUIRE(uncompress(rows.data(), &size, png.data() + 41, big(33)) == Z_OK);
    REQUIRE(size == rows.size());
    std::vector<std::uint8_t> back, above(std::size_t(width * 3), 0);
    for (int y = 0; y < height; ++y) {
        const std::size_t start = std::size_t(y * (1 + width * 3));
        CHECK(rows[start] == 2);
        for (std::size_t x = 0; x < above.size(); ++x)
            above[x] = std::uint8_t(above[x] + rows[start + 1 + x]), back.push_back(above[x]);
    }
    CHECK(back == rgb);
    CHECK(encodePng(2, 2, rgb).empty());
    CHECK(encodePng(0, 0, {}).empty());
}

TEST_CASE("Base64 is that of RFC 4648", "[report][png]")
{
    const auto of = [](std::string_view text) { return base64(std::vector<std::uint8_t>(text.begin(), text.end())); };
    CHECK(of("") == "");
    CHECK(of("f") == "Zg==");
    CHECK(of("fo") == "Zm8=");
    CHECK(of("foo") == "Zm9v");
    CHECK(of("foobar") == "Zm9vYmFy");
}
