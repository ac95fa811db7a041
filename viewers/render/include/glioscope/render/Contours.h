#pragma once
#include "glioscope/render/PlaneSlice.h"

#include <vector>

namespace glio::render {

struct Point2 {
    double x = 0, y = 0;
};
/// A closed line; the last point joins the first.
using Loop = std::vector<Point2>;

/// Lines where a lattice crosses `iso` (marching squares; outside counts as below), in in-plane mm. Always closed;
/// filled by the even-odd rule they cover what is above `iso`.
std::vector<Loop> isoLoops(const PlaneSlice<float> &slice, float iso);

/// Outlines of one label in in-plane mm. Smooth: through the middles between voxel centres, then smoothed by at most
/// 0.45 voxel (for drawing only; a single voxel stays visible). VoxelCorners: along the voxels' edges.
/// Labels that touch share the same line.
std::vector<Loop> labelLoops(const PlaneSlice<std::uint8_t> &slice, std::uint8_t label, OutlineShape shape);

/// Corner cutting (Chaikin), `rounds` times: rounder lines for strong zoom.
Loop rounded(const Loop &loop, int rounds);

double area(const Loop &loop); ///< signed

} // namespace glio::render
