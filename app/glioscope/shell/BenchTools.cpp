#include "shell/BenchParts.h"

#include "presenters/Presenters.h"
#include "presenters/ShellPresenter.h"
#include "shell/Workstation.h"

#include "engine/EngineClient.h"
#include "glioscope/render/SliceGeometry.h"
#include "glioscope/tools/Grow.h"
#include "glioscope/tools/LiveWire.h"
#include "glioscope/tools/RandomWalker.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QLabel>
#include <QMouseEvent>

#include <cmath>
#include <cstdio>

namespace glio::app::bench {
namespace {

double since(const QElapsedTimer &clock) { return double(clock.nsecsElapsed()) / 1e6; }

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

/// What this window has no button for is measured as computing alone, and its row says so.
void addComputing(std::vector<Row> &rows, const CaseModel &model)
{
    const Geometry &grid = model.document().grid();
    const std::vector<tools::WeightedImage> images = imagesOf(model);
    const Index3 middle = grid.nearestVoxel(grid.centre());
    std::vector<double> walks, anchors, moves;
    for (int n = 0; n < 5; ++n) {
        VoxelBox box{{middle[0] - 24, middle[1] - 24, middle[2] - 24}, {48, 48, 48}};
        box = box.intersected(VoxelBox::whole(grid));
        std::vector<tools::LabelSeed> seeds;
        for (std::int64_t i = -6; i <= 6; ++i) {
            seeds.push_back({{middle[0] + i, middle[1], middle[2] + n}, 1});
            seeds.push_back({{middle[0] + i, middle[1] - 22, middle[2] + n}, 0});
        }
        QElapsedTimer clock;
        clock.start();
        if (tools::randomWalk(model.document().labels(), box, images, seeds)) walks.push_back(since(clock));
        clock.start();
        auto wire = tools::LiveWire::make(images, grid.centre(), {1, 0, 0}, {0, 1, 0});
        if (!wire) continue;
        anchors.push_back(since(clock));
        for (int step = 1; step <= 40; ++step) {
            clock.start();
            (void)wire->pathTo(grid.centre() + PointMm{std::cos(0.2 * step) * step, std::sin(0.2 * step) * step, 0});
            moves.push_back(since(clock));
        }
    }
    rows.push_back({"random walker, box of 48 voxels: computing alone, median", median(walks), 1000, "ms"});
    rows.push_back({"live wire: a new anchor, computing alone, median", median(anchors), 100, "ms"});
    rows.push_back({"live wire: a move, computing alone, 99 %", percentile(moves, 0.99), 16, "ms"});
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
    const QPointF middle(canvas->width() / 2.0, canvas->height() / 2.0);
    const auto click = [&](int n) {
        const QPointF at = middle + QPointF(90 * std::cos(0.93 * n), 70 * std::sin(1.41 * n));
        for (const auto &[type, held] :
             {std::pair{QEvent::MouseButtonPress, Qt::LeftButton}, {QEvent::MouseButtonRelease, Qt::NoButton}}) {
            QMouseEvent event(type, at, canvas->mapToGlobal(at), Qt::LeftButton, held, Qt::NoModifier);
            QApplication::sendEvent(canvas, &event);
        }
    };
    enum class Led { ByWish, ByClick };
    const auto tool = [&](const char *name, double budget, const QString &id, const QString &choice, Led led) {
        std::vector<double> times, cpu;
        for (int n = 0; n < 5; ++n) {
            p.smart.drop();
            if (led == Led::ByClick) p.smart.start(id, choice);
            waitFor([&] { return !p.smart.busy() && !model.previewing(); },
                    30'000); // a network prepares the case first
            waitFor([] { return false; }, 60, 500);
            framesAtPreview = -1;
            const double cpuBefore = cpuMs();
            QElapsedTimer clock;
            clock.start();
            if (led == Led::ByWish)
                p.smart.start(id, choice);
            else
                click(n);
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
    addComputing(rows, model);

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
