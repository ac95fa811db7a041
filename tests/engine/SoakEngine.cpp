// ./dev soak engine --count N: kill -9 at a random moment of a job; the event loop must go on and the next job work.
#include "engine/EngineClient.h"
#include "glioscope/base/Random.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>

#include <csignal>
#include <cstdio>

using namespace glio;
using namespace glio::client;

namespace {

/// A head of three shells and a bright ball, so that a real model has something to look at.
ImageVolume head(const Geometry &grid, float tumour)
{
    ImageVolume image(grid);
    const auto voxels = image.edit();
    const PointMm middle = grid.centre();
    const auto [ni, nj, nk] = grid.size();
    for (std::int64_t k = 0; k < nk; ++k)
        for (std::int64_t j = 0; j < nj; ++j)
            for (std::int64_t i = 0; i < ni; ++i) {
                const PointMm p = grid.toWorld(Index3{i, j, k}) - middle;
                const double r = std::sqrt(p.x * p.x + p.y * p.y + p.z * p.z);
                const PointMm t = p - PointMm{20, 10, 5};
                const double s = std::sqrt(t.x * t.x + t.y * t.y + t.z * t.z);
                voxels[std::size_t(grid.offset({i, j, k}))] = s < 12   ? tumour
                                                              : r < 55 ? 300.0f
                                                              : r < 62 ? 120.0f
                                                              : r < 66 ? 500.0f
                                                                       : 0.0f;
            }
    return image;
}

struct Outcome {
    std::optional<Result<SegmentationPtr>> result;
    double seconds = 0;
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    const QCommandLineOption count("count", "Kills.", "n", "50"), seed("seed", "Of the moments.", "n", "1"),
        engine("engine", "Engine program.", "path"), model("model", "Model to run.", "name", ""),
        looks("looks", "Looks a job.", "n", "4"), size("size", "Voxels along each axis of the case.", "n", "96");
    parser.addOptions({count, seed, engine, model, looks, size});
    parser.process(application);

    EngineOptions options;
    options.program = parser.value(engine);
    options.restartPausesMs = {50, 50, 50, 50, 50};
    options.restartWindowMs = 1; // the restart cap has a test of its own; here it must not end the soak
    EngineClient client(options, nullptr);
    client.start();

    const auto edge = parser.value(size).toLongLong();
    const auto grid = Geometry::make({edge, edge, edge}, {1.5, 1.5, 1.5});
    if (!grid) {
        std::fprintf(stderr, "%s\n", grid.error().message.c_str());
        return 2;
    }
    PredictRequest request;
    request.model = parser.value(model).toStdString();
    request.looks = parser.value(looks).toInt();
    request.sequences = {{Sequence::T1c, head(*grid, 900)}, {Sequence::Flair, head(*grid, 700)}};

    QElapsedTimer beatTimer;
    qint64 longestMs = 0;
    QTimer beat;
    QObject::connect(&beat, &QTimer::timeout, &beat, [&] { longestMs = std::max(longestMs, beatTimer.restart()); });
    beatTimer.start();
    beat.start(5);

    const auto runJob = [&](double killAfterSeconds) {
        Outcome outcome;
        QEventLoop loop;
        QElapsedTimer timer;
        timer.start();
        auto *job = client.predict(request);
        QObject::connect(job, &PredictJob::finished, &loop, [&](const Result<SegmentationPtr> &result) {
            outcome.result = result;
            loop.quit();
        });
        qint64 killed = 0;
        if (killAfterSeconds >= 0)
            QTimer::singleShot(int(killAfterSeconds * 1000), &loop, [&] {
                killed = client.processId();
                if (killed > 0) ::kill(pid_t(killed), SIGKILL);
            });
        QTimer::singleShot(300 * 1000, &loop, &QEventLoop::quit);
        loop.exec();
        // A kill between the last byte of the answer and the next job would hit that one: wait until it is noticed.
        while (killed > 0 && client.processId() == killed)
            application.processEvents(QEventLoop::WaitForMoreEvents);
        outcome.seconds = double(timer.elapsed()) / 1000;
        return outcome;
    };

    const Outcome whole = runJob(-1);
    if (!whole.result || !*whole.result) {
        std::fprintf(stderr, "soak: the first job did not work: %s\n",
                     whole.result ? whole.result->error().message.c_str() : "no end within 300 s");
        for (const QString &line : client.log())
            std::fprintf(stderr, "  %s\n", qPrintable(line));
        std::printf("0 passed, 1 failed\n");
        return 1;
    }
    const Outcome warm = runJob(-1); // without loading
    const auto voxels = (**whole.result)->labels.voxels();
    std::fprintf(stderr, "soak: a job takes %.2f s cold, %.2f s warm\n", whole.seconds, warm.seconds);

    CounterRandom random({parser.value(seed).toULongLong()});
    int passed = 0, failed = 0, lostJobs = 0;
    for (int n = 0; n < parser.value(count).toInt(); ++n) {
        longestMs = 0;
        const double moment = random.uniform(0, 0.8 * warm.seconds);
        const Outcome killed = runJob(moment);
        const bool lost = killed.result && !*killed.result && killed.result->error().code == Errc::EngineLost;
        const bool ended = killed.result && killed.result->has_value(); // the kill came too late
        const Outcome next = runJob(-1);
        const bool works = next.result && *next.result && std::ranges::equal((**next.result)->labels.voxels(), voxels);
        const bool good = (lost || ended) && works && longestMs < 100;
        good ? ++passed : ++failed;
        lostJobs += lost;
        std::fprintf(
            stderr, "soak: %d: killed after %.2f s: %s; next job %s in %.2f s; event loop held at most %lld ms%s\n",
            n + 1, moment,
            lost    ? "lost"
            : ended ? "was done"
                    : "WRONG",
            works ? "good" : "FAILED", next.seconds, static_cast<long long>(longestMs), good ? "" : "  <-- failed");
    }
    std::fprintf(stderr, "soak: %d jobs were lost in the middle\n", lostJobs);
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
