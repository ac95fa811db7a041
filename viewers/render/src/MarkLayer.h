#pragma once
#include "glioscope/render/Frame.h"
#include "glioscope/render/SliceState.h"

namespace glio::render {

/// Brush ring, pen line and seeds over a finished frame. `ratio`: device pixels per logical one.
void drawMarks(Frame &frame, const ViewTransform &transform, double ratio, double inSliceMm, const ToolMarks &marks);

} // namespace glio::render
