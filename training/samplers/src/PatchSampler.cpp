#include "glioscope/samplers/PatchSampler.h"

#include <algorithm>
#include <cmath>

namespace glio::samplers {

ForegroundIndex::ForegroundIndex(const LabelVolume &labels, std::size_t most)
{
    const auto voxels = labels.voxels();
    for (std::size_t n = 0; n < voxels.size(); ++n)
        if (voxels[n] > 0 && voxels[n] < m_offsets.size()) m_offsets[voxels[n]].push_back(std::int64_t(n));
    for (auto &offsets : m_offsets) {
        if (offsets.size() <= most) continue;
        std::vector<std::int64_t> thinned(most);
        for (std::size_t n = 0; n < most; ++n)
            thinned[n] = offsets[n * offsets.size() / most];
        offsets = std::move(thinned);
    }
}

bool ForegroundIndex::empty() const
{
    return std::all_of(m_offsets.begin(), m_offsets.end(), [](const auto &offsets) { return offsets.empty(); });
}

Index3 keptInside(Index3 start, const Size3 &window, const Size3 &size)
{
    for (std::size_t a = 0; a < 3; ++a) {
        const std::int64_t room = size[a] - window[a];
        start[a] = room < 0 ? -(-room / 2) : std::clamp<std::int64_t>(start[a], 0, room);
    }
    return start;
}

Index3 drawPatch(const Geometry &geometry, const ForegroundIndex &foreground, const Size3 &window,
                 const PatchOptions &options, CounterRandom &random)
{
    const Size3 &size = geometry.size();
    // Both numbers are drawn always: the rest of the sample's draws then do not depend on what the case holds.
    const bool wantsTumour = random.chance(options.foregroundShare);
    const double pick = random.uniform(), place = random.uniform();
    Index3 start{};
    if (wantsTumour && !foreground.empty()) {
        std::vector<int> present;
        for (int label = 1; label <= ForegroundIndex::kLabels; ++label)
            if (!foreground.offsets(label).empty()) present.push_back(label);
        const auto &offsets = foreground.offsets(present[std::size_t(pick * double(present.size()))]);
        const std::int64_t at = offsets[std::size_t(place * double(offsets.size()))];
        const Index3 voxel{at % size[0], at / size[0] % size[1], at / (size[0] * size[1])};
        for (std::size_t a = 0; a < 3; ++a) {
            const double shift = random.uniform(-options.jitter, options.jitter) * double(window[a]);
            start[a] = voxel[a] - window[a] / 2 + std::llround(shift);
            start[a] = std::clamp(start[a], voxel[a] - window[a] + 1, voxel[a]);
        }
    } else {
        for (std::size_t a = 0; a < 3; ++a)
            start[a] = random.integer(0, std::max<std::int64_t>(0, size[a] - window[a]));
    }
    return keptInside(start, window, size);
}

} // namespace glio::samplers
