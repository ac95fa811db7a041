#pragma once
#include "glioscope/widgets/Availability.h"
#include "glioscope/widgets/Mode.h"

#include <QFrame>

#include <map>
#include <vector>

class QButtonGroup;
class QVBoxLayout;

namespace glio::widgets {

class IconButton;
class ToolButton;

/// The tool rail [toolRail], 48 wide: one exclusive group [tool.crosshair …], key digit in the corner.
class ToolRail final : public QFrame {
    Q_OBJECT
public:
    explicit ToolRail(QWidget *parent = nullptr);
    void setTools(const std::vector<Tool> &tools); ///< which are shown, grouped by kind with a line between
    void setTool(Tool tool);                       ///< shows it; emits nothing
    void setToolAvailability(Tool tool, const Availability &availability);
    void setKey(Tool tool, const QString &key); ///< in the corner where it is short, and in the tooltip

signals:
    void toolWished(glio::widgets::Tool tool);
    void windowLevelWished(); ///< the half circle at the bottom: window/level of the active view to automatic
    void fullScreenWished();

private:
    QVBoxLayout *m_layout;
    QButtonGroup *m_group;
    std::map<Tool, ToolButton *> m_buttons;
    std::vector<QFrame *> m_lines;
};

} // namespace glio::widgets
