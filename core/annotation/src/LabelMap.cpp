#include "glioscope/annotation/LabelMap.h"

#include <cassert>
#include <cstring>

namespace glio {
namespace {

/// Calls `row(block, offset in it, offset in the box's array, length)` for every run of a box along i in one block.
template <class Row> void rows(const LabelMap &map, const VoxelBox &box, Row row)
{
    for (std::int64_t k = box.start[2]; k < box.start[2] + box.size[2]; ++k)
        for (std::int64_t j = box.start[1]; j < box.start[1] + box.size[1]; ++j) {
            const std::int64_t end = box.start[0] + box.size[0];
            for (std::int64_t i = box.start[0]; i < end;) {
                const Index3 v{i, j, k};
                const std::int64_t length = std::min(end, (i / LabelMap::kEdge + 1) * LabelMap::kEdge) - i;
                row(map.blockOf(v), LabelMap::insideBlock(v), box.offset(v), std::size_t(length));
                i += length;
            }
        }
}

bool onlyBackground(const Label *values, std::size_t count)
{
    return std::all_of(values, values + count, [](Label value) { return value == 0; });
}

} // namespace

LabelMap::LabelMap(const Geometry &geometry) : m_geometry(geometry)
{
    for (int a = 0; a < 3; ++a)
        m_across[a] = (geometry.size()[a] + kEdge - 1) / kEdge;
    m_blocks = std::make_shared<Blocks>(std::size_t(m_across[0] * m_across[1] * m_across[2]));
}

LabelMap LabelMap::from(const LabelVolume &volume)
{
    LabelMap map(volume.geometry());
    map.setValues(VoxelBox::whole(volume.geometry()), volume.voxels());
    return map;
}

LabelVolume LabelMap::toVolume() const { return {m_geometry, values(VoxelBox::whole(m_geometry))}; }

Label LabelMap::at(const Index3 &v) const
{
    assert(m_geometry.contains(v));
    const Block *held = block(blockOf(v));
    return held ? (*held)[insideBlock(v)] : Label{0};
}

void LabelMap::set(const Index3 &v, Label value)
{
    assert(m_geometry.contains(v));
    const std::size_t n = blockOf(v);
    if (value == 0 && !block(n)) return;
    editBlock(n)[insideBlock(v)] = value;
}

std::vector<Label> LabelMap::values(const VoxelBox &box) const
{
    std::vector<Label> out(static_cast<std::size_t>(box.count()));
    if (out.empty()) return out;
    rows(*this, box, [&](std::size_t n, std::size_t inside, std::size_t at, std::size_t length) {
        if (const Block *held = block(n)) std::memcpy(out.data() + at, held->data() + inside, length);
    });
    return out;
}

void LabelMap::setValues(const VoxelBox &box, std::span<const Label> values)
{
    assert(std::int64_t(values.size()) == box.count());
    if (values.empty()) return;
    rows(*this, box, [&](std::size_t n, std::size_t inside, std::size_t at, std::size_t length) {
        const Label *from = values.data() + at;
        const Block *held = block(n);
        // A block that stays as it is stays shared.
        if (held ? std::memcmp(held->data() + inside, from, length) == 0 : onlyBackground(from, length)) return;
        std::memcpy(editBlock(n).data() + inside, from, length);
    });
}

std::array<std::int64_t, 256> LabelMap::counts() const
{
    std::array<std::int64_t, 256> counts{};
    std::int64_t inBlocks = 0;
    for (std::size_t n = 0; n < blockCount(); ++n) {
        const Block *held = block(n);
        if (!held) continue;
        for (const Label value : *held)
            ++counts[value];
        inBlocks += std::int64_t(kBlockVoxels);
    }
    // What blocks hold beyond the grid is background and no voxel.
    counts[0] += m_geometry.voxelCount() - inBlocks;
    return counts;
}

namespace {
template <class Wanted> VoxelBox boxOf(const LabelMap &map, Wanted wanted)
{
    VoxelBox box;
    for (std::size_t n = 0; n < map.blockCount(); ++n) {
        const LabelMap::Block *held = map.block(n);
        if (!held) continue;
        const VoxelBox here = map.blockBox(n);
        if (box.joined(here) == box && !box.empty()) continue; // inside already
        for (std::int64_t k = 0; k < here.size[2]; ++k)
            for (std::int64_t j = 0; j < here.size[1]; ++j)
                for (std::int64_t i = 0; i < here.size[0]; ++i)
                    if (wanted((*held)[std::size_t(i + LabelMap::kEdge * (j + LabelMap::kEdge * k))]))
                        box = box.joined({{here.start[0] + i, here.start[1] + j, here.start[2] + k}, {1, 1, 1}});
    }
    return box;
}
} // namespace

VoxelBox LabelMap::boundingBox() const
{
    return boxOf(*this, [](Label value) { return value != 0; });
}

VoxelBox LabelMap::boundingBox(Label value) const
{
    return boxOf(*this, [value](Label held) { return held == value; });
}

bool operator==(const LabelMap &a, const LabelMap &b)
{
    if (!a.m_geometry.sameGrid(b.m_geometry)) return false;
    for (std::size_t n = 0; n < a.blockCount(); ++n) {
        if (a.sharesBlock(b, n)) continue;
        const LabelMap::Block *left = a.block(n), *right = b.block(n);
        if (left && right ? *left != *right : !onlyBackground((left ? left : right)->data(), LabelMap::kBlockVoxels))
            return false;
    }
    return true;
}

VoxelBox LabelMap::blockBox(std::size_t block) const
{
    const auto n = std::int64_t(block);
    const Index3 start{n % m_across[0] * kEdge, n / m_across[0] % m_across[1] * kEdge,
                       n / (m_across[0] * m_across[1]) * kEdge};
    return VoxelBox{start, {kEdge, kEdge, kEdge}}.intersected(VoxelBox::whole(m_geometry));
}

LabelMap::Blocks &LabelMap::own()
{
    if (m_blocks.use_count() > 1) m_blocks = std::make_shared<Blocks>(*m_blocks);
    return *m_blocks;
}

LabelMap::Block &LabelMap::editBlock(std::size_t block)
{
    std::shared_ptr<Block> &held = own()[block];
    if (!held)
        held = std::make_shared<Block>();
    else if (held.use_count() > 1)
        held = std::make_shared<Block>(*held);
    return *held;
}

void LabelMap::clearBlock(std::size_t block)
{
    if (this->block(block)) own()[block].reset();
}

std::size_t LabelMap::bytes() const
{
    std::size_t held = 0;
    for (const auto &block : *m_blocks)
        held += block ? kBlockVoxels : 0;
    return held;
}

} // namespace glio
