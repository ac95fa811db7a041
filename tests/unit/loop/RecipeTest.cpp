#include "glioscope/loop/Recipe.h"
#include "TestFolder.h"
#include "glioscope/loop/Precision.h"
#include "glioscope/loop/RunFolder.h"
#include "glioscope/loop/SampleFeed.h"
#include "glioscope/loop/Schedule.h"
#include "glioscope/loop/Score.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <chrono>
#include <fstream>
#include <map>
#include <thread>

using namespace glio;
using namespace glio::loop;
using Catch::Approx;

TEST_CASE("RateSchedule warms up in a line, then follows half a cosine to its end", "[loop][schedule]")
{
    const RateSchedule schedule{.peak = 2e-3, .warmupSteps = 10, .finalShare = 0.01};
    CHECK(schedule.rate(0, 0, 0) == Approx(2e-4));
    CHECK(schedule.rate(4, 0, 0) == Approx(1e-3));
    CHECK(schedule.rate(9, 0, 0) == Approx(2e-3));
    CHECK(schedule.rate(100, 0, 0.5) == Approx(2e-3 * (0.01 + 0.99 * 0.5)));
    CHECK(schedule.rate(1000, 0, 1.0) == Approx(2e-5));
    CHECK(schedule.rate(1000, 0, 1.7) == Approx(2e-5));
    CHECK(RateSchedule{.peak = 1, .warmupSteps = 0}.rate(0, 0, 0) == 1);
}

TEST_CASE("polynomialRate is nnU-Net's", "[loop][schedule]")
{
    CHECK(polynomialRate(0.01, 0.5) == Approx(0.005359).epsilon(1e-4));
}

TEST_CASE("OneCycle climbs and falls over the real number of steps, as torch's does", "[loop][schedule]")
{
    // torch.optim.lr_scheduler.OneCycleLR(max_lr=1, total_steps=10, pct_start=0.3): 0.04, 0.52, 1, 0.9505 … 4e-6.
    const RateSchedule schedule{
        .peak = 1, .kind = "onecycle", .warmupShare = 0.3, .startDivisor = 25, .endDivisor = 1e4};
    CHECK(schedule.rate(0, 10, 0) == Approx(0.04));
    CHECK(schedule.rate(1, 10, 0.1) == Approx(0.52));
    CHECK(schedule.rate(2, 10, 0.2) == Approx(1));
    CHECK(schedule.rate(3, 10, 0.3) == Approx(0.950484).epsilon(1e-5));
    CHECK(schedule.rate(9, 10, 0.9) == Approx(4e-6));
    CHECK(schedule.rate(77, 0, 0) == Approx(0.04)); // a stage that ends by the clock: by its share
    CHECK(schedule.rate(77, 0, 0.3) == Approx(1));
    CHECK(schedule.rate(77, 0, 1) == Approx(4e-6));
}

TEST_CASE("poly and constant follow their warm-up", "[loop][schedule]")
{
    const RateSchedule poly{.peak = 0.01, .warmupSteps = 0, .kind = "poly"};
    CHECK(poly.rate(500, 1000, 0.5) == Approx(0.005359).epsilon(1e-4));
    const RateSchedule level{.peak = 0.01, .warmupSteps = 4, .kind = "plateau"};
    CHECK(level.rate(1, 1000, 0.1) == Approx(0.005));
    CHECK(level.rate(900, 1000, 0.9) == Approx(0.01));
}

TEST_CASE("Plateau lowers the rate after too many validations without progress", "[loop][schedule]")
{
    const Plateau plateau{.patience = 2, .factor = 0.5};
    double best = -1, factor = 1;
    int since = 0;
    CHECK_FALSE(plateau.update(0.5, best, since, factor));
    CHECK_FALSE(plateau.update(0.5, best, since, factor));
    CHECK_FALSE(plateau.update(0.4, best, since, factor));
    CHECK(plateau.update(0.5, best, since, factor));
    CHECK(factor == 0.5);
    CHECK_FALSE(plateau.update(0.6, best, since, factor));
    CHECK(best == 0.6);
    CHECK(since == 0);
    CHECK_FALSE(Plateau{}.update(0, best, since, factor));
}

TEST_CASE("combinedScore weighs the regions that occur and applies floors once they count", "[loop][score]")
{
    ScoreRecipe recipe;
    recipe.weights = {{"WT", 1}, {"ET", 3}, {"CC", 5}};
    const std::map<std::string, double> dice{{"WT", 0.8}, {"ET", 0.4}, {"mean", 0.6}};
    CHECK(combinedScore(recipe, dice, 1)->value == Approx((0.8 + 3 * 0.4) / 4)); // no case has a cyst
    CHECK_FALSE(combinedScore(recipe, {{"NET", 0.5}}, 1));
    recipe.floors = {{"ET", 0.5}, {"CC", 0.9}};
    recipe.floorAfter = 2;
    CHECK(combinedScore(recipe, dice, 2)->passes);
    CHECK_FALSE(combinedScore(recipe, dice, 3)->passes);
    recipe.floors["ET"] = 0.4;
    CHECK(combinedScore(recipe, dice, 3)->passes);
    const Score low{.value = 0.3, .passes = true}, high{.value = 0.9, .passes = false};
    CHECK(low.betterThan(0.9, false));
    CHECK_FALSE(high.betterThan(0.3, true));
    CHECK(high.betterThan(0.8, false));
}

TEST_CASE("LossScaler halves on overflow and doubles after enough good steps, within its limits", "[loop][precision]")
{
    LossScaler scaler{.scale = 8, .growEvery = 3};
    scaler.update(false);
    CHECK(scaler.scale == 4);
    scaler.update(true);
    scaler.update(true);
    CHECK(scaler.scale == 4);
    scaler.update(true);
    CHECK(scaler.scale == 8);
    for (int n = 0; n < 9; ++n)
        scaler.update(false);
    CHECK(scaler.scale == LossScaler::least);
}

TEST_CASE("emaDecay is short at first and then what was asked", "[loop][schedule]")
{
    CHECK(emaDecay(0.995, 0) == Approx(0.1));
    CHECK(emaDecay(0.995, 90) == Approx(0.91));
    CHECK(emaDecay(0.995, 100000) == 0.995);
}

TEST_CASE("a recipe survives being written and read", "[loop][recipe]")
{
    Recipe recipe;
    recipe.name = "mine";
    recipe.stages = {Stage{.spacingMm = 4, .window = {32, 48, 64}, .steps = 7}, Stage{}};
    recipe.augment.drop.each = 0.25;
    recipe.data.phantoms = true;
    const auto read = parseRecipe(recipeJson(recipe), "test");
    REQUIRE(read);
    CHECK(recipeJson(*read) == recipeJson(recipe));
    CHECK(read->stages[0].window == Size3{32, 48, 64});
    CHECK(read->augment.drop.each == 0.25);
}

TEST_CASE("parseRecipe keeps defaults for what is left out, and refuses what it does not know", "[loop][recipe][error]")
{
    const auto some = parseRecipe(R"({"stages": [{"steps": 5}], "loss": {"dice": 2}})", "test");
    REQUIRE(some);
    CHECK(some->loss.dice == 2);
    CHECK(some->loss.crossEntropy == LossRecipe{}.crossEntropy);
    const auto refused = [](const char *text, const char *word) {
        const auto result = parseRecipe(text, "test");
        return !result && result.error().code == Errc::InvalidArgument &&
               result.error().message.find(word) != std::string::npos;
    };
    CHECK(refused(R"({"los": {}})", "los"));
    CHECK(refused(R"({"loss": {"dise": 2}})", "loss.dise"));
    CHECK(refused(R"({"seed": -1})", "seed"));
    CHECK(refused(R"({"seed": "one"})", "seed"));
    CHECK(refused(R"({"stages": []})", "stages"));
    CHECK(refused(R"({"stages": [{"window": [30, 32, 32]}]})", "window"));
    CHECK(refused(R"({"network": {"architecture": "no-such-net"}})", "network"));
    CHECK(refused(R"({"loss": {"kind": "hinge"}})", "loss.kind"));
    CHECK(refused(R"({"loss": {"crossEntropy": 0, "dice": 0}})", "loss.crossEntropy"));
    CHECK(refused(R"({"augment": {"kind": "none"}})", "augment.kind"));
    CHECK(refused(R"({"optimizer": "adam"})", "optimizer"));
    CHECK(refused(R"({"schedule": {"kind": "step"}})", "schedule.kind"));
    CHECK(refused(R"({"score": {"weights": {"TUMOUR": 1}}})", "TUMOUR"));
    CHECK(refused(R"({"score": {"weights": {"WT": 0}}})", "score.weights"));
    CHECK(refused(R"({"precision": "fp8"})", "precision"));
    CHECK(refused(R"({"stages": [{"accumulate": 0}]})", "accumulate"));
    CHECK(refused("[]", "JSON"));
}

TEST_CASE("withSettings changes one key, a list's entry too, and refuses unknown ones", "[loop][recipe]")
{
    const auto changed =
        withSettings(Recipe{}, {"data.scheme=brats-2021", "stages.0.minutes=2.5", "seed=9",
                                "network.options.dropout=0.1", "score.weights.CC=2", "score.floors.ET=0.2"});
    REQUIRE(changed);
    CHECK(changed->data.scheme == "brats-2021");
    CHECK(changed->stages[0].minutes == 2.5);
    CHECK(changed->seed == 9);
    CHECK(std::get<double>(changed->network.options.at("dropout")) == 0.1);
    CHECK(changed->score.weights.at("CC") == 2);
    CHECK(changed->score.weights.at("WT") == 1);
    CHECK(changed->score.floors.at("ET") == 0.2);
    CHECK_FALSE(withSettings(Recipe{}, {"data.sceme=x"}));
    CHECK_FALSE(withSettings(Recipe{}, {"stages.1.minutes=2"}));
    CHECK_FALSE(withSettings(Recipe{}, {"seed"}));
}

TEST_CASE("every recipe that comes with Glioscope can be read, and there is a standard one", "[loop][recipe]")
{
    bool standard = false;
    for (const std::string &name : recipeNames()) {
        INFO(name);
        const auto recipe = findRecipe(name);
        if (!recipe) FAIL(recipe.error().message);
        standard = standard || name == "standard";
    }
    CHECK(standard);
    CHECK_FALSE(findRecipe("no-such-recipe"));
}

TEST_CASE("SampleFeed hands samples over in order and passes the maker's error on", "[loop][feed]")
{
    SampleFeed feed(
        [](std::int64_t n) -> Result<augment::Sample> {
            if (n == 13) return fail(Errc::Io, "thirteen");
            augment::Sample sample;
            sample.window = {n, 0, 0};
            return sample;
        },
        10, 2);
    for (std::int64_t n = 10; n < 13; ++n)
        CHECK(feed.next()->window[0] == n);
    for (int again = 0; again < 2; ++again) {
        const auto failed = feed.next();
        REQUIRE_FALSE(failed);
        CHECK(failed.error().message == "thirteen");
    }
}

TEST_CASE("SampleFeed hands over the same samples in order with any number of threads", "[loop][feed]")
{
    for (const int threads : {1, 2, 7}) {
        std::atomic<int> inside{0}, most{0};
        SampleFeed feed(
            [&](std::int64_t n) -> Result<augment::Sample> {
                const int now = ++inside;
                for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(n % 3 == 0 ? 4 : 1)); // the later overtake
                --inside;
                augment::Sample sample;
                sample.window = {n, 0, 0};
                return sample;
            },
            0, 4, threads);
        for (std::int64_t n = 0; n < 40; ++n)
            REQUIRE(feed.next()->window[0] == n);
        CHECK(most <= threads);
        if (threads > 1) CHECK(most > 1);
    }
}

TEST_CASE("SampleFeed turns an exception into an error and ends when nobody asks any more", "[loop][feed]")
{
    SampleFeed throwing([](std::int64_t) -> Result<augment::Sample> { throw std::bad_alloc(); }, 0);
    CHECK(throwing.next().error().code == Errc::OutOfMemory);
    SampleFeed unused([](std::int64_t) -> Result<augment::Sample> { return augment::Sample{}; }, 0);
}

TEST_CASE("RunFolder takes away curves beyond the step that a run goes on from, and a line cut short", "[loop][folder]")
{
    const glio::test::Folder made("curves");
    const auto &path = made.path;
    auto folder = RunFolder::open(path);
    REQUIRE(folder);
    RunStatus status;
    for (status.step = 5; status.step <= 20; status.step += 5)
        REQUIRE(folder->addCurve(status));
    std::ofstream(path / "curves.csv", std::ios::app) << "2";
    REQUIRE(folder->dropCurvesAfter(10));
    std::ifstream file(path / "curves.csv");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line.substr(0, line.find(',')));
    CHECK(lines == std::vector<std::string>{"step", "5", "10"});
    std::filesystem::remove_all(path);
}

TEST_CASE("RunFolder lets one run in, tells its state, and hears a stop once", "[loop][folder]")
{
    const glio::test::Folder made("run");
    const auto &path = made.path;
    {
        auto folder = RunFolder::open(path);
        REQUIRE(folder);
        const auto second = RunFolder::open(path);
        REQUIRE_FALSE(second);
        CHECK(second.error().code == Errc::InvalidArgument);
        RunStatus status;
        status.dice["WT"] = 0.5;
        status.loss = std::nan("");
        REQUIRE(folder->writeStatus(status));
        CHECK(runState(path) == "running");
        CHECK(folder->takeCommand() == RunCommand::None);
        const auto ask = [&path](const std::string &text) { std::ofstream(path / "control.json") << text; };
        ask("{\"command\": \"stop\"}");
        CHECK(folder->takeCommand() == RunCommand::Stop);
        CHECK(folder->takeCommand() == RunCommand::None);
        for (const auto &[name, command] :
             std::map<std::string, RunCommand>{{"pause", RunCommand::Pause},
                                               {"resume", RunCommand::Resume},
                                               {"stop-and-keep-best", RunCommand::StopAndKeepBest}}) {
            ask("{\"command\": \"" + name + "\"}");
            CHECK(folder->takeCommand() == command);
        }
        ask("{\"comm"); // somebody is still writing it
        CHECK(folder->takeCommand() == RunCommand::None);
        CHECK(std::filesystem::exists(path / "control.json"));
        ask("{\"command\": \"dance\"}");
        CHECK(folder->takeCommand() == RunCommand::None);
    }
    CHECK(RunFolder::open(path));
    std::filesystem::remove_all(path);
}

TEST_CASE("A recipe that is told another architecture starts from that one's own options", "[loop][recipe]")
{
    const auto standard = findRecipe("standard");
    REQUIRE(standard);
    const auto planned = withSettings(*standard, {"network.architecture=plain-conv-unet"});
    REQUIRE(planned);
    CHECK(planned->network.architecture == "plain-conv-unet");
    CHECK(planned->network.options.empty());
    const auto narrow =
        withSettings(*standard, {"network.architecture=plain-conv-unet", "network.options.features=[8,16,32]"});
    REQUIRE(narrow);
    CHECK(narrow->network.options.size() == 1);
    const auto kept = withSettings(*standard, {"network.architecture=improved-unet3d"}); // the one that it has
    REQUIRE(kept);
    CHECK(kept->network.options.contains("widths"));
    CHECK_FALSE(withSettings(*standard, {"network.architecture=resnet"}));
}
