#pragma once
#include "glioscope/annotation/Selection.h"
#include "glioscope/base/Error.h"
#include "glioscope/volume/VoxelBox.h"

#include <cstdint>
#include <vector>

/// Tools for masks: pure functions from a mask (and images) to what should change. Nothing here writes a mask but
/// `write`; the caller previews a proposal and sends it through its locks and rules. Lengths are millimetres along the
/// grid's axes, so they are right on anisotropic and turned grids (a sheared one is treated as if at right angles).
/// Thread: any, on a mask that nobody else writes meanwhile. Cost: the box concerned, not the volume.
namespace glio::tools {

using glio::LabelPatch;
using glio::Selection;

/// The voxels of some labels. Errors: InvalidArgument when there are none.
Result<Selection> selectionOf(const LabelMap &map, const std::vector<Label> &labels);

/// The selected voxels become `label`; where `over` is not empty only those whose label it names.
LabelPatch relabelled(const LabelMap &map, const Selection &selection, Label label,
                      const std::vector<Label> &over = {});

void write(LabelMap &map, const LabelPatch &patch);
std::int64_t changedVoxels(const LabelMap &map, const LabelPatch &patch);

} // namespace glio::tools
