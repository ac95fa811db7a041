#include "glioscope/render/SliceScene.h"

#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::render;

namespace {
const Geometry grid = *Geometry::make({64, 64, 20}, {1, 1, 3});

struct Picture {
    SliceScene scene;
    std::vector<Rgba> plain;
    Picture()
    {
        SliceState state;
        state.image = ImageVolume(grid, 0.0f);
        state.window = {0, 1};
        state.cursor = {32, 32, 30};
        state.crosshair = false;
        scene.resize(200, 200, 1);
        scene.setState(state);
        plain = scene.compose().pixels;
    }
    bool shows(const ToolMarks &marks)
    {
        scene.setMarks(marks);
        const bool changed = scene.compose().pixels != plain;
        scene.setMarks({});
        return changed;
    }
};
} // namespace

TEST_CASE("a stroke shows where it lies in the slice, and nowhere else", "[render][marks]")
{
    Picture picture;
    const auto stroke = [](double z0, double z1) {
        ToolMarks marks;
        marks.strokes = {{{{20, 32, z0}, {30, 32, z0}, {40, 32, z1}}, true}};
        return marks;
    };
    CHECK(picture.shows(stroke(30, 30)));
    CHECK_FALSE(picture.shows(stroke(33, 33))); // the slice beside it
    CHECK(picture.shows(stroke(30, 60)));       // its first part
    ToolMarks dot;
    dot.strokes = {{{{32, 32, 30}}, false}};
    CHECK(picture.shows(dot));
    dot.strokes.front().points.clear();
    CHECK_FALSE(picture.shows(dot));
}

TEST_CASE("what belongs and what does not have colours of their own", "[render][marks]")
{
    Picture picture;
    ToolMarks marks;
    marks.strokes = {{{{20, 32, 30}, {40, 32, 30}}, true}};
    picture.scene.setMarks(marks);
    const std::vector<Rgba> belongs = picture.scene.compose().pixels;
    marks.strokes.front().positive = false;
    picture.scene.setMarks(marks);
    CHECK(picture.scene.compose().pixels != belongs);
}

TEST_CASE("areas are drawn on their slice alone", "[render][marks]")
{
    Picture picture;
    ToolMarks marks;
    marks.areas = {{{{20, 20, 30}, {44, 20, 30}, {32, 44, 30}}, true, false}};
    CHECK(picture.shows(marks));
    for (PointMm &p : marks.areas.front().points)
        p.z = 36;
    CHECK_FALSE(picture.shows(marks));
}
