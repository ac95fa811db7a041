#include "glioscope/render/Contours.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>

using namespace glio;
using namespace glio::render;
using Catch::Approx;

namespace {

PlaneSlice<std::uint8_t> labels(int nu, int nv, double du = 1, double dv = 1)
{
    PlaneSlice<std::uint8_t> slice;
    slice.nu = nu;
    slice.nv = nv;
    slice.u0 = 10;
    slice.v0 = 20;
    slice.du = du;
    slice.dv = dv;
    slice.values.assign(std::size_t(nu * nv), 0);
    return slice;
}

void fill(PlaneSlice<std::uint8_t> &slice, int i0, int i1, int j0, int j1, std::uint8_t label)
{
    for (int j = j0; j <= j1; ++j)
        for (int i = i0; i <= i1; ++i)
            slice.values[std::size_t(j * slice.nu + i)] = label;
}

double areaOf(const std::vector<Loop> &loops)
{
    return std::abs(std::accumulate(loops.begin(), loops.end(), 0.0,
                                    [](double sum, const Loop &loop) { return sum + area(loop); }));
}

} // namespace

TEST_CASE("the voxel outline of a square runs along its edges", "[render][outline]")
{
    auto slice = labels(12, 12, 0.5, 2);
    fill(slice, 3, 7, 4, 6, 2); // 5 x 3 voxels of 0.5 x 2 mm
    const auto loops = labelLoops(slice, 2, OutlineShape::VoxelCorners);
    REQUIRE(loops.size() == 1);
    CHECK(loops[0].size() == 4);
    CHECK(areaOf(loops) == Approx(5 * 3 * 0.5 * 2));
    for (const Point2 &p : loops[0]) {
        CHECK((p.x == Approx(10 + 2.5 * 0.5) || p.x == Approx(10 + 7.5 * 0.5)));
        CHECK((p.y == Approx(20 + 3.5 * 2) || p.y == Approx(20 + 6.5 * 2)));
    }
}

TEST_CASE("voxels that meet at a corner alone have outlines of their own", "[render][outline]")
{
    auto slice = labels(6, 6);
    fill(slice, 1, 1, 1, 1, 1);
    fill(slice, 2, 2, 2, 2, 1);
    CHECK(labelLoops(slice, 1, OutlineShape::VoxelCorners).size() == 2);
    CHECK(labelLoops(slice, 1, OutlineShape::Smooth).size() == 2);
}

TEST_CASE("a ring has an outer and an inner line, and its area is the difference", "[render][outline]")
{
    auto slice = labels(30, 30);
    fill(slice, 5, 24, 5, 24, 1);
    fill(slice, 10, 19, 10, 19, 0);
    const auto corners = labelLoops(slice, 1, OutlineShape::VoxelCorners);
    CHECK(corners.size() == 2);
    CHECK(areaOf(corners) == Approx(400 - 100));
    const auto smooth = labelLoops(slice, 1, OutlineShape::Smooth);
    CHECK(smooth.size() == 2);
    CHECK(areaOf(smooth) == Approx(300).margin(6)); // corners are cut on both sides
}

TEST_CASE("the smooth outline stays within half a voxel of the true edge", "[render][outline]")
{
    auto slice = labels(60, 60);
    for (int j = 0; j < 60; ++j)
        for (int i = 0; i < 60; ++i)
            if (std::hypot(i - 30, j - 28) <= 18) slice.values[std::size_t(j * 60 + i)] = 3;
    const auto loops = labelLoops(slice, 3, OutlineShape::Smooth);
    REQUIRE(loops.size() == 1);
    const double count = double(std::ranges::count(slice.values, 3));
    CHECK(areaOf(loops) == Approx(count).epsilon(0.02));
    for (const Point2 &p : loops[0])
        CHECK(std::abs(std::hypot(p.x - 40, p.y - 48) - 18) < 1.0);
}

TEST_CASE("a single voxel keeps a visible outline", "[render][outline]")
{
    auto slice = labels(9, 9);
    fill(slice, 4, 4, 4, 4, 1);
    const auto loops = labelLoops(slice, 1, OutlineShape::Smooth);
    REQUIRE(loops.size() == 1);
    CHECK(areaOf(loops) >= 0.45);
}

TEST_CASE("labels that touch share their line", "[render][outline]")
{
    auto slice = labels(30, 30);
    fill(slice, 0, 14, 0, 29, 1);
    fill(slice, 15, 29, 0, 29, 2);
    const auto a = labelLoops(slice, 1, OutlineShape::Smooth), b = labelLoops(slice, 2, OutlineShape::Smooth);
    const auto sharedX = [](const std::vector<Loop> &loops) {
        double found = 0;
        for (const Point2 &p : loops[0])
            if (std::abs(p.y - 35) < 0.6 && p.x > 15 && p.x < 30) found = p.x;
        return found;
    };
    CHECK(sharedX(a) == Approx(24.5));
    CHECK(sharedX(b) == Approx(24.5));
}

TEST_CASE("an iso line lies where the values cross it", "[render][outline]")
{
    PlaneSlice<float> slice;
    slice.nu = slice.nv = 81;
    slice.u0 = slice.v0 = -40;
    slice.values.resize(81 * 81);
    for (int j = 0; j < 81; ++j)
        for (int i = 0; i < 81; ++i)
            slice.values[std::size_t(j * 81 + i)] = float(std::max(0.0, 255 * (1 - std::hypot(i - 40, j - 40) / 30)));
    const auto loops = isoLoops(slice, 127.5f);
    REQUIRE(loops.size() == 1);
    for (const Point2 &p : loops[0])
        CHECK(std::hypot(p.x, p.y) == Approx(15).margin(0.1));
    CHECK(isoLoops(slice, 256).empty());
}

TEST_CASE("lines are closed where what they enclose touches the border", "[render][outline]")
{
    auto slice = labels(10, 10);
    fill(slice, 0, 9, 0, 9, 1);
    CHECK(areaOf(labelLoops(slice, 1, OutlineShape::VoxelCorners)) == Approx(100));
    CHECK(areaOf(labelLoops(slice, 1, OutlineShape::Smooth)) == Approx(100).epsilon(0.03));
}

TEST_CASE("corner cutting keeps a closed line closed and doubles its points", "[render][outline]")
{
    const Loop square{{0, 0}, {4, 0}, {4, 4}, {0, 4}};
    const Loop round = rounded(square, 1);
    CHECK(round.size() == 8);
    CHECK(area(round) == Approx(14)); // four corners of half a square millimetre each
}
