#include "ViewPen.h"

namespace glio::widgets {

namespace {
constexpr qint64 kGoneMs = 1500; // a pen that is down tells so many times a second; silent for so long it has gone
}

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

bool ViewPen::shadows() const { return m_button != Qt::NoButton && m_heard.elapsed() < kGoneMs; }

} // namespace glio::widgets
