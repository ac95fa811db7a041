#pragma once
#include "presenters/Desk.h"

#include "glioscope/interaction/MouseMap.h"
#include "glioscope/tools/LiveWire.h"

#include <QObject>

#include <optional>
#include <vector>

namespace glio::widgets {
class SliceView;
}

namespace glio::app {
class ToolPresenter;

/// Live wire: clicks set anchors in a slice, the line between them follows the edges of all sequences to the pointer; a
/// double click, Enter or a click on the first anchor closes it and fills what is inside. With the other button at the
/// first anchor it erases.
class LiveWirePresenter final : public QObject {
    Q_OBJECT
public:
    LiveWirePresenter(const Desk &desk, ToolPresenter &tools, QObject *parent = nullptr);

    bool enter();  ///< true: there was something to close
    bool back();   ///< true: the last anchor went
    bool escape(); ///< true: there was something to drop
    bool holds() const { return !m_anchors.empty(); }

private:
    void bind(widgets::SliceView *view);
    void press(widgets::SliceView *view, const PointMm &point, bool positive);
    void hover(widgets::SliceView *view, const PointMm &point);
    void anchor(const PointMm &point); ///< the wire starts anew from here
    void close();
    void show();

    Desk m_desk;
    ToolPresenter &m_tools;
    widgets::SliceView *m_view = nullptr;
    std::vector<PointMm> m_anchors;
    std::vector<std::vector<PointMm>> m_parts; ///< m_parts[n] leads from m_anchors[n] to the next
    std::vector<PointMm> m_ahead;              ///< from the last anchor to the pointer
    std::optional<tools::LiveWire> m_wire;     ///< none where no sequence has a value: a straight line
    bool m_erases = false;
};

} // namespace glio::app
