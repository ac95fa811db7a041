#include "../../../core/phantom/src/Degrade.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace glio;
using namespace glio::phantom;
using Catch::Approx;

TEST_CASE("movement leaves copies of the head along the phase-encoding axis alone", "[phantom][degrade]")
{
    const auto grid = *Geometry::make({32, 40, 8}, {1, 1, 1});
    std::vector<float> image(32 * 40 * 8, 0.0f), inside(image.size(), 1.0f);
    const auto at = [](std::int64_t i, std::int64_t j, std::int64_t k) { return std::size_t(i + 32 * (j + 40 * k)); };
    image[at(10, 5, 4)] = 100;
    degrade(image, grid, inside, true, {.ghost = 0.1, .ghostAxis = 1, .ghosts = 2, .ghostPhase = 0.5});
    CHECK(image[at(10, 25, 4)] == Approx(10)); // half the field away, a tenth as bright
    CHECK(image[at(10, 5, 4)] == Approx(85));  // the rest went to its neighbours along the axis
    CHECK(image[at(10, 6, 4)] == Approx(7.5));
    CHECK(image[at(11, 5, 4)] == 0);
    CHECK(image[at(10, 5, 5)] == 0);
    CHECK(std::ranges::count_if(image, [](float v) { return v > 0; }) == 4);
}

TEST_CASE("some phantoms of a series are blurred by movement, at most a fifth as strong as the head",
          "[phantom][degrade]")
{
    CounterRandom random({7, 1});
    int moved = 0;
    for (int n = 0; n < 200; ++n)
        for (const Degradation &d : drawDegradations(random, false, {1, 1, 1}, false)) {
            moved += d.ghost > 0;
            CHECK(d.ghost <= 0.2);
            CHECK(d.sliceMm <= 7);
        }
    CHECK(moved > 80);
    CHECK(moved < 160);
    for (const Degradation &d : drawDegradations(random, true, {1, 1, 1}, false))
        CHECK(d.ghost == 0); // the demo case lies still
}
