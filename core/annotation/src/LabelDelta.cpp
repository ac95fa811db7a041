#include "glioscope/annotation/LabelDelta.h"

#include <algorithm>

namespace glio {
namespace {

constexpr LabelMap::Block kBackground{};

const LabelMap::Block &held(const LabelMap &map, std::size_t block)
{
    const LabelMap::Block *found = map.block(block);
    return found ? *found : kBackground;
}

void putNumber(std::string &out, std::uint64_t value) // LEB128: seven bits a byte, the last without the top bit
{
    for (; value >= 128; value >>= 7)
        out += char((value & 127) | 128);
    out += char(value);
}

bool takeNumber(std::string_view &in, std::uint64_t &value)
{
    value = 0;
    for (int shift = 0; shift < 42 && !in.empty(); shift += 7) {
        const auto byte = std::uint8_t(in.front());
        in.remove_prefix(1);
        value |= std::uint64_t(byte & 127) << shift;
        if (byte < 128) return true;
    }
    return false;
}

} // namespace

LabelDelta LabelDelta::between(const LabelMap &before, const LabelMap &after)
{
    LabelDelta delta;
    for (std::size_t n = 0; n < before.blockCount(); ++n) {
        if (before.sharesBlock(after, n)) continue;
        const LabelMap::Block &from = held(before, n), &to = held(after, n);
        for (std::size_t at = 0; at < LabelMap::kBlockVoxels;) {
            if (from[at] == to[at]) {
                ++at;
                continue;
            }
            std::size_t end = at + 1;
            while (end < LabelMap::kBlockVoxels && from[end] == from[at] && to[end] == to[at])
                ++end;
            delta.m_runs.push_back({std::uint32_t(n), std::uint16_t(at), std::uint16_t(end - at), from[at], to[at]});
            at = end;
        }
    }
    delta.m_runs.shrink_to_fit();
    return delta;
}

std::int64_t LabelDelta::changedVoxels() const
{
    std::int64_t voxels = 0;
    for (const Run &run : m_runs)
        voxels += run.length;
    return voxels;
}

VoxelBox LabelDelta::box(const LabelMap &on) const
{
    VoxelBox box;
    std::uint32_t last = ~std::uint32_t{0};
    for (const Run &run : m_runs) {
        if (run.block == last) continue;
        last = run.block;
        box = box.joined(on.blockBox(run.block));
    }
    return box;
}

std::array<std::int64_t, 256> LabelDelta::change() const
{
    std::array<std::int64_t, 256> change{};
    for (const Run &run : m_runs) {
        change[run.before] -= run.length;
        change[run.after] += run.length;
    }
    return change;
}

LabelDelta LabelDelta::inverse() const
{
    LabelDelta back = *this;
    for (Run &run : back.m_runs)
        std::swap(run.before, run.after);
    return back;
}

Result<void> LabelDelta::applyTo(LabelMap &map) const
{
    for (const Run &run : m_runs) {
        const std::size_t end = std::size_t(run.start) + run.length;
        if (run.block >= map.blockCount() || run.length == 0 || end > LabelMap::kBlockVoxels)
            return fail(Errc::Internal, "A step of the history does not fit the mask's grid.");
        const LabelMap::Block &from = held(map, run.block);
        if (!std::all_of(from.begin() + run.start, from.begin() + std::ptrdiff_t(end),
                         [&](Label value) { return value == run.before; }))
            return fail(Errc::Internal, "A step of the history does not start from the mask as it is.");
    }
    for (const Run &run : m_runs) {
        LabelMap::Block &block = map.editBlock(run.block);
        std::fill_n(block.begin() + run.start, run.length, run.after);
    }
    return {};
}

std::string LabelDelta::encoded() const
{
    std::string out;
    out.reserve(m_runs.size() * 5 + 8);
    putNumber(out, m_runs.size());
    std::uint32_t block = 0;
    std::uint64_t end = 0;
    for (const Run &run : m_runs) {
        putNumber(out, run.block - block);
        if (run.block != block) end = 0;
        putNumber(out, run.start - end);
        putNumber(out, run.length);
        out += char(run.before);
        out += char(run.after);
        block = run.block;
        end = std::uint64_t(run.start) + run.length;
    }
    return out;
}

Result<LabelDelta> LabelDelta::decoded(std::string_view bytes)
{
    const auto damaged = [] { return fail(Errc::Io, "A step of the history is damaged and cannot be read."); };
    std::uint64_t count = 0;
    if (!takeNumber(bytes, count) || count > bytes.size() / 5) return damaged();
    LabelDelta delta;
    delta.m_runs.reserve(count);
    std::uint64_t block = 0, end = 0;
    for (; count > 0; --count) {
        std::uint64_t step = 0, gap = 0, length = 0;
        if (!takeNumber(bytes, step) || !takeNumber(bytes, gap) || !takeNumber(bytes, length) || bytes.size() < 2)
            return damaged();
        block += step;
        if (step != 0) end = 0;
        const std::uint64_t start = end + gap;
        end = start + length;
        if (length == 0 || end > LabelMap::kBlockVoxels || block > ~std::uint32_t{0}) return damaged();
        delta.m_runs.push_back(
            {std::uint32_t(block), std::uint16_t(start), std::uint16_t(length), Label(bytes[0]), Label(bytes[1])});
        bytes.remove_prefix(2);
    }
    if (!bytes.empty()) return damaged();
    return delta;
}

} // namespace glio
