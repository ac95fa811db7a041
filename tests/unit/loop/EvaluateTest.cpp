#include "glioscope/loop/EvaluateCase.h"
#include "glioscope/loop/EvaluateReport.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>

using namespace glio;
using namespace glio::loop;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;

namespace {

const Geometry kGrid = *Geometry::make({24, 16, 12}, {1, 1, 1});

LabelVolume box(Index3 low, Size3 size, Label label)
{
    LabelVolume mask(kGrid);
    for (auto k = low[2]; k < low[2] + size[2]; ++k)
        for (auto j = low[1]; j < low[1] + size[1]; ++j)
            for (auto i = low[0]; i < low[0] + size[0]; ++i)
                mask.set({i, j, k}, label);
    return mask;
}

LabelVolume with(LabelVolume mask, Index3 low, Size3 size, Label label)
{
    const LabelVolume more = box(low, size, label);
    const auto to = mask.edit();
    for (std::size_t v = 0; v < to.size(); ++v)
        if (more.voxels()[v]) to[v] = more.voxels()[v];
    return mask;
}

// An answer that is `byte` / 255 sure of each of its labels.
Probabilities sureOf(const LabelVolume &mask, const LabelScheme &scheme, std::uint8_t byte)
{
    Probabilities p{.schemeId = scheme.id(), .classes = {}};
    for (const LabelDefinition &label : scheme.labels()) {
        Volume<std::uint8_t> one(mask.geometry());
        const auto to = one.edit();
        for (std::size_t v = 0; v < to.size(); ++v)
            if (mask.voxels()[v] == label.value) to[v] = byte;
        p.classes.push_back(std::move(one));
    }
    return p;
}

CaseScore scored(const LabelVolume &reference, const char *own, const LabelVolume &answer,
                 const char *answerScheme = "brats-ped-2024", std::uint8_t byte = 204, const std::string &name = "case")
{
    const LabelScheme &scheme = *findLabelScheme(answerScheme);
    auto score = scoreCase(name, reference, *findLabelScheme(own), sureOf(answer, scheme, byte), answer, {}, {});
    REQUIRE(score);
    return *std::move(score);
}

Evaluation evaluationOf(std::vector<CaseScore> cases)
{
    Evaluation evaluation;
    evaluation.modelName = "model";
    evaluation.cases = std::move(cases);
    return evaluation;
}

} // namespace

TEST_CASE("A whole-tumour mask judges the whole tumour and nothing else", "[evaluate]")
{
    const CaseScore score = scored(box({2, 2, 2}, {8, 4, 4}, 1), "lgg", box({2, 2, 2}, {4, 4, 4}, 1));
    REQUIRE(score.regions.size() == 1);
    const RegionScore &whole = score.regions.at("WT");
    CHECK_THAT(whole.metrics.dice, WithinAbs(2.0 / 3, 1e-12));
    CHECK_THAT(whole.metrics.referenceMl, WithinAbs(0.128, 1e-12));
    CHECK(whole.counts.inside[204] == 64);
    CHECK(whole.counts.inside[0] == 64);
    // Any part of the answer is tumour.
    const LabelVolume parts = with(box({2, 2, 2}, {4, 4, 4}, 4), {6, 2, 2}, {4, 4, 4}, 3);
    CHECK(scored(box({2, 2, 2}, {8, 4, 4}, 1), "lgg", parts).regions.at("WT").metrics.dice == 1);
}

TEST_CASE("A model of the whole tumour is judged by it on masks with parts", "[evaluate]")
{
    const LabelVolume parts = with(box({2, 2, 2}, {4, 4, 4}, 1), {6, 2, 2}, {4, 4, 4}, 4);
    const CaseScore score = scored(parts, "brats-ped-2024", box({2, 2, 2}, {8, 4, 4}, 1), "lgg");
    REQUIRE(score.regions.size() == 1);
    CHECK(score.regions.at("WT").metrics.dice == 1);
}

TEST_CASE("A predicted cyst is non-enhancing core where the mask's scheme has no cysts", "[evaluate]")
{
    const LabelVolume adult = with(box({2, 2, 2}, {4, 4, 4}, 4), {6, 2, 2}, {4, 4, 4}, 1);  // ET beside NCR
    const LabelVolume answer = with(box({2, 2, 2}, {4, 4, 4}, 1), {6, 2, 2}, {4, 4, 4}, 3); // ET beside CC
    const CaseScore score = scored(adult, "brats-2021", answer);
    CHECK(score.regions.at("NET").metrics.dice == 1);
    CHECK(score.regions.at("ET").metrics.dice == 1);
    CHECK(score.regions.at("TC").metrics.dice == 1);
    CHECK_FALSE(score.regions.contains("CC"));
    CHECK(score.regions.at("NET").counts.inside[204] == 64); // the cyst's probability counts for it too
    CHECK(score.regions.size() == 5);
    // With the scheme that has cysts it is one, and wrong.
    const LabelVolume ped = with(box({2, 2, 2}, {4, 4, 4}, 1), {6, 2, 2}, {4, 4, 4}, 2);
    CHECK(scored(ped, "brats-ped-2024", answer).regions.at("NET").metrics.dice == 0);
    CHECK(scored(ped, "brats-ped-2024", answer).regions.size() == 6);
}

TEST_CASE("Values that the scheme does not have are refused by name", "[evaluate]")
{
    const LabelScheme &ours = defaultLabelScheme();
    const LabelVolume answer = box({2, 2, 2}, {4, 4, 4}, 1);
    const auto bad = scoreCase("case", box({2, 2, 2}, {4, 4, 4}, 9), ours, sureOf(answer, ours, 200), answer, {}, {});
    REQUIRE_FALSE(bad);
    CHECK_THAT(bad.error().message, ContainsSubstring("value 9"));
}

TEST_CASE("Calibration and QU-BraTS of a case are those of its voxels", "[evaluate]")
{
    // 128 voxels said 0.8, half of them true; the band adds sure background round them.
    const CaseScore score = scored(box({8, 6, 4}, {4, 4, 4}, 1), "brats-ped-2024",
                                   with(box({8, 6, 4}, {4, 4, 4}, 1), {12, 6, 4}, {4, 4, 4}, 1));
    const RegionScore &enhancing = score.regions.at("ET");
    CHECK(enhancing.counts.inside[204] == 64);
    CHECK(enhancing.counts.outside[204] == 64);
    CHECK(enhancing.counts.outside[0] == enhancing.calibration.voxels - 128);
    CHECK_THAT(enhancing.calibration.ece, WithinAbs(0.3 * 128 / double(enhancing.calibration.voxels), 1e-9));
    REQUIRE(enhancing.quBrats);
    // Unsure by 72 %: below tau = 72.5 nothing of the tumour is left, and nothing is wrong.
    CHECK(enhancing.quBrats->dice[28] == 1);
    CHECK_THAT(enhancing.quBrats->dice[29], WithinAbs(2.0 / 3, 1e-12));
    CHECK(enhancing.quBrats->ftp[28] == 1);
    CHECK_FALSE(score.regions.at("NET").quBrats);
    CHECK(score.uncertaintyPercent > 0);
    CHECK(scored(box({8, 6, 4}, {4, 4, 4}, 1), "brats-ped-2024", LabelVolume(kGrid)).uncertaintyPercent == 100);
}

TEST_CASE("The summary keeps both conventions for empty regions apart", "[evaluate]")
{
    const LabelVolume tumour = box({2, 2, 2}, {4, 4, 4}, 1), half = box({2, 2, 2}, {2, 4, 4}, 1), none(kGrid);
    const Evaluation evaluation = evaluationOf({scored(tumour, "brats-ped-2024", half, "brats-ped-2024", 204, "a"),
                                                scored(none, "brats-ped-2024", none, "brats-ped-2024", 204, "b"),
                                                scored(none, "brats-ped-2024", half, "brats-ped-2024", 204, "c")});
    const Summary summary = summarise(evaluation, 500);
    const RegionSummary &whole = *summary.region("WT");
    CHECK(whole.cases == 3);
    CHECK(whole.inReference == 1);
    CHECK(whole.falseAlarms == 1);
    CHECK_THAT(whole.dice->value, WithinAbs((2.0 / 3 + 1 + 0) / 3, 1e-12));
    CHECK_THAT(whole.dicePresent->value, WithinAbs(2.0 / 3, 1e-12));
    CHECK(whole.dicePresent->count == 1);
    CHECK_FALSE(whole.dicePresent->low);
    CHECK_THAT(summary.meanDice.at("WT"), WithinAbs(1.0 / 3, 1e-12)); // where either mask has it
    CHECK(whole.hd95->count == 1);
    CHECK(whole.hd95Penalised->count == 3);
    CHECK_THAT(whole.hd95Penalised->value, WithinAbs((whole.hd95->value + 0 + 374) / 3, 1e-9));
    const RegionSummary &cyst = *summary.region("CC");
    CHECK(cyst.dice->value == 1);
    CHECK_FALSE(cyst.dicePresent);
    CHECK(whole.calibration.voxels > 0);
    CHECK(whole.ece->value == whole.calibration.ece);
    CHECK(*whole.ece->low <= whole.ece->value);
    CHECK(*whole.ece->high >= whole.ece->value);
    CHECK(summarise(evaluation, 500).region("WT")->ece->low == whole.ece->low);
    CHECK(summarise(evaluationOf({})).regions.empty());
}

TEST_CASE("The result file has its promised keys, and null where a number does not exist", "[evaluate]")
{
    Evaluation evaluation = evaluationOf(
        {scored(box({2, 2, 2}, {4, 4, 4}, 1), "brats-ped-2024", LabelVolume(kGrid), "brats-ped-2024", 204, "missed")});
    evaluation.failures.push_back({"broken", {Errc::Io, "/secret/path cannot be read."}});
    const Summary summary = summarise(evaluation, 50);
    const auto json = nlohmann::json::parse(evaluationJson(evaluation, summary, nullptr, "glio evaluate …"));
    const auto &region = json["cases"][0]["regions"]["WT"];
    for (const char *key : {"dice", "nsd", "lesionwise_dice", "lesionwise_hd95_mm", "tp", "fp", "fn"})
        CHECK(region[key].is_number());
    CHECK(region["hd95_mm"].is_null());
    CHECK(region["dice"] == 0);
    CHECK(json["cases"][0]["regions"]["CC"]["dice"] == 1);
    CHECK(json["cases"][0]["volumes_ml"]["WT"] == 0);
    CHECK(json["summary"]["regions"]["WT"]["hd95_mm"].is_null());
    CHECK(json["summary"]["regions"]["WT"]["dice"]["low"].is_null());
    CHECK(json["summary"]["regions"]["WT"]["hd95_mm_penalised"]["value"] == 374);
    CHECK(json["failures"][0]["code"] == "Io");
    CHECK(json["comparison"].is_null());
    CHECK(json["model"].contains("sha256"));

    const std::string page = evaluationPage(evaluation, summary, nullptr, "2026-01-01");
    CHECK_THAT(page, ContainsSubstring("broken"));
    CHECK(page.find("/secret") == page.npos); // pages get passed on; sentences with paths stay in the file
    CHECK_THAT(page, ContainsSubstring("Research use only. Not for diagnosis."));
    CHECK(evaluationPage(evaluationOf({}), summarise(evaluationOf({})), nullptr, "d").size() > 1000);
}

TEST_CASE("What a model expected of its masks is set against what came out", "[evaluate]")
{
    const LabelVolume tumour = box({2, 2, 2}, {4, 4, 4}, 1);
    std::vector<CaseScore> cases;
    const std::array<std::int64_t, 3> widths{4, 2, 1}; // Dice 1, 2/3, 2/5
    const std::array<ExpectedDice, 3> said{{{0.9, 0.8, 1.0}, {0.7, 0.6, 0.8}, {0.6, 0.5, 0.7}}};
    for (std::size_t n = 0; n < 3; ++n) {
        cases.push_back(scored(tumour, "brats-ped-2024", box({2, 2, 2}, {widths[n], 4, 4}, 1), "brats-ped-2024", 204,
                               std::string(1, char('a' + n))));
        cases.back().expected = said[n];
        cases.back().unusual = 0.5 + double(n);
    }
    Evaluation evaluation = evaluationOf(cases);
    Summary summary = summarise(evaluation, 10);
    CHECK(summary.expectation.cases == 3);
    CHECK(summary.expectation.inside == 2);
    CHECK_THAT(summary.expectation.meanError, WithinAbs((0.1 + (0.7 - 2.0 / 3) + 0.2) / 3, 1e-12));
    REQUIRE(summary.expectation.correlation);
    CHECK_THAT(*summary.expectation.correlation, WithinAbs(0.992065, 1e-6)); // numpy.corrcoef
    CHECK(summary.byExpectedDice);
    CHECK_THAT(summary.cases.area, WithinAbs(summary.cases.ideal, 1e-12)); // the order was right
    auto json = nlohmann::json::parse(evaluationJson(evaluation, summary, nullptr, ""));
    CHECK(json["summary"]["expected_dice"]["inside"] == 2);
    CHECK(json["summary"]["risk_coverage_cases"]["by"] == "expected_dice");
    CHECK(json["cases"][0]["expected_dice"]["low"].is_number());
    CHECK_THAT(evaluationPage(evaluation, summary, nullptr, "d"), ContainsSubstring("expects of its whole tumour"));

    evaluation.cases[1].expected.reset(); // one without: the others still count, the order falls back to uncertainty
    summary = summarise(evaluation, 10);
    CHECK(summary.expectation.cases == 2);
    CHECK_FALSE(summary.expectation.correlation);
    CHECK_FALSE(summary.byExpectedDice);
    json = nlohmann::json::parse(evaluationJson(evaluation, summary, nullptr, ""));
    CHECK(json["cases"][1]["expected_dice"].is_null());
    CHECK(json["summary"]["risk_coverage_cases"]["by"] == "uncertainty_percent");
}

TEST_CASE("Two evaluations are compared case by case", "[evaluate]")
{
    const LabelVolume tumour = box({2, 2, 2}, {4, 4, 4}, 1);
    const auto run = [&](std::int64_t width) {
        std::vector<CaseScore> cases;
        for (const char *name : {"a", "b", "c"})
            cases.push_back(
                scored(tumour, "brats-ped-2024", box({2, 2, 2}, {width, 4, 4}, 1), "brats-ped-2024", 204, name));
        return evaluationOf(std::move(cases));
    };
    Evaluation before = run(2), after = run(4);
    before.cases[2].name = "gone";
    const std::string file = evaluationJson(before, summarise(before, 10), nullptr, "");
    const auto comparison = compareWith(after, file);
    REQUIRE(comparison);
    CHECK(comparison->cases == 2);
    CHECK(comparison->onlyHere == std::vector<std::string>{"c"});
    CHECK(comparison->onlyThere == std::vector<std::string>{"gone"});
    const auto found = std::ranges::find_if(comparison->differences, [](const Difference &d) {
        return d.region == "WT" && d.metric == "dice_reference_positive";
    });
    REQUIRE(found != comparison->differences.end());
    CHECK_THAT(found->change.value, WithinAbs(1.0 / 3, 1e-12));
    CHECK_THAT(*found->change.low, WithinAbs(1.0 / 3, 1e-12)); // both cases gained the same
    CHECK(found->after == 1);
    CHECK(comparison->dice.at("WT").size() == 2);
    CHECK_THAT(evaluationPage(after, summarise(after, 10), &*comparison, "d"), ContainsSubstring("Before and after"));
    CHECK_FALSE(compareWith(after, "{}"));
    CHECK_FALSE(compareWith(after, "not json"));
    CHECK_FALSE(compareWith(after, R"({"cases": [{"name": "other", "regions": {}}]})"));
    // A file of the first version has Dice alone.
    const auto old =
        compareWith(after, R"({"cases": [{"name": "a", "regions": {"WT": {"dice": 0.5}, "CC": {"dice": null}}}]})");
    REQUIRE(old);
    CHECK(old->differences.size() == 2);
}

TEST_CASE("The picture shows the slice with most mistakes, the patient's right on the left", "[evaluate]")
{
    // A grid that runs to the right, the front and the head: the picture must turn it.
    const auto turned = Geometry::make({6, 5, 4}, {1, 2, 1}, {}, {-1, 0, 0, 0, -1, 0, 0, 0, 1});
    REQUIRE(turned);
    ImageVolume image(*turned, 100.0f);
    LabelVolume reference(*turned), prediction(*turned);
    prediction.set({1, 1, 2}, 1); // false: towards the patient's left and back
    image.set({0, 0, 2}, 200.0f);
    const auto picture = drawPicture(image, "FLAIR", reference, prediction);
    REQUIRE(picture);
    CHECK(picture->width == 6);
    CHECK(picture->height == 5);
    CHECK_THAT(picture->heightOverWidth, WithinAbs(10.0 / 6, 1e-12));
    CHECK(picture->sliceMm == 2);
    const auto pixel = [&](int x, int y) {
        return std::array{picture->rgb[std::size_t(3 * (x + 6 * y))], picture->rgb[std::size_t(3 * (x + 6 * y) + 1)],
                          picture->rgb[std::size_t(3 * (x + 6 * y) + 2)]};
    };
    CHECK(pixel(4, 3) != pixel(3, 3)); // voxel (1, 1): right and bottom of the picture
    CHECK(pixel(4, 3)[0] != pixel(4, 3)[2]);
    CHECK_FALSE(drawPicture(ImageVolume(kGrid), "FLAIR", reference, prediction));
}
