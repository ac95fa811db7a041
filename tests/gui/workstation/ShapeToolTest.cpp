#include <QtTest>
#include <QtWidgets>

#include "CorrectDesk.h"

using namespace glio;
using glio::gui::Correcting;
using glio::gui::differing;
using glio::gui::showBall;

namespace {
gui::TestHome *home = nullptr;
}

/// Tools that change shapes, and the brushes that look at the image: numbers of voxels, and nothing else changed.
class ShapeToolTest : public QObject {
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

    void aLabelIsMirroredToTheOtherSide()
    {
        Correcting desk(*home);
        desk.drag(Qt::LeftButton, {desk.middle() + QPoint(desk.pixels(30), 0)});
        const Label label = desk.brush().label();
        const LabelMap before = desk.mask();
        desk.press("mirror");
        QVERIFY(desk.ready());
        QVERIFY(desk.mask() == before);
        desk.enter();
        const auto count = double(desk.voxels(label)), was = double(before.count(label));
        QVERIFY2(count > 1.7 * was && count < 2.3 * was, qPrintable(QString::number(count / was)));
        QCOMPARE(differing(before, desk.mask()), desk.voxels(label) - before.count(label));
        const app::Series &series = desk.model().series().front();
        const double middleX = (series.headLow.x + series.headHigh.x) / 2;
        const VoxelBox box = before.boundingBox(label);
        const Geometry &grid = before.geometry();
        PointMm inside = grid.toWorld(
            Index3{box.start[0] + box.size[0] / 2, box.start[1] + box.size[1] / 2, box.start[2] + box.size[2] / 2});
        inside.x = 2 * middleX - inside.x;
        QCOMPARE(desk.mask().at(grid.nearestVoxel(inside)), label);
        desk.undo();
        QVERIFY(desk.mask() == before);
    }

    void aLabelIsCombinedWithWhatTheModelSays()
    {
        Correcting desk(*home);
        showBall(desk);
        desk.toMiddle();
        const Label core = desk.label("ET");
        desk.brush().selectLabel(core);
        const LabelMap model = desk.mask();
        desk.drag(Qt::RightButton, {desk.middle()});
        const LabelMap before = desk.mask();
        QVERIFY(before.count(core) < model.count(core));
        desk.press("combine", "add");
        QVERIFY(desk.ready());
        desk.enter();
        QCOMPARE(desk.voxels(core), model.count(core));
        desk.undo();
        QVERIFY(desk.mask() == before);
        desk.press("combine", "intersect"); // all that is left the model has too
        QVERIFY(QTest::qWaitFor([&] { return !desk.smart().busy(); }, 20'000));
        QVERIFY(!desk.smart().ready());
        desk.press("combine", "subtract");
        QVERIFY(desk.ready());
        desk.enter();
        QCOMPARE(desk.voxels(core), std::int64_t(0));
        QCOMPARE(differing(before, desk.mask()), before.count(core));
        desk.undo();
        QVERIFY(desk.mask() == before);
    }

    void aSliceIsCopiedToTheNext()
    {
        Correcting desk(*home);
        desk.workstation.settings().setValue("brush/ball", false);
        desk.drag(Qt::LeftButton, {desk.middle()});
        desk.workstation.settings().setValue("brush/ball", true);
        const Label label = desk.brush().label();
        const LabelMap before = desk.mask();
        const VoxelBox drawn = before.boundingBox(label);
        desk.press("copy");
        QVERIFY(desk.ready());
        desk.enter();
        VoxelBox next = drawn;
        ++next.start[2];
        QVERIFY(desk.mask().values(next) == before.values(drawn));
        QCOMPARE(differing(before, desk.mask()), before.count(label));
        desk.undo();
        QVERIFY(desk.mask() == before);
    }

    void aLabelIsSplitWhereItIsNarrow()
    {
        Correcting desk(*home);
        desk.brush().setSize(26);
        const int off = desk.pixels(24);
        desk.drag(Qt::LeftButton, {desk.middle() - QPoint(off, 0)});
        desk.drag(Qt::LeftButton, {desk.middle() + QPoint(off, 0)});
        desk.brush().setSize(5);
        desk.drag(Qt::LeftButton, {desk.middle() - QPoint(off, 0), desk.middle() + QPoint(off, 0)});
        const Label first = desk.brush().label(), second = desk.label("NET");
        QVERIFY(first != second);
        const LabelMap before = desk.mask();
        desk.brush().selectLabel(second);
        desk.press("islands", "split");
        desk.value(5);
        desk.click(desk.middle() - QPoint(off, 0));
        QVERIFY(desk.ready());
        desk.enter();
        QCOMPARE(desk.voxels(first) + desk.voxels(second), before.count(first));
        const double share = double(desk.voxels(second)) / double(before.count(first));
        QVERIFY2(share > 0.4 && share < 0.6, qPrintable(QString::number(share)));
        desk.undo();
        QVERIFY(desk.mask() == before);
    }

    void anIslandIsRelabelledDeletedAndItsHoleClosed()
    {
        Correcting desk(*home);
        showBall(desk);
        desk.toMiddle();
        const Label core = desk.label("ET"), other = desk.label("NET"), rest = desk.label("ED");
        const LabelMap before = desk.mask();
        desk.brush().selectLabel(other);
        desk.press("islands", "relabel");
        desk.click(desk.middle());
        QVERIFY(desk.ready());
        desk.enter();
        QCOMPARE(desk.voxels(other), before.count(core));
        QCOMPARE(desk.voxels(core), std::int64_t(0));
        QCOMPARE(differing(before, desk.mask()), before.count(core));
        desk.undo();
        QVERIFY(desk.mask() == before);
        desk.press("islands", "delete");
        desk.click(desk.middle());
        QVERIFY(desk.ready());
        desk.enter();
        QCOMPARE(desk.voxels(core), std::int64_t(0));
        desk.brush().selectLabel(rest);
        desk.press("islands", "holes");
        QVERIFY(desk.ready());
        desk.enter();
        QCOMPARE(desk.voxels(rest), before.count(rest) + before.count(core));
        QCOMPARE(differing(before, desk.mask()), before.count(core));
        desk.undo();
        desk.undo();
        QVERIFY(desk.mask() == before);
    }

    void aSquareBrushPaintsASquareOfItsSize()
    {
        Correcting desk(*home);
        desk.workstation.settings().setValue("brush/square", true);
        desk.workstation.settings().setValue("brush/ball", false);
        desk.brush().setSize(15);
        desk.drag(Qt::LeftButton, {desk.middle()});
        desk.workstation.settings().setValue("brush/square", false);
        desk.workstation.settings().setValue("brush/ball", true);
        const Label label = desk.brush().label();
        const VoxelBox box = desk.mask().boundingBox(label);
        QCOMPARE(box.size[2], std::int64_t(1));
        QCOMPARE(desk.voxels(label), box.count()); // all of its box: a square
        QVERIFY(box.size[0] >= 5 && box.size[0] <= 6 && box.size[1] >= 5 && box.size[1] <= 6); // 15 mm of 3 mm
        desk.undo();
        QCOMPARE(desk.voxels(label), std::int64_t(0));
    }

    void aBrushWithinARangePaintsTheseIntensitiesOnly()
    {
        Correcting desk(*home);
        desk.find<QAbstractButton>("brushRangeOn")->click();
        desk.brush().takeRange(desk.model().cursor());
        desk.brush().setSize(40);
        QVERIFY(!desk.brush().rangeText().isEmpty());
        desk.drag(Qt::LeftButton, {desk.middle()});
        const Label label = desk.brush().label();
        const LabelMap limited = desk.mask();
        QVERIFY(limited.count(label) > 0);
        const auto limit = limited.geometry();
        const auto &rule = desk.model().document().rules().intensity;
        QVERIFY(rule.has_value());
        const VoxelBox box = limited.boundingBox(label);
        for (std::int64_t k = box.start[2]; k < box.start[2] + box.size[2]; ++k)
            for (std::int64_t j = box.start[1]; j < box.start[1] + box.size[1]; ++j)
                for (std::int64_t i = box.start[0]; i < box.start[0] + box.size[0]; ++i)
                    if (limited.at({i, j, k}) == label) {
                        const float value =
                            rule->image.at(rule->image.geometry().nearestVoxel(limit.toWorld(Index3{i, j, k})));
                        QVERIFY(value >= float(rule->low) && value <= float(rule->high));
                    }
        desk.undo();
        desk.find<QAbstractButton>("brushRangeOn")->click();
        desk.drag(Qt::LeftButton, {desk.middle()});
        QVERIFY(desk.voxels(label) > limited.count(label)); // the same dab without the limit
    }

    void anAdaptiveBrushStopsAtEdges()
    {
        Correcting desk(*home);
        desk.brush().setSize(40);
        desk.drag(Qt::LeftButton, {desk.middle()});
        const Label label = desk.brush().label();
        const LabelMap plain = desk.mask();
        desk.undo();
        QTest::keyClick(desk.canvas(), Qt::Key_7);
        desk.drag(Qt::LeftButton, {desk.middle()});
        const LabelMap adapted = desk.mask();
        QVERIFY(adapted.count(label) > 0);
        QVERIFY(adapted.count(label) < plain.count(label));
        QCOMPARE(differing(plain, adapted), plain.count(label) - adapted.count(label)); // a part of the same ball
        desk.undo();
        QCOMPARE(desk.voxels(label), std::int64_t(0));
    }
};

QTEST_MAIN(ShapeToolTest)
#include "ShapeToolTest.moc"
