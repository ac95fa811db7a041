#pragma once
#include "glioscope/annotation/Decode.h"
#include "glioscope/interchange/ModelFile.h"

namespace glio::inference {

/// Lowers the bytes of islands that the model's rules take for false, so that decode() with the model's thresholds
/// gives the mask without them; that mask comes back. Window, command line and reopened case then agree voxel for voxel
/// without knowing the rules (ADR 9). An island is a 26-connected part of a region of the decoded mask; rules come in
/// this order, each on what the last one left:
///   WT               all labels scaled until the island's highest sum is just below WT's threshold
///   TC               core that is too much at each voxel goes to the rim's label, until TC is just below its threshold
///   a core label     just enough goes to the non-enhancing core (NET, NCR), which then wins: TC stays as it was
///   a rim label      where the island touches the core, just enough goes to the non-enhancing core; WT stays
/// A wider threshold brings an island back, so it still counts as doubt. Doing it twice changes nothing.
/// Errors: those of decode.
Result<LabelVolume> settleIslands(Probabilities &probabilities, const interchange::ModelInfo &model);

/// The rule of a region: `islands`, with smallestIslandMl standing in for WT.
interchange::IslandRule islandRule(const interchange::ModelInfo &model, const std::string &region);

} // namespace glio::inference
