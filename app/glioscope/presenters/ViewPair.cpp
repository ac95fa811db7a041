#include "presenters/ViewPresenter.h"

#include "shell/MainWindow.h"

#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewGrid.h"

// Two masks side by side: the first two sequence views show one plane twice, the mask at hand at the left.
namespace glio::app {

using widgets::LayoutChoice;

bool ViewPresenter::showsOther(const View &view) const { return m_paired && &view == &m_views[4]; }

void ViewPresenter::dealPair()
{
    const bool pair = m_layouts[m_mode] == LayoutChoice::CompareMasks;
    const bool ended = m_paired && !pair;
    m_paired = pair;
    if (pair) {
        m_views[3].plane = m_views[4].plane = m_pairPlane;
        if (m_views[3].series >= 0) m_views[4].series = m_views[3].series;
    } else if (ended) {
        m_views[3].plane = m_views[4].plane = m_views[5].plane;
        if (m_desk.model.isOpen()) chooseSequences();
    }
    setTool(m_tool);
    showSequenceMenus();
}

void ViewPresenter::setCompared(std::optional<ComparedMask> compared)
{
    m_compared = std::move(compared);
    refreshAll();
}

void ViewPresenter::endPair()
{
    const bool now = m_layouts[m_mode] == LayoutChoice::CompareMasks;
    for (auto &[mode, choice] : m_layouts)
        if (choice == LayoutChoice::CompareMasks)
            choice = m_firstLayouts.contains(mode) ? m_firstLayouts.at(mode) : LayoutChoice::TwoByTwo;
    if (now) setLayout(m_layouts[m_mode]);
}

} // namespace glio::app
