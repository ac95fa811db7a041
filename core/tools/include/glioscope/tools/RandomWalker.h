#pragma once
#include "glioscope/base/Progress.h"
#include "glioscope/tools/Images.h"
#include "glioscope/tools/Patch.h"

#include <span>

namespace glio::tools {

/// One voxel of a scribble. Background is a label like any other here.
struct LabelSeed {
    Index3 voxel{};
    Label label = 0;
};
/// What a model says of a label: round(255 p), on the mask's grid.
struct LabelPrior {
    Label label = 0;
    const Volume<std::uint8_t> *probability = nullptr; ///< must outlive the call
};

struct WalkerOptions {
    /// How hard an edge stops a walker: a step of n robust deviations of the noise weighs exp(-edges n^2).
    double edges = 2;
    double priorWeight = 0.02; ///< Grady's gamma: the pull of the priors beside that of the neighbours
    int mostSteps = 400;       ///< of the solver on the finest grid, per label
};

/// Labels of a box and how likely each is: probabilities[n][voxel] = round(255 p) of `labels[n]`, i fastest.
struct Walk {
    LabelPatch patch;
    std::vector<Label> labels; ///< ascending
    std::vector<std::vector<std::uint8_t>> probabilities;
};

/// Random walker (Grady 2006; with priors Grady 2005): every voxel of `box` takes the label of the scribble that a
/// walker from there reaches first, walking across edges of the sequences (each in units of its own noise, weighted)
/// less gladly and across thick slices less often. Scribbles keep their voxels. Solved on coarser grids first, whose
/// answer the finer ones start from, so a large box stays affordable. Multi-threaded; deterministic.
/// Errors: InvalidArgument (box empty or beyond the grid or over 16 million voxels, seeds of fewer than two labels
/// counting priors, a seed outside the box, a prior on another grid, no image, a number out of range), Cancelled.
Result<Walk> randomWalk(const LabelMap &map, const VoxelBox &box, std::span<const WeightedImage> images,
                        const std::vector<LabelSeed> &seeds, std::span<const LabelPrior> priors = {},
                        const WalkerOptions &options = {}, const ProgressSink &progress = {});

} // namespace glio::tools
