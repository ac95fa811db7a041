#include "glioscope/render/SliceGeometry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace glio::render {
namespace {

/// World axis (0 L, 1 P, 2 S) that each plane's normal lies along.
int normalWorldAxis(Plane plane) { return plane == Plane::Axial ? 2 : plane == Plane::Coronal ? 1 : 0; }

} // namespace

PlaneAxes planeAxes(const Geometry &grid, Plane plane, Convention convention)
{
    const auto world = grid.worldAxes();
    // The grid's own L, P and S: its nearest axes, pointing that way.
    std::array<PointMm, 3> own;
    for (int w = 0; w < 3; ++w)
        own[w] = double(world.sign[w]) * grid.axis(world.voxelAxis[w]);
    if (grid.isSheared()) { // upright, starting from the slices' normal
        own[2] = unit(cross(own[0], own[1]));
        own[1] = unit(cross(own[2], own[0]));
    }
    const PointMm l = own[0], p = own[1], s = own[2];
    const double side = convention == Convention::Radiological ? 1 : -1;
    PlaneAxes axes;
    switch (plane) {
    case Plane::Axial:
        axes = {side * l, p, s};
        break;
    case Plane::Coronal:
        axes = {side * l, -1.0 * s, -1.0 * p};
        break;
    case Plane::Sagittal:
        axes = {p, -1.0 * s, -1.0 * l};
        break;
    }
    const int w = normalWorldAxis(plane);
    axes.normalVoxelAxis = world.voxelAxis[w];
    axes.normalSign = plane == Plane::Axial ? world.sign[w] : -world.sign[w];
    return axes;
}

double inSliceMm(const Geometry &grid, const PlaneAxes &axes)
{
    return std::min(0.5, 0.4 * grid.spacing()[std::size_t(axes.normalVoxelAxis)]);
}

ViewTransform::ViewTransform(const PlaneAxes &axes, const Viewpoint &viewpoint, const PointMm &cursor, double width,
                             double height)
    : m_axes(axes), m_viewpoint(viewpoint), m_cursor(cursor), m_width(width), m_height(height)
{
}

ViewPoint2 ViewTransform::toView(const PointMm &p) const
{
    const PointMm d = p - m_viewpoint.centre;
    return {m_width / 2 + dot(d, m_axes.right) / m_viewpoint.mmPerPixel,
            m_height / 2 + dot(d, m_axes.down) / m_viewpoint.mmPerPixel};
}

PointMm ViewTransform::toWorld(ViewPoint2 v) const
{
    const double mm = m_viewpoint.mmPerPixel;
    const PointMm p =
        m_viewpoint.centre + ((v.x - m_width / 2) * mm) * m_axes.right + ((v.y - m_height / 2) * mm) * m_axes.down;
    return p - height(p) * m_axes.normal;
}

double ViewTransform::height(const PointMm &p) const { return dot(p - m_cursor, m_axes.normal); }

WorldBox worldBox(const Geometry &grid)
{
    WorldBox box{{1e300, 1e300, 1e300}, {-1e300, -1e300, -1e300}};
    for (int corner = 0; corner < 8; ++corner) {
        ContinuousIndex v;
        for (int a = 0; a < 3; ++a)
            v[a] = corner >> a & 1 ? double(grid.size()[a]) - 0.5 : -0.5;
        const PointMm p = grid.toWorld(v);
        box.low = {std::min(box.low.x, p.x), std::min(box.low.y, p.y), std::min(box.low.z, p.z)};
        box.high = {std::max(box.high.x, p.x), std::max(box.high.y, p.y), std::max(box.high.z, p.z)};
    }
    return box;
}

Viewpoint fitViewpoint(const WorldBox &box, const PlaneAxes &axes, double width, double height)
{
    const PointMm centre = 0.5 * (box.low + box.high);
    double across = 0, down = 0;
    for (int corner = 0; corner < 8; ++corner) {
        const PointMm p{corner & 1 ? box.high.x : box.low.x, corner & 2 ? box.high.y : box.low.y,
                        corner & 4 ? box.high.z : box.low.z};
        across = std::max(across, 2 * std::abs(dot(p - centre, axes.right)));
        down = std::max(down, 2 * std::abs(dot(p - centre, axes.down)));
    }
    const double mm = 1.04 * std::max(across / std::max(width, 1.0), down / std::max(height, 1.0));
    return {centre, mm > 0 ? mm : 1};
}

Viewpoint zoomed(const Viewpoint &viewpoint, double factor, const PointMm &anchor)
{
    return {anchor + (1 / factor) * (viewpoint.centre - anchor), viewpoint.mmPerPixel / factor};
}

int sliceCount(const Geometry &grid, Plane plane)
{
    return int(grid.size()[std::size_t(grid.worldAxes().voxelAxis[std::size_t(normalWorldAxis(plane))])]);
}

int sliceAt(const Geometry &grid, Plane plane, const PointMm &p)
{
    const int axis = grid.worldAxes().voxelAxis[std::size_t(normalWorldAxis(plane))];
    const double v = grid.toIndex(p)[std::size_t(axis)];
    return int(std::clamp(std::llround(v), 0LL, (long long)(grid.size()[std::size_t(axis)]) - 1));
}

PointMm atSlice(const Geometry &grid, Plane plane, const PointMm &p, int slice)
{
    const auto axis = std::size_t(grid.worldAxes().voxelAxis[std::size_t(normalWorldAxis(plane))]);
    ContinuousIndex v = grid.toIndex(p);
    v[axis] = std::clamp<double>(slice, 0, double(grid.size()[axis]) - 1);
    return grid.toWorld(v);
}

PointMm stepped(const Geometry &grid, Plane plane, const PointMm &p, int steps)
{
    return atSlice(grid, plane, p, sliceAt(grid, plane, p) + steps * planeAxes(grid, plane).normalSign);
}

PointMm snapped(const Geometry &grid, const PointMm &p) { return grid.toWorld(grid.clamp(grid.nearestVoxel(p))); }

std::string directionLetters(const PointMm &direction, bool leftRightStated)
{
    struct Part {
        double size;
        char letter;
    };
    const PointMm d = unit(direction);
    const char sides = leftRightStated ? 0 : '?';
    std::array<Part, 3> parts{Part{std::abs(d.x), sides     ? sides
                                                  : d.x > 0 ? 'L'
                                                            : 'R'},
                              Part{std::abs(d.y), d.y > 0 ? 'P' : 'A'}, Part{std::abs(d.z), d.z > 0 ? 'S' : 'I'}};
    std::ranges::stable_sort(parts, [](const Part &a, const Part &b) { return a.size > b.size; });
    std::string letters(1, parts[0].letter);
    static const double halfDegree = std::sin(0.5 * 3.14159265358979 / 180);
    if (parts[1].size > halfDegree) letters += parts[1].letter;
    return letters;
}

EdgeLetters edgeLetters(const PlaneAxes &axes, bool leftRightStated)
{
    return {directionLetters(-1.0 * axes.right, leftRightStated), directionLetters(axes.right, leftRightStated),
            directionLetters(-1.0 * axes.down, leftRightStated), directionLetters(axes.down, leftRightStated)};
}

std::string positionText(const PlaneAxes &axes, const PointMm &p, bool leftRightStated)
{
    const PointMm n = axes.normal;
    const int axis = std::abs(n.x) >= std::abs(n.y) && std::abs(n.x) >= std::abs(n.z) ? 0
                     : std::abs(n.y) >= std::abs(n.z)                                 ? 1
                                                                                      : 2;
    const double value = p[axis];
    static constexpr const char *plus = "LPS", *minus = "RAI";
    char letter = value < -0.05 ? minus[axis] : plus[axis];
    if (axis == 2 && std::abs(value) < 0.05) letter = 'S';
    if (axis == 0 && !leftRightStated) letter = '?';
    char text[48];
    std::snprintf(text, sizeof text, "%c %.1f", letter, std::abs(value));
    return text;
}

ScaleBar scaleBar(double mmPerPixel, double widthPixels)
{
    for (const int cm : {10, 5, 2})
        if (10 * cm / mmPerPixel < 0.30 * widthPixels) return {cm, 10 * cm / mmPerPixel};
    return {1, 10 / mmPerPixel};
}

} // namespace glio::render
