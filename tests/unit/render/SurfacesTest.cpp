#include "glioscope/render/VolumeScene.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace glio;
using namespace glio::render;
using Catch::Approx;

namespace {

LabelVolume ball(const Geometry &grid, const PointMm &centre, double radiusMm, Label label)
{
    LabelVolume mask(grid);
    auto values = mask.edit();
    const auto &size = grid.size();
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i) {
                const PointMm d = grid.toWorld(Index3{i, j, k}) - centre;
                if (std::hypot(d.x, d.y, d.z) <= radiusMm) values[std::size_t(grid.offset({i, j, k}))] = label;
            }
    return mask;
}

} // namespace

TEST_CASE("the surface of a label lies in the world, also on oblique grids", "[render][surface]")
{
    const double c = std::cos(0.4), s = std::sin(0.4);
    const auto grid = *Geometry::make({50, 50, 25}, {1, 1, 2}, {-30, 12, -20}, {c, -s, 0, s, c, 0, 0, 0, 1});
    const PointMm centre = grid.centre();
    const auto surfaces = buildSurfaces(LabelMap::from(ball(grid, centre, 12, 3)), {}, {});
    REQUIRE(surfaces);
    CHECK(triangleCount(*surfaces, 3) > 500);
    CHECK(triangleCount(*surfaces, 1) == 0);
    CHECK(triangleCount(*surfaces, 0) == 0);
    const WorldBox box = bounds(*surfaces, 3);
    CHECK(box.low.x == Approx(centre.x - 12).margin(1.2));
    CHECK(box.high.y == Approx(centre.y + 12).margin(1.2));
    CHECK(box.high.z == Approx(centre.z + 12).margin(1.6));
}

TEST_CASE("what has not changed is taken over from the last surfaces", "[render][surface]")
{
    const auto grid = *Geometry::make({40, 40, 40}, {1, 1, 1}, {0, 0, 0});
    const LabelVolume mask = ball(grid, grid.centre(), 8, 1);
    const auto first = buildSurfaces(LabelMap::from(mask), {}, {});
    LabelVolume changed = mask;
    changed.set({20, 20, 20}, 2);
    const auto second = buildSurfaces(LabelMap::from(changed), {}, {}, first);
    CHECK(triangleCount(*second, 2) > 0);
    CHECK(triangleCount(*first, 2) == 0); // shared meshes are never changed
    const auto third = buildSurfaces(LabelMap::from(mask), {}, {}, first);
    CHECK(triangleCount(*third, 1) == triangleCount(*first, 1));
}

TEST_CASE("the shell of an image is its outside, without holes", "[render][surface]")
{
    const auto grid = *Geometry::make({60, 60, 60}, {1, 1, 1}, {0, 0, 0});
    ImageVolume image(grid);
    auto values = image.edit();
    const LabelVolume outer = ball(grid, grid.centre(), 24, 1), hole = ball(grid, grid.centre(), 8, 1);
    for (std::size_t n = 0; n < values.size(); ++n)
        values[n] = outer.data()[n] && !hole.data()[n] ? 100.0f : 0.0f;
    const auto surfaces = buildSurfaces({}, image, {});
    REQUIRE(surfaces);
    const WorldBox box = bounds(*surfaces, 0);
    CHECK(box.high.x - box.low.x == Approx(48).margin(3));
    // The same ball without its hole has the same surface.
    for (std::size_t n = 0; n < values.size(); ++n)
        values[n] = outer.data()[n] ? 100.0f : 0.0f;
    const auto solid = buildSurfaces({}, ImageVolume(grid, {values.begin(), values.end()}), {});
    CHECK(triangleCount(*surfaces, 0) == triangleCount(*solid, 0));
}

TEST_CASE("building surfaces stops when asked", "[render][surface]")
{
    const auto grid = *Geometry::make({30, 30, 30}, {1, 1, 1}, {0, 0, 0});
    std::stop_source source;
    source.request_stop();
    CHECK_FALSE(buildSurfaces(LabelMap::from(ball(grid, grid.centre(), 8, 1)), {}, {}, {}, source.get_token()));
}
