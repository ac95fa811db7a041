#pragma once
#include <QElapsedTimer>
#include <QTabletEvent>

#include <optional>

namespace glio::widgets {

/// A pen on a view: what of its events is a press, a move or a release, how hard it presses and with which end. While
/// its tip is down the mouse events that some systems send beside it are its shadow and say nothing new.
class ViewPen {
public:
    enum class Step { Press, Move, Release };
    /// Takes the event, so that Qt makes no mouse event of it; nothing: it changes nothing here (another button).
    std::optional<Step> take(QTabletEvent &event);
    bool shadows() const; ///< mouse events are the pen's own now
    bool erases() const { return m_eraser; }
    double pressure() const { return m_pressure; } ///< 0 to 1; below 0: the tip is up

private:
    Qt::MouseButton m_button = Qt::NoButton;
    bool m_eraser = false;
    double m_pressure = -1;
    QElapsedTimer m_heard;
};

} // namespace glio::widgets
