#pragma once
#include "glioscope/tools/Patch.h"

namespace glio::tools {

/// Whether the shape moves between two slices (their centroids laid on each other, the way between them straight):
/// needed where neighbouring outlines hardly overlap.
enum class Alignment { InPlace, Centroids };

struct InterpolateOptions {
    int across = 2;                   ///< voxel axis 0, 1 or 2 that the drawn slices lie across
    std::vector<std::int64_t> slices; ///< the drawn ones, which stay; empty: all that hold the label
    Alignment alignment = Alignment::InPlace;
    std::vector<Label> over{0}; ///< labels that may be written over
};

/// A label between its drawn slices: the signed distances (mm, in the slice) of two neighbouring drawn slices, blended
/// by the place between them, are below 0 inside (Raya and Udupa 1990). Between them what was the label and is not in
/// the new shape becomes background; nothing beyond the outermost drawn slices is touched.
/// Errors: InvalidArgument (no voxels, axis not 0..2, fewer than two drawn slices, a named slice without the label, no
/// gap between them).
Result<LabelPatch> interpolateSlices(const LabelMap &map, Label label, const InterpolateOptions &options = {});

/// A label's shape in slice `from` across a voxel axis, added to slice `from + step`, over the labels in `over`.
/// Errors: InvalidArgument (axis not 0..2, no such slice, no voxels in slice `from`).
Result<LabelPatch> copyToSlice(const LabelMap &map, Label label, int across, std::int64_t from, std::int64_t step,
                               const std::vector<Label> &over = {0});

} // namespace glio::tools
