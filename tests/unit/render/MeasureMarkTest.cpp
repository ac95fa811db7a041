#include "glioscope/render/MeasureMark.h"
#include "glioscope/render/SliceScene.h"

#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::render;

namespace {

const Geometry grid = *Geometry::make({64, 64, 20}, {1, 1, 3});

ViewTransform lookingAt(const PointMm &cursor)
{
    return ViewTransform(planeAxes(grid, Plane::Axial), {{32, 32, 30}, 0.5}, cursor, 200, 200);
}

const MeasureMark across{1, {{20, 32, 30}, {44, 32, 30}}, "24.0 mm", false, -1};

} // namespace

TEST_CASE("a measure is whole on its slice, faint beside it, and gone further on", "[render][measure]")
{
    CHECK(measureStrength(across, lookingAt({32, 32, 30}), grid) == 1);
    CHECK(measureStrength(across, lookingAt({32, 32, 33}), grid) == 0.35);
    CHECK(measureStrength(across, lookingAt({32, 32, 27}), grid) == 0.35);
    CHECK(measureStrength(across, lookingAt({32, 32, 36}), grid) == 0);
    const MeasureMark steep{2, {{20, 32, 30}, {44, 32, 39}}, "", false, -1}; // through four slices
    CHECK(measureStrength(steep, lookingAt({32, 32, 33}), grid) == 0);
}

TEST_CASE("the pointer takes ends before lines, and nothing beside the slice", "[render][measure]")
{
    const ViewTransform here = lookingAt({32, 32, 30});
    const std::vector<MeasureMark> marks{across, {2, {{32, 20, 30}, {32, 44, 30}}, "", false, -1}};
    const ViewPoint2 end = here.toView(across.points[1]), middle = here.toView({26, 32, 30});
    const auto atEnd = measureAt(marks, {end.x + 5, end.y}, here, grid);
    REQUIRE(atEnd);
    CHECK(atEnd->id == 1);
    CHECK(atEnd->point == 1);
    const auto atLine = measureAt(marks, {middle.x, middle.y + 4}, here, grid);
    REQUIRE(atLine);
    CHECK(atLine->id == 1);
    CHECK(atLine->point == -1);
    CHECK_FALSE(measureAt(marks, {middle.x, middle.y + 8}, here, grid));
    CHECK_FALSE(measureAt(marks, {end.x, end.y}, lookingAt({32, 32, 33}), grid));
    std::vector<MeasureMark> drawing = marks;
    drawing.push_back({0, {{1, 1, 30}, {2, 2, 30}}, "", true, -1}); // one is being drawn: the pointer is its own
    CHECK_FALSE(measureAt(drawing, {end.x, end.y}, here, grid));
}

TEST_CASE("a measure is drawn over the slice, and hidden with the overlays", "[render][measure]")
{
    SliceScene scene;
    SliceState state;
    state.image = ImageVolume(grid, 0.0f);
    state.window = {0, 1};
    state.cursor = {32, 32, 30};
    state.crosshair = false;
    scene.resize(200, 200, 1);
    scene.setState(state);
    const std::vector<Rgba> before = scene.compose().pixels;
    scene.setMeasures({across});
    CHECK(scene.compose().pixels != before);
    state.overlaysHidden = true;
    scene.setState(state);
    CHECK(scene.compose().pixels == before);
}
