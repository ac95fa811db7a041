#include "glioscope/annotation/Lasso.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <numbers>

using namespace glio;

namespace {
Geometry oblique()
{
    const double c = std::cos(0.5), s = std::sin(0.5);
    return *Geometry::make({80, 70, 30}, {0.9, 1.1, 3.0}, {-30, 15, 40}, {c, -s, 0, s, c, 0, 0, 0, 1});
}
std::int64_t voxels(const Selection &selection) { return std::ranges::count(selection.inside, std::uint8_t{1}); }
} // namespace

TEST_CASE("A lasso takes the voxels inside, on its slice alone, in any plane", "[annotation][lasso]")
{
    const Geometry grid = oblique();
    for (int axis = 0; axis < 3; ++axis) {
        const PointMm normal = grid.axis(axis), u = grid.axis((axis + 1) % 3), v = grid.axis((axis + 2) % 3);
        const PointMm middle = grid.toWorld(Index3{40, 35, 15});
        std::vector<PointMm> circle;
        for (int n = 0; n < 90; ++n) {
            const double turn = 2 * std::numbers::pi * n / 90;
            circle.push_back(middle + 12 * std::cos(turn) * u + 12 * std::sin(turn) * v);
        }
        const auto disc = polygonFootprint(grid, circle, normal);
        REQUIRE(disc);
        const double area = grid.spacing()[std::size_t((axis + 1) % 3)] * grid.spacing()[std::size_t((axis + 2) % 3)];
        CHECK(double(voxels(*disc)) * area == Catch::Approx(std::numbers::pi * 144).epsilon(0.06));
        const Index3 slice{40, 35, 15};
        for (std::size_t n = 0; n < disc->inside.size(); ++n) {
            if (!disc->inside[n]) continue;
            const auto at = std::int64_t(n);
            const Index3 p{disc->box.start[0] + at % disc->box.size[0],
                           disc->box.start[1] + at / disc->box.size[0] % disc->box.size[1],
                           disc->box.start[2] + at / (disc->box.size[0] * disc->box.size[1])};
            if (p[std::size_t(axis)] != slice[std::size_t(axis)]) FAIL("another slice, axis " << axis);
        }
    }
}

TEST_CASE("A line that crosses itself leaves its hole out", "[annotation][lasso]")
{
    const Geometry grid = *Geometry::make({60, 60, 3}, {1, 1, 1});
    const auto at = [](double x, double y) { return PointMm{x, y, 1}; };
    // A square walked round outside, then inside the same way: the inner one counts twice.
    const std::vector<PointMm> ring{at(10.5, 10.5), at(40.5, 10.5), at(40.5, 40.5), at(10.5, 40.5), at(10.5, 10.5),
                                    at(20.5, 20.5), at(30.5, 20.5), at(30.5, 30.5), at(20.5, 30.5), at(20.5, 20.5)};
    const auto taken = polygonFootprint(grid, ring, {0, 0, 1});
    REQUIRE(taken);
    CHECK(voxels(*taken) == 30 * 30 - 10 * 10);
}

TEST_CASE("Too few corners, or a shape beside the mask, is refused", "[annotation][lasso][error]")
{
    const Geometry grid = oblique();
    const PointMm p = grid.centre();
    CHECK(polygonFootprint(grid, std::vector{p, p + PointMm{5, 0, 0}}, {0, 0, 1}).error().code ==
          Errc::InvalidArgument);
    const PointMm far = p + PointMm{900, 0, 0};
    CHECK(polygonFootprint(grid, std::vector{far, far + PointMm{5, 0, 0}, far + PointMm{5, 5, 0}}, {0, 0, 1})
              .error()
              .code == Errc::Geometry);
}

TEST_CASE("Scissors take what lies behind their shape, however deep", "[annotation][lasso]")
{
    const Geometry grid = oblique();
    LabelMap map(grid);
    std::int64_t expected = 0;
    for (std::int64_t k = 2; k < 28; k += 5)
        for (std::int64_t j = 10; j < 60; ++j)
            for (std::int64_t i = 10; i < 70; ++i) {
                map.set({i, j, k}, Label(1 + k % 3));
                const PointMm p = grid.toWorld(Index3{i, j, k}) - grid.centre();
                expected += std::abs(p.x) < 10 && std::abs(p.y) < 8;
            }
    const auto project = [&](const PointMm &p) {
        return PicturePoint{100 + 2 * (p.x - grid.centre().x), 80 - 2 * (p.y - grid.centre().y)};
    };
    const std::vector<PicturePoint> window{{80, 64}, {120, 64}, {120, 96}, {80, 96}};
    const auto cut = sightFootprint(map, window, project);
    REQUIRE(cut);
    CHECK(voxels(*cut) == expected);
    CHECK_FALSE(sightFootprint(map, std::vector<PicturePoint>{{0, 0}, {1, 0}, {1, 1}}, project));
}
