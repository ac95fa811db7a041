#include "presenters/SmartToolPresenter.h"

#include "engine/EngineClient.h"
#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "support/Settings.h"

#include "glioscope/tools/Patch.h"
#include "glioscope/tools/Scribbles.h"

#include <algorithm>

// Model points by the network: one request of the engine per click, and the graph where the network says next to
// nothing or cannot answer (CORRECTING.md has both, measured by the same clicks).
namespace glio::app {
namespace {

constexpr double kNextToNothingMl = 0.1;
constexpr double kScribbleStepMm = 6; ///< points of a stroke: the balls that tell the network of them just meet

} // namespace

bool SmartToolPresenter::networkAnswers() const
{
    return !m_desk.model.answerHidden() && m_desk.engine.state() == client::EngineState::Ready &&
           std::ranges::contains(m_desk.engine.about().capabilities, "prompt") &&
           m_desk.model.scheme().id() == defaultLabelScheme().id();
}

void SmartToolPresenter::askNetwork()
{
    const CaseModel &model = m_desk.model;
    if (m_promptId != 0) m_desk.engine.cancel(m_promptId);
    client::PromptRequest request;
    request.caseKey = model.id().toStdString() + ' ' + std::to_string(m_images);
    for (const Sequence sequence : kModelSequences) {
        const int series = model.seriesOf(sequence);
        if (series < 0) continue;
        request.sequences.push_back({sequence, *model.series()[std::size_t(series)].image});
    }
    const LabelMap labels = model.document().labels();
    request.mask = labels;
    for (const Point &point : m_points) {
        const PointMm at = labels.geometry().toWorld(point.at);
        request.clicks.push_back({{at.x, at.y, at.z}, int(m_brush.label()), point.positive});
    }
    for (const Stroke &stroke : m_strokes)
        for (const PointMm &at : tools::thinned(stroke.line, kScribbleStepMm))
            if (labels.geometry().contains(labels.geometry().nearestVoxel(at)))
                request.clicks.push_back({{at.x, at.y, at.z}, int(m_brush.label()), stroke.positive});
    request.device = m_desk.settings.value("segment/device").toString().toStdString();
    const bool prepareOnly = request.clicks.empty();
    client::PromptCall call = m_desk.engine.prompt(std::move(request));
    m_promptId = call.id;
    call.answer.then(
        this, [this, id = call.id, labels, prepareOnly, tool = m_tool](const Result<client::PromptPatch> &answer) {
            if (id != m_promptId) return; // a later click has been asked about, or the tool was put down
            m_promptId = 0;
            if (prepareOnly || m_tool != tool) return;
            if (!labels.sharesVoxelsWith(m_desk.model.document().labels())) return; // the mask has moved on
            const double voxelMl = labels.geometry().voxelVolumeMm3() / 1000;
            if (answer && double(tools::changedVoxels(labels, answer->patch)) * voxelMl >= kNextToNothingMl) {
                m_note = std::make_shared<QString>(tr("The model answers."));
                show(answer->patch);
            } else if (const Work work = workNow()) {
                propose(work);
            }
        });
}

} // namespace glio::app
