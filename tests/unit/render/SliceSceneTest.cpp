#include "glioscope/render/SliceScene.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

using namespace glio;
using namespace glio::render;

namespace {

/// A 100 x 100 x 10 image of one grey, 1 mm voxels, world origin in its first voxel's centre.
Geometry grid() { return *Geometry::make({100, 100, 10}, {1, 1, 1}, {0, 0, 0}); }

SliceState plain(float value = 50)
{
    SliceState state;
    state.image = ImageVolume(grid(), value);
    state.window = {0, 100};
    state.cursor = {50, 50, 5};
    state.viewpoint = {{49.5, 49.5, 5}, 0.5}; // one voxel = 2 x 2 pixels, 200 x 200 shows all of it
    state.crosshair = false;
    return state;
}

LabelVolume square(std::int64_t low, std::int64_t high, const Geometry &on = grid())
{
    LabelVolume mask(on);
    for (std::int64_t k = 0; k < on.size()[2]; ++k)
        for (std::int64_t j = low; j <= high; ++j)
            for (std::int64_t i = low; i <= high; ++i)
                mask.set({i, j, k}, 1);
    return mask;
}

Frame draw(const SliceState &state, double ratio = 1)
{
    SliceScene scene;
    scene.resize(200, 200, ratio);
    scene.setState(state);
    return scene.compose();
}

unsigned grey(Rgba c) { return red(c); }

} // namespace

TEST_CASE("the window maps intensities to greys", "[render][scene]")
{
    CHECK(grey(draw(plain(50)).at(100, 100)) == 128);
    CHECK(grey(draw(plain(0)).at(100, 100)) == 0);
    CHECK(grey(draw(plain(100)).at(100, 100)) == 255);
    CHECK(grey(draw(plain(-900)).at(100, 100)) == 0);
    CHECK(grey(draw(plain(900)).at(100, 100)) == 255);
    SliceState state = plain(25);
    state.window = {0, 50};
    CHECK(grey(draw(state).at(100, 100)) == 128);
    state.colours = ColourMap::GreyInverted;
    state.window = {0, 25};
    CHECK(grey(draw(state).at(100, 100)) == 0);
}

TEST_CASE("what is no number and what is outside is black, also when inverted", "[render][scene]")
{
    SliceState state = plain(std::numeric_limits<float>::quiet_NaN());
    state.colours = ColourMap::GreyInverted;
    CHECK(draw(state).at(100, 100) == rgba(0, 0, 0));
    SliceState far = plain();
    far.viewpoint = {{49.5, 49.5, 5}, 2};
    far.colours = ColourMap::GreyInverted;
    const Frame frame = draw(far);
    CHECK(frame.at(5, 5) == rgba(0, 0, 0));
    CHECK(grey(frame.at(100, 100)) == 127);
}

TEST_CASE("an image lies the right way round in the picture", "[render][scene]")
{
    SliceState state = plain(0);
    auto values = state.image->edit();
    values[std::size_t(grid().offset({80, 10, 5}))] = 100; // the patient's left, front
    state.interpolation = ImageInterpolation::Nearest;
    const Frame frame = draw(state);
    CHECK(grey(frame.at(161, 21)) == 255); // right half, upper part
    CHECK(grey(frame.at(38, 21)) == 0);
    state.convention = Convention::Neurological;
    CHECK(grey(draw(state).at(38, 21)) == 255);
}

TEST_CASE("a filled label is mixed into the grey by its opacity", "[render][scene]")
{
    SliceState state = plain(0);
    state.mask.mask = LabelMap::from(square(20, 79));
    state.mask.looks = {{1, {200, 100, 0}}};
    state.mask.style = OverlayStyle::Fill;
    state.mask.fillOpacity = 0.5;
    const Rgba inside = draw(state).at(100, 100);
    CHECK(red(inside) == 100);
    CHECK(green(inside) == 50);
    CHECK(blue(inside) == 0);
    CHECK(draw(state).at(30, 100) == rgba(0, 0, 0)); // voxel 15
    CHECK(red(draw(state).at(42, 100)) == 100);      // voxel 21
    state.mask.looks[0].visible = false;
    CHECK(draw(state).at(100, 100) == rgba(0, 0, 0));
}

TEST_CASE("the outline of a square is drawn on its edge, with a dark casing", "[render][scene]")
{
    SliceState state = plain(100); // white
    state.mask.mask = LabelMap::from(square(20, 79));
    state.mask.looks = {{1, {255, 0, 0}}};
    state.mask.style = OverlayStyle::Outline;
    state.mask.shape = OutlineShape::VoxelCorners;
    state.mask.outlineWidth = 2;
    const Frame frame = draw(state);
    // The left edge lies at x = 19.5 mm, pixel 2 * (19.5 + 0.5) = 40: the line covers pixels 39 and 40.
    CHECK(green(frame.at(39, 100)) < 40);
    CHECK(red(frame.at(39, 100)) > 200);
    CHECK(green(frame.at(40, 100)) < 40);
    CHECK(red(frame.at(38, 100)) < 200); // casing
    CHECK(frame.at(35, 100) == rgba(255, 255, 255));
    CHECK(frame.at(100, 100) == rgba(255, 255, 255)); // nothing inside
}

TEST_CASE("holding the overlays hidden shows the image alone", "[render][scene]")
{
    SliceState state = plain(50);
    const Frame bare = draw(state);
    state.mask.mask = LabelMap::from(square(20, 79));
    state.mask.looks = {{1, {255, 0, 0}}};
    CHECK(draw(state).pixels != bare.pixels);
    state.overlaysHidden = true;
    CHECK(draw(state).pixels == bare.pixels);
}

TEST_CASE("a mask on a grid of its own is shown where it lies in space", "[render][scene]")
{
    SliceState state = plain(0);
    // Voxels of 2 mm, shifted by 10 mm: mask voxels 20..29 cover x = 49..69.
    const auto own = *Geometry::make({45, 45, 5}, {2, 2, 2}, {10, 10, 1});
    state.mask.mask = LabelMap::from(square(20, 29, own));
    state.mask.looks = {{1, {255, 255, 255}}};
    state.mask.style = OverlayStyle::Fill;
    state.mask.shape = OutlineShape::VoxelCorners;
    state.mask.fillOpacity = 1;
    const Frame frame = draw(state);
    CHECK(grey(frame.at(2 * 49 - 1, 120)) == 0); // pixel x shows x / 2 - 0.25 mm
    CHECK(grey(frame.at(2 * 49 + 2, 120)) > 250);
    CHECK(grey(frame.at(2 * 69 - 1, 120)) > 250);
    CHECK(grey(frame.at(2 * 69 + 2, 120)) == 0);
}

TEST_CASE("the threshold of the band moves its white line", "[render][scene]")
{
    SliceState state = plain(0);
    ByteVolume probability(grid());
    auto values = probability.edit();
    for (std::int64_t n = 0; n < grid().voxelCount(); ++n)
        values[std::size_t(n)] = std::uint8_t(2 * (n % 100)); // rises with x
    state.band.probability = probability;
    state.band.inner = state.band.outer = 2; // out of the way
    state.band.threshold = 0.5;
    const auto whitest = [](const Frame &frame) {
        int best = 0;
        for (int x = 0; x < 180; ++x)
            if (grey(frame.at(x, 100)) > grey(frame.at(best, 100))) best = x;
        return best;
    };
    CHECK(std::abs(whitest(draw(state)) - 128) <= 1); // p = 0.5 at value 127.5, x = 63.75 mm
    state.band.threshold = 0.25;
    CHECK(std::abs(whitest(draw(state)) - 64) <= 1);
}

TEST_CASE("the crosshair leaves the pixel in question free", "[render][scene]")
{
    SliceState state = plain(50);
    state.crosshair = true;
    const Frame frame = draw(state);
    const int x = 2 * 50 + 1, y = x; // the cursor's pixel
    CHECK(grey(frame.at(x, y)) == 128);
    CHECK(grey(frame.at(x, y - 8)) == 128);
    CHECK(frame.at(x, y - 12) != rgba(128, 128, 128));
    CHECK(frame.at(x - 12, y) != rgba(128, 128, 128));
}

TEST_CASE("brackets stand outside their place, on its slices only", "[render][scene]")
{
    SliceState state = plain(0);
    state.places.push_back({grid(), {40, 40, 3}, {20, 20, 4}, 1}); // x = 39.5 .. 59.5 mm, slices 3 to 6
    const Frame frame = draw(state);
    // Left edge at pixel 80, 4 px of room: the bracket at 76.
    CHECK(blue(frame.at(76, 78)) > 150);
    CHECK(grey(frame.at(100, 100)) == 0); // never over the place
    CHECK(grey(frame.at(76, 100)) == 0);  // corners only
    state.cursor.z = 8;
    CHECK(blue(draw(state).at(76, 78)) == 0);
}

TEST_CASE("a frame has the device pixels of its view", "[render][scene]")
{
    const Frame frame = draw(plain(50), 1.5);
    CHECK(frame.width == 300);
    CHECK(frame.height == 300);
    CHECK(grey(frame.at(150, 150)) == 128);
}

TEST_CASE("what changes in a snapshot is drawn anew, the crosshair moves without it", "[render][scene]")
{
    SliceScene scene;
    scene.resize(200, 200, 1);
    SliceState state = plain(0);
    state.mask.mask = LabelMap::from(square(20, 79));
    state.mask.looks = {{1, {255, 255, 255}}};
    state.mask.style = OverlayStyle::Fill;
    state.mask.fillOpacity = 1;
    scene.setState(state);
    REQUIRE(grey(scene.compose().at(100, 100)) > 250);
    // Many rounds: a freed volume's address must never pass for the one that was drawn.
    for (int round = 0; round < 20; ++round) {
        state.mask.mask = LabelMap::from(round % 2 ? square(20, 79) : square(0, 9));
        scene.setState(state);
        REQUIRE((grey(scene.compose().at(100, 100)) > 250) == (round % 2 == 1));
    }
    CHECK(scene.slice() == 5);
    CHECK(scene.sliceCount() == 10);
}

TEST_CASE("without an image there is nothing to see and nothing fails", "[render][scene]")
{
    SliceScene scene;
    scene.resize(64, 48, 1);
    scene.setState({});
    const Frame &frame = scene.compose();
    CHECK(frame.at(30, 20) == rgba(0, 0, 0));
    CHECK(scene.sliceCount() == 0);
}

TEST_CASE("the head's box leaves the air round it out", "[render][scene]")
{
    ImageVolume image(grid(), 0);
    auto values = image.edit();
    for (std::int64_t k = 2; k < 8; ++k)
        for (std::int64_t j = 30; j < 71; ++j)
            for (std::int64_t i = 20; i < 61; ++i)
                values[std::size_t(grid().offset({i, j, k}))] = 100 + float((i + j) % 7);
    const WorldBox box = headBox(image);
    CHECK(std::abs(box.low.x - 19.5) <= 1);
    CHECK(std::abs(box.high.x - 60.5) <= 1);
    CHECK(std::abs(box.low.y - 29.5) <= 1);
    CHECK(std::abs(box.high.y - 70.5) <= 1);
    CHECK(std::abs(box.low.z - 1.5) <= 1);
}
