#include "glioscope/nets/ConvUNetSpec.h"
#include "glioscope/nets/Net.h"
#include "glioscope/nets/NetShape.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

using namespace glio;
using namespace glio::nets;

namespace {
ConvUNetOptions small(Encoder encoder)
{
    ConvUNetOptions o;
    o.encoder = encoder;
    o.features = {4, 8, 12};
    o.supervision = 1;
    if (encoder == Encoder::Residual) o.blocks = {1, 2, 1};
    return o;
}

std::vector<std::string> names(const Net &net)
{
    std::vector<std::string> list;
    for (const auto &item : net.named_parameters())
        list.push_back(item.key());
    return list;
}
} // namespace

TEST_CASE("nnU-Net's nets have the numbers of weights that nnU-Net's have", "[nets]")
{
    CHECK(parameterCount(findPreset("plain-conv-unet-6")->spec).value() == 31'200'601);
    CHECK(parameterCount(findPreset("residual-encoder-unet-6")->spec).value() == 102'354'777);
}

TEST_CASE("Counted and built weights agree, whatever the kernels and strides", "[nets]")
{
    auto o = small(GENERATE(Encoder::Plain, Encoder::Residual));
    if (GENERATE(false, true)) {
        o.kernels = {1, 3, 3, 3, 3, 3, 3, 5, 3};
        o.strides = {1, 1, 1, 1, 2, 2, 2, 2, 2};
        o.difference = true;
    }
    const auto net = makeNet(o.spec());
    REQUIRE(net);
    CHECK(parameterCount(**net) == parameterCount(o.spec()).value());
}

TEST_CASE("Weights are called as nnU-Net calls them", "[nets]")
{
    const auto plain = names(*makeNet(small(Encoder::Plain).spec()).value());
    for (const char *name :
         {"encoder.stages.0.0.convs.0.conv.weight", "encoder.stages.2.0.convs.1.norm.bias",
          "decoder.stages.1.convs.0.conv.weight", "decoder.transpconvs.0.weight", "decoder.seg_layers.1.bias"})
        CHECK(std::ranges::count(plain, name) == 1);
    const auto net = makeNet(small(Encoder::Residual).spec()).value();
    const auto residual = names(*net);
    for (const char *name :
         {"encoder.stem.convs.0.conv.weight", "encoder.stages.0.blocks.0.conv1.conv.weight",
          "encoder.stages.1.blocks.0.conv2.norm.weight", "encoder.stages.1.blocks.0.skip.1.conv.weight",
          "encoder.stages.1.blocks.0.skip.1.norm.bias", "decoder.stages.0.convs.0.norm.weight"})
        CHECK(std::ranges::count(residual, name) == 1);
    CHECK(std::ranges::count(residual, "encoder.stages.1.blocks.0.skip.1.conv.bias") == 0);
    CHECK(
        std::ranges::none_of(residual, [](const auto &n) { return n.starts_with("encoder.stages.1.blocks.1.skip"); }));
    // Transposed convolutions are (in, out, edges), lowest stage first.
    CHECK(net->named_parameters()["decoder.transpconvs.0.weight"].sizes().vec() ==
          std::vector<std::int64_t>{12, 8, 2, 2, 2});
}

TEST_CASE("A planned net gives logits at full size, half ... and gradients reach every weight", "[nets]")
{
    torch::manual_seed(2);
    const auto net = makeNet(small(GENERATE(Encoder::Plain, Encoder::Residual)).spec()).value();
    CHECK(net->sizeMultiple() == 4);
    const torch::Tensor x = torch::randn({2, 4, 8, 12, 16});
    const auto all = net->forwardAll(x);
    REQUIRE(all.size() == 2);
    CHECK(all[0].sizes().vec() == std::vector<std::int64_t>{2, 5, 8, 12, 16});
    CHECK(all[1].sizes().vec() == std::vector<std::int64_t>{2, 5, 4, 6, 8});
    torch::Tensor loss = torch::zeros({});
    for (const auto &logits : all)
        loss = loss + torch::log_softmax(logits, 1).select(1, 2).mean();
    loss.backward();
    for (const auto &item : net->named_parameters()) {
        INFO(item.key());
        REQUIRE(item.value().grad().defined());
    }
}

TEST_CASE("A planned net computes what its weights say by the plain operators", "[nets]")
{
    torch::manual_seed(4);
    auto o = small(Encoder::Plain);
    o.features = {4, 8};
    o.convs = {1, 1};
    o.decoderConvs = {1};
    o.supervision = 0;
    const auto net = makeNet(o.spec()).value();
    net->eval();
    const torch::NoGradGuard quiet;
    auto p = net->named_parameters();
    const auto block = [&](const torch::Tensor &x, const std::string &name, std::int64_t stride) {
        const torch::Tensor y = torch::conv3d(x, p[name + ".conv.weight"], p[name + ".conv.bias"], stride, 1);
        return torch::leaky_relu(torch::group_norm(y, y.size(1), p[name + ".norm.weight"], p[name + ".norm.bias"]),
                                 0.01);
    };
    const torch::Tensor x = torch::randn({1, 4, 8, 8, 8});
    const torch::Tensor top = block(x, "encoder.stages.0.0.convs.0", 1);
    const torch::Tensor below = block(top, "encoder.stages.1.0.convs.0", 2);
    const torch::Tensor up =
        torch::conv_transpose3d(below, p["decoder.transpconvs.0.weight"], p["decoder.transpconvs.0.bias"], 2);
    const torch::Tensor both = block(torch::cat({up, top}, 1), "decoder.stages.0.convs.0", 1);
    const torch::Tensor expected =
        torch::conv3d(both, p["decoder.seg_layers.0.weight"], p["decoder.seg_layers.0.bias"]);
    CHECK((net->forward(x) - expected).abs().max().item<double>() < 1e-4);
}

TEST_CASE("A residual block starts as its skip", "[nets]")
{
    const auto net = makeNet(small(Encoder::Residual).spec()).value();
    for (const auto &item : net->named_parameters())
        if (item.key().ends_with("conv2.norm.weight")) CHECK(item.value().abs().max().item<double>() == 0);
}

TEST_CASE("Options of a planned net survive JSON, and what does not fit is refused by name", "[nets][error]")
{
    auto o = small(Encoder::Residual);
    o.strides = {1, 1, 1, 1, 2, 2, 2, 2, 2};
    const auto full = ConvUNetOptions::from(o.spec()).value();
    const auto again = NetSpec::parse("residual-encoder-unet", full.spec().optionsJson()).value();
    CHECK(ConvUNetOptions::from(again)->spec().optionsJson() == full.spec().optionsJson());
    CHECK(netShape(again)->sizeMultiple == 4);

    const auto [json, name] = GENERATE(table<const char *, const char *>({
        {R"({"features": [32]})", "features"},
        {R"({"strides": [2, 2, 2, 2, 2]})", "strides"},
        {R"({"strides": [1, 2]})", "strides"},
        {R"({"kernels": [2, 3, 3, 3, 3]})", "kernels"},
        {R"({"convs": [2, 2]})", "convs"},
        {R"({"blocks": [1, 1, 1, 1, 1]})", "blocks"}, // of the other net
        {R"({"supervision": 4})", "supervision"},
        {R"({"widths": [16, 32]})", "widths"},
    }));
    const auto refused = netShape(NetSpec::parse("plain-conv-unet", json).value());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::InvalidArgument);
    CHECK(refused.error().message.find("'" + std::string(name) + "'") != std::string::npos);
}

TEST_CASE("A name that no architecture has is refused with those that there are", "[nets][error]")
{
    const auto refused = netShape(NetSpec{.architecture = "resnet", .options = {}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("plain-conv-unet") != std::string::npos);
}
