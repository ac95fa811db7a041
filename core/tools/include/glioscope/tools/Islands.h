#pragma once
#include "glioscope/tools/Patch.h"

#include <limits>

namespace glio::tools {

/// Which voxels touch: those that share a face, or also those that share an edge or a corner.
enum class Neighbours { Faces, All };

/// A connected piece of a label or of a set of labels.
struct Island {
    std::int64_t voxels = 0;
    double volumeMl = 0;
    VoxelBox box;
    Index3 inside{}; ///< its voxel nearest its centroid
};

/// The islands of some labels taken together, largest first. Errors: InvalidArgument (no voxels).
Result<std::vector<Island>> islands(const LabelMap &map, const std::vector<Label> &labels,
                                    Neighbours neighbours = Neighbours::All);

/// All islands of a label but the largest become `becomes`. Errors: InvalidArgument (no voxels).
Result<LabelPatch> keepLargest(const LabelMap &map, Label label, Label becomes = 0,
                               Neighbours neighbours = Neighbours::All);

/// Islands of a label below `volumeMl` become `becomes`. Errors: InvalidArgument (no voxels, not a volume).
Result<LabelPatch> dropSmallerThan(const LabelMap &map, Label label, double volumeMl, Label becomes = 0,
                                   Neighbours neighbours = Neighbours::All);

/// The island of some labels that holds a voxel: to relabel or delete it. Errors: InvalidArgument (outside the grid,
/// none of the labels there).
Result<Selection> islandAt(const LabelMap &map, const std::vector<Label> &labels, const Index3 &voxel,
                           Neighbours neighbours = Neighbours::All);

/// Takes a label apart where it is narrow: the parts of it that are left when it is eroded by `neckRadiusMm` each grow
/// back down the depth below the surface (watershed) until they meet. Parts below `smallestMl` go to their neighbours.
/// Together the parts are the label, voxel for voxel; largest first; at least one more than there were islands.
/// Errors: InvalidArgument (no voxels, radius outside 0.1..100 mm, nothing comes apart).
Result<std::vector<Selection>> splitAtNecks(const LabelMap &map, Label label, double neckRadiusMm,
                                            double smallestMl = 0.1);

/// What counts as a hole: closed in on all sides, or within the slices across voxel axis 0, 1 or 2.
enum class HolesIn { Volume, SlicesAcrossI, SlicesAcrossJ, SlicesAcrossK };
struct HoleOptions {
    HolesIn in = HolesIn::Volume;
    double largestMl = std::numeric_limits<double>::infinity(); ///< a larger hole stays (a slice counts as a volume)
    std::vector<Label> over{0};                                 ///< other labels in a hole stay
};
/// Holes of a label, closed. What reaches the grid's edge is no hole. Errors: InvalidArgument (no voxels).
Result<LabelPatch> closeHoles(const LabelMap &map, Label label, const HoleOptions &options = {});

} // namespace glio::tools
