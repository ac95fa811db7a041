#pragma once
#include <QCoreApplication>
#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace glio::app {

/// Runs `work` on a pool thread and hands its value to `done` in `owner`'s thread by a queued call. When `owner` is
/// gone by then, the value is dropped. `work` must hold snapshots only, never a pointer into a model object.
template <class Work, class Done>
void runAsync(QObject *owner, Work work, Done done, QThreadPool *pool = QThreadPool::globalInstance())
{
    QPointer<QObject> alive(owner);
    pool->start([alive, work = std::move(work), done = std::move(done)]() mutable {
        auto value = std::make_shared<decltype(work())>(work());
        // The application object outlives the pool (waitForDone in main), so it carries the call over.
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [alive, value, done = std::move(done)]() mutable {
                if (alive) done(std::move(*value));
            },
            Qt::QueuedConnection);
    });
}

} // namespace glio::app
