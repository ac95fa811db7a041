#pragma once
#include "glioscope/annotation/Selection.h"

#include <functional>
#include <span>

namespace glio {

/// The voxels of one slice whose centres lie in a polygon (even-odd rule) drawn on the plane through `corners[0]` with
/// `normal`; corners are LPS mm. The slice is the layer of voxels nearest to that plane.
/// Errors: InvalidArgument below three corners; Geometry when no voxel centre lies inside. Cost: the polygon's box.
Result<Selection> polygonFootprint(const Geometry &grid, std::span<const PointMm> corners, const PointMm &normal);

/// The voxels that a line of sight through the polygon meets, however deep: `project` maps a world point to the picture
/// that the polygon (in picture coordinates) was drawn on. For scissors in a 3D view. `labelled` alone: voxels of `map`
/// that are not background. Errors as above. Cost: the box of what is labelled.
struct PicturePoint {
    double x = 0, y = 0;
};
Result<Selection> sightFootprint(const LabelMap &map, std::span<const PicturePoint> corners,
                                 const std::function<PicturePoint(const PointMm &)> &project);

} // namespace glio
