#include "ViewPen.h"

#include <QApplication>

#include <utility>

namespace glio::widgets {

namespace {
constexpr qint64 kGoneMs = 1500; // a pen that is down tells so many times a second; silent for so long it has gone
constexpr qint64 kQuietMs = 300; // one that hovers tells as often, and some systems send a mouse's events beside it
constexpr double kSamePlacePixels = 5;
} // namespace

std::optional<ViewPen::Step> ViewPen::take(QTabletEvent &event)
{
    event.accept();
    m_heard.start();
    if (m_button == Qt::NoButton) m_eraser = event.pointerType() == QPointingDevice::PointerType::Eraser;
    switch (event.type()) {
    case QEvent::TabletPress:
        if (m_button != Qt::NoButton) return std::nullopt;
        m_button = event.button();
        m_pressure = event.pressure();
        m_twice = m_tapped.isValid() && m_tapped.elapsed() < QApplication::doubleClickInterval() &&
                  m_button == m_tappedWith && QLineF(m_tappedAt, event.position()).length() <= kSamePlacePixels;
        m_tappedAt = event.position();
        m_tappedWith = m_button;
        m_twice ? m_tapped.invalidate() : m_tapped.start();
        return Step::Press;
    case QEvent::TabletRelease:
        if (event.button() != m_button) return std::nullopt;
        m_button = Qt::NoButton;
        m_pressure = -1;
        return Step::Release;
    default:
        m_pressure = m_button == Qt::NoButton ? -1 : event.pressure();
        return Step::Move;
    }
}

bool ViewPen::lost(const QTabletEvent &event) const
{
    if (m_button == Qt::NoButton) return false;
    if (event.type() == QEvent::TabletPress) return event.button() == m_button;
    return event.type() == QEvent::TabletMove && !(event.buttons() & m_button);
}

bool ViewPen::lift()
{
    m_pressure = -1;
    return std::exchange(m_button, Qt::NoButton) != Qt::NoButton;
}

bool ViewPen::leave() { return std::exchange(m_eraser, false); }

bool ViewPen::goneBefore(QEvent::Type type) const
{
    const bool pressed = type == QEvent::MouseButtonPress || type == QEvent::MouseButtonDblClick;
    if (m_button != Qt::NoButton) return pressed && m_heard.elapsed() >= kGoneMs; // a hand may rest on the tip
    return (pressed || type == QEvent::MouseMove) && m_eraser && m_heard.elapsed() >= kQuietMs;
}

bool ViewPen::shadows() const { return m_button != Qt::NoButton && m_heard.elapsed() < kGoneMs; }

PenProximity::PenProximity(std::function<void()> left) : m_left(std::move(left)) { qApp->installEventFilter(this); }

bool PenProximity::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == qApp && event->type() == QEvent::TabletLeaveProximity) m_left();
    return false;
}

} // namespace glio::widgets
