#pragma once
#include "glioscope/annotation/LabelScheme.h"

#include <QColor>

namespace glio::app {

class Settings;

/// The colour of a label as the user wants it: an own one (settings "colours/own/ID"), else the palette chosen.
Rgb labelColour(const LabelDefinition &label, const Settings &settings);
QColor toColour(const Rgb &colour);

/// The colour that a region's band and sliders take: its label's; a union has none of its own, so the whole tumour
/// takes the oedema's and the core the enhancing part's.
Rgb regionColour(const RegionDefinition &region, const LabelScheme &scheme, const Settings &settings);

} // namespace glio::app
