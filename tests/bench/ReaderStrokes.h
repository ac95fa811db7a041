#pragma once
#include "SimulatedReader.h"

#include <set>

namespace glio::bench {

/// Of an error, what a reader sees of it on the axial slice that holds `place.at`: the one shape that meets it there.
Selection shapeOnSlice(const Geometry &grid, const ErrorPlace &place);

/// The way a hand drags the brush through such a shape: from one end of it to the other, where it is deep rather than
/// along its edge. Ends: those furthest apart on such ways. At least one voxel; neighbours touch.
std::vector<Index3> strokeWay(const Geometry &grid, const Selection &shape);

/// One stroke through the error on its slice with a ball, as wide as the error is deep along the way (the median, in
/// 3D, to both sides) times `larger`, 2 to 30 mm. Errors: those of brushFootprint.
Result<LabelPatch> strokePatch(const LabelMap &now, const ErrorPlace &place, Label label, double larger);

/// A reader who sets some axial slices right with the lasso and fills between them. One act is one lasso round the
/// largest error shape of the slice in hand, or one *Fill between* (tools::interpolateSlices on the region as one
/// label) of the gaps to the slices drawn before. Slices: the one with the largest error, then the worst of every
/// 8 mm from there, of every 4 mm, of all. A slice counts as drawn when no error shape of more than 2 % of the region
/// in it (or 2 voxels) is left. Which label new voxels get: the true one, as for the lasso alone.
class SliceDrawer {
public:
    SliceDrawer(const LabelMap &truth, const RegionDefinition &region);
    /// The next act; nothing when no slice has an error that is worth one.
    std::optional<LabelPatch> act(const LabelMap &now);
    bool filled() const { return m_filled; } ///< the last act was a filling: taken back, it says nothing of a slice

private:
    std::optional<LabelPatch> lasso(const LabelMap &now);
    std::optional<LabelPatch> fill(const LabelMap &now);
    bool chooseSlice(const LabelMap &now);
    std::vector<std::uint8_t> errorsOn(const LabelMap &now, std::int64_t slice) const; ///< 1 lacks, 2 too much
    VoxelBox boxOf(std::int64_t slice) const;
    std::int64_t worth(std::int64_t slice) const; ///< voxels below which a shape is let be

    const LabelMap &m_truth;
    std::array<bool, 256> m_inside{};
    int m_across = 2;
    Label m_label = 0; ///< one of the region's
    VoxelBox m_room;   ///< where there is anything to draw
    std::set<std::int64_t> m_drawn;
    std::optional<std::int64_t> m_first, m_now;
    std::int64_t m_every = 1;
    bool m_toFill = false, m_filled = false;
};

} // namespace glio::bench
