#include "glioscope/render/SliceAxis.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <numeric>

using namespace glio;
using namespace glio::render;
using Catch::Approx;

TEST_CASE("each slice tells the area of each label in it", "[render][axis]")
{
    const auto grid = *Geometry::make({10, 8, 6}, {0.5, 2, 3}, {0, 0, 0});
    LabelVolume mask(grid);
    for (std::int64_t i = 2; i < 6; ++i) {
        mask.set({i, 3, 1}, 1);
        mask.set({i, 4, 1}, 2);
        mask.set({i, 4, 2}, 2);
    }
    const std::vector<LabelLook> looks{{1, {255, 0, 0}}, {2, {0, 255, 0}}, {3, {0, 0, 255}, false}};
    const SliceAxis axial = sliceAxis(grid, Plane::Axial, LabelMap::from(mask), looks);
    CHECK(axial.count == 6);
    CHECK(axial.topIsLast); // the last slice lies nearest to the head's top
    REQUIRE(axial.colours.size() == 2);
    CHECK(axial.areaMm2[1][0] == Approx(4 * 0.5 * 2));
    CHECK(axial.areaMm2[1][1] == Approx(4));
    CHECK(axial.areaMm2[2][1] == Approx(4));
    CHECK(axial.areaMm2[0][0] == 0);
    CHECK(axial.doubtMm2.empty());
    const SliceAxis coronal = sliceAxis(grid, Plane::Coronal, LabelMap::from(mask), looks);
    CHECK(coronal.count == 8);
    CHECK_FALSE(coronal.topIsLast); // the front is at the top, and j grows to the back
    CHECK(coronal.areaMm2[3][0] == Approx(4 * 0.5 * 3));
    CHECK(coronal.areaMm2[4][1] == Approx(2 * 4 * 0.5 * 3));
}

TEST_CASE("a mask on another grid is counted where it lies, and its volume is kept", "[render][axis]")
{
    const auto grid = *Geometry::make({60, 60, 60}, {1, 1, 1}, {0, 0, 0});
    const auto own = *Geometry::make({20, 20, 10}, {2, 2, 4}, {10, 10, 10});
    LabelVolume mask(own, 1);
    const SliceAxis axis = sliceAxis(grid, Plane::Sagittal, LabelMap::from(mask), {{1, {1, 2, 3}}});
    double volume = 0;
    for (const auto &slice : axis.areaMm2)
        volume += slice[0];
    CHECK(volume == Approx(20 * 20 * 10 * 16));
    CHECK(axis.areaMm2[5][0] == 0);
    CHECK(axis.areaMm2[20][0] > 0);
}

TEST_CASE("doubtful voxels are counted per slice", "[render][axis]")
{
    const auto grid = *Geometry::make({10, 10, 4}, {1, 1, 1}, {0, 0, 0});
    ByteVolume places(grid);
    places.set({3, 3, 2}, 1);
    places.set({4, 3, 2}, 7);
    const SliceAxis axis = sliceAxis(grid, Plane::Axial, {}, {}, places);
    REQUIRE(axis.doubtMm2.size() == 4);
    CHECK(axis.doubtMm2[2] == Approx(2));
    CHECK(axis.doubtMm2[1] == 0);
    CHECK(axis.areaMm2.empty());
}
