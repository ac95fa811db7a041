#include "glioscope/widgets/ViewCanvas.h"

#include "FrameImage.h"

#include <QElapsedTimer>
#include <QPaintEvent>
#include <QPainter>

namespace glio::widgets {

ViewCanvas::ViewCanvas(QWidget *parent) : QWidget(parent)
{
    setAttribute(Qt::WA_OpaquePaintEvent); // every pixel is painted, so nothing below needs to be
    setAttribute(Qt::WA_NoSystemBackground);
}

void ViewCanvas::setCompose(std::function<const render::Frame &()> compose)
{
    m_compose = std::move(compose);
    m_picture = {};
    redraw();
}

void ViewCanvas::redraw()
{
    m_stale = true;
    update();
}

qint64 ViewCanvas::framesDrawn() const { return m_frames; }
double ViewCanvas::lastFrameMs() const { return m_lastFrameMs; }

void ViewCanvas::paintEvent(QPaintEvent *event)
{
    QElapsedTimer timer;
    timer.start();
    const bool fresh = m_stale && m_compose;
    if (fresh) {
        m_stale = false;
        m_picture = imageOver(m_compose());
    }
    QPainter painter(this);
    painter.setCompositionMode(QPainter::CompositionMode_Source); // a copy, no blending
    if (m_picture.isNull()) {
        painter.fillRect(event->rect(), Qt::black);
    } else {
        painter.setClipRegion(event->region());
        painter.drawImage(QPointF(), m_picture);
    }
    if (!fresh) return;
    m_lastFrameMs = double(timer.nsecsElapsed()) / 1e6;
    ++m_frames;
}

void ViewCanvas::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_stale = true;
    emit resized();
}

bool ViewCanvas::event(QEvent *event)
{
    if (event->type() == QEvent::DevicePixelRatioChange) redraw();
    return QWidget::event(event);
}

} // namespace glio::widgets
