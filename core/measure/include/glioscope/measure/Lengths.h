#pragma once
#include "glioscope/volume/Geometry.h"

namespace glio::measure {

/// A straight line in the patient, LPS mm.
struct Line {
    PointMm a, b;
    double lengthMm() const { return length(b - a); }
    PointMm middle() const { return 0.5 * (a + b); }
    friend bool operator==(const Line &, const Line &) = default;
};

/// The angle at `vertex` between its two arms, 0..180 degrees; 0 when an arm has no length.
double angleDegrees(const PointMm &first, const PointMm &vertex, const PointMm &last);

/// The acute angle between two lines, 0..90 degrees; 0 when one has no length.
double angleBetweenDegrees(const Line &one, const Line &other);

} // namespace glio::measure
