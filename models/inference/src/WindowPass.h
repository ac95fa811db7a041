#pragma once
// Includes LibTorch: private to models/inference.
#include "Runner.h"

#include "glioscope/volume/Preprocess.h"

namespace glio::inference {

/// Which windows a pass looks at. The working grid is padded (centred, zeros) where it is smaller than a window.
struct WindowPlan {
    Size3 window{}, padded{};
    Index3 pad{};               ///< voxels before the grid's first, along each axis
    std::vector<Index3> starts; ///< in the padded grid, by rising k; those with head voxels only
    int skipped = 0;
};
WindowPlan planWindows(const ModelInputs &inputs, const Size3 &window, double overlap, bool skipEmpty);

/// How one look changes what the net sees.
struct LookChange {
    bool flipI = false;            ///< the window is mirrored left to right, its logits mirrored back
    std::vector<float> gain, lift; ///< by channel, on present ones inside the head; empty: none
    float noise = 0;               ///< standard deviation
    std::uint64_t noiseSeed = 0;
};

/// One pass: probabilities of the labels (classes without background), (L, D, H, W) on inputs.grid. Logits are summed
/// by Gaussian weight in a ring of planes as deep as a window; planes that no later window touches are turned to
/// probabilities at once. Sequence of `changes`: their logits are averaged window by window.
/// Throws nets::Interrupted. `progress`: 0..1 of the pass.
std::vector<float> passOver(const ModelInputs &inputs, const WindowPlan &plan, std::span<const LookChange> changes,
                            int classes, Runner &runner, const ProgressSink &progress);

/// Bytes that a pass holds besides the runner's own.
std::int64_t passBytes(const Size3 &grid, const Size3 &window, int inputs, int classes);

} // namespace glio::inference
