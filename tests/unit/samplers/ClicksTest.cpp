#include "glioscope/samplers/Clicks.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>

using namespace glio;
using namespace glio::samplers;

namespace {
constexpr Size3 kSize{32, 32, 32};
using Mask = std::vector<std::uint8_t>;

std::size_t at(const Index3 &v) { return std::size_t(v[0] + 32 * (v[1] + 32 * v[2])); }

void ball(Mask &mask, const Index3 &middle, double radius, std::uint8_t label)
{
    for (std::int64_t k = 0; k < 32; ++k)
        for (std::int64_t j = 0; j < 32; ++j)
            for (std::int64_t i = 0; i < 32; ++i)
                if (std::hypot(double(i - middle[0]), double(j - middle[1]), double(k - middle[2])) <= radius)
                    mask[at({i, j, k})] = label;
}
Mask empty() { return Mask(32 * 32 * 32, 0); }
constexpr ClickOptions kSure{.wholeTumour = 1, .core = 0, .deepest = 1, .largest = 1};
} // namespace

TEST_CASE("A simulated click lands in the middle of the largest error and says what is true there",
          "[samplers][clicks]")
{
    Mask truth = empty(), answer = empty();
    ball(truth, {9, 9, 9}, 6, 2);     // lacks: the largest
    ball(answer, {23, 23, 23}, 4, 4); // too much
    CounterRandom random{3};
    const auto click = nextClick(truth, answer, kSize, kSure, random);
    REQUIRE(click);
    CHECK(click->voxel == Index3{9, 9, 9});
    CHECK(click->belongs);
    CHECK(click->label == 2);
    CHECK(click->part[at({9, 14, 9})] == 1);
    CHECK(click->part[at({23, 23, 23})] == 0);

    ball(answer, {9, 9, 9}, 6, 2); // mended: what is too much is left
    const auto next = nextClick(truth, answer, kSize, kSure, random);
    REQUIRE(next);
    CHECK(next->voxel == Index3{23, 23, 23});
    CHECK_FALSE(next->belongs);
    CHECK(next->label == 4);

    CHECK_FALSE(nextClick(truth, truth, kSize, kSure, random)); // nothing is wrong
}

TEST_CASE("Drawn clicks lie inside an error, deep places more often than its edge", "[samplers][clicks]")
{
    Mask truth = empty();
    ball(truth, {15, 15, 15}, 8, 1);
    double radius = 0;
    int inside = 0;
    for (std::uint64_t n = 0; n < 200; ++n) {
        CounterRandom random{n};
        const auto click = nextClick(truth, empty(), kSize, {.deepest = 0}, random);
        REQUIRE(click);
        inside += truth[at(click->voxel)] != 0 && click->belongs;
        radius += std::hypot(double(click->voxel[0] - 15), double(click->voxel[1] - 15), double(click->voxel[2] - 15));
    }
    CHECK(inside == 200);
    CHECK(radius / 200 < 4); // evenly over the ball it would be 6
}

TEST_CASE("Tumour without a named part is clicked as rim, and only where there is none", "[samplers][clicks]")
{
    Mask truth = empty(), answer = empty();
    ball(truth, {15, 15, 15}, 8, 5);
    ball(answer, {15, 15, 15}, 4, 2); // right: which part it is nobody knows
    for (std::uint64_t n = 0; n < 50; ++n) {
        CounterRandom random{n};
        const auto click = nextClick(truth, answer, kSize, {}, random);
        REQUIRE(click);
        CHECK(click->label == 4);
        CHECK(answer[at(click->voxel)] == 0);
    }
}

TEST_CASE("A spoiled mask has other borders, holes and islands, but is of the same tumour", "[samplers][clicks]")
{
    Mask truth = empty();
    ball(truth, {15, 15, 15}, 8, 4);
    ball(truth, {15, 15, 15}, 4, 5);
    const std::vector<float> head(truth.size(), 1.0f);
    int changed = 0;
    double dice = 0;
    for (std::uint64_t n = 0; n < 20; ++n) {
        CounterRandom random{n}, same{n};
        const Mask mask = spoiledMask(truth, head, kSize, 3, random);
        CHECK(mask == spoiledMask(truth, head, kSize, 3, same));
        CHECK(std::ranges::max(mask) <= 4);
        std::int64_t both = 0, sum = 0;
        for (std::size_t v = 0; v < mask.size(); ++v) {
            both += mask[v] && truth[v];
            sum += (mask[v] != 0) + (truth[v] != 0);
        }
        changed += 2 * both != sum;
        dice += 2.0 * double(both) / double(sum) / 20;
    }
    CHECK(changed == 20);
    CHECK(dice > 0.6);
    CHECK(dice < 0.99);
}
