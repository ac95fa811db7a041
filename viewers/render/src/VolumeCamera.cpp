#include "glioscope/render/VolumeCamera.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace glio::render {
namespace {

constexpr double kRadians = std::numbers::pi / 180;

/// Rodrigues' formula; `axis` is a unit vector.
PointMm turned(const PointMm &v, const PointMm &axis, double degrees)
{
    const double c = std::cos(degrees * kRadians), s = std::sin(degrees * kRadians);
    return c * v + s * cross(axis, v) + ((1 - c) * dot(axis, v)) * axis;
}

} // namespace

VolumeCamera VolumeCamera::framing(const WorldBox &box)
{
    const PointMm size = box.high - box.low;
    const double radius = std::max(10.0, 0.5 * std::sqrt(dot(size, size)));
    VolumeCamera camera;
    camera.focus = 0.5 * (box.low + box.high);
    // A box's ball overstates it; the picture is framed a little tighter.
    const double away = 0.84 * radius / std::sin(camera.angle / 2 * kRadians);
    camera.position = camera.focus + away * unit({-0.55, -0.75, 0.38});
    const PointMm sight = camera.forward();
    camera.up = unit(PointMm{0, 0, 1} - sight.z * sight);
    return camera;
}

double VolumeCamera::distance() const { return std::sqrt(dot(focus - position, focus - position)); }
PointMm VolumeCamera::forward() const { return unit(focus - position); }
PointMm VolumeCamera::right() const { return unit(cross(forward(), up)); }

void VolumeCamera::turn(double degreesAround, double degreesOver)
{
    position = focus + turned(position - focus, up, degreesAround);
    const PointMm side = right();
    position = focus + turned(position - focus, side, -degreesOver);
    up = unit(turned(up, side, -degreesOver));
    const PointMm sight = forward();
    up = unit(up - dot(up, sight) * sight);
}

void VolumeCamera::dolly(double factor) { position = focus + (1 / std::clamp(factor, 0.2, 5.0)) * (position - focus); }

void VolumeCamera::pan(double dxPixels, double dyPixels, int height)
{
    const double mm = 2 * distance() * std::tan(angle / 2 * kRadians) / std::max(1, height);
    const PointMm move = (-dxPixels * mm) * right() + (dyPixels * mm) * up;
    position = position + move;
    focus = focus + move;
}

std::optional<ViewPoint2> VolumeCamera::project(const PointMm &p, double aspect) const
{
    const PointMm d = p - position;
    const double depth = dot(d, forward());
    if (depth < 1e-6) return std::nullopt;
    const double half = depth * std::tan(angle / 2 * kRadians);
    return ViewPoint2{(dot(d, right()) / (half * aspect) + 1) / 2, (1 - dot(d, up) / half) / 2};
}

PointMm VolumeCamera::through(double x, double y, double aspect) const
{
    const double half = std::tan(angle / 2 * kRadians);
    return unit(forward() + ((2 * x - 1) * half * aspect) * right() + ((1 - 2 * y) * half) * up);
}

} // namespace glio::render
