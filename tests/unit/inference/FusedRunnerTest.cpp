#include "Runner.h"

#include <torch/torch.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace glio;
using namespace glio::inference;

namespace {
const auto goOn = [] { return true; };
} // namespace

TEST_CASE("Our own runner computes what LibTorch computes", "[inference]")
{
    const auto block = GENERATE(nets::Block::Plain, nets::Block::Residual);
    const auto norm = GENERATE(nets::Norm::Instance, nets::Norm::Group);
    const auto widths = GENERATE(std::vector<std::int64_t>{16, 32, 64}, std::vector<std::int64_t>{8, 24, 40});
    const auto dilations = GENERATE(std::vector<std::int64_t>{}, std::vector<std::int64_t>{1, 2, 2});
    const auto precision = GENERATE(Precision::Float32, Precision::BFloat16);
    nets::UNet3DOptions o;
    o.block = block;
    o.norm = norm;
    o.widths = widths;
    o.groups = 4;
    o.dilations = dilations;
    o.bottleneckDilation = dilations.empty() ? 1 : 4;
    o.supervision = 0;
    if (!canFuse(o.spec(), precision)) SKIP("this processor has not the instructions");
    torch::manual_seed(17);
    const auto net = nets::makeNet(o.spec()).value();
    net->eval();
    const torch::NoGradGuard quiet;
    for (auto &item : net->named_parameters()) // biases and norms that matter
        if (item.value().dim() == 1) item.value().add_(0.3 * torch::randn_like(item.value()));
    const torch::Tensor x = torch::randn({1, 4, 12, 20, 36});
    const torch::Tensor expected = net->forward(x);
    const auto runner = makeFusedRunner(*net, precision);
    REQUIRE(runner);
    const torch::Tensor first = runner->logits(x, goOn);
    REQUIRE(first.sizes() == expected.sizes());
    const double error = (first - expected).pow(2).mean().sqrt().item<double>() / expected.std().item<double>();
    CHECK(error < (precision == Precision::Float32 ? 1e-5 : 0.03));
    SECTION("a second window is not touched by the first, and repeats bit for bit")
    {
        const torch::Tensor y = torch::randn({1, 4, 12, 20, 36});
        (void)runner->logits(y, goOn);
        CHECK(torch::equal(runner->logits(x, goOn), first));
        const torch::Tensor other = torch::randn({1, 4, 8, 8, 8}); // another size
        CHECK((runner->logits(other, goOn) - net->forward(other)).pow(2).mean().sqrt().item<double>() < 0.1);
        CHECK(torch::equal(runner->logits(x, goOn), first));
    }
}

TEST_CASE("Our own runner derives the difference T1c - T1 as the net does", "[inference]")
{
    const auto precision = GENERATE(Precision::Float32, Precision::BFloat16);
    const auto block = GENERATE(nets::Block::Plain, nets::Block::Residual);
    const int missing = GENERATE(-1, 0, 1);
    nets::UNet3DOptions o;
    o.widths = {16, 32};
    o.block = block;
    o.supervision = 0;
    o.difference = true;
    if (!canFuse(o.spec(), precision)) SKIP("this processor has not the instructions");
    torch::manual_seed(19);
    const auto net = nets::makeNet(o.spec()).value();
    net->eval();
    const torch::NoGradGuard quiet;
    net->named_parameters()["enc0.conv1.weight"].select(1, 4).mul_(5); // the difference matters
    torch::Tensor x = torch::randn({1, 4, 8, 12, 20});
    if (missing >= 0) x.select(1, missing).zero_();
    const torch::Tensor expected = net->forward(x);
    const torch::Tensor found = makeFusedRunner(*net, precision)->logits(x, goOn);
    const double error = (found - expected).pow(2).mean().sqrt().item<double>() / expected.std().item<double>();
    CHECK(error < (precision == Precision::Float32 ? 1e-5 : 0.03));
}

TEST_CASE("Our own runner stops between blocks and repeats dropout by its seed", "[inference]")
{
    nets::UNet3DOptions o;
    o.widths = {16, 32};
    o.supervision = 0;
    o.dropout = 0.5;
    o.dropoutFrom = 0;
    if (!canFuse(o.spec(), Precision::Float32)) SKIP("this processor has not the instructions");
    const auto net = nets::makeNet(o.spec()).value();
    net->eval();
    const torch::NoGradGuard quiet;
    const auto runner = makeFusedRunner(*net, Precision::Float32);
    const torch::Tensor x = torch::randn({1, 4, 8, 8, 8});
    int asked = 0;
    CHECK_THROWS_AS(runner->logits(x, [&] { return ++asked < 3; }), nets::Interrupted);
    CHECK(asked == 3);
    const torch::Tensor plain = runner->logits(x, goOn);
    runner->setDropout(5);
    const torch::Tensor once = runner->logits(x, goOn);
    runner->setDropout(5);
    CHECK(torch::equal(once, runner->logits(x, goOn)));
    CHECK_FALSE(torch::equal(once, plain));
    runner->setDropout(std::nullopt);
    CHECK(torch::equal(plain, runner->logits(x, goOn)));
}
