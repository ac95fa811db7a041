#include "presenters/MeasurePresenter.h"

#include "model/CaseMasks.h"
#include "model/Journal.h"
#include "shell/MainWindow.h"
#include "support/Async.h"

#include "glioscope/widgets/Toast.h"

#include <QDateTime>

#include <algorithm>
#include <map>
#include <utility>

// What MeasurePresenter proposes from the mask, keeps with the case, and takes back.
namespace glio::app {

namespace {
constexpr char kKey[] = "measures", kBlindKey[] = "measures.blind"; // of the journal
}

const char *MeasurePresenter::key() const { return m_desk.masks->blind() ? kBlindKey : kKey; }

void MeasurePresenter::turnToMask()
{
    if (m_desk.journal.maskId().empty()) return;
    m_kept.turnTo(m_desk.journal.maskId());
    m_before = m_kept;
    m_chosen = 0;
}

void MeasurePresenter::followBlind()
{
    if (!m_desk.model.isOpen()) return;
    CaseMeasures blind;
    if (!m_desk.masks->blind() && !m_reading) {
        blind = m_kept;
        m_desk.journal.keepValue(m_desk.model.id().toStdString(), kBlindKey, toJson({}));
    }
    read();
    if (blind.edited) blind.ofOther[blind.mask] = *std::exchange(blind.edited, std::nullopt);
    m_kept = std::move(blind); // `read` adds it to what was there before
    m_kept.mask.clear();
}

void MeasurePresenter::propose()
{
    const CaseModel &model = m_desk.model;
    const RegionDefinition *region = model.scheme().region("ET");
    if (!region) region = model.scheme().region("WT");
    if (!model.hasMask() || !region) {
        m_job.drop();
        m_proposed = {};
        show();
        return;
    }
    m_job.request([this, mask = model.labels(), region = *region]() -> LatestJob::Apply {
        RanoReading reading{.regionId = region.id, .lesions = measure::measureLesions(mask, region.labels)};
        return [this, reading = std::move(reading)] {
            m_proposed = m_desk.model.hasMask() ? reading : RanoReading{};
            show();
        };
    });
}

void MeasurePresenter::keep()
{
    if (m_reading) return; // what was kept before is not known yet: `read` keeps both
    if (const std::string &mask = m_desk.journal.maskId(); mask != m_maskId) { // another's steps count otherwise
        m_history.clear();
        m_maskId = mask;
    }
    m_history.record(m_before, m_kept, m_desk.model.document().position(), QDateTime::currentMSecsSinceEpoch());
    persist();
    emit undoChanged();
}

void MeasurePresenter::persist()
{
    m_before = m_kept;
    if (m_desk.model.isOpen()) m_desk.journal.keepValue(m_desk.model.id().toStdString(), key(), toJson(m_kept));
}

bool MeasurePresenter::comeTo(std::optional<CaseMeasures> measures)
{
    if (!measures) return false;
    m_kept = std::move(*measures);
    m_chosen = 0;
    persist();
    propose();
    show();
    emit undoChanged();
    return true;
}

bool MeasurePresenter::undo()
{
    if (!m_drawing.empty()) return escape(); // the line in hand goes first
    if (m_reading || m_maskId != m_desk.journal.maskId()) return false;
    return comeTo(m_history.undo(m_desk.model.document().position()));
}

bool MeasurePresenter::redo()
{
    if (!m_drawing.empty() || m_reading || m_maskId != m_desk.journal.maskId()) return false;
    return comeTo(m_history.redo(m_desk.model.document().position()));
}

QString MeasurePresenter::undoText() const
{
    if (m_maskId != m_desk.journal.maskId()) return {};
    return changeText(m_history.toUndo(m_desk.model.document().position()));
}

QString MeasurePresenter::redoText() const
{
    if (m_maskId != m_desk.journal.maskId()) return {};
    return changeText(m_history.toRedo(m_desk.model.document().position()));
}

QString MeasurePresenter::changeText(const MeasureHistory::Change *change)
{
    using What = MeasureHistory::What;
    if (!change) return {};
    const bool angle = change->kind == MeasureKind::Angle;
    switch (change->what) {
    case What::Drawn:
        return angle ? tr("Draw angle %1").arg(change->number) : tr("Draw ruler %1").arg(change->number);
    case What::Moved:
        return angle ? tr("Move angle %1").arg(change->number) : tr("Move ruler %1").arg(change->number);
    case What::Removed:
        return angle ? tr("Remove angle %1").arg(change->number) : tr("Remove ruler %1").arg(change->number);
    case What::Diameters:
        break;
    }
    return tr("Move the diameters");
}

void MeasurePresenter::read()
{
    m_kept = m_before = {};
    m_history.clear();
    m_chosen = 0;
    m_drawing.clear();
    m_reading = true; // by a worker: a drive that does not answer must not stop the window
    runAsync(
        this, [journal = &m_desk.journal, id = m_desk.model.id().toStdString()] { return journal->valuesOf(id); },
        [this, opening = ++m_opening](const Result<std::map<std::string, std::string>> &values) {
            if (opening != m_opening || !m_desk.model.isOpen()) return; // of a case that was closed meanwhile
            m_reading = false;
            if (!values || !values->contains(key())) {
                turnToMask();
                if (!m_kept.empty()) persist();
                return;
            }
            auto kept = measuresFromJson(values->at(key()));
            if (!kept) { // it is left as it is on the disk until something new is measured
                m_desk.window.toast()->show(tr("The rulers kept with this case cannot be read."), widgets::Tone::Warn);
                return;
            }
            const CaseMeasures meanwhile = std::exchange(m_kept, std::move(*kept));
            for (const Measure &one : meanwhile.drawn)
                m_kept.add(one.kind, one.plane, one.points);
            turnToMask();
            if (meanwhile.edited) m_kept.edited = meanwhile.edited;
            for (const auto &[mask, reading] : meanwhile.ofOther)
                m_kept.ofOther[mask] = reading;
            if (auto own = m_kept.ofOther.extract(m_kept.mask)) m_kept.edited = std::move(own.mapped());
            m_before = m_kept;
            if (!meanwhile.empty()) {
                m_chosen = 0;
                persist();
            }
            show();
        });
    propose();
    show();
}

} // namespace glio::app
