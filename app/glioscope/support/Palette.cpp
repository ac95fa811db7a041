#include "support/Palette.h"

#include "support/Settings.h"

namespace glio::app {

QColor toColour(const Rgb &colour) { return {colour.r, colour.g, colour.b}; }

Rgb labelColour(const LabelDefinition &label, const Settings &settings)
{
    if (label.ownColour) return label.colour; // this mask's, whatever the palette
    const QColor own(settings.value("colours/own/" + QString::fromStdString(label.id)).toString());
    if (own.isValid()) return {std::uint8_t(own.red()), std::uint8_t(own.green()), std::uint8_t(own.blue())};
    return settings.value("colours/palette").toString() == "classic" ? label.classicColour : label.colour;
}

Rgb regionColour(const RegionDefinition &region, const LabelScheme &scheme, const Settings &settings)
{
    const LabelDefinition *label =
        region.labels.size() == 1 ? scheme.label(region.labels.front()) : scheme.label(region.id == "TC" ? "ET" : "ED");
    return label ? labelColour(*label, settings) : Rgb{0x55, 0x92, 0xF5};
}

} // namespace glio::app
