#include <QtTest>
#include <QtWidgets>

#include "GuiTest.h"

#include "model/Journal.h"

#include "glioscope/io/ImageFile.h"

#include "glioscope/render/SliceGeometry.h"
#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/HistoryList.h"
#include "glioscope/widgets/LabelList.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/SmartToolsPanel.h"
#include "glioscope/widgets/ToolRail.h"
#include "glioscope/widgets/TopBar.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"
#include "glioscope/widgets/VolumeView.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <sys/resource.h>

using namespace glio;
using glio::gui::Desk;
using glio::gui::showBall;
using widgets::Mode;

namespace {
gui::TestHome *home = nullptr;

widgets::SliceView *axial(Desk &desk) { return desk.window().grid()->slice(render::Plane::Axial); }

QPoint pixelOf(Desk &desk, const PointMm &p)
{
    const render::ViewPoint2 at = axial(desk)->transform().toView(p);
    return {int(std::lround(at.x)), int(std::lround(at.y))};
}

void drag(QWidget *canvas, Qt::MouseButton button, const QList<QPoint> &way, Qt::KeyboardModifiers keys = {})
{
    QTest::mousePress(canvas, button, keys, way.front());
    for (const QPoint &p : way) {
        QMouseEvent move(QEvent::MouseMove, QPointF(p), canvas->mapToGlobal(QPointF(p)), Qt::NoButton, button, keys);
        QApplication::sendEvent(canvas, &move);
    }
    QTest::mouseRelease(canvas, button, keys, way.back());
}

std::int64_t voxels(Desk &desk, Label label) { return desk.model().labels().count(label); }

/// A case in Correct with the brush in hand, no mask of an earlier test.
struct Painting : Desk {
    Painting()
    {
        model();
        if (!open(home->phantomCase())) qFatal("the phantom does not open");
        workstation.shell().setMode(Mode::Correct);
        workstation.shell().act(interaction::Intent::ToolBrush, 0);
        workstation.presenters().brush.setSize(12);
        settle();
    }
    QPoint middle() { return pixelOf(*this, model().cursor()); }
};
} // namespace

class CorrectTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        static gui::TestHome made;
        home = &made;
    }
    void init() // each journey begins with nothing kept
    {
        QDir(QString::fromStdString((home->path() / "data").string())).removeRecursively();
    }

    void correctNeedsACase()
    {
        Desk desk;
        auto *correct = desk.find<QToolButton>("modeCorrect");
        QVERIFY(!correct->isEnabled());
        QVERIFY(!correct->toolTip().isEmpty());
        QVERIFY(desk.open(home->phantomCase()));
        QVERIFY(correct->isEnabled());
        correct->click();
        QCOMPARE(desk.window().mode(), Mode::Correct);
        QVERIFY(desk.find<QWidget>("correctPanel")->isVisible());
        desk.find<QPushButton>("doneCorrect")->click();
        QCOMPARE(desk.window().mode(), Mode::Review);
    }

    void aStrokeIsMillimetresAndOneStep()
    {
        Painting desk;
        const QPoint at = desk.middle();
        drag(axial(desk)->canvas(), Qt::LeftButton, {at});
        const Label label = desk.workstation.presenters().brush.label();
        const double ml = double(voxels(desk, label)) * desk.model().labels().geometry().voxelVolumeMm3() / 1000;
        const double ball = 4.0 / 3.0 * 3.14159 * 6 * 6 * 6 / 1000;
        QVERIFY2(std::abs(ml - ball) < 0.35 * ball, qPrintable(QString::number(ml))); // voxels of 3 x 3 x 4 mm
        QCOMPARE(desk.model().document().steps().size(), std::size_t(1));
        drag(axial(desk)->canvas(), Qt::LeftButton, {at, at + QPoint(15, 0), at + QPoint(40, 0), at + QPoint(90, 10)});
        QCOMPARE(desk.model().document().steps().size(), std::size_t(2));
        // No gap, however few events came.
        const PointMm from = axial(desk)->transform().toWorld({double(at.x()), double(at.y())});
        const PointMm to = axial(desk)->transform().toWorld({double(at.x() + 90), double(at.y() + 10)});
        for (int n = 1; n < 100; ++n) {
            const PointMm p = from + (0.4444 * n / 100.0) * PointMm{(to - from).x, 0, 0};
            const Index3 v = desk.model().labels().geometry().nearestVoxel(p);
            QCOMPARE(int(desk.model().labels().at(v)), int(label));
        }
        // Every view shows the same mask.
        for (widgets::SliceView *view : desk.window().grid()->visibleSlices()) {
            QVERIFY(QTest::qWaitFor([&] { return view->state().mask.mask->sharesVoxelsWith(desk.model().labels()); },
                                    2000));
        }
    }

    void threeDWaitsWhileAHandDraws()
    {
        Painting desk;
        widgets::VolumeView *volume = desk.window().grid()->volume();
        QWidget *canvas = axial(desk)->canvas();
        const int before = volume->buildsBegun();
        const auto move = [&](const QPoint &at) {
            QMouseEvent event(QEvent::MouseMove, QPointF(at), canvas->mapToGlobal(QPointF(at)), Qt::NoButton,
                              Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(canvas, &event);
        };
        QTest::mousePress(canvas, Qt::LeftButton, {}, desk.middle());
        move(desk.middle() + QPoint(20, 0));
        QTest::qWait(700); // held still for longer than surfaces wait for a hand that has left
        QCOMPARE(volume->buildsBegun(), before);
        QVERIFY(!volume->state().mask || volume->state().mask->boundingBox().empty());
        move(desk.middle() + QPoint(40, 10));
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, desk.middle() + QPoint(40, 10));
        QVERIFY(desk.settle());
        QVERIFY(volume->buildsBegun() > before);
        QVERIFY(volume->state().mask && volume->state().mask->sharesVoxelsWith(desk.model().labels()));
        // A build under way when the hand comes back is ended, and made again once it has left.
        desk.model().undo();
        QVERIFY(QTest::qWaitFor([&] { return volume->updating(); }, 2000));
        drag(canvas, Qt::LeftButton, {desk.middle() + QPoint(0, 60)});
        QVERIFY(desk.settle());
        QVERIFY(!volume->updating());
        QVERIFY(volume->state().mask && volume->state().mask->sharesVoxelsWith(desk.model().labels()));
    }

    void undoAndRedoReachTheBeginningAndBack()
    {
        Painting desk;
        QWidget *canvas = axial(desk)->canvas();
        std::vector<LabelMap> states{desk.model().labels()};
        for (int n = 0; n < 5; ++n) {
            drag(canvas, n == 3 ? Qt::RightButton : Qt::LeftButton,
                 {desk.middle() + QPoint(12 * n, 5 * n), desk.middle() + QPoint(12 * n + 20, 0)});
            states.push_back(desk.model().labels());
        }
        QCOMPARE(desk.model().document().steps().size(), std::size_t(5));
        for (int n = 4; n >= 0; --n) {
            QTest::keyClick(canvas, Qt::Key_Z, Qt::ControlModifier);
            QVERIFY(desk.model().labels() == states[std::size_t(n)]);
        }
        QVERIFY(!desk.find<QAbstractButton>("undoButton")->isEnabled());
        for (int n = 1; n <= 5; ++n) {
            QTest::keyClick(canvas, n % 2 ? Qt::Key_Y : Qt::Key_Z,
                            n % 2 ? Qt::ControlModifier : Qt::ControlModifier | Qt::ShiftModifier);
            QVERIFY(desk.model().labels() == states[std::size_t(n)]);
        }
        auto *list = desk.window().findChild<widgets::HistoryList *>();
        QVERIFY(list);
        QVERIFY(QTest::qWaitFor([&] { return list->view()->model()->rowCount() == 5; }, 2000));
        emit list->goWished(desk.model().document().steps()[1].number);
        QVERIFY(desk.model().labels() == states[2]);
    }

    void theOtherButtonErasesAndLocksHold()
    {
        Painting desk;
        showBall(desk);
        QWidget *canvas = axial(desk)->canvas();
        const LabelScheme &scheme = desk.model().scheme();
        const Label core = scheme.label("ET")->value, rest = scheme.label("ED")->value;
        const std::int64_t before = voxels(desk, core);
        QVERIFY(before > 50);
        desk.model().setCursor(render::snapped(desk.model().referenceGrid(), desk.model().referenceGrid().centre()));
        desk.settle();
        drag(canvas, Qt::RightButton, {desk.middle()});
        QVERIFY(voxels(desk, core) < before);
        QTest::keyClick(canvas, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(voxels(desk, core), before);

        desk.find<QAbstractButton>("labelList.ET.lock")->click();
        QVERIFY(desk.model().isLocked(core));
        drag(canvas, Qt::RightButton, {desk.middle(), desk.middle() + QPoint(30, 0)});
        QCOMPARE(voxels(desk, core), before);
        // Locked, it gains nothing either, and a model's new answer leaves it alone.
        desk.workstation.presenters().brush.selectLabel(core);
        drag(canvas, Qt::LeftButton, {desk.middle() + QPoint(60, 60)});
        QCOMPARE(voxels(desk, core), before);
        auto live =
            app::LiveMask::make(gui::ballProbabilities(desk.model().referenceGrid()), {{"WT", 0.9}, {"TC", 0.9}});
        QVERIFY(live.has_value());
        desk.model().setLive(std::move(*live), {.origin = app::MaskOrigin::Model, .modelName = "Test"});
        QCOMPARE(voxels(desk, core), before);
        QVERIFY(voxels(desk, rest) > 0);
        // The lock undoes like a stroke.
        while (desk.model().isLocked(core))
            QVERIFY(desk.model().undo());
        QVERIFY(!desk.find<QAbstractButton>("labelList.ET.lock")->isChecked());
    }

    void aClickWithControlTakesTheLabelUnderIt()
    {
        Painting desk;
        showBall(desk);
        desk.model().setCursor(render::snapped(desk.model().referenceGrid(), desk.model().referenceGrid().centre()));
        desk.settle();
        app::BrushPresenter &brush = desk.workstation.presenters().brush;
        brush.selectLabel(desk.model().scheme().label("CC")->value);
        QTest::mouseClick(axial(desk)->canvas(), Qt::LeftButton, Qt::ControlModifier, desk.middle());
        QCOMPARE(brush.label(), desk.model().scheme().label("ET")->value);
        QTest::keyClick(axial(desk)->canvas(), Qt::Key_4, Qt::AltModifier);
        QCOMPARE(brush.label(), desk.model().scheme().labels()[3].value);
        QTest::keyClick(axial(desk)->canvas(), '<');
        QCOMPARE(brush.label(), desk.model().scheme().labels()[2].value);
    }

    void theBrushGrowsByKeyAndWheel()
    {
        Painting desk;
        app::BrushPresenter &brush = desk.workstation.presenters().brush;
        QWidget *canvas = axial(desk)->canvas();
        QTest::keyClick(canvas, '-');
        QVERIFY(brush.diameterMm() < 12);
        QTest::keyClick(canvas, '=');
        QCOMPARE(std::round(10 * brush.diameterMm()), 120.0);
        const QPointF at(100, 100);
        QWheelEvent event(at, canvas->mapToGlobal(at), {}, QPoint(0, 120), Qt::NoButton, Qt::ShiftModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(canvas, &event);
        QVERIFY(brush.diameterMm() > 12.9);
        // The ring has the brush's size in every view that its ball meets.
        widgets::SliceView *coronal = desk.window().grid()->slice(render::Plane::Coronal);
        const QImage before = coronal->snapshot();
        QMouseEvent move(QEvent::MouseMove, QPointF(desk.middle()), canvas->mapToGlobal(QPointF(desk.middle())),
                         Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(canvas, &move);
        const QImage ring = coronal->snapshot();
        int low = ring.width(), high = -1;
        for (int y = 0; y < ring.height(); ++y)
            for (int x = 0; x < ring.width(); ++x)
                if (ring.pixel(x, y) != before.pixel(x, y)) low = std::min(low, x), high = std::max(high, x);
        const double wide = (high - low) / coronal->devicePixelRatioF() * coronal->viewpoint().mmPerPixel;
        QVERIFY2(std::abs(wide - brush.diameterMm()) < 3.5, qPrintable(QString::number(wide))); // and the line's width
    }

    void aLassoFillsItsInsideAndErases()
    {
        Painting desk;
        QWidget *canvas = axial(desk)->canvas();
        QTest::keyClick(canvas, Qt::Key_3);
        const QPoint m = desk.middle();
        const Label label = desk.workstation.presenters().brush.label();
        drag(canvas, Qt::LeftButton, {m, m + QPoint(80, 0), m + QPoint(80, 80), m + QPoint(0, 80)});
        const double mm = axial(desk)->viewpoint().mmPerPixel;
        const Geometry &grid = desk.model().labels().geometry();
        const double area = double(voxels(desk, label)) * grid.spacing()[0] * grid.spacing()[1];
        QVERIFY2(std::abs(area - 6400 * mm * mm) < 0.15 * 6400 * mm * mm, qPrintable(QString::number(area)));
        const std::int64_t whole = voxels(desk, label);
        // Corners by clicks, closed by Enter; the other button takes away.
        for (const QPoint &corner : {m + QPoint(20, 20), m + QPoint(60, 20), m + QPoint(60, 60), m + QPoint(20, 60)})
            QTest::mouseClick(canvas, Qt::RightButton, {}, corner);
        QCOMPARE(voxels(desk, label), whole);
        QTest::keyClick(canvas, Qt::Key_Return);
        QVERIFY(voxels(desk, label) < whole);
        QCOMPARE(desk.model().document().steps().size(), std::size_t(2));
        // Esc drops a shape that is being drawn.
        QTest::mouseClick(canvas, Qt::LeftButton, {}, m);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, m + QPoint(30, 30));
        QTest::keyClick(canvas, Qt::Key_Escape);
        QTest::keyClick(canvas, Qt::Key_Return);
        QCOMPARE(desk.model().document().steps().size(), std::size_t(2));
    }

    void correctionsAreThereAfterTheWindowWasClosed()
    {
        LabelMap mask, first;
        {
            Painting desk;
            drag(axial(desk)->canvas(), Qt::LeftButton, {desk.middle()});
            first = desk.model().labels();
            drag(axial(desk)->canvas(), Qt::LeftButton,
                 {desk.middle() + QPoint(40, 0), desk.middle() + QPoint(70, 20)});
            mask = desk.model().labels();
            QVERIFY(desk.settle());
            QVERIFY(desk.model().saved());
        }
        Desk again;
        QVERIFY(again.open(home->phantomCase()));
        QVERIFY(again.model().hasMask());
        QVERIFY(again.model().labels() == mask);
        QCOMPARE(again.model().document().steps().size(), std::size_t(2));
        QVERIFY(!again.find<widgets::Banner>("banner")->isVisible());
        QVERIFY(again.model().undo());
        QVERIFY(again.model().labels() == first);
        QVERIFY(again.model().undo());
        QCOMPARE(voxels(again, 1), std::int64_t(0));
    }

    void aSecondWindowReadsOnlyAndSaysWhoHasIt()
    {
        Painting first;
        drag(axial(first)->canvas(), Qt::LeftButton, {first.middle()});
        QVERIFY(first.settle());
        Desk second;
        QVERIFY(second.workstation.journal().openedBy().has_value() && second.workstation.journal().readOnly());
        QVERIFY(second.open(home->phantomCase()));
        QVERIFY(second.model().labels() == first.model().labels());
        QVERIFY(!second.find<QToolButton>("modeCorrect")->isEnabled());
    }

    void aPlaceIsSettledByOneKeyAndUndoBringsBothBack()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        showBall(desk);
        QVERIFY(!desk.model().places().list.empty());
        desk.workstation.shell().setMode(Mode::Doubts);
        app::DoubtPresenter &doubts = desk.workstation.presenters().doubts;
        doubts.step(+1);
        const int place = doubts.current();
        const auto row = std::size_t(place - 1);
        const LabelMap before = desk.model().labels();
        QWidget *canvas = desk.window().grid()->visibleSlices().front()->canvas();
        QTest::keyClick(canvas, Qt::Key_O);
        QVERIFY(desk.model().placeStates()[row] == app::PlaceState::Changed);
        const std::int64_t wider = desk.model().labels().counts()[0];
        QVERIFY(wider < before.counts()[0]); // less background
        QTest::keyClick(canvas, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(desk.model().placeStates()[row] == app::PlaceState::Open);
        QVERIFY(desk.model().labels() == before);
        doubts.visit(place);
        QTest::keyClick(canvas, Qt::Key_I);
        QVERIFY(desk.model().labels().counts()[0] > before.counts()[0]);
        QTest::keyClick(canvas, Qt::Key_Z, Qt::ControlModifier);
        doubts.visit(place);
        QTest::keyClick(canvas, Qt::Key_Return);
        QVERIFY(desk.model().placeStates()[row] == app::PlaceState::Kept);
        QVERIFY(desk.model().labels() == before);
        // Settled, it is nobody's to change, the model's threshold included, until it is opened again.
        const Place &settled = desk.model().places().list[row];
        Selection all{{settled.start, settled.size}, {}};
        all.inside.assign(std::size_t(all.box.count()), 1);
        desk.model().beginAct({"paint", 2, 8, "ball"});
        const WriteResult blocked = desk.model().write(all, 2);
        desk.model().abandonAct();
        QVERIFY(blocked.blockedFinished > 0);
        // Fix: the brush is there, Enter ends it.
        doubts.visit(place);
        QTest::keyClick(canvas, Qt::Key_F);
        QVERIFY(desk.find<QToolButton>("tool.brush")->isVisible());
        drag(canvas, Qt::LeftButton, {QPoint(canvas->width() / 2, canvas->height() / 2)});
        QTest::keyClick(canvas, Qt::Key_Return);
        QVERIFY(desk.model().placeStates()[row] == app::PlaceState::Changed);
        QVERIFY(!doubts.fixing());
    }

    void smartToolsShowBeforeTheyAreTaken()
    {
        Painting desk;
        showBall(desk);
        app::SmartToolPresenter &smart = desk.workstation.presenters().smart;
        QWidget *canvas = axial(desk)->canvas();
        desk.workstation.presenters().brush.selectLabel(desk.model().scheme().label("ET")->value);
        struct Tool {
            const char *id, *choice;
        };
        for (const Tool &tool : {Tool{"smooth", ""}, Tool{"margin", ""}}) {
            const LabelMap before = desk.model().document().labels();
            const std::size_t steps = desk.model().document().position();
            const auto start = [&] {
                smart.start(tool.id, tool.choice);
                // Voxels of 4 mm: less would round to nothing.
                emit desk.find<widgets::SmartToolsPanel>("smartTools")->valueWished(4);
            };
            start();
            QVERIFY2(QTest::qWaitFor([&] { return smart.ready(); }, 20'000), tool.id);
            QVERIFY(desk.model().previewing());
            QVERIFY(!(desk.model().labels() == before));         // it is shown
            QVERIFY(desk.model().document().labels() == before); // and not done
            QTest::keyClick(canvas, Qt::Key_Escape);
            QVERIFY(desk.model().labels() == before);
            start();
            QVERIFY(QTest::qWaitFor([&] { return smart.ready(); }, 20'000));
            const LabelMap shown = desk.model().labels();
            QTest::keyClick(canvas, Qt::Key_Return);
            QVERIFY(desk.model().document().labels() == shown);
            QCOMPARE(desk.model().document().position(), steps + 1);
            QTest::keyClick(canvas, Qt::Key_Z, Qt::ControlModifier);
            QVERIFY(desk.model().document().labels() == before);
        }
    }

    void islandsAreKeptPickedAndClosed()
    {
        Painting desk;
        app::SmartToolPresenter &smart = desk.workstation.presenters().smart;
        QWidget *canvas = axial(desk)->canvas();
        const Label label = desk.workstation.presenters().brush.label();
        // A large island with a hole through nothing, and a small one beside it.
        drag(canvas, Qt::LeftButton, {desk.middle(), desk.middle() + QPoint(60, 0)});
        drag(canvas, Qt::LeftButton, {desk.middle() + QPoint(-110, 60)});
        const std::int64_t both = voxels(desk, label);
        smart.start("islands", "largest");
        QVERIFY(QTest::qWaitFor([&] { return smart.ready(); }, 10'000));
        QTest::keyClick(canvas, Qt::Key_Return);
        const std::int64_t largest = voxels(desk, label);
        QVERIFY(largest < both && largest > both / 2);
        QTest::keyClick(canvas, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(voxels(desk, label), both);
        smart.start("islands", "delete");
        QTest::mouseClick(canvas, Qt::LeftButton, {}, desk.middle());
        QVERIFY(QTest::qWaitFor([&] { return smart.ready(); }, 10'000));
        QTest::keyClick(canvas, Qt::Key_Return);
        QCOMPARE(voxels(desk, label), both - largest);
    }

    void growFillAndPointsFollowClicks()
    {
        Painting desk;
        showBall(desk);
        app::SmartToolPresenter &smart = desk.workstation.presenters().smart;
        QWidget *canvas = axial(desk)->canvas();
        desk.model().setCursor(render::snapped(desk.model().referenceGrid(), desk.model().referenceGrid().centre()));
        desk.settle();
        desk.workstation.presenters().brush.selectLabel(desk.model().scheme().label("NET")->value);
        const Label label = desk.workstation.presenters().brush.label();
        // Fill: what hangs together with the click becomes the label at hand.
        const std::int64_t core = voxels(desk, desk.model().scheme().label("ET")->value);
        QTest::keyClick(canvas, Qt::Key_8);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, desk.middle());
        QVERIFY(QTest::qWaitFor([&] { return smart.ready(); }, 10'000));
        QTest::keyClick(canvas, Qt::Key_Return);
        QCOMPARE(voxels(desk, label), core);
        QTest::keyClick(canvas, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(voxels(desk, label), std::int64_t(0));
        // Grow: a wider reach never holds less.
        QTest::keyClick(canvas, Qt::Key_5);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, desk.middle());
        QVERIFY(QTest::qWaitFor([&] { return smart.ready(); }, 10'000));
        const std::int64_t narrow = voxels(desk, label);
        smart.stepValue(10);
        QVERIFY(QTest::qWaitFor([&] { return smart.ready(); }, 10'000));
        QVERIFY(voxels(desk, label) >= narrow && narrow > 0);
        QTest::keyClick(canvas, Qt::Key_Escape);
        QCOMPARE(voxels(desk, label), std::int64_t(0));
        // Points: the click belongs, its opposite does not.
        QTest::keyClick(canvas, Qt::Key_9);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, desk.middle());
        QVERIFY(QTest::qWaitFor([&] { return smart.ready(); }, 20'000));
        const Index3 at = desk.model().labels().geometry().nearestVoxel(desk.model().cursor());
        QCOMPARE(int(desk.model().labels().at(at)), int(label));
        QTest::keyClick(canvas, Qt::Key_Return);
        QCOMPARE(int(desk.model().document().labels().at(at)), int(label));
        QCOMPARE(QString::fromStdString(desk.model().document().steps().back().act.id), QString("points"));
    }

    void scissorsCutWhatLiesBehindTheirLine()
    {
        Painting desk;
        showBall(desk);
        widgets::VolumeView *volume = desk.window().grid()->volume();
        const LabelMap before = desk.model().document().labels();
        const std::int64_t marked = before.geometry().voxelCount() - before.counts()[0];
        QTest::keyClick(axial(desk)->canvas(), Qt::Key_0);
        // Round the half of the ball that lies left of its middle in the picture.
        const auto middle = volume->project(desk.model().referenceGrid().centre());
        QVERIFY(middle);
        const QPoint m = middle->toPoint();
        drag(volume->canvas(), Qt::LeftButton,
             {m + QPoint(0, -200), m + QPoint(0, 200), m + QPoint(-200, 200), m + QPoint(-200, -200)});
        QVERIFY(desk.workstation.presenters().smart.ready());
        QVERIFY(desk.model().document().labels() == before);
        QTest::keyClick(axial(desk)->canvas(), Qt::Key_Return);
        const LabelMap after = desk.model().document().labels();
        const std::int64_t left = after.geometry().voxelCount() - after.counts()[0];
        QVERIFY2(left > marked * 35 / 100 && left < marked * 65 / 100,
                 qPrintable(QString::number(double(left) / double(marked))));
        for (const Index3 v : {Index3{20, 38, 22}, Index3{36, 38, 22}, Index3{50, 38, 22}}) // each side by the picture
            if (before.at(v))
                QCOMPARE(after.at(v) == 0, volume->project(before.geometry().toWorld(v))->x() < middle->x());
        QTest::keyClick(axial(desk)->canvas(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(desk.model().document().labels() == before);
    }

    void drawnSlicesAreFilledBetweenAndCopied()
    {
        Painting desk;
        app::SmartToolPresenter &smart = desk.workstation.presenters().smart;
        desk.workstation.settings().setValue("brush/ball", false);
        QWidget *canvas = axial(desk)->canvas();
        const Label label = desk.workstation.presenters().brush.label();
        drag(canvas, Qt::LeftButton, {desk.middle()});
        const std::int64_t one = voxels(desk, label);
        const VoxelBox first = desk.model().labels().boundingBox();
        QCOMPARE(first.size[2], std::int64_t(1));
        desk.workstation.presenters().views.stepSlice(4);
        desk.settle();
        drag(canvas, Qt::LeftButton, {desk.middle()});
        smart.start("between");
        QVERIFY(QTest::qWaitFor([&] { return smart.ready(); }, 10'000));
        QTest::keyClick(canvas, Qt::Key_Return);
        QCOMPARE(voxels(desk, label), 5 * one);
        desk.workstation.settings().setValue("brush/ball", true);
    }

    void aFullDiskIsToldAndWorkGoesOn()
    {
        Painting desk;
        drag(axial(desk)->canvas(), Qt::LeftButton, {desk.middle()});
        QVERIFY(desk.settle());
        auto *banner = desk.find<widgets::Banner>("banner");
        std::signal(SIGXFSZ, SIG_IGN); // a write beyond the limit fails instead of ending us
        rlimit limit{};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        const rlim_t before = limit.rlim_cur;
        limit.rlim_cur = 4096;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        for (int n = 0; n < 4; ++n)
            drag(axial(desk)->canvas(), Qt::LeftButton,
                 {desk.middle() + QPoint(20 * n, 30), desk.middle() + QPoint(20 * n + 10, 40)});
        const bool told =
            QTest::qWaitFor([&] { return banner->isVisible() && desk.workstation.journal().failing(); }, 20'000);
        const std::size_t steps = desk.model().document().steps().size();
        const LabelMap mask = desk.model().labels();
        const bool saved = desk.model().saved();
        // Undo works meanwhile, too.
        QTest::keyClick(axial(desk)->canvas(), Qt::Key_Z, Qt::ControlModifier);
        QTest::keyClick(axial(desk)->canvas(), Qt::Key_Y, Qt::ControlModifier);
        limit.rlim_cur = before;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        QVERIFY(told);
        QVERIFY(!saved);
        QCOMPARE(steps, std::size_t(5));
        QVERIFY(desk.model().labels() == mask);
        desk.workstation.presenters().journal.retry();
        QVERIFY(QTest::qWaitFor([&] { return desk.workstation.journal().pending() == 0; }, 20'000));
        QVERIFY(QTest::qWaitFor([&] { return desk.model().saved(); }, 5'000));
        QVERIFY(QTest::qWaitFor([&] { return !banner->isVisible(); }, 5'000));
        const auto kept = desk.workstation.journal().find(desk.model().id().toStdString());
        QVERIFY(kept && *kept);
        QVERIFY((*kept)->document.labels() == mask);
    }

    void aMaskOnOtherVoxelsIsAskedAbout()
    {
        Painting desk;
        const Geometry grid = desk.model().referenceGrid();
        const auto moved =
            Geometry::make(grid.size(), grid.spacing(), grid.origin() + PointMm{9, 0, 0}, grid.direction());
        LabelVolume mask(*moved);
        for (std::int64_t k = 15; k < 25; ++k)
            for (std::int64_t j = 30; j < 45; ++j)
                for (std::int64_t i = 30; i < 45; ++i)
                    mask.set({i, j, k}, 1);
        const auto file = home->path() / "moved.nii.gz";
        QVERIFY(io::writeLabels(file, mask, {.schemeId = "brats-ped-2024"}).has_value());
        desk.workstation.presenters().open.addMask(QString::fromStdString(file.string()));
        QDialog *dialog = nullptr;
        QVERIFY(QTest::qWaitFor(
            [&] { return (dialog = desk.window().findChild<QDialog *>("maskGridDialog")) && dialog->isVisible(); },
            20'000));
        QVERIFY(desk.model().labels().boundingBox().empty()); // nothing was done yet
        bool said = false;
        for (const QLabel *label : dialog->findChildren<QLabel *>())
            said = said || label->text().contains("9.0 mm");
        QVERIFY(said);
        dialog->reject();
        QVERIFY(desk.settle());
        QVERIFY(desk.model().labels().boundingBox().empty());
    }

    void theThresholdLeavesWhatHandsDrew()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        showBall(desk);
        desk.workstation.shell().setMode(Mode::Correct);
        desk.workstation.presenters().brush.setSize(12);
        desk.model().setCursor(render::snapped(desk.model().referenceGrid(), desk.model().referenceGrid().centre()));
        desk.settle();
        drag(axial(desk)->canvas(), Qt::RightButton, {pixelOf(desk, desk.model().cursor())});
        const LabelMap drawn = desk.model().labels();
        const Index3 hole = drawn.geometry().nearestVoxel(desk.model().cursor());
        QCOMPARE(int(drawn.at(hole)), 0);
        desk.model().moveThreshold(0.1);
        QVERIFY(desk.model().previewing());
        QCOMPARE(int(desk.model().labels().at(hole)), 0);
        QVERIFY(desk.model().labels().counts()[0] < drawn.counts()[0]);
        desk.model().applyThreshold();
        QVERIFY(!desk.model().previewing());
        QCOMPARE(desk.model().document().steps().size(), std::size_t(3)); // segment, erase, threshold
        QVERIFY(desk.model().undo());
        QVERIFY(desk.model().labels() == drawn);
        QVERIFY(!desk.model().thresholdMoved());
    }
};

QTEST_MAIN(CorrectTest)
#include "CorrectTest.moc"
