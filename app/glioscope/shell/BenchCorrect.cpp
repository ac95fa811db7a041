#include "shell/BenchParts.h"

#include "model/Journal.h"
#include "presenters/Presenters.h"
#include "presenters/ShellPresenter.h"
#include "shell/Workstation.h"

#include "glioscope/base/Memory.h"
#include "glioscope/render/SliceGeometry.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QMouseEvent>

#include <cmath>

namespace glio::app::bench {

namespace {
double since(const QElapsedTimer &clock) { return double(clock.nsecsElapsed()) / 1e6; }
} // namespace

std::vector<Row> benchCorrecting(Workstation &workstation)
{
    using interaction::Intent;
    std::vector<Row> rows;
    CaseModel &model = workstation.model();
    Presenters &p = workstation.presenters();
    model.resetThreshold();
    model.setCursor(render::snapped(model.referenceGrid(), model.referenceGrid().centre()));
    workstation.shell().setMode(widgets::Mode::Correct);
    workstation.shell().act(Intent::ToolBrush, 0);
    p.brush.setSize(20); // a ball of 10 mm radius
    waitFor([&] { return workstation.settled(); }, 30'000);
    widgets::SliceView *view = workstation.window().grid()->slice(render::Plane::Axial);
    widgets::ViewCanvas *canvas = view->canvas();
    const auto send = [&](QEvent::Type type, const QPointF &at, Qt::MouseButton button, Qt::MouseButtons held) {
        QMouseEvent event(type, at, canvas->mapToGlobal(at), button, held, Qt::NoModifier);
        QApplication::sendEvent(canvas, &event);
    };
    const QPointF middle(canvas->width() / 2.0, canvas->height() / 2.0);
    const auto around = [&](int n) { return middle + QPointF(90 * std::cos(0.31 * n), 70 * std::sin(0.47 * n)); };
    // Single dabs: the event until the voxels are written, and until this view shows them.
    std::vector<double> voxels, pixels;
    for (int n = 0; n < 60; ++n) {
        const qint64 frames = canvas->framesDrawn();
        p.brush.selectRow(1 + n % 4);
        QApplication::processEvents();
        QElapsedTimer clock;
        clock.start();
        send(QEvent::MouseButtonPress, around(n), Qt::LeftButton, Qt::LeftButton);
        voxels.push_back(since(clock));
        waitFor([&] { return canvas->framesDrawn() > frames; }, 1000);
        pixels.push_back(since(clock));
        send(QEvent::MouseButtonRelease, around(n), Qt::LeftButton, Qt::NoButton);
        waitFor([&] { return workstation.journal().pending() == 0; }, 2000);
    }
    rows.push_back({"dab of 10 mm radius: event to changed voxels, median", median(voxels), 2, "ms"});
    rows.push_back({"the same, 99 %", percentile(voxels, 0.99), 2, "ms"});
    rows.push_back({"dab of 10 mm radius: event to changed pixels, median", median(pixels), 16, "ms"});
    rows.push_back({"the same, 99 %", percentile(pixels, 0.99), 16, "ms"});

    // A stroke of 200 events, and how long its saving takes after the release.
    std::vector<double> perEvent, saved;
    for (int stroke = 0; stroke < 5; ++stroke) {
        send(QEvent::MouseButtonPress, around(stroke), Qt::LeftButton, Qt::LeftButton);
        for (int n = 0; n < 200; ++n) {
            const qint64 frames = canvas->framesDrawn();
            QElapsedTimer clock;
            clock.start();
            send(QEvent::MouseMove, around(stroke) + QPointF(n * 0.6, 30 * std::sin(n * 0.1)), Qt::NoButton,
                 Qt::LeftButton);
            waitFor([&] { return canvas->framesDrawn() > frames; }, 1000);
            perEvent.push_back(since(clock));
        }
        QElapsedTimer clock;
        clock.start();
        send(QEvent::MouseButtonRelease, around(stroke), Qt::LeftButton, Qt::NoButton);
        waitFor([&] { return workstation.journal().pending() == 0; }, 5000);
        saved.push_back(since(clock));
    }
    rows.push_back({"stroke of 200 events: each to its pixels, median", median(perEvent), 16, "ms"});
    rows.push_back({"the same, 99 %", percentile(perEvent, 0.99), 16, "ms"});
    rows.push_back({"stroke: release to the commit on the disk, median", median(saved), 100, "ms"});

    std::vector<double> undo, undoPixels;
    for (int n = 0; n < 30; ++n) {
        const qint64 frames = canvas->framesDrawn();
        QElapsedTimer clock;
        clock.start();
        n % 2 ? model.redo() : model.undo();
        undo.push_back(since(clock));
        waitFor([&] { return canvas->framesDrawn() > frames; }, 1000);
        undoPixels.push_back(since(clock));
    }
    rows.push_back({"undo of a stroke of 200 events: mask, median", median(undo), 16, "ms"});
    rows.push_back({"the same, to the pixels", median(undoPixels), 16, "ms"});

    // Smart tools: the wish until the preview is shown.
    const auto tool = [&](const char *name, double budget, const QString &id, const QString &choice, bool click) {
        std::vector<double> times;
        for (int n = 0; n < 5; ++n) {
            p.smart.drop();
            p.smart.start(id, choice);
            QElapsedTimer clock;
            clock.start();
            if (!click) p.smart.start(id, choice);
            if (click) {
                send(QEvent::MouseButtonPress, around(3 * n), Qt::LeftButton, Qt::LeftButton);
                send(QEvent::MouseButtonRelease, around(3 * n), Qt::LeftButton, Qt::NoButton);
            }
            waitFor([&] { return p.smart.busy() || p.smart.ready(); }, 200);
            waitFor([&] { return p.smart.ready() || !p.smart.busy(); }, 10'000);
            if (model.previewing()) times.push_back(since(clock)); // a refusal is no answer to time
        }
        p.smart.drop();
        if (times.empty()) return;
        rows.push_back({name, median(times), budget, "ms"});
        rows.push_back({"the same, 99 %", percentile(times, 0.99), budget, "ms"});
    };
    p.brush.selectRow(1);
    tool("smooth all labels, 1 mm: wish to preview, median", 500, "smooth", {}, false);
    tool("margin of 2 mm: wish to preview, median", 500, "margin", {}, false);
    tool("close holes: wish to preview, median", 500, "islands", "holes", false);
    tool("grow region: click to preview, median", 1000, "grow", {}, true);
    tool("model points: click to preview, median", 1000, "points", {}, true);
    tool("hollow, wall of 3 mm: wish to preview, median", 500, "hollow", "shell", false);
    tool("model border: wish to preview, median", 500, "border", "WT", false);
    tool("carry on, 5 slices: wish to preview, median", 1000, "propagate", "next", false);
    tool("snake: wish to its first preview, median", 1000, "snake", "regions", false);

    // Memory of a long session.
    const double before = double(residentBytes()) / 1e6;
    workstation.shell().act(Intent::ToolBrush, 0);
    for (int stroke = 0; stroke < 500; ++stroke) {
        if (stroke % 50 == 0) p.brush.selectRow(1 + stroke / 50 % 4);
        send(QEvent::MouseButtonPress, around(stroke), Qt::LeftButton, Qt::LeftButton);
        for (int n = 1; n < 6; ++n)
            send(QEvent::MouseMove, around(stroke) + QPointF(8 * n, 4 * n), Qt::NoButton, Qt::LeftButton);
        send(QEvent::MouseButtonRelease, around(stroke) + QPointF(40, 20), Qt::LeftButton, Qt::NoButton);
    }
    waitFor([&] { return workstation.settled(); }, 60'000);
    rows.push_back({"memory that 500 strokes add", double(residentBytes()) / 1e6 - before, 256, "MB"});
    return rows;
}

} // namespace glio::app::bench
