#include "glioscope/inference/PromptChannels.h"

#include "glioscope/metrics/Components.h"
#include "glioscope/volume/VoxelBox.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace glio::inference {
namespace {

void drawBall(std::span<float> channel, const VoxelBox &box, const GridClick &click)
{
    const auto reach = std::int64_t(kClickRadiusVoxels);
    for (std::int64_t k = -reach; k <= reach; ++k)
        for (std::int64_t j = -reach; j <= reach; ++j)
            for (std::int64_t i = -reach; i <= reach; ++i) {
                const Index3 v{click.voxel[0] + i, click.voxel[1] + j, click.voxel[2] + k};
                const double distance = std::sqrt(double(i * i + j * j + k * k));
                if (distance > kClickRadiusVoxels || !box.contains(v)) continue;
                const auto size = float(1 - distance / (kClickRadiusVoxels + 1));
                float &value = channel[box.offset(v)];
                if (size >= std::abs(value)) value = click.says == ClickSays::Belongs ? size : -size;
            }
}

/// The net's changes in the direction of one kind of click about one label.
class Direction {
public:
    Direction(const GridClick &click, const LabelScheme &scheme) : m_click(click)
    {
        m_region[click.label] = true;
        for (const RegionDefinition &region : scheme.regions()) // composites first, from large to small
            if (region.labels.size() > 1 && region.contains(click.label)) {
                m_region = {};
                for (const Label label : region.labels)
                    m_region[label] = true;
            }
    }
    bool takes(Label before, Label said) const
    {
        if (said == before) return false;
        const Label label = m_click.label;
        return m_click.says == ClickSays::Belongs
                   ? said != 0 && (said == label || before == 0 || (m_region[said] && !m_region[before]))
                   : before != 0 && (before == label || said == 0 || (m_region[before] && !m_region[said]));
    }

private:
    GridClick m_click;
    std::array<bool, 256> m_region{};
};

bool obeyed(Label now, const GridClick &click) { return (now == click.label) == (click.says == ClickSays::Belongs); }

} // namespace

void drawPrompts(std::span<float> channels, const Size3 &size, std::span<const Label> previous,
                 std::span<const GridClick> clicks, std::span<const Label> labels)
{
    const VoxelBox box{{0, 0, 0}, size};
    const auto voxels = std::size_t(box.count());
    std::ranges::fill(channels, 0.0f);
    for (std::size_t n = 0; n < labels.size(); ++n) {
        const auto mask = channels.subspan(n * voxels, voxels);
        for (std::size_t v = 0; v < voxels; ++v)
            if (previous[v] == labels[n]) mask[v] = 1;
        for (const GridClick &click : clicks)
            if (click.label == labels[n]) drawBall(channels.subspan((labels.size() + n) * voxels, voxels), box, click);
    }
}

std::vector<Label> settleClicks(const Size3 &size, std::span<const Label> before, std::span<const Label> said,
                                std::span<const GridClick> clicks, const LabelScheme &scheme)
{
    const VoxelBox box{{0, 0, 0}, size};
    std::vector<Label> after(before.begin(), before.end());
    std::vector<GridClick> kinds; // clicks that ask the same question share its parts
    for (const GridClick &click : clicks)
        if (std::ranges::none_of(kinds,
                                 [&](const GridClick &k) { return k.label == click.label && k.says == click.says; }))
            kinds.push_back(click);
    for (const GridClick &kind : kinds) {
        const Direction direction(kind, scheme);
        std::vector<std::uint8_t> changes(before.size());
        for (std::size_t n = 0; n < changes.size(); ++n)
            changes[n] = direction.takes(before[n], said[n]);
        std::vector<std::size_t> at;
        for (const GridClick &click : clicks)
            if (click.label == kind.label && click.says == kind.says && box.contains(click.voxel)) {
                at.push_back(box.offset(click.voxel));
                changes[at.back()] = 1; // so that a part which begins beside the click is the click's too
            }
        const auto parts = metrics::connectedComponents(changes, size, metrics::Connectivity::Faces6);
        std::vector<std::uint8_t> clicked(std::size_t(parts.count) + 1, 0);
        for (const std::size_t voxel : at)
            clicked[std::size_t(parts.labels[voxel])] = 1;
        for (std::size_t n = 0; n < changes.size(); ++n)
            if (parts.labels[n] > 0 && clicked[std::size_t(parts.labels[n])] && direction.takes(before[n], said[n]))
                after[n] = said[n];
    }
    for (const GridClick &click : clicks) {
        if (!box.contains(click.voxel)) continue;
        const std::size_t at = box.offset(click.voxel);
        if (obeyed(after[at], click)) continue;
        after[at] = click.says == ClickSays::Belongs ? click.label : said[at] != click.label ? said[at] : Label{0};
    }
    return after;
}

} // namespace glio::inference
