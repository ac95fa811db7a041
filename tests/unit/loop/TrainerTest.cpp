#include "glioscope/loop/Trainer.h"
#include "glioscope/interchange/ModelFile.h"
#include "glioscope/loop/Checkpoint.h"
#include "glioscope/nets/Net.h"

#include <torch/types.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <unistd.h>

using namespace glio;
using namespace glio::loop;
using Catch::Approx;

namespace {

struct Folder {
    std::filesystem::path path;
    explicit Folder(const std::string &name)
        : path(std::filesystem::temp_directory_path() / ("glio-" + name + '-' + std::to_string(::getpid())))
    {
        std::filesystem::remove_all(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
};

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
    recipe.data.phantoms = true;
    recipe.precision = "fp32";
    recipe.threads = 1;
    recipe.stages.front().steps = steps;
    return recipe;
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
    AdamW optimizer{.weightDecay = 0};
    optimizer.start(flat);
    const auto before = flat.values.clone();
    flat.gradient.copy_(torch::randn_like(flat.gradient).add(3));
    optimizer.step(flat, 0.01);
    CHECK((before - flat.values - 0.01 * flat.gradient.sign()).abs().max().item<double>() < 1e-4);
}

TEST_CASE("AdamW decays weights of convolutions and nothing else", "[loop][optimizer]")
{
    const auto net = tinyNet();
    FlatParameters flat(*net);
    flat.values.fill_(1);
    AdamW optimizer{.weightDecay = 0.5};
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
    AdamW optimizer;
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
    AdamW otherOptimizer;
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

    const auto resumed = train({.out = parts.path, .device = "cpu", .deterministic = true, .resume = true});
    if (!resumed) FAIL(resumed.error().message);
    REQUIRE(resumed->losses.size() == 8);
    for (std::size_t n = 0; n < 8; ++n) {
        INFO(n);
        CHECK(resumed->losses[n] == Approx(atOnce->losses[n]).epsilon(1e-4));
    }
    CHECK(resumed->dice.at("WT") == Approx(atOnce->dice.at("WT")).margin(1e-3));

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
