#include <QtTest>
#include <QtWidgets>

#include "CorrectDesk.h"

using namespace glio;
using glio::gui::Correcting;
using glio::gui::differing;

namespace {
gui::TestHome *home = nullptr;

struct Wiring : Correcting {
    explicit Wiring(gui::TestHome &of) : Correcting(of)
    {
        QTest::keyClick(canvas(), Qt::Key_NumberSign); // Shift and 3
        if (workstation.presenters().tools.tool() != interaction::Tool::LiveWire) qFatal("no live wire in the hand");
    }
    QPoint at(double rightMm, double downMm) { return middle() + QPoint(pixels(rightMm), pixels(downMm)); }
    void hover(const QPoint &p)
    {
        QMouseEvent move(QEvent::MouseMove, QPointF(p), canvas()->mapToGlobal(QPointF(p)), Qt::NoButton, Qt::NoButton,
                         Qt::NoModifier);
        QApplication::sendEvent(canvas(), &move);
    }
    void square(double mm, Qt::MouseButton button = Qt::LeftButton)
    {
        for (const auto &[x, y] : {std::pair{-mm, -mm}, {mm, -mm}, {mm, mm}, {-mm, mm}}) {
            hover(at(x, y));
            QTest::mouseClick(canvas(), button, {}, at(x, y));
        }
    }
    Label here() { return mask().at(mask().geometry().nearestVoxel(model().cursor())); }
};
} // namespace

/// Live wire: anchors by clicks, closed, filled in its slice, and everything that takes it back.
class LiveWireTest : public QObject {
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

    void aLiveWireFillsWhatItGoesRoundInItsSlice()
    {
        Wiring desk(*home);
        const Label label = desk.brush().label();
        const LabelMap before = desk.mask();
        desk.square(12);
        QVERIFY(desk.mask() == before); // open
        desk.enter();
        QCOMPARE(desk.lastAct(), QString("livewire"));
        QCOMPARE(desk.here(), label);
        QCOMPARE(differing(before, desk.mask()), desk.voxels(label));
        const VoxelBox box = desk.mask().boundingBox(label);
        QCOMPARE(box.size[2], std::int64_t(1));
        const Geometry &grid = before.geometry();
        const double mm2 = double(desk.voxels(label)) * grid.voxelVolumeMm3() / grid.spacing()[2];
        QVERIFY2(mm2 > 0.4 * 24 * 24 && mm2 < 2 * 24 * 24, qPrintable(QString::number(mm2)));
        // The other button takes away.
        const std::int64_t whole = desk.voxels(label);
        desk.square(5, Qt::RightButton);
        desk.enter();
        QCOMPARE(desk.lastAct(), QString("livewire.erase"));
        QCOMPARE(desk.here(), Label{0});
        QVERIFY(desk.voxels(label) < whole && desk.voxels(label) > 0);
        desk.undo();
        QCOMPARE(desk.voxels(label), whole);
        desk.undo();
        QVERIFY(desk.mask() == before);
    }

    void anchorsGoOneByOneOrAllTogether()
    {
        Wiring desk(*home);
        const LabelMap before = desk.mask();
        const std::size_t steps = desk.model().document().position();
        desk.square(12);
        for (int n = 0; n < 2; ++n)
            QTest::keyClick(desk.canvas(), Qt::Key_Backspace);
        desk.enter(); // two anchors make no outline
        QCOMPARE(desk.model().document().position(), steps);
        QTest::mouseClick(desk.canvas(), Qt::LeftButton, {}, desk.at(0, 12));
        desk.enter(); // three do
        QCOMPARE(desk.model().document().position(), steps + 1);
        desk.undo();
        QVERIFY(desk.mask() == before);
        desk.square(12);
        QTest::keyClick(desk.canvas(), Qt::Key_Escape);
        desk.enter();
        QVERIFY(desk.mask() == before);
        QCOMPARE(desk.workstation.presenters().tools.tool(), interaction::Tool::LiveWire);
        desk.square(12); // another tool drops it
        desk.workstation.shell().act(interaction::Intent::ToolBrush, 0);
        desk.enter();
        QVERIFY(desk.mask() == before);
    }

    void aDoubleClickClosesAndALockHolds()
    {
        Wiring desk(*home);
        const Label label = desk.brush().label();
        const LabelMap before = desk.mask();
        for (const auto &[x, y] : {std::pair{-10.0, -10.0}, {10.0, -10.0}})
            QTest::mouseClick(desk.canvas(), Qt::LeftButton, {}, desk.at(x, y));
        QTest::mouseClick(desk.canvas(), Qt::LeftButton, {}, desk.at(0, 12));
        QTest::mouseDClick(desk.canvas(), Qt::LeftButton, {}, desk.at(0, 12));
        QCOMPARE(desk.lastAct(), QString("livewire"));
        QVERIFY(desk.voxels(label) > 0);
        const LabelMap drawn = desk.mask();
        const QString id = QString::fromStdString(desk.model().scheme().label(label)->id);
        desk.find<QAbstractButton>("labelList." + id + ".lock")->click();
        desk.square(5, Qt::RightButton);
        desk.enter();
        QVERIFY(desk.mask() == drawn);
        QVERIFY(desk.mask() != before);
    }

    void nothingIsLeftOfAnOutlineThatIsClosedOrOfAnotherMask()
    {
        Wiring desk(*home);
        const std::size_t steps = desk.model().document().position();
        desk.square(12);
        QTest::mouseDClick(desk.canvas(), Qt::LeftButton, {}, desk.at(-12, -12)); // on the first anchor
        QCOMPARE(desk.model().document().position(), steps + 1);
        QVERIFY(desk.view()->marks().seeds.empty());
        desk.square(12);
        QVERIFY(!desk.view()->marks().seeds.empty());
        gui::showBall(desk);
        QVERIFY(desk.view()->marks().seeds.empty());
        const LabelMap shown = desk.mask();
        desk.enter();
        QVERIFY(desk.mask() == shown);
    }
};

QTEST_MAIN(LiveWireTest)
#include "LiveWireTest.moc"
