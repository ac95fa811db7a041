#pragma once
#include "glioscope/base/Random.h"
#include "glioscope/volume/Volume.h"

#include <array>
#include <vector>

namespace glio::samplers {

/// Where each label (1..4, and 5 for tumour without a named sub-region) lies in a case: at most `most` voxels a label,
/// evenly thinned, so that a draw is quick.
class ForegroundIndex {
public:
    ForegroundIndex() = default;
    explicit ForegroundIndex(const LabelVolume &labels, std::size_t most = 10000);

    static constexpr int kLabels = 5;

    bool empty() const; ///< no tumour at all
    const std::vector<std::int64_t> &offsets(int label) const { return m_offsets[std::size_t(label)]; }

private:
    std::array<std::vector<std::int64_t>, kLabels + 1> m_offsets; ///< [0] stays empty
};

struct PatchOptions {
    double foregroundShare = 0.67; ///< patches centred on a tumour voxel; the rest anywhere
    double jitter = 0.25;          ///< a foreground patch is moved by up to this share of its size, along each axis
};

/// A patch's first voxel along each axis. A foreground patch: a label drawn evenly among those present, then one of its
/// voxels, then the jitter (the voxel stays inside the patch). Another patch: anywhere. The patch is kept inside the
/// volume; where it is larger than the volume, the volume lies in its middle (the start is then negative).
Index3 drawPatch(const Geometry &geometry, const ForegroundIndex &foreground, const Size3 &window,
                 const PatchOptions &options, CounterRandom &random);

/// `start` moved so that the patch lies inside the volume, or the volume centred in it.
Index3 keptInside(Index3 start, const Size3 &window, const Size3 &size);

} // namespace glio::samplers
