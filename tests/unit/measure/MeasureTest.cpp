#include "glioscope/measure/Diameters.h"
#include "glioscope/measure/Intensities.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

using namespace glio;
using namespace glio::measure;
using Catch::Approx;

namespace {

/// Anisotropic and turned by 20 degrees about the head axis, then 10 about the ear axis.
Geometry oblique(Size3 size = {64, 56, 20})
{
    const double a = 20 * std::numbers::pi / 180, b = 10 * std::numbers::pi / 180;
    const Matrix3 turned{std::cos(a),
                         -std::sin(a),
                         0,
                         std::cos(b) * std::sin(a),
                         std::cos(b) * std::cos(a),
                         -std::sin(b),
                         std::sin(b) * std::sin(a),
                         std::sin(b) * std::cos(a),
                         std::cos(b)};
    return *Geometry::make(size, {0.8, 1.2, 3.0}, {-20, -30, 10}, turned);
}

LabelMap drawn(const Geometry &grid, const std::function<bool(double, double, std::int64_t)> &inside, Label label = 1)
{
    LabelMap map(grid); // positions in mm along the grid's own axes
    Index3 v;
    for (v[2] = 0; v[2] < grid.size()[2]; ++v[2])
        for (v[1] = 0; v[1] < grid.size()[1]; ++v[1])
            for (v[0] = 0; v[0] < grid.size()[0]; ++v[0])
                if (inside(double(v[0]) * grid.spacing()[0], double(v[1]) * grid.spacing()[1], v[2])) map.set(v, label);
    return map;
}

const std::array<Label, 1> one{1};

} // namespace

TEST_CASE("lengths and angles are those of the patient", "[measure]")
{
    CHECK(Line{{1, 2, 3}, {4, 6, 15}}.lengthMm() == Approx(13));
    CHECK(angleDegrees({10, 0, 0}, {0, 0, 0}, {0, 0, 2}) == Approx(90));
    CHECK(angleDegrees({1, 0, 0}, {0, 0, 0}, {std::cos(1e-7), std::sin(1e-7), 0}) ==
          Approx(1e-7 * 180 / std::numbers::pi));
    CHECK(angleDegrees({1, 0, 0}, {0, 0, 0}, {-1, 0, 0}) == Approx(180));
    CHECK(angleDegrees({0, 0, 0}, {0, 0, 0}, {1, 0, 0}) == 0);
    CHECK(angleBetweenDegrees({{0, 0, 0}, {1, 0, 0}}, {{5, 5, 5}, {4, 6, 5}}) == Approx(45));
}

TEST_CASE("an ellipse on an oblique grid of flat voxels has its two axes as diameters", "[measure][diameters]")
{
    const Geometry grid = oblique();
    // 30 mm by 18 mm, turned by 35 degrees within the slice, largest on slice 9.
    const auto inside = [](double x, double y, std::int64_t k) {
        const double shrink = k == 9 ? 1 : k > 5 && k < 13 ? 0.8 : 0;
        if (shrink == 0) return false;
        const double c = std::cos(0.61), s = std::sin(0.61), u = c * (x - 24) + s * (y - 32),
                     v = -s * (x - 24) + c * (y - 32);
        return std::hypot(u / 15, v / 9) <= shrink;
    };
    const auto lesions = measureLesions(drawn(grid, inside), one);
    REQUIRE(lesions.size() == 1);
    const Bidimensional &size = lesions[0].size;
    CHECK(lesions[0].slice == 9);
    CHECK(lesions[0].slices == 7);
    CHECK(lesions[0].measurable);
    CHECK(size.longest.lengthMm() == Approx(30).margin(0.8));
    CHECK(size.across.lengthMm() == Approx(18).margin(0.8));
    CHECK(angleBetweenDegrees(size.longest, size.across) == Approx(90).margin(1e-6));
    // Both lines lie in the plane of slice 9, where the ellipse is, in world millimetres.
    for (const PointMm &p : {size.longest.a, size.longest.b, size.across.a, size.across.b})
        CHECK(grid.toIndex(p)[2] == Approx(9).margin(1e-9));
    const ContinuousIndex middle = grid.toIndex(size.longest.middle());
    CHECK(middle[0] * 0.8 == Approx(24).margin(0.8));
    CHECK(middle[1] * 1.2 == Approx(32).margin(0.8));
}

TEST_CASE("a row of ten voxels of 1 mm is 10 mm long and 1 mm wide", "[measure][diameters]")
{
    LabelMap map(*Geometry::make({20, 10, 4}, {1, 1, 1}));
    for (std::int64_t i = 5; i < 15; ++i)
        map.set({i, 4, 2}, 1);
    const auto lesions = measureLesions(map, one);
    REQUIRE(lesions.size() == 1);
    CHECK(lesions[0].size.longest.lengthMm() == Approx(10));
    CHECK(lesions[0].size.across.lengthMm() == Approx(1));
    CHECK_FALSE(lesions[0].measurable);
}

TEST_CASE("a diameter stays within the outer contour: not across a bay, but across an enclosed hole",
          "[measure][diameters]")
{
    const Geometry grid = *Geometry::make({60, 60, 3}, {1, 1, 3});
    // A horseshoe, open below: the straight way between its feet leaves it.
    const auto horseshoe = [](double x, double y, std::int64_t) {
        const double r = std::hypot(x - 30, y - 30);
        return r >= 15 && r <= 20 && y <= 38;
    };
    const auto open = measureLesions(drawn(grid, horseshoe), one);
    REQUIRE(open.size() == 1);
    CHECK(open[0].size.longest.lengthMm() < 29); // 2 sqrt(20² - 15²) = 26.5, the longest chord of a ring this thick
    CHECK(open[0].size.longest.lengthMm() > 24);
    const auto ring = [](double x, double y, std::int64_t) {
        const double r = std::hypot(x - 30, y - 30);
        return r >= 15 && r <= 20;
    };
    const auto closed = measureLesions(drawn(grid, ring), one);
    REQUIRE(closed.size() == 1);
    CHECK(closed[0].size.longest.lengthMm() == Approx(40).margin(1.2));
    CHECK(closed[0].size.across.lengthMm() == Approx(40).margin(1.2));
    // The volume is what is marked, not what is enclosed.
    CHECK(closed[0].volumeMl == Approx(3 * 3 * std::numbers::pi * (400 - 225) / 1000).epsilon(0.05));
}

TEST_CASE("the slice of the largest product is taken, not that of the longest line", "[measure][diameters]")
{
    LabelMap map(*Geometry::make({60, 60, 6}, {1, 1, 4}));
    for (std::int64_t i = 5; i < 45; ++i)
        for (std::int64_t j = 20; j < 23; ++j)
            map.set({i, j, 2}, 1); // 40 x 3
    for (std::int64_t i = 10; i < 30; ++i)
        for (std::int64_t j = 12; j < 32; ++j)
            map.set({i, j, 3}, 1); // 20 x 20
    const auto lesions = measureLesions(map, one);
    REQUIRE(lesions.size() == 1);
    CHECK(lesions[0].slice == 3);
}

TEST_CASE("lesions are told apart, those of 10 by 10 mm on two slices count, the two largest add up", "[measure][rano]")
{
    LabelMap map(*Geometry::make({100, 40, 6}, {1, 1, 4}));
    const auto block = [&](std::int64_t from, std::int64_t edge, std::int64_t slices) {
        for (std::int64_t k = 1; k < 1 + slices; ++k)
            for (std::int64_t j = 5; j < 5 + edge; ++j)
                for (std::int64_t i = from; i < from + edge; ++i)
                    map.set({i, j, k}, 1);
    };
    block(2, 20, 3);
    block(30, 15, 2);
    block(50, 12, 2);
    block(70, 16, 1); // large enough, on one slice only
    block(90, 5, 3);
    const auto lesions = measureLesions(map, one);
    REQUIRE(lesions.size() == 5);
    CHECK(lesions[0].measurable);
    CHECK_FALSE(lesions[1].measurable);
    CHECK(lesions[2].measurable);
    CHECK(lesions[3].measurable);
    CHECK_FALSE(lesions[4].measurable);
    CHECK(sumOfProductsMm2(lesions) == lesions[0].size.productMm2() + lesions[2].size.productMm2());
    CHECK(sumOfProductsMm2(lesions, {.targets = 3}) ==
          Approx(lesions[0].size.productMm2() + lesions[2].size.productMm2() + lesions[3].size.productMm2()));
    CHECK(RanoRules{}.leastFor(4) == 10);
    CHECK(RanoRules{}.leastFor(6) == 12);
    CHECK(measureLesions(map, std::array<Label, 1>{2}).empty());
    CHECK(sumOfProductsMm2({}) == 0);
}

TEST_CASE("intensities of a region are those of its voxels", "[measure][intensities]")
{
    const Geometry grid = oblique({8, 4, 2});
    LabelMap map(grid);
    ImageVolume image(grid, 1000.0f);
    for (std::int64_t i = 0; i < 8; ++i) {
        map.set({i, 1, 1}, i < 5 ? 1 : 2);
        image.set({i, 1, 1}, float(i + 1));
    }
    const std::vector<std::vector<Label>> regions{{1}, {2}, {1, 2}, {3}};
    const auto found = intensityStatistics(map, regions, image);
    REQUIRE(found.size() == 4);
    CHECK(found[0].voxels == 5);
    CHECK(found[0].volumeMm3 == Approx(5 * 0.8 * 1.2 * 3.0));
    CHECK(found[0].mean == Approx(3));
    CHECK(found[0].deviation == Approx(std::sqrt(2.5)));
    CHECK(found[0].median == Approx(3));
    CHECK(found[0].low == Approx(1.2));
    CHECK(found[0].high == Approx(4.8));
    CHECK(found[1].smallest == 6);
    CHECK(found[1].largest == 8);
    CHECK(found[2].voxels == 8);
    CHECK(found[2].median == Approx(4.5));
    CHECK(found[3].voxels == 0);
    CHECK(found[3].mean == 0);
}

TEST_CASE("a mask on another grid reads the image at its own place, and leaves out what lies beside it",
          "[measure][intensities]")
{
    const Geometry fine = oblique({64, 56, 20});
    ImageVolume image(fine);
    // A ramp along the world's x: its value is a place, so every voxel can be checked.
    Index3 v;
    for (v[2] = 0; v[2] < fine.size()[2]; ++v[2])
        for (v[1] = 0; v[1] < fine.size()[1]; ++v[1])
            for (v[0] = 0; v[0] < fine.size()[0]; ++v[0])
                image.set(v, float(fine.toWorld(v).x));
    const PointMm centre = fine.centre();
    const Geometry coarse = *Geometry::make({3, 3, 3}, {4, 4, 4}, centre - PointMm{4, 4, 4});
    LabelMap map(coarse);
    for (std::int64_t i = 0; i < 3; ++i)
        map.set({i, 1, 1}, 1);
    const std::vector<std::vector<Label>> regions{{1}};
    const auto found = intensityStatistics(map, regions, image);
    CHECK(found[0].voxels == 3);
    CHECK(found[0].volumeMm3 == Approx(3 * 64));
    CHECK(found[0].mean == Approx(centre.x).margin(1e-3));
    CHECK(found[0].smallest == Approx(centre.x - 4).margin(1e-3));
    CHECK(found[0].largest == Approx(centre.x + 4).margin(1e-3));

    LabelMap beside(*Geometry::make({2, 1, 1}, {4, 4, 4}, centre + PointMm{0, 0, 500}));
    beside.set({0, 0, 0}, 1);
    CHECK(intensityStatistics(beside, regions, image)[0].voxels == 0);
    image.set(fine.nearestVoxel(centre), std::numeric_limits<float>::quiet_NaN());
    CHECK(intensityStatistics(map, regions, image)[0].voxels == 2);
}
