#include "OffscreenGl.h"

#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QSurfaceFormat>

namespace glio::widgets {

struct OffscreenGl::Private {
    std::unique_ptr<QOffscreenSurface> surface;
    std::unique_ptr<QOpenGLContext> context;
    QString version;
    bool tried = false;

    void make()
    {
        tried = true;
        QSurfaceFormat format;
        format.setRenderableType(QSurfaceFormat::OpenGL);
        format.setVersion(3, 2);
        format.setProfile(QSurfaceFormat::CoreProfile);
        format.setDepthBufferSize(0); // VTK draws into a framebuffer of its own
        format.setStencilBufferSize(0);
        format.setSamples(0);
        context = std::make_unique<QOpenGLContext>();
        context->setFormat(format);
        if (!context->create()) {
            context.reset();
            return;
        }
        surface = std::make_unique<QOffscreenSurface>();
        surface->setFormat(context->format());
        surface->create();
        const QSurfaceFormat got = context->format();
        version = QStringLiteral("%1.%2").arg(got.majorVersion()).arg(got.minorVersion());
        if (got.version() < std::pair(3, 2) || !surface->isValid() || !context->makeCurrent(surface.get())) {
            context.reset();
            surface.reset();
        }
    }
};

OffscreenGl::OffscreenGl() : m(std::make_unique<Private>()) {}
OffscreenGl::~OffscreenGl() = default;

bool OffscreenGl::makeCurrent()
{
    if (!m->tried) m->make();
    return m->context && m->context->makeCurrent(m->surface.get());
}

void OffscreenGl::doneCurrent()
{
    if (m->context) m->context->doneCurrent();
}

bool OffscreenGl::made() const { return m->context != nullptr; }
bool OffscreenGl::failed() const { return m->tried && !m->context; }
QString OffscreenGl::version() const { return m->version; }

} // namespace glio::widgets
