#include "glioscope/tools/Boolean.h"
#include "glioscope/tools/Interpolate.h"
#include "glioscope/tools/Margin.h"
#include "glioscope/tools/Mirror.h"
#include "glioscope/tools/Smooth.h"

#include "Shapes.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <limits>

using namespace glio;
using namespace glio::tools;
using namespace shapes;
using Catch::Approx;

namespace {
const Geometry kGrid = oblique({90, 80, 30});
const PointMm kCentre = kGrid.toWorld(Index3{45, 40, 15});

LabelMap ball(double radiusMm)
{
    LabelMap map(kGrid);
    paintBall(map, 1, kCentre, radiusMm);
    return map;
}
/// Shells 1 in 2 in 3, their borders roughened.
LabelMap onion()
{
    LabelMap map(kGrid);
    paintBall(map, 3, kCentre, 26);
    paintBall(map, 2, kCentre, 18);
    paintBall(map, 1, kCentre, 10);
    CounterRandom random{5};
    std::vector<Label> values = map.values(VoxelBox::whole(kGrid));
    const std::vector<Label> clean = values;
    for (std::size_t n = 1; n < values.size(); ++n)
        if (clean[n - 1] != clean[n] && random.chance(0.5)) values[n] = clean[n - 1];
    map.setValues(VoxelBox::whole(kGrid), values);
    return map;
}
std::vector<Label> all(const LabelMap &map) { return map.values(VoxelBox::whole(map.geometry())); }
} // namespace

TEST_CASE("A grown or shrunken ball has the millilitres of the ball that it should be", "[tools][margin]")
{
    const double marginMm = GENERATE(2.0, 4.5);
    const LabelMap map = ball(14);
    // A slice is 3 mm thick: the tolerance is a sixth of one in the radius.
    CHECK(ml(written(map, *growLabel(map, 1, marginMm)), 1) == Approx(ballMl(14 + marginMm)).epsilon(0.08));
    CHECK(ml(written(map, *shrinkLabel(map, 1, marginMm)), 1) == Approx(ballMl(14 - marginMm)).epsilon(0.12));
}

TEST_CASE("A margin reaches millimetres along every axis, not voxels", "[tools][margin]")
{
    LabelMap map(kGrid);
    map.set({45, 40, 15}, 1);
    const LabelMap grown = written(map, *growLabel(map, 1, 6.0));
    const VoxelBox box = grown.boundingBox(Label{1});
    // 6 x 0.9, 5 x 1.1 and 2 x 3.0 mm, each less a quarter of a voxel; one more is beyond 6 mm.
    CHECK(box == VoxelBox{{45 - 6, 40 - 5, 15 - 2}, {13, 11, 5}});
    for (std::int64_t i = 0; i < 90; ++i)
        for (std::int64_t k = 0; k < 30; ++k) {
            const auto gap = [](std::int64_t voxels, double mm) {
                return voxels == 0 ? 0 : (std::abs(double(voxels)) - 0.25) * mm;
            };
            const double mm = std::hypot(gap(i - 45, 0.9), gap(2, 1.1), gap(k - 15, 3.0));
            if (std::abs(mm - 6) > 1e-3) CHECK((grown.at({i, 42, k}) == 1) == (mm < 6));
        }
    CHECK(written(map, *growLabel(map, 1, 0.0)) == map);
}

TEST_CASE("A margin grows only over the labels that it may", "[tools][margin]")
{
    LabelMap map = ball(10);
    paint(map, 2, [&](const PointMm &p) { return length(p - kCentre) > 10 && p.x > kCentre.x; });
    const auto before = map.count(2);
    CHECK(written(map, *growLabel(map, 1, 4)).count(2) == before);
    CHECK(written(map, *growLabel(map, 1, 4, {0, 2})).count(2) < before);
    CHECK(ml(written(map, *growLabel(map, 1, 4, {0, 2})), 1) == Approx(ballMl(14)).epsilon(0.06));
}

TEST_CASE("A hollowed ball keeps a wall and fills the rest with the other label", "[tools][margin]")
{
    const LabelMap map = ball(15);
    const LabelMap hollow = written(map, *hollowLabel(map, 1, 5, Label{2}));
    CHECK(ml(hollow, 2) == Approx(ballMl(10)).epsilon(0.12));
    CHECK(hollow.count(1) + hollow.count(2) == map.count(1));
    CHECK(written(map, *shrinkLabel(map, 1, 5, Label{7})).count(1) == hollow.count(2));
}

TEST_CASE("Smoothing one label keeps the size of a ball and takes its spikes", "[tools][smooth]")
{
    LabelMap map = ball(16);
    const LabelMap clean = map;
    map.set({70, 40, 15}, 1); // far from it
    for (std::int64_t j = 40; j < 62; ++j)
        map.set({45, j, 15}, 1); // a spike
    const LabelMap smoothed = written(map, *smoothLabel(map, 1, 2.0));
    CHECK(smoothed.at({70, 40, 15}) == 0);
    CHECK(smoothed.at({45, 60, 15}) == 0);
    CHECK(ml(smoothed, 1) == Approx(ballMl(16)).epsilon(0.05));
    CHECK(dice(smoothed, clean, 1) > 0.97);
}

TEST_CASE("A label that smoothing takes away leaves its neighbour there and no hole", "[tools][smooth]")
{
    LabelMap map(kGrid);
    paintBall(map, 2, kCentre, 16);
    map.set({45, 40, 15}, 1);
    map.set({46, 40, 15}, 1);
    const LabelMap smoothed = written(map, *smoothLabel(map, 1, 1.5));
    CHECK(smoothed.count(1) == 0);
    CHECK(smoothed.count(2) == map.count(1) + map.count(2));
    const LabelMap kept = written(map, *smoothLabel(map, 2, 1.5, {1}));
    CHECK(kept.count(1) == 2);
}

TEST_CASE("Labels smoothed together leave no gap between them", "[tools][smooth]")
{
    const LabelMap map = onion();
    const LabelMap smoothed = written(map, *smoothLabels(map, 1.5));
    for (int n = 1; n <= 3; ++n)
        CHECK(smoothed.count(Label(n)) > 0);
    CHECK(ml(smoothed, 1) == Approx(ballMl(10)).epsilon(0.12));
    // Nothing within the tumour becomes background.
    LabelMap hull(kGrid);
    paintBall(hull, 9, kCentre, 22);
    const auto values = all(smoothed), in = all(hull);
    std::int64_t gaps = 0;
    for (std::size_t n = 0; n < values.size(); ++n)
        gaps += in[n] == 9 && values[n] == 0;
    CHECK(gaps == 0);
    CHECK_FALSE(smoothed == map);
}

TEST_CASE("Fixed labels keep every voxel and gain none", "[tools][smooth]")
{
    const LabelMap map = onion();
    const Label fixed = GENERATE(Label{0}, Label{1}, Label{2});
    const auto before = all(map), after = all(written(map, *smoothLabels(map, 2.0, {fixed})));
    std::int64_t differing = 0;
    for (std::size_t n = 0; n < before.size(); ++n)
        differing += (before[n] == fixed) != (after[n] == fixed);
    CHECK(differing == 0);
    CHECK(before != after);
}

TEST_CASE("Smoothing stops when asked and refuses what is no strength", "[tools][smooth][error]")
{
    const LabelMap map = onion();
    CHECK(smoothLabels(map, 1, {}, [](double) { return false; }).error().code == Errc::Cancelled);
    CHECK(smoothLabel(map, 1, 1, {}, [](double) { return false; }).error().code == Errc::Cancelled);
    const double sigmaMm = GENERATE(0.0, 0.4, 6.0, std::numeric_limits<double>::quiet_NaN());
    CHECK(smoothLabels(map, sigmaMm).error().code == Errc::InvalidArgument);
    CHECK(smoothLabels(LabelMap(kGrid), 1).error().code == Errc::InvalidArgument);
    CHECK(growLabel(map, 1, sigmaMm - 10).error().code == Errc::InvalidArgument);
    CHECK(growLabel(map, 8, 1).error().code == Errc::InvalidArgument);
    CHECK(hollowLabel(map, 8, 1).error().code == Errc::InvalidArgument);
}

TEST_CASE("Labels and masks combine as sets", "[tools][boolean]")
{
    LabelMap map(kGrid), other(kGrid);
    paintBall(map, 1, kCentre, 12);
    paintBall(other, 2, kGrid.toWorld(Index3{55, 40, 15}), 12);
    const Operand a{&map, {1}}, b{&other, {2}};
    const auto both = combine(a, Combination::Intersection, b)->count();
    CHECK(both > 0);
    CHECK(combine(a, Combination::Union, b)->count() == map.count(1) + other.count(2) - both);
    CHECK(combine(a, Combination::Difference, b)->count() == map.count(1) - both);
    const LabelMap into = written(map, *combineInto(a, Combination::Intersection, b, 1));
    CHECK(into.count(1) == both);
    const LabelMap added = written(map, *combineInto(a, Combination::Difference, b, 5));
    CHECK(added.count(5) == map.count(1) - both);
    CHECK(added.count(1) == both);
    const LabelMap empty(kGrid);
    CHECK(combine(a, Combination::Intersection, {&empty, {1}})->count() == 0);
    CHECK(combine({&empty, {1}}, Combination::Union, {&empty, {1}}).error().code == Errc::InvalidArgument);
    CHECK(combine({&map, {0}}, Combination::Union, b).error().code == Errc::InvalidArgument);
}

TEST_CASE("A mask on another grid is read where it lies in the world", "[tools][boolean]")
{
    const Geometry upright = *Geometry::make({120, 120, 120}, {1, 1, 1}, {-60, 0, -20});
    LabelMap map(kGrid), other(upright);
    paintBall(map, 1, kCentre, 12);
    paintBall(other, 1, kCentre, 9);
    const Operand a{&map, {1}}, b{&other, {1}};
    const double voxelMl = kGrid.voxelVolumeMm3() / 1000;
    CHECK(double(combine(a, Combination::Intersection, b)->count()) * voxelMl == Approx(ballMl(9)).epsilon(0.05));
    CHECK(combine(a, Combination::Union, b)->count() == map.count(1));
    CHECK(double(combine(b, Combination::Union, a)->count()) / 1000 == Approx(ballMl(12)).epsilon(0.05));
}

TEST_CASE("A selection mirrored twice is the selection, and lies where its mirror image lies", "[tools][mirror]")
{
    const Geometry upright = *Geometry::make({81, 60, 20}, {0.9, 1.1, 3.0}, {-36, 0, 0});
    LabelMap map(upright);
    paintBall(map, 1, {18, 30, 30}, 10);
    const double planeMm = middleXMm(upright, VoxelBox::whole(upright));
    CHECK(planeMm == Approx(0).margin(1e-9));
    const auto once = mirrored(upright, *selectionOf(map, {1}), planeMm);
    REQUIRE(once);
    CHECK(once->holds(upright.nearestVoxel({-18, 30, 30})));
    CHECK_FALSE(once->holds(upright.nearestVoxel({18, 30, 30})));
    const auto twice = mirrored(upright, *once, planeMm);
    const auto original = selectionOf(map, {1});
    CHECK(twice->box == original->box);
    CHECK(twice->inside == original->inside);
}

TEST_CASE("On a turned grid a mirrored ball is the ball on the other side", "[tools][mirror]")
{
    LabelMap map(kGrid), expected(kGrid);
    const PointMm right = kCentre + PointMm{-14, 2, 3}, left = kCentre + PointMm{14, 2, 3};
    paintBall(map, 1, right, 10);
    paintBall(expected, 1, left, 10);
    const auto once = mirrored(kGrid, *selectionOf(map, {1}), kCentre.x);
    REQUIRE(once);
    LabelMap there(kGrid);
    there = written(there, relabelled(there, *once, 1));
    CHECK(dice(there, expected, 1) > 0.9);
    CHECK(ml(there, 1) == Approx(ballMl(10)).epsilon(0.05));
    LabelMap back(kGrid);
    back = written(back, relabelled(back, *mirrored(kGrid, *once, kCentre.x), 1));
    CHECK(dice(back, map, 1) > 0.9);
    CHECK(mirrored(kGrid, *selectionOf(map, {1}), 5000).error().code == Errc::InvalidArgument);
    CHECK(mirrored(kGrid, {}, 0).error().code == Errc::InvalidArgument);
}

TEST_CASE("Between two slices of a cone lies the cone", "[tools][interpolate]")
{
    // Radius falls with the slice along any voxel axis.
    const int across = GENERATE(0, 1, 2);
    const Geometry grid = oblique({60, 60, 60}, {0.9, 1.1, 1.4});
    LabelMap cone(grid), drawn(grid);
    const PointMm middle = grid.toWorld(Index3{30, 30, 30});
    paint(cone, 1, [&](const PointMm &p) {
        const double along = dot(p - middle, grid.axis(across)) / grid.spacing()[std::size_t(across)];
        const double off = length(p - middle - dot(p - middle, grid.axis(across)) * grid.axis(across));
        return std::abs(along) < 10.5 && off <= 15 - 0.6 * along;
    });
    for (const std::int64_t slice : {20, 26, 40}) {
        VoxelBox one = VoxelBox::whole(grid);
        one.start[std::size_t(across)] = slice;
        one.size[std::size_t(across)] = 1;
        drawn.setValues(one, cone.values(one));
    }
    const auto patch = interpolateSlices(drawn, 1, {.across = across});
    REQUIRE(patch);
    const LabelMap filled = written(drawn, *patch);
    CHECK(dice(filled, cone, 1) > 0.97);
    CHECK(ml(filled, 1) == Approx(ml(cone, 1)).epsilon(0.03));
    for (const std::int64_t slice : {20, 26, 40}) {
        VoxelBox one = VoxelBox::whole(grid);
        one.start[std::size_t(across)] = slice;
        one.size[std::size_t(across)] = 1;
        CHECK(filled.values(one) == cone.values(one));
    }
}

TEST_CASE("Outlines that do not overlap are joined when their centres are laid on each other", "[tools][interpolate]")
{
    LabelMap map(kGrid);
    const auto disc = [&](std::int64_t i, std::int64_t k) {
        for (std::int64_t y = 0; y < 80; ++y)
            for (std::int64_t x = 0; x < 90; ++x)
                if (std::hypot(0.9 * double(x - i), 1.1 * double(y - 40)) <= 6) map.set({x, y, k}, 1);
    };
    disc(25, 10);
    const auto one = map.count(1);
    disc(55, 14);
    const LabelMap moved = written(map, *interpolateSlices(map, 1, {.alignment = Alignment::Centroids}));
    CHECK(moved.count(1) == Approx(double(5 * one)).epsilon(0.05));
    CHECK(moved.at({40, 40, 12}) == 1);
    CHECK(written(map, *interpolateSlices(map, 1)).values({{0, 0, 12}, {90, 80, 1}}) ==
          std::vector<Label>(std::size_t(90 * 80), 0));
}

TEST_CASE("Interpolation needs a gap between two drawn slices", "[tools][interpolate][error]")
{
    LabelMap map(kGrid);
    CHECK(interpolateSlices(map, 1).error().code == Errc::InvalidArgument);
    map.set({10, 10, 10}, 1);
    CHECK(interpolateSlices(map, 1).error().code == Errc::InvalidArgument);
    map.set({10, 10, 11}, 1);
    CHECK(interpolateSlices(map, 1).error().code == Errc::InvalidArgument);
    map.set({10, 10, 14}, 1);
    REQUIRE(interpolateSlices(map, 1));
    CHECK(written(map, *interpolateSlices(map, 1)).count(1) == 5);
    CHECK(interpolateSlices(map, 1, {.slices = {10, 12}}).error().code == Errc::InvalidArgument);
    CHECK(interpolateSlices(map, 1, {.across = 3}).error().code == Errc::InvalidArgument);
}

TEST_CASE("A slice is copied onto the next and spares other labels", "[tools][interpolate]")
{
    LabelMap map = ball(10);
    map.set({45, 40, 22}, 2);
    VoxelBox from{{0, 0, 15}, {90, 80, 1}};
    const auto count = std::ranges::count(map.values(from), Label{1});
    const LabelMap copied = written(map, *copyToSlice(map, 1, 2, 15, 7));
    CHECK(std::ranges::count(copied.values({{0, 0, 22}, {90, 80, 1}}), Label{1}) == count - 1);
    CHECK(copied.at({45, 40, 22}) == 2);
    CHECK(copyToSlice(map, 1, 2, 29, 1).error().code == Errc::InvalidArgument);
    CHECK(copyToSlice(map, 1, 2, 0, 1).error().code == Errc::InvalidArgument);
}
