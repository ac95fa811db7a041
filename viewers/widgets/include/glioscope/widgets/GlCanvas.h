#pragma once
#include <QOpenGLWidget>

#include <functional>
#include <memory>

class vtkRenderWindow;

namespace glio::widgets {

/// A QOpenGLWidget that owns a VTK window (render::GlWindow) and draws it into Qt's framebuffer. Debian's GUISupportQt
/// is Qt 5's, hence our own.
class GlCanvas final : public QOpenGLWidget {
    Q_OBJECT
public:
    explicit GlCanvas(QWidget *parent = nullptr);
    ~GlCanvas() override;

    vtkRenderWindow *renderWindow() const;
    /// Called with the context current, before VTK renders (and before anything else on the first frame).
    void setPrepare(std::function<void()> prepare);
    /// Called with the context current before it goes, for what else was made in it.
    void setRelease(std::function<void()> release);
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
