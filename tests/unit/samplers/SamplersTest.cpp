#include "glioscope/samplers/Order.h"
#include "glioscope/samplers/PatchSampler.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>

using namespace glio;
using namespace glio::samplers;
using Catch::Approx;

namespace {
LabelVolume smallTumour()
{
    LabelVolume labels(*Geometry::make({40, 40, 40}, {1, 1, 1}));
    labels.set({20, 20, 20}, 2);
    labels.set({5, 6, 7}, 1);
    return labels;
}
bool holds(const Index3 &start, const Size3 &window, const Index3 &voxel)
{
    for (std::size_t a = 0; a < 3; ++a)
        if (voxel[a] < start[a] || voxel[a] >= start[a] + window[a]) return false;
    return true;
}
} // namespace

TEST_CASE("drawPatch shows the tumour in the asked share of patches, each label as often", "[samplers]")
{
    const LabelVolume labels = smallTumour();
    const ForegroundIndex foreground(labels);
    const Size3 window{8, 8, 8};
    int first = 0, second = 0;
    const int draws = 4000;
    for (int n = 0; n < draws; ++n) {
        CounterRandom random{1, std::uint64_t(n)};
        const Index3 start = drawPatch(labels.geometry(), foreground, window, {.foregroundShare = 0.6}, random);
        first += holds(start, window, {5, 6, 7});
        second += holds(start, window, {20, 20, 20});
    }
    // A patch anywhere holds a given inner voxel with probability (8/33)^3 or less, at most 0.6 % of all draws here.
    CHECK(double(first) / draws == Approx(0.30).margin(0.03));
    CHECK(double(second) / draws == Approx(0.30).margin(0.03));
}

TEST_CASE("drawPatch stays inside the volume, and centres a volume smaller than the patch", "[samplers]")
{
    const LabelVolume labels = smallTumour();
    const ForegroundIndex foreground(labels);
    const Size3 window{8, 64, 41};
    for (int n = 0; n < 200; ++n) {
        CounterRandom random{2, std::uint64_t(n)};
        const Index3 start = drawPatch(labels.geometry(), foreground, window, {}, random);
        REQUIRE((start[0] >= 0 && start[0] <= 32));
        REQUIRE(start[1] == -12);
        REQUIRE(start[2] == 0); // one voxel of room cannot be halved
    }
}

TEST_CASE("drawPatch without any tumour draws anywhere", "[samplers]")
{
    const LabelVolume labels(*Geometry::make({40, 40, 40}, {1, 1, 1}));
    std::set<std::int64_t> starts;
    for (int n = 0; n < 500; ++n) {
        CounterRandom random{3, std::uint64_t(n)};
        starts.insert(
            drawPatch(labels.geometry(), ForegroundIndex(labels), {8, 8, 8}, {.foregroundShare = 1}, random)[0]);
    }
    CHECK(starts.size() == 33);
}

TEST_CASE("ForegroundIndex keeps at most the asked number of voxels, from all over the label", "[samplers]")
{
    LabelVolume labels(*Geometry::make({10, 10, 10}, {1, 1, 1}), 3);
    const ForegroundIndex index(labels, 100);
    CHECK(index.offsets(3).size() == 100);
    CHECK(index.offsets(3).front() == 0);
    CHECK(index.offsets(3).back() >= 980);
    CHECK(index.offsets(1).empty());
}

TEST_CASE("shuffledCase goes through every case once an epoch, in an order of its own", "[samplers]")
{
    std::vector<std::int64_t> first, second;
    for (std::int64_t n = 0; n < 10; ++n)
        first.push_back(shuffledCase(7, n, 10));
    for (std::int64_t n = 10; n < 20; ++n)
        second.push_back(shuffledCase(7, n, 10));
    CHECK(std::set(first.begin(), first.end()).size() == 10);
    CHECK(std::set(second.begin(), second.end()).size() == 10);
    CHECK(first != second);
    CHECK(shuffledCase(7, 13, 10) == second[3]);
}

TEST_CASE("ReuseOrder shows each phantom as often as asked and makes one every so many samples", "[samplers]")
{
    const ReuseOrder order{.reuse = 3, .lag = 4};
    std::map<std::int64_t, int> shown;
    std::int64_t newest = -1;
    for (std::int64_t n = 0; n < 300; ++n) {
        const std::int64_t phantom = order.phantom(n);
        CHECK(phantom >= order.oldestNeeded(n));
        CHECK(phantom <= newest + 1); // never two new ones at once
        newest = std::max(newest, phantom);
        CHECK(newest == n / 3);
        ++shown[phantom];
    }
    for (std::int64_t phantom = 8; phantom < 90; ++phantom)
        CHECK(shown[phantom] == 3);
}
