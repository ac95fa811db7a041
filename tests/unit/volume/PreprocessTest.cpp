#include "glioscope/volume/Preprocess.h"
#include "glioscope/base/Random.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace glio;
using Catch::Approx;

namespace {

constexpr std::array kOrder{Sequence::T1, Sequence::T1c, Sequence::T2, Sequence::Flair};

Geometry grid(Size3 size, Spacing3 spacing, PointMm origin = {}, Matrix3 direction = {1, 0, 0, 0, 1, 0, 0, 0, 1})
{
    return Geometry::make(size, spacing, origin, direction).value();
}

/// A ball of radius 40 mm around the world's origin whose values rise to the left; `hollow` makes a dark shell inside.
template <class Outside> ImageVolume ball(const Geometry &geometry, bool hollow, const Outside &outside)
{
    ImageVolume image(geometry);
    CounterRandom random({7});
    for (std::int64_t k = 0; k < geometry.size()[2]; ++k)
        for (std::int64_t j = 0; j < geometry.size()[1]; ++j)
            for (std::int64_t i = 0; i < geometry.size()[0]; ++i) {
                const PointMm p = geometry.toWorld(Index3{i, j, k});
                const double r = std::sqrt(p.x * p.x + p.y * p.y + p.z * p.z);
                const bool dark = hollow && r > 30 && r < 35;
                image.set({i, j, k}, r > 40 ? float(outside(random)) : dark ? 2.0f : float(500 + 5 * p.x));
            }
    return image;
}
double millilitres(const LabelVolume &mask)
{
    return double(std::ranges::count(mask.voxels(), 1)) * mask.geometry().voxelVolumeMm3() / 1000;
}
const double kBallMl = 4.0 / 3 * 3.14159265 * 64;

Matrix3 turned(double degrees) // about the left-right axis
{
    const double c = std::cos(degrees * 3.14159265 / 180), s = std::sin(degrees * 3.14159265 / 180);
    return {1, 0, 0, 0, c, -s, 0, s, c};
}

} // namespace

TEST_CASE("foreground finds the head whatever its background is", "[volume][preprocess]")
{
    const Geometry geometry = grid({60, 60, 60}, {2, 2, 2}, {-59, -59, -59});
    SECTION("a stripped brain on exact zero, with a dark shell that must be filled")
    {
        CHECK(millilitres(foreground(ball(geometry, true, [](auto &) { return 0.0; }))) ==
              Approx(kBallMl).epsilon(0.03));
    }
    SECTION("a z-scored file, where background is a negative constant")
    {
        ImageVolume image = ball(geometry, false, [](auto &) { return 0.0; });
        for (float &v : image.edit())
            v = v == 0 ? -2.5f : (v - 500) / 100;
        CHECK(millilitres(foreground(image)) == Approx(kBallMl).epsilon(0.03));
    }
    SECTION("noisy air around a head whose bone is dark")
    {
        const auto mask =
            foreground(ball(geometry, true, [](CounterRandom &random) { return 12 * std::abs(random.normal()); }));
        CHECK(millilitres(mask) == Approx(kBallMl).epsilon(0.08));
        CHECK(mask.at({29, 29, 45}) == 1); // in the dark shell
    }
    SECTION("NaN counts as background")
    {
        ImageVolume image =
            ball(geometry, false, [](auto &) { return double(std::numeric_limits<float>::quiet_NaN()); });
        CHECK(millilitres(foreground(image)) == Approx(kBallMl).epsilon(0.03));
    }
    SECTION("a constant image has no foreground") { CHECK(millilitres(foreground(ImageVolume(geometry, 7.0f))) == 0); }
}

TEST_CASE("normalise maps the median to 0 and the middle eighty percent to 2.56, clips, and zeroes the outside",
          "[volume][preprocess]")
{
    std::vector<float> voxels(1003);
    std::vector<std::uint8_t> mask(voxels.size(), 1);
    for (std::size_t n = 0; n <= 1000; ++n)
        voxels[n] = float(n);
    voxels[1001] = std::numeric_limits<float>::quiet_NaN();
    mask[1001] = mask[1002] = 0;
    voxels[1002] = 1e9f;
    const Normalisation found = normalise(voxels, mask);
    CHECK(found.median == Approx(500));
    CHECK(voxels[500] == Approx(0));
    CHECK(voxels[900] - voxels[100] == Approx(2.56));
    CHECK(voxels[1001] == 0);
    CHECK(voxels[1002] == 0);
    std::vector<float> spike(1000);
    for (std::size_t n = 0; n < spike.size(); ++n)
        spike[n] = float(n % 100);
    spike[0] = 1e6f, spike[1] = -1e6f;
    normalise(spike, std::vector<std::uint8_t>(spike.size(), 1));
    CHECK(spike[0] == 6);
    CHECK(spike[1] == -5);
}

TEST_CASE("workingGrid is upright and covers the reference's box", "[volume][preprocess]")
{
    // A sagittal acquisition: i runs to the back, j to the feet, k to the right.
    const Geometry sagittal = grid({50, 60, 20}, {1, 1, 5}, {47.5, -25, 30}, {0, 0, -1, 1, 0, 0, 0, -1, 0});
    const auto upright = workingGrid(sagittal, {2, 2, 2});
    REQUIRE(upright);
    CHECK(upright->orientation() == "LPS");
    CHECK(upright->size() == Size3{50, 25, 30});
    for (const Index3 corner : {Index3{0, 0, 0}, Index3{49, 59, 19}})
        CHECK(upright->contains(upright->toIndex(sagittal.toWorld(corner))));
    const auto oblique = workingGrid(grid({30, 30, 30}, {1, 1, 1}, {}, turned(20)), {1, 1, 1});
    REQUIRE(oblique);
    CHECK(oblique->isOblique());
    CHECK(oblique->sameGrid(grid({30, 30, 30}, {1, 1, 1}, {}, turned(20))));
    CHECK_FALSE(workingGrid(sagittal, {2, 0, 2}));
}

TEST_CASE("prepareInputs brings sequences of different grids onto one, each place with its own value",
          "[volume][preprocess]")
{
    const auto air = [](auto &) { return 0.0; };
    const ImageVolume fine = ball(grid({96, 96, 96}, {1, 1, 1}, {-47.5, -47.5, -47.5}), false, air);
    // Thick oblique slices, turned 15 degrees, and a coarse coronal one.
    const Matrix3 tilt = turned(15);
    const ImageVolume thick = ball(grid({96, 96, 20}, {1, 1, 5}, {-47.5, -58.2, -33.6}, tilt), false, air);
    const ImageVolume coronal =
        ball(grid({48, 48, 24}, {2, 2, 4}, {-47, -46, 47}, {1, 0, 0, 0, 0, 1, 0, -1, 0}), false, air);
    const std::vector<std::pair<Sequence, ImageVolume>> sequences{
        {Sequence::T1c, thick}, {Sequence::T1, fine}, {Sequence::Flair, coronal}, {Sequence::Other, fine}};
    const auto inputs = prepareInputs(sequences, kOrder, {2, 2, 2});
    REQUIRE(inputs);
    CHECK(inputs->grid.orientation() == "LPS");
    CHECK_FALSE(inputs->grid.isOblique()); // the finest sequence decides
    CHECK(inputs->present == std::vector<bool>{true, true, false, true});
    CHECK(std::ranges::all_of(inputs->channel(2), [](float v) { return v == 0; }));
    CHECK(millilitres(inputs->foreground) == Approx(kBallMl).epsilon(0.15));
    for (const double x : {-25.0, 0.0, 20.0}) { // values rise to the left in every channel alike
        const auto at = std::size_t(inputs->grid.offset(inputs->grid.nearestVoxel({x, 0, 0})));
        CHECK(inputs->channel(1)[at] == Approx(inputs->channel(0)[at]).margin(0.12));
        CHECK(inputs->channel(3)[at] == Approx(inputs->channel(0)[at]).margin(0.12));
    }
    const auto edge = std::size_t(inputs->grid.offset(inputs->grid.nearestVoxel({0, -38, 0})));
    CHECK(std::abs(inputs->channel(0)[edge]) < 0.3); // the zero background must not bleed in
}

TEST_CASE("backToGrid returns values to their place on an oblique thick-slice grid", "[volume][preprocess]")
{
    const Geometry target = grid({80, 80, 18}, {1, 1, 5}, {-39.5, -50, -31}, turned(-12));
    const ImageVolume image = ball(target, false, [](auto &) { return 0.0; });
    const std::vector<std::pair<Sequence, ImageVolume>> sequences{{Sequence::T1, image}};
    const auto inputs = prepareInputs(sequences, kOrder, {1.5, 1.5, 1.5});
    REQUIRE(inputs);
    std::vector<float> world(2 *
                             std::size_t(inputs->grid.voxelCount())); // channel 0: L / 100, channel 1: (S + 60) / 130
    const auto plane = std::size_t(inputs->grid.voxelCount());
    for (std::int64_t k = 0, n = 0; k < inputs->grid.size()[2]; ++k)
        for (std::int64_t j = 0; j < inputs->grid.size()[1]; ++j)
            for (std::int64_t i = 0; i < inputs->grid.size()[0]; ++i, ++n) {
                const PointMm p = inputs->grid.toWorld(Index3{i, j, k});
                world[std::size_t(n)] = float(p.x / 100);
                world[plane + std::size_t(n)] = float((p.z + 60) / 130);
            }
    const auto back = backToGrid(world, 2, inputs->grid, target);
    const auto bytes = backToGridBytes(world, 2, inputs->grid, target);
    REQUIRE(back);
    REQUIRE(bytes);
    int compared = 0;
    for (std::int64_t k = 0; k < target.size()[2]; ++k)
        for (std::int64_t j = 0; j < target.size()[1]; j += 7)
            for (std::int64_t i = 0; i < target.size()[0]; i += 7) {
                const PointMm p = target.toWorld(Index3{i, j, k});
                const ContinuousIndex at = inputs->grid.toIndex(p);
                bool inner = true;
                for (int a = 0; a < 3; ++a)
                    inner = inner && at[a] >= 0 && at[a] <= double(inputs->grid.size()[a] - 1);
                if (!inner) continue;
                ++compared;
                const auto n = std::size_t(target.offset({i, j, k}));
                REQUIRE((*back)[n] == Approx(p.x / 100).margin(1e-4));
                REQUIRE((*back)[std::size_t(target.voxelCount()) + n] == Approx((p.z + 60) / 130).margin(1e-4));
                REQUIRE(double((*bytes)[1].data()[n]) == Approx(255 * (p.z + 60) / 130).margin(0.51));
            }
    CHECK(compared > 500);
    CHECK_FALSE(backToGrid(std::span(world).first(10), 2, inputs->grid, target));
}

TEST_CASE("prepareInputs refuses what it cannot use", "[volume][preprocess][error]")
{
    const Geometry geometry = grid({20, 20, 20}, {4, 4, 4}, {-38, -38, -38});
    const std::vector<std::pair<Sequence, ImageVolume>> other{{Sequence::Other, ImageVolume(geometry)}};
    CHECK(prepareInputs(other, kOrder, {2, 2, 2}).error().code == Errc::InvalidArgument);
    const std::vector<std::pair<Sequence, ImageVolume>> empty{{Sequence::T1, ImageVolume(geometry, 3.0f)}};
    CHECK(prepareInputs(empty, kOrder, {2, 2, 2}).error().code == Errc::InvalidArgument);
    const std::vector<std::pair<Sequence, ImageVolume>> good{
        {Sequence::T1, ball(geometry, false, [](auto &) { return 0.0; })}};
    CHECK(prepareInputs(good, kOrder, {2, -1, 2}).error().code == Errc::InvalidArgument);
    PrepareOptions stopped;
    stopped.progress = [](double) { return false; };
    CHECK(prepareInputs(good, kOrder, {2, 2, 2}, stopped).error().code == Errc::Cancelled);
}

TEST_CASE("prepareInputs takes a brain mask on any grid as the foreground", "[volume][preprocess]")
{
    const ImageVolume image = ball(grid({48, 48, 48}, {2, 2, 2}, {-47, -47, -47}), false, [](auto &) { return 0.0; });
    const Geometry maskGrid = grid({30, 30, 30}, {3, 3, 3}, {-43.5, -43.5, -43.5});
    LabelVolume mask(maskGrid);
    for (std::int64_t k = 10; k < 20; ++k)
        for (std::int64_t j = 10; j < 20; ++j)
            for (std::int64_t i = 10; i < 20; ++i)
                mask.set({i, j, k}, 1);
    PrepareOptions options;
    options.brainMask = mask;
    const std::vector<std::pair<Sequence, ImageVolume>> sequences{{Sequence::T1, image}};
    const auto inputs = prepareInputs(sequences, kOrder, {2, 2, 2}, options);
    REQUIRE(inputs);
    CHECK(millilitres(inputs->foreground) == Approx(27).epsilon(0.1));
}
