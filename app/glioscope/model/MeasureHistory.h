#pragma once
#include "model/Measures.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace glio::app {

/// Undo of rulers, angles and moved diameters. They belong to the case and not to a mask, so they are no steps of a
/// mask's history; they are woven into it by when each was made, so that undo always takes back what was done last.
/// `position`: how many steps of the mask hold. Lasts as long as the case is open.
class MeasureHistory {
public:
    enum class What { Drawn, Moved, Removed, Diameters };
    struct Change {
        What what = What::Moved;
        MeasureKind kind = MeasureKind::Ruler;
        int number = 0; ///< of the ruler or angle
        CaseMeasures before, after;
        std::size_t position = 0;
        std::int64_t atMs = 0;
    };

    void clear();
    /// What was done just now; nothing when the two are the same. The same end moved again within a second is one.
    void record(const CaseMeasures &before, const CaseMeasures &after, std::size_t position, std::int64_t nowMs);
    /// The mask's history got a step and holds `position` now: what was undone is gone, as it is there.
    void maskStepMade(std::size_t position);

    /// Null: it is the mask's turn, or there is nothing.
    const Change *toUndo(std::size_t position) const;
    const Change *toRedo(std::size_t position) const;
    std::optional<CaseMeasures> undo(std::size_t position); ///< what holds then
    std::optional<CaseMeasures> redo(std::size_t position);

private:
    std::vector<Change> m_done, m_undone;
};

} // namespace glio::app
