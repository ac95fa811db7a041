// ./dev soak engine --count N: kill -9 of the engine in the middle of a job of the real window.
#include "GuiTest.h"

#include "glioscope/base/Random.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <execinfo.h>
#include <unistd.h>

using namespace glio;
using glio::gui::Desk;

namespace {

constexpr double kLongestTurnMs = 100;

double threadCpuMs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

double turnBeganCpuMs = 0; ///< of the event loop's thread, at its last beat; read by the handler below

/// Watches the event loop: the longest time between two of its turns, and what of it was this thread's own work.
class Heartbeat {
public:
    Heartbeat()
    {
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { beat(); });
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.start(2);
    }
    void restart()
    {
        m_longestMs = m_workMs = 0;
        m_cpu = threadCpuMs();
        m_clock.start();
    }
    void beat()
    {
        const double gap = double(m_clock.nsecsElapsed()) / 1e6, cpu = threadCpuMs();
        if (gap > m_longestMs) {
            m_longestMs = gap;
            m_workMs = cpu - m_cpu;
        }
        m_cpu = turnBeganCpuMs = cpu;
        m_clock.restart();
    }
    double longestMs() const { return m_longestMs; }
    double workMs() const { return m_workMs; }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_longestMs = 0, m_workMs = 0, m_cpu = 0;
};

/// Turns events until the condition holds; false after the time.
template <class Condition> bool until(Condition condition, int timeoutMs)
{
    QElapsedTimer clock;
    clock.start();
    while (!condition()) {
        if (clock.elapsed() > timeoutMs) return false;
        QApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    }
    return true;
}

struct Round {
    bool started = false, lost = false, viewsWent = true, ended = false;
    int turns = 0;
    double seconds = 0;
};

/// Says on stderr what the event loop's thread is doing when one turn has cost it more than 30 ms of its own work: its
/// call stack, every 10 ms from then on. A clock of that thread's processor time sends the signal.
class WorkTrace {
public:
    WorkTrace()
    {
        void *frames[4];
        ::backtrace(frames, 4); // loads what it needs now, not in the handler
        std::signal(SIGUSR2, [](int) {
            if (threadCpuMs() - turnBeganCpuMs < 30) return;
            void *stack[48];
            const int depth = ::backtrace(stack, 48);
            ::backtrace_symbols_fd(stack, depth, STDERR_FILENO);
            (void)!::write(STDERR_FILENO, "--\n", 3);
        });
        sigevent how{};
        how.sigev_notify = SIGEV_THREAD_ID;
        how.sigev_signo = SIGUSR2;
        how._sigev_un._tid = ::gettid();
        timer_t clock{};
        const itimerspec every{{0, 10'000'000}, {0, 10'000'000}};
        if (timer_create(CLOCK_THREAD_CPUTIME_ID, &how, &clock) == 0) timer_settime(clock, 0, &every, nullptr);
    }
};

/// One job from the keyboard; below 0 nobody is killed. The wheel turns all the while, as a reader's would.
Round runJob(Desk &desk, double killAfterSeconds)
{
    Round round;
    app::SegmentPresenter &segment = desk.workstation.presenters().segment;
    client::EngineClient &engine = desk.workstation.engine();
    QObject scope;
    bool ended = false;
    QObject::connect(&segment, &app::SegmentPresenter::failed, &scope,
                     [&](const Error &error) { round.lost = error.code == Errc::EngineLost; });
    QObject::connect(&segment, &app::SegmentPresenter::finished, &scope, [&] { ended = true; });
    widgets::SliceView *axial = desk.window().grid()->slice(render::Plane::Axial);
    desk.model().setCursor(desk.model().referenceGrid().centre()); // room for the wheel in both directions
    QElapsedTimer clock;
    clock.start();
    QTest::keyClick(axial->canvas(), Qt::Key_Return, Qt::ControlModifier);
    round.started = segment.running();
    if (!round.started) return round;

    QTimer wheel;
    int direction = 1;
    QObject::connect(&wheel, &QTimer::timeout, &scope, [&] {
        const PointMm before = desk.model().cursor();
        if (round.turns % 10 == 9) direction = -direction;
        desk.wheel(axial->canvas(), direction);
        ++round.turns;
        if (desk.model().cursor() == before) round.viewsWent = false;
    });
    wheel.start(40);
    const qint64 framesBefore = axial->canvas()->framesDrawn();
    qint64 killed = 0;
    if (killAfterSeconds >= 0)
        QTimer::singleShot(int(killAfterSeconds * 1000), &scope, [&] {
            killed = engine.processId();
            if (killed > 0) ::kill(pid_t(killed), SIGKILL);
        });
    round.ended = until([&] { return ended && !segment.busy(); }, 300'000);
    // A kill between the last byte of the answer and the next job would hit that one: wait until it is noticed.
    until([&] { return killed == 0 || engine.processId() != killed; }, 20'000);
    round.seconds = double(clock.elapsed()) / 1000;
    wheel.stop();
    until([&] { return desk.workstation.settled(); }, 30'000);
    if (round.turns > 2 && axial->canvas()->framesDrawn() <= framesBefore + round.turns / 4) round.viewsWent = false;
    return round;
}

} // namespace

int main(int argc, char **argv)
{
    app::prepareApplication();
    gui::TestHome home;
    QApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    const QCommandLineOption count("count", "Kills.", "n", "50"), seed("seed", "Of the moments.", "n", "1"),
        looks("looks", "Looks a job.", "n", "2"), folder("case", "Case to segment.", "folder"),
        small("small", "A little phantom instead."), stacks("stacks", "Say what the event loop does in a long turn.");
    parser.addOptions({count, seed, looks, folder, small, stacks});
    parser.process(application);
    {
        app::Settings settings;
        app::dressApplication(settings);
    }
    client::EngineOptions options;
    options.restartPausesMs = {50, 50, 50, 50, 50};
    options.restartWindowMs = 1; // the restart cap has a test of its own; here it must not end the soak
    Desk desk(options);
    desk.workstation.settings().setValue("segment/looks", parser.value(looks).toInt());
    desk.workstation.startEngine();
    const auto path =
        parser.isSet(folder) ? std::filesystem::path(parser.value(folder).toStdString()) : home.phantomCase();
    const auto give = [](const char *sentence) {
        std::fprintf(stderr, "soak: %s\n", sentence);
        std::printf("0 passed, 1 failed\n");
        return 1;
    };
    if (!desk.open(path)) return give("the case cannot be opened");
    app::SegmentPresenter &segment = desk.workstation.presenters().segment;
    if (!until([&] { return segment.ready(); }, 180'000)) return give("the engine did not get ready");
    Heartbeat heart;
    const auto trace = parser.isSet(stacks) ? std::make_unique<WorkTrace>() : nullptr;
    const Round whole = runJob(desk, -1), warm = runJob(desk, -1);
    if (!whole.ended || whole.lost || !desk.model().hasMask()) return give("the first job did not work");
    const LabelMap expected = desk.model().labels();
    std::fprintf(stderr, "soak: a job takes %.2f s cold, %.2f s warm\n", whole.seconds, warm.seconds);

    CounterRandom random({parser.value(seed).toULongLong()});
    int passed = 0, failed = 0, lostJobs = 0;
    double longest = 0;
    for (int n = 0; n < parser.value(count).toInt(); ++n) {
        const double moment = random.uniform(0, 0.8 * warm.seconds);
        heart.restart();
        const Round killed = runJob(desk, moment);
        const bool back = until([&] { return segment.ready(); }, 60'000);
        const double longestMs = heart.longestMs(), workMs = heart.workMs();
        const Round next = back ? runJob(desk, -1) : Round{};
        const bool same = next.ended && !next.lost && desk.model().hasMask() && desk.model().labels() == expected;
        const bool good = killed.started && killed.ended && killed.viewsWent && back && same && next.viewsWent &&
                          longestMs <= kLongestTurnMs;
        good ? ++passed : ++failed;
        lostJobs += killed.lost;
        longest = std::max(longest, longestMs);
        std::fprintf(stderr,
                     "soak: %d: killed after %.2f s: %s; %d wheel turns, views %s; longest turn of the loop %.0f ms "
                     "(%.0f ms of work); next job %s in %.2f s%s\n",
                     n + 1, moment,
                     killed.lost    ? "lost"
                     : killed.ended ? "was done"
                                    : "WRONG",
                     killed.turns, killed.viewsWent ? "went on" : "STOOD STILL", longestMs, workMs,
                     !back  ? "NEVER STARTED"
                     : same ? "good"
                            : "FAILED",
                     next.seconds, good ? "" : "  <-- failed");
    }
    std::fprintf(stderr, "soak: %d jobs were lost in the middle; longest turn of the event loop %.0f ms\n", lostJobs,
                 longest);
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
