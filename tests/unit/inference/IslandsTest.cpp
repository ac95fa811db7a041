#include "glioscope/inference/Islands.h"

#include "glioscope/base/Random.h"

#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::inference;

namespace {
enum Class { ET = 0, NET = 1, CC = 2, ED = 3 };

struct Scene {
    Geometry grid = *Geometry::make({40, 24, 24}, {1, 1, 1});
    Probabilities p{.schemeId = "brats-ped-2024", .classes = {}, .hasBackground = false};
    interchange::ModelInfo model;

    Scene()
    {
        for (int n = 0; n < 4; ++n)
            p.classes.emplace_back(grid);
    }
    void block(Class c, Index3 low, Index3 high, std::uint8_t value)
    {
        for (std::int64_t k = low[2]; k <= high[2]; ++k)
            for (std::int64_t j = low[1]; j <= high[1]; ++j)
                for (std::int64_t i = low[0]; i <= high[0]; ++i)
                    p.classes[std::size_t(c)].set({i, j, k}, value);
    }
    double ml(const LabelVolume &mask, const char *region) const
    {
        return regionVolumesMl(mask, *findLabelScheme("brats-ped-2024")).at(region);
    }
};
} // namespace

TEST_CASE("A dropped island is below the threshold in the stored bytes and comes back with a wider one",
          "[inference][islands]")
{
    Scene s;
    s.block(ED, {2, 2, 2}, {12, 12, 12}, 250); // 1.331 mL
    s.block(NET, {30, 10, 10}, {32, 12, 12}, 180);
    s.block(ED, {30, 10, 10}, {32, 12, 12}, 70); // 0.027 mL, sum 250
    s.p.classes[NET].set({30, 10, 10}, 90);      // its own gradient is kept
    s.model.islands["WT"] = {.smallestMl = 0.1, .leastMeanProbability = 0};
    const auto mask = settleIslands(s.p, s.model);
    REQUIRE(mask);
    CHECK(mask->at({31, 11, 11}) == 0);
    CHECK(mask->at({5, 5, 5}) == 4);
    const auto again = decode(s.p, s.model.thresholds);
    CHECK(std::ranges::equal(again->voxels(), mask->voxels()));
    const auto sum = regionProbability(s.p, "WT");
    CHECK(sum->at({31, 11, 11}) == 126); // 180 and 70 scaled by 127 / 250, each rounded down
    CHECK(sum->at({30, 10, 10}) < sum->at({31, 11, 11}));
    CHECK(decode(s.p, {{"WT", 0.45}})->at({31, 11, 11}) != 0);
}

TEST_CASE("An island goes by its mean probability, not only by its size", "[inference][islands]")
{
    Scene s;
    s.block(NET, {2, 2, 2}, {10, 10, 10}, 150); // large and doubtful
    s.block(NET, {25, 2, 2}, {30, 7, 7}, 245);  // smaller and sure
    s.model.islands["WT"] = {.smallestMl = 0, .leastMeanProbability = 0.7};
    const auto mask = settleIslands(s.p, s.model);
    REQUIRE(mask);
    CHECK(mask->at({5, 5, 5}) == 0);
    CHECK(mask->at({27, 4, 4}) == 2);
}

TEST_CASE("Specks inside the tumour are given another label, and regions keep lying in each other",
          "[inference][islands]")
{
    Scene s;
    s.block(ED, {2, 2, 2}, {20, 20, 20}, 240);
    s.block(ED, {8, 8, 8}, {14, 14, 14}, 5);
    s.block(NET, {8, 8, 8}, {14, 14, 14}, 245);
    s.block(ET, {10, 10, 10}, {11, 11, 11}, 200); // 8 voxels of enhancement inside the core
    s.block(NET, {10, 10, 10}, {11, 11, 11}, 50);
    s.block(NET, {18, 18, 18}, {19, 19, 19}, 220); // 8 voxels of core inside the oedema
    s.block(ED, {18, 18, 18}, {19, 19, 19}, 30);
    const auto raw = decode(s.p);
    REQUIRE(raw->at({10, 10, 10}) == 1);
    REQUIRE(raw->at({18, 18, 18}) == 2);
    const double whole = s.ml(*raw, "WT");
    s.model.islands["ET"] = {.smallestMl = 0.05, .leastMeanProbability = 0};
    s.model.islands["TC"] = {.smallestMl = 0.05, .leastMeanProbability = 0};
    const auto mask = settleIslands(s.p, s.model);
    REQUIRE(mask);
    CHECK(mask->at({10, 10, 10}) == 2); // enhancement -> non-enhancing core
    CHECK(mask->at({18, 18, 18}) == 4); // core -> oedema
    CHECK(s.ml(*mask, "WT") == whole);
    CHECK(s.ml(*mask, "ET") == 0);
    CHECK(std::ranges::equal(decode(s.p)->voxels(), mask->voxels()));
}

TEST_CASE("A speck of oedema that touches the core joins it", "[inference][islands]")
{
    Scene s;
    s.block(NET, {5, 5, 5}, {15, 15, 15}, 250);
    s.block(NET, {9, 9, 9}, {10, 10, 10}, 40);
    s.block(ED, {9, 9, 9}, {10, 10, 10}, 210);
    s.block(ED, {30, 5, 5}, {31, 6, 6}, 250); // apart from any core: stays oedema
    s.model.islands["ED"] = {.smallestMl = 0.05, .leastMeanProbability = 0};
    const auto mask = settleIslands(s.p, s.model);
    REQUIRE(mask);
    CHECK(mask->at({9, 9, 9}) == 2);
    CHECK(mask->at({30, 5, 5}) == 4);
}

TEST_CASE("Settling is what decode sees, once and for all, at any thresholds", "[inference][islands]")
{
    CounterRandom random{21};
    for (int round = 0; round < 6; ++round) {
        Scene s;
        for (auto &map : s.p.classes) { // blobs of noise: many small islands of every label
            auto bytes = map.edit();
            for (std::size_t v = 0; v < bytes.size(); ++v)
                bytes[v] =
                    std::uint8_t(random.chance(0.3) ? random.integer(0, 63) + (random.chance(0.2) ? 120 : 0) : 0);
        }
        for (std::size_t v = 0; v < std::size_t(s.grid.voxelCount()); ++v) { // a softmax's bytes sum to about 255
            int sum = 0;
            for (auto &map : s.p.classes)
                sum += map.data()[v];
            if (sum > 255)
                for (auto &map : s.p.classes)
                    map.edit()[v] = std::uint8_t(map.data()[v] * 255 / sum);
        }
        if (round % 2) s.model.thresholds = {{"WT", 0.4}, {"TC", 0.6}, {"ET", 0.35}};
        for (const char *region : {"WT", "TC", "ET", "CC", "ED"})
            s.model.islands[region] = {.smallestMl = 0.004, .leastMeanProbability = round > 2 ? 0.55 : 0.0};
        const auto raw = decode(s.p, s.model.thresholds);
        const auto mask = settleIslands(s.p, s.model);
        REQUIRE(mask);
        CHECK(std::ranges::equal(decode(s.p, s.model.thresholds)->voxels(), mask->voxels()));
        CHECK(s.ml(*mask, "WT") < s.ml(*raw, "WT"));
    }
}

TEST_CASE("Settling twice changes nothing more", "[inference][islands]")
{
    Scene s;
    s.block(ED, {2, 2, 2}, {20, 20, 20}, 240);
    s.block(NET, {30, 10, 10}, {32, 12, 12}, 180);
    s.block(ED, {18, 18, 18}, {19, 19, 19}, 20);
    s.block(NET, {18, 18, 18}, {19, 19, 19}, 225);
    s.model.islands["WT"] = s.model.islands["TC"] = {.smallestMl = 0.1, .leastMeanProbability = 0.6};
    REQUIRE(settleIslands(s.p, s.model));
    Probabilities twice = s.p;
    REQUIRE(settleIslands(twice, s.model));
    for (std::size_t n = 0; n < 4; ++n)
        CHECK(std::ranges::equal(twice.classes[n].voxels(), s.p.classes[n].voxels()));
}
