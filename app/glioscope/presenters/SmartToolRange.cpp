#include "presenters/SmartToolPresenter.h"

#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "presenters/SmartToolSupport.h"
#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"
#include "support/UserText.h"

#include "glioscope/tools/Threshold.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/SmartToolRows.h"
#include "glioscope/widgets/SmartToolsPanel.h"

#include <algorithm>
#include <cmath>

// Threshold: of the voxels of an area those between two intensities become the label at hand.
namespace glio::app {
namespace {

struct Limits {
    double lowest = 0, highest = 1, step = 1;
    double onStep(double value) const { return lowest + step * std::round((value - lowest) / step); }
};

Limits limitsOf(const ImageVolume &image)
{
    const auto [least, most] = std::ranges::minmax_element(image.voxels());
    const double low = *least, high = std::max<double>(*most, low + 1e-6);
    return {low, high, high - low > 50 ? 1 : (high - low) / 200};
}

std::shared_ptr<const ImageVolume> imageOf(const CaseModel &model, int series)
{
    return model.series()[std::size_t(std::clamp(series, 0, int(model.series().size()) - 1))].image;
}

/// Its sequence, and its file where that says nothing or is there twice.
QString nameOf(const CaseModel &model, const Series &series)
{
    const QString name = sequenceText(series.sequence);
    const QString file = QString::fromStdString(series.path.filename().string());
    if (series.sequence == Sequence::Other) return file;
    return std::ranges::count(model.series(), series.sequence, &Series::sequence) > 1 ? name + " (" + file + ')' : name;
}

std::vector<std::int64_t> histogramOf(const ImageVolume &image, const Limits &limits)
{
    std::vector<std::int64_t> counts(64, 0);
    const auto voxels = image.voxels();
    for (std::size_t n = 0; n < voxels.size(); n += 13) // a picture of the distribution, not a measurement
        ++counts[std::size_t(
            std::clamp((voxels[n] - limits.lowest) / (limits.highest - limits.lowest) * 64, 0.0, 63.0))];
    counts[0] = 0; // the air round the head would flatten the rest
    return counts;
}

} // namespace

void SmartToolPresenter::startRange()
{
    m_rangeSeries = std::clamp(m_views.activeSeries(), 0, int(m_desk.model.series().size()) - 1);
    m_areaId.clear();
    showAreas();
    if (m_areaId == "lasso") { // nothing is marked yet: as by the row
        m_areaId.clear();
        showRange();
        setArea("lasso");
        return;
    }
    showRange();
    proposeRange();
}

void SmartToolPresenter::showRange()
{
    const CaseModel &model = m_desk.model;
    widgets::SmartRangeRow *row = m_desk.window.correctPanel()->smartTools()->range();
    std::vector<widgets::SmartChoice> sequences;
    for (const Series &series : model.series())
        sequences.push_back({QString::number(sequences.size()), nameOf(model, series)});
    row->setSequences(sequences, QString::number(m_rangeSeries));
    const ImageVolume &image = *imageOf(model, m_rangeSeries);
    const Limits limits = limitsOf(image);
    row->setLimits(limits.lowest, limits.highest, limits.step, histogramOf(image, limits));
    if (m_low < m_high) row->setRange(m_low, m_high);
}

void SmartToolPresenter::proposeRange()
{
    renewWatch();
    hidePatch();
    m_note = std::make_shared<QString>();
    const auto where = area();
    if (!where) {
        show(std::unexpected(where.error()));
        return;
    }
    if (!*where) return;
    const auto image = imageOf(m_desk.model, m_rangeSeries);
    showWorking();
    m_job.request(
        [this, image, among = **where, grid = m_desk.model.document().grid(), asked = m_asked]() -> LatestJob::Apply {
            const auto found = tools::otsuThresholds(*image, grid, among);
            return [this, found, asked, limits = limitsOf(*image)] {
                if (m_tool != "range" || asked != m_asked) return;
                if (!found) {
                    show(std::unexpected(found.error()));
                    return;
                }
                m_low = limits.onStep(found->front());
                m_high = limits.highest;
                m_desk.window.correctPanel()->smartTools()->range()->setRange(m_low, m_high);
                const bool take = m_applyWhenDone;
                compute();
                m_applyWhenDone = take; // it is this preview that Enter waits for
            };
        });
}

SmartToolPresenter::Work SmartToolPresenter::rangeWork() const
{
    return [label = m_brush.label(), low = m_low, high = m_high, image = imageOf(m_desk.model, m_rangeSeries),
            where = area()](const LabelMap &labels) -> Result<LabelPatch> {
        if (!where) return std::unexpected(where.error());
        if (!*where) return fail(Errc::InvalidArgument, "A threshold needs an area.");
        const auto held = tools::inRange(*image, labels.geometry(), **where, low, high);
        if (!held) return std::unexpected(held.error());
        if (held->box.empty())
            return fail(Errc::InvalidArgument,
                        SmartToolPresenter::tr("Nothing there lies between these two intensities.").toStdString());
        return patchOf(labels, *held, label);
    };
}

} // namespace glio::app
