#include "presenters/SmartToolPresenter.h"

#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "presenters/SmartToolSupport.h"
#include "presenters/ToolPresenter.h"
#include "shell/MainWindow.h"
#include "support/UserText.h"

#include "glioscope/annotation/Lasso.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/SmartToolRows.h"
#include "glioscope/widgets/SmartToolsPanel.h"

// Where a tool works: a part of the mask, the place that the cursor lies in, or what is drawn round for it.
namespace glio::app {
namespace {

Error sentence(const QString &text) { return {Errc::InvalidArgument, text.toStdString()}; }

/// What was drawn, in every slice across an axis.
Selection throughAllSlices(const Geometry &grid, const Selection &layer, int axis)
{
    const auto across = std::size_t(axis);
    Selection all{layer.box, {}};
    all.box.start[across] = 0;
    all.box.size[across] = grid.size()[across];
    all.inside.reserve(std::size_t(all.box.count()));
    for (std::int64_t k = 0; k < all.box.size[2]; ++k)
        for (std::int64_t j = 0; j < all.box.size[1]; ++j)
            for (std::int64_t i = 0; i < all.box.size[0]; ++i) {
                Index3 v{all.box.start[0] + i, all.box.start[1] + j, all.box.start[2] + k};
                bool any = false;
                for (std::int64_t n = 0; n < layer.box.size[across] && !any; ++n) {
                    v[across] = layer.box.start[across] + n;
                    any = layer.holds(v);
                }
                all.inside.push_back(any);
            }
    return all;
}

/// One more drawing: it joins the area, or is taken from it.
Selection joined(const std::optional<Selection> &area, const Selection &drawn, bool adds)
{
    if (!area) return drawn;
    Selection out{adds ? area->box.joined(drawn.box) : area->box, {}};
    out.inside.reserve(std::size_t(out.box.count()));
    for (std::int64_t k = 0; k < out.box.size[2]; ++k)
        for (std::int64_t j = 0; j < out.box.size[1]; ++j)
            for (std::int64_t i = 0; i < out.box.size[0]; ++i) {
                const Index3 v{out.box.start[0] + i, out.box.start[1] + j, out.box.start[2] + k};
                out.inside.push_back(adds ? area->holds(v) || drawn.holds(v) : area->holds(v) && !drawn.holds(v));
            }
    return out;
}

} // namespace

void SmartToolPresenter::showAreas()
{
    const CaseModel &model = m_desk.model;
    std::vector<widgets::SmartChoice> choices;
    if (m_tool == "border") choices.push_back({"everywhere", tr("Everywhere")});
    if (m_tool == "range") {
        const auto counts = model.document().labels().counts();
        const auto held = [&](Label label) { return counts[label] > 0; };
        for (const RegionDefinition &region : model.scheme().regions())
            if (region.labels.size() > 1 && std::ranges::any_of(region.labels, held))
                choices.push_back(
                    {"region." + QString::fromStdString(region.id), labelName(region.id, model.scheme())});
        for (const LabelDefinition &label : model.scheme().labels())
            if (held(label.value)) choices.push_back({"label." + QString::fromStdString(label.id), labelName(label)});
    }
    choices.push_back({"place", tr("The place at the cursor")});
    choices.push_back({"lasso", tr("What I draw round")});
    widgets::SmartAreaRow *row = m_desk.window.correctPanel()->smartTools()->area();
    row->setChoices(choices);
    if (std::ranges::none_of(choices, [&](const auto &choice) { return choice.id == m_areaId; }))
        m_areaId = choices.front().id == "place" ? "lasso" : choices.front().id;
    row->setChoice(m_areaId);
}

void SmartToolPresenter::setArea(const QString &id)
{
    if (m_tool.isEmpty() || id == m_areaId) return;
    m_areaId = id;
    m_lassoed.reset();
    m_lassoLines.clear();
    m_starting = true;
    m_tools.setTool(id == "lasso" ? interaction::Tool::Lasso : interaction::Tool::Crosshair);
    m_starting = false;
    m_tools.setLasso(id == "lasso" ? ToolPresenter::LassoUse::SetsArea : ToolPresenter::LassoUse::Paints);
    m_tools.setHints(id == "lasso" ? smartHintText("area") : ToolHintText());
    m_desk.window.correctPanel()->smartTools()->area()->setChoice(id);
    if (m_tool == "range")
        proposeRange();
    else
        compute();
}

void SmartToolPresenter::areaDrawn(widgets::SliceView *view, const std::vector<PointMm> &shape, bool positive)
{
    if (m_areaId != "lasso" || m_tool.isEmpty()) return;
    const Geometry &grid = m_desk.model.document().grid();
    const PointMm &normal = view->transform().axes().normal;
    auto drawn = polygonFootprint(grid, shape, normal);
    if (!drawn) return; // beside the mask
    if (m_brush.throughSlices()) drawn = throughAllSlices(grid, *drawn, axisAlong(grid, normal));
    const bool first = !m_lassoed;
    if (first && !positive) return; // nothing to take it from
    m_lassoed = joined(m_lassoed, *drawn, positive);
    m_lassoLines.push_back({shape, true, !positive});
    m_tools.setLasso(ToolPresenter::LassoUse::SetsArea, m_lassoLines);
    if (m_tool == "range" && first)
        proposeRange();
    else
        compute();
}

Result<std::optional<Selection>> SmartToolPresenter::area() const
{
    const CaseModel &model = m_desk.model;
    const LabelMap &labels = model.document().labels();
    if (m_areaId == "lasso") {
        if (!m_lassoed || m_lassoed->count() == 0)
            return std::unexpected(sentence(m_brush.throughSlices()
                                                ? tr("Draw round where it is to work, through all slices.")
                                                : tr("Draw round where it is to work, in this slice.")));
        return m_lassoed;
    }
    if (m_areaId == "place") {
        const Volume<std::uint8_t> &map = model.places().map;
        const Index3 at = labels.geometry().nearestVoxel(model.cursor());
        const bool known = !model.places().list.empty() && map.geometry().sameGrid(labels.geometry());
        const auto found = known && map.geometry().contains(at)
                               ? std::ranges::find(model.places().list, int(map.at(at)), &Place::id)
                               : model.places().list.end();
        if (found == model.places().list.end())
            return std::unexpected(sentence(tr("No place to check lies at the cursor.")));
        Selection place{{found->start, found->size}, {}};
        for (std::int64_t k = 0; k < found->size[2]; ++k)
            for (std::int64_t j = 0; j < found->size[1]; ++j)
                for (std::int64_t i = 0; i < found->size[0]; ++i)
                    place.inside.push_back(map.at({found->start[0] + i, found->start[1] + j, found->start[2] + k}) ==
                                           found->id);
        return place;
    }
    std::vector<Label> wanted;
    if (m_areaId.startsWith("region."))
        if (const RegionDefinition *region = model.scheme().region(m_areaId.mid(7).toStdString()))
            wanted = region->labels;
    if (m_areaId.startsWith("label."))
        if (const LabelDefinition *label = model.scheme().label(std::string_view(m_areaId.mid(6).toStdString())))
            wanted = {label->value};
    if (wanted.empty()) return std::optional<Selection>();
    auto selection = tools::selectionOf(labels, wanted);
    if (!selection) return std::unexpected(selection.error());
    return std::optional(std::move(*selection));
}

} // namespace glio::app
