#include "presenters/SmartToolPresenter.h"

#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "presenters/SmartToolSupport.h"
#include "presenters/ViewPresenter.h"

#include "glioscope/tools/Boolean.h"
#include "glioscope/tools/Fill.h"
#include "glioscope/tools/Interpolate.h"
#include "glioscope/tools/Islands.h"
#include "glioscope/tools/Margin.h"
#include "glioscope/tools/Mirror.h"
#include "glioscope/tools/Points.h"
#include "glioscope/tools/Smooth.h"

// What each smart tool computes, as a function that a worker runs on a snapshot of the mask.
namespace glio::app {

SmartToolPresenter::Work SmartToolPresenter::workNow() const
{
    const Label label = m_brush.label();
    const double value = m_value;
    const auto seed = m_seed;
    if (m_tool == "smooth") {
        return [fixed = locked(), value, sink = m_watch.sink()](const LabelMap &labels) {
            return tools::smoothLabels(labels, value, fixed, sink);
        };
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
    if (m_tool == "hollow") {
        return [label, value, core = m_choice == "core"](const LabelMap &labels) {
            return core ? tools::shrinkLabel(labels, label, value) : tools::hollowLabel(labels, label, value);
        };
    }
    if (m_tool == "border") return borderWork();
    if (m_tool == "propagate") return propagateWork();
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
    if (m_tool == "scribbles") return scribblesWork();
    if (m_tool == "range") return rangeWork();
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

/// The worker gets the model's probability of the label at hand where there is one on the mask's grid (Points.h).
SmartToolPresenter::Work SmartToolPresenter::pointsWork() const
{
    if (m_points.empty()) return {};
    const auto prior = labelPrior();
    tools::PointsRequest request{.label = m_brush.label()};
    for (const Point &point : m_points)
        request.clicks.push_back(
            {point.at, point.positive ? tools::PointClick::Says::Belongs : tools::PointClick::Says::DoesNotBelong});
    return [request = std::move(request), images = images(), prior, sink = m_watch.sink()](const LabelMap &labels) {
        tools::PointsRequest whole = request;
        whole.images = weighted(images);
        whole.prior = prior.get();
        return tools::decideByPoints(labels, whole, sink);
    };
}

} // namespace glio::app
