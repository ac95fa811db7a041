#include <QtTest>
#include <QtWidgets>

#include "CorrectDesk.h"

#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/LabelList.h"

using namespace glio;
using glio::gui::Correcting;
using glio::gui::differing;
using glio::gui::showBall;

namespace {
gui::TestHome *home = nullptr;
}

/// Hollow, model border, carrying a drawing on, snake: shown first, one step when taken, undone whole.
class SmartToolTest : public QObject {
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

    void hollowKeepsTheWallOrTheInside()
    {
        Correcting desk(*home);
        showBall(desk);
        const Label core = desk.label("ET");
        desk.brush().selectLabel(core);
        const LabelMap before = desk.mask();
        const Index3 middle = before.geometry().nearestVoxel(before.geometry().centre());
        QCOMPARE(before.at(middle), core);
        std::int64_t kept = 0;
        for (const char *what : {"shell", "core"}) {
            desk.press("hollow", what);
            desk.value(4);
            QVERIFY(desk.ready());
            QVERIFY(desk.mask() == before); // only shown
            desk.enter();
            QCOMPARE(desk.lastAct(), QString("hollow"));
            QCOMPARE(desk.mask().at(middle) == core, QByteArray(what) == "core");
            const std::int64_t left = desk.voxels(core);
            QVERIFY(left > 0 && left < before.count(core));
            QCOMPARE(differing(before, desk.mask()), before.count(core) - left); // nothing else changed
            kept += left;
            desk.undo();
            QVERIFY(desk.mask() == before);
        }
        QCOMPARE(kept, before.count(core));
    }

    void aModelBorderMovesToItsLevelAndLeavesLocksAlone()
    {
        Correcting desk(*home);
        showBall(desk);
        const LabelMap before = desk.mask();
        desk.press("border", "WT");
        desk.value(80);
        QVERIFY(desk.ready());
        QVERIFY(desk.mask() == before);
        desk.enter();
        QCOMPARE(desk.lastAct(), QString("border"));
        app::LiveMask expected = desk.model().live();
        QVERIFY(expected.setThreshold("WT", 0.8).has_value());
        QCOMPARE(differing(LabelMap::from(expected.mask()), desk.mask()), std::int64_t(0));
        QVERIFY(differing(before, desk.mask()) > 50);
        desk.undo();
        QVERIFY(desk.mask() == before);
        // Locked oedema neither loses nor gains.
        desk.find<QAbstractButton>("labelList.ED.lock")->click();
        desk.press("border", "WT");
        desk.value(80);
        QVERIFY(QTest::qWaitFor([&] { return !desk.smart().busy(); }, 20'000));
        desk.enter();
        QVERIFY(desk.mask() == before);
    }

    void aDrawingIsCarriedOnToAsManySlicesAsAsked()
    {
        Correcting desk(*home);
        desk.workstation.settings().setValue("brush/ball", false);
        // On bright tissue as wide as the disc or wider, wherever the cursor opened.
        desk.drag(Qt::LeftButton, {desk.middle()});
        desk.workstation.settings().setValue("brush/ball", true);
        const Label label = desk.brush().label();
        const LabelMap before = desk.mask();
        const VoxelBox drawn = before.boundingBox(label);
        QCOMPARE(drawn.size[2], std::int64_t(1));
        desk.press("propagate", "next");
        desk.value(2);
        QVERIFY(desk.ready());
        QVERIFY(desk.mask() == before);
        desk.enter();
        QCOMPARE(desk.lastAct(), QString("propagate"));
        const VoxelBox now = desk.mask().boundingBox(label);
        QCOMPARE(now.start[2], drawn.start[2]);
        QVERIFY(now.size[2] >= 2 && now.size[2] <= 3);
        QCOMPARE(differing(before, desk.mask()), desk.voxels(label) - before.count(label)); // it only adds
        desk.undo();
        QVERIFY(desk.mask() == before);
        // A slice that holds nothing says so, and there is nothing to take.
        desk.workstation.presenters().views.stepSlice(5);
        desk.settle();
        desk.press("propagate", "next");
        QVERIFY(QTest::qWaitFor([&] { return !desk.smart().busy(); }, 20'000));
        QVERIFY(!desk.smart().ready());
        QVERIFY(!desk.find<QAbstractButton>("smartApply")->isEnabled());
        QVERIFY(desk.find<QLabel>("smartPreview")->text().contains("draw it here first"));
    }

    void aSnakeGrowsToTheModelsBorderAndLeavesLocksAlone()
    {
        Correcting desk(*home);
        showBall(desk);
        const Label core = desk.label("ET"), rest = desk.label("ED");
        desk.brush().selectLabel(core);
        const LabelMap whole = desk.mask();
        desk.press("margin");
        desk.value(-4);
        QVERIFY(desk.ready());
        desk.enter();
        const LabelMap small = desk.mask();
        QVERIFY(small.count(core) < whole.count(core) * 7 / 10 && small.count(core) > 0);
        desk.find<QAbstractButton>("labelList.ED.lock")->click();
        const std::size_t steps = desk.model().document().position();
        desk.press("snake", "model");
        desk.value(0.2);
        QVERIFY(QTest::qWaitFor([&] { return desk.smart().ready(); }, 20'000)); // the way there is shown
        QVERIFY(desk.ready());                                                  // until it rests
        QVERIFY(desk.mask() == small);
        desk.enter();
        QCOMPARE(desk.lastAct(), QString("snake"));
        QCOMPARE(desk.model().document().position(), steps + 1);
        const double share = double(desk.voxels(core)) / double(whole.count(core));
        QVERIFY2(share > 0.85 && share <= 1.0, qPrintable(QString::number(share)));
        QCOMPARE(desk.voxels(rest), small.count(rest));
        desk.undo();
        QVERIFY(desk.mask() == small);
        // Nothing drawn: a click sets a bubble as large as the brush, and Esc drops it all.
        desk.press("snake", "regions");
        desk.click(desk.middle());
        QVERIFY(QTest::qWaitFor([&] { return desk.smart().ready(); }, 20'000));
        QTest::keyClick(desk.canvas(), Qt::Key_Escape);
        QVERIFY(QTest::qWaitFor([&] { return !desk.smart().busy(); }, 20'000));
        QVERIFY(desk.mask() == small);
        QVERIFY(!desk.model().previewing());
    }

    void enterTakesTheValueThatItWasPressedFor()
    {
        Correcting desk(*home);
        showBall(desk);
        const Label core = desk.label("ET");
        desk.brush().selectLabel(core);
        const LabelMap before = desk.mask();
        const auto shown = [&](double mm) {
            desk.value(mm);
            return desk.ready() ? desk.model().labels().count(core) : -1;
        };
        desk.press("margin");
        const std::int64_t four = shown(4), eight = shown(8);
        QVERIFY(four > before.count(core) && eight > four);
        QCOMPARE(shown(4), four);
        desk.value(8);
        QVERIFY(!desk.smart().ready()); // 4 mm cannot be taken any more
        QVERIFY(!desk.model().previewing());
        desk.enter(); // while it works
        QTRY_COMPARE(desk.lastAct(), QString("margin"));
        QCOMPARE(desk.model().document().steps().back().act.sizeMm, 8.0);
        QCOMPARE(desk.voxels(core), eight);
        desk.undo();
        QVERIFY(desk.mask() == before);
    }

    void whatIsShownFollowsTheRules()
    {
        Correcting desk(*home);
        showBall(desk);
        desk.brush().selectLabel(desk.label("ET"));
        desk.press("margin");
        desk.value(4);
        QVERIFY(desk.ready());
        auto *rules = desk.window().correctPanel()->paintOver();
        emit rules->choiceWished("empty"); // all round it is oedema
        QVERIFY(QTest::qWaitFor([&] { return !desk.smart().busy(); }, 20'000));
        QVERIFY(!desk.smart().ready() && !desk.model().previewing());
        emit rules->choiceWished("unlocked");
        QVERIFY(desk.ready());
        desk.find<QAbstractButton>("labelList.ED.lock")->click();
        QVERIFY(QTest::qWaitFor([&] { return !desk.smart().busy(); }, 20'000));
        QVERIFY(!desk.smart().ready() && !desk.model().previewing());
    }
};

QTEST_MAIN(SmartToolTest)
#include "SmartToolTest.moc"
