#pragma once
#include <QOpenGLWidget>

#include <functional>
#include <memory>

class vtkGenericOpenGLRenderWindow;

namespace glio::widgets {

/// A QOpenGLWidget that owns a VTK render window and draws it into Qt's framebuffer. Debian's GUISupportQt is Qt 5's,
/// hence our own. Multisampling off; the frame is blitted to the framebuffer that Qt has bound.
class GlCanvas final : public QOpenGLWidget {
    Q_OBJECT
public:
    explicit GlCanvas(QWidget *parent = nullptr);
    ~GlCanvas() override;

    vtkGenericOpenGLRenderWindow *renderWindow() const;
    /// Called with the context current, before VTK renders (and before anything else on the first frame).
    void setPrepare(std::function<void()> prepare);
    /// Called after VTK has rendered, for QPainter on this widget.
    void setOverlay(std::function<void()> overlay);
    /// Milliseconds that the last paintGL took.
    double lastFrameMs() const;
    qint64 framesDrawn() const;

signals:
    void resized();

protected:
    void initializeGL() override;
    void resizeGL(int width, int height) override;
    void paintGL() override;

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace glio::widgets
