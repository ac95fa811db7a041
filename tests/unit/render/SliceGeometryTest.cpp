#include "glioscope/render/SliceGeometry.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace glio;
using namespace glio::render;
using Catch::Approx;

namespace {

Geometry upright(Size3 size = {240, 240, 155}) { return *Geometry::make(size, {1, 1, 1}, {-120, -110, -60}); }

/// Voxel axes along R, A, S: what NIfTI files in RAS order give.
Geometry ras() { return *Geometry::make({40, 50, 60}, {1, 1, 2}, {20, 25, -60}, {-1, 0, 0, 0, -1, 0, 0, 0, 1}); }

/// Turned about the head-foot axis by `degrees`.
Geometry turned(double degrees)
{
    const double c = std::cos(degrees * 3.14159265358979 / 180), s = std::sin(degrees * 3.14159265358979 / 180);
    return *Geometry::make({64, 64, 32}, {1, 1, 3}, {0, 0, 0}, {c, -s, 0, s, c, 0, 0, 0, 1});
}

bool close(const PointMm &a, const PointMm &b) { return std::hypot(a.x - b.x, a.y - b.y, a.z - b.z) < 1e-9; }

} // namespace

TEST_CASE("the patient's right is on the left of radiological pictures", "[render][geometry]")
{
    const auto axial = edgeLetters(planeAxes(upright(), Plane::Axial));
    CHECK(axial.left == "R");
    CHECK(axial.right == "L");
    CHECK(axial.top == "A");
    CHECK(axial.bottom == "P");
    const auto coronal = edgeLetters(planeAxes(upright(), Plane::Coronal));
    CHECK(coronal.left == "R");
    CHECK(coronal.right == "L");
    CHECK(coronal.top == "S");
    CHECK(coronal.bottom == "I");
    const auto sagittal = edgeLetters(planeAxes(upright(), Plane::Sagittal));
    CHECK(sagittal.left == "A");
    CHECK(sagittal.right == "P");
    CHECK(sagittal.top == "S");
    CHECK(sagittal.bottom == "I");
}

TEST_CASE("letters come from the world, not from the order of the voxels", "[render][geometry]")
{
    for (const Plane plane : {Plane::Axial, Plane::Coronal, Plane::Sagittal}) {
        const auto a = edgeLetters(planeAxes(upright(), plane)), b = edgeLetters(planeAxes(ras(), plane));
        CHECK(a.left == b.left);
        CHECK(a.top == b.top);
    }
}

TEST_CASE("the neurological convention swaps left and right of axial and coronal pictures alone", "[render][geometry]")
{
    CHECK(edgeLetters(planeAxes(upright(), Plane::Axial, Convention::Neurological)).left == "L");
    CHECK(edgeLetters(planeAxes(upright(), Plane::Coronal, Convention::Neurological)).left == "L");
    CHECK(edgeLetters(planeAxes(upright(), Plane::Sagittal, Convention::Neurological)).left == "A");
    CHECK(edgeLetters(planeAxes(upright(), Plane::Axial, Convention::Neurological)).top == "A");
}

TEST_CASE("an oblique picture has two letters at each edge, the nearer axis first", "[render][geometry]")
{
    const auto letters = edgeLetters(planeAxes(turned(20), Plane::Axial));
    CHECK(letters.left == "RA"); // left edge looks along (-cos 20, -sin 20)
    CHECK(letters.right == "LP");
    CHECK(letters.top == "AL");
    CHECK(letters.bottom == "PR");
    CHECK(directionLetters({-0.6, -0.8, 0}) == "AR");
    CHECK(directionLetters({std::cos(0.004), std::sin(0.004), 0}) == "L"); // a quarter of a degree is no tilt
}

TEST_CASE("a file that leaves left and right open gets question marks there and nowhere else", "[render][geometry]")
{
    const auto letters = edgeLetters(planeAxes(upright(), Plane::Axial), false);
    CHECK(letters.left == "?");
    CHECK(letters.right == "?");
    CHECK(letters.top == "A");
    CHECK(positionText(planeAxes(upright(), Plane::Sagittal), {-31, 0, 0}, false) == "? 31.0");
}

TEST_CASE("what lies in a slice does not lie in the next one, however thin slices are", "[render][geometry]")
{
    for (const double step : {0.2, 0.5, 1.0, 6.0}) {
        const Geometry grid = *Geometry::make({32, 32, 32}, {1, 1, step}, {0, 0, 0});
        const PlaneAxes axes = planeAxes(grid, Plane::Axial);
        CHECK(inSliceMm(grid, axes) > 0.01);
        CHECK(inSliceMm(grid, axes) < step / 2);
        CHECK(inSliceMm(grid, axes) <= 0.5);
        CHECK(inSliceMm(grid, planeAxes(grid, Plane::Coronal)) == Approx(0.4));
    }
}

TEST_CASE("a point goes to the picture and comes back", "[render][geometry]")
{
    const PlaneAxes axes = planeAxes(upright(), Plane::Axial);
    const ViewTransform view(axes, {{10, 20, 30}, 0.5}, {0, 0, 5}, 640, 480);
    const ViewPoint2 middle = view.toView({10, 20, 99});
    CHECK(middle.x == Approx(320));
    CHECK(middle.y == Approx(240));
    const ViewPoint2 left = view.toView({10 + 8, 20 + 4, 5}); // 8 mm to the patient's left, 4 mm to the back
    CHECK(left.x == Approx(336));
    CHECK(left.y == Approx(248));
    CHECK(close(view.toWorld(left), {18, 24, 5})); // on the slice of the cursor
    CHECK(view.height({0, 0, 9}) == Approx(4));

    const PlaneAxes oblique = planeAxes(turned(30), Plane::Coronal);
    const ViewTransform tilted(oblique, {{1, 2, 3}, 0.7}, {4, 5, 6}, 300, 200);
    const ViewPoint2 at{17, 33};
    const ViewPoint2 back = tilted.toView(tilted.toWorld(at));
    CHECK(back.x == Approx(at.x));
    CHECK(back.y == Approx(at.y));
    CHECK(tilted.height(tilted.toWorld(at)) == Approx(0).margin(1e-9));
}

TEST_CASE("the axes of an oblique grid are its own, so that its voxels show unrotated", "[render][geometry]")
{
    const Geometry grid = turned(25);
    const PlaneAxes axes = planeAxes(grid, Plane::Axial);
    CHECK(close(axes.right, grid.axis(0)));
    CHECK(close(axes.down, grid.axis(1)));
    CHECK(close(axes.normal, grid.axis(2)));
}

TEST_CASE("zooming keeps the point under the pointer where it is", "[render][geometry]")
{
    const PlaneAxes axes = planeAxes(upright(), Plane::Sagittal);
    const Viewpoint before{{1, 2, 3}, 0.8};
    const PointMm anchor{1, 40, -17};
    const Viewpoint after = zoomed(before, 2, anchor);
    CHECK(after.mmPerPixel == Approx(0.4));
    const auto a = ViewTransform(axes, before, anchor, 500, 400).toView(anchor);
    const auto b = ViewTransform(axes, after, anchor, 500, 400).toView(anchor);
    CHECK(a.x == Approx(b.x));
    CHECK(a.y == Approx(b.y));
}

TEST_CASE("fitting shows the whole box with a margin", "[render][geometry]")
{
    const Geometry grid = upright();
    const PlaneAxes axes = planeAxes(grid, Plane::Coronal); // 240 mm across, 155 mm high
    const Viewpoint fit = fitViewpoint(worldBox(grid), axes, 480, 480);
    CHECK(fit.mmPerPixel == Approx(1.04 * 240 / 480));
    CHECK(close(fit.centre, {-0.5, 9.5, 17}));
}

TEST_CASE("slices are counted and stepped along the patient, whatever the voxel order", "[render][geometry]")
{
    const Geometry a = upright(), b = ras();
    CHECK(sliceCount(a, Plane::Axial) == 155);
    CHECK(sliceCount(b, Plane::Sagittal) == 40);
    const PointMm p{0, 0, 0};
    CHECK(sliceAt(a, Plane::Axial, p) == 60);
    CHECK(stepped(a, Plane::Axial, p, 1).z == Approx(1));     // up
    CHECK(stepped(a, Plane::Coronal, p, 1).y == Approx(-1));  // to the front
    CHECK(stepped(a, Plane::Sagittal, p, 1).x == Approx(-1)); // to the right
    CHECK(stepped(b, Plane::Coronal, p, 3).y == Approx(-3));
    CHECK(stepped(b, Plane::Sagittal, p, 3).x == Approx(-3));
    CHECK(stepped(b, Plane::Axial, p, 2).z == Approx(4)); // slices lie 2 mm apart
    CHECK(stepped(a, Plane::Axial, p, 1000).z == Approx(94));
    CHECK(sliceAt(a, Plane::Axial, {0, 0, 1e6}) == 154);
    CHECK(atSlice(a, Plane::Axial, {7.25, 3, 0}, 10).x == Approx(7.25)); // only the slice changes
    CHECK(close(snapped(a, {0.4, 0.6, -0.4}), {0, 1, 0}));
}

TEST_CASE("positions are told with the letter first", "[render][geometry]")
{
    const Geometry grid = upright();
    CHECK(positionText(planeAxes(grid, Plane::Axial), {0, 0, 29}) == "S 29.0");
    CHECK(positionText(planeAxes(grid, Plane::Axial), {0, 0, -29.04}) == "I 29.0");
    CHECK(positionText(planeAxes(grid, Plane::Coronal), {0, 6, 0}) == "P 6.0");
    CHECK(positionText(planeAxes(grid, Plane::Sagittal), {-31, 0, 0}) == "R 31.0");
}

TEST_CASE("the scale bar is the longest of its lengths under 30 % of the width", "[render][geometry]")
{
    CHECK(scaleBar(0.5, 600).centimetres == 5); // 10 cm would be 200 px, over 180
    CHECK(scaleBar(0.5, 600).pixels == Approx(100));
    CHECK(scaleBar(0.5, 700).centimetres == 10);
    CHECK(scaleBar(0.15, 500).centimetres == 2);
    CHECK(scaleBar(0.02, 500).centimetres == 1); // nothing fits: the shortest
}
