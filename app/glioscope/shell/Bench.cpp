#include "shell/Bench.h"

#include "shell/BenchParts.h"

#include "presenters/Presenters.h"
#include "presenters/ShellPresenter.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Memory.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <nlohmann/json.hpp>

#include <QApplication>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace glio::app {

using namespace bench;

namespace {

double residentOf() { return double(residentBytes()) / 1e6; }

/// Probabilities as a net could give them: a ball of 25 mm with a soft border and a core. For the threshold alone.
Probabilities ballProbabilities(const Geometry &grid)
{
    const LabelScheme &scheme = defaultLabelScheme();
    Probabilities made{.schemeId = scheme.id()};
    for (std::size_t n = 0; n < scheme.labels().size(); ++n)
        made.classes.emplace_back(grid);
    const PointMm middle = grid.centre();
    const Size3 size = grid.size();
    auto inner = made.classes.front().edit(), outer = made.classes.back().edit();
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i) {
                const PointMm d = grid.toWorld(Index3{i, j, k}) - middle;
                const double r = std::sqrt(d.x * d.x + d.y * d.y + d.z * d.z);
                const double whole = 1 / (1 + std::exp((r - 25) / 3)), core = 1 / (1 + std::exp((r - 12) / 2));
                const auto offset = std::size_t(grid.offset({i, j, k}));
                inner[offset] = std::uint8_t(std::lround(255 * whole * core));
                outer[offset] = std::uint8_t(std::lround(255 * whole * (1 - core)));
            }
    return made;
}

} // namespace

int runBench(Workstation &workstation, const Options &options, const QElapsedTimer &sinceStart)
{
    MainWindow &window = workstation.window();
    Presenters &p = workstation.presenters();
    std::vector<Row> rows;
    QApplication::processEvents();
    waitFor([&] { return window.isVisible(); }, 5000);
    QApplication::processEvents();
    rows.push_back({"start: command to usable window", sinceStart.elapsed() / 1000.0, 1.0, "s"});

    QElapsedTimer clock;
    clock.start();
    p.open.openPaths(options.paths);
    if (!waitFor([&] { return workstation.model().isOpen(); }, 60'000)) return 3;
    const double read = clock.elapsed() / 1000.0;
    widgets::ViewGrid *grid = window.grid();
    const auto slicesDrawn = [&] { return p.views.slicesDrawn(); };
    waitFor(slicesDrawn, 30'000);
    rows.push_back({"open: four sequences, click to all slice views drawn", clock.elapsed() / 1000.0, 1.5, "s"});
    waitFor([&] { return workstation.settled(); }, 60'000);
    const double withSurface = clock.elapsed() / 1000.0;
    waitFor([] { return false; }, 1000); // what was needed to get there is given back
    rows.push_back({"memory: that case open, resident", residentOf(), 600, "MB"});

    /// Frames of each visible slice view so far, and whether each has drawn a further one.
    const auto framesNow = [&] {
        std::vector<qint64> frames;
        for (widgets::SliceView *view : grid->visibleSlices())
            frames.push_back(view->canvas()->framesDrawn());
        return frames;
    };
    const auto allDrawnSince = [&](const std::vector<qint64> &before) {
        const std::vector<qint64> now = framesNow();
        for (std::size_t n = 0; n < now.size() && n < before.size(); ++n) {
            if (now[n] <= before[n]) return false;
        }
        return true;
    };
    const auto wheel = [&](widgets::SliceView *view, int steps) {
        const QPointF at(view->canvas()->width() / 2.0, view->canvas()->height() / 2.0);
        QWheelEvent event(at, view->canvas()->mapToGlobal(at), {}, QPoint(0, 120 * steps), Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(view->canvas(), &event);
    };
    widgets::SliceView *axial = grid->slice(render::Plane::Axial);
    std::vector<double> cpu;
    const auto turn = [&](bool alone) { // alone: until the view under the mouse is redrawn
        std::vector<double> times;
        cpu.clear();
        for (int n = 0; n < 40; ++n) {
            const std::vector<qint64> before = framesNow();
            const qint64 own = axial->canvas()->framesDrawn();
            const double cpuBefore = cpuMs();
            QElapsedTimer one;
            one.start();
            wheel(axial, n % 20 < 10 ? 1 : -1);
            waitFor([&] { return alone ? axial->canvas()->framesDrawn() > own : allDrawnSince(before); }, 1000);
            times.push_back(double(one.nsecsElapsed()) / 1e6);
            waitFor([&] { return allDrawnSince(before); }, 1000);
            cpu.push_back(cpuMs() - cpuBefore);
            waitFor([] { return false; }, 12); // what the step left behind is not the next one's cost
        }
        return times;
    };
    const std::vector<double> all = turn(false);
    rows.push_back({"wheel: three views redrawn, median", median(all), 33, "ms", median(cpu)});
    rows.push_back({"wheel: three views redrawn, 95 %", percentile95(all), 33, "ms"});
    const std::vector<double> first = turn(true);
    rows.push_back({"wheel: the view under the mouse, median", median(first), 16, "ms", median(cpu)});
    grid->maximise(axial);
    waitFor([&] { return grid->visibleSlices().size() == 1; }, 2000);
    QApplication::processEvents();
    const std::vector<double> one = turn(true);
    rows.push_back({"wheel: the view under the mouse filling the window, median", median(one), 16, "ms", median(cpu)});
    grid->maximise(nullptr);
    waitFor([&] { return workstation.settled(); }, 5000);

    std::vector<double> compose;
    for (int n = 0; n < 20; ++n) {
        wheel(axial, n % 10 < 5 ? 1 : -1);
        QApplication::processEvents();
        compose.push_back(axial->lastComposeMs());
    }

    auto live = LiveMask::make(ballProbabilities(workstation.model().referenceGrid()));
    if (!live) return 1;
    workstation.model().setLive(std::move(*live), {.origin = MaskOrigin::Model});
    waitFor([&] { return workstation.settled(); }, 30'000);
    std::vector<double> threshold, thresholdCpu, decodeOnly;
    for (int n = 0; n < 40; ++n) {
        const std::vector<qint64> before = framesNow();
        const double cpuBefore = cpuMs();
        QElapsedTimer move;
        move.start();
        workstation.model().moveThreshold(0.3 + 0.01 * (n % 40));
        decodeOnly.push_back(double(move.nsecsElapsed()) / 1e6);
        waitFor([&] { return allDrawnSince(before); }, 1000);
        threshold.push_back(double(move.nsecsElapsed()) / 1e6);
        thresholdCpu.push_back(cpuMs() - cpuBefore);
    }
    rows.push_back(
        {"threshold: mask, volumes and three views, median", median(threshold), 33, "ms", median(thresholdCpu)});
    waitFor([&] { return workstation.settled(); }, 30'000);
    const double withProbabilities = residentOf();
    for (Row &row : benchCorrecting(workstation))
        rows.push_back(std::move(row));
    for (Row &row : benchTools(workstation))
        rows.push_back(std::move(row));
    for (Row &row : benchLongSession(workstation))
        rows.push_back(std::move(row));
    for (Row &row : benchCases(workstation, options.paths))
        rows.push_back(std::move(row));

    nlohmann::json table = nlohmann::json::array();
    std::printf("%-62s %10s %10s %8s %12s\n", "what", "measured", "budget", "ratio", "processor");
    for (const Row &row : rows) {
        std::printf("%-62s %7.2f %-2s %7.2f %-2s %8.2f", row.name.c_str(), row.measured, row.unit.c_str(), row.budget,
                    row.unit.c_str(), row.measured / row.budget);
        if (row.cpu >= 0) std::printf(" %9.2f ms", row.cpu);
        std::printf("\n");
        table.push_back({{"name", row.name},
                         {"measured", row.measured},
                         {"budget", row.budget},
                         {"unit", row.unit},
                         {"ratio", row.measured / row.budget},
                         {"processor_ms", row.cpu >= 0 ? nlohmann::json(row.cpu) : nlohmann::json(nullptr)}});
    }
    std::printf("reading alone %.2f s, with surfaces %.2f s, composing one view %.2f ms, deciding the mask %.2f ms, "
                "%.0f MB with mask and probabilities, peak %.0f MB\n",
                read, withSurface, median(compose), median(decodeOnly), withProbabilities,
                double(peakResidentBytes()) / 1e6);
    const nlohmann::json report{{"rows", table},
                                {"peak_rss_mb", double(peakResidentBytes()) / 1e6},
                                {"read_s", read},
                                {"with_surfaces_s", withSurface}};
    if (const auto done = writeFileAtomically(options.bench.toStdString(), report.dump(2) + "\n"); !done) {
        std::fprintf(stderr, "glioscope: %s\n", done.error().message.c_str());
        return 1;
    }
    return 0;
}

} // namespace glio::app
