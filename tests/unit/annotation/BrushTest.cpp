#include "glioscope/annotation/Brush.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <limits>
#include <numbers>

using namespace glio;

namespace {

Geometry oblique()
{
    const double c = std::cos(0.5), s = std::sin(0.5);
    return *Geometry::make({80, 70, 30}, {0.9, 1.1, 3.0}, {-30, 15, 40}, {c, -s, 0, s, c, 0, 0, 0, 1});
}

std::int64_t voxels(const Selection &selection) { return std::ranges::count(selection.inside, std::uint8_t{1}); }
double volumeMl(const Selection &selection, const Geometry &grid)
{
    return double(voxels(selection)) * grid.voxelVolumeMm3() / 1000;
}
bool has(const Selection &selection, const Index3 &v)
{
    return selection.box.contains(v) && selection.inside[selection.box.offset(v)];
}

} // namespace

TEST_CASE("A round brush is a ball in millimetres, whatever the voxels are", "[annotation][brush]")
{
    const Geometry grid = oblique();
    const double radius = GENERATE(4.0, 10.0, 16.0);
    const auto ball = brushFootprint(grid, {2 * radius}, grid.centre(), grid.centre());
    REQUIRE(ball);
    CHECK(volumeMl(*ball, grid) ==
          Catch::Approx(4.0 / 3.0 * std::numbers::pi * std::pow(radius, 3) / 1000).epsilon(radius < 5 ? 0.12 : 0.03));
    for (std::int64_t k = 0; k < ball->box.size[2]; ++k)
        for (std::int64_t j = 0; j < ball->box.size[1]; ++j)
            for (std::int64_t i = 0; i < ball->box.size[0]; ++i) {
                const Index3 v{ball->box.start[0] + i, ball->box.start[1] + j, ball->box.start[2] + k};
                const bool near = length(grid.toWorld(v) - grid.centre()) <= radius;
                if (near != has(*ball, v)) FAIL("voxel " << i << " " << j << " " << k);
            }
}

TEST_CASE("The known ball: slices 3 mm apart make a 2 mm ball one disc of 13 voxels", "[annotation][brush]")
{
    const Geometry grid = *Geometry::make({9, 9, 9}, {1, 1, 3});
    const auto ball = brushFootprint(grid, {4}, grid.toWorld(Index3{4, 4, 4}), grid.toWorld(Index3{4, 4, 4}));
    REQUIRE(ball);
    CHECK(voxels(*ball) == 13);
}

TEST_CASE("A disc stays in its slice and a square keeps its corners", "[annotation][brush]")
{
    const Geometry grid = oblique();
    const PointMm at = grid.toWorld(Index3{40, 35, 15});
    Brush brush{12, BrushShape::Round, false, grid.axis(0), grid.axis(1), grid.axis(2)};
    const auto disc = brushFootprint(grid, brush, at, at);
    REQUIRE(disc);
    for (std::size_t n = 0; n < disc->inside.size(); ++n)
        if (disc->inside[n])
            CHECK(disc->box.start[2] + std::int64_t(n) / (disc->box.size[0] * disc->box.size[1]) == 15);
    CHECK(double(voxels(*disc)) * 0.9 * 1.1 == Catch::Approx(std::numbers::pi * 36).epsilon(0.05));
    brush.shape = BrushShape::Square;
    const auto square = brushFootprint(grid, brush, at, at);
    REQUIRE(square);
    CHECK(double(voxels(*square)) * 0.9 * 1.1 == Catch::Approx(144).epsilon(0.1));
    CHECK(has(*square, {46, 40, 15}));
    CHECK_FALSE(has(*disc, {46, 40, 15}));
    brush.throughSlices = true;
    CHECK(volumeMl(*brushFootprint(grid, brush, at, at), grid) == Catch::Approx(1.728).epsilon(0.3)); // 4 or 5 slices
}

TEST_CASE("A fast stroke leaves no gap", "[annotation][brush]")
{
    const Geometry grid = oblique();
    const PointMm from = grid.toWorld(Index3{10, 10, 15}), to = grid.toWorld(Index3{60, 50, 15});
    const BrushShape shape = GENERATE(BrushShape::Round, BrushShape::Square);
    const Brush brush{15, shape, true, grid.axis(0), grid.axis(1), grid.axis(2)};
    const auto stroke = brushFootprint(grid, brush, from, to);
    REQUIRE(stroke);
    for (int step = 0; step <= 100; ++step) {
        const PointMm p = from + (step / 100.0) * (to - from);
        CHECK(has(*stroke, grid.nearestVoxel(p)));
        const auto dab = brushFootprint(grid, brush, p, p);
        REQUIRE(dab);
        for (std::size_t n = 0; n < dab->inside.size(); ++n) {
            if (!dab->inside[n]) continue;
            const auto at = std::int64_t(n);
            const Index3 v{dab->box.start[0] + at % dab->box.size[0],
                           dab->box.start[1] + at / dab->box.size[0] % dab->box.size[1],
                           dab->box.start[2] + at / (dab->box.size[0] * dab->box.size[1])};
            if (!has(*stroke, v)) FAIL("a dab at step " << step << " reaches beyond the stroke");
        }
    }
    if (shape == BrushShape::Round) {
        const double r = 7.5, way = length(to - from);
        const double capsule = std::numbers::pi * r * r * way + 4.0 / 3.0 * std::numbers::pi * r * r * r;
        CHECK(volumeMl(*stroke, grid) == Catch::Approx(capsule / 1000).epsilon(0.05));
    }
}

TEST_CASE("The smallest brush takes the voxel it points at", "[annotation][brush]")
{
    const Geometry grid = oblique();
    const PointMm at = grid.toWorld(ContinuousIndex{20.4, 20.4, 10.4});
    const auto dot = brushFootprint(grid, {0.5}, at, at);
    REQUIRE(dot);
    CHECK(voxels(*dot) == 1);
    CHECK(has(*dot, {20, 20, 10}));
}

TEST_CASE("A brush outside the mask or without a size is refused", "[annotation][brush][error]")
{
    const Geometry grid = oblique();
    const PointMm far = grid.centre() + PointMm{500, 0, 0};
    CHECK(brushFootprint(grid, {8}, far, far).error().code == Errc::Geometry);
    const double size = GENERATE(0.0, -1.0, std::numeric_limits<double>::quiet_NaN());
    CHECK(brushFootprint(grid, {size}, grid.centre(), grid.centre()).error().code == Errc::InvalidArgument);
}

TEST_CASE("Following edges keeps paint on its side of a border, in any of four sequences", "[annotation][brush]")
{
    const Geometry grid = oblique();
    const Geometry other = *Geometry::make({90, 90, 60}, {1, 1, 1.5}, grid.centre() - PointMm{45, 45, 45});
    const auto picture = [](const Geometry &on, bool edge) {
        ImageVolume image(on);
        std::size_t n = 0;
        for (std::int64_t k = 0; k < on.size()[2]; ++k)
            for (std::int64_t j = 0; j < on.size()[1]; ++j)
                for (std::int64_t i = 0; i < on.size()[0]; ++i, ++n) {
                    const PointMm p = on.toWorld(Index3{i, j, k}) - oblique().centre();
                    const float noise = float((i * 7 + j * 13 + k * 5) % 11) - 5; // the same kind everywhere
                    image.edit()[n] = (edge && p.x > 1 ? 220.0f : 100.0f) + noise;
                }
        return image;
    };
    const ImageVolume flat = picture(grid, false), stepped = picture(other, true);
    const PointMm middle = grid.centre() - PointMm{4, 0, 0};
    const auto ball = brushFootprint(grid, {24}, middle, middle);
    REQUIRE(ball);
    const Selection kept = followEdges(*ball, grid, {&flat, &stepped}, middle, 0.5);
    std::int64_t beyond = 0, left = 0, before = 0;
    for (std::size_t n = 0; n < kept.inside.size(); ++n) {
        const auto at = std::int64_t(n);
        const Index3 v{kept.box.start[0] + at % kept.box.size[0],
                       kept.box.start[1] + at / kept.box.size[0] % kept.box.size[1],
                       kept.box.start[2] + at / (kept.box.size[0] * kept.box.size[1])};
        const double x = (grid.toWorld(v) - grid.centre()).x;
        if (x > 2) beyond += kept.inside[n];
        if (x < 0) left += kept.inside[n], before += ball->inside[n];
    }
    CHECK(beyond == 0);
    CHECK(double(left) > 0.95 * double(before));
    CHECK(voxels(followEdges(*ball, grid, {&flat}, middle, 0.5)) > 99 * voxels(*ball) / 100);
    CHECK(voxels(followEdges(*ball, grid, {}, middle, 0.5)) == voxels(*ball));
}
