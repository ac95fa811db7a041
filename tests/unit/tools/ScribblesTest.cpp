#include "glioscope/tools/Scribbles.h"

#include "Shapes.h"

#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::tools;
using namespace shapes;

namespace {
const Geometry kGrid = oblique({72, 64, 24});
const Index3 kMiddle{36, 32, 12};
const PointMm kCentre = kGrid.toWorld(kMiddle);
constexpr auto kBelongs = PointClick::Says::Belongs, kDoesNot = PointClick::Says::DoesNotBelong;

/// Two balls in one another, as bright as each other.
ImageVolume twoBalls()
{
    LabelMap map(kGrid);
    paintBall(map, 1, kCentre - 8 * kGrid.axis(0), 11);
    paintBall(map, 1, kCentre + 8 * kGrid.axis(0), 11);
    ImageVolume image(kGrid);
    CounterRandom random{43};
    auto values = image.edit();
    const auto inside = map.values(VoxelBox::whole(kGrid));
    for (std::size_t n = 0; n < values.size(); ++n)
        values[n] = float(random.normal() + (inside[n] ? 12 : 0));
    return image;
}
/// The left one, up to halfway between their middles.
LabelMap leftBall()
{
    LabelMap map(kGrid);
    paint(map, 1, [](const PointMm &p) {
        return length(p - (kCentre - 8 * kGrid.axis(0))) <= 11 && dot(p - kCentre, kGrid.axis(0)) < 0;
    });
    return map;
}
void addStroke(PointsRequest &request, const PointMm &from, const PointMm &to, PointClick::Says says)
{
    const PointMm line[] = {from, to};
    for (const Index3 &v : voxelsAlong(kGrid, line))
        request.clicks.push_back({v, says});
}
} // namespace

TEST_CASE("A stroke passes every voxel on its way once", "[tools][scribbles]")
{
    const PointMm line[] = {kGrid.toWorld(Index3{10, 12, 5}), kGrid.toWorld(Index3{30, 12, 5}),
                            kGrid.toWorld(Index3{10, 12, 5})};
    const auto voxels = voxelsAlong(kGrid, line);
    REQUIRE(voxels.size() == 21);
    for (std::size_t n = 0; n < voxels.size(); ++n)
        CHECK(voxels[n] == Index3{10 + std::int64_t(n), 12, 5});
    const PointMm out[] = {kGrid.toWorld(Index3{2, 12, 5}), kGrid.toWorld(Index3{-6, 12, 5})};
    CHECK(voxelsAlong(kGrid, out).size() == 3);
    CHECK(voxelsAlong(kGrid, std::span(line, 1)).size() == 1);
    CHECK(voxelsAlong(kGrid, {}).empty());
}

TEST_CASE("A line is thinned to points of some distance and keeps its ends", "[tools][scribbles]")
{
    std::vector<PointMm> line;
    for (int n = 0; n <= 100; ++n)
        line.push_back({0.1 * n, 0, 0});
    const auto points = thinned(line, 3);
    REQUIRE(points.size() == 4);
    CHECK(points.front() == line.front());
    CHECK(length(points[1] - points[0]) >= 3);
    line.resize(80);
    CHECK(thinned(line, 3).back() == line.back()); // 1.9 mm on from the last
    CHECK(thinned(std::span(line).first(1), 3).size() == 1);
}

TEST_CASE("Scribbles part what intensities cannot", "[tools][scribbles]")
{
    const ImageVolume image = twoBalls();
    const LabelMap empty(kGrid);
    PointsRequest request{.label = 1, .images = {{&image, 1}}, .radiusMm = 16};
    const PointMm left = kCentre - 8 * kGrid.axis(0);
    addStroke(request, left - 6 * kGrid.axis(1), left + 6 * kGrid.axis(1), kBelongs);
    addStroke(request, left, kCentre + 3 * kGrid.axis(0), kBelongs); // too far
    const auto open = decideByScribbles(empty, request);
    REQUIRE(open);
    CHECK(dice(written(empty, *open), leftBall(), 1) < 0.85);
    for (const double mm : {4.0, 8.0})
        addStroke(request, kCentre + mm * kGrid.axis(0) - 8 * kGrid.axis(1),
                  kCentre + mm * kGrid.axis(0) + 8 * kGrid.axis(1), kDoesNot);
    const auto parted = decideByScribbles(empty, request);
    REQUIRE(parted);
    const LabelMap result = written(empty, *parted);
    CHECK(dice(result, leftBall(), 1) > 0.85);
    for (const PointClick &click : request.clicks)
        CHECK((result.at(click.voxel) == 1) == (click.says == kBelongs));
}

TEST_CASE("Scribbles of single slices leave all other slices alone", "[tools][scribbles]")
{
    const ImageVolume image = twoBalls();
    const LabelMap empty(kGrid);
    PointsRequest request{.label = 1, .images = {{&image, 1}}};
    const PointMm left = kCentre - 10 * kGrid.axis(0);
    for (const double mm : {0.0, 6.0}) // slices of 3 mm
        addStroke(request, left + mm * kGrid.axis(2) - 3 * kGrid.axis(1), left + mm * kGrid.axis(2) + 3 * kGrid.axis(1),
                  kBelongs);
    const auto patch = decideByScribbles(empty, request, 2);
    REQUIRE(patch);
    const LabelMap result = written(empty, *patch);
    const VoxelBox box = result.boundingBox(1);
    CHECK(box.start[2] == 12);
    CHECK(box.size[2] == 3);
    std::int64_t perSlice[3] = {};
    for (std::int64_t k = 0; k < 3; ++k)
        for (std::int64_t j = 0; j < 64; ++j)
            for (std::int64_t i = 0; i < 72; ++i)
                perSlice[k] += result.at({i, j, 12 + k}) == 1;
    CHECK(perSlice[0] > 200);
    CHECK(perSlice[1] == 0);
    CHECK(perSlice[2] > 150);
}

TEST_CASE("What keeps its voxels neither changes nor lets a scribble through", "[tools][scribbles]")
{
    const ImageVolume image = twoBalls();
    LabelMap map(kGrid);
    // A locked wall between the balls, and a stroke across it.
    paint(map, 2, [&](const PointMm &p) { return std::abs(dot(p - kCentre, kGrid.axis(0))) < 2; });
    PointsRequest request{.label = 1, .images = {{&image, 1}}, .fixed = {2}};
    const PointMm left = kCentre - 10 * kGrid.axis(0);
    addStroke(request, left - 4 * kGrid.axis(1), left + 4 * kGrid.axis(1), kBelongs);
    addStroke(request, left, kCentre + kGrid.axis(0), kBelongs);
    const auto patch = decideByScribbles(map, request);
    REQUIRE(patch);
    const LabelMap result = written(map, *patch);
    CHECK(result.count(2) == map.count(2));
    CHECK(result.at(kGrid.nearestVoxel(left)) == 1);
    CHECK(result.at(kGrid.nearestVoxel(kCentre + 10 * kGrid.axis(0))) == 0);
    CHECK(ml(result, 1) > 0.5 * ballMl(10.5));
}

TEST_CASE("Scribbles refuse what they cannot use and stop when asked", "[tools][scribbles][error]")
{
    const ImageVolume image = twoBalls();
    const LabelMap empty(kGrid);
    PointsRequest request{.label = 1, .images = {{&image, 1}}};
    for (const std::optional<int> across : {std::optional<int>(), std::optional(2)}) {
        const auto none = decideByScribbles(empty, request, across);
        REQUIRE_FALSE(none);
        CHECK(none.error().code == Errc::InvalidArgument);
    }
    addStroke(request, kCentre, kCentre + 5 * kGrid.axis(0), kBelongs);
    CHECK(decideByScribbles(empty, request, 3).error().code == Errc::InvalidArgument);
    const auto stopped = decideByScribbles(empty, request, 2, [](double) { return false; });
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == Errc::Cancelled);
}
