#pragma once
#include <QString>

class QWidget;

namespace glio::widgets {

/// Whether a control can be used now, and if not, why. The sentence is for the user (ui.md rule 3).
/// Presenters make it; widgets show it in the tooltip and in a line under the control.
struct Availability {
    bool available = true;
    QString reason; ///< one whole translated sentence; empty when available

    static Availability yes() { return {}; }
    static Availability no(QString why) { return {false, std::move(why)}; }
    friend bool operator==(const Availability &, const Availability &) = default;
};

/// Enables or disables `control`; disabled, its tooltip and accessible description are the reason. The tooltip it had
/// before (with its key) comes back when it is enabled again. Thread: GUI.
void applyAvailability(QWidget *control, const Availability &availability);
/// The tooltip that it has while it is enabled.
void setUsualToolTip(QWidget *control, const QString &text);

} // namespace glio::widgets
