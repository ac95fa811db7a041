#include <QtTest>
#include <QtWidgets>

#include "CorrectDesk.h"

#include "model/CaseMasks.h"
#include "model/Journal.h"

#include "glioscope/io/ImageFile.h"
#include "glioscope/widgets/Banner.h"

using namespace glio;
using glio::gui::Correcting;
using glio::gui::showBall;

namespace {
gui::TestHome *home = nullptr;

/// A dialog of that name as soon as it stands.
QDialog *waitFor(gui::Desk &desk, const char *name)
{
    QDialog *open = nullptr;
    const bool stands =
        QTest::qWaitFor([&] { return (open = desk.window().findChild<QDialog *>(name)) && open->isVisible(); }, 20'000);
    if (!stands) qFatal("%s does not open", name);
    return open;
}

/// Answers a question for a name.
void answer(gui::Desk &desk, const QString &name)
{
    QDialog *dialog = waitFor(desk, "nameDialog");
    dialog->findChild<QLineEdit *>("nameText")->setText(name);
    dialog->findChild<QPushButton *>("nameAccept")->click();
    if (!QTest::qWaitFor([&] { return !desk.window().findChild<QDialog *>("nameDialog"); }, 5000))
        qFatal("the name was not taken");
}

/// A case with a model's mask on it and the acts of the mask list.
struct Listing : Correcting {
    explicit Listing(bool ball = true) : Correcting(*home)
    {
        if (ball) {
            showBall(*this);
            workstation.presenters().review.keep(true); // as after Segment
        }
        settle();
    }
    QListView *list() { return find<QListView>("maskList"); }
    QStringList names()
    {
        QStringList texts;
        for (int row = 0; row < list()->model()->rowCount(); ++row)
            texts << list()->model()->index(row, 0).data().toString();
        return texts;
    }
    /// Clicks a row as a hand does: on its name, or on its eye.
    void clickRow(const QString &name, bool eye = false)
    {
        workstation.shell().setMode(widgets::Mode::Review);
        const QRect row = list()->visualRect(list()->model()->index(int(names().indexOf(name)), 0));
        const QPoint at = row.topLeft() + (eye ? QPoint(12, 15) : QPoint(60, 15));
        QCursor::setPos(list()->viewport()->mapToGlobal(at));
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, at);
    }
    /// An act of the menu of the masks, as the File menu lists it.
    void act(const char *name)
    {
        QMenu menu;
        workstation.presenters().masks.fillMenu(&menu, {});
        auto *action = menu.findChild<QAction *>(name);
        if (!action || !action->isEnabled()) qFatal("%s is not offered", name);
        action->trigger();
    }
    bool offered(const char *name)
    {
        QMenu menu;
        workstation.presenters().masks.fillMenu(&menu, {});
        const auto *action = menu.findChild<QAction *>(name);
        return action && action->isEnabled();
    }
    void paint(const PointMm &offset = {})
    {
        workstation.shell().setMode(widgets::Mode::Correct);
        workstation.shell().act(interaction::Intent::ToolBrush, 0);
        settle();
        drag(Qt::LeftButton, {pixelOf(model().cursor() + offset)});
    }
};

} // namespace

/// Several masks of one case: a model's, mine, a colleague's.
class MasksTest : public QObject {
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

    void aCopyIsWorkedOnApartFromItsOriginal()
    {
        LabelMap copied;
        {
            Listing desk;
            const LabelMap original = desk.mask();
            QCOMPARE(desk.names(), QStringList({"Working", "First draft"}));
            desk.act("mask.copy");
            QCOMPARE(desk.names(), QStringList({"Working", "Copy of Working", "First draft"}));
            QVERIFY(desk.mask() == original);
            QVERIFY(!desk.model().document().provenance().empty());
            desk.paint({20, 0, 0});
            copied = desk.mask();
            QVERIFY(!(copied == original));
            desk.clickRow("Working");
            QVERIFY(desk.mask() == original);
            QVERIFY(desk.model().hasProbabilities()); // the model's answer stays with the case
            desk.paint({0, 20, 0});                   // its history goes on by itself
            QCOMPARE(desk.model().document().steps().size(), std::size_t(2));
            QVERIFY(!(desk.mask() == original));
            desk.undo();
            QVERIFY(desk.mask() == original);
            desk.clickRow("Copy of Working");
            QVERIFY(desk.mask() == copied);
            QCOMPARE(desk.model().document().steps().size(), std::size_t(2)); // the copy, the stroke
            QVERIFY(desk.settle());
        }
        Listing again(false); // the one that was worked on last is at hand
        QVERIFY(again.mask() == copied);
        QCOMPARE(again.names(), QStringList({"Working", "Copy of Working", "First draft"}));
        again.undo();
        QVERIFY(!(again.mask() == copied));
        QCOMPARE(again.model().document().position(), std::size_t(1));
    }

    void aRenameIsAStepAndPuttingAwayLosesNothing()
    {
        Listing desk;
        desk.act("mask.rename");
        answer(desk, "Ada, first");
        QCOMPARE(desk.names().front(), QString("Ada, first"));
        QCOMPARE(desk.lastAct(), QString("mask.rename"));
        desk.undo();
        QCOMPARE(desk.names().front(), QString("Working"));
        QTest::keyClick(desk.canvas(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(desk.names().front(), QString("Ada, first"));
        const std::string first = desk.workstation.masks().current();
        const LabelMap labels = desk.mask();
        desk.act("mask.new");
        QVERIFY(desk.mask().boundingBox().empty());
        QCOMPARE(desk.names(), QStringList({"Ada, first", "New mask", "First draft"}));
        QMenu menu;
        desk.workstation.presenters().masks.fillMenu(&menu, QString::fromStdString(first));
        menu.findChild<QAction *>("mask.putAway")->trigger();
        QCOMPARE(desk.names(), QStringList({"New mask", "First draft"}));
        QVERIFY(desk.settle());
        // It is on the disk as it was, and no longer listed.
        const auto listed = desk.workstation.journal().masks(desk.model().id().toStdString());
        QCOMPARE(listed->size(), std::size_t(1));
        project::MaskRow away;
        away.id = first;
        away.caseId = desk.model().id().toStdString();
        away.geometry = desk.mask().geometry();
        const auto kept = desk.workstation.journal().load(away);
        QVERIFY(kept.has_value());
        QVERIFY(kept->labels() == labels);
    }

    void aBlindReadingShowsNothingOfTheOthersUntilItEnds()
    {
        LabelMap first, second;
        {
            Listing desk;
            first = desk.mask();
            QVERIFY(desk.model().openPlaces() > 0);
            desk.act("mask.blind");
            answer(desk, "Grace");
            QCOMPARE(desk.names(), QStringList({"Grace"}));
            QVERIFY(desk.mask().boundingBox().empty());
            QVERIFY(!desk.model().hasProbabilities());
            QVERIFY(desk.model().places().list.empty());
            QVERIFY(desk.window().banner()->isShowing("blindReading"));
            QVERIFY(!desk.find<QAbstractButton>("segmentButton")->isEnabled());
            QVERIFY(!desk.find<QAbstractButton>("bandEnabled")->isEnabled());
            QVERIFY(!desk.offered("mask.new"));
            QCOMPARE(QString::fromStdString(desk.model().reader()), QString("Grace"));
            desk.paint();
            second = desk.mask();
            QVERIFY(!second.boundingBox().empty());
            QCOMPARE(desk.model().document().steps().back().reader, std::string("Grace"));
            QVERIFY(desk.settle());
        }
        Listing desk(false); // left and opened again: it goes on, and still nothing is shown
        QVERIFY(desk.mask() == second);
        QCOMPARE(desk.names(), QStringList({"Grace"}));
        QVERIFY(!desk.model().hasProbabilities());
        QVERIFY(desk.model().places().list.empty());
        QVERIFY(desk.window().banner()->isShowing("blindReading"));
        desk.find<QPushButton>("banner.end")->click();
        QCOMPARE(desk.names(), QStringList({"Working", "Grace", "First draft"}));
        QVERIFY(desk.model().hasProbabilities());
        QVERIFY(!desk.window().banner()->isShowing("blindReading"));
        QVERIFY(QTest::qWaitFor([&] { return desk.model().placesKnown(); }, 20'000));
        QVERIFY(desk.mask() == second);
        // A report tells of this mask; the case still knows the model's answer.
        const app::SaveJob job = desk.workstation.presenters().review.saveJob(false);
        QCOMPARE(job.source.origin, app::MaskOrigin::Drawn);
        QCOMPARE(job.provenance.size(), std::size_t(1));
        QCOMPARE(app::sourceName(job.provenance.front().source), QString("By hand, Grace"));
        QCOMPARE(job.record.mask.origin, app::MaskOrigin::Model);
        desk.clickRow("Working");
        QVERIFY(desk.mask() == first);
        QVERIFY(desk.model().openPlaces() > 0);
    }

    void aMaskFromAFileLiesBesideOrTakesThePlace()
    {
        Listing desk;
        const LabelMap before = desk.mask();
        const std::size_t steps = desk.model().document().steps().size();
        const auto read = [&](const char *choice) {
            desk.workstation.presenters().open.addMask(QString::fromStdString(home->truth().string()));
            QDialog *dialog = waitFor(desk, "maskBesideDialog");
            dialog->findChild<QAbstractButton *>(choice)->click();
            return QTest::qWaitFor([&] { return !desk.window().findChild<QDialog *>("maskBesideDialog"); }, 5000);
        };
        QVERIFY(read("choice.beside"));
        QVERIFY(desk.mask() == before);
        QCOMPARE(desk.model().document().steps().size(), steps);
        QCOMPARE(desk.names(), QStringList({"Working", "truth.nii.gz", "First draft"}));
        QVERIFY(read("choice.into"));
        QVERIFY(!(desk.mask() == before));
        const LabelMap truth = desk.mask();
        QCOMPARE(desk.lastAct(), QString("import"));
        desk.undo();
        QVERIFY(desk.mask() == before);
        desk.clickRow("truth.nii.gz");
        QVERIFY(desk.mask() == truth);
    }

    void aMaskStaysAtHandWhileItsAnswerIsOnTheWay()
    {
        Listing desk;
        desk.act("mask.copy");
        const std::string copy = desk.workstation.masks().current();
        desk.workstation.masks().setHolder([] { return "Segment is running."; });
        QSignalSpy told(&desk.workstation.presenters().masks, &app::MaskListPresenter::failed);
        desk.clickRow("Working");
        desk.act("mask.new");
        desk.act("mask.blind");
        answer(desk, "Grace");
        QCOMPARE(told.size(), 3);
        QCOMPARE(desk.workstation.masks().current(), copy);
        QCOMPARE(desk.names(), QStringList({"Working", "Copy of Working", "First draft"}));
        QVERIFY(!desk.workstation.masks().blind());
    }

    void theThresholdLeavesAMaskOnOtherVoxelsAlone()
    {
        Listing desk;
        const Geometry grid = desk.model().referenceGrid();
        const auto coarse = Geometry::make({20, 21, 9}, {7, 7, 9}, grid.centre() - PointMm{60, 60, 30});
        LabelVolume mask(*coarse);
        for (std::int64_t j = 5; j < 12; ++j)
            for (std::int64_t i = 5; i < 12; ++i)
                mask.set({i, j, 4}, 2);
        const auto id = desk.workstation.masks().addBeside(mask, desk.model().scheme(), "Coarse");
        QVERIFY(id.has_value());
        QVERIFY(desk.find<QAbstractButton>("bandEnabled")->isEnabled());
        QVERIFY(desk.workstation.masks().takeUp(*id).has_value());
        QVERIFY(desk.model().hasProbabilities());
        QVERIFY(!desk.find<QAbstractButton>("bandEnabled")->isEnabled());
        const LabelMap before = desk.mask();
        desk.model().moveThreshold(0.05);
        desk.model().applyThreshold();
        QVERIFY(desk.mask() == before);
        QVERIFY(desk.model().labels() == before);
        QVERIFY(desk.settle());
    }

    void measuresAndNotesOfOthersAreNotSeenInABlindReading()
    {
        Listing desk;
        auto &presenters = desk.workstation.presenters();
        QVERIFY(QTest::qWaitFor([&] { return !presenters.measures.reading(); }, 5000));
        desk.workstation.shell().setMode(widgets::Mode::Review);
        const auto draw = [&](int row) {
            desk.workstation.shell().act(interaction::Intent::ToolRuler, 0);
            desk.settle();
            desk.drag(Qt::LeftButton, {desk.middle() + QPoint(-30, row), desk.middle() + QPoint(0, row),
                                       desk.middle() + QPoint(30, row)});
        };
        draw(10);
        QCOMPARE(presenters.measures.measures().drawn.size(), std::size_t(1));
        auto *note = desk.find<QPlainTextEdit>("caseNotes");
        note->setPlainText("Looks malignant");
        desk.act("mask.blind");
        answer(desk, "Grace");
        QVERIFY(QTest::qWaitFor([&] { return !presenters.measures.reading(); }, 5000));
        QVERIFY(presenters.measures.measures().drawn.empty());
        QVERIFY(note->toPlainText().isEmpty());
        QVERIFY(presenters.review.saveJob(false).notes.isEmpty());
        draw(-20);
        draw(30);
        QCOMPARE(presenters.measures.measures().drawn.size(), std::size_t(2));
        desk.find<QPushButton>("banner.end")->click();
        QVERIFY(QTest::qWaitFor([&] { return !presenters.measures.reading(); }, 5000));
        QCOMPARE(presenters.measures.measures().drawn.size(), std::size_t(3)); // nothing is lost
        QCOMPARE(note->toPlainText(), QString("Looks malignant"));
    }

    void aSignOffOutlastsWorkOnAnotherMask()
    {
        Listing desk;
        auto &review = desk.workstation.presenters().review;
        desk.model().setReader("Ada");
        QVERIFY(desk.model().signOff());
        QCOMPARE(review.saveJob(false).record.state, app::CaseState::Approved);
        review.keep(false);
        const std::map<std::string, double> draft = desk.model().draftVolumesMl();
        desk.act("mask.copy"); // the copy holds all of it, the sign-off not
        QVERIFY(!desk.model().signedOff());
        desk.paint({20, 0, 0});
        const app::SaveJob job = review.saveJob(false);
        QCOMPARE(job.record.state, app::CaseState::Approved);
        QCOMPARE(job.record.signedBy, std::string("Ada"));
        QCOMPARE(desk.model().maskSource().origin, app::MaskOrigin::Model);
        QVERIFY(desk.model().draftVolumesMl() == draft); // what the model had given
        desk.clickRow("Working");
        QVERIFY(desk.model().signedOff().has_value());
        QVERIFY(desk.model().reopen("Another look"));
        QVERIFY(review.saveJob(false).record.signedBy.empty());
    }

    void anAnswerInOtherLabelsIsAMaskOfItsOwn()
    {
        Listing desk(false);
        LabelVolume other(desk.model().referenceGrid());
        const Geometry &grid = other.geometry();
        const Index3 middle = grid.nearestVoxel(grid.centre());
        for (std::int64_t j = -6; j < 6; ++j)
            for (std::int64_t i = -6; i < 6; ++i)
                other.set({middle[0] + i, middle[1] + j, middle[2]}, 4); // enhancing there, oedema here
        const auto file = home->path() / "others.nii.gz";
        QVERIFY(io::writeLabels(file, other, {.schemeId = "brats-2021"}).has_value());
        desk.workstation.presenters().open.addMask(QString::fromStdString(file.string()));
        QVERIFY(QTest::qWaitFor([&] { return desk.model().scheme().id() == "brats-2021" && desk.model().hasMask(); },
                                10'000));
        const LabelMap read = desk.mask();
        const std::string id = desk.workstation.masks().current();
        showBall(desk);
        QVERIFY(desk.settle());
        QCOMPARE(desk.names(), QStringList({"others.nii.gz", "Working", "First draft"}));
        QVERIFY(desk.mask() == LabelMap::from(desk.model().modelMask())); // nothing of the other's values
        QVERIFY(desk.workstation.masks().takeUp(id).has_value());
        QVERIFY(desk.mask() == read);
        QCOMPARE(desk.model().scheme().id(), std::string("brats-2021"));
    }

    void labelsFollowTheSchemeOfTheMask()
    {
        Listing desk;
        LabelVolume other(desk.model().referenceGrid());
        for (std::int64_t k = 8; k < 12; ++k)
            for (std::int64_t j = 20; j < 40; ++j)
                for (std::int64_t i = 20; i < 40; ++i)
                    other.set({i, j, k}, 1);
        const auto file = home->path() / "glioma.nii.gz";
        QVERIFY(io::writeLabels(file, other, {.schemeId = "brats-2021"}).has_value());
        const auto shown = [&](const char *id) {
            return desk.window().findChild<QWidget *>(QStringLiteral("regionList.%1.eye").arg(id)) != nullptr;
        };
        QVERIFY(!shown("NCR"));
        desk.workstation.presenters().open.addMask(QString::fromStdString(file.string()));
        waitFor(desk, "maskBesideDialog")->findChild<QAbstractButton *>("choice.into")->click();
        QVERIFY(QTest::qWaitFor([&] { return shown("NCR"); }, 5000));
        desk.undo();
        QVERIFY(QTest::qWaitFor([&] { return !shown("NCR"); }, 5000));
    }

    void theViewsShowWhoSetEachPart()
    {
        Listing desk;
        desk.paint({25, 0, 0});
        desk.workstation.shell().setMode(widgets::Mode::Review);
        desk.find<QAbstractButton>("foldProvenance")->click();
        const auto shares = [&] {
            QStringList texts;
            for (const QLabel *label : desk.find<QWidget>("provenanceList")->findChildren<QLabel *>())
                if (label->objectName().startsWith("provenance.")) texts << label->objectName() + ' ' + label->text();
            return texts;
        };
        QVERIFY(QTest::qWaitFor([&] { return shares().size() == 2; }, 5000));
        double sum = 0;
        for (const QString &text : shares())
            sum += text.section(' ', 1, 1).toDouble();
        QVERIFY2(std::abs(sum - 100) <= 1, qPrintable(shares().join(", ")));
        QVERIFY(shares().front().startsWith("provenance.model."));
        QVERIFY(shares().back().startsWith("provenance.manual."));
        const QImage labels = desk.view()->grab().toImage();
        desk.find<QAbstractButton>("provenanceShow")->click();
        QVERIFY(desk.settle());
        QVERIFY(desk.model().overlay().byOrigin);
        const QImage origins = desk.view()->grab().toImage();
        QVERIFY(labels != origins);
        // What the model said has one colour now, core and rest alike.
        desk.undo();
        QVERIFY(QTest::qWaitFor([&] { return shares().size() == 1; }, 5000));
        QCOMPARE(shares().front().section(' ', 1), QString("100 %"));
    }
};

QTEST_MAIN(MasksTest)
#include "MasksTest.moc"
