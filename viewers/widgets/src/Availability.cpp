#include "glioscope/widgets/Availability.h"

#include <QVariant>
#include <QWidget>

namespace glio::widgets {

void applyAvailability(QWidget *control, const Availability &availability)
{
    constexpr const char *kept = "usualToolTip"; // the tooltip with the key, while a reason stands in its place
    const bool hasKept = control->property(kept).isValid();
    if (availability.available) {
        if (hasKept) {
            control->setToolTip(control->property(kept).toString());
            control->setProperty(kept, QVariant());
        }
        control->setAccessibleDescription(QString());
    } else {
        if (!hasKept) control->setProperty(kept, control->toolTip());
        control->setToolTip(availability.reason);
        control->setAccessibleDescription(availability.reason);
    }
    control->setEnabled(availability.available);
}

} // namespace glio::widgets
