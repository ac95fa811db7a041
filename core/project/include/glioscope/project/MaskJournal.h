#pragma once
#include "glioscope/annotation/MaskDocument.h"
#include "glioscope/project/Project.h"

#include <utility>
#include <vector>

namespace glio::project {

// Between a mask with its history and what a project keeps of it. Thread: as Project.

Step stepRow(const glio::Step &step);
StepBlobs blobsOf(const glio::Step &step);
/// The whole mask: each map as what changed since nothing.
std::vector<SnapshotBlock> snapshotOf(const LabelMap &labels, const LabelMap &sources);

/// What a step changed. Errors: Io (not there, damaged: with its number).
Result<std::pair<LabelDelta, LabelDelta>> deltasOf(const Project &project, const std::string &maskId,
                                                   std::int64_t number);
/// The mask with its history, from the nearest snapshot. Steps before that are not in memory: `loader` reads them.
/// Errors: Io.
Result<MaskDocument> restoreDocument(const Project &project, const MaskRow &mask, MaskDocument::Loader loader);

} // namespace glio::project
