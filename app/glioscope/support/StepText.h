#pragma once
#include "glioscope/annotation/MaskDocument.h"

#include <QString>

namespace glio::app {

/// How a step of the history reads: its icon, its name, what else belongs to it.
struct StepText {
    QString icon, text, detail;
};
StepText stepText(const Act &act, const LabelScheme &scheme);

/// "8.0 mm ball", "8.0 mm disc", "8.0 mm square", "8.0 mm cube".
QString brushText(double diameterMm, bool square, bool throughSlices);

} // namespace glio::app
