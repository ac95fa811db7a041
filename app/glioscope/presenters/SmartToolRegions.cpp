#include "presenters/SmartToolPresenter.h"

#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "presenters/SmartToolSupport.h"
#include "presenters/ToolPresenter.h"
#include "shell/MainWindow.h"

#include "glioscope/annotation/Lasso.h"
#include "glioscope/tools/Grow.h"
#include "glioscope/tools/Propagate.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/SmartToolsPanel.h"
#include "glioscope/widgets/ViewGrid.h"
#include "glioscope/widgets/VolumeView.h"

// Tools that fit a whole region: the model's border, a drawing carried on to other slices, a region that grows, and the
// cut of the scissors.
namespace glio::app {

std::shared_ptr<const Volume<std::uint8_t>> SmartToolPresenter::labelPrior() const
{
    const CaseModel &model = m_desk.model;
    const LabelDefinition *label = model.scheme().label(m_brush.label());
    if (!label || !model.hasProbabilities() ||
        !model.bandLive().probabilities().geometry().sameGrid(model.document().grid()))
        return {};
    const RegionField *field = model.bandLive().field(label->id);
    return field ? std::make_shared<const Volume<std::uint8_t>>(field->map) : nullptr;
}

/// Only voxels that come into the region or leave it change, and take what the model says there: what was corrected by
/// hand within it stays.
SmartToolPresenter::Work SmartToolPresenter::borderWork() const
{
    const CaseModel &model = m_desk.model;
    const RegionDefinition *known = model.scheme().region(m_choice.toStdString());
    if (!known || !model.hasProbabilities()) return {};
    return [live = model.live(), region = *known, level = m_value / 100,
            where = area()](const LabelMap &labels) -> Result<LabelPatch> {
        if (!where) return std::unexpected(where.error());
        if (!live.mask().geometry().sameGrid(labels.geometry()))
            return fail(
                Errc::InvalidArgument,
                SmartToolPresenter::tr("The model's answer lies on another grid than this mask.").toStdString());
        LiveMask moved = live;
        if (const auto done = moved.setThreshold(region.id, level); !done) return std::unexpected(done.error());
        const RegionField *field = moved.field(region.id);
        VoxelBox box; // where the model sees anything of it, or the mask has it
        for (std::size_t p = 5; p < field->boxes.size(); ++p)
            box = box.joined(field->boxes[p]);
        for (const Label label : region.labels)
            box = box.joined(labels.boundingBox(label));
        if (*where) box = box.intersected((*where)->box);
        if (box.empty())
            return fail(Errc::InvalidArgument,
                        SmartToolPresenter::tr("The model sees nothing of this region.").toStdString());
        LabelPatch patch{box, labels.values(box)};
        std::size_t at = 0;
        for (std::int64_t k = 0; k < box.size[2]; ++k)
            for (std::int64_t j = 0; j < box.size[1]; ++j)
                for (std::int64_t i = 0; i < box.size[0]; ++i, ++at) {
                    const Index3 v{box.start[0] + i, box.start[1] + j, box.start[2] + k};
                    if (*where && !(*where)->holds(v)) continue;
                    const Label says = moved.mask().at(v);
                    Label &here = patch.labels[at];
                    if (region.contains(here) != region.contains(says)) here = says;
                }
        return patch;
    };
}

SmartToolPresenter::Work SmartToolPresenter::propagateWork() const
{
    tools::PropagateRequest request;
    request.label = m_brush.label();
    request.across = sliceAxis();
    request.from = m_desk.model.document().grid().nearestVoxel(m_desk.model.cursor())[std::size_t(request.across)];
    request.step = m_choice == "previous" ? -1 : 1;
    request.slices = std::int64_t(m_value);
    request.over = over();
    return [request, images = images(), note = m_note,
            sink = m_watch.sink()](const LabelMap &labels) -> Result<LabelPatch> {
        tools::PropagateRequest whole = request;
        whole.images = weighted(images);
        auto made = tools::propagate(labels, whole, sink);
        if (!made) return std::unexpected(made.error());
        using tools::PropagateEnd;
        const QString why = made->end == PropagateEnd::Vanished ? SmartToolPresenter::tr("The region ends there.")
                            : made->end == PropagateEnd::Leaked
                                ? SmartToolPresenter::tr("It would run out there, so it stops.")
                            : made->end == PropagateEnd::LastSlice ? SmartToolPresenter::tr("That is the last slice.")
                                                                   : QString();
        if (made->slices == 0) return fail(Errc::InvalidArgument, why.toStdString());
        *note = SmartToolPresenter::tr("Slices drawn: %1.").arg(made->slices);
        if (!why.isEmpty()) *note += QLatin1Char(' ') + why;
        return std::move(made->patch);
    };
}

void SmartToolPresenter::cut(const QPolygonF &shape)
{
    if (m_tool != "scissors") return;
    const widgets::VolumeView *view = m_desk.window.grid()->volume();
    const LabelMap &labels = m_desk.model.document().labels();
    std::vector<PicturePoint> corners;
    for (const QPointF &corner : shape)
        corners.push_back({corner.x(), corner.y()});
    const auto found = sightFootprint(labels, corners, [view](const PointMm &p) {
        const auto at = view->project(p);
        return at ? PicturePoint{at->x(), at->y()} : PicturePoint{-1e6, -1e6};
    });
    if (!found) {
        show(std::unexpected(found.error()));
        return;
    }
    LabelPatch patch{found->box, labels.values(found->box)};
    for (std::size_t n = 0; n < patch.labels.size(); ++n) // what is not shown is not cut
        if (found->inside[n] && !m_desk.model.overlay().hidden.contains(patch.labels[n])) patch.labels[n] = 0;
    show(patch);
}

// --- grow -----------------------------------------------------------------------------------------------------------

void SmartToolPresenter::grow(const Index3 &seed)
{
    m_field.reset();
    showWorking();
    renewWatch();
    m_job.request([this, seed, images = images(), grid = m_desk.model.document().grid(), sink = m_watch.sink(),
                   asked = m_asked]() -> LatestJob::Apply {
        auto field =
            std::make_shared<Result<tools::GrowField>>(tools::growField(grid, weighted(images), {seed}, {}, sink));
        return [this, field, asked] {
            if (m_tool != "grow" || asked != m_asked) return;
            if (!*field) {
                show(std::unexpected(field->error()));
                return;
            }
            m_field = std::make_shared<const tools::GrowField>(std::move(**field));
            showGrown();
        };
    });
}

void SmartToolPresenter::showGrown()
{
    if (!m_field) return;
    const LabelMap &labels = m_desk.model.document().labels();
    const Selection grown = tools::within(*m_field, m_value);
    if (grown.box.empty()) return;
    LabelPatch patch{grown.box, labels.values(grown.box)};
    for (std::size_t n = 0; n < patch.labels.size(); ++n)
        if (grown.inside[n]) patch.labels[n] = m_takesAway ? Label{0} : m_brush.label();
    show(patch);
}

} // namespace glio::app
