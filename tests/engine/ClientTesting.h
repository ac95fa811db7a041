#pragma once
#include "engine/EngineClient.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QPointer>
#include <QTimer>

#include <catch2/catch_session.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <functional>
#include <optional>

namespace glio::test {

using namespace glio::client;

/// Turns the event loop until `done`; false after `ms`.
inline bool waitFor(const std::function<bool()> &done, int ms = 10000)
{
    QElapsedTimer timer;
    timer.start();
    QTimer wake; // so that waiting for events takes no processor
    wake.start(5);
    while (!done()) {
        if (timer.elapsed() > ms) return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return true;
}

/// What a job told.
struct Record {
    explicit Record(PredictJob *job) : job(job)
    {
        QObject::connect(job, &PredictJob::progress, &context, [this](double done, double, const QString &) {
            order << QStringLiteral("progress");
            last = done;
        });
        QObject::connect(job, &PredictJob::firstResult, &context, [this](const SegmentationPtr &result) {
            order << QStringLiteral("first");
            first = result;
        });
        QObject::connect(job, &PredictJob::look, &context, [this](int, int) { order << QStringLiteral("look"); });
        QObject::connect(job, &PredictJob::finished, &context, [this](const Result<SegmentationPtr> &r) {
            order << QStringLiteral("finished");
            result = r;
        });
    }
    bool wait(int ms = 10000)
    {
        return waitFor([this] { return result.has_value(); }, ms);
    }
    Errc code() const { return result && !*result ? result->error().code : Errc::Internal; }
    bool good() const { return result && result->has_value(); }

    QPointer<PredictJob> job;
    QStringList order;
    double last = -1;
    SegmentationPtr first;
    std::optional<Result<SegmentationPtr>> result;
    QObject context;
};

} // namespace glio::test
