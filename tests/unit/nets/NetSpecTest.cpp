#include "glioscope/nets/NetSpec.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace glio;
using namespace glio::nets;

namespace {
std::int64_t millionsTenths(const std::vector<std::int64_t> &widths)
{
    UNet3DOptions o;
    o.widths = widths;
    return (parameterCount(o.spec()).value() + 50'000) / 100'000;
}
} // namespace

TEST_CASE("Residual nets have the sizes that the reference computed", "[nets]")
{
    CHECK(millionsTenths({32, 64, 128, 256, 320}) == 168);
    CHECK(millionsTenths({24, 48, 96, 192, 320}) == 112);
    CHECK(millionsTenths({16, 32, 64, 128, 256}) == 57);
}

TEST_CASE("The recipe's plain net has 1.40 million weights", "[nets]")
{
    const Preset *preset = findPreset("unet3d-small");
    REQUIRE(preset);
    CHECK((parameterCount(preset->spec).value() + 5'000) / 10'000 == 140);
}

TEST_CASE("A spec survives the way through JSON", "[nets]")
{
    UNet3DOptions o;
    o.block = Block::Plain;
    o.widths = {16, 32, 64};
    o.dilations = {1, 2, 2};
    o.dropout = 0.25;
    o.supervision = 1;
    o.difference = true;
    const auto again = NetSpec::parse("improved-unet3d", o.spec().optionsJson());
    REQUIRE(again);
    const auto read = UNet3DOptions::from(*again);
    REQUIRE(read);
    CHECK(read->spec().optionsJson() == o.spec().optionsJson());
    CHECK(read->dilations == o.dilations);
    CHECK(read->block == Block::Plain);
    CHECK(read->difference);
}

TEST_CASE("The difference costs one more channel of the first block and nothing where it is off", "[nets]")
{
    UNet3DOptions o;
    o.widths = {16, 32, 64};
    o.supervision = 0;
    const std::int64_t without = parameterCount(o.spec()).value();
    o.difference = true;
    CHECK(parameterCount(o.spec()).value() - without == 28 * 16); // 3x3x3 and the skip's 1x1x1
    CHECK_FALSE(UNet3DOptions::from(NetSpec{})->difference);
}

TEST_CASE("Options that no net has are refused with their name", "[nets][error]")
{
    const auto [json, name] =
        GENERATE(table<const char *, const char *>({{R"({"width": [16, 32]})", "width"},
                                                    {R"({"widths": [16]})", "widths"},
                                                    {R"({"widths": "many"})", "widths"},
                                                    {R"({"widths": [16, -32]})", "widths"},
                                                    {R"({"dropout": 1.5})", "dropout"},
                                                    {R"({"block": "magic"})", "block"},
                                                    {R"({"dilations": [1, 2]})", "dilations"},
                                                    {R"({"supervision": 4})", "supervision"},
                                                    {R"({"difference": 1})", "difference"},
                                                    {R"({"difference": true, "inputs": 1})", "difference"},
                                                    {R"({"classes": 1000000000})", "classes"}}));
    const auto spec = NetSpec::parse("improved-unet3d", json);
    REQUIRE(spec);
    const auto options = UNet3DOptions::from(*spec);
    REQUIRE_FALSE(options);
    CHECK(options.error().code == Errc::InvalidArgument);
    CHECK(options.error().message.find("'" + std::string(name) + "'") != std::string::npos);
}

TEST_CASE("Options that are no object of values are refused", "[nets][error]")
{
    const char *json =
        GENERATE("[1]", "{", R"({"a": {"b": 1}})", R"({"a": [1.5]})", R"({"a": 99999999999999999999})", "null");
    const auto spec = NetSpec::parse("improved-unet3d", json);
    CHECK((!spec || !UNet3DOptions::from(*spec)));
}
