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

} // namespace glio::app
