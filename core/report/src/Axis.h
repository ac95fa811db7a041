#pragma once
#include "glioscope/report/Charts.h"

namespace glio::reporting {

/// A value axis on pixels.
struct Scale {
    double low = 0, high = 1, from = 0, to = 1;
    double operator()(double value) const { return from + (to - from) * (value - low) / (high - low); }
};

/// Grid lines across with their numbers at the left (y) or a base line with numbers below (x).
void drawYAxis(Svg &svg, const Scale &y, const Ticks &ticks, double left, double right);
void drawXAxis(Svg &svg, const Scale &x, const Ticks &ticks, double bottom);

} // namespace glio::reporting
