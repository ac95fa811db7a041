#pragma once
#include "glioscope/render/Frame.h"
#include "glioscope/render/MeasureMark.h"

namespace glio::render {

/// Lines, angle arcs and round ends over a finished frame. `ratio`: device pixels per logical one.
void drawMeasures(Frame &frame, const ViewTransform &transform, double ratio, const Geometry &grid,
                  const std::vector<MeasureMark> &marks);

} // namespace glio::render
