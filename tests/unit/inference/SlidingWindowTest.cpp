#include "glioscope/inference/SlidingWindow.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cmath>

using namespace glio;
using namespace glio::inference;
using Starts = std::vector<std::int64_t>;

TEST_CASE("Windows start where the field's convention puts them", "[inference]")
{
    CHECK(windowStarts(155, 128, 0.5) == Starts{0, 27});
    CHECK(windowStarts(240, 128, 0.5) == Starts{0, 56, 112});
    CHECK(windowStarts(96, 96, 0.5) == Starts{0});
    CHECK(windowStarts(240, 96, 0.5) == Starts{0, 48, 96, 144});
    CHECK(windowStarts(97, 96, 0.0) == Starts{0, 1});
    CHECK(windowStarts(101, 96, 0.98).size() == 4);
}

TEST_CASE("Every voxel is in a window and the last window ends at the border", "[inference]")
{
    const std::int64_t size = GENERATE(33, 64, 100, 155, 240);
    const double overlap = GENERATE(0.0, 0.25, 0.5, 0.75);
    const auto starts = windowStarts(size, 32, overlap);
    CHECK(starts.front() == 0);
    CHECK(starts.back() == size - 32);
    for (std::size_t n = 1; n < starts.size(); ++n) {
        CHECK(starts[n] > starts[n - 1]);
        CHECK(double(starts[n] - starts[n - 1]) <= 32 * (1 - overlap) + 0.5);
    }
}

TEST_CASE("The Gaussian of a window of 128 is 10 at 64 and 6.065 one sigma away", "[inference]")
{
    const auto w = gaussianWeights(128);
    CHECK(w[64] == 1.0f);
    CHECK(10 * w[48] == Catch::Approx(6.065).epsilon(1e-3));
    CHECK(10 * w[80] == Catch::Approx(6.065).epsilon(1e-3));
    const auto map = gaussianMap({8, 8, 8});
    CHECK(map.size() == 512);
    CHECK(map[4 + 8 * (4 + 8 * 4)] == 10.0f);
    for (const float v : map)
        CHECK(v > 0);
}
