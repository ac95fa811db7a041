#include "glioscope/tools/Islands.h"
#include "glioscope/tools/Fill.h"

#include "Shapes.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace glio;
using namespace glio::tools;
using namespace shapes;
using Catch::Approx;

namespace {
const Geometry kGrid = oblique({90, 80, 30});

/// Two balls, 8 and 5 mm, far apart.
LabelMap twoBalls()
{
    LabelMap map(kGrid);
    paintBall(map, 1, kGrid.toWorld(Index3{25, 25, 15}), 8);
    paintBall(map, 1, kGrid.toWorld(Index3{65, 55, 15}), 5);
    return map;
}
/// Two balls of 9 mm joined by a bar of 2.5 mm radius along i.
LabelMap dumbbell()
{
    LabelMap map(kGrid);
    const PointMm a = kGrid.toWorld(Index3{20, 40, 15}), b = kGrid.toWorld(Index3{60, 40, 15});
    paintBall(map, 1, a, 9);
    paintBall(map, 1, b, 9);
    paint(map, 1, [&](const PointMm &p) {
        const PointMm way = unit(b - a);
        const double along = dot(p - a, way);
        return along > 0 && along < length(b - a) && length(p - a - along * way) <= 2.5;
    });
    return map;
}
} // namespace

TEST_CASE("Islands are listed by size with their millilitres, box and a voxel inside", "[tools][islands]")
{
    const LabelMap map = twoBalls();
    const auto list = islands(map, {1});
    REQUIRE(list);
    REQUIRE(list->size() == 2);
    CHECK((*list)[0].volumeMl == Approx(ballMl(8)).epsilon(0.05));
    CHECK((*list)[1].volumeMl == Approx(ballMl(5)).epsilon(0.08));
    CHECK((*list)[0].voxels + (*list)[1].voxels == map.count(1));
    CHECK((*list)[0].inside == Index3{25, 25, 15});
    CHECK((*list)[1].inside == Index3{65, 55, 15});
    CHECK((*list)[1].box.contains({65, 55, 15}));
    CHECK_FALSE((*list)[1].box.contains({25, 25, 15}));
}

TEST_CASE("Labels listed together make one island where they touch", "[tools][islands]")
{
    LabelMap map(kGrid);
    for (std::int64_t i = 10; i < 20; ++i)
        map.set({i, 10, 10}, i < 15 ? 1 : 2);
    CHECK(islands(map, {1, 2})->size() == 1);
    CHECK(islands(map, {1})->size() == 1);
    map.set({20, 11, 10}, 1); // by an edge only
    CHECK(islands(map, {1, 2}, Neighbours::All)->size() == 1);
    CHECK(islands(map, {1, 2}, Neighbours::Faces)->size() == 2);
}

TEST_CASE("The largest island stays, and small ones go by their millilitres", "[tools][islands]")
{
    const LabelMap map = twoBalls();
    const auto large = (*islands(map, {1}))[0].voxels;
    CHECK(written(map, *keepLargest(map, 1)).count(1) == large);
    CHECK(written(map, *dropSmallerThan(map, 1, 1.0)).count(1) == large);
    CHECK(written(map, *dropSmallerThan(map, 1, 0.1)) == map);
    CHECK(written(map, *dropSmallerThan(map, 1, 5.0)).count(1) == 0);
    const LabelMap moved = written(map, *keepLargest(map, 1, Label{3}));
    CHECK(moved.count(3) == map.count(1) - large);
}

TEST_CASE("The island under the pointer is selected, and nothing where there is none", "[tools][islands]")
{
    const LabelMap map = twoBalls();
    const auto small = islandAt(map, {1}, {65, 55, 15});
    REQUIRE(small);
    CHECK(small->count() == (*islands(map, {1}))[1].voxels);
    CHECK(written(map, relabelled(map, *small, 4)).count(4) == small->count());
    CHECK(islandAt(map, {1}, {0, 0, 0}).error().code == Errc::InvalidArgument);
    CHECK(islandAt(map, {1}, {0, 0, 99}).error().code == Errc::InvalidArgument);
}

TEST_CASE("A dumbbell comes apart at its bar, and no voxel is lost", "[tools][islands]")
{
    const LabelMap map = dumbbell();
    REQUIRE(islands(map, {1})->size() == 1);
    const auto parts = splitAtNecks(map, 1, 4.0);
    REQUIRE(parts);
    REQUIRE(parts->size() == 2);
    CHECK((*parts)[0].count() + (*parts)[1].count() == map.count(1));
    CHECK((*parts)[0].holds({20, 40, 15}) != (*parts)[0].holds({60, 40, 15}));
    CHECK(double((*parts)[1].count()) / double((*parts)[0].count()) > 0.9);
    CHECK(splitAtNecks(map, 1, 1.0).error().code == Errc::InvalidArgument); // the bar is thicker than that
    CHECK(splitAtNecks(map, 1, -1.0).error().code == Errc::InvalidArgument);
}

TEST_CASE("Holes close in 3D only when closed on all sides, in slices when closed there", "[tools][islands]")
{
    LabelMap map(kGrid);
    const PointMm centre = kGrid.toWorld(Index3{40, 40, 15});
    paintBall(map, 1, centre, 14);
    const LabelMap solid = map;
    paintBall(map, 0, centre, 8);
    CHECK(written(map, *closeHoles(map, 1)) == solid);
    CHECK(written(map, *closeHoles(map, 1, {.largestMl = 1.0})) == map);

    // A tunnel along k: open in the volume, closed in every slice across k.
    for (std::int64_t k = 0; k < 30; ++k)
        map.set({40, 40, k}, 0);
    CHECK(written(map, *closeHoles(map, 1)) == map);
    const LabelMap closed = written(map, *closeHoles(map, 1, {.in = HolesIn::SlicesAcrossK}));
    CHECK(closed == solid);

    // Another label in the hole stays unless it may be written over.
    map = solid;
    map.set({40, 40, 15}, 2);
    CHECK(written(map, *closeHoles(map, 1)).count(2) == 1);
    CHECK(written(map, *closeHoles(map, 1, {.over = {0, 2}})).count(2) == 0);
}

TEST_CASE("A fill stays in its slice, its label and its radius, and says when it ran out", "[tools][fill]")
{
    LabelMap map(kGrid);
    // An outline in slice 15.
    for (std::int64_t n = 20; n <= 40; ++n)
        for (const Index3 &v : {Index3{n, 20, 15}, Index3{n, 40, 15}, Index3{20, n, 15}, Index3{40, n, 15}})
            map.set(v, 1);
    const auto inside = fill(map, {30, 30, 15}, {.sliceAcross = 2});
    REQUIRE(inside);
    CHECK(inside->selection.count() == 19 * 19);
    CHECK_FALSE(inside->reachesBounds);
    CHECK(fill(map, {20, 20, 15})->selection.count() == 80);

    map.set({30, 20, 15}, 0);
    const auto open = fill(map, {30, 30, 15}, {.sliceAcross = 2});
    CHECK(open->reachesBounds);
    CHECK(open->selection.count() == 90 * 80 - 79);

    const auto ball = fill(LabelMap(kGrid), {45, 40, 15}, {.radiusMm = 12});
    CHECK(double(ball->selection.count()) * kGrid.voxelVolumeMm3() / 1000 == Approx(ballMl(12)).epsilon(0.03));
    CHECK(ball->reachesBounds);
    CHECK(fill(map, {0, 0, 0}, {.sliceAcross = 2, .bounds = VoxelBox{{0, 0, 0}, {5, 5, 5}}})->selection.count() == 25);
    CHECK(fill(map, {-1, 0, 0}).error().code == Errc::InvalidArgument);
    CHECK(fill(map, {1, 0, 0}, {.sliceAcross = 3}).error().code == Errc::InvalidArgument);
}

TEST_CASE("A label without voxels is refused by every tool for islands", "[tools][islands][error]")
{
    const LabelMap map(kGrid);
    for (const Error &error :
         {islands(map, {1}).error(), keepLargest(map, 1).error(), dropSmallerThan(map, 1, 1).error(),
          splitAtNecks(map, 1, 2).error(), closeHoles(map, 1).error(), selectionOf(map, {1}).error()}) {
        CHECK(error.code == Errc::InvalidArgument);
        CHECK(error.message.ends_with("."));
    }
}
