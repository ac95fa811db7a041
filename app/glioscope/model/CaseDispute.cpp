#include "model/CaseModel.h"

#include <utility>

namespace glio::app {

WriteResult CaseModel::settleDispute(Act act, const std::string &key, const std::string &choice,
                                     const LabelPatch *patch, const VoxelSource &source)
{
    if (acting()) commitAct(); // a stroke in hand is kept, and ends here
    beginAct(std::move(act));
    if (!acting()) return {}; // signed off
    WriteResult result;
    if (patch) {
        // What is taken is the other reader's work; what is cleared is the decision of who decides here, so that no
        // model fills it again. Where painting is allowed concerns the brush, not a decision.
        LabelVolume taken = m_document.labels().toVolume();
        Selection cleared{patch->box, std::vector<std::uint8_t>(patch->labels.size(), 0)};
        const VoxelBox &box = patch->box;
        std::size_t at = 0;
        const auto voxels = taken.edit();
        const Geometry &grid = m_document.grid();
        for (std::int64_t k = box.start[2]; k < box.start[2] + box.size[2]; ++k)
            for (std::int64_t j = box.start[1]; j < box.start[1] + box.size[1]; ++j)
                for (std::int64_t i = box.start[0]; i < box.start[0] + box.size[0]; ++i, ++at) {
                    Label &now = voxels[std::size_t(grid.offset({i, j, k}))];
                    if (patch->labels[at] == 0 && now != 0) cleared.inside[at] = 1;
                    if (patch->labels[at] != 0) now = patch->labels[at];
                }
        result = m_document.writeOther(taken, source);
        EditRules &rules = m_document.rules();
        const PaintOver over = std::exchange(rules.over, PaintOver::Unlocked);
        auto intensity = std::exchange(rules.intensity, std::nullopt);
        result.add(m_document.write(cleared, 0));
        rules.over = over;
        rules.intensity = std::move(intensity);
        if (result.changed == 0) {
            abandonAct();
            return result;
        }
    }
    m_document.setState(key, choice);
    commitAct();
    return result;
}

} // namespace glio::app
