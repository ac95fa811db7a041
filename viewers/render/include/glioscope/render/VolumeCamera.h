#pragma once
#include "glioscope/render/SliceGeometry.h"

#include <array>

namespace glio::render {

/// A perspective eye, as vtkCamera's: where it is, where it looks, which way is up. World mm (LPS). A value: pictures
/// are drawn in another thread with the copy they were asked for.
struct VolumeCamera {
    PointMm position{0, 0, 1}, focus, up{0, 1, 0}; ///< `up` is a unit vector at right angles to the sight
    double angle = 26;                             ///< of view from bottom to top, degrees

    /// From the front right and above, with everything in `box` in view.
    static VolumeCamera framing(const WorldBox &box);

    void turn(double degreesAround, double degreesOver); ///< about the focus: around `up`, then over the top
    void dolly(double factor);                           ///< above 1: nearer to the focus
    /// Moves by pixels of a picture that is `height` pixels high, so that the focus follows the mouse.
    void pan(double dxPixels, double dyPixels, int height);

    double distance() const; ///< to the focus, mm
    PointMm forward() const; ///< unit vectors
    PointMm right() const;
    /// Where a point lies in a picture: 0..1 from the left and from the top. Nothing: it lies behind the eye.
    std::optional<ViewPoint2> project(const PointMm &p, double aspect) const;
    /// The unit direction from the eye through 0..1 from the left and from the top.
    PointMm through(double x, double y, double aspect) const;

    friend bool operator==(const VolumeCamera &, const VolumeCamera &) = default;
};

} // namespace glio::render
