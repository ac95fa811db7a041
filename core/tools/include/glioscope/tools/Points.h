#pragma once
#include "glioscope/base/Progress.h"
#include "glioscope/tools/Images.h"
#include "glioscope/tools/Patch.h"

#include <optional>
#include <span>
#include <vector>

namespace glio::tools {

/// One click: what the reader says of a place.
struct PointClick {
    enum class Says { Belongs, DoesNotBelong };
    Index3 voxel{};
    Says says = Says::Belongs;
};

/// How far a click speaks: its voxel and the neighbours through faces, or its voxel alone.
enum class ClickSize { Cross, Voxel };

struct PointsRequest {
    Label label = 1; ///< what is decided: this label or background; not 0
    std::vector<PointClick> clicks;
    std::vector<WeightedImage> images; ///< each on a grid of its own
    /// The model's probability of `label` as round(255 p), on the mask's grid; null: the images decide alone. Must
    /// outlive the call.
    const Volume<std::uint8_t> *prior = nullptr;
    double radiusMm = 24; ///< decided anew: the box that reaches this far from every click
    ClickSize size = ClickSize::Cross;
    std::vector<Label> fixed;       ///< labels that keep every voxel: the walk goes round them
    std::optional<VoxelBox> bounds; ///< nothing is decided beyond this box
};

/// The voxels that a request may change: the box round all clicks, `radiusMm` further along every axis of the grid.
VoxelBox boxOfPoints(const Geometry &grid, std::span<const PointClick> clicks, double radiusMm);

/// Clicks on all sequences at once: in the box round them a random walker (RandomWalker.h) decides anew what is
/// `label`. The box's faces stay what they are, unless clicked, so
/// the region joins what lies outside. Of what would change, only the
/// connected parts that hold a click change, and only the way that click says: one that belongs adds, the other takes.
/// What it loses becomes background. Errors: InvalidArgument (no click, a click outside the mask or the bounds, label
/// 0, no image, a prior on another grid, a radius that is not above 0 and at most 100 mm, a box over 16 million
/// voxels), Cancelled. Multi-threaded; deterministic. Cost: the box; some 50 ms for one click at 1 mm.
Result<LabelPatch> decideByPoints(const LabelMap &labels, const PointsRequest &request,
                                  const ProgressSink &progress = {});

} // namespace glio::tools
