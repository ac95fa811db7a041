#pragma once
#include "glioscope/annotation/Selection.h"
#include "glioscope/volume/Volume.h"

#include <bitset>
#include <optional>

namespace glio {

/// What a tool may paint over, beside what is locked.
enum class PaintOver {
    Unlocked, ///< everything that is not locked
    Empty,    ///< background alone
    Only      ///< the labels of `onlyOver`; 0 stands for background
};

/// Intensities of one sequence that may be changed; the image keeps its own grid and is sampled through world space.
struct IntensityLimit {
    ImageVolume image;
    float low = 0, high = 0; ///< both included, in the image's units
};

/// The editable area. Locks and finished voxels hold for every tool, the model included; a locked label neither loses
/// nor gains voxels. The rest holds for drawing and for tools, not for the model's answer.
struct EditRules {
    std::bitset<256> locked;
    PaintOver over = PaintOver::Unlocked;
    std::bitset<256> onlyOver;
    std::optional<IntensityLimit> intensity;
    std::optional<LabelMap> finished; ///< on the mask's grid: not 0 = settled, not to be changed
};

/// What came of writing.
struct WriteResult {
    std::int64_t changed = 0;         ///< voxels
    VoxelBox box;                     ///< that holds them
    std::int64_t blockedByLock = 0;   ///< voxels that a lock kept
    std::bitset<256> blockingLabels;  ///< whose locks
    std::int64_t blockedFinished = 0; ///< voxels in finished places
    std::int64_t blockedByRules = 0;  ///< voxels outside the editable area
    void add(const WriteResult &other);
};

} // namespace glio
