#include "glioscope/annotation/MaskDocument.h"

#include <cassert>

namespace glio {

void MaskDocument::applyState(const Step &step, bool forwards)
{
    for (const StateChange &change : step.state) {
        const std::string &value = forwards ? change.after : change.before;
        if (value.empty())
            m_state.erase(change.key);
        else
            m_state[change.key] = value;
    }
}

Result<VoxelBox> MaskDocument::step(bool forwards)
{
    Step &step = m_steps[forwards ? m_position : m_position - 1];
    if (!step.loaded) {
        if (!m_loader) return fail(Errc::Io, "An older step of the history cannot be read back.");
        auto deltas = m_loader(step.number);
        if (!deltas) return std::unexpected(deltas.error());
        step.labels = std::move(deltas->first);
        step.sources = std::move(deltas->second);
        step.loaded = true;
    }
    const LabelMap before = m_labels;
    if (const auto done = (forwards ? step.labels : step.labels.inverse()).applyTo(m_labels); !done)
        return std::unexpected(done.error());
    if (const auto done = (forwards ? step.sources : step.sources.inverse()).applyTo(m_sourceMap); !done) {
        m_labels = before;
        return std::unexpected(done.error());
    }
    applyState(step, forwards);
    m_position += forwards ? 1 : std::size_t(-1);
    return step.labels.box(m_labels);
}

Result<VoxelBox> MaskDocument::undo()
{
    assert(!m_open);
    return canUndo() ? step(false) : VoxelBox{};
}

Result<VoxelBox> MaskDocument::redo()
{
    assert(!m_open);
    return canRedo() ? step(true) : VoxelBox{};
}

Result<VoxelBox> MaskDocument::goTo(std::size_t position)
{
    assert(!m_open);
    const LabelMap labels = m_labels, sources = m_sourceMap;
    const auto state = m_state;
    const std::size_t from = m_position;
    VoxelBox box;
    position = std::min(position, m_steps.size());
    while (m_position != position) {
        const auto moved = step(m_position < position);
        if (!moved) {
            m_labels = labels;
            m_sourceMap = sources;
            m_state = state;
            m_position = from;
            return moved;
        }
        box = box.joined(*moved);
    }
    return box;
}

std::size_t MaskDocument::historyBytes() const
{
    std::size_t bytes = 0;
    for (const Step &step : m_steps)
        bytes += step.bytes();
    return bytes;
}

void MaskDocument::capHistory(std::size_t bytes, std::int64_t savedThrough)
{
    std::size_t held = historyBytes();
    for (Step &step : m_steps) {
        if (held <= bytes) return;
        if (!step.loaded || step.number > savedThrough) continue;
        held -= step.bytes();
        step.labels = {};
        step.sources = {};
        step.loaded = false;
    }
}

Result<MaskDocument> MaskDocument::restored(LabelMap labels, LabelMap sourceMap, std::vector<Step> steps,
                                            std::size_t at, std::size_t position, Loader loader)
{
    if (at > steps.size() || position > steps.size())
        return fail(Errc::Io, "The history ends before the point at which the mask was saved.");
    MaskDocument document(labels.geometry());
    document.m_labels = std::move(labels);
    document.m_sourceMap = std::move(sourceMap);
    document.m_steps = std::move(steps);
    document.m_loader = std::move(loader);
    for (document.m_position = 0; document.m_position < at; ++document.m_position)
        document.applyState(document.m_steps[document.m_position], true);
    if (const auto moved = document.goTo(position); !moved) return std::unexpected(moved.error());
    return document;
}

} // namespace glio
