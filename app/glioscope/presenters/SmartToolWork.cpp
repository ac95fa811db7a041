#include "presenters/SmartToolPresenter.h"

#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "presenters/ViewPresenter.h"

#include "glioscope/tools/Boolean.h"
#include "glioscope/tools/Fill.h"
#include "glioscope/tools/Interpolate.h"
#include "glioscope/tools/Islands.h"
#include "glioscope/tools/Margin.h"
#include "glioscope/tools/Mirror.h"
#include "glioscope/tools/RandomWalker.h"
#include "glioscope/tools/Smooth.h"

#include <algorithm>
#include <cmath>

// What each smart tool computes, as a function that a worker runs on a snapshot of the mask.
namespace glio::app {
namespace {

LabelPatch patchOf(const LabelMap &labels, const Selection &selection, Label label)
{
    LabelPatch patch{selection.box, labels.values(selection.box)};
    for (std::size_t n = 0; n < patch.labels.size(); ++n)
        if (selection.inside[n]) patch.labels[n] = label;
    return patch;
}

Result<LabelPatch> patchOf(const LabelMap &labels, const Result<Selection> &selection, Label label)
{
    if (!selection) return std::unexpected(selection.error());
    return patchOf(labels, *selection, label);
}

} // namespace

SmartToolPresenter::Work SmartToolPresenter::workNow() const
{
    const Label label = m_brush.label();
    const double value = m_value;
    const auto seed = m_seed;
    if (m_tool == "smooth") {
        return [fixed = locked(), value](const LabelMap &labels) { return tools::smoothLabels(labels, value, fixed); };
    }
    if (m_tool == "between") {
        return [label, axis = sliceAxis(), over = over()](const LabelMap &labels) {
            return tools::interpolateSlices(labels, label, {.across = axis, .over = over});
        };
    }
    if (m_tool == "copy") {
        const Index3 at = m_desk.model.document().grid().nearestVoxel(m_desk.model.cursor());
        const int axis = sliceAxis();
        return [label, axis, from = at[std::size_t(axis)], over = over()](const LabelMap &labels) {
            return tools::copyToSlice(labels, label, axis, from, 1, over);
        };
    }
    if (m_tool == "margin") {
        return [label, value, over = over()](const LabelMap &labels) {
            return value >= 0 ? tools::growLabel(labels, label, value, over)
                              : tools::shrinkLabel(labels, label, -value);
        };
    }
    if (m_tool == "mirror") {
        PointMm low = m_desk.model.series().front().headLow, high = m_desk.model.series().front().headHigh;
        const double middle = (low.x + high.x) / 2;
        return [label, middle](const LabelMap &labels) -> Result<LabelPatch> {
            const auto own = tools::selectionOf(labels, {label});
            if (!own) return std::unexpected(own.error());
            return patchOf(labels, tools::mirrored(labels.geometry(), *own, middle), label);
        };
    }
    if (m_tool == "combine") {
        auto other = std::make_shared<LabelMap>(LabelMap::from(m_desk.model.modelMask()));
        const tools::Combination how = m_choice == "add"        ? tools::Combination::Union
                                       : m_choice == "subtract" ? tools::Combination::Difference
                                                                : tools::Combination::Intersection;
        return [label, other, how](const LabelMap &labels) {
            return tools::combineInto({&labels, {label}}, how, {other.get(), {label}}, label);
        };
    }
    if (m_tool == "fill" && seed) {
        tools::FillOptions options;
        if (!m_brush.throughSlices()) options.sliceAcross = m_seedAxis;
        options.radiusMm = 80;
        return [label, seed, options](const LabelMap &labels) -> Result<LabelPatch> {
            const auto filled = tools::fill(labels, *seed, options);
            if (!filled) return std::unexpected(filled.error());
            if (filled->reachesBounds && labels.at(*seed) == 0)
                return fail(Errc::InvalidArgument,
                            SmartToolPresenter::tr("The outline is open: the filling runs out.").toStdString());
            return patchOf(labels, filled->selection, label);
        };
    }
    if (m_tool == "points") return pointsWork();
    if (m_tool != "islands") return {};
    if (m_choice == "largest") return [label](const LabelMap &labels) { return tools::keepLargest(labels, label); };
    if (m_choice == "holes") return [label](const LabelMap &labels) { return tools::closeHoles(labels, label); };
    if (m_choice == "small")
        return [label, value](const LabelMap &labels) { return tools::dropSmallerThan(labels, label, value); };
    if (!seed) return {};
    if (m_choice == "split") {
        return [label, seed, value](const LabelMap &labels) -> Result<LabelPatch> {
            const Label there = labels.at(*seed);
            if (there == 0 || there == label)
                return fail(Errc::InvalidArgument,
                            SmartToolPresenter::tr("Click a part of another label: it becomes the label at hand.")
                                .toStdString());
            const auto parts = tools::splitAtNecks(labels, there, value);
            if (!parts) return std::unexpected(parts.error());
            for (const Selection &part : *parts)
                if (part.box.contains(*seed) && part.inside[part.box.offset(*seed)])
                    return patchOf(labels, part, label);
            return fail(Errc::InvalidArgument, SmartToolPresenter::tr("Nothing is marked there.").toStdString());
        };
    }
    return [seed, becomes = m_choice == "delete" ? Label{0} : label](const LabelMap &labels) -> Result<LabelPatch> {
        if (labels.at(*seed) == 0)
            return fail(Errc::InvalidArgument, SmartToolPresenter::tr("Nothing is marked there.").toStdString());
        return patchOf(labels, tools::islandAt(labels, {labels.at(*seed)}, *seed), becomes);
    };
}

/// Clicks on four sequences: a random walker over the images, drawn by the model's probabilities where there are some,
/// decides anew within 24 mm of the clicks; the rest of the mask is not looked at.
SmartToolPresenter::Work SmartToolPresenter::pointsWork() const
{
    if (m_points.empty()) return {};
    const CaseModel &model = m_desk.model;
    const Geometry &grid = model.document().grid();
    VoxelBox box;
    for (const Point &point : m_points)
        box = box.joined({point.at, {1, 1, 1}});
    Index3 margin;
    for (std::size_t a = 0; a < 3; ++a)
        margin[a] = std::int64_t(std::ceil(24 / grid.spacing()[a]));
    box = box.grown(margin, grid);
    std::shared_ptr<const Volume<std::uint8_t>> inside;
    if (model.hasProbabilities() && model.bandLive().probabilities().geometry().sameGrid(grid))
        if (const LabelDefinition *label = model.scheme().label(m_brush.label()))
            if (const RegionField *field = model.bandLive().field(label->id))
                inside = std::make_shared<const Volume<std::uint8_t>>(field->map);
    return [box, points = m_points, label = m_brush.label(), images = images(),
            inside](const LabelMap &labels) -> Result<LabelPatch> {
        std::vector<tools::WeightedImage> weighted;
        for (const auto &image : images)
            weighted.push_back({image.get(), 1});
        // Two answers: the label, or not. Every click is a small ball, so that one voxel of noise does not stand alone.
        constexpr Label kOther = 0;
        std::vector<tools::LabelSeed> seeds;
        for (const Point &point : points)
            for (std::int64_t k = -1; k <= 1; ++k)
                for (std::int64_t j = -1; j <= 1; ++j)
                    for (std::int64_t i = -1; i <= 1; ++i) {
                        const Index3 v{point.at[0] + i, point.at[1] + j, point.at[2] + k};
                        if (std::abs(i) + std::abs(j) + std::abs(k) <= 1 && box.contains(v))
                            seeds.push_back({v, point.positive ? label : kOther});
                    }
        // The box's faces are what they are: the region must not run out of what was asked.
        const std::vector<Label> before = labels.values(box);
        std::size_t at = 0;
        for (std::int64_t k = 0; k < box.size[2]; ++k)
            for (std::int64_t j = 0; j < box.size[1]; ++j)
                for (std::int64_t i = 0; i < box.size[0]; ++i, ++at)
                    if (i == 0 || j == 0 || k == 0 || i + 1 == box.size[0] || j + 1 == box.size[1] ||
                        k + 1 == box.size[2])
                        seeds.push_back({{box.start[0] + i, box.start[1] + j, box.start[2] + k},
                                         before[at] == label ? label : kOther});
        std::vector<tools::LabelPrior> priors;
        Volume<std::uint8_t> outside;
        if (inside) {
            outside = *inside;
            for (std::uint8_t &value : outside.edit())
                value = std::uint8_t(255 - value);
            priors = {{label, inside.get()}, {kOther, &outside}};
        }
        const auto walk = tools::randomWalk(labels, box, weighted, seeds, priors);
        if (!walk) return std::unexpected(walk.error());
        LabelPatch patch{box, before};
        for (std::size_t n = 0; n < before.size(); ++n) {
            const bool now = walk->patch.labels[n] == label, was = before[n] == label;
            if (now && !was) patch.labels[n] = label;
            if (!now && was) patch.labels[n] = kOther;
        }
        return patch;
    };
}

} // namespace glio::app
