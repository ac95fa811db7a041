#include "presenters/SmartToolPresenter.h"

#include "engine/EngineClient.h"
#include "model/CaseModel.h"
#include "presenters/BrushPresenter.h"
#include "shell/MainWindow.h"

#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/SmartToolsPanel.h"

#include <cmath>
#include <utility>

// The preview: asked for, shown when it is there, and taken away as soon as it answers an older question.
namespace glio::app {

using widgets::Availability;
using widgets::SmartToolsPanel;

void SmartToolPresenter::renewWatch()
{
    m_watch.stop();
    m_watch = JobWatch();
    m_progress.start();
}

void SmartToolPresenter::hidePatch()
{
    ++m_asked;
    m_working = m_applyWhenDone = false;
    if (!std::exchange(m_patch, std::nullopt)) return;
    m_own = true;
    m_desk.model.dropPreview();
    m_own = false;
    m_desk.window.correctPanel()->smartTools()->setApplyAvailability(Availability::no(tr("Nothing to take yet.")));
}

void SmartToolPresenter::showWorking()
{
    hidePatch();
    m_working = true;
    SmartToolsPanel *panel = m_desk.window.correctPanel()->smartTools();
    panel->setPreview(tr("Working"));
    if (m_tool != "snake") panel->setApplyAvailability(Availability::yes()); // it is taken as soon as it is there
}

bool SmartToolPresenter::holds() const
{
    return m_working || m_seed || !m_points.empty() || !m_strokes.empty() || !m_bubbles.empty();
}

void SmartToolPresenter::compute()
{
    renewWatch();
    m_note = std::make_shared<QString>();
    if (m_tool == "snake") {
        startSnake();
        return;
    }
    const Work work = workNow();
    if (!work) {
        hidePatch();
        return;
    }
    showWorking();
    // The network knows nothing of slices: what is to stay in one is decided by the images.
    const bool scribbled = m_tool == "scribbles" && m_choice == "model" && m_brush.throughSlices();
    if ((m_tool == "points" || scribbled) && networkAnswers()) {
        askNetwork();
        return;
    }
    if (m_promptId != 0) m_desk.engine.cancel(std::exchange(m_promptId, 0));
    propose(work);
}

void SmartToolPresenter::followRules()
{
    if (m_tool == "grow")
        showGrown();
    else if (m_tool == "snake" || m_tool == "scissors") {
        if (m_patch) show(LabelPatch(*m_patch)); // the same, as the rules let it through now
    } else if (!m_tool.isEmpty() && m_desk.model.isOpen()) {
        compute();
    }
}

void SmartToolPresenter::propose(Work work)
{
    m_job.request([this, work = std::move(work), labels = m_desk.model.document().labels(), tool = m_tool,
                   choice = m_choice, asked = m_asked]() -> LatestJob::Apply {
        auto patch = std::make_shared<Result<LabelPatch>>(work(labels));
        return [this, patch, tool, choice, labels, asked] {
            if (tool != m_tool || choice != m_choice || asked != m_asked) return;
            if (!labels.sharesVoxelsWith(m_desk.model.document().labels())) return; // the mask has moved on
            show(*patch);
        };
    });
}

QString SmartToolPresenter::changeText(const WriteResult &result, const LabelMap &shown) const
{
    const double voxelMl = shown.geometry().voxelVolumeMm3() / 1000;
    const auto before = m_desk.model.document().labels().counts(), after = shown.counts();
    const double labelled = double(before[0] - after[0]) * voxelMl, changed = double(result.changed) * voxelMl;
    const QString ml = widgets::oneDecimal(std::abs(labelled));
    if (result.changed == 0)
        return result.blockedByLock > 0 ? tr("A lock holds all of it.") : tr("This changes nothing.");
    if (labelled > 0.05) return tr("Adds %1 mL.").arg(ml);
    if (labelled < -0.05) return tr("Takes away %1 mL.").arg(ml);
    return tr("Changes %1 mL.").arg(widgets::oneDecimal(changed));
}

void SmartToolPresenter::show(const Result<LabelPatch> &patch)
{
    SmartToolsPanel *panel = m_desk.window.correctPanel()->smartTools();
    if (!patch && patch.error().code == Errc::Cancelled) return; // a later request took its place
    m_patch.reset();
    m_working = false;
    const bool take = std::exchange(m_applyWhenDone, false);
    if (!patch) {
        m_own = true;
        m_desk.model.dropPreview();
        m_own = false;
        panel->setPreview(QString::fromStdString(patch.error().message));
        panel->setApplyAvailability(Availability::no(tr("Nothing to take yet.")));
        return;
    }
    m_brush.applyRules(false);
    WriteResult result;
    LabelMap shown = m_desk.model.document().preview(*patch, &result);
    panel->setPreview(m_note && !m_note->isEmpty() ? changeText(result, shown) + QLatin1Char(' ') + *m_note
                                                   : changeText(result, shown));
    panel->setApplyAvailability(result.changed > 0 ? Availability::yes()
                                                   : Availability::no(tr("This changes nothing.")));
    if (result.changed > 0) m_patch = *patch;
    m_own = true;
    if (m_patch)
        m_desk.model.setPreview(std::move(shown));
    else
        m_desk.model.dropPreview(); // it would be the mask, and nobody would take it away
    m_own = false;
    if (take && m_patch) apply();
}

} // namespace glio::app
