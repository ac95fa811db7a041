#pragma once
#include "glioscope/annotation/Decode.h"
#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/annotation/Probabilities.h"
#include "glioscope/volume/VoxelBox.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glio::app {

/// One region's probability map with what a slider over it needs: histogram, and for each byte the box of the voxels
/// that have it, so that a moved threshold touches only the voxels whose answer can change.
struct RegionField {
    Volume<std::uint8_t> map;
    std::array<std::int64_t, 256> histogram{};
    std::array<VoxelBox, 256> boxes{};
};

/// A mask that follows its thresholds. Holds probabilities, thresholds, the mask decoded from them and the volumes of
/// every region, and keeps the four in step: after a threshold was moved the mask equals decode(probabilities,
/// thresholds) in the box that could change. Thread: made anywhere (some 100 ms), then owned by one thread. Copies
/// share the voxels.
class LiveMask {
public:
    LiveMask() = default;
    /// `mask`: what the model gave for these thresholds, when it is not their bare decoding (small islands dropped).
    /// Errors: InvalidArgument (unknown scheme, classes that do not fit it, a mask on another grid).
    static Result<LiveMask> make(Probabilities probabilities, Thresholds thresholds = {},
                                 std::optional<LabelVolume> mask = {});

    bool empty() const { return m_probabilities.empty(); }
    const Probabilities &probabilities() const { return m_probabilities; }
    const Thresholds &thresholds() const { return m_thresholds; }
    double threshold(const std::string &regionId) const;
    const LabelVolume &mask() const { return m_mask; }
    const LabelScheme &scheme() const { return *m_scheme; }

    /// Moves one region's threshold (0.02..0.98, clamped) and decodes the box that the change can touch; gives that
    /// box.
    Result<VoxelBox> setThreshold(const std::string &regionId, double threshold);

    /// ml by region id, from the mask.
    std::map<std::string, double> volumesMl() const;
    /// ml where the region's probability reaches `level`.
    double volumeMlAt(const std::string &regionId, double level) const;
    /// Null when the scheme has no such region.
    const RegionField *field(const std::string &regionId) const;

private:
    void countBox(const VoxelBox &box, int sign);

    const LabelScheme *m_scheme = nullptr;
    Probabilities m_probabilities;
    Thresholds m_thresholds;
    LabelVolume m_mask;
    std::array<std::int64_t, 256> m_counts{};
    std::map<std::string, RegionField> m_fields;
};

} // namespace glio::app
