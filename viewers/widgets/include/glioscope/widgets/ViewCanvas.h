#pragma once
#include "glioscope/render/Frame.h"

#include <QImage>
#include <QWidget>

#include <functional>

namespace glio::widgets {

/// Where a view's picture is shown: paints the frame that its owner composes, device pixel for device pixel. A plain
/// widget, so that a changed view costs its own pixels and nothing else (ADR 8). Thread: the GUI thread.
class ViewCanvas final : public QWidget {
    Q_OBJECT
public:
    explicit ViewCanvas(QWidget *parent = nullptr);

    /// Makes the picture at the widget's present size; called when it is painted and `redraw` was asked for, or its
    /// size has changed. The frame must stay as it is until the next call.
    void setCompose(std::function<const render::Frame &()> compose);
    void redraw();              ///< the picture has changed; `update` alone shows the last one again
    qint64 framesDrawn() const; ///< pictures composed and painted so far
    double lastFrameMs() const; ///< composing and painting the last one

signals:
    void resized();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    std::function<const render::Frame &()> m_compose;
    QImage m_picture; ///< the frame's own memory
    bool m_stale = true;
    qint64 m_frames = 0;
    double m_lastFrameMs = 0;
};

} // namespace glio::widgets
