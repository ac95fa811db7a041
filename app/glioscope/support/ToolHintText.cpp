#include "support/ToolHintText.h"

#include <QCoreApplication>

namespace glio::app {
namespace {

struct Hints {
    Q_DECLARE_TR_FUNCTIONS(glio::app::ToolHintText)
};

std::vector<widgets::ToolHint> brushHints()
{
    return {{Hints::tr("Left"), Hints::tr("paint")},
            {Hints::tr("Right"), Hints::tr("erase")},
            {Hints::tr("Shift"), Hints::tr("+ wheel size")},
            {Hints::tr("Ctrl"), Hints::tr("+ click pick label")}};
}

} // namespace

ToolHintText toolHintText(interaction::Tool tool)
{
    using interaction::Tool;
    switch (tool) {
    case Tool::Brush:
        return {"brush", brushHints()};
    case Tool::Adaptive:
        return {"adaptive", brushHints()};
    case Tool::Lasso:
        return {"lasso",
                {{Hints::tr("Drag"), Hints::tr("draw round")},
                 {Hints::tr("Click"), Hints::tr("set corners")},
                 {Hints::tr("Enter"), Hints::tr("close")},
                 {Hints::tr("Right"), Hints::tr("erase")}}};
    case Tool::LiveWire:
        return {"live-wire",
                {{Hints::tr("Click"), Hints::tr("set points, the line follows the edge")},
                 {Hints::tr("Enter"), Hints::tr("close and fill")},
                 {Hints::tr("Backspace"), Hints::tr("one back")},
                 {Hints::tr("Right"), Hints::tr("erase")}}};
    case Tool::Scribble:
        return {"scribble",
                {{Hints::tr("Left"), Hints::tr("this belongs")},
                 {Hints::tr("Right"), Hints::tr("this does not")},
                 {Hints::tr("Enter"), Hints::tr("take")},
                 {Hints::tr("Backspace"), Hints::tr("one back")}}};
    case Tool::Points:
        return {"points",
                {{Hints::tr("Left"), Hints::tr("this belongs")},
                 {Hints::tr("Right"), Hints::tr("this does not")},
                 {Hints::tr("Drag"), Hints::tr("a box round it")},
                 {Hints::tr("Enter"), Hints::tr("take")}}};
    case Tool::Grow:
        return {"grow",
                {{Hints::tr("Click"), Hints::tr("where it starts")},
                 {Hints::tr("Right"), Hints::tr("take away")},
                 {Hints::tr("Shift"), Hints::tr("+ wheel reach")},
                 {Hints::tr("Enter"), Hints::tr("take")}}};
    case Tool::Scissors:
        return {"scissors",
                {{Hints::tr("Drag"), Hints::tr("draw round in 3D")}, {Hints::tr("Enter"), Hints::tr("take")}}};
    case Tool::Ruler:
        return {"ruler",
                {{Hints::tr("Drag"), Hints::tr("measure")},
                 {Hints::tr("Click"), Hints::tr("set both ends")},
                 {Hints::tr("Delete"), Hints::tr("remove")}}};
    case Tool::Angle:
        return {"angle",
                {{Hints::tr("Click"), Hints::tr("three points, the middle one is the vertex")},
                 {Hints::tr("Delete"), Hints::tr("remove")}}};
    case Tool::Fill:
        return {"fill",
                {{Hints::tr("Click"), Hints::tr("fill what touches")},
                 {Hints::tr("Ctrl"), Hints::tr("+ click pick label")}}};
    case Tool::Crosshair:
    case Tool::Pan:
        break;
    }
    return {};
}

ToolHintText smartHintText(const QString &id)
{
    if (id == "snake")
        return {id,
                {{Hints::tr("Click"), Hints::tr("a bubble as large as the brush")},
                 {Hints::tr("Enter"), Hints::tr("take")},
                 {Hints::tr("Esc"), Hints::tr("drop")}}};
    if (id == "islands")
        return {id, {{Hints::tr("Click"), Hints::tr("the piece")}, {Hints::tr("Enter"), Hints::tr("take")}}};
    if (id == "area")
        return {id,
                {{Hints::tr("Drag"), Hints::tr("draw round where it works")},
                 {Hints::tr("Right"), Hints::tr("take from that")},
                 {Hints::tr("Enter"), Hints::tr("take")}}};
    return {};
}

} // namespace glio::app
