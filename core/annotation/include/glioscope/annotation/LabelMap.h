#pragma once
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/volume/Volume.h"
#include "glioscope/volume/VoxelBox.h"

#include <array>
#include <memory>
#include <span>
#include <vector>

namespace glio {

/// A mask that is edited: one byte a voxel, kept in blocks of 16x16x16 that copies share until one of them is written.
/// A copy, an undo step and what is saved therefore cost what was changed and not the volume; a block of background
/// costs nothing. Also holds other bytes by voxel, such as where each came from (MaskDocument).
/// Thread: one object belongs to one thread; a copy handed to another is a snapshot that never changes there.
class LabelMap {
public:
    static constexpr std::int64_t kEdge = 16;
    static constexpr std::size_t kBlockVoxels = std::size_t(kEdge * kEdge * kEdge);
    using Block = std::array<Label, kBlockVoxels>;

    LabelMap() : LabelMap(Geometry{}) {}
    explicit LabelMap(const Geometry &geometry); ///< all background
    static LabelMap from(const LabelVolume &volume);
    LabelVolume toVolume() const;

    const Geometry &geometry() const { return m_geometry; }
    const Size3 &size() const { return m_geometry.size(); }
    Label at(const Index3 &v) const; ///< `v` inside the grid
    void set(const Index3 &v, Label value);

    /// The voxels of a box inside the grid, i fastest.
    std::vector<Label> values(const VoxelBox &box) const;
    void setValues(const VoxelBox &box, std::span<const Label> values);

    std::array<std::int64_t, 256> counts() const; ///< voxels by value
    std::int64_t count(Label value) const { return counts()[value]; }
    VoxelBox boundingBox() const; ///< of what is not background
    VoxelBox boundingBox(Label value) const;

    /// True when neither was written since one was copied from the other. False says nothing.
    bool sharesVoxelsWith(const LabelMap &other) const { return m_blocks == other.m_blocks; }
    friend bool operator==(const LabelMap &a, const LabelMap &b); ///< same grid, same values

    // --- blocks; block n covers blockBox(n), its voxels i fastest with strides 1, 16, 256
    std::size_t blockCount() const { return m_blocks->size(); }
    VoxelBox blockBox(std::size_t block) const; ///< cut to the grid
    std::size_t blockOf(const Index3 &v) const
    {
        return std::size_t(v[0] / kEdge + m_across[0] * (v[1] / kEdge + m_across[1] * (v[2] / kEdge)));
    }
    static std::size_t insideBlock(const Index3 &v)
    {
        return std::size_t(v[0] % kEdge + kEdge * (v[1] % kEdge + kEdge * (v[2] % kEdge)));
    }
    const Block *block(std::size_t block) const { return (*m_blocks)[block].get(); } ///< null: background
    Block &editBlock(std::size_t block);
    void clearBlock(std::size_t block);
    /// Surely the same voxels, without looking at them.
    bool sharesBlock(const LabelMap &other, std::size_t block) const
    {
        return (*m_blocks)[block] == (*other.m_blocks)[block];
    }
    std::size_t bytes() const; ///< of the blocks that hold something

private:
    using Blocks = std::vector<std::shared_ptr<Block>>;
    Blocks &own();
    Geometry m_geometry;
    Size3 m_across{}; ///< blocks along i, j, k
    std::shared_ptr<Blocks> m_blocks;
};

} // namespace glio
