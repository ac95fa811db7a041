#pragma once
#include "glioscope/render/MeasureMark.h"

class QPainter;

namespace glio::widgets {

/// The text of each measure on this slice, beside its end on the right or at an angle's vertex.
void paintMeasureTexts(QPainter &painter, const std::vector<render::MeasureMark> &marks,
                       const render::ViewTransform &transform, const Geometry &grid);

} // namespace glio::widgets
