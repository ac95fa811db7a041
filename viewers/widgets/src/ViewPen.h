#pragma once
#include <QElapsedTimer>
#include <QObject>
#include <QTabletEvent>

#include <functional>
#include <optional>

namespace glio::widgets {

/// A pen on a view: what of its events is a press, a move or a release, how hard it presses and with which end. While
/// its tip is down the mouse events that some systems send beside it are its shadow and say nothing new.
class ViewPen {
public:
    enum class Step { Press, Move, Release };
    /// Takes the event, so that Qt makes no mouse event of it; nothing: it changes nothing here (another button).
    std::optional<Step> take(QTabletEvent &event);
    bool lost(const QTabletEvent &event) const; ///< the tip was down, and this event knows nothing of it any more
    bool lift();                                ///< true: the tip was down
    bool leave();                               ///< true: it was the eraser's end; neither is near now
    bool shadows() const;                       ///< mouse events are the pen's own now
    bool goneBefore(QEvent::Type type) const;   ///< a mouse's event now is a mouse's: the pen fell silent a while ago
    bool erases() const { return m_eraser; }
    bool tappedTwice() const { return m_twice; }   ///< with its last press
    double pressure() const { return m_pressure; } ///< 0 to 1; below 0: the tip is up

private:
    Qt::MouseButton m_button = Qt::NoButton;
    bool m_eraser = false;
    double m_pressure = -1;
    QElapsedTimer m_heard;
    QElapsedTimer m_tapped; ///< since the last press, unless it was the second of two
    QPointF m_tappedAt;
    Qt::MouseButton m_tappedWith = Qt::NoButton;
    bool m_twice = false;
};

/// Tells when a pen is lifted out of reach: that is said to the application alone.
class PenProximity final : public QObject {
public:
    explicit PenProximity(std::function<void()> left);
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    std::function<void()> m_left;
};

} // namespace glio::widgets
