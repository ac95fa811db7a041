#include "glioscope/phantom/Phantom.h"
#include "glioscope/volume/Preprocess.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace glio;
using namespace glio::phantom;

TEST_CASE("a phantom is the same whenever it is made", "[phantom]")
{
    const auto head = proceduralAnatomy(1, 4);
    PhantomOptions options;
    options.spacingMm = {4, 4, 4};
    const auto one = makePhantom(*head, options, 5, 3), two = makePhantom(*head, options, 5, 3), other = makePhantom(*head, options, 5, 4);
    REQUIRE(one);
    REQUIRE(two);
    REQUIRE(other);
    for (std::size_t s = 0; s < 4; ++s) CHECK(std::ranges::equal(one->sequences[s].voxels(), two->sequences[s].voxels()));
    CHECK(std::ranges::equal(one->labels.voxels(), two->labels.voxels()));
    CHECK_FALSE(std::ranges::equal(one->sequences[0].voxels(), other->sequences[0].voxels()));
}
