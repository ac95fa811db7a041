#include "glioscope/loop/Trainer.h"
#include "TestFolder.h"
#include "TrainingStep.h"
#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Sha256.h"
#include "glioscope/interchange/ModelFile.h"
#include "glioscope/loop/Checkpoint.h"
#include "glioscope/nets/Net.h"

#include <torch/types.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <fstream>
#include <memory>

using namespace glio;
using namespace glio::loop;
using Catch::Approx;
using glio::test::Folder;

namespace {

std::shared_ptr<nets::Net> tinyNet()
{
    nets::UNet3DOptions options;
    options.widths = {4, 8, 8};
    options.supervision = 1;
    return *nets::makeNet(options.spec());
}

Recipe tinyRecipe(std::int64_t steps)
{
    Recipe recipe = smokeRecipe(Recipe{});
    recipe.name = "tiny";
    recipe.validateSteps = 2;
    recipe.data.phantoms = true;
    recipe.precision = "fp32";
    recipe.threads = 1;
    recipe.stages.front().steps = steps;
    return recipe;
}

std::string modelHash(const std::filesystem::path &run)
{
    const auto bytes = readFile(run / "model" / "model.safetensors");
    return bytes ? sha256Hex(std::as_bytes(std::span(*bytes))) : bytes.error().message;
}

// Stops at `step` as Ctrl-C does.
TrainRequest stoppingAt(std::int64_t step, TrainRequest request)
{
    const auto seen = std::make_shared<std::int64_t>(0);
    request.onStatus = [seen](const RunStatus &status) { *seen = status.step; };
    request.interrupted = [seen, step] { return *seen >= step; };
    return request;
}

void ask(const std::filesystem::path &run, const std::string &command)
{
    std::ofstream(run / "control.json") << "{\"command\": \"" + command + "\"}";
}

} // namespace

TEST_CASE("FlatParameters makes the net's weights and gradients views of two arrays", "[loop][parameters]")
{
    torch::manual_seed(1);
    const auto net = tinyNet();
    const auto before = net->forward(torch::ones({1, 4, 8, 8, 8}));
    FlatParameters flat(*net);
    CHECK(flat.values.numel() == nets::parameterCount(*net));
    CHECK(torch::equal(net->forward(torch::ones({1, 4, 8, 8, 8})), before));
    net->forward(torch::randn({1, 4, 8, 8, 8})).sum().backward();
    CHECK(flat.gradient.abs().sum().item<double>() > 0);
    flat.values.zero_();
    CHECK(net->forward(torch::ones({1, 4, 8, 8, 8})).abs().sum().item<double>() == 0);
}

TEST_CASE("AdamW's first step moves every weight by the rate against its gradient's sign", "[loop][optimizer]")
{
    const auto net = tinyNet();
    FlatParameters flat(*net);
    Optimizer optimizer{.weightDecay = 0};
    optimizer.start(flat);
    const auto before = flat.values.clone();
    flat.gradient.copy_(torch::randn_like(flat.gradient).add(3));
    optimizer.step(flat, 0.01);
    CHECK((before - flat.values - 0.01 * flat.gradient.sign()).abs().max().item<double>() < 1e-4);
}

TEST_CASE("SGD with Nesterov's momentum steps as torch's does", "[loop][optimizer]")
{
    // By hand, rate 0.1, momentum 0.9, gradient 1 twice: buffer 1, then 1.9; steps 0.1 * 1.9 and 0.1 * 2.71.
    const auto net = tinyNet();
    FlatParameters flat(*net);
    flat.values.zero_();
    Optimizer optimizer{.kind = "sgd", .momentum = 0.9, .weightDecay = 0};
    optimizer.start(flat);
    CHECK_FALSE(optimizer.second.defined());
    flat.gradient.fill_(1);
    optimizer.step(flat, 0.1);
    CHECK(flat.values[0].item<double>() == Approx(-0.19));
    optimizer.step(flat, 0.1);
    CHECK(flat.values[0].item<double>() == Approx(-0.461));
}

TEST_CASE("AdamW decays weights of convolutions and nothing else", "[loop][optimizer]")
{
    const auto net = tinyNet();
    FlatParameters flat(*net);
    flat.values.fill_(1);
    Optimizer optimizer{.weightDecay = 0.5};
    optimizer.start(flat);
    optimizer.step(flat, 0.1); // no gradient: decay alone
    for (const auto &[name, tensor] : flat.named(flat.values)) {
        INFO(name);
        CHECK(tensor.max().item<double>() == Approx(tensor.dim() > 1 ? 0.95 : 1.0));
    }
}

TEST_CASE("clipGradient scales a long gradient to the length asked and says how long it was", "[loop][optimizer]")
{
    auto gradient = torch::full({16}, 2.0f);
    CHECK(clipGradient(gradient, 4) == Approx(8));
    CHECK(gradient.norm().item<double>() == Approx(4));
    CHECK(clipGradient(gradient, 5) == Approx(4));
    CHECK(gradient.norm().item<double>() == Approx(4));
}

TEST_CASE("WeightAverage forgets its start quickly and follows slowly later", "[loop][ema]")
{
    const auto net = tinyNet();
    FlatParameters flat(*net);
    flat.values.zero_();
    WeightAverage average{.most = 0.9};
    average.start(flat);
    flat.values.fill_(1);
    average.update(flat); // decay 1/10
    CHECK(average.average[0].item<double>() == Approx(0.9));
    average.updates = 1000;
    flat.values.zero_();
    average.update(flat); // decay 0.9
    CHECK(average.average[0].item<double>() == Approx(0.81));
}

TEST_CASE("a checkpoint gives back weights, moments, average and state, bit for bit", "[loop][checkpoint]")
{
    const Folder folder("checkpoint");
    std::filesystem::create_directories(folder.path);
    const auto net = tinyNet();
    FlatParameters flat(*net);
    Optimizer optimizer;
    optimizer.start(flat);
    WeightAverage average;
    average.start(flat);
    flat.gradient.normal_();
    optimizer.step(flat, 0.01);
    average.update(flat);
    TrainState state{.step = 12,
                     .stage = 1,
                     .stepInStage = 3,
                     .seconds = 4.5,
                     .bestDice = 0.25,
                     .dice = {{"WT", 0.3}},
                     .losses = {3, 2, 1}};
    const auto path = folder.path / "checkpoint-last.safetensors";
    REQUIRE(writeCheckpoint(path, flat, optimizer, average, state));
    CHECK(std::filesystem::exists(folder.path / "checkpoint-last.json"));

    const auto other = tinyNet();
    FlatParameters otherFlat(*other);
    Optimizer otherOptimizer;
    WeightAverage otherAverage;
    TrainState read;
    REQUIRE(readCheckpoint(path, otherFlat, otherOptimizer, otherAverage, read));
    CHECK(torch::equal(otherFlat.values, flat.values));
    CHECK(torch::equal(otherOptimizer.second, optimizer.second));
    CHECK(torch::equal(otherAverage.average, average.average));
    CHECK(otherOptimizer.updates == 1);
    CHECK(read.step == 12);
    CHECK(read.dice.at("WT") == 0.3);
    CHECK(read.losses == std::vector<float>{3, 2, 1});

    SECTION("and one of another net is refused and changes nothing")
    {
        nets::UNet3DOptions options;
        options.widths = {8, 8, 8};
        options.supervision = 1;
        const auto wider = *nets::makeNet(options.spec());
        FlatParameters wideFlat(*wider);
        const auto before = wideFlat.values.clone();
        const auto refused = readCheckpoint(path, wideFlat, otherOptimizer, otherAverage, read);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::ModelMismatch);
        CHECK(torch::equal(wideFlat.values, before));
    }
}

TEST_CASE("training that was interrupted and resumed ends with the losses of one that was not", "[loop][train]")
{
    const Folder whole("whole"), parts("parts");
    const auto atOnce = train({.out = whole.path, .recipe = tinyRecipe(8), .device = "cpu", .deterministic = true});
    if (!atOnce) FAIL(atOnce.error().message);
    CHECK(atOnce->losses.size() == 8);
    CHECK(std::filesystem::exists(whole.path / "model" / "model.safetensors"));
    CHECK(std::filesystem::exists(whole.path / "model" / "model.json"));
    CHECK(std::filesystem::exists(whole.path / "checkpoint-best.safetensors"));
    CHECK(runState(whole.path) == "finished");

    int asked = 0;
    TrainRequest request{.out = parts.path, .recipe = tinyRecipe(8), .device = "cpu", .deterministic = true};
    std::int64_t steps = 0;
    request.onStatus = [&steps](const RunStatus &status) { steps = status.step; };
    request.interrupted = [&] { return ++asked > 0 && steps >= 3; };
    const auto stopped = train(request);
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == Errc::Cancelled);
    CHECK(runState(parts.path) == "stopped");
    CHECK_FALSE(std::filesystem::exists(parts.path / "model"));

    const auto refused = train({.out = parts.path, .recipe = tinyRecipe(8), .device = "cpu"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("--resume") != std::string::npos);

    const auto resumed = train({.out = parts.path, .device = "cpu", .resume = true}); // deterministic: it was
    if (!resumed) FAIL(resumed.error().message);
    CHECK(resumed->losses == atOnce->losses);
    CHECK(resumed->dice == atOnce->dice);
    CHECK(modelHash(parts.path) == modelHash(whole.path));

    const auto again = train({.out = parts.path, .device = "cpu", .resume = true});
    REQUIRE(again);
    CHECK(again->steps == 8);
}

TEST_CASE("control.json stops a run, which can be resumed", "[loop][train]")
{
    const Folder folder("control");
    TrainRequest request{.out = folder.path, .recipe = tinyRecipe(1000), .device = "cpu"};
    request.onStatus = [&folder](const RunStatus &status) {
        if (status.step == 2) std::ofstream(folder.path / "control.json") << "{\"command\": \"stop\"}";
    };
    const auto result = train(request);
    if (!result) FAIL(result.error().message);
    CHECK(result->stopped);
    CHECK(result->steps < 10);
    CHECK(std::filesystem::exists(folder.path / "checkpoint-last.safetensors"));
}

TEST_CASE("a run of two stages stopped anywhere, twice, ends with the very weights of one that went through",
          "[loop][train][resume]")
{
    // All that has a memory is on: SGD, plateau, average, accumulation, dropout, early stop that does not strike.
    Recipe recipe = tinyRecipe(5);
    recipe.optimizer = "sgd";
    recipe.schedule.kind = "plateau";
    recipe.schedule.plateauPatience = 1;
    recipe.stages.front().learningRate = 0.005;
    recipe.stages.front().accumulate = 2;
    recipe.stages.front().window = {16, 16, 16};
    recipe.stages.push_back(recipe.stages.front());
    recipe.stages[0].spacingMm = 8;
    recipe.network.options["dropout"] = 0.2;
    recipe.earlyStop = 50;
    const Folder whole("resume-whole");
    const auto atOnce = train({.out = whole.path, .recipe = recipe, .device = "cpu", .deterministic = true});
    if (!atOnce) FAIL(atOnce.error().message);
    CHECK(atOnce->steps == 10);
    for (const auto &[first, second] : std::vector<std::pair<std::int64_t, std::int64_t>>{{5, 7}, {1, 4}, {6, 10}}) {
        INFO(first << ", " << second);
        const Folder parts("resume-parts");
        CHECK_FALSE(
            train(stoppingAt(first, {.out = parts.path, .recipe = recipe, .device = "cpu", .deterministic = true})));
        CHECK_FALSE(train(stoppingAt(second, {.out = parts.path, .device = "cpu", .resume = true})));
        const auto last = train({.out = parts.path, .device = "cpu", .resume = true});
        if (!last) FAIL(last.error().message);
        CHECK(last->losses == atOnce->losses);
        CHECK(modelHash(parts.path) == modelHash(whole.path));
    }
}

TEST_CASE("accumulating two batches of one is the gradient of one batch of two", "[loop][train][step]")
{
    torch::manual_seed(3);
    const auto net = tinyNet();
    FlatParameters flat(*net);
    const auto input = torch::randn({2, 4, 8, 8, 8});
    const auto target = torch::randint(0, 5, {2, 8, 8, 8}, torch::kLong);
    StepOptions options{.clip = 1e9};
    const auto both = forwardBackward(*net, flat, input, target, options);
    const auto expected = flat.gradient.clone();
    options.parts = 2;
    flat.gradient.zero_();
    double loss = 0;
    for (int n = 0; n < 2; ++n)
        loss += addGradient(*net, input.narrow(0, n, 1), target.narrow(0, n, 1), options) / 2;
    CHECK(finishGradient(flat, options) == Approx(both.gradientLength).epsilon(1e-4));
    CHECK(loss == Approx(both.loss).epsilon(1e-5));
    CHECK((flat.gradient - expected).abs().max().item<double>() < 1e-5);
}

TEST_CASE("the loss scale leaves the gradient as it is, and is taken out before the clip", "[loop][train][step]")
{
    torch::manual_seed(3);
    const auto net = tinyNet();
    FlatParameters flat(*net);
    const auto input = torch::randn({1, 4, 8, 8, 8});
    const auto target = torch::randint(0, 5, {1, 8, 8, 8}, torch::kLong);
    const auto plain = forwardBackward(*net, flat, input, target, {.clip = 0.01});
    const auto expected = flat.gradient.clone();
    const auto scaled = forwardBackward(*net, flat, input, target, {.clip = 0.01, .lossScale = 1024});
    CHECK(scaled.gradientLength == Approx(plain.gradientLength).epsilon(1e-4));
    CHECK(flat.gradient.norm().item<double>() == Approx(0.01).epsilon(1e-4));
    CHECK((flat.gradient - expected).abs().max().item<double>() < 1e-6);
}

TEST_CASE("every optimiser, schedule and precision trains", "[loop][train]")
{
    Recipe recipe = tinyRecipe(6);
    recipe.validateSteps = 6;
    recipe.data.validationPhantoms = 1;
    SECTION("SGD, poly") { recipe.optimizer = "sgd", recipe.schedule.kind = "poly"; }
    SECTION("OneCycle") { recipe.schedule.kind = "onecycle"; }
    SECTION("float16") { recipe.precision = "fp16"; }
    SECTION("bfloat16") { recipe.precision = "bf16"; }
    const Folder folder("ways");
    const auto result = train({.out = folder.path, .recipe = recipe, .device = "cpu"});
    if (!result) FAIL(result.error().message);
    REQUIRE(result->losses.size() >= 1);
    CHECK(std::isfinite(result->losses.back()));
    CHECK(result->skippedSteps == 0);
    CHECK(modelHash(folder.path).size() == 64);
}

TEST_CASE("a stage ends early after enough validations without a better score", "[loop][train]")
{
    Recipe recipe = tinyRecipe(40);
    recipe.stages.front().learningRate = 1e-9; // nothing gets better
    recipe.validateSteps = 1;
    recipe.earlyStop = 3;
    recipe.data.validationPhantoms = 1;
    const Folder folder("early");
    const auto result = train({.out = folder.path, .recipe = recipe, .device = "cpu", .deterministic = true});
    if (!result) FAIL(result.error().message);
    CHECK(result->steps < 20);
    CHECK(runState(folder.path) == "finished");
}

TEST_CASE("steps without a finite loss are left out, counted, and end the run when too many follow each other",
          "[loop][train][error]")
{
    Recipe recipe = tinyRecipe(40);
    recipe.stages.front().learningRate = 9; // blows up
    recipe.stages.front().warmupSteps = 0;
    recipe.clip = 1e30;
    recipe.weightDecay = 1e30;
    recipe.skipLimit = 4;
    recipe.validateSteps = 100;
    const Folder folder("nan");
    const auto result = train({.out = folder.path, .recipe = recipe, .device = "cpu"});
    REQUIRE_FALSE(result);
    CHECK(result.error().message.find("no finite loss") != std::string::npos);
    CHECK(runState(folder.path) == "failed");
    const auto state = readState(folder.path / "checkpoint-last.safetensors");
    REQUIRE(state); // the one from before is whole
    CHECK(state->skipped < 4);
}

TEST_CASE("control.json pauses a run and lets it go on with the same numbers", "[loop][train][control]")
{
    const Folder whole("unpaused"), folder("paused");
    const auto expected = train({.out = whole.path, .recipe = tinyRecipe(4), .device = "cpu", .deterministic = true});
    REQUIRE(expected);
    TrainRequest request{.out = folder.path, .recipe = tinyRecipe(4), .device = "cpu", .deterministic = true};
    bool waited = false;
    request.onStatus = [&](const RunStatus &status) {
        if (status.step == 2 && !waited) ask(folder.path, "pause");
        if (status.state == "paused") waited = true;
    };
    std::string seen;
    request.interrupted = [&] { // asked while it waits, too
        if (waited && seen.empty()) {
            seen = runState(folder.path);
            ask(folder.path, "resume");
        }
        return false;
    };
    const auto result = train(request);
    if (!result) FAIL(result.error().message);
    CHECK(seen == "paused");
    CHECK(result->losses == expected->losses);
    CHECK(modelHash(folder.path) == modelHash(whole.path));
}

TEST_CASE("control.json ends a run with the best model so far", "[loop][train][control]")
{
    const Folder folder("keep-best");
    TrainRequest request{.out = folder.path, .recipe = tinyRecipe(1000), .device = "cpu"};
    request.onStatus = [&folder](const RunStatus &status) {
        if (status.step == 3) ask(folder.path, "stop-and-keep-best");
    };
    const auto result = train(request);
    if (!result) FAIL(result.error().message);
    CHECK_FALSE(result->stopped);
    CHECK(result->steps < 10);
    CHECK(interchange::ModelFile::open(result->model));
    CHECK(runState(folder.path) == "finished");
}

TEST_CASE("stages follow each other with the same weights, and the model carries the last one's spacing first",
          "[loop][train]")
{
    const Folder folder("stages");
    Recipe recipe = tinyRecipe(3);
    recipe.stages.push_back(recipe.stages.front());
    recipe.stages[0].spacingMm = 8;
    recipe.data.validationPhantoms = 1;
    recipe.validateSteps = 0;
    const auto result = train({.out = folder.path, .recipe = recipe, .device = "cpu"});
    if (!result) FAIL(result.error().message);
    CHECK(result->steps == 6);
    const auto model = interchange::ModelFile::open(result->model);
    REQUIRE(model);
    CHECK(model->info().spacingsMm == std::vector<double>{6, 8});
    CHECK(model->info().window == recipe.stages[1].window);
    CHECK(model->weights());
}

TEST_CASE("a run that cannot start says why", "[loop][train][error]")
{
    const Folder folder("refused");
    Recipe byClock = tinyRecipe(0);
    CHECK(train({.out = folder.path / "a", .recipe = byClock, .device = "cpu", .deterministic = true}).error().code ==
          Errc::InvalidArgument);
    CHECK(train({.out = folder.path / "b", .recipe = tinyRecipe(1), .device = "tpu"}).error().code ==
          Errc::InvalidArgument);
    CHECK_FALSE(
        train({.data = folder.path / "none", .out = folder.path / "c", .recipe = tinyRecipe(1), .device = "cpu"}));
    CHECK_FALSE(train({.out = folder.path / "d", .device = "cpu", .resume = true}));
}
