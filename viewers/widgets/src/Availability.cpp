#include "glioscope/widgets/Availability.h"

#include <QVariant>
#include <QWidget>

namespace glio::widgets {

namespace {
constexpr const char *kept = "usualToolTip"; // the tooltip with the key, while a reason stands in its place
}

void setUsualToolTip(QWidget *control, const QString &text)
{
    if (control->property(kept).isValid())
        control->setProperty(kept, text);
    else
        control->setToolTip(text);
}

void applyAvailability(QWidget *control, const Availability &availability)
{
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
