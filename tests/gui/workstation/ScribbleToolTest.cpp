#include <QtTest>
#include <QtWidgets>

#include "CorrectDesk.h"

#include "glioscope/base/Paths.h"
#include "glioscope/io/ImageFile.h"
#include "glioscope/widgets/SmartToolRows.h"
#include "glioscope/widgets/ToolHints.h"

#include <tuple>

using namespace glio;
using glio::gui::Correcting;
using glio::gui::differing;
using glio::gui::showBall;
using Way = QList<QPoint>;

namespace {
gui::TestHome *home = nullptr;

struct Drawing : Correcting {
    using Correcting::Correcting;
    QPoint at(double rightMm, double downMm) { return middle() + QPoint(pixels(rightMm), pixels(downMm)); }
    Index3 voxelAt(double rightMm, double downMm)
    {
        const QPoint p = at(rightMm, downMm);
        return mask().geometry().nearestVoxel(view()->transform().toWorld({double(p.x()), double(p.y())}));
    }
    Label shownAt(double rightMm, double downMm) { return model().labels().at(voxelAt(rightMm, downMm)); }
    void stroke(Qt::MouseButton button, double x0, double y0, double x1, double y1)
    {
        drag(button, Way{at(x0, y0), at((x0 + x1) / 2, (y0 + y1) / 2), at(x1, y1)});
    }
    /// Round a part of the picture; a lasso closes with the release.
    void round(Qt::MouseButton button, double x0, double y0, double x1, double y1)
    {
        drag(button, Way{at(x0, y0), at((x0 + x1) / 2, y0), at(x1, y0), at(x1, (y0 + y1) / 2), at(x1, y1),
                         at((x0 + x1) / 2, y1), at(x0, y1), at(x0, (y0 + y1) / 2)});
    }
    bool idle()
    {
        return QTest::qWaitFor([this] { return !smart().busy(); }, 30'000);
    }
    void chooseArea(const char *id)
    {
        auto *area = find<QComboBox>("smartArea");
        const int index = area->findData(id);
        if (index < 0) qFatal("there is no area %s", id);
        area->setCurrentIndex(index);
        emit area->activated(index);
    }
    QString said() { return find<QLabel>("smartPreview")->text(); }
    interaction::Tool tool() { return workstation.presenters().tools.tool(); }
};
} // namespace

/// Scribbles, boxes, thresholds, areas, the snake by hand, and work that is stopped.
class ScribbleToolTest : public QObject {
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

    void scribblesSayWhatBelongsAndWhatDoesNot()
    {
        Drawing desk(*home);
        const Label label = desk.brush().label();
        const LabelMap before = desk.mask();
        QTest::keyClick(desk.canvas(), Qt::Key_ParenLeft); // Shift and 9
        QCOMPARE(desk.tool(), interaction::Tool::Scribble);
        QVERIFY(desk.find<QWidget>("smartOptions")->isVisible());
        desk.stroke(Qt::LeftButton, -6, 0, 6, 0);
        QVERIFY(desk.ready());
        QVERIFY(desk.mask() == before); // only shown
        QCOMPARE(desk.shownAt(0, 0), label);
        const std::int64_t alone = desk.model().labels().count(label);
        desk.stroke(Qt::RightButton, -6, 8, 6, 8);
        QVERIFY(desk.ready());
        for (const double x : {-5.0, 0.0, 5.0}) {
            QCOMPARE(desk.shownAt(x, 0), label);
            QCOMPARE(desk.shownAt(x, 8), Label{0});
        }
        const std::int64_t both = desk.model().labels().count(label);
        QVERIFY(both > 0 && both <= alone);
        // One back: as with the first stroke alone.
        QTest::keyClick(desk.canvas(), Qt::Key_Backspace);
        QVERIFY(desk.ready());
        QCOMPARE(desk.model().labels().count(label), alone);
        desk.stroke(Qt::RightButton, -6, 8, 6, 8);
        QVERIFY(desk.ready());
        const std::size_t steps = desk.model().document().position();
        desk.enter();
        QCOMPARE(desk.model().document().position(), steps + 1);
        QCOMPARE(desk.lastAct(), QString("scribbles"));
        QCOMPARE(desk.voxels(label), both);
        QCOMPARE(differing(before, desk.mask()), both);
        QCOMPARE(desk.tool(), interaction::Tool::Scribble); // it stays in the hand
        desk.undo();
        QVERIFY(desk.mask() == before);
    }

    void scribblesWithoutABallStayInTheirSlice()
    {
        Drawing desk(*home);
        const Label label = desk.brush().label();
        desk.workstation.settings().setValue("brush/ball", false);
        desk.press("scribbles", "images");
        desk.stroke(Qt::LeftButton, -6, 0, 6, 0);
        const bool ready = desk.ready();
        desk.enter();
        desk.workstation.settings().setValue("brush/ball", true);
        QVERIFY(ready);
        QVERIFY(desk.voxels(label) > 0);
        QCOMPARE(desk.mask().boundingBox(label).size[2], std::int64_t(1));
    }

    void scribblesLeaveLocksAloneAndEscDropsThem()
    {
        Drawing desk(*home);
        showBall(desk);
        desk.toMiddle();
        desk.brush().selectLabel(desk.label("ET"));
        desk.find<QAbstractButton>("labelList.ED.lock")->click();
        const LabelMap before = desk.mask();
        const std::int64_t rest = before.count(desk.label("ED"));
        QVERIFY(rest > 0);
        desk.press("scribbles", "images");
        desk.stroke(Qt::LeftButton, -16, 0, 16, 0); // across what is locked
        QVERIFY(desk.idle());
        desk.enter();
        QCOMPARE(desk.voxels(desk.label("ED")), rest);
        QTest::keyClick(desk.canvas(), Qt::Key_Escape);
        const LabelMap now = desk.mask();
        desk.press("scribbles", "images");
        desk.stroke(Qt::RightButton, -4, 0, 4, 0);
        QTest::keyClick(desk.canvas(), Qt::Key_Escape); // while it works
        QVERIFY(!desk.smart().ready());
        QVERIFY(desk.idle());
        QVERIFY(desk.mask() == now);
        QVERIFY(!desk.model().previewing());
        QVERIFY(!desk.find<QWidget>("smartOptions")->isVisible());
    }

    void aBoxBecomesClicksThatAreShown()
    {
        Drawing desk(*home);
        const Label label = desk.brush().label();
        const LabelMap before = desk.mask();
        desk.press("points");
        desk.drag(Qt::LeftButton, Way{desk.at(-9, -9), desk.at(0, 0), desk.at(9, 9)});
        QVERIFY(desk.ready());
        QVERIFY(desk.mask() == before);
        QCOMPARE(desk.shownAt(0, 0), label);
        for (const double x : {-9.0, 9.0})
            for (const double y : {-9.0, 9.0})
                QCOMPARE(desk.shownAt(x, y), Label{0});
        const std::int64_t boxed = desk.model().labels().count(label);
        desk.click(desk.at(0, 0)); // the same once more changes nothing, and one back takes the click alone
        QVERIFY(desk.ready());
        QTest::keyClick(desk.canvas(), Qt::Key_Backspace);
        QVERIFY(desk.ready());
        QCOMPARE(desk.model().labels().count(label), boxed);
        desk.enter();
        QCOMPARE(desk.lastAct(), QString("points"));
        QCOMPARE(desk.voxels(label), boxed);
        desk.undo();
        QVERIFY(desk.mask() == before);
    }

    void aBoxTakesNothingAwayAndOneOfTheOtherButtonDoes()
    {
        Drawing desk(*home);
        showBall(desk);
        desk.toMiddle();
        const Label core = desk.label("ET");
        desk.brush().selectLabel(core);
        const LabelMap before = desk.mask();
        desk.press("points");
        desk.drag(Qt::LeftButton, Way{desk.at(-5, -5), desk.at(0, 0), desk.at(5, 5)}); // all within the core
        QVERIFY(desk.idle());
        QVERIFY(desk.model().labels().count(core) >= before.count(core));
        QTest::keyClick(desk.canvas(), Qt::Key_Escape);
        desk.press("points");
        desk.drag(Qt::RightButton, Way{desk.at(-5, -5), desk.at(0, 0), desk.at(5, 5)});
        QVERIFY(desk.ready());
        QVERIFY(desk.model().labels().count(core) < before.count(core));
        QCOMPARE(desk.shownAt(0, 0), Label{0});
        QVERIFY(desk.mask() == before);
    }

    void aThresholdWorksInsideAPartOfTheMask()
    {
        Drawing desk(*home);
        showBall(desk);
        const Label cyst = desk.label("CC");
        desk.brush().selectLabel(cyst);
        const LabelMap before = desk.mask();
        const VoxelBox whole = VoxelBox::whole(before.geometry());
        desk.press("range");
        QVERIFY(desk.ready()); // with what Otsu proposes
        QVERIFY(desk.mask() == before);
        auto *area = desk.find<QComboBox>("smartArea");
        QCOMPARE(area->currentData().toString(), QString("region.WT"));
        desk.enter();
        QCOMPARE(desk.lastAct(), QString("range"));
        const std::int64_t made = desk.voxels(cyst);
        std::int64_t inside = 0;
        for (const Label label : before.values(whole))
            inside += label != 0;
        QVERIFY2(made > inside / 50 && made < inside, qPrintable(QString::number(double(made) / double(inside))));
        QCOMPARE(differing(before, desk.mask()), made);
        const auto was = before.values(whole), is = desk.mask().values(whole);
        for (std::size_t n = 0; n < was.size(); ++n)
            QVERIFY(is[n] == was[n] || (was[n] != 0 && is[n] == cyst));
        desk.undo();
        QVERIFY(desk.mask() == before);
        // In one label alone, which is locked: nothing goes.
        desk.find<QAbstractButton>("labelList.ED.lock")->click();
        desk.press("range");
        desk.chooseArea("label.ED");
        QVERIFY(desk.idle());
        desk.enter();
        QVERIFY(desk.mask() == before);
    }

    void aThresholdWorksInWhatIsDrawnRound()
    {
        Drawing desk(*home);
        const Label label = desk.brush().label();
        desk.press("range"); // nothing is marked: it asks for a drawing
        QVERIFY(desk.idle());
        QCOMPARE(desk.find<QComboBox>("smartArea")->currentData().toString(), QString("lasso"));
        QVERIFY2(desk.said().contains("Draw round"), qPrintable(desk.said()));
        QCOMPARE(desk.tool(), interaction::Tool::Lasso);
        const LabelMap before = desk.mask();
        desk.round(Qt::LeftButton, -20, -20, 20, 20);
        QVERIFY(desk.ready());
        QVERIFY(desk.mask() == before); // the lasso painted nothing
        desk.enter();
        QCOMPARE(desk.lastAct(), QString("range"));
        QVERIFY(desk.voxels(label) > 0);
        QCOMPARE(desk.tool(), interaction::Tool::Crosshair); // the next line drawn paints nothing
        const auto &axes = desk.view()->transform().axes();
        const VoxelBox box = desk.mask().boundingBox(label);
        const PointMm middle = desk.model().cursor();
        for (std::int64_t k = box.start[2]; k < box.start[2] + box.size[2]; ++k)
            for (std::int64_t j = box.start[1]; j < box.start[1] + box.size[1]; ++j)
                for (std::int64_t i = box.start[0]; i < box.start[0] + box.size[0]; ++i) {
                    if (desk.mask().at({i, j, k}) != label) continue;
                    const PointMm off = desk.mask().geometry().toWorld(Index3{i, j, k}) - middle;
                    QVERIFY(std::abs(dot(off, axes.right)) < 22 && std::abs(dot(off, axes.down)) < 22);
                }
    }

    void aModelBorderMovesOnlyWhereItWasDrawnRound()
    {
        Drawing desk(*home);
        showBall(desk);
        desk.toMiddle();
        const LabelMap before = desk.mask();
        desk.press("border", "WT");
        desk.value(80);
        QVERIFY(desk.ready());
        const std::int64_t everywhere = differing(before, desk.model().labels());
        desk.chooseArea("lasso");
        QVERIFY(desk.idle());
        QVERIFY(!desk.smart().ready());
        QVERIFY(!desk.model().previewing());
        desk.round(Qt::LeftButton, -45, -40, 45, 0); // the upper half of the picture, through all slices
        QVERIFY(desk.ready());
        const LabelMap shown = desk.model().labels();
        const std::int64_t here = differing(before, shown);
        QVERIFY2(here > everywhere / 4 && here < everywhere * 3 / 4,
                 qPrintable(QString("%1 of %2").arg(here).arg(everywhere)));
        const VoxelBox whole = VoxelBox::whole(before.geometry());
        const auto was = before.values(whole), is = shown.values(whole);
        const PointMm middle = desk.model().cursor(), down = desk.view()->transform().axes().down;
        const Geometry &grid = before.geometry();
        for (std::int64_t k = 0; k < whole.size[2]; ++k)
            for (std::int64_t j = 0; j < whole.size[1]; ++j)
                for (std::int64_t i = 0; i < whole.size[0]; ++i)
                    if (const std::size_t n = whole.offset({i, j, k}); was[n] != is[n])
                        QVERIFY(dot(grid.toWorld(Index3{i, j, k}) - middle, down) < 2);
        desk.enter();
        QCOMPARE(desk.lastAct(), QString("border"));
        desk.undo();
        QVERIFY(desk.mask() == before);
        // In the place that the cursor lies in, and nowhere else.
        QVERIFY(!desk.model().places().list.empty());
        const Place place = desk.model().places().list.front();
        desk.model().setCursor(place.centre);
        desk.press("border", "WT");
        desk.chooseArea("place");
        desk.value(80);
        QVERIFY(desk.ready());
        const auto there = desk.model().labels().values(whole);
        std::int64_t moved = 0;
        for (std::int64_t k = 0; k < whole.size[2]; ++k)
            for (std::int64_t j = 0; j < whole.size[1]; ++j)
                for (std::int64_t i = 0; i < whole.size[0]; ++i)
                    if (const Index3 v{i, j, k}; was[whole.offset(v)] != there[whole.offset(v)]) {
                        ++moved;
                        QCOMPARE(int(desk.model().places().map.at(v)), place.id);
                    }
        QVERIFY(moved > 0 && moved < everywhere);
        QTest::keyClick(desk.canvas(), Qt::Key_Escape);
        desk.press("border", "WT"); // a place that is none says so
        desk.chooseArea("place");
        desk.model().setCursor(before.geometry().toWorld(Index3{0, 0, 0}));
        desk.value(70);
        QVERIFY(desk.idle());
        QVERIFY2(desk.said().contains("No place to check"), qPrintable(desk.said()));
    }

    void aSnakeIsPausedSteppedAndStartedOver()
    {
        Drawing desk(*home);
        showBall(desk);
        const Label core = desk.label("ET");
        desk.brush().selectLabel(core);
        desk.press("margin");
        desk.value(-4);
        QVERIFY(desk.ready());
        desk.enter();
        const LabelMap small = desk.mask();
        desk.press("snake", "model");
        auto *play = desk.find<QAbstractButton>("snakePlay"), *step = desk.find<QAbstractButton>("snakeStep"),
             *reset = desk.find<QAbstractButton>("snakeReset");
        QVERIFY(QTest::qWaitFor([&] { return play->isEnabled(); }, 20'000));
        QVERIFY(!step->isEnabled()); // it plays
        reset->click();
        QVERIFY(desk.idle());
        QVERIFY(!desk.model().previewing());
        QVERIFY(!desk.smart().ready());
        QVERIFY(step->isEnabled());
        step->click();
        QVERIFY(desk.ready());
        const std::int64_t once = desk.model().labels().count(core);
        QVERIFY(once > small.count(core));
        QTest::qWait(200);
        QCOMPARE(desk.model().labels().count(core), once); // it waits
        step->click();
        QVERIFY(desk.ready());
        const std::int64_t twice = desk.model().labels().count(core);
        QVERIFY(twice > once);
        // Pushed inwards harder than the model pulls outwards it shrinks.
        desk.find<QSlider>("snakeExpansion")->setValue(-100);
        step->click();
        QVERIFY(desk.ready() || desk.idle());
        QVERIFY(desk.model().labels().count(core) <= twice);
        desk.find<QSlider>("snakeExpansion")->setValue(0);
        play->click();
        QVERIFY(!step->isEnabled());
        QVERIFY(QTest::qWaitFor([&] { return step->isEnabled(); }, 30'000)); // until it rests
        QVERIFY(desk.ready());
        QVERIFY(desk.mask() == small);
        desk.enter();
        QCOMPARE(desk.lastAct(), QString("snake"));
        QVERIFY(desk.voxels(core) > twice);
    }

    void workThatIsDroppedStops()
    {
        Drawing desk(*home);
        desk.drag(Qt::LeftButton, {desk.middle()});
        const LabelMap before = desk.mask();
        desk.press("propagate", "next");
        desk.value(99);
        QVERIFY(desk.smart().busy());
        QTest::keyClick(desk.canvas(), Qt::Key_Escape);
        QVERIFY(QTest::qWaitFor([&] { return !desk.smart().busy(); }, 2'000));
        QVERIFY(desk.mask() == before);
        QVERIFY(!desk.model().previewing());
        QVERIFY(!desk.find<QProgressBar>("smartProgress")->isVisible());
        // The last of many wishes counts, and the earlier ones hold nobody up.
        desk.press("propagate", "next");
        for (const double slices : {99.0, 98.0, 97.0, 2.0})
            desk.value(slices);
        QVERIFY(desk.ready());
        const VoxelBox box = desk.model().labels().boundingBox(desk.brush().label());
        QVERIFY(box.size[2] <= before.boundingBox(desk.brush().label()).size[2] + 2);
        // Another tool takes it away too, and so does another mode.
        desk.press("propagate", "next");
        desk.value(99);
        desk.workstation.shell().act(interaction::Intent::ToolLasso, 0);
        QVERIFY(QTest::qWaitFor([&] { return !desk.smart().busy(); }, 2'000));
        QVERIFY(!desk.model().previewing());
        QVERIFY(desk.mask() == before);
        desk.press("margin");
        desk.value(4);
        QVERIFY(desk.ready());
        desk.workstation.shell().setMode(widgets::Mode::Review);
        QVERIFY(!desk.model().previewing());
        QVERIFY(!desk.smart().ready());
    }

    void scribblesAndBoxesAreAnsweredByTheModel()
    {
        std::error_code error;
        if (!QFile::exists(QCoreApplication::applicationDirPath() + "/glio")) QSKIP("glio was not built");
        if (!std::filesystem::exists(resourceDir() / "models" / "glioscope-prompt" / "model.json", error))
            QSKIP("no model that answers clicks is bundled");
        Drawing desk(*home);
        desk.workstation.startEngine();
        auto *segment = desk.find<QAbstractButton>("segmentButton");
        QVERIFY(QTest::qWaitFor([&] { return segment->isEnabled(); }, 120'000)); // the engine is there
        const auto truth = io::readLabels(home->truth());
        QVERIFY(truth.has_value());
        const LabelMap labels = LabelMap::from(*truth);
        const VoxelBox box = labels.boundingBox();
        Index3 at = box.start;
        for (std::size_t a = 0; a < 3; ++a)
            at[a] += box.size[a] / 2;
        desk.model().setCursor(labels.geometry().toWorld(at));
        QVERIFY(desk.settle());
        const Label label = desk.label("ED");
        desk.brush().selectLabel(label);
        const LabelMap before = desk.mask();
        desk.press("scribbles", "model");
        QVERIFY2(QTest::qWaitFor([&] { return !desk.smart().busy(); }, 120'000), "the case is prepared");
        desk.stroke(Qt::LeftButton, -4, 0, 4, 0);
        QVERIFY(QTest::qWaitFor([&] { return desk.smart().ready() && !desk.smart().busy(); }, 60'000));
        QVERIFY2(desk.said().contains("The model answers."), qPrintable(desk.said()));
        for (const double x : {-4.0, 4.0}) // points of the stroke that it was told
            QCOMPARE(desk.shownAt(x, 0), label);
        QVERIFY(desk.mask() == before);
        desk.enter();
        QCOMPARE(desk.lastAct(), QString("scribbles"));
        desk.undo();
        QVERIFY(desk.mask() == before);
        QTest::keyClick(desk.canvas(), Qt::Key_Escape);
        desk.press("points");
        desk.drag(Qt::LeftButton, Way{desk.at(-10, -10), desk.at(0, 0), desk.at(10, 10)});
        QVERIFY(QTest::qWaitFor([&] { return desk.smart().ready() && !desk.smart().busy(); }, 60'000));
        QVERIFY2(desk.said().contains("The model answers."), qPrintable(desk.said()));
        QCOMPARE(desk.shownAt(0, 0), label);
        QVERIFY(desk.shownAt(10, 10) != label);
    }

    void hintsSayWhatTheToolAtHandDoes()
    {
        Drawing desk(*home);
        auto *hints = desk.find<widgets::ToolHints>("toolHints");
        for (const auto &[id, choice, hint] : {std::tuple{"scribbles", "images", "scribble"},
                                               {"points", "", "points"},
                                               {"snake", "regions", "snake"},
                                               {"range", "", "area"}}) {
            desk.press(id, choice);
            QVERIFY(desk.idle());
            QCOMPARE(hints->toolId(), QString(hint));
            QVERIFY(hints->isVisible());
            QTest::keyClick(desk.canvas(), Qt::Key_Escape);
        }
        desk.workstation.shell().act(interaction::Intent::ToolLiveWire, 0);
        QCOMPARE(hints->toolId(), QString("live-wire"));
        desk.workstation.shell().act(interaction::Intent::ToolBrush, 0);
        QCOMPARE(hints->toolId(), QString("brush"));
    }
};

QTEST_MAIN(ScribbleToolTest)
#include "ScribbleToolTest.moc"
