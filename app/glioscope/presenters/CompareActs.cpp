#include "presenters/ComparePresenter.h"

#include "model/CaseMasks.h"
#include "model/CaseModel.h"
#include "model/Journal.h"
#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"
#include "support/UserText.h"

#include "glioscope/render/SliceGeometry.h"
#include "glioscope/widgets/ComparePanel.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/Toast.h"

#include <algorithm>
#include <cmath>

// The places where two masks differ: the list, going there, and settling them.
namespace glio::app {

using metrics::Disagreement;
using widgets::Availability;

namespace {
constexpr const char *kMine = "mine", *kTheirs = "theirs"; // in the history, under keyOf
constexpr double kHeightMm = 78;                           // of the patient, as places to check are shown
constexpr double kMidlineMm = 5;
} // namespace

const Disagreement *ComparePresenter::place(int id) const
{
    if (!m_made || id == 0) return nullptr;
    const auto found = std::ranges::find(m_made->places.list, id, &Disagreement::id);
    return found == m_made->places.list.end() || m_taken.contains(id) ? nullptr : &*found;
}

/// By place and size: a place that changed since is another one, and open again.
std::string ComparePresenter::keyOf(const Disagreement &place) const
{
    const Geometry &grid = m_made->places.map.geometry();
    const Index3 at = grid.nearestVoxel(place.centre);
    const long long voxels = std::llround(place.volumeMl * 1000 / grid.voxelVolumeMm3());
    return "compare." + m_with + '.' + std::to_string(at[0]) + '.' + std::to_string(at[1]) + '.' +
           std::to_string(at[2]) + '.' + std::to_string(voxels);
}

bool ComparePresenter::isKept(const Disagreement &place) const
{
    return m_desk.model.document().state(keyOf(place)) == kMine;
}

std::vector<const Disagreement *> ComparePresenter::inOrder() const
{
    std::vector<const Disagreement *> order;
    if (!m_made) return order;
    for (const Disagreement &each : m_made->places.list)
        if (!m_taken.contains(each.id)) order.push_back(&each);
    std::ranges::stable_partition(order, [this](const Disagreement *each) { return !isKept(*each); });
    return order;
}

QString ComparePresenter::whereOf(const Disagreement &place) const
{
    const Geometry &grid = m_made->places.map.geometry();
    const Geometry &shown = m_desk.model.referenceGrid();
    int low = 1 << 30, high = -1;
    for (int corner = 0; corner < 8; ++corner) { // oblique boxes have their extremes at any corner
        Index3 v = place.box.start;
        for (std::size_t a = 0; a < 3; ++a)
            if (corner & (1 << a)) v[a] += place.box.size[a] - 1;
        const int slice = render::sliceAt(shown, render::Plane::Axial, grid.toWorld(v)) + 1;
        low = std::min(low, slice);
        high = std::max(high, slice);
    }
    const Series &series = m_desk.model.series().front();
    const double off = place.centre.x - (series.headLow.x + series.headHigh.x) / 2;
    if (low == high) {
        if (std::abs(off) <= kMidlineMm) return tr("Midline, axial %1").arg(low);
        return off > 0 ? tr("Left, axial %1").arg(low) : tr("Right, axial %1").arg(low);
    }
    if (std::abs(off) <= kMidlineMm) return tr("Midline, axial %1 to %2").arg(low).arg(high);
    return off > 0 ? tr("Left, axial %1 to %2").arg(low).arg(high) : tr("Right, axial %1 to %2").arg(low).arg(high);
}

void ComparePresenter::showPlaces()
{
    widgets::ComparePanel *panel = m_desk.window.reviewPanel()->compare();
    if (!m_made) {
        panel->setPlaces({}, 0, {}, {});
        return;
    }
    const LabelScheme &scheme = m_desk.model.scheme();
    const auto name = [&scheme](Label value) {
        const LabelDefinition *label = scheme.label(value);
        return label ? labelName(*label) : value == 0 ? labelName(std::string()) : QString::number(value);
    };
    std::vector<widgets::CompareRow> rows;
    int done = 0;
    for (const Disagreement *each : inOrder()) {
        const bool kept = isKept(*each);
        done += kept;
        rows.push_back({each->id, tr("%1 here, %2 there").arg(name(each->first), name(each->second).toLower()),
                        kept ? tr("Mine kept. %1").arg(whereOf(*each)) : whereOf(*each), each->volumeMl, kept});
    }
    // What was taken is no place any more and counts all the same.
    const std::string prefix = "compare." + m_with + '.';
    int taken = 0;
    for (const auto &[key, choice] : m_desk.model.document().states())
        taken += key.starts_with(prefix) && choice == kTheirs;
    const int all = int(rows.size()) + taken;
    const metrics::Disagreements &found = m_made->places;
    panel->setPlaces(rows, m_active, all > 0 ? tr("%1 of %2 settled").arg(done + taken).arg(all) : QString(),
                     found.smallCount > 0 ? tr("%n small differences, %1 mL together", nullptr, found.smallCount)
                                                .arg(QString::number(found.smallMl, 'f', 2))
                                          : QString());
}

Availability ComparePresenter::changing() const
{
    if (m_desk.model.signedOff()) return Availability::no(tr("This case is signed off. Reopen it first."));
    if (m_desk.journal.readOnly()) return Availability::no(tr("This project can only be read here."));
    if (m_active != 0) return Availability::yes();
    const auto places = inOrder();
    const bool open = std::ranges::any_of(places, [this](const Disagreement *each) { return !isKept(*each); });
    return Availability::no(open ? tr("Go to a place first.") : tr("All places are settled."));
}

void ComparePresenter::visit(int id)
{
    const Disagreement *at = place(id);
    if (!at) return;
    m_active = id;
    show();
    m_views.goTo(at->centre, kHeightMm);
}

void ComparePresenter::keep(int id)
{
    const Disagreement *at = place(id);
    if (!at || !changing().available) return;
    if (!isKept(*at)) m_desk.model.settleDispute({"compare.mine", at->first, 0, plainName()}, keyOf(*at), kMine);
    settled(id);
}

void ComparePresenter::take(int id)
{
    const Disagreement *at = place(id);
    if (!at || !m_other || !changing().available) return;
    const VoxelBox &box = at->box;
    const std::vector<Label> ids = m_made->places.map.values(box), theirs = m_other->values(box);
    LabelPatch patch{box, m_desk.model.document().labels().values(box)};
    for (std::size_t n = 0; n < ids.size(); ++n)
        if (ids[n] == id) patch.labels[n] = theirs[n];
    VoxelSource source{Origin::OtherReader, plainName(), ""};
    if (m_with == CaseMasks::kDraftId) // chosen by hand: no later answer of a model writes over it
        source = {Origin::ModelEdited, m_desk.model.answerSource().modelName.toStdString(),
                  m_desk.model.answerSource().modelVersion.toStdString()};
    const std::string key = keyOf(*at);
    const WriteResult result =
        m_desk.model.settleDispute({"compare.theirs", at->second, 0, plainName()}, key, kTheirs, &patch, source);
    tellBlocked(result);
    if (result.changed > 0) settled(id);
}

void ComparePresenter::tellBlocked(const WriteResult &result)
{
    const bool nothing = result.changed == 0;
    if (result.blockedByLock > 0) {
        QStringList locked;
        for (const LabelDefinition &label : m_desk.model.scheme().labels())
            if (result.blockingLabels[label.value]) locked << labelName(label);
        m_desk.window.toast()->show(nothing ? tr("Nothing was taken. Locked: %1.").arg(locked.join(", "))
                                            : tr("A part was not taken. Locked: %1.").arg(locked.join(", ")),
                                    widgets::Tone::Warn);
    } else if (result.blockedFinished > 0) {
        m_desk.window.toast()->show(nothing ? tr("Nothing was taken. This place is settled in Doubts.")
                                            : tr("A part was not taken. It is settled in Doubts."),
                                    widgets::Tone::Warn);
    }
}

/// On to the next open place, as it was shown: the next one is the next in sight.
void ComparePresenter::settled(int id)
{
    std::vector<const Disagreement *> open;
    std::size_t next = 0;
    for (const Disagreement &each : m_made->places.list) {
        if (each.id == id) {
            next = open.size();
            if (m_desk.model.document().state(keyOf(each)) == kTheirs) m_taken.insert(id);
        } else if (!m_taken.contains(each.id) && !isKept(each)) {
            open.push_back(&each);
        }
    }
    if (open.empty()) {
        m_active = 0;
        show();
        return;
    }
    visit(open[next % open.size()]->id);
}

void ComparePresenter::adjudicate()
{
    if (m_with.empty() || !comparing().available) return;
    const auto taken = [this](const QString &name) {
        return std::ranges::any_of(m_desk.masks->list(),
                                   [&](const project::MaskRow &row) { return row.name == name.toStdString(); });
    };
    QString name = tr("Adjudicated");
    for (int n = 2; taken(name); ++n)
        name = tr("Adjudicated %1").arg(n);
    if (const auto made = m_desk.masks->add(name.toStdString(), CaseMasks::Content::CopyOfCurrent); !made) {
        m_desk.window.toast()->show(QString::fromStdString(made.error().message), widgets::Tone::Error);
        return;
    }
    m_desk.window.toast()->show(tr("%1 is at hand now. The masks before stay as they are.").arg(name),
                                widgets::Tone::Ok);
}

} // namespace glio::app
