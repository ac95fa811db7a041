#include "glioscope/nets/Net.h"

#include <torch/torch.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace glio;
using namespace glio::nets;

namespace {
UNet3DOptions small(Block block, Norm norm)
{
    UNet3DOptions o;
    o.widths = {8, 16, 32};
    o.block = block;
    o.norm = norm;
    o.groups = 4;
    o.supervision = 1;
    return o;
}
} // namespace

TEST_CASE("Every preset's net has as many weights as its count says", "[nets]")
{
    for (const Preset &preset : presets()) {
        const auto net = makeNet(preset.spec);
        REQUIRE(net);
        CHECK(parameterCount(**net) == parameterCount(preset.spec).value());
    }
}

TEST_CASE("Logits come at full, half and quarter size", "[nets]")
{
    const auto block = GENERATE(Block::Plain, Block::Residual);
    const auto net = makeNet(small(block, Norm::Group).spec()).value();
    const torch::Tensor x = torch::randn({2, 4, 8, 16, 12});
    const auto all = net->forwardAll(x);
    REQUIRE(all.size() == 2);
    CHECK(all[0].sizes().vec() == std::vector<std::int64_t>{2, 5, 8, 16, 12});
    CHECK(all[1].sizes().vec() == std::vector<std::int64_t>{2, 5, 4, 8, 6});
    CHECK(net->forward(x).sizes() == all[0].sizes());
}

TEST_CASE("The fused pass without gradient equals the pass with gradient", "[nets]")
{
    const auto block = GENERATE(Block::Plain, Block::Residual);
    const auto norm = GENERATE(Norm::Instance, Norm::Group);
    torch::manual_seed(3);
    const auto net = makeNet(small(block, norm).spec()).value();
    net->eval();
    const torch::Tensor x = torch::randn({2, 4, 16, 8, 8});
    const torch::Tensor slow = net->forward(x).detach();
    const torch::NoGradGuard quiet;
    CHECK((net->forward(x) - slow).abs().max().item<double>() < 1e-4);
    net->to(torch::kBFloat16);
    CHECK((net->forward(x.to(torch::kBFloat16)).to(torch::kFloat) - slow).abs().max().item<double>() < 0.25);
}

TEST_CASE("Norm and activation in one pass equal the two of LibTorch in both layouts", "[nets]")
{
    const std::int64_t groups = GENERATE(24, 6, 1);
    const auto activation = GENERATE(Activation::LeakyRelu, Activation::Silu);
    const bool last = GENERATE(false, true);
    torch::manual_seed(5);
    torch::Tensor x = torch::randn({2, 24, 5, 7, 9}) * 3 + 2;
    if (last) x = x.contiguous(at::MemoryFormat::ChannelsLast3d);
    const torch::Tensor w = torch::rand({24}) + 0.5, b = torch::randn({24});
    const torch::Tensor normed = torch::group_norm(x.contiguous(), groups, w, b, 1e-5, false);
    const torch::Tensor expected =
        activation == Activation::Silu ? torch::silu(normed) : torch::leaky_relu(normed, 0.01);
    const torch::NoGradGuard quiet;
    CHECK((normActivate(x, w, b, groups, 1e-5, activation) - expected).abs().max().item<double>() < 2e-5);
}

TEST_CASE("A new net says background, and gradients reach every weight", "[nets]")
{
    torch::manual_seed(1);
    const auto net = makeNet(small(Block::Residual, Norm::Instance).spec()).value();
    const auto all = net->forwardAll(torch::randn({1, 4, 16, 16, 16}));
    CHECK(torch::softmax(all[0], 1).select(1, 0).mean().item<double>() > 0.3);
    torch::Tensor loss = torch::zeros({});
    for (const auto &logits : all)
        loss = loss + torch::log_softmax(logits, 1).select(1, 2).mean();
    loss.backward();
    for (const auto &item : net->named_parameters()) {
        INFO(item.key());
        REQUIRE(item.value().grad().defined());
        CHECK(item.value().grad().abs().sum().item<double>() > 0);
    }
}

TEST_CASE("A pass that is told to stop stops between blocks", "[nets]")
{
    const auto net = makeNet(small(Block::Plain, Norm::Instance).spec()).value();
    int asked = 0;
    net->setBetweenBlocks([&] { return ++asked < 3; });
    CHECK_THROWS_AS(net->forward(torch::randn({1, 4, 8, 8, 8})), Interrupted);
    CHECK(asked == 3);
}

TEST_CASE("Dropout changes a pass only while it is asked for", "[nets]")
{
    auto o = small(Block::Plain, Norm::Instance);
    o.dropout = 0.5;
    o.dropoutFrom = 0;
    const auto net = makeNet(o.spec()).value();
    net->eval();
    const torch::NoGradGuard quiet;
    const torch::Tensor x = torch::randn({1, 4, 8, 8, 8});
    const torch::Tensor plain = net->forward(x);
    CHECK(torch::equal(plain, net->forward(x)));
    net->setDropoutActive(true);
    CHECK_FALSE(torch::equal(plain, net->forward(x)));
    net->setDropoutActive(false);
    CHECK(torch::equal(plain, net->forward(x)));
}

TEST_CASE("The difference T1c - T1 is a further input where both are there, and 0 where one is missing", "[nets]")
{
    torch::manual_seed(11);
    torch::Tensor x = torch::randn({4, 4, 3, 4, 5});
    x.select(4, 0).zero_();                 // background
    x.select(0, 1).select(0, 0).zero_();    // no T1
    x.select(0, 2).select(0, 1).zero_();    // no T1c
    x.select(0, 3).narrow(0, 0, 2).zero_(); // neither
    const torch::Tensor y = withDifference(x);
    REQUIRE(y.sizes().vec() == std::vector<std::int64_t>{4, 5, 3, 4, 5});
    CHECK(torch::equal(y.narrow(1, 0, 4), x));
    CHECK(torch::equal(y.select(0, 0).select(0, 4), x.select(0, 0).select(0, 1) - x.select(0, 0).select(0, 0)));
    CHECK(y.select(0, 0).select(0, 4).select(2, 0).abs().max().item<double>() == 0);
    CHECK(y.narrow(0, 1, 3).select(1, 4).abs().max().item<double>() == 0);
}

TEST_CASE("A net with the difference reads four channels and sees the fifth", "[nets]")
{
    auto o = small(Block::Plain, Norm::Instance);
    o.difference = true;
    torch::manual_seed(12);
    const auto net = makeNet(o.spec()).value();
    CHECK(net->inputs() == 4);
    CHECK(parameterCount(*net) == parameterCount(o.spec()).value());
    net->eval();
    const torch::NoGradGuard quiet;
    torch::Tensor weight = net->named_parameters()["enc0.conv1.weight"];
    REQUIRE(weight.size(1) == 5);
    const torch::Tensor x = torch::randn({1, 4, 8, 8, 8});
    const torch::Tensor both = net->forward(x);
    torch::Tensor none = x.clone();
    none.select(1, 0).zero_();
    const torch::Tensor withoutT1 = net->forward(none);
    weight.select(1, 4).zero_(); // blind to the difference
    CHECK_FALSE(torch::allclose(net->forward(x), both));
    CHECK(torch::equal(net->forward(none), withoutT1));
}

TEST_CASE("A net with prompts reads the sequences alone as prompts of nothing", "[nets][prompts]")
{
    UNet3DOptions o;
    o.widths = {4, 8};
    o.supervision = 0;
    o.prompts = 8;
    o.difference = GENERATE(false, true);
    torch::manual_seed(2);
    const auto net = makeNet(o.spec()).value();
    CHECK(net->inputs() == 4);
    CHECK(net->prompts() == 8);
    CHECK(net->named_parameters()["enc0.conv1.weight"].size(1) == (o.difference ? 13 : 12));
    CHECK(parameterCount(*net) == parameterCount(o.spec()).value());
    const torch::Tensor x = torch::randn({1, 4, 8, 8, 8}), nothing = torch::zeros({1, 8, 8, 8, 8});
    const torch::Tensor alone = net->forward(x);
    CHECK(torch::equal(alone, net->forward(torch::cat({x, nothing}, 1))));
    CHECK_FALSE(torch::allclose(alone, net->forward(torch::cat({x, torch::ones_like(nothing)}, 1))));
}
