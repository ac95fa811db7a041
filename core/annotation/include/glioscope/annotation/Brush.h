#pragma once
#include "glioscope/annotation/Selection.h"
#include "glioscope/volume/Volume.h"

#include <memory>
#include <vector>

namespace glio {

enum class BrushShape { Round, Square };

/// A brush in world space. Round and square are meant in millimetres, so anisotropic voxels get a true ball.
struct Brush {
    double diameterMm = 8; ///< of the ball or disc; side of the square
    BrushShape shape = BrushShape::Round;
    /// Ball or cube; without it only the slice of the mask that lies nearest to the stroke is painted.
    bool throughSlices = true;
    PointMm right{1, 0, 0}, down{0, 1, 0}, normal{0, 0, 1}; ///< the view's axes, unit vectors
};

/// The voxels whose centres lie in the brush on its way from `from` to `to` (the same point: one dab): no gaps however
/// fast the hand. A brush smaller than a voxel still takes the voxel it points at.
/// Errors: InvalidArgument if the diameter is not finite and above 0; Geometry if no voxel of the grid is touched.
/// Cost: the voxels of the way's box.
Result<Selection> brushFootprint(const Geometry &grid, const Brush &brush, const PointMm &from, const PointMm &to);

/// Follow edges: of `footprint`, what looks like its middle in all `images` together and is connected with it, so that
/// paint stops at a strong edge. Each image is compared in units of its own noise (the median step between neighbours
/// in the footprint); `strength` 0..1, more stops earlier. Images keep their own grids; at most four are looked at.
/// Source: region growing by Mahalanobis distance as in algorithms of adaptive brushes (ITK-SNAP's watershed brush,
/// Slicer's threshold brush solve the same task by other means).
Selection followEdges(const Selection &footprint, const Geometry &grid, const std::vector<const ImageVolume *> &images,
                      const PointMm &middle, double strength);

} // namespace glio
