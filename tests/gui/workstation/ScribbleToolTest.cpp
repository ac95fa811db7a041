#include <QtTest>
#include <QtWidgets>

#include "DrawDesk.h"

#include "glioscope/base/Paths.h"
#include "glioscope/io/ImageFile.h"
#include "glioscope/widgets/ToolHints.h"

#include <tuple>

using namespace glio;
using glio::gui::differing;
using glio::gui::Drawing;
using glio::gui::showBall;
using Way = QList<QPoint>;

namespace {
gui::TestHome *home = nullptr;
}

/// Scribbles and boxes: by the images, by the model, and the words below the picture.
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

    void strokesOfTwoPlanesStayInBothWithoutABall()
    {
        Drawing desk(*home);
        const Label label = desk.brush().label();
        desk.workstation.settings().setValue("brush/ball", false);
        desk.press("scribbles", "images");
        desk.stroke(Qt::LeftButton, -6, 0, 6, 0);
        const bool first = desk.ready();
        widgets::SliceView *coronal = desk.window().grid()->slice(render::Plane::Coronal);
        const auto at = [&](double rightMm) {
            const render::PlaneAxes &axes = coronal->transform().axes();
            const auto p = coronal->transform().toView(desk.model().cursor() + rightMm * axes.right - 12 * axes.down);
            return QPoint(int(std::lround(p.x)), int(std::lround(p.y)));
        };
        QTest::mousePress(coronal->canvas(), Qt::LeftButton, {}, at(-6));
        QMouseEvent move(QEvent::MouseMove, QPointF(at(6)), coronal->canvas()->mapToGlobal(QPointF(at(6))),
                         Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(coronal->canvas(), &move);
        QTest::mouseRelease(coronal->canvas(), Qt::LeftButton, {}, at(6));
        const bool second = desk.ready();
        desk.enter();
        desk.workstation.settings().setValue("brush/ball", true);
        QVERIFY(first && second);
        const Index3 middle = desk.mask().geometry().nearestVoxel(desk.model().cursor());
        const VoxelBox box = desk.mask().boundingBox(label);
        std::int64_t axial = 0, beyond = 0;
        for (std::int64_t k = box.start[2]; k < box.start[2] + box.size[2]; ++k)
            for (std::int64_t j = box.start[1]; j < box.start[1] + box.size[1]; ++j)
                for (std::int64_t i = box.start[0]; i < box.start[0] + box.size[0]; ++i) {
                    if (desk.mask().at({i, j, k}) != label) continue;
                    QVERIFY(k == middle[2] || j == middle[1]);
                    axial += j != middle[1];
                    beyond += k != middle[2];
                }
        QVERIFY(axial > 0 && beyond > 0);
    }

    void aToolOfClicksStaysInTheHand()
    {
        Drawing desk(*home);
        const Label label = desk.brush().label();
        desk.click(desk.at(-20, 0));
        desk.click(desk.at(20, 0));
        const std::int64_t both = desk.voxels(label);
        desk.press("islands", "delete");
        for (const double x : {-20.0, 20.0}) {
            desk.click(desk.at(x, 0));
            QVERIFY(desk.ready());
            desk.enter();
            QCOMPARE(desk.lastAct(), QString("islands.delete"));
            QVERIFY(desk.voxels(label) < both);
        }
        QCOMPARE(desk.voxels(label), std::int64_t(0));
        QTest::keyClick(desk.canvas(), Qt::Key_Escape);
        QCOMPARE(desk.tool(), interaction::Tool::Crosshair); // a click would begin model points
    }

    void aGrowingRegionIsOfTheLabelAtHand()
    {
        Drawing desk(*home);
        desk.brush().selectLabel(desk.label("ED"));
        desk.press("grow");
        desk.click(desk.at(0, 0));
        desk.brush().selectLabel(desk.label("ET")); // while it grows
        QVERIFY(desk.ready());
        QCOMPARE(desk.shownAt(0, 0), desk.label("ET"));
        desk.brush().selectLabel(desk.label("CC"));
        QVERIFY(desk.ready());
        QCOMPARE(desk.shownAt(0, 0), desk.label("CC"));
        desk.enter();
        QCOMPARE(desk.model().document().steps().back().act.label, desk.label("CC"));
        QVERIFY(desk.voxels(desk.label("CC")) > 0);
        QCOMPARE(desk.voxels(desk.label("ED")) + desk.voxels(desk.label("ET")), std::int64_t(0));
        desk.click(desk.at(0, 0)); // and at once: it is taken when it is there
        const std::size_t steps = desk.model().document().position();
        desk.workstation.presenters().brush.selectLabel(desk.label("ED"));
        desk.enter();
        QTRY_COMPARE(desk.model().document().position(), steps + 1);
    }

    void aBoxStaysInItsSliceWhenTheWheelTurns()
    {
        Drawing desk(*home);
        desk.press("points");
        const QPoint from = desk.at(-9, -9), to = desk.at(9, 9);
        QTest::mousePress(desk.canvas(), Qt::LeftButton, {}, from);
        desk.workstation.presenters().views.stepSlice(2);
        desk.settle();
        QTest::mouseRelease(desk.canvas(), Qt::LeftButton, {}, to);
        const auto &seeds = desk.view()->marks().seeds;
        QCOMPARE(seeds.size(), std::size_t(9));
        for (const render::SeedMark &seed : seeds)
            QVERIFY(std::abs(dot(seed.at - seeds.front().at, desk.view()->transform().axes().normal)) < 1e-6);
    }
};

QTEST_MAIN(ScribbleToolTest)
#include "ScribbleToolTest.moc"
