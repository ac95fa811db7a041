#pragma once
#include "glioscope/interaction/MouseMap.h"
#include "glioscope/widgets/ToolHints.h"

#include <QString>

#include <vector>

namespace glio::app {

/// What the bar at the bottom says of a tool, and the name under which it is closed; a tool that needs no words has
/// neither.
struct ToolHintText {
    QString id;
    std::vector<widgets::ToolHint> hints;
};
ToolHintText toolHintText(interaction::Tool tool);
/// Of a smart tool that means something else with the tool of the rail: "snake", "islands", "area" (a lasso that sets
/// where a tool works).
ToolHintText smartHintText(const QString &id);

} // namespace glio::app
