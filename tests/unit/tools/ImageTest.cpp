#include "glioscope/tools/Grow.h"
#include "glioscope/tools/RandomWalker.h"
#include "glioscope/tools/Threshold.h"

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
const Geometry kGrid = oblique({72, 64, 24});
const Index3 kMiddle{36, 32, 12};

/// Ball of `radiusMm` round the middle of kGrid, brighter by `contrast`, with noise of deviation 1, on any grid.
ImageVolume ballImage(const Geometry &grid, double radiusMm, double contrast, std::uint64_t seed)
{
    ImageVolume image(grid);
    CounterRandom random{seed};
    auto values = image.edit();
    const PointMm centre = kGrid.toWorld(kMiddle);
    for (std::int64_t k = 0; k < grid.size()[2]; ++k)
        for (std::int64_t j = 0; j < grid.size()[1]; ++j)
            for (std::int64_t i = 0; i < grid.size()[0]; ++i)
                values[std::size_t(grid.offset({i, j, k}))] = float(
                    random.normal() + (length(grid.toWorld(Index3{i, j, k}) - centre) <= radiusMm ? contrast : 0));
    return image;
}
LabelMap truth(double radiusMm)
{
    LabelMap map(kGrid);
    paintBall(map, 1, kGrid.toWorld(kMiddle), radiusMm);
    return map;
}
std::vector<LabelSeed> twoScribbles()
{
    std::vector<LabelSeed> seeds;
    for (std::int64_t n = -5; n <= 5; ++n)
        seeds.push_back({{36 + n, 32, 12}, 1});
    for (std::int64_t n = 4; n < 68; ++n)
        seeds.push_back({{n, 5, 12}, 0});
    return seeds;
}
} // namespace

TEST_CASE("A region grown from a seed is the ball, over the reach and not beyond", "[tools][grow]")
{
    const ImageVolume a = ballImage(kGrid, 14, 20, 1), b = ballImage(kGrid, 14, -20, 2);
    const std::array<WeightedImage, 2> images{WeightedImage{&a, 1}, WeightedImage{&b, 0.5}};
    const auto field = growField(kGrid, images, {kMiddle});
    REQUIRE(field);
    LabelMap grown(kGrid);
    grown = written(grown, relabelled(grown, within(*field, 5), 1));
    CHECK(dice(grown, truth(14), 1) > 0.98);
    SECTION("a larger reach holds a smaller one")
    {
        const Selection little = within(*field, 1.2), more = within(*field, 3), most = within(*field, 1000);
        CHECK(within(*field, 0).count() == 1);
        CHECK(little.count() < more.count());
        CHECK(most.count() > 2 * more.count());
        bool nested = true;
        for (std::int64_t j = 0; j < 64; ++j)
            for (std::int64_t i = 0; i < 72; ++i)
                nested &= !little.holds({i, j, 12}) || more.holds({i, j, 12});
        CHECK(nested);
    }
    SECTION("the reach of a voxel is its path's largest step, so a wall between costs the wall")
    {
        // Beyond the ball everything costs at least what leaving it costs.
        const float outside = field->reach[field->box.offset({36 + 25, 32, 12})];
        CHECK(outside > 10);
        const auto inside = field->reach[field->box.offset({36 + 5, 32, 12})];
        CHECK(inside < 6);
    }
}

TEST_CASE("A region does not grow beyond its radius in millimetres", "[tools][grow]")
{
    const ImageVolume flat = ballImage(kGrid, 1000, 5, 3);
    const std::array<WeightedImage, 1> images{WeightedImage{&flat, 1}};
    const auto field = growField(kGrid, images, {kMiddle}, {.radiusMm = 15});
    REQUIRE(field);
    CHECK(double(within(*field, 100).count()) * kGrid.voxelVolumeMm3() / 1000 == Approx(ballMl(15)).epsilon(0.03));
}

TEST_CASE("A stop at edges holds a region where the intensities alone would let it through", "[tools][grow]")
{
    const ImageVolume image = ballImage(kGrid, 12, 30, 4);
    const std::array<WeightedImage, 1> images{WeightedImage{&image, 1}};
    const auto without = growField(kGrid, images, {kMiddle}, {.edgeStop = 0});
    const auto with = growField(kGrid, images, {kMiddle}, {.edgeStop = 20});
    REQUIRE(with);
    CHECK(within(*without, 8).count() > within(*with, 8).count());
    CHECK(within(*with, 8).count() > 100);
}

TEST_CASE("An image on another grid guides the same region", "[tools][grow]")
{
    const Geometry upright = *Geometry::make({110, 110, 110}, {1, 1, 1}, {-65, 5, -15});
    const ImageVolume image = ballImage(upright, 14, 30, 5);
    const std::array<WeightedImage, 1> images{WeightedImage{&image, 1}};
    const auto field = growField(kGrid, images, {kMiddle});
    REQUIRE(field);
    LabelMap grown(kGrid);
    grown = written(grown, relabelled(grown, within(*field, 6), 1));
    CHECK(dice(grown, truth(14), 1) > 0.93);
}

TEST_CASE("Growing refuses what it cannot use and stops when asked", "[tools][grow][error]")
{
    ImageVolume image = ballImage(kGrid, 14, 20, 1);
    const std::array<WeightedImage, 1> images{WeightedImage{&image, 1}};
    const auto code = [](const auto &result) { return result.error().code; };
    CHECK(code(growField(kGrid, images, {})) == Errc::InvalidArgument);
    CHECK(code(growField(kGrid, {}, {kMiddle})) == Errc::InvalidArgument);
    CHECK(code(growField(kGrid, images, {{-1, 0, 0}})) == Errc::InvalidArgument);
    CHECK(code(growField(kGrid, images, {kMiddle}, {.radiusMm = 1000})) == Errc::InvalidArgument);
    CHECK(code(growField(kGrid, images, {kMiddle}, {}, [](double) { return false; })) == Errc::Cancelled);
    image.set(kMiddle, std::numeric_limits<float>::quiet_NaN());
    CHECK(code(growField(kGrid, images, {kMiddle})) == Errc::InvalidArgument);
}

TEST_CASE("Two scribbles part a noisy image", "[tools][walker]")
{
    const ImageVolume a = ballImage(kGrid, 14, 4, 11), b = ballImage(kGrid, 14, -4, 12);
    const std::array<WeightedImage, 2> images{WeightedImage{&a, 1}, WeightedImage{&b, 1}};
    const LabelMap map(kGrid);
    const VoxelBox box = VoxelBox::whole(kGrid);
    const auto walk = randomWalk(map, box, images, twoScribbles());
    REQUIRE(walk);
    CHECK(walk->labels == std::vector<Label>{0, 1});
    CHECK(dice(written(map, walk->patch), truth(14), 1) > 0.95);
    bool kept = true;
    for (const LabelSeed &seed : twoScribbles())
        kept &= walk->patch.labels[box.offset(seed.voxel)] == seed.label;
    CHECK(kept);
    int worst = 0;
    for (std::size_t n = 0; n < walk->patch.labels.size(); ++n)
        worst = std::max(worst, std::abs(int(walk->probabilities[0][n]) + int(walk->probabilities[1][n]) - 255));
    CHECK(worst <= 1);
}

TEST_CASE("On a flat image a walker from the middle goes either way alike", "[tools][walker]")
{
    // A bar of 21 voxels with its ends seeded: the probability falls in a straight line.
    const Geometry bar = *Geometry::make({21, 1, 1}, {1, 1, 1});
    const ImageVolume flat(bar, 7.0f);
    const std::array<WeightedImage, 1> images{WeightedImage{&flat, 1}};
    const auto walk =
        randomWalk(LabelMap(bar), VoxelBox::whole(bar), images, {{{0, 0, 0}, 2}, {{20, 0, 0}, 5}}, {}, {});
    REQUIRE(walk);
    for (std::size_t i = 0; i <= 20; ++i)
        CHECK(std::abs(int(walk->probabilities[1][i]) - int(std::lround(255 * double(i) / 20))) <= 1);
    CHECK(walk->patch.labels[9] == 2);
    CHECK(walk->patch.labels[11] == 5);
}

TEST_CASE("Three scribbles give three labels", "[tools][walker]")
{
    ImageVolume image = ballImage(kGrid, 18, 10, 21);
    const ImageVolume core = ballImage(kGrid, 8, 10, 22);
    auto values = image.edit();
    for (std::size_t n = 0; n < values.size(); ++n)
        values[n] += core.voxels()[n];
    LabelMap map(kGrid), expected = truth(18);
    paintBall(expected, 2, kGrid.toWorld(kMiddle), 8);
    auto seeds = twoScribbles();
    for (LabelSeed &seed : seeds)
        if (seed.label == 1) seed.label = 2;
    for (std::int64_t n = -4; n <= 4; ++n)
        seeds.push_back({{36 + n, 32 + 12, 12}, 1});
    const std::array<WeightedImage, 1> images{WeightedImage{&image, 1}};
    const auto walk = randomWalk(map, VoxelBox::whole(kGrid), images, seeds);
    REQUIRE(walk);
    CHECK(dice(written(map, walk->patch), expected, 1) > 0.85);
    CHECK(dice(written(map, walk->patch), expected, 2) > 0.85);
}

TEST_CASE("A model's probabilities decide where the image says nothing", "[tools][walker]")
{
    const ImageVolume flat(kGrid, 3.0f);
    const std::array<WeightedImage, 1> images{WeightedImage{&flat, 1}};
    const LabelMap expected = truth(14);
    Volume<std::uint8_t> inside(kGrid), outside(kGrid);
    const auto values = expected.values(VoxelBox::whole(kGrid));
    auto editInside = inside.edit(), editOutside = outside.edit();
    for (std::size_t n = 0; n < values.size(); ++n) {
        editInside[n] = values[n] ? 230 : 25;
        editOutside[n] = values[n] ? 25 : 230;
    }
    const std::array<LabelPrior, 2> priors{LabelPrior{0, &outside}, LabelPrior{1, &inside}};
    const LabelMap map(kGrid);
    const auto with = randomWalk(map, VoxelBox::whole(kGrid), images, twoScribbles(), priors, {.priorWeight = 0.5});
    REQUIRE(with);
    CHECK(dice(written(map, with->patch), expected, 1) > 0.9);
    const auto without = randomWalk(map, VoxelBox::whole(kGrid), images, twoScribbles());
    CHECK(dice(written(map, without->patch), expected, 1) < 0.8);
}

TEST_CASE("The random walker refuses what it cannot use and stops when asked", "[tools][walker][error]")
{
    const ImageVolume image = ballImage(kGrid, 14, 4, 11);
    const std::array<WeightedImage, 1> images{WeightedImage{&image, 1}};
    const LabelMap map(kGrid);
    const VoxelBox whole = VoxelBox::whole(kGrid);
    const auto code = [](const auto &result) { return result.error().code; };
    CHECK(code(randomWalk(map, {}, images, twoScribbles())) == Errc::InvalidArgument);
    CHECK(code(randomWalk(map, whole, images, {})) == Errc::InvalidArgument);
    CHECK(code(randomWalk(map, whole, images, {{kMiddle, 1}})) == Errc::InvalidArgument);
    CHECK(code(randomWalk(map, whole, {}, twoScribbles())) == Errc::InvalidArgument);
    CHECK(code(randomWalk(map, {{0, 0, 0}, {9, 9, 9}}, images, twoScribbles())) == Errc::InvalidArgument);
    const Volume<std::uint8_t> elsewhere;
    const std::array<LabelPrior, 1> prior{LabelPrior{1, &elsewhere}};
    CHECK(code(randomWalk(map, whole, images, twoScribbles(), prior)) == Errc::InvalidArgument);
    CHECK(code(randomWalk(map, whole, images, twoScribbles(), {}, {}, [](double done) { return done < 0.2; })) ==
          Errc::Cancelled);
}

TEST_CASE("Progress of the random walker never falls", "[tools][walker]")
{
    const ImageVolume image = ballImage(kGrid, 14, 4, 11);
    const std::array<WeightedImage, 1> images{WeightedImage{&image, 1}};
    double last = 0;
    bool fell = false;
    REQUIRE(randomWalk(LabelMap(kGrid), VoxelBox::whole(kGrid), images, twoScribbles(), {}, {}, [&](double done) {
        fell |= done < last || done > 1;
        last = done;
        return true;
    }));
    CHECK_FALSE(fell);
    CHECK(last == 1);
}

TEST_CASE("Otsu's threshold parts two classes, and two of them part three", "[tools][threshold]")
{
    const ImageVolume image = ballImage(kGrid, 16, 12, 31);
    LabelMap map(kGrid);
    paintBall(map, 7, kGrid.toWorld(kMiddle), 22);
    const auto among = selectionOf(map, {7});
    const auto two = otsuThresholds(image, kGrid, *among);
    REQUIRE(two);
    REQUIRE(two->size() == 1);
    CHECK((*two)[0] == Approx(6).margin(1));
    const auto bright = inRange(image, kGrid, *among, (*two)[0], std::numeric_limits<double>::infinity());
    CHECK(double(bright->count()) * kGrid.voxelVolumeMm3() / 1000 == Approx(ballMl(16)).epsilon(0.04));

    ImageVolume three = image;
    const ImageVolume core = ballImage(kGrid, 9, 15, 32);
    auto values = three.edit();
    for (std::size_t n = 0; n < values.size(); ++n)
        values[n] += core.voxels()[n];
    const auto thresholds = otsuThresholds(three, kGrid, *among, 3);
    REQUIRE(thresholds);
    REQUIRE(thresholds->size() == 2);
    CHECK((*thresholds)[0] == Approx(6).margin(1.5));
    CHECK((*thresholds)[1] == Approx(19.5).margin(2));
}

TEST_CASE("A threshold refuses a flat image, nothing selected and a turned range", "[tools][threshold][error]")
{
    const ImageVolume flat(kGrid, 4.0f);
    const auto among = selectionOf(truth(10), {1});
    CHECK(otsuThresholds(flat, kGrid, *among).error().code == Errc::InvalidArgument);
    CHECK(otsuThresholds(flat, kGrid, {}).error().code == Errc::InvalidArgument);
    CHECK(otsuThresholds(flat, kGrid, *among, 4).error().code == Errc::InvalidArgument);
    CHECK(inRange(flat, kGrid, *among, 5, 3).error().code == Errc::InvalidArgument);
    CHECK(inRange(flat, kGrid, *among, 5, 6)->count() == 0);
    CHECK(inRange(flat, kGrid, *among, 4, 4)->count() == among->count());
}
