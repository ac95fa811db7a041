#include <QtTest>
#include <QtWidgets>

#include "CorrectDesk.h"
#include "GuiTest.h"

#include "model/CaseReport.h"
#include "model/Journal.h"

#include "glioscope/io/MaskFile.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/HistoryDock.h"
#include "glioscope/widgets/HistoryList.h"
#include "glioscope/widgets/LabelEditor.h"
#include "glioscope/widgets/LabelList.h"

using namespace glio;
using glio::gui::Correcting;
using glio::gui::Desk;
using glio::gui::showBall;

namespace {
gui::TestHome *home = nullptr;

widgets::HistoryList *panelList(Desk &desk) { return desk.window().correctPanel()->history(); }

QImage pictureOf(const widgets::HistoryList *list, int row)
{
    return list->view()->model()->index(row, 0).data(Qt::DecorationRole).value<QImage>();
}

bool picturesMade(const widgets::HistoryList *list, int rows)
{
    return QTest::qWaitFor(
        [&] {
            if (list->view()->model()->rowCount() != rows) return false;
            for (int n = 0; n < rows; ++n)
                if (pictureOf(list, n).isNull()) return false;
            return true;
        },
        5000);
}

/// Share of a picture that is clearly nearer to a colour than grey is.
double shareOf(const QImage &picture, const Rgb &colour)
{
    int count = 0;
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x) {
            const QColor at(picture.pixel(x, y));
            const QColor wanted(colour.r, colour.g, colour.b);
            const int hue = std::abs(at.hue() - wanted.hue());
            count += at.saturation() > 90 && at.hue() >= 0 && std::min(hue, 360 - hue) < 25;
        }
    return double(count) / (picture.width() * picture.height());
}

QString nameShown(Desk &desk, const QString &id)
{
    auto *row = desk.find<QWidget>("labelList." + id);
    return row->accessibleName();
}

/// Types a name into the editor and leaves the field.
void rename(Desk &desk, const QString &id, const QString &name)
{
    auto *edit = desk.find<QLineEdit>("labelEditor." + id + ".name");
    edit->setFocus();
    edit->selectAll();
    QTest::keyClicks(edit, name);
    QTest::keyClick(edit, Qt::Key_Return);
}
} // namespace

class HistoryTest : public QObject {
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
        QDir(QString::fromStdString((home->path() / "config").string())).removeRecursively();
    }

    void theHistoryShowsWhatEachStepChanged()
    {
        Correcting desk(*home);
        desk.click(desk.middle());
        desk.brush().selectLabel(desk.label("ED"));
        desk.click(desk.middle() + QPoint(60, 0));
        desk.find<QAbstractButton>("labelList.ED.lock")->click();
        desk.find<QAbstractButton>("labelList.ED.lock")->click();
        desk.drag(Qt::RightButton, {desk.middle() + QPoint(60, 0)});
        const widgets::HistoryList *list = panelList(desk);
        QVERIFY(QTest::qWaitFor([&] { return list->view()->model()->rowCount() == 5; }, 2000));
        QVERIFY(QTest::qWaitFor([&] { return !pictureOf(list, 4).isNull() && !pictureOf(list, 0).isNull(); }, 5000));
        const Rgb et = desk.model().scheme().label("ET")->colour, ed = desk.model().scheme().label("ED")->colour;
        QVERIFY(shareOf(pictureOf(list, 4), et) > 0.1); // a ball of 12 mm in 26 mm
        QVERIFY(shareOf(pictureOf(list, 4), ed) < 0.02);
        QVERIFY(shareOf(pictureOf(list, 3), ed) > 0.1);
        QVERIFY(pictureOf(list, 2).isNull() && pictureOf(list, 1).isNull()); // a lock has no voxels
        const double made = shareOf(pictureOf(list, 3), ed), gone = shareOf(pictureOf(list, 0), ed);
        QVERIFY2(gone > 0.2 * made && gone < 0.8 * made, qPrintable(QString("%1 %2").arg(made).arg(gone)));
        // Undone steps keep theirs, and a step that takes the place of one has its own.
        const QImage first = pictureOf(list, 4);
        for (int n = 0; n < 5; ++n)
            desk.undo();
        QVERIFY(QTest::qWaitFor([&] { return !desk.workstation.presenters().history.busy(); }, 3000));
        QVERIFY(pictureOf(list, 4) == first);
        desk.brush().selectLabel(desk.label("NET"));
        desk.click(desk.middle());
        QVERIFY(picturesMade(list, 1));
        QVERIFY(pictureOf(list, 0) != first);
    }

    void picturesWaitForTheStrokeInHand()
    {
        Correcting desk(*home);
        desk.click(desk.middle());
        QVERIFY(picturesMade(panelList(desk), 1));
        QTest::mousePress(desk.canvas(), Qt::LeftButton, {}, desk.middle() + QPoint(30, 0));
        QVERIFY(desk.model().acting());
        desk.workstation.settings().setValue("colours/own/ET", "#00ff00"); // every picture is to be made anew
        emit panelList(desk)->shownChanged();
        QTest::qWait(400);
        QVERIFY(desk.model().acting());
        const Step &step = desk.model().document().steps().front();
        QVERIFY(desk.workstation.presenters().history.pictures().picture(step).isNull());
        QTest::mouseRelease(desk.canvas(), Qt::LeftButton, {}, desk.middle() + QPoint(30, 0));
        QVERIFY(picturesMade(panelList(desk), 2));
        QVERIFY(shareOf(pictureOf(panelList(desk), 1), {0, 255, 0}) > 0.1);
    }

    void picturesAreMadeOfStepsThatAreOnTheDiskAlone()
    {
        {
            Correcting desk(*home);
            for (int n = 0; n < 4; ++n)
                desk.click(desk.middle() + QPoint(25 * n, 0));
            QVERIFY(desk.settle());
        }
        Correcting desk(*home);
        QVERIFY(picturesMade(panelList(desk), 4));
        // What the memory cap takes away is read back, for a picture and for undo.
        desk.click(desk.middle() + QPoint(0, 30));
        QVERIFY(desk.settle());
        const LabelMap mask = desk.mask();
        desk.model().setHistoryLoader(desk.workstation.journal().loader());
        desk.model().capHistory(0, 5);
        QVERIFY(!desk.model().document().steps().front().loaded);
        desk.workstation.settings().setValue("colours/own/ET", "#00ff00");
        emit panelList(desk)->shownChanged();
        QVERIFY(QTest::qWaitFor([&] { return shareOf(pictureOf(panelList(desk), 4), {0, 255, 0}) > 0.1; }, 5000));
        QVERIFY(!desk.model().document().steps().front().loaded); // a picture alone loads nothing into the memory
        for (int n = 0; n < 5; ++n)
            QVERIFY(desk.model().undo());
        QCOMPARE(desk.voxels(desk.label("ET")), std::int64_t(0));
        QVERIFY(desk.model().goTo(5));
        QVERIFY(desk.mask() == mask);
    }

    void theHistoryOpensInAWindowOfItsOwn()
    {
        QRect where;
        {
            Correcting desk(*home);
            desk.click(desk.middle());
            desk.click(desk.middle() + QPoint(40, 0));
            desk.workstation.shell().setMode(widgets::Mode::Review);
            QTest::keyClick(desk.canvas(), Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
            auto *dock = desk.find<widgets::HistoryDock>("historyDock");
            QVERIFY(dock->isWindow() && QTest::qWaitForWindowExposed(dock));
            QVERIFY(picturesMade(dock->list(), 2)); // the same rows as in Correct, in any mode
            // Click and arrow keys go there.
            QListView *view = dock->list()->view();
            QTest::mouseClick(view->viewport(), Qt::LeftButton, {},
                              view->visualRect(view->model()->index(1, 0)).center());
            QCOMPARE(desk.model().document().position(), std::size_t(1));
            QTRY_VERIFY(view->currentIndex().row() == 1);
            view->setFocus();
            QTest::keyClick(view, Qt::Key_Up);
            QTest::keyClick(view, Qt::Key_Return);
            QCOMPARE(desk.model().document().position(), std::size_t(2));
            QTest::keyClick(view, Qt::Key_Z, Qt::ControlModifier); // keys of the window act there too
            QCOMPARE(desk.model().document().position(), std::size_t(1));
            dock->setGeometry(211, 133, 407, 366);
            QTRY_COMPARE(dock->geometry(), QRect(211, 133, 407, 366));
            where = dock->geometry();
            QTest::keyClick(view, Qt::Key_Escape);
            QVERIFY(!dock->isVisible());
            QTest::keyClick(desk.canvas(), Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
            QVERIFY(dock->isVisible());
            QTest::keyClick(view, Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
            QVERIFY(!dock->isVisible());
            QTest::qWait(600); // its place is kept once the hand rests
        }
        Correcting again(*home);
        again.workstation.shell().act(interaction::Intent::HistoryDock, 0);
        auto *dock = again.find<widgets::HistoryDock>("historyDock");
        QTRY_COMPARE(dock->geometry(), where);
    }

    void aLabelsNameAndColourAreStepsThatUndo()
    {
        Correcting desk(*home);
        desk.click(desk.middle());
        const QString usual = nameShown(desk, "ET");
        QTest::keyClick(desk.canvas(), Qt::Key_L, Qt::ControlModifier);
        auto *editor = desk.find<widgets::LabelEditor>("labelEditor");
        QVERIFY(editor->isVisible());
        rename(desk, "ET", "Bright rim");
        QCOMPARE(desk.lastAct(), QString("label.rename"));
        QCOMPARE(nameShown(desk, "ET"), QString("Bright rim"));
        QCOMPARE(desk.brush().labelText(), QString("Bright rim"));
        const Label et = desk.label("ET");
        QVERIFY(desk.model().recolourLabel(et, Rgb{10, 200, 30}));
        QVERIFY(
            QTest::qWaitFor([&] { return desk.view()->state().mask.looks.front().colour == Rgb{10, 200, 30}; }, 2000));
        QCOMPARE(desk.model().document().steps().size(), std::size_t(3));
        // In the list, with their names.
        const QAbstractItemModel *rows = panelList(desk)->view()->model();
        QVERIFY(QTest::qWaitFor([&] { return rows->rowCount() == 3; }, 2000));
        QVERIFY(rows->index(1, 0).data(Qt::ToolTipRole).toString().contains("Bright rim"));
        QVERIFY(rows->index(0, 0).data().toString().contains("Bright rim"));
        desk.workstation.shell().act(interaction::Intent::Undo, 0); // the editor's field may have the keys
        QVERIFY(desk.model().scheme().label(et)->colour != (Rgb{10, 200, 30}));
        QCOMPARE(nameShown(desk, "ET"), QString("Bright rim"));
        desk.workstation.shell().act(interaction::Intent::Undo, 0);
        QCOMPARE(nameShown(desk, "ET"), usual);
        QVERIFY(desk.model().goTo(3));
        QCOMPARE(nameShown(desk, "ET"), QString("Bright rim"));
        QVERIFY(desk.model().scheme().label(et)->colour == (Rgb{10, 200, 30}));
        // One step takes both back; the same name again is no step.
        const std::size_t steps = desk.model().document().position();
        rename(desk, "ET", "Bright rim");
        QCOMPARE(desk.model().document().position(), steps);
        desk.find<QAbstractButton>("labelEditor.ET.reset")->click();
        QCOMPARE(nameShown(desk, "ET"), usual);
        QCOMPARE(desk.model().document().position(), steps + 1);
        QVERIFY(!desk.find<QAbstractButton>("labelEditor.ET.reset")->isEnabled());
        QVERIFY(!desk.find<QAbstractButton>("labelEditor.ET.reset")->toolTip().isEmpty());
        desk.workstation.shell().act(interaction::Intent::Undo, 0);
        QCOMPARE(nameShown(desk, "ET"), QString("Bright rim"));
    }

    void editedLabelsSurviveAndAreWritten()
    {
        {
            Correcting desk(*home);
            desk.click(desk.middle());
            QVERIFY(desk.model().renameLabel(desk.label("ET"), "  Bright   rim "));
            QVERIFY(desk.model().recolourLabel(desk.label("ED"), Rgb{1, 2, 3}));
            QVERIFY(desk.model().addLabel("Bleeding"));
            desk.brush().selectLabel(desk.model().scheme().labels().back().value);
            desk.click(desk.middle() + QPoint(50, 0));
            QVERIFY(desk.settle());
        }
        Correcting desk(*home);
        const LabelScheme &scheme = desk.model().scheme();
        QCOMPARE(QString::fromStdString(scheme.label("ET")->name), QString("Bright rim"));
        QVERIFY(scheme.label("ED")->colour == (Rgb{1, 2, 3}));
        const LabelDefinition added = scheme.labels().back();
        QCOMPARE(QString::fromStdString(added.name), QString("Bleeding"));
        QVERIFY(desk.voxels(added.value) > 0);
        QVERIFY(desk.model().volumesMl().at(added.id) > 0);
        // A file that holds names holds these, and reads back.
        const auto file = home->path() / "named.seg.nrrd";
        const auto job = desk.workstation.presenters().review.saveJob(false);
        QVERIFY(app::exportMask(job, file).has_value());
        const auto read = io::readMask(file);
        QVERIFY(read.has_value());
        QStringList names;
        for (const io::MaskSegment &segment : read->segments) {
            names << QString::fromStdString(segment.name);
            if (segment.value == desk.label("ED")) QVERIFY(std::abs((*segment.colour)[2] - 3 / 255.0) < 1e-3);
            if (segment.value == added.value) QCOMPARE(segment.voxels, desk.voxels(added.value));
        }
        QVERIFY(names.contains("Bright rim") && names.contains("Bleeding"));
        const auto report = home->path() / "report.json";
        QVERIFY(app::writeReportJson(job, report).has_value());
        QFile json(QString::fromStdString(report.string()));
        QVERIFY(json.open(QIODevice::ReadOnly));
        QVERIFY(json.readAll().contains("Bleeding"));
    }

    void aLabelIsAddedAndOnlyAnEmptyOneRemoved()
    {
        Correcting desk(*home);
        desk.click(desk.middle());
        const std::size_t count = desk.model().scheme().labels().size();
        QTest::keyClick(desk.canvas(), Qt::Key_L, Qt::ControlModifier);
        auto *name = desk.find<QLineEdit>("labelEditor.newName");
        QVERIFY(!desk.find<QAbstractButton>("labelEditor.add")->isEnabled());
        QVERIFY(!desk.find<QAbstractButton>("labelEditor.add")->toolTip().isEmpty());
        QTest::keyClicks(name, "Bleeding");
        QTest::keyClick(name, Qt::Key_Return);
        QCOMPARE(desk.model().scheme().labels().size(), count + 1);
        QCOMPARE(desk.lastAct(), QString("label.add"));
        const LabelDefinition added = desk.model().scheme().labels().back();
        const QString id = QString::fromStdString(added.id);
        QCOMPARE(nameShown(desk, id), QString("Bleeding"));
        desk.brush().selectLabel(added.value);
        desk.click(desk.middle());
        QVERIFY(desk.voxels(added.value) > 0);
        auto *remove = desk.find<QAbstractButton>("labelEditor." + id + ".remove");
        QVERIFY(!remove->isEnabled() && !remove->toolTip().isEmpty());
        QVERIFY(!desk.model().removeLabel(added.value));
        desk.drag(Qt::RightButton, {desk.middle(), desk.middle() + QPoint(10, 0), desk.middle() - QPoint(10, 0)});
        QCOMPARE(desk.voxels(added.value), std::int64_t(0));
        remove = desk.find<QAbstractButton>("labelEditor." + id + ".remove");
        QVERIFY(remove->isEnabled());
        remove->click();
        QCOMPARE(desk.model().scheme().labels().size(), count);
        QVERIFY(desk.brush().label() != added.value);
        desk.undo(); // the label
        QCOMPARE(desk.model().scheme().labels().size(), count + 1);
        desk.undo(); // what was erased of it
        QVERIFY(desk.voxels(added.value) > 0);
        QVERIFY(desk.model().goTo(1));
        QCOMPARE(desk.model().scheme().labels().size(), count);
        QVERIFY(desk.model().goTo(3));
        QVERIFY(desk.voxels(added.value) > 0);
        QCOMPARE(desk.model().scheme().labels().size(), count + 1);
        // A shipped one stays, and says why.
        QVERIFY(!desk.find<QAbstractButton>("labelEditor.ET.remove")->isEnabled());
        QVERIFY(!desk.model().removeLabel(desk.label("ET")));
    }

    void segmentKeepsTheReadersNamesAndSignOffHoldsThem()
    {
        Correcting desk(*home);
        showBall(desk);
        QVERIFY(desk.model().renameLabel(desk.label("ET"), "Bright rim"));
        showBall(desk); // the model answers anew, in the same scheme
        QCOMPARE(QString::fromStdString(desk.model().scheme().label("ET")->name), QString("Bright rim"));
        QCOMPARE(nameShown(desk, "ET"), QString("Bright rim"));
        QVERIFY(desk.model().signOff());
        QVERIFY(!desk.model().renameLabel(desk.label("ET"), "Other"));
        desk.workstation.presenters().labelEdits.openEditor();
        auto *edit = desk.find<QLineEdit>("labelEditor.ET.name");
        QVERIFY(!edit->isEnabled() && !edit->toolTip().isEmpty());
    }

    void theLabelMenuTakesALabelIntoTheHand()
    {
        Correcting desk(*home);
        desk.click(desk.middle());
        QTest::keyClick(desk.canvas(), Qt::Key_L);
        auto *menu = desk.find<QMenu>("labelMenu");
        QTRY_VERIFY(menu->isVisible());
        desk.find<QAction>("labelMenu.ED")->trigger();
        menu->close();
        QCOMPARE(desk.brush().label(), desk.label("ED"));
    }
};

QTEST_MAIN(HistoryTest)
#include "HistoryTest.moc"
