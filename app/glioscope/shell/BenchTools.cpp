#include "shell/BenchParts.h"

#include "presenters/Presenters.h"
#include "presenters/ShellPresenter.h"
#include "shell/Workstation.h"

#include "engine/EngineClient.h"
#include "glioscope/render/SliceGeometry.h"
#include "glioscope/tools/Grow.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QLabel>

#include <cmath>
#include <cstdio>

namespace glio::app::bench {
namespace {

/// Label 3 on every eighth axial slice of 40 mm: what *Fill between* is for.
void drawSomeSlices(CaseModel &model, Label label)
{
    const Geometry &grid = model.document().grid();
    const Index3 middle = grid.nearestVoxel(grid.centre());
    const auto across = std::size_t(grid.worldAxes().voxelAxis[2]);
    model.beginAct({"paint", label, 40, "disc"});
    for (std::int64_t n = -16; n <= 16; n += 8) {
        Selection disc;
        disc.box.start = {middle[0] - 20, middle[1] - 20, middle[2] - 20};
        disc.box.size = {41, 41, 41};
        disc.box.start[across] = middle[across] + n;
        disc.box.size[across] = 1;
        const double radius = 18 - 0.4 * std::abs(double(n));
        for (std::int64_t at = 0; at < disc.box.count(); ++at) {
            const double a = double(at % 41) - 20, b = double(at / 41) - 20;
            disc.inside.push_back(a * a + b * b <= radius * radius);
        }
        model.write(disc, label);
    }
    model.commitAct();
}

std::vector<tools::WeightedImage> imagesOf(const CaseModel &model);

/// What *Carry on* starts from: on one slice, a region that fits the image, grown from the brightest voxel of T1c.
void drawOneSlice(CaseModel &model, Label label)
{
    const Geometry &grid = model.document().grid();
    const ImageVolume &image = *seriesOfHead(model.series()).image;
    const auto brightest = std::ranges::max_element(image.voxels()) - image.voxels().begin();
    const Size3 size = image.geometry().size();
    const Index3 there{brightest % size[0], brightest / size[0] % size[1], brightest / (size[0] * size[1])};
    const PointMm place = image.geometry().toWorld(there);
    const Index3 seed = grid.nearestVoxel(place);
    const auto field = tools::growField(grid, imagesOf(model), {seed});
    if (!field) return;
    const auto across = std::size_t(grid.worldAxes().voxelAxis[2]);
    const Selection grown = tools::within(*field, 2);
    Selection slice{grown.box, {}};
    slice.box.start[across] = seed[across];
    slice.box.size[across] = 1;
    for (std::int64_t k = 0; k < slice.box.size[2]; ++k)
        for (std::int64_t j = 0; j < slice.box.size[1]; ++j)
            for (std::int64_t i = 0; i < slice.box.size[0]; ++i)
                slice.inside.push_back(
                    grown.holds({slice.box.start[0] + i, slice.box.start[1] + j, slice.box.start[2] + k}));
    model.beginAct({"paint", label, 2, "disc"});
    model.write(slice, label);
    model.commitAct();
    model.setCursor(render::snapped(model.referenceGrid(), place));
}

std::vector<tools::WeightedImage> imagesOf(const CaseModel &model)
{
    std::vector<tools::WeightedImage> images;
    for (const Series &series : model.series())
        images.push_back({series.image.get(), 1});
    return images;
}

/// Live wire: a click that sets an anchor, and a move of the pointer, each to the pixels of the view under it.
void addLiveWire(std::vector<Row> &rows, Workstation &workstation, const Hand &hand)
{
    workstation.shell().act(interaction::Intent::ToolLiveWire, 0);
    std::vector<double> anchors, moves;
    for (int n = 0; n < 6; ++n) {
        const auto timed = [&](std::vector<double> &times, const auto &gesture) {
            waitFor([] { return false; }, 20, 500);
            const qint64 frames = hand.canvas->framesDrawn();
            QElapsedTimer clock;
            clock.start();
            gesture();
            if (waitFor([&] { return hand.canvas->framesDrawn() > frames; }, 1000)) times.push_back(since(clock));
        };
        const QPointF at = hand.around(2 * n);
        timed(anchors, [&] { hand.send(QEvent::MouseButtonPress, at, Qt::LeftButton, Qt::LeftButton); });
        hand.send(QEvent::MouseButtonRelease, at, Qt::LeftButton, Qt::NoButton);
        for (int step = 1; step <= 20; ++step)
            timed(moves,
                  [&] { hand.send(QEvent::MouseMove, at + QPointF(3 * step, 2 * step), Qt::NoButton, Qt::NoButton); });
    }
    workstation.shell().act(interaction::Intent::Escape, 0);
    rows.push_back({"live wire: click that sets an anchor to pixels, median", median(anchors), 100, "ms"});
    rows.push_back({"live wire: move to pixels, median", median(moves), 16, "ms"});
    rows.push_back({"the same, 99 %", percentile(moves, 0.99), 16, "ms"});
}

} // namespace

std::vector<Row> benchTools(Workstation &workstation)
{
    std::vector<Row> rows;
    CaseModel &model = workstation.model();
    Presenters &p = workstation.presenters();
    widgets::ViewCanvas *canvas = workstation.window().grid()->slice(render::Plane::Axial)->canvas();
    workstation.shell().setMode(widgets::Mode::Correct);
    model.setCursor(render::snapped(model.referenceGrid(), model.referenceGrid().centre()));
    waitFor([&] { return workstation.settled(); }, 30'000);
    // Frames when the latest preview was put on show: it is on the screen with the next one.
    qint64 framesAtPreview = -1;
    const QObject listens;
    QObject::connect(&model, &CaseModel::maskChanged, &listens, [&] {
        if (model.previewing() && framesAtPreview < 0) framesAtPreview = canvas->framesDrawn();
    });
    const Hand hand(workstation);
    const auto drag = [&](Qt::MouseButton button, const QPointF &from, const QPointF &way) {
        hand.send(QEvent::MouseButtonPress, from, button, button);
        for (int n = 1; n <= 5; ++n)
            hand.send(QEvent::MouseMove, from + 0.2 * n * way, Qt::NoButton, button);
        hand.send(QEvent::MouseButtonRelease, from + way, button, Qt::NoButton);
    };
    enum class Led { ByWish, ByClick, ByScribble };
    const auto tool = [&](const char *name, double budget, const QString &id, const QString &choice, Led led) {
        std::vector<double> times, cpu;
        for (int n = 0; n < 5; ++n) {
            p.smart.drop();
            if (led != Led::ByWish) p.smart.start(id, choice);
            if (led == Led::ByScribble) drag(Qt::RightButton, hand.around(3 * n) + QPointF(0, 60), {50, 0});
            waitFor([&] { return !p.smart.busy() && !model.previewing(); },
                    30'000); // a network prepares the case first
            waitFor([] { return false; }, 60, 500);
            framesAtPreview = -1;
            const double cpuBefore = cpuMs();
            QElapsedTimer clock;
            clock.start();
            if (led == Led::ByWish)
                p.smart.start(id, choice);
            else if (led == Led::ByClick)
                drag(Qt::LeftButton, hand.around(3 * n), {});
            else
                drag(Qt::LeftButton, hand.around(3 * n), {40, 10});
            waitFor([&] { return framesAtPreview >= 0 || (!p.smart.busy() && clock.elapsed() > 200); }, 10'000, 500);
            if (framesAtPreview < 0) continue; // a refusal is no answer to time
            waitFor([&] { return canvas->framesDrawn() > framesAtPreview; }, 1000);
            times.push_back(since(clock));
            cpu.push_back(cpuMs() - cpuBefore);
        }
        const QString refusal = workstation.window().findChild<QLabel *>("smartPreview")->text();
        p.smart.drop();
        if (times.empty()) {
            std::fprintf(stderr, "%s: not measured, the tool says: %s\n", name, qPrintable(refusal));
            return;
        }
        rows.push_back({std::string(name) + ", median", median(times), budget, "ms", median(cpu)});
        rows.push_back({"the same, longest of " + std::to_string(times.size()), percentile(times, 1), budget, "ms"});
    };
    p.brush.selectRow(1);
    tool("smooth all labels, 1 mm: wish to pixels", 500, "smooth", {}, Led::ByWish);
    tool("margin of 2 mm: wish to pixels", 500, "margin", {}, Led::ByWish);
    tool("close holes: wish to pixels", 500, "islands", "holes", Led::ByWish);
    tool("grow region: click to pixels", 1000, "grow", {}, Led::ByClick);
    tool("model points, graph cut: click to pixels", 1000, "points", {}, Led::ByClick);
    tool("hollow, wall of 3 mm: wish to pixels", 500, "hollow", "shell", Led::ByWish);
    tool("model border: wish to pixels", 500, "border", "WT", Led::ByWish);
    tool("snake: wish to its first picture", 1000, "snake", "regions", Led::ByWish);
    p.brush.selectRow(3);
    drawSomeSlices(model, p.brush.label());
    tool("interpolate between 5 slices, 8 apart: wish to pixels", 500, "between", {}, Led::ByWish);
    p.brush.selectRow(2);
    drawOneSlice(model, p.brush.label());
    waitFor([&] { return workstation.settled(); }, 30'000, 500);
    tool("carry on, 5 slices: wish to pixels", 1000, "propagate", "next", Led::ByWish);
    model.setCursor(render::snapped(model.referenceGrid(), model.referenceGrid().centre()));
    p.brush.selectRow(4);
    tool("scribbles, random walker: release to pixels", 1000, "scribbles", {}, Led::ByScribble);
    addLiveWire(rows, workstation, hand);

    workstation.startEngine();
    const auto answers = [&] {
        return workstation.engine().state() == client::EngineState::Ready &&
               std::ranges::contains(workstation.engine().about().capabilities, "prompt");
    };
    p.brush.selectRow(4);
    if (waitFor(answers, 120'000, 500))
        tool("model points, network in the engine: click to pixels", 1000, "points", {}, Led::ByClick);
    else
        std::fprintf(stderr, "model points by the network: not measured, no engine answers clicks\n");
    return rows;
}

} // namespace glio::app::bench
