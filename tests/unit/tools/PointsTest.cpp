#include "glioscope/tools/Points.h"

#include "Shapes.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <limits>

using namespace glio;
using namespace glio::tools;
using namespace shapes;

namespace {
const Geometry kGrid = oblique({72, 64, 24});
const Index3 kMiddle{36, 32, 12};
const PointMm kCentre = kGrid.toWorld(kMiddle);
constexpr auto kBelongs = PointClick::Says::Belongs, kDoesNot = PointClick::Says::DoesNotBelong;

ImageVolume ballImage(double radiusMm, double contrast)
{
    ImageVolume image(kGrid);
    CounterRandom random{41};
    auto values = image.edit();
    for (std::int64_t k = 0; k < 24; ++k)
        for (std::int64_t j = 0; j < 64; ++j)
            for (std::int64_t i = 0; i < 72; ++i)
                values[std::size_t(kGrid.offset({i, j, k}))] = float(
                    random.normal() + (length(kGrid.toWorld(Index3{i, j, k}) - kCentre) <= radiusMm ? contrast : 0));
    return image;
}
LabelMap ball(Label label, double radiusMm)
{
    LabelMap map(kGrid);
    paintBall(map, label, kCentre, radiusMm);
    return map;
}
/// round(255 p) of a model that is rather sure of a ball.
Volume<std::uint8_t> surely(double radiusMm)
{
    Volume<std::uint8_t> prior(kGrid, 25);
    const LabelMap in = ball(1, radiusMm);
    const auto values = in.values(VoxelBox::whole(kGrid));
    auto bytes = prior.edit();
    for (std::size_t n = 0; n < values.size(); ++n)
        if (values[n]) bytes[n] = 230;
    return prior;
}
} // namespace

TEST_CASE("One click into a ball marks the ball", "[tools][points]")
{
    const ImageVolume image = ballImage(14, 12);
    const LabelMap empty(kGrid);
    const auto patch = decideByPoints(empty, {.label = 1, .clicks = {{kMiddle, kBelongs}}, .images = {{&image, 1}}});
    REQUIRE(patch);
    CHECK(dice(written(empty, *patch), ball(1, 14), 1) > 0.95);
}

TEST_CASE("Clicks gather: a second one takes back what the first took too much", "[tools][points]")
{
    // One bright ball of which the reader wants the half on one side alone: only the clicks can say so.
    const ImageVolume image = ballImage(16, 12);
    const LabelMap empty(kGrid);
    PointsRequest request{.label = 1, .clicks = {{{30, 32, 12}, kBelongs}}, .images = {{&image, 1}}};
    const auto first = decideByPoints(empty, request);
    request.clicks.push_back({{46, 32, 12}, kDoesNot});
    const auto second = decideByPoints(empty, request);
    REQUIRE(first);
    REQUIRE(second);
    const LabelMap before = written(empty, *first), after = written(empty, *second);
    CHECK(before.at({46, 32, 12}) == 1);
    CHECK(after.at({46, 32, 12}) == 0);
    CHECK(after.at({30, 32, 12}) == 1);
    CHECK(after.count(1) < before.count(1) * 3 / 4);
}

TEST_CASE("Nothing beyond the radius of the clicks changes", "[tools][points]")
{
    const ImageVolume flat = ballImage(1000, 5);
    LabelMap map(kGrid);
    paint(map, 3, [](const PointMm &) { return true; });
    const PointsRequest request{.label = 1, .clicks = {{kMiddle, kBelongs}}, .images = {{&flat, 1}}, .radiusMm = 9};
    const VoxelBox box = boxOfPoints(kGrid, request.clicks, 9);
    CHECK(box == VoxelBox{{26, 23, 9}, {21, 19, 7}}); // 9 mm are 10 x 9 x 3 voxels of 0.9 x 1.1 x 3 mm
    const auto patch = decideByPoints(map, request);
    REQUIRE(patch);
    CHECK(patch->box == box);
    const LabelMap after = written(map, *patch);
    CHECK(after.at(kMiddle) == 1);
    CHECK(after.at({26, 32, 12}) == 3); // a face
    CHECK(after.count(0) == 0);         // what is not taken keeps its own label
}

TEST_CASE("A model's probability decides where the images say nothing", "[tools][points]")
{
    const ImageVolume flat(kGrid, 3.0f);
    const Volume<std::uint8_t> prior = surely(12);
    const LabelMap empty(kGrid);
    PointsRequest request{.label = 1, .clicks = {{kMiddle, kBelongs}}, .images = {{&flat, 1}}};
    const auto without = decideByPoints(empty, request);
    request.prior = &prior;
    const auto with = decideByPoints(empty, request);
    REQUIRE(without);
    REQUIRE(with);
    CHECK(dice(written(empty, *with), ball(1, 12), 1) > dice(written(empty, *without), ball(1, 12), 1) + 0.2);
}

TEST_CASE("A click that does not belong takes the label away and leaves the others", "[tools][points]")
{
    const ImageVolume image = ballImage(8, 12);
    LabelMap map = ball(2, 16);
    paintBall(map, 1, kCentre, 8);
    const Volume<std::uint8_t> never(kGrid, 2);
    const auto patch =
        decideByPoints(map, {.label = 1, .clicks = {{kMiddle, kDoesNot}}, .images = {{&image, 1}}, .prior = &never});
    REQUIRE(patch);
    const LabelMap after = written(map, *patch);
    CHECK(after.count(1) == 0);
    CHECK(after.count(2) == map.count(2));
    CHECK(after.at(kMiddle) == 0);
}

TEST_CASE("A click counts on the first slice and on a mask of one slice", "[tools][points]")
{
    SECTION("the first slice is a face of the box")
    {
        const ImageVolume image = ballImage(14, 12);
        const LabelMap empty(kGrid);
        const auto patch =
            decideByPoints(empty, {.label = 1, .clicks = {{{36, 32, 0}, kBelongs}}, .images = {{&image, 1}}});
        REQUIRE(patch);
        CHECK(written(empty, *patch).at({36, 32, 0}) == 1);
    }
    SECTION("one slice has no faces along its own axis")
    {
        const Geometry slice = *Geometry::make({60, 60, 1}, {1, 1, 5});
        ImageVolume image(slice);
        LabelMap expected(slice);
        paintBall(expected, 1, {30, 30, 0}, 10);
        auto values = image.edit();
        const auto in = expected.values(VoxelBox::whole(slice));
        for (std::size_t n = 0; n < in.size(); ++n)
            values[n] = in[n] ? 9.0f : float(n % 2);
        const LabelMap empty(slice);
        const auto patch =
            decideByPoints(empty, {.label = 1, .clicks = {{{30, 30, 0}, kBelongs}}, .images = {{&image, 1}}});
        REQUIRE(patch);
        CHECK(dice(written(empty, *patch), expected, 1) > 0.95);
    }
}

TEST_CASE("Points refuse what they cannot use and stop when asked", "[tools][points][error]")
{
    const ImageVolume image = ballImage(14, 12);
    const LabelMap empty(kGrid);
    const PointsRequest good{.label = 1, .clicks = {{kMiddle, kBelongs}}, .images = {{&image, 1}}};
    const auto refused = [&](const PointsRequest &request) {
        const auto patch = decideByPoints(empty, request);
        return !patch && patch.error().code == Errc::InvalidArgument;
    };
    PointsRequest bad = good;
    SECTION("no click") { bad.clicks.clear(); }
    SECTION("a click outside") { bad.clicks.push_back({{72, 0, 0}, kBelongs}); }
    SECTION("background is no label") { bad.label = 0; }
    SECTION("no image") { bad.images.clear(); }
    SECTION("a radius that is no length")
    {
        bad.radiusMm = GENERATE(0.0, -3.0, 101.0, std::numeric_limits<double>::quiet_NaN());
    }
    const Volume<std::uint8_t> elsewhere;
    SECTION("a prior on another grid") { bad.prior = &elsewhere; }
    CHECK(refused(bad));
    const auto stopped = decideByPoints(empty, good, [](double) { return false; });
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == Errc::Cancelled);
}

TEST_CASE("One click takes an island away, and what nobody clicked stays", "[tools][points]")
{
    const ImageVolume image = ballImage(14, 12);
    LabelMap map(kGrid);
    const Index3 island = kMiddle, other{kMiddle[0] + 9, kMiddle[1] + 9, kMiddle[2]};
    for (std::int64_t j = -1; j <= 1; ++j)
        for (std::int64_t i = -1; i <= 1; ++i) {
            map.set({island[0] + i, island[1] + j, island[2]}, 1);
            map.set({other[0] + i, other[1] + j, other[2]}, 1);
        }
    const auto patch = decideByPoints(map, {.label = 1, .clicks = {{island, kDoesNot}}, .images = {{&image, 1}}});
    REQUIRE(patch);
    const LabelMap after = written(map, *patch);
    CHECK(after.at(island) == 0);
    CHECK(after.count(1) == 9);
    CHECK(after.at(other) == 1);
    // And a click that belongs never takes anything.
    const auto more = decideByPoints(map, {.label = 1, .clicks = {{kMiddle, kBelongs}}, .images = {{&image, 1}}});
    REQUIRE(more);
    const std::vector<Label> held = map.values(more->box);
    for (std::size_t n = 0; n < more->labels.size(); ++n)
        if (held[n] == 1 && more->labels[n] != 1) FAIL("a click that belongs took a voxel");
}
