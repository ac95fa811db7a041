#include "glioscope/widgets/GlCanvas.h"

#include "glioscope/render/GlWindow.h"

#include <QElapsedTimer>
#include <QOpenGLContext>
#include <QSurfaceFormat>

namespace glio::widgets {

struct GlCanvas::Private {
    render::GlWindow window;
    std::function<void()> prepare, release;
    QMetaObject::Connection aboutToGo;
    double lastFrameMs = 0;
    qint64 frames = 0;
};

GlCanvas::GlCanvas(QWidget *parent) : QOpenGLWidget(parent), m(std::make_unique<Private>())
{
    QSurfaceFormat format;
    format.setVersion(3, 2);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setDepthBufferSize(0); // VTK draws into a framebuffer of its own
    format.setStencilBufferSize(0);
    format.setAlphaBufferSize(0);
    format.setSamples(0);
    format.setSwapInterval(0);
    setFormat(format);
    setUpdateBehavior(QOpenGLWidget::NoPartialUpdate);
    setAttribute(Qt::WA_OpaquePaintEvent);
}

GlCanvas::~GlCanvas()
{
    disconnect(m->aboutToGo);
    if (!m->window.ready()) return;
    makeCurrent();
    if (m->release) m->release();
    m->window.release();
    doneCurrent();
}

vtkRenderWindow *GlCanvas::renderWindow() const { return m->window.window(); }
void GlCanvas::setPrepare(std::function<void()> prepare) { m->prepare = std::move(prepare); }
void GlCanvas::setRelease(std::function<void()> release) { m->release = std::move(release); }
double GlCanvas::lastFrameMs() const { return m->lastFrameMs; }
qint64 GlCanvas::framesDrawn() const { return m->frames; }

void GlCanvas::initializeGL()
{
    // A widget that moves to another window gets another context; what VTK made in the old one goes with it.
    disconnect(m->aboutToGo);
    m->aboutToGo = connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, [this] {
        makeCurrent();
        if (m->release) m->release();
        m->window.release();
        doneCurrent();
    });
    m->window.initialise();
}

void GlCanvas::resizeGL(int, int) { emit resized(); }

void GlCanvas::paintGL()
{
    QElapsedTimer timer;
    timer.start();
    const double ratio = devicePixelRatioF();
    m->window.resize(qRound(width() * ratio), qRound(height() * ratio));
    if (m->prepare) m->prepare();
    m->window.render(defaultFramebufferObject());
    m->lastFrameMs = double(timer.nsecsElapsed()) / 1e6;
    ++m->frames;
}

} // namespace glio::widgets
