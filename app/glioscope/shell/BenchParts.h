#pragma once
#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QPointF>
#include <QStringList>
#include <QThread>

#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

namespace glio::widgets {
class ViewCanvas;
}
namespace glio::app {
class Workstation;
}

namespace glio::app::bench {

struct Row {
    std::string name;
    double measured, budget;
    std::string unit;
    double cpu = -1; ///< ms of processor time, all threads; below 0: not measured
};

inline double percentile(std::vector<double> values, double share)
{
    if (values.empty()) return 0;
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, std::size_t(double(values.size()) * share))];
}
inline double median(std::vector<double> values) { return percentile(std::move(values), 0.5); }
inline double percentile95(std::vector<double> values) { return percentile(std::move(values), 0.95); }

/// `pauseMicroseconds`: of rest between two looks, where other threads or the engine do the work: a wait that spins
/// would take one of their cores.
template <class Condition> bool waitFor(Condition condition, int timeoutMs, int pauseMicroseconds = 0)
{
    QElapsedTimer clock;
    clock.start();
    while (!condition()) {
        if (clock.elapsed() > timeoutMs) return false;
        QApplication::processEvents(QEventLoop::AllEvents, 5);
        if (pauseMicroseconds > 0) QThread::usleep(unsigned(pauseMicroseconds));
    }
    return true;
}

/// Processor time of all our threads: what a step costs however busy the machine is otherwise.
inline double cpuMs()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

inline double since(const QElapsedTimer &clock) { return double(clock.nsecsElapsed()) / 1e6; } ///< ms

/// What a hand does in the axial view; logical pixels of its canvas.
struct Hand {
    explicit Hand(Workstation &workstation);
    void send(QEvent::Type type, const QPointF &at, Qt::MouseButton button, Qt::MouseButtons held) const;
    QPointF around(int n) const; ///< the n-th of places within 90 pixels of the middle
    widgets::ViewCanvas *canvas;
    QPointF middle;
};

/// Drawing on the open case, which has a mask with probabilities: from the event to the pixel.
std::vector<Row> benchCorrecting(Workstation &workstation);

/// Smart tools on the same case, drawn in before: from the wish, or the click, to the pixels of the preview.
std::vector<Row> benchTools(Workstation &workstation);

/// What 500 strokes leave in memory.
std::vector<Row> benchLongSession(Workstation &workstation);

/// From case to case by key; `paths`: the folder that is open, of which a second case is made.
std::vector<Row> benchCases(Workstation &workstation, const QStringList &paths);

} // namespace glio::app::bench
