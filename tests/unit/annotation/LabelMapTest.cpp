#include "glioscope/annotation/LabelMap.h"
#include "glioscope/annotation/LabelDelta.h"
#include "glioscope/base/Random.h"

#include <catch2/catch_test_macros.hpp>

using namespace glio;

namespace {

Geometry oblique(Size3 size)
{
    const double c = std::cos(0.3), s = std::sin(0.3);
    return *Geometry::make(size, {0.9, 1.1, 3.0}, {-40, 25, 10}, {c, -s, 0, s, c, 0, 0, 0, 1});
}

/// Noise on a grid that no block divides evenly.
LabelVolume noise(const Geometry &grid, std::uint64_t seed)
{
    LabelVolume volume(grid);
    CounterRandom random{seed};
    for (Label &value : volume.edit())
        value = random.chance(0.4) ? Label(random.integer(1, 255)) : Label{0};
    return volume;
}

} // namespace

TEST_CASE("A map holds what a volume holds", "[annotation][labelmap]")
{
    const LabelVolume volume = noise(oblique({37, 18, 21}), 1);
    const LabelMap map = LabelMap::from(volume);
    CHECK(std::ranges::equal(map.toVolume().voxels(), volume.voxels()));
    CHECK(map.geometry().sameGrid(volume.geometry()));
    std::array<std::int64_t, 256> counts{};
    for (const Label value : volume.voxels())
        ++counts[value];
    CHECK(map.counts() == counts);
    for (const Index3 v : {Index3{0, 0, 0}, Index3{36, 17, 20}, Index3{15, 16, 17}, Index3{16, 15, 16}})
        CHECK(map.at(v) == volume.at(v));
}

TEST_CASE("Background costs nothing, and a written voxel its block", "[annotation][labelmap]")
{
    LabelMap map(oblique({240, 240, 155}));
    CHECK(map.bytes() == 0);
    map.set({100, 100, 100}, 0);
    CHECK(map.bytes() == 0);
    map.set({100, 100, 100}, 3);
    CHECK(map.bytes() == LabelMap::kBlockVoxels);
    CHECK(map.boundingBox() == VoxelBox{{100, 100, 100}, {1, 1, 1}});
    CHECK(map.boundingBox(Label{2}).empty());
}

TEST_CASE("A copy stays what it was when the original is painted", "[annotation][labelmap]")
{
    LabelMap map = LabelMap::from(noise(oblique({40, 33, 20}), 2));
    const LabelMap before = map;
    CHECK(map.sharesVoxelsWith(before));
    const Label was = map.at({20, 20, 10});
    map.set({20, 20, 10}, Label(was + 1));
    CHECK(before.at({20, 20, 10}) == was);
    CHECK_FALSE(map.sharesVoxelsWith(before));
    CHECK_FALSE(map == before);
    std::size_t own = 0;
    for (std::size_t n = 0; n < map.blockCount(); ++n)
        own += !map.sharesBlock(before, n);
    CHECK(own == 1);
    map.set({20, 20, 10}, was);
    CHECK(map == before);
}

TEST_CASE("Boxes are read and written across blocks", "[annotation][labelmap]")
{
    const LabelVolume volume = noise(oblique({37, 35, 21}), 3);
    LabelMap map(volume.geometry());
    const VoxelBox box{{9, 14, 3}, {25, 19, 17}};
    std::vector<Label> values;
    for (std::int64_t k = 3; k < 20; ++k)
        for (std::int64_t j = 14; j < 33; ++j)
            for (std::int64_t i = 9; i < 34; ++i)
                values.push_back(volume.at({i, j, k}));
    map.setValues(box, values);
    CHECK(map.values(box) == values);
    CHECK(map.at({9, 14, 3}) == volume.at({9, 14, 3}));
    CHECK(map.at({8, 14, 3}) == 0);
    CHECK(map.at({34, 32, 19}) == 0);
}

TEST_CASE("A delta takes a map forwards and its inverse takes it back", "[annotation][delta]")
{
    const Geometry grid = oblique({50, 41, 23});
    const LabelMap before = LabelMap::from(noise(grid, 4)), after = LabelMap::from(noise(grid, 5));
    const LabelDelta delta = LabelDelta::between(before, after);
    LabelMap map = before;
    REQUIRE(delta.applyTo(map));
    CHECK(map == after);
    std::int64_t changed = 0;
    const LabelVolume a = before.toVolume(), b = after.toVolume();
    for (std::size_t n = 0; n < a.voxels().size(); ++n)
        changed += a.voxels()[n] != b.voxels()[n];
    CHECK(delta.changedVoxels() == changed);
    CHECK(delta.change()[7] == after.count(7) - before.count(7));
    REQUIRE(delta.inverse().applyTo(map));
    CHECK(map == before);
}

TEST_CASE("A delta refuses a map that it does not start from, and leaves it alone", "[annotation][delta][error]")
{
    LabelMap before(oblique({20, 20, 20}));
    LabelMap after = before;
    after.set({3, 3, 3}, 1);
    after.set({18, 3, 3}, 2);
    const LabelDelta delta = LabelDelta::between(before, after);
    LabelMap other = before;
    other.set({18, 3, 3}, 9);
    const LabelMap kept = other;
    const auto done = delta.applyTo(other);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Errc::Internal);
    CHECK(other == kept);
}

TEST_CASE("A delta survives being written and read", "[annotation][delta]")
{
    const Geometry grid = oblique({50, 41, 23});
    const LabelMap before = LabelMap::from(noise(grid, 6));
    LabelMap after = before;
    for (std::int64_t i = 5; i < 45; ++i)
        after.set({i, 20, 11}, Label(i < 30 ? 4 : 0));
    const LabelDelta delta = LabelDelta::between(before, after);
    const auto back = LabelDelta::decoded(delta.encoded());
    REQUIRE(back);
    CHECK(*back == delta);
    CHECK(LabelDelta::decoded(LabelDelta().encoded())->empty());
}

TEST_CASE("Damaged deltas are refused, whatever the damage", "[annotation][delta][error]")
{
    const Geometry grid = oblique({50, 41, 23});
    const LabelDelta delta = LabelDelta::between(LabelMap::from(noise(grid, 7)), LabelMap::from(noise(grid, 8)));
    const std::string good = delta.encoded();
    int refused = 0;
    CounterRandom random{9};
    for (int n = 0; n < 200; ++n) {
        std::string bad = good.substr(0, std::size_t(random.integer(0, std::int64_t(good.size()) - 1)));
        CHECK_FALSE(LabelDelta::decoded(bad)); // cut short
        bad = good;
        bad[std::size_t(random.integer(0, std::int64_t(good.size()) - 1))] = char(random.integer(0, 255));
        const auto read = LabelDelta::decoded(bad);
        if (!read) {
            ++refused;
            continue;
        }
        LabelMap map(grid);
        (void)read->applyTo(map); // says no or changes voxels, never writes beyond them
    }
    CHECK(refused > 0);
    CHECK_FALSE(LabelDelta::decoded(""));
    CHECK_FALSE(LabelDelta::decoded(std::string("\xff\xff\xff\xff\xff\xff\xff\xff", 8)));
}
