#include "SurfaceThread.h"

#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QSurfaceFormat>

#include <condition_variable>
#include <mutex>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace glio::widgets {
namespace {

QSurfaceFormat format()
{
    QSurfaceFormat format;
    format.setRenderableType(QSurfaceFormat::OpenGL);
    format.setVersion(3, 2);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setDepthBufferSize(0); // VTK draws into a framebuffer of its own
    format.setStencilBufferSize(0);
    format.setSamples(0);
    return format;
}

/// Makes the context current in the calling thread; nullptr: there is no OpenGL of 3.2.
std::unique_ptr<QOpenGLContext> makeContext(QOffscreenSurface *surface)
{
    auto context = std::make_unique<QOpenGLContext>();
    context->setFormat(format());
    if (!surface->isValid() || !context->create() || context->format().version() < std::pair(3, 2) ||
        !context->makeCurrent(surface))
        return nullptr;
    return context;
}

} // namespace

struct SurfaceThread::Private {
    SurfaceThread *q = nullptr;
    std::function<void(std::optional<render::VolumePicture>)> drawn;
    std::unique_ptr<QOffscreenSurface> surface; ///< made and ended in the GUI thread, as Qt asks
    bool failed = false;
    int pending = 0; ///< shots given minus shots answered or replaced

    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<render::VolumeShot> next;
    std::jthread thread; ///< last: it ends before what it uses

    void answer(std::optional<render::VolumePicture> picture)
    {
        QMetaObject::invokeMethod(
            q,
            [this, picture = std::move(picture)]() mutable {
                --pending;
                failed = failed || !picture;
                if (drawn) drawn(std::move(picture));
            },
            Qt::QueuedConnection);
    }

    void run(std::stop_token stop)
    {
        ::setpriority(PRIO_PROCESS, id_t(::gettid()), 5); // the window comes first; llvmpipe's own threads inherit it
        const auto context = makeContext(surface.get());
        render::SurfaceRenderer renderer;
        for (;;) {
            std::optional<render::VolumeShot> shot;
            {
                std::unique_lock lock(mutex);
                if (!wake.wait(lock, stop, [this] { return next.has_value(); })) break;
                shot.swap(next);
            }
            answer(context ? std::optional(renderer.draw(*shot)) : std::nullopt);
        }
        if (!context) return;
        renderer.release(); // VTK frees its textures and shaders with the context current
        context->doneCurrent();
    }
};

SurfaceThread::SurfaceThread(QObject *parent) : QObject(parent), m(std::make_unique<Private>()) { m->q = this; }

SurfaceThread::~SurfaceThread()
{
    m->thread.request_stop();
    if (m->thread.joinable()) m->thread.join();
}

void SurfaceThread::setDrawn(std::function<void(std::optional<render::VolumePicture>)> drawn)
{
    m->drawn = std::move(drawn);
}

void SurfaceThread::draw(render::VolumeShot shot)
{
    {
        const std::lock_guard lock(m->mutex);
        if (!m->next) ++m->pending;
        m->next = std::move(shot);
    }
    m->wake.notify_one();
    if (m->thread.joinable()) return;
    m->surface = std::make_unique<QOffscreenSurface>();
    m->surface->setFormat(format());
    m->surface->create();
    m->thread = std::jthread([this](std::stop_token stop) { m->run(stop); });
}

bool SurfaceThread::drawing() const { return m->pending > 0; }
bool SurfaceThread::failed() const { return m->failed; }

} // namespace glio::widgets
