#include <QtTest>
#include <QtWidgets>

#include "DrawDesk.h"

using namespace glio;
using glio::gui::differing;
using glio::gui::Drawing;
using glio::gui::showBall;

namespace {
gui::TestHome *home = nullptr;
}

/// Tools that work in an area, the snake by hand, and work that is stopped.
class AreaToolTest : public QObject {
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

    void aThresholdKeepsItsAreaWhenTheLassoIsTakenUpAgain()
    {
        Drawing desk(*home);
        desk.press("range");
        desk.round(Qt::LeftButton, -20, -20, 20, 20);
        QVERIFY(desk.ready());
        desk.workstation.shell().act(interaction::Intent::ToolCrosshair, 0);
        desk.workstation.shell().act(interaction::Intent::ToolLasso, 0);
        QVERIFY(desk.find<QWidget>("smartOptions")->isVisible());
        QVERIFY(desk.smart().ready());
        const std::size_t steps = desk.model().document().position();
        desk.round(Qt::RightButton, -20, -20, 20, 0); // takes a half away, and paints nothing
        QVERIFY(desk.ready());
        QCOMPARE(desk.model().document().position(), steps);
    }

    void aThresholdIsOfTheSeriesThatIsShown()
    {
        Drawing desk(*home);
        auto *sequences = desk.find<QComboBox>("smartRangeSequence");
        const int count = int(desk.model().series().size());
        QVERIFY(count > 2);
        for (int n = 0; n < count; ++n) // as when two files are of a sequence that nobody names
            desk.model().setSequence(n, Sequence::Other);
        for (const int shown : {1, 2}) {
            emit desk.view()->sequenceWished(QString::number(shown));
            desk.press("range");
            QCOMPARE(sequences->count(), count);
            QCOMPARE(sequences->currentIndex(), shown);
            QTest::keyClick(desk.canvas(), Qt::Key_Escape);
        }
    }
};

QTEST_MAIN(AreaToolTest)
#include "AreaToolTest.moc"
