#include "glioscope/cuda/Kernels.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <bit>
#include <cmath>
#include <numeric>
#include <vector>

using namespace glio;
using namespace glio::cuda;

TEST_CASE("A norm makes mean 0 and variance 1 of each group, then weighs and activates", "[cuda]")
{
    const std::int64_t groups = GENERATE(1, 2, 4);
    constexpr std::int64_t channels = 4, voxels = 10, samples = 2;
    std::vector<float> x(samples * channels * voxels), y(x.size());
    for (std::size_t n = 0; n < x.size(); ++n)
        x[n] = float(100 + (n * 37) % 101); // far from 0
    const std::vector<float> weight{1, 1, 1, 1}, bias(4, 0.0f);
    NormActivate work{.in = x.data(),
                      .out = y.data(),
                      .samples = samples,
                      .channels = channels,
                      .voxels = voxels,
                      .groups = groups,
                      .weight = weight.data(),
                      .bias = bias.data(),
                      .eps = 0,
                      .activation = cuda::Activation::None};
    REQUIRE(normActivateHost(work));
    const auto many = std::size_t(channels / groups * voxels);
    for (std::size_t g = 0; g < std::size_t(samples * groups); ++g) {
        double sum = 0, squares = 0;
        for (std::size_t n = g * many; n < (g + 1) * many; ++n) {
            sum += y[n];
            squares += double(y[n]) * y[n];
        }
        CHECK(sum / double(many) == Catch::Approx(0).margin(1e-4));
        CHECK(squares / double(many) == Catch::Approx(1).margin(1e-4));
    }
    SECTION("LeakyReLU keeps what is above 0 and a hundredth of what is below")
    {
        std::vector<float> z(x.size());
        work.out = z.data();
        work.activation = cuda::Activation::LeakyRelu;
        REQUIRE(normActivateHost(work));
        for (std::size_t n = 0; n < x.size(); ++n)
            CHECK(z[n] == (y[n] > 0 ? y[n] : 0.01f * y[n]));
    }
}

TEST_CASE("Sixteen-bit numbers are read and rounded as their formats say", "[cuda]")
{
    // One voxel a channel, no scaling left: mean = x, so the result is the bias, rounded to the format.
    const auto [number, value, bits] = GENERATE(table<Number, float, std::uint16_t>({
        {Number::Float16, 1.0f, 0x3c00},
        {Number::Float16, -2.0f, 0xc000},
        {Number::Float16, 65504.0f, 0x7bff},
        {Number::Float16, 1e6f, 0x7c00},
        {Number::Float16, 0x1p-24f, 0x0001},        // the smallest
        {Number::Float16, 1.0f + 0x1p-11f, 0x3c00}, // half way: to the even one
        {Number::Float16, 1.0f + 3 * 0x1p-11f, 0x3c02},
        {Number::BFloat16, 1.0f, 0x3f80},
        {Number::BFloat16, 1.0f + 0x1p-8f, 0x3f80},
        {Number::BFloat16, 1.0f + 3 * 0x1p-8f, 0x3f82},
        {Number::BFloat16, -0.5f, 0xbf00},
    }));
    const std::uint16_t x = 0;
    std::uint16_t y = 0;
    const float weight = 1;
    REQUIRE(normActivateHost({.in = &x,
                              .out = &y,
                              .number = number,
                              .weight = &weight,
                              .bias = &value,
                              .activation = cuda::Activation::None}));
    CHECK(y == bits);
}

TEST_CASE("A window's logits are added under their weights, planes in a ring", "[cuda]")
{
    const std::vector<float> logits{1, 2, 3, 4, 10, 20, 30, 40}; // 2 classes of 2 x 1 x 2 (x, y, z)
    const std::vector<float> px{0.5f, 1}, py{1}, pz{1, 0.25f};
    std::vector<float> sums(2 * 2 * 2 * 3), weights(2 * 2 * 3);
    Accumulate work{.logits = logits.data(),
                    .sums = sums.data(),
                    .weights = weights.data(),
                    .classes = 2,
                    .planes = 2,
                    .rows = 2,
                    .columns = 3,
                    .window = {2, 1, 2},
                    .start = {1, 1, 3},
                    .profileX = px.data(),
                    .profileY = py.data(),
                    .profileZ = pz.data(),
                    .factor = 10};
    REQUIRE(accumulateHost(work));
    REQUIRE(accumulateHost(work));
    // z = 0 goes to plane 3 % 2 = 1, z = 1 to plane 0; row 1, columns 1 and 2.
    CHECK(std::vector(weights.begin(), weights.begin() + 6) == std::vector<float>{0, 0, 0, 0, 2.5f, 5});
    CHECK(std::vector(weights.begin() + 6, weights.end()) == std::vector<float>{0, 0, 0, 0, 10, 20});
    CHECK(std::vector(sums.begin(), sums.begin() + 12) == std::vector<float>{0, 0, 0, 0, 7.5f, 20, 0, 0, 0, 0, 10, 40});
    CHECK(sums[12 + 5] == 200);
    SECTION("a window that does not fit is refused and changes nothing")
    {
        const auto before = sums;
        work.start[0] = 2;
        const auto refused = accumulateHost(work);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::InvalidArgument);
        CHECK(sums == before);
    }
}

TEST_CASE("Groups that do not divide the channels are refused", "[cuda][error]")
{
    float x = 0;
    const auto refused = normActivateHost({.in = &x, .out = &x, .channels = 3, .groups = 2, .weight = &x, .bias = &x});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::InvalidArgument);
}

TEST_CASE("A build without CUDA says so instead of computing", "[cuda][error]")
{
    if (builtWithCuda()) SKIP("this build has CUDA");
    float x = 0;
    const auto refused = normActivateDevice({.in = &x, .out = &x, .weight = &x, .bias = &x}, nullptr, nullptr);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Unsupported);
    CHECK(deviceCount() == 0);
}
