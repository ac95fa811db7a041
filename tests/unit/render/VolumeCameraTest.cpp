#include "glioscope/render/VolumeCamera.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace glio;
using namespace glio::render;
using Catch::Approx;

namespace {

const WorldBox head{{-80, -100, -70}, {80, 100, 90}};

} // namespace

TEST_CASE("a framed box lies in the picture whole, seen from the front right and above", "[render][camera]")
{
    const VolumeCamera camera = VolumeCamera::framing(head);
    const auto middle = camera.project({0, 0, 10}, 1.0);
    REQUIRE(middle);
    CHECK(middle->x == Approx(0.5));
    CHECK(middle->y == Approx(0.5));
    CHECK(camera.position.x < 0); // LPS: the right side, the front, above
    CHECK(camera.position.y < 0);
    CHECK(camera.position.z > 10);
    CHECK(camera.right().z == Approx(0).margin(1e-9)); // it stands upright
    for (const PointMm &face :
         {PointMm{-80, 0, 10}, {80, 0, 10}, {0, -100, 10}, {0, 100, 10}, {0, 0, -70}, {0, 0, 90}}) {
        const auto at = camera.project(face, 1.0);
        REQUIRE(at);
        CHECK((at->x > 0 && at->x < 1 && at->y > 0 && at->y < 1));
    }
}

TEST_CASE("a ray through a point's pixel meets the point", "[render][camera]")
{
    VolumeCamera camera = VolumeCamera::framing(head);
    camera.turn(33, -17);
    camera.dolly(1.7);
    camera.pan(25, -40, 480);
    for (const PointMm &p : {PointMm{10, -20, 30}, {-60, 40, 0}, {0, 0, 80}}) {
        const auto at = camera.project(p, 1.5);
        REQUIRE(at);
        const PointMm ray = camera.through(at->x, at->y, 1.5), d = p - camera.position;
        const double along = dot(d, ray);
        const PointMm off = d - along * ray;
        CHECK(std::sqrt(dot(off, off)) < 1e-9 * along + 1e-9);
    }
    CHECK_FALSE(camera.project(camera.position - 5.0 * camera.forward(), 1.5)); // behind the eye
}

TEST_CASE("turning keeps the distance and comes back; the poles are no obstacle", "[render][camera]")
{
    const VolumeCamera before = VolumeCamera::framing(head);
    VolumeCamera camera = before;
    for (int n = 0; n < 72; ++n)
        camera.turn(5, 0);
    CHECK(std::abs(camera.position.x - before.position.x) < 1e-6);
    CHECK(camera.distance() == Approx(before.distance()));
    for (int n = 0; n < 400; ++n) {
        camera.turn(3, 7);
        REQUIRE(std::isfinite(camera.position.x));
        REQUIRE(dot(camera.up, camera.up) == Approx(1));
        REQUIRE(std::abs(dot(camera.up, camera.forward())) < 1e-9);
        REQUIRE(camera.distance() == Approx(before.distance()));
    }
    camera = before;
    const double height = camera.position.z;
    camera.turn(0, 10); // over the top
    CHECK(camera.position.z > height);
}

TEST_CASE("the point in the focus follows a pan by the pixels it was dragged", "[render][camera]")
{
    VolumeCamera camera = VolumeCamera::framing(head);
    const PointMm point = camera.focus;
    camera.pan(48, -24, 480);
    const auto at = camera.project(point, 2.0);
    REQUIRE(at);
    CHECK(at->x == Approx(0.5 + 48.0 / 960));
    CHECK(at->y == Approx(0.5 - 24.0 / 480));
    camera.dolly(1e9); // clamped: the eye never passes the focus
    CHECK(camera.distance() > 1);
}
