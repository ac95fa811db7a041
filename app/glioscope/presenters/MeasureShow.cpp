#include "model/CaseModel.h"
#include "presenters/MeasurePresenter.h"
#include "shell/MainWindow.h"

#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewGrid.h"

#include <cmath>

namespace glio::app {

using widgets::Availability;
using widgets::SliceView;

QString MeasurePresenter::valueText(MeasureKind kind, double value) const
{
    return kind == MeasureKind::Angle ? tr("%1°").arg(widgets::oneDecimal(value))
                                      : tr("%1 mm").arg(widgets::oneDecimal(value));
}

QString MeasurePresenter::whereText(render::Plane plane, const PointMm &point) const
{
    const int slice = render::sliceAt(m_desk.model.referenceGrid(), plane, point) + 1;
    switch (plane) {
    case render::Plane::Coronal:
        return tr("coronal %1").arg(slice);
    case render::Plane::Sagittal:
        return tr("sagittal %1").arg(slice);
    case render::Plane::Axial:
        break;
    }
    return tr("axial %1").arg(slice);
}

void MeasurePresenter::showMarks()
{
    std::vector<render::MeasureMark> marks;
    const auto add = [&](int id, std::vector<PointMm> points, MeasureKind kind, double value) {
        const bool chosen = id != 0 && id == m_chosen;
        marks.push_back({id, std::move(points), valueText(kind, value).toStdString(), chosen, chosen ? m_end : -1});
    };
    if (m_desk.window.mode() == widgets::Mode::Review && m_desk.model.hasMask() && m_desk.model.overlay().visible) {
        const RanoReading &reading = diameters();
        for (const std::size_t n : reading.shown()) {
            const measure::Bidimensional &size = reading.lesions[n].size;
            for (const bool across : {false, true}) {
                const measure::Line &line = across ? size.across : size.longest;
                add(-int(2 * n + (across ? 2 : 1)), {line.a, line.b}, MeasureKind::Ruler, line.lengthMm());
            }
        }
    }
    for (const Measure &measure : m_kept.drawn)
        add(measure.id, measure.points, measure.kind, measure.value());
    for (SliceView *view : m_desk.window.grid()->allSlices()) {
        std::vector<render::MeasureMark> own = marks;
        if (!m_drawing.empty() && view == m_drawingView) {
            const Measure begun{0, m_drawing.size() == 3 ? MeasureKind::Angle : MeasureKind::Ruler, 0,
                                view->state().plane, m_drawing};
            own.push_back({0, m_drawing, valueText(begun.kind, begun.value()).toStdString(), true, -1});
        }
        view->setMeasures(own);
    }
}

void MeasurePresenter::showPanel()
{
    widgets::MeasurePanel *panel = m_desk.window.reviewPanel()->measure();
    std::vector<widgets::MeasureRow> rows;
    for (const Measure &measure : m_kept.drawn) {
        const bool angle = measure.kind == MeasureKind::Angle;
        rows.push_back({measure.id, angle ? QStringLiteral("angle") : QStringLiteral("ruler"),
                        angle ? tr("Angle %1").arg(measure.number) : tr("Ruler %1").arg(measure.number),
                        valueText(measure.kind, measure.value()), whereText(measure.plane, measure.middle())});
    }
    panel->setMeasures(rows, std::max(m_chosen, 0));

    const RanoReading &reading = diameters();
    const bool enhancing = reading.regionId != "WT";
    if (!m_desk.model.hasMask()) {
        panel->setMeasurement(std::nullopt, Availability::no(tr("Segment first.")));
        return;
    }
    const std::vector<std::size_t> shown = reading.shown();
    if (shown.empty()) {
        if (!busy())
            panel->setMeasurement(std::nullopt, Availability::no(enhancing ? tr("No enhancing part is marked.")
                                                                           : tr("Nothing is marked.")));
        return;
    }
    const measure::Lesion &first = reading.lesions[shown.front()];
    widgets::Measurement text;
    text.what = enhancing ? tr("Enhancing, longest by across") : tr("Tumour, longest by across");
    text.longestMm = first.size.longest.lengthMm();
    text.acrossMm = first.size.across.lengthMm();
    const int slice =
        render::sliceAt(m_desk.model.referenceGrid(), render::Plane::Axial, first.size.longest.middle()) + 1;
    text.where = tr("Axial %1").arg(slice);
    text.edited = reading.edited;
    if (measure::angleBetweenDegrees(first.size.longest, first.size.across) < 85)
        text.note = tr("The two lines are not at right angles.");
    else if (!first.measurable)
        text.note = tr("Not measurable by RANO: under 10 × 10 mm or on one slice only.");
    else if (shown.size() > 1)
        text.note = tr("%1 measurable lesions. The largest two add up to %2 mm².")
                        .arg(reading.measurable())
                        .arg(std::lround(reading.sumMm2()));
    panel->setMeasurement(text, Availability::yes());
}

} // namespace glio::app
