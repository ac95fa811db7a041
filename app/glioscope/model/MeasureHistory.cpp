#include "model/MeasureHistory.h"

#include <algorithm>
#include <utility>

namespace glio::app {
namespace {

constexpr std::int64_t kOneMoveMs = 1000; // arrow keys held down are one move

const Measure *inside(const CaseMeasures &measures, int id)
{
    const auto found = std::ranges::find(measures.drawn, id, &Measure::id);
    return found == measures.drawn.end() ? nullptr : &*found;
}

} // namespace

void MeasureHistory::clear()
{
    m_done.clear();
    m_undone.clear();
}

void MeasureHistory::record(const CaseMeasures &before, const CaseMeasures &after, std::size_t position,
                            std::int64_t nowMs)
{
    Change change{.what = What::Diameters, .before = before, .after = after, .position = position, .atMs = nowMs};
    const auto name = [&](What what, const Measure &measure) {
        change.what = what;
        change.kind = measure.kind;
        change.number = measure.number;
    };
    bool same = true;
    for (const Measure &now : after.drawn) {
        const Measure *was = inside(before, now.id);
        if (was && *was == now) continue;
        name(was ? What::Moved : What::Drawn, now);
        same = false;
    }
    for (const Measure &was : before.drawn)
        if (!inside(after, was.id)) {
            name(What::Removed, was);
            same = false;
        }
    if (same && toJson(before) == toJson(after)) return;
    m_undone.clear();
    Change *last = m_done.empty() ? nullptr : &m_done.back();
    if (last && last->what == What::Moved && change.what == What::Moved && last->kind == change.kind &&
        last->number == change.number && last->position == position && nowMs - last->atMs < kOneMoveMs) {
        last->after = after;
        last->atMs = nowMs;
        return;
    }
    m_done.push_back(std::move(change));
}

void MeasureHistory::maskStepMade(std::size_t position)
{
    m_undone.clear();
    // What was measured at a point of the history that the new step replaced was done before it all the same.
    for (Change &change : m_done)
        change.position = std::min(change.position, position - 1);
}

const MeasureHistory::Change *MeasureHistory::toUndo(std::size_t position) const
{
    return m_done.empty() || m_done.back().position != position ? nullptr : &m_done.back();
}

const MeasureHistory::Change *MeasureHistory::toRedo(std::size_t position) const
{
    return m_undone.empty() || m_undone.back().position != position ? nullptr : &m_undone.back();
}

std::optional<CaseMeasures> MeasureHistory::undo(std::size_t position)
{
    if (!toUndo(position)) return std::nullopt;
    m_undone.push_back(std::move(m_done.back()));
    m_done.pop_back();
    return m_undone.back().before;
}

std::optional<CaseMeasures> MeasureHistory::redo(std::size_t position)
{
    if (!toRedo(position)) return std::nullopt;
    m_done.push_back(std::move(m_undone.back()));
    m_undone.pop_back();
    return m_done.back().after;
}

} // namespace glio::app
