#pragma once
#include <QColor>

namespace glio::widgets::overImage {

// Images are black in both themes, so what lies on them keeps the colours of the reading room.
inline const QColor ground(13, 15, 18, 225), edge("#2C333C"), text("#E8EBEF"), quiet("#A9B2BD"), faint("#7E8894"),
    warn("#E7B65A"), cap("#1B1F25"), capEdge("#363E49"), accent("#45BFB0");

} // namespace glio::widgets::overImage
