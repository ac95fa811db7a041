#include "glioscope/loop/Recipe.h"
#include "glioscope/loop/RunFolder.h"
#include "glioscope/loop/SampleFeed.h"
#include "glioscope/loop/Schedule.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <unistd.h>

using namespace glio;
using namespace glio::loop;
using Catch::Approx;

TEST_CASE("RateSchedule warms up in a line, then follows half a cosine to its end", "[loop][schedule]")
{
    const RateSchedule schedule{.peak = 2e-3, .warmupSteps = 10, .finalShare = 0.01};
    CHECK(schedule.rate(0, 0) == Approx(2e-4));
    CHECK(schedule.rate(4, 0) == Approx(1e-3));
    CHECK(schedule.rate(9, 0) == Approx(2e-3));
    CHECK(schedule.rate(100, 0.5) == Approx(2e-3 * (0.01 + 0.99 * 0.5)));
    CHECK(schedule.rate(1000, 1.0) == Approx(2e-5));
    CHECK(schedule.rate(1000, 1.7) == Approx(2e-5));
    CHECK(RateSchedule{.peak = 1, .warmupSteps = 0}.rate(0, 0) == 1);
}

TEST_CASE("polynomialRate is nnU-Net's", "[loop][schedule]")
{
    CHECK(polynomialRate(0.01, 0.5) == Approx(0.005359).epsilon(1e-4));
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
    CHECK(refused("[]", "JSON"));
}

TEST_CASE("withSettings changes one key, a list's entry too, and refuses unknown ones", "[loop][recipe]")
{
    const auto changed = withSettings(
        Recipe{}, {"data.scheme=brats-2021", "stages.0.minutes=2.5", "seed=9", "network.options.dropout=0.1"});
    REQUIRE(changed);
    CHECK(changed->data.scheme == "brats-2021");
    CHECK(changed->stages[0].minutes == 2.5);
    CHECK(changed->seed == 9);
    CHECK(std::get<double>(changed->network.options.at("dropout")) == 0.1);
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

TEST_CASE("SampleFeed turns an exception into an error and ends when nobody asks any more", "[loop][feed]")
{
    SampleFeed throwing([](std::int64_t) -> Result<augment::Sample> { throw std::bad_alloc(); }, 0);
    CHECK(throwing.next().error().code == Errc::OutOfMemory);
    SampleFeed unused([](std::int64_t) -> Result<augment::Sample> { return augment::Sample{}; }, 0);
}

TEST_CASE("RunFolder lets one run in, tells its state, and hears a stop once", "[loop][folder]")
{
    const auto path = std::filesystem::temp_directory_path() / ("glio-run-" + std::to_string(::getpid()));
    std::filesystem::remove_all(path);
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
        CHECK_FALSE(folder->stopRequested());
        std::ofstream(path / "control.json") << "{\"command\": \"stop\"}";
        CHECK(folder->stopRequested());
        CHECK_FALSE(folder->stopRequested());
    }
    CHECK(RunFolder::open(path));
    std::filesystem::remove_all(path);
}
