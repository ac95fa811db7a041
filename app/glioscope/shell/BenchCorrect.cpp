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
#include "glioscope/widgets/VolumeView.h"

#include <cmath>

namespace glio::app::bench {

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
    const Hand hand(workstation);
    const widgets::ViewCanvas *canvas = hand.canvas;
    // Single dabs: the event until the voxels are written, and until this view shows them.
    std::vector<double> voxels, pixels;
    for (int n = 0; n < 60; ++n) {
        const qint64 frames = canvas->framesDrawn();
        p.brush.selectRow(1 + n % 4);
        QApplication::processEvents();
        QElapsedTimer clock;
        clock.start();
        hand.send(QEvent::MouseButtonPress, hand.around(n), Qt::LeftButton, Qt::LeftButton);
        voxels.push_back(since(clock));
        waitFor([&] { return canvas->framesDrawn() > frames; }, 1000);
        pixels.push_back(since(clock));
        hand.send(QEvent::MouseButtonRelease, hand.around(n), Qt::LeftButton, Qt::NoButton);
        waitFor([&] { return workstation.journal().pending() == 0; }, 2000);
    }
    rows.push_back({"dab of 10 mm radius: event to changed voxels, median", median(voxels), 2, "ms"});
    rows.push_back({"the same, 99 %", percentile(voxels, 0.99), 2, "ms"});
    rows.push_back({"dab of 10 mm radius: event to changed pixels, median", median(pixels), 16, "ms"});
    rows.push_back({"the same, 99 %", percentile(pixels, 0.99), 16, "ms"});

    // A stroke of 200 events, and how long its saving takes after the release. Every second stroke is drawn as it was
    // before 3D waited for the hand: a rebuild of the surfaces runs on while it is drawn.
    std::vector<double> perEvent, perEventBefore, saved;
    for (int stroke = 0; stroke < 10; ++stroke) {
        const bool before = stroke % 2 == 1;
        widgets::VolumeView *volume = workstation.window().grid()->volume();
        const int builds = volume->buildsBegun();
        waitFor([&] { return volume->buildsBegun() > builds; }, 600); // the last stroke's surfaces are being built now
        hand.send(QEvent::MouseButtonPress, hand.around(stroke), Qt::LeftButton, Qt::LeftButton);
        if (before) volume->setWaiting(false);
        for (int n = 0; n < 200; ++n) {
            const qint64 frames = canvas->framesDrawn();
            QElapsedTimer clock;
            clock.start();
            hand.send(QEvent::MouseMove, hand.around(stroke) + QPointF(n * 0.6, 30 * std::sin(n * 0.1)), Qt::NoButton,
                      Qt::LeftButton);
            waitFor([&] { return canvas->framesDrawn() > frames; }, 1000);
            (before ? perEventBefore : perEvent).push_back(since(clock));
        }
        QElapsedTimer clock;
        clock.start();
        hand.send(QEvent::MouseButtonRelease, hand.around(stroke), Qt::LeftButton, Qt::NoButton);
        waitFor([&] { return workstation.journal().pending() == 0; }, 5000);
        if (!before) saved.push_back(since(clock));
    }
    rows.push_back({"stroke of 200 events: each to its pixels, median", median(perEvent), 16, "ms"});
    rows.push_back({"the same, 99 %", percentile(perEvent, 0.99), 16, "ms"});
    rows.push_back({"the same, baseline: 3D is built meanwhile, 99 %", percentile(perEventBefore, 0.99), 16, "ms"});
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

    return rows;
}

std::vector<Row> benchLongSession(Workstation &workstation)
{
    Presenters &p = workstation.presenters();
    workstation.shell().setMode(widgets::Mode::Correct);
    workstation.shell().act(interaction::Intent::ToolBrush, 0);
    waitFor([&] { return workstation.settled(); }, 60'000);
    const Hand hand(workstation);
    const double before = double(residentBytes()) / 1e6;
    for (int stroke = 0; stroke < 500; ++stroke) {
        if (stroke % 50 == 0) p.brush.selectRow(1 + stroke / 50 % 4);
        hand.send(QEvent::MouseButtonPress, hand.around(stroke), Qt::LeftButton, Qt::LeftButton);
        for (int n = 1; n < 6; ++n)
            hand.send(QEvent::MouseMove, hand.around(stroke) + QPointF(8 * n, 4 * n), Qt::NoButton, Qt::LeftButton);
        hand.send(QEvent::MouseButtonRelease, hand.around(stroke) + QPointF(40, 20), Qt::LeftButton, Qt::NoButton);
    }
    waitFor([&] { return workstation.settled(); }, 60'000);
    return {{"memory that 500 strokes add", double(residentBytes()) / 1e6 - before, 256, "MB"}};
}

} // namespace glio::app::bench
