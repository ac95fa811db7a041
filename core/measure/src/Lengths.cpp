#include "glioscope/measure/Lengths.h"

#include <cmath>
#include <numbers>

namespace glio::measure {

double angleDegrees(const PointMm &first, const PointMm &vertex, const PointMm &last)
{
    const PointMm u = first - vertex, v = last - vertex;
    // The half-angle form keeps its figures near 0 and 180 degrees, where the arc cosine loses them.
    return std::atan2(length(cross(u, v)), dot(u, v)) * 180 / std::numbers::pi;
}

double angleBetweenDegrees(const Line &one, const Line &other)
{
    const double angle = angleDegrees(one.b, one.a, one.a + (other.b - other.a));
    return std::min(angle, 180 - angle);
}

} // namespace glio::measure
