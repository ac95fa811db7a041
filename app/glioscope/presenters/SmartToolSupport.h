#pragma once
#include "model/CaseModel.h"

#include "glioscope/annotation/Selection.h"
#include "glioscope/tools/Images.h"

#include <cmath>
#include <memory>
#include <span>
#include <vector>

namespace glio::app {

inline std::vector<tools::WeightedImage> weighted(std::span<const std::shared_ptr<const ImageVolume>> images)
{
    std::vector<tools::WeightedImage> out;
    for (const auto &image : images)
        out.push_back({image.get(), 1});
    return out;
}

/// The sequences that tools look at: those of models, and without any of them the first image.
inline std::vector<std::shared_ptr<const ImageVolume>> imagesOf(const CaseModel &model)
{
    std::vector<std::shared_ptr<const ImageVolume>> images;
    for (const Sequence sequence : kModelSequences)
        if (const int series = model.seriesOf(sequence); series >= 0)
            images.push_back(model.series()[std::size_t(series)].image);
    if (images.empty() && model.isOpen()) images.push_back(model.series().front().image);
    return images;
}

/// The voxel axis that runs closest to a world direction.
inline int axisAlong(const Geometry &grid, const PointMm &direction)
{
    int best = 0;
    for (int a = 1; a < 3; ++a)
        if (std::abs(dot(grid.axis(a), direction)) > std::abs(dot(grid.axis(best), direction))) best = a;
    return best;
}

/// The selected voxels become `label`, the rest of their box stays.
inline LabelPatch patchOf(const LabelMap &labels, const Selection &selection, Label label)
{
    LabelPatch patch{selection.box, labels.values(selection.box)};
    for (std::size_t n = 0; n < patch.labels.size(); ++n)
        if (selection.inside[n]) patch.labels[n] = label;
    return patch;
}

inline Result<LabelPatch> patchOf(const LabelMap &labels, const Result<Selection> &selection, Label label)
{
    if (!selection) return std::unexpected(selection.error());
    return patchOf(labels, *selection, label);
}

} // namespace glio::app
