#include "glioscope/protocol/Messages.h"

#include <nlohmann/json.hpp>

#include <catch2/catch_test_macros.hpp>

#include <limits>

using namespace glio;
using namespace glio::protocol;
using nlohmann::json;

namespace {

Geometry oblique()
{
    return *Geometry::make({3, 4, 5}, {0.5, 1, 2}, {-10, 20.25, 3}, {0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, 1});
}

PredictParams predictParams()
{
    PredictParams p;
    p.model = "m";
    p.sequences = {{Sequence::T1c, oblique(), {12, 3, 240, 0}}, {Sequence::Flair, oblique(), {12, 4, 240, 4096}}};
    p.referenceGrid = oblique();
    p.looks = 4;
    p.lookKind = LookKind::Dropout;
    p.device = "cpu";
    p.precision = "bf16";
    p.overlap = 0.25;
    p.memoryLimitBytes = std::int64_t{3} << 30;
    p.output = {12, 5, 1 << 20, 0};
    return p;
}

} // namespace

TEST_CASE("predict's parameters come back from JSON as they were", "[protocol][messages]")
{
    const PredictParams p = predictParams();
    const auto back = fromJson<PredictParams>(json::parse(toJson(p).dump()));
    REQUIRE(back);
    CHECK(toJson(*back) == toJson(p));
    CHECK(back->sequences[1].memory == p.sequences[1].memory);
    CHECK(back->sequences[0].geometry.sameGrid(oblique(), 1e-9));
    CHECK(back->referenceGrid->sameGrid(oblique(), 1e-9));
    CHECK(back->lookKind == LookKind::Dropout);
}

TEST_CASE("results and events come back from JSON as they were", "[protocol][messages]")
{
    PredictResult r;
    r.modelName = "m";
    r.modelSha256 = "ab";
    r.schemeId = "brats-ped-2024";
    r.grid = oblique();
    r.thresholds = {{"WT", 0.4}};
    r.used = {Sequence::T2};
    r.missing = {Sequence::T1};
    r.sections = {{"labels", 0, 60, 1}, {"probabilities", 60, 240, 4}};
    r.volumesMl = {{"WT", {1, 2.5}}};
    r.volumeVariation = {{"WT", 0.25}};
    r.looksDone = 2;
    r.calibrationCases = 24;
    r.quality = QualityInfo{0.8, 0.7, 0.9, 48};
    r.unusual = UnusualInfo{1.5, 1, {"sequences", "net"}};
    r.seconds = 1.5;
    const auto event = fromJson<FirstResultEvent>(toJson(FirstResultEvent{RequestId(3), r}));
    REQUIRE(event);
    CHECK(toJson(event->result) == toJson(r));
    CHECK(event->result.section("probabilities")->classes == 4);
    CHECK(event->result.section("mean") == nullptr);
    CHECK(event->result.unusual->warns());
    auto without = toJson(r); // an engine that knows nothing of it
    without.erase("quality");
    without["unusual"] = nullptr;
    const auto plain = fromJson<PredictResult>(without);
    REQUIRE(plain);
    CHECK_FALSE(plain->quality);
    CHECK_FALSE(plain->unusual);
    without["unusual"] = json{{"score", "high"}};
    CHECK_FALSE(fromJson<PredictResult>(without));

    const auto progress = fromJson<ProgressEvent>(toJson(ProgressEvent{RequestId("x"), 0.5, "looks", std::nullopt}));
    REQUIRE(progress);
    CHECK_FALSE(progress->secondsLeft);

    InitializeResult about{1, "glio", "0.1", {"predict"}, {{"cpu", "Zen", 5, {"fp32"}}}};
    CHECK(toJson(*fromJson<InitializeResult>(toJson(about))) == toJson(about));
    EstimateParams estimate;
    estimate.grid = oblique();
    estimate.sequences = {Sequence::T1};
    CHECK(toJson(*fromJson<EstimateParams>(toJson(estimate))) == toJson(estimate));
}

TEST_CASE("unknown members are ignored and optional ones have defaults", "[protocol][messages]")
{
    json p = toJson(predictParams());
    p["fromTheFuture"] = {1, 2, 3};
    p["sequences"][0]["memory"]["sealed"] = true;
    for (const char *name : {"model", "referenceGrid", "looks", "lookKind", "device", "precision", "overlap"})
        p.erase(name);
    const auto back = fromJson<PredictParams>(p);
    REQUIRE(back);
    CHECK(back->looks == 1);
    CHECK(back->device == "auto");
    CHECK_FALSE(back->referenceGrid);
}

TEST_CASE("parameters that make no sense are refused with a sentence", "[protocol][messages][error]")
{
    const json good = toJson(predictParams());
    REQUIRE(fromJson<PredictParams>(good));
    const std::pair<const char *, json> changes[] = {
        {"/sequences", json::array()},
        {"/sequences", "t1"},
        {"/sequences", nullptr},
        {"/sequences/0", 5},
        {"/sequences/0/sequence", "t9"},
        {"/sequences/0/geometry/size", {3, 4}},
        {"/sequences/0/geometry/size", {3, 4, 0}},
        {"/sequences/0/geometry/size", {3, 4, -5}},
        {"/sequences/0/geometry/size", {3, 4, 5.5}},
        {"/sequences/0/geometry/size", {1 << 20, 1 << 20, 1 << 20}},
        {"/sequences/0/geometry/spacing", {0, 1, 1}},
        {"/sequences/0/geometry/direction", {1, 0, 0, 1, 0, 0, 0, 0, 1}},
        {"/sequences/0/memory/fd", "3"},
        {"/sequences/0/memory/fd", std::int64_t{1} << 40},
        {"/sequences/0/memory/bytes", 1e3},
        {"/sequences/0/memory/bytes", std::numeric_limits<std::uint64_t>::max()},
        {"/looks", 0},
        {"/looks", 65},
        {"/looks", "many"},
        {"/lookKind", "guesses"},
        {"/overlap", 1.0},
        {"/overlap", -0.1},
        {"/memoryLimitBytes", -1},
        {"/output", nullptr},
    };
    for (const auto &[path, value] : changes) {
        json bad = good;
        bad[json::json_pointer(path)] = value;
        INFO(path << " = " << value.dump());
        const auto back = fromJson<PredictParams>(bad);
        REQUIRE_FALSE(back);
        CHECK(back.error().code == Errc::InvalidArgument);
        CHECK(back.error().message.ends_with("."));
    }
    for (const char *name : {"sequences", "output"}) {
        json bad = good;
        bad.erase(name);
        CHECK(fromJson<PredictParams>(bad).error().message.find(name) != std::string::npos);
    }
    CHECK_FALSE(fromJson<PredictParams>(json::array()));
    CHECK_FALSE(fromJson<PredictParams>(json(5)));
}

TEST_CASE("the reference is the sequence that shows most", "[protocol][messages]")
{
    CHECK(referenceOf({Sequence::T1, Sequence::Flair, Sequence::T1c}) == 2);
    CHECK(referenceOf({Sequence::T2, Sequence::Flair}) == 1);
    CHECK(referenceOf({Sequence::Other}) == 0);
    CHECK(referenceOf({}) == -1);
}

TEST_CASE("clicks and their answer come back from JSON as they were", "[protocol][messages][prompt]")
{
    PromptParams p;
    p.model = "m";
    p.caseKey = "patient 1, as opened at 10:42";
    p.sequences = predictParams().sequences;
    p.grid = oblique();
    p.mask = {12, 6, 60, 0};
    p.clicks = {{{1.5, -2, 30}, 4, true}, {{0, 0, 0.25}, 1, false}};
    p.device = "cpu";
    p.precision = "fp32";
    p.output = {12, 5, 60, 0};
    const auto back = fromJson<PromptParams>(json::parse(toJson(p).dump()));
    REQUIRE(back);
    CHECK(toJson(*back) == toJson(p));
    CHECK(back->clicks[1].at[2] == 0.25);
    CHECK_FALSE(back->clicks[1].belongs);
    PromptResult r;
    r.modelName = "m";
    r.schemeId = "brats-ped-2024";
    r.start = {1, 2, 3};
    r.size = {4, 5, 6};
    r.seconds = 0.5;
    r.prepareSeconds = 1.25;
    const auto result = fromJson<PromptResult>(json::parse(toJson(r).dump()));
    REQUIRE(result);
    CHECK(toJson(*result) == toJson(r));
}

TEST_CASE("clicks that say nothing of a label are refused by name", "[protocol][messages][prompt][error]")
{
    PromptParams p;
    p.sequences = predictParams().sequences;
    p.clicks = {{{1.5, -2, 30}, 4, true}};
    json wrong = toJson(p);
    wrong["clicks"][0]["label"] = 256;
    const auto tooLarge = fromJson<PromptParams>(wrong);
    REQUIRE_FALSE(tooLarge);
    CHECK(tooLarge.error().message.find("label") != std::string::npos);
    wrong = toJson(p);
    wrong["clicks"][0]["at"] = {1, 2};
    CHECK_FALSE(fromJson<PromptParams>(wrong));
    wrong = toJson(p);
    wrong["sequences"] = json::array();
    CHECK_FALSE(fromJson<PromptParams>(wrong));
    wrong = toJson(p);
    wrong.erase("caseKey");
    CHECK_FALSE(fromJson<PromptParams>(wrong));
}
