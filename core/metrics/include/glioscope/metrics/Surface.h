#pragma once
#include "glioscope/volume/Geometry.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace glio::metrics {

/// Where a mask's surface is and how two directed distance lists become one number (algorithms.md B.5).
enum class SurfaceConvention {
    Surfel, ///< google-deepmind/surface-distance: elements at voxel corners, weighted by area, max of both directions
    CentreMax,   ///< MONAI: border voxels' centres, linear percentile, max of both directions
    CentrePooled ///< medpy: border voxels' centres, linear percentile of both lists together
};

/// Two binary masks on one grid (a crop is enough when it holds every voxel of both). Bytes other than 0 are inside.
struct MaskPair {
    std::span<const std::uint8_t> reference, prediction;
    Size3 size;
    Spacing3 spacing;
};

/// Directed distances in mm with the area in mm2 that each stands for (1 for the centre conventions).
struct DirectedDistances {
    std::vector<float> distance, area;
};
struct SurfaceDistances {
    DirectedDistances referenceToPrediction, predictionToReference;
    bool referenceEmpty = false, predictionEmpty = false;
};

/// Distances between the surfaces of both masks. A mask that touches the box's edge is closed there.
/// With an empty mask the lists of the other one hold infinities.
SurfaceDistances surfaceDistances(const MaskPair &pair, SurfaceConvention convention = SurfaceConvention::Surfel);

/// Robust Hausdorff distance in mm at `percent` (95). Both empty: 0. One empty: no value.
std::optional<double> hausdorffMm(const SurfaceDistances &distances, SurfaceConvention convention, double percent = 95);

/// Normalised surface Dice: share of both surfaces within `toleranceMm` of the other. Both empty: 1. One empty: 0.
double surfaceDice(const SurfaceDistances &distances, double toleranceMm);

/// Area in mm2 of the surface that a 2x2x2 neighbourhood with these corners inside (bit = di + 2 dj + 4 dk) stands for:
/// marching cubes through edge midpoints, inside corners kept apart on ambiguous faces (their complement from five
/// corners on), non-planar polygons cut into the fan that is largest at unit spacing.
std::array<float, 256> surfelAreas(const Spacing3 &spacing);

} // namespace glio::metrics
