#include "PromptRounds.h"
#include "TestFolder.h"
#include "TrainingStep.h"
#include "glioscope/interchange/NetFile.h"
#include "glioscope/loop/Trainer.h"

#include <torch/types.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace glio;
using namespace glio::loop;
using glio::test::Folder;

namespace {

std::shared_ptr<nets::Net> promptedNet()
{
    nets::UNet3DOptions options;
    options.widths = {4, 8, 8};
    options.supervision = 1;
    options.prompts = kPromptChannels;
    torch::manual_seed(4);
    return *nets::makeNet(options.spec());
}

Recipe promptedRecipe()
{
    Recipe recipe = smokeRecipe(Recipe{});
    recipe.name = "tiny";
    recipe.validateSteps = 4;
    recipe.data.phantoms = true;
    recipe.precision = "fp32";
    recipe.threads = 1;
    recipe.stages.front().steps = 3;
    recipe.prompts.share = 0.5;
    return recipe;
}

/// Windows with a tumour in each.
std::pair<torch::Tensor, torch::Tensor> batch(std::int64_t many)
{
    auto labels = torch::zeros({many, 16, 16, 16}, torch::kUInt8);
    labels.slice(1, 4, 12).slice(2, 4, 12).slice(3, 4, 12).fill_(4);
    labels.slice(1, 6, 10).slice(2, 6, 10).slice(3, 6, 10).fill_(2);
    return {torch::randn({many, 4, 16, 16, 16}), labels};
}

torch::Tensor prompts(nets::Net &net, const PromptRecipe &recipe, std::int64_t many, std::uint64_t step = 1)
{
    const auto [images, labels] = batch(many);
    return drawTrainingPrompts(net, images, labels, recipe, torch::kCPU, Precision::Float32, {1, 2, step, 0});
}

} // namespace

TEST_CASE("Prompts are dropped in the asked share of samples, all channels together", "[loop][prompts]")
{
    const auto net = promptedNet();
    const auto used = [&](double share) {
        const auto drawn = prompts(*net, {.share = share, .mostClicks = 1, .ownMask = 0, .noMask = 0}, 120);
        return drawn.ne(0).flatten(1).any(1).sum().item<std::int64_t>();
    };
    CHECK(used(0) == 0);
    CHECK(used(1) == 120);
    const std::int64_t half = used(0.5);
    CHECK(half > 40);
    CHECK(half < 80);
}

TEST_CASE("Prompted samples hold the mask first and signed balls of clicks after it", "[loop][prompts]")
{
    const auto net = promptedNet();
    const auto drawn = prompts(*net, {.share = 1, .ownMask = 0, .noMask = 0}, 24);
    const auto masks = drawn.slice(1, 0, 4), balls = drawn.slice(1, 4);
    CHECK(((masks == 0) | (masks == 1)).all().item<bool>());
    CHECK(masks.sum(1).max().item<double>() == 1); // one label a voxel
    CHECK(balls.max().item<double>() == 1);
    CHECK(balls.min().item<double>() == -1);
    const auto unclicked = 24 - balls.ne(0).flatten(1).any(1).sum().item<std::int64_t>();
    CHECK(unclicked < 10); // one in ten has a mask alone
    // With nothing drawn yet every click adds.
    const auto fromNothing = prompts(*net, {.share = 1, .mostClicks = 1, .ownMask = 0, .noMask = 1}, 20);
    CHECK(fromNothing.slice(1, 4).min().item<double>() == 0);
    CHECK(torch::equal(fromNothing, prompts(*net, {.share = 1, .mostClicks = 1, .ownMask = 0, .noMask = 1}, 20)));
}

TEST_CASE("The net that is asked for clicks goes on training as before", "[loop][prompts]")
{
    const auto net = promptedNet();
    net->train();
    (void)prompts(*net, {.share = 1, .ownMask = 1, .noMask = 0}, 2);
    CHECK(net->is_training());
    for (const auto &parameter : net->parameters())
        CHECK_FALSE(parameter.grad().defined());
}

TEST_CASE("Voxels inside the clicks' balls weigh more in the loss", "[loop][prompts]")
{
    const auto net = promptedNet();
    const auto [images, labels] = batch(1);
    const auto input = torch::cat({images, torch::zeros({1, kPromptChannels, 16, 16, 16})}, 1);
    const auto target = labels.to(torch::kLong);
    auto close = torch::zeros({1, 16, 16, 16}, torch::kBool);
    close[0][7][7][7] = true;
    const double plain = addGradient(*net, input, target, {});
    CHECK(addGradient(*net, input, target, {.clickLoss = 1}) == Catch::Approx(plain));
    CHECK(addGradient(*net, input, target, {.clickLoss = 1}, close) > plain + 0.1); // it says background there
    CHECK(addGradient(*net, input, target, {}, close) == Catch::Approx(plain));
}

TEST_CASE("A run with prompts trains, judges its clicks and writes a model that says so", "[loop][prompts][smoke]")
{
    const Folder folder;
    const auto result = train({.out = folder / "run", .recipe = promptedRecipe()});
    INFO((result ? std::string() : result.error().message));
    REQUIRE(result);
    CHECK(result->steps == 3);
    CHECK(result->dice.contains("WT@0"));
    CHECK(result->dice.contains("WT@3"));
    CHECK(result->dice.contains("clicked"));
    const auto model = interchange::ModelFile::open(result->model);
    REQUIRE(model);
    REQUIRE(model->info().prompts);
    CHECK(model->info().prompts->mostClicks == 10);
    const auto net = interchange::loadNet(*model);
    REQUIRE(net);
    CHECK((*net)->prompts() == kPromptChannels);
}

TEST_CASE("Training with clicks starts from a model that knows none, with its answers", "[loop][prompts]")
{
    const Folder folder;
    Recipe plain = promptedRecipe();
    plain.prompts.share = 0;
    plain.stages.front().steps = 1;
    const auto first = train({.out = folder / "plain", .recipe = plain});
    REQUIRE(first);
    Recipe recipe = promptedRecipe();
    recipe.stages.front().learningRate = 1e-12; // stays where it begins
    recipe.stages.front().steps = 1;
    const auto second = train({.out = folder / "run", .recipe = recipe, .init = first->model});
    INFO((second ? std::string() : second.error().message));
    REQUIRE(second);
    const auto before = interchange::loadNet(*interchange::ModelFile::open(first->model)).value();
    const auto after = interchange::loadNet(*interchange::ModelFile::open(second->model)).value();
    const auto x = torch::randn({1, 4, 16, 16, 16});
    CHECK(torch::allclose(before->forward(x), after->forward(torch::cat({x, torch::randn({1, 8, 16, 16, 16})}, 1)),
                          1e-2, 1e-2)); // stored as float16
}

TEST_CASE("A recipe refuses prompts that make no sense", "[loop][prompts][error]")
{
    CHECK_FALSE(withSettings(Recipe{}, {"prompts.share=1.5"}));
    CHECK_FALSE(withSettings(Recipe{}, {"prompts.mostClicks=0"}));
    CHECK_FALSE(withSettings(Recipe{}, {"prompts.ownMask=0.8", "prompts.noMask=0.3"}));
    CHECK_FALSE(withSettings(Recipe{}, {"network.architecture=plain-conv-unet", "prompts.share=0.5"}));
    CHECK(withSettings(Recipe{}, {"prompts.share=0.5"}));
}
