#pragma once
#include "glioscope/annotation/LabelMap.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace glio {

/// What one step changed in a map: runs of voxels of one block that went from one value to another. Applying it takes
/// a map forwards, `inverse` back. Size: by the changed voxels' runs, not by the volume.
class LabelDelta {
public:
    struct Run {
        std::uint32_t block = 0;
        std::uint16_t start = 0, length = 0; ///< voxels of the block, in its own order
        Label before = 0, after = 0;
        friend bool operator==(const Run &, const Run &) = default;
    };

    /// From `before` to `after`, which lie on one grid. Cost: the blocks that the two do not share.
    static LabelDelta between(const LabelMap &before, const LabelMap &after);

    bool empty() const { return m_runs.empty(); }
    const std::vector<Run> &runs() const { return m_runs; }
    std::int64_t changedVoxels() const;
    /// The voxels that changed lie inside; to whole blocks.
    VoxelBox box(const LabelMap &on) const;
    /// Voxels gained minus voxels lost, by value.
    std::array<std::int64_t, 256> change() const;
    LabelDelta inverse() const;

    /// Errors: Internal when the map does not hold what the step started from, or a run reaches beyond a block; the map
    /// is then unchanged.
    Result<void> applyTo(LabelMap &map) const;

    std::size_t bytes() const { return m_runs.capacity() * sizeof(Run); }
    /// Compact text of bytes for a file, and back. Errors: Io (cut short, not a delta).
    std::string encoded() const;
    static Result<LabelDelta> decoded(std::string_view bytes);

    friend bool operator==(const LabelDelta &, const LabelDelta &) = default;

private:
    std::vector<Run> m_runs;
};

} // namespace glio
