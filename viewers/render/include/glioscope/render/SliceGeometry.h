#pragma once
#include "glioscope/volume/Geometry.h"

#include <optional>
#include <string>

namespace glio::render {

enum class Plane { Axial, Coronal, Sagittal };
/// Radiological: the patient's right is on the left of axial and coronal pictures. Sagittal is the same in both.
enum class Convention { Radiological, Neurological };

/// An upright box in world space (LPS mm); low <= high in every component.
struct WorldBox {
    PointMm low, high;
};

/// Three unit vectors of a view in world space. `normal` points to the top of the slice slider: superior (axial),
/// anterior (coronal), right (sagittal). For oblique grids they are the grid's own nearest axes, so that voxels show
/// unrotated; sheared grids are made upright first.
struct PlaneAxes {
    PointMm right, down, normal;
    int normalVoxelAxis = 2; ///< voxel axis of the grid that runs along the normal
    int normalSign = 1;      ///< +1 when the voxel index grows towards `normal`
};
PlaneAxes planeAxes(const Geometry &grid, Plane plane, Convention convention = Convention::Radiological);

/// How far from a view's plane a point still lies in its slice, mm: rounding, and never as far as to the next slice.
double inSliceMm(const Geometry &grid, const PlaneAxes &axes);

/// Where a view looks: the world point in its middle and mm per logical pixel. `mmPerPixel` <= 0 asks for the fit.
struct Viewpoint {
    PointMm centre;
    double mmPerPixel = 0;
};

struct ViewPoint2 {
    double x = 0, y = 0; ///< logical pixels from the canvas' top left corner
};

/// World <-> picture of one view. Immutable.
class ViewTransform {
public:
    ViewTransform() = default;
    /// `viewpoint.mmPerPixel` must be above 0; `cursor` says which slice the view shows.
    ViewTransform(const PlaneAxes &axes, const Viewpoint &viewpoint, const PointMm &cursor, double width,
                  double height);

    ViewPoint2 toView(const PointMm &p) const; ///< of p's foot on the plane
    PointMm toWorld(ViewPoint2 v) const;       ///< on the plane through the cursor
    /// Signed distance of p from the plane, mm along the normal.
    double height(const PointMm &p) const;

    const PlaneAxes &axes() const { return m_axes; }
    const Viewpoint &viewpoint() const { return m_viewpoint; }
    double width() const { return m_width; }
    double heightPixels() const { return m_height; }

private:
    PlaneAxes m_axes{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, 2, 1};
    Viewpoint m_viewpoint{{}, 1};
    PointMm m_cursor;
    double m_width = 1, m_height = 1;
};

/// Viewpoint that shows `box` whole in width x height logical pixels, with a margin of 4 %.
Viewpoint fitViewpoint(const WorldBox &box, const PlaneAxes &axes, double width, double height);
WorldBox worldBox(const Geometry &grid); ///< around all voxels, edges included
/// The same viewpoint `factor` times closer (2 = twice as large); `anchor` stays where it is in the picture.
Viewpoint zoomed(const Viewpoint &viewpoint, double factor, const PointMm &anchor);

/// Number of slices along the plane's normal, the slice (0-based voxel index) through `p` (clamped), and `p` moved to
/// the middle of a slice, or by whole slices (positive = towards `normal`); both stay inside the grid.
int sliceCount(const Geometry &grid, Plane plane);
int sliceAt(const Geometry &grid, Plane plane, const PointMm &p);
PointMm atSlice(const Geometry &grid, Plane plane, const PointMm &p, int slice);
PointMm stepped(const Geometry &grid, Plane plane, const PointMm &p, int steps);
/// `p` on the middle of its voxel, inside the grid.
PointMm snapped(const Geometry &grid, const PointMm &p);

/// "L", "R", "A", "P", "S", "I"; two letters, major first ("RA"), when the direction is more than 0.5 degrees off an
/// axis. With `leftRightStated` false a letter L or R becomes "?".
std::string directionLetters(const PointMm &direction, bool leftRightStated = true);
/// Letters at the left, right, top and bottom edge of a picture.
struct EdgeLetters {
    std::string left, right, top, bottom;
};
EdgeLetters edgeLetters(const PlaneAxes &axes, bool leftRightStated = true);
/// "S 29.0", "P 6.0", "R 31.0": position along the plane's main world axis, letter first, to 0.1 mm.
std::string positionText(const PlaneAxes &axes, const PointMm &p, bool leftRightStated = true);

/// The longest of 1, 2, 5, 10 cm under 30 % of the width; 1 cm when none fits.
struct ScaleBar {
    int centimetres = 1;
    double pixels = 0;
};
ScaleBar scaleBar(double mmPerPixel, double widthPixels);

} // namespace glio::render
