#include "model/LiveMask.h"
#include "model/CaseReport.h"

#include "glioscope/base/Random.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>

using namespace glio;
using glio::app::LiveMask;

namespace {

Geometry grid(Size3 size, Spacing3 spacing = {1, 1, 2}) { return *Geometry::make(size, spacing); }

/// Random bytes in a box, so that every region has voxels at every level.
Probabilities noise(const Geometry &grid, std::uint64_t seed)
{
    const LabelScheme &scheme = defaultLabelScheme();
    Probabilities made{.schemeId = scheme.id()};
    for (std::size_t n = 0; n < scheme.labels().size(); ++n) {
        Volume<std::uint8_t> volume(grid);
        CounterRandom random{seed, n};
        auto voxels = volume.edit();
        const Size3 size = grid.size();
        for (std::int64_t k = 2; k < size[2] - 2; ++k)
            for (std::int64_t j = 3; j < size[1] - 1; ++j)
                for (std::int64_t i = 1; i < size[0] - 4; ++i)
                    voxels[std::size_t(grid.offset({i, j, k}))] = std::uint8_t(random.integer(0, 63));
        made.classes.push_back(std::move(volume));
    }
    return made;
}

} // namespace

TEST_CASE("a moved threshold gives the mask that decoding everything gives", "[workstation][livemask]")
{
    auto live = LiveMask::make(noise(grid({23, 19, 17}), 1));
    REQUIRE(live);
    CounterRandom random{42};
    static const char *const regions[] = {"WT", "TC", "ET", "NET", "CC", "ED"};
    for (int step = 0; step < 60; ++step) {
        const char *region = regions[random.integer(0, 5)];
        REQUIRE(live->setThreshold(region, random.uniform(0.02, 0.98)));
        const auto whole = decode(live->probabilities(), live->thresholds());
        REQUIRE(whole);
        REQUIRE(std::ranges::equal(whole->voxels(), live->mask().voxels()));
        const auto expected = regionVolumesMl(*whole, live->scheme());
        for (const auto &[id, ml] : live->volumesMl())
            CHECK(ml == Catch::Approx(expected.at(id)).margin(1e-9));
    }
}

TEST_CASE("a threshold that no voxel lies between touches nothing", "[workstation][livemask]")
{
    Probabilities flat = noise(grid({8, 8, 8}), 2);
    for (auto &volume : flat.classes)
        std::ranges::fill(volume.edit(), std::uint8_t{0});
    flat.classes.front().set({4, 4, 4}, 255);
    auto live = LiveMask::make(flat);
    REQUIRE(live);
    const auto box = live->setThreshold("WT", 0.3);
    REQUIRE(box);
    CHECK(box->empty());
    CHECK(live->mask().at({4, 4, 4}) == 1);
}

TEST_CASE("the mask that the model gave stays until a threshold is moved", "[workstation][livemask]")
{
    const Probabilities made = noise(grid({12, 12, 12}), 3);
    LabelVolume given(made.geometry());
    given.set({5, 5, 5}, 4);
    auto live = LiveMask::make(made, {{"WT", 0.4}}, given);
    REQUIRE(live);
    CHECK(std::ranges::equal(live->mask().voxels(), given.voxels()));
    CHECK(live->volumesMl().at("WT") == Catch::Approx(0.002));
    CHECK(live->threshold("WT") == 0.4);
    CHECK_FALSE(LiveMask::make(made, {}, LabelVolume(grid({3, 3, 3}))));
}

TEST_CASE("an earlier snapshot of the mask does not change under a view", "[workstation][livemask]")
{
    auto live = LiveMask::make(noise(grid({16, 16, 16}), 4));
    REQUIRE(live);
    const LabelVolume shown = live->mask();
    const std::vector<std::uint8_t> before(shown.voxels().begin(), shown.voxels().end());
    REQUIRE(live->setThreshold("WT", 0.1));
    CHECK(std::ranges::equal(shown.voxels(), before));
    CHECK_FALSE(std::ranges::equal(live->mask().voxels(), before));
}
