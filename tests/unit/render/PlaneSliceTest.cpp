#include "glioscope/render/PlaneSlice.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_adapters.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <cmath>

using namespace glio;
using namespace glio::render;
using Catch::Approx;

namespace {

/// value = x + 100 y + 10000 z in world mm, so that every place tells where it is.
template <class Grid> ImageVolume ramp(const Grid &grid)
{
    ImageVolume volume(grid);
    auto values = volume.edit();
    const auto &size = grid.size();
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i) {
                const PointMm p = grid.toWorld(Index3{i, j, k});
                values[std::size_t(grid.offset({i, j, k}))] = float(p.x + 100 * p.y + 10000 * p.z);
            }
    return volume;
}

} // namespace

TEST_CASE("a slice along the grid is the voxels themselves, at their places", "[render][slice]")
{
    // Axes in a wild order: i to the feet, j to the left, k to the front.
    const auto grid = *Geometry::make({5, 6, 7}, {2, 1, 3}, {3, 4, 5}, {0, 1, 0, 0, 0, -1, -1, 0, 0});
    const ImageVolume volume = ramp(grid);
    for (const Plane plane : {Plane::Axial, Plane::Coronal, Plane::Sagittal}) {
        const PlaneAxes axes = planeAxes(grid, plane);
        const PointMm through = grid.toWorld(Index3{2, 3, 4});
        const auto slice = sliceImage(volume, axes, dot(through, axes.normal), Across::Nearest);
        REQUIRE_FALSE(slice.empty());
        REQUIRE(std::int64_t(slice.nu) * slice.nv * sliceCount(grid, plane) == grid.voxelCount());
        for (int j = 0; j < slice.nv; ++j)
            for (int i = 0; i < slice.nu; ++i) {
                const PointMm p = (slice.u0 + i * slice.du) * axes.right + (slice.v0 + j * slice.dv) * axes.down +
                                  dot(through, axes.normal) * axes.normal;
                REQUIRE(slice.at(i, j) == Approx(p.x + 100 * p.y + 10000 * p.z).epsilon(1e-5).margin(0.01));
            }
    }
}

TEST_CASE("a grid that lies otherwise is sampled where it lies in space", "[render][slice]")
{
    const auto reference = *Geometry::make({60, 60, 20}, {1, 1, 1}, {-30, -30, -10});
    const double c = std::cos(0.3), s = std::sin(0.3);
    const auto oblique = *Geometry::make({50, 50, 20}, {1, 1, 1.5}, {-20, -25, -14}, {c, -s, 0, s, c, 0, 0, 0, 1});
    const auto slice = sliceImage(ramp(oblique), planeAxes(reference, Plane::Axial), 0.7, Across::Linear);
    REQUIRE_FALSE(slice.empty());
    int inside = 0;
    for (int j = 0; j < slice.nv; ++j)
        for (int i = 0; i < slice.nu; ++i) {
            const PointMm p{slice.u0 + i * slice.du, slice.v0 + j * slice.dv, 0.7};
            const auto v = oblique.toIndex(p);
            const bool deep = v[0] > 1 && v[1] > 1 && v[0] < 48 && v[1] < 48;
            if (!deep) continue;
            ++inside;
            REQUIRE(slice.at(i, j) == Approx(p.x + 100 * p.y + 10000 * p.z).epsilon(1e-4).margin(0.05));
        }
    CHECK(inside > 5000);
    CHECK(std::isnan(slice.at(0, 0))); // the corner of the box round a turned square is outside
}

TEST_CASE("between two slices values are mixed, or the nearer one is taken", "[render][slice]")
{
    const auto grid = *Geometry::make({4, 4, 3}, {1, 1, 5}, {0, 0, 0});
    const ImageVolume volume = ramp(grid);
    const PlaneAxes axes = planeAxes(grid, Plane::Axial);
    CHECK(sliceImage(volume, axes, 2, Across::Linear).at(0, 0) == Approx(20000));
    CHECK(sliceImage(volume, axes, 2, Across::Nearest).at(0, 0) == Approx(0));
    CHECK(sliceImage(volume, axes, 3, Across::Nearest).at(0, 0) == Approx(50000));
}

TEST_CASE("a plane beside the volume shows nothing", "[render][slice]")
{
    const auto grid = *Geometry::make({4, 4, 3}, {1, 1, 5}, {0, 0, 0});
    const PlaneAxes axes = planeAxes(grid, Plane::Axial);
    CHECK_FALSE(sliceImage(ramp(grid), axes, -2.4, Across::Nearest).empty()); // within half a slice
    CHECK(sliceImage(ramp(grid), axes, -2.6, Across::Nearest).empty());
    CHECK(sliceLabels(LabelMap(grid), axes, 99).empty());
}

TEST_CASE("a slice of a mask is its voxels, whichever way the grid's axes run", "[render][slice]")
{
    // Permuted and mirrored axes, sizes that no block divides, and one grid turned a little.
    const double c = std::cos(0.2), s = std::sin(0.2);
    const Matrix3 direction = GENERATE_COPY(Matrix3{1, 0, 0, 0, 1, 0, 0, 0, 1}, Matrix3{-1, 0, 0, 0, -1, 0, 0, 0, 1},
                                            Matrix3{0, 0, -1, 1, 0, 0, 0, 1, 0}, Matrix3{c, -s, 0, s, c, 0, 0, 0, 1});
    const auto grid = *Geometry::make({37, 21, 18}, {1, 1.5, 2}, {3, -4, 5}, direction);
    LabelMap mask(grid);
    for (std::int64_t k = 0; k < 18; ++k)
        for (std::int64_t j = 0; j < 21; ++j)
            for (std::int64_t i = 0; i < 37; ++i)
                mask.set({i, j, k}, Label((i * 7 + j * 3 + k * 5) % 5));
    for (const Plane plane : {Plane::Axial, Plane::Coronal, Plane::Sagittal}) {
        const PlaneAxes axes = planeAxes(grid, plane);
        const double height = dot(grid.toWorld(Index3{20, 10, 9}), axes.normal);
        const auto slice = sliceLabels(mask, axes, height);
        REQUIRE_FALSE(slice.empty());
        int compared = 0;
        for (int v = 0; v < slice.nv; ++v)
            for (int u = 0; u < slice.nu; ++u) {
                const PointMm p = (slice.u0 + u * slice.du) * axes.right + (slice.v0 + v * slice.dv) * axes.down +
                                  height * axes.normal;
                const Index3 at = grid.nearestVoxel(p);
                if (!grid.contains(at)) continue;
                ++compared;
                if (slice.at(u, v) != mask.at(at)) FAIL("at " << u << ", " << v);
            }
        CHECK(compared > 300);
    }
}
