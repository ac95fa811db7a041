#include <QtTest>
#include <QtWidgets>

#include "GuiTest.h"

#include "model/Journal.h"

#include "glioscope/render/SliceGeometry.h"
#include "glioscope/render/VolumeScene.h"
#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/CasesPage.h"
#include "glioscope/widgets/PreferencesDialog.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"
#include "glioscope/widgets/VolumeView.h"

#include <algorithm>
#include <cmath>

// From a list of cases to a signed-off one.
using namespace glio;
using app::CaseState;
using glio::gui::Desk;
using glio::gui::showBall;
using widgets::Mode;

namespace {
gui::TestHome *home = nullptr;

/// A dialog of that name as soon as it stands, its text filled in and accepted.
bool answer(Desk &desk, const char *dialog, const char *field, const char *button, const QString &text)
{
    QDialog *open = nullptr;
    if (!QTest::qWaitFor([&] { return (open = desk.window().findChild<QDialog *>(dialog)) && open->isVisible(); },
                         5000))
        return false;
    open->findChild<QLineEdit *>(field)->setText(text);
    auto *accept = open->findChild<QPushButton *>(button);
    if (!accept->isEnabled()) return false;
    accept->click();
    return QTest::qWaitFor([&] { return !desk.window().findChild<QDialog *>(dialog); }, 5000);
}

/// Copies of the phantom under other names, opened once each so that the list knows them; the last stays open.
void knowCases(Desk &desk, const QStringList &names)
{
    for (const QString &name : names) {
        const auto folder = home->path() / "cases" / name.toStdString();
        if (!std::filesystem::exists(folder)) {
            std::filesystem::create_directories(folder);
            for (const auto &file : std::filesystem::directory_iterator(home->phantomCase())) {
                std::string text = file.path().filename().string();
                text.replace(0, 8, name.toStdString());
                std::filesystem::copy_file(file.path(), folder / text);
            }
        }
        desk.workstation.presenters().open.openPaths({QString::fromStdString(folder.string())});
        if (!QTest::qWaitFor([&] { return desk.model().name() == name && desk.settle(); }, 60'000))
            qFatal("%s does not open", qPrintable(name));
    }
}
bool reloaded(Desk &desk)
{
    desk.workstation.presenters().cases.reload();
    return QTest::qWaitFor([&] { return !desk.workstation.presenters().cases.loading(); }, 10'000);
}
/// Two cases by name, the first on the screen in Review and the next one read ahead.
app::CasePrefetch &nextReadAhead(Desk &desk)
{
    knowCases(desk, {"GL-2", "GL-1"});
    desk.workstation.settings().setValue("cases/sort", "name");
    desk.workstation.shell().setMode(Mode::Cases);
    if (!reloaded(desk)) qFatal("the list of cases is not read");
    desk.workstation.shell().setMode(Mode::Review);
    app::CasePrefetch &ahead = desk.workstation.presenters().open.prefetch();
    if (!QTest::qWaitFor([&] { return ahead.isReady(); }, 20'000)) qFatal("the next case is not read ahead");
    return ahead;
}
void key(Desk &desk, Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    desk.window().activateWindow();
    QTest::keyClick(desk.window().grid()->slice(render::Plane::Axial), key, modifiers);
}

/// A case in Review with a mask that has no open place.
struct Reviewing : Desk {
    explicit Reviewing(bool checked = true)
    {
        if (!open(home->phantomCase())) qFatal("the phantom does not open");
        if (model().hasMask()) return; // from an earlier window of the same journey
        showBall(*this);
        workstation.shell().setMode(Mode::Review);
        for (std::size_t row = 0; checked && row < model().placeStates().size(); ++row)
            model().settlePlace(int(row), app::PlaceState::Kept);
        settle();
    }
    void approve(const QString &name = "Ada")
    {
        find<QPushButton>("approveCase")->click();
        if (window().findChild<QDialog *>("nameDialog"))
            QVERIFY(answer(*this, "nameDialog", "nameText", "nameAccept", name));
        QVERIFY(model().signedOff());
        QVERIFY(settle());
    }
    void paintAt(const PointMm &p)
    {
        widgets::SliceView *view = window().grid()->slice(render::Plane::Axial);
        const render::ViewPoint2 at = view->transform().toView(p);
        QTest::mouseClick(view->canvas(), Qt::LeftButton, {}, {int(std::lround(at.x)), int(std::lround(at.y))});
    }
};
} // namespace

class CaseWorkTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        static gui::TestHome made;
        home = &made;
    }
    void init() // each journey begins with nothing kept and no name given
    {
        QDir(QString::fromStdString((home->path() / "data").string())).removeRecursively();
        QDir(QString::fromStdString((home->path() / "config").string())).removeRecursively();
    }

    void afterSignOffNothingChangesTheMask()
    {
        Reviewing desk;
        const std::size_t before = desk.model().document().steps().size();
        desk.approve();
        QCOMPARE(desk.model().signedOff()->reader, QString("Ada"));
        QVERIFY(std::abs(desk.model().signedOff()->at.secsTo(QDateTime::currentDateTime())) < 60);
        QCOMPARE(desk.model().document().steps().size(), before + 1);
        QCOMPARE(desk.workstation.presenters().review.record().state, CaseState::Approved);
        QVERIFY(desk.find<QLabel>("caseEndText")->text().startsWith("Signed off by Ada, "));
        QVERIFY(desk.find<QPushButton>("reopenCase")->isVisible());
        QVERIFY(!desk.find<QPushButton>("approveCase")->isVisible());
        QVERIFY(!desk.find<QPushButton>("segmentButton")->isEnabled());

        const LabelMap mask = desk.model().document().labels();
        const auto unchanged = [&] {
            return desk.model().document().labels().sharesVoxelsWith(mask) &&
                   desk.model().document().steps().size() == before + 1 && desk.model().labels().sharesVoxelsWith(mask);
        };
        widgets::Banner *banner = desk.window().banner();
        const auto refusedOnce = [&] {
            const bool said = banner->isShowing("signedOff");
            banner->clear("signedOff");
            return said;
        };
        desk.workstation.shell().setMode(Mode::Correct);
        desk.workstation.shell().act(interaction::Intent::ToolBrush, 0);
        desk.workstation.presenters().brush.setSize(20);
        desk.paintAt(desk.model().cursor());
        QVERIFY(refusedOnce());
        desk.workstation.shell().act(interaction::Intent::Undo, 0);
        QVERIFY(refusedOnce());
        desk.model().goTo(0);
        QVERIFY(refusedOnce());
        desk.model().setLocked(1, true);
        QVERIFY(refusedOnce());
        QVERIFY(!desk.model().isLocked(1));
        desk.model().setPreview(LabelMap::from(LabelVolume(desk.model().document().grid())));
        QVERIFY(refusedOnce());
        auto answer = app::LiveMask::make(gui::ballProbabilities(desk.model().referenceGrid()));
        QVERIFY(answer.has_value());
        desk.model().setLive(std::move(*answer), {.origin = app::MaskOrigin::Model, .modelName = "Other"});
        QVERIFY(refusedOnce());
        QCOMPARE(desk.model().maskSource().modelName, QString("Test"));
        QSignalSpy beside(&desk.workstation.presenters().open, &app::OpenPresenter::maskAdded);
        desk.workstation.presenters().open.addMask(QString::fromStdString(home->truth().string()));
        QVERIFY(beside.wait(10'000)); // to compare with; what was signed stays as it is
        desk.workstation.shell().setMode(Mode::Doubts);
        desk.workstation.presenters().doubts.step(+1);
        desk.workstation.shell().act(interaction::Intent::PlaceOuter, 0);
        QVERIFY(refusedOnce());
        QVERIFY(!desk.find<QPushButton>("doubtKeep")->isEnabled());
        desk.model().moveThreshold(0.2); // a look at the band is no change
        desk.model().applyThreshold();
        QVERIFY(refusedOnce());
        desk.model().resetThreshold();
        QVERIFY(unchanged());
    }

    void reopeningAsksWhyAndIsAStep()
    {
        Reviewing desk;
        desk.approve();
        const std::size_t steps = desk.model().document().steps().size();
        desk.workstation.shell().act(interaction::Intent::Undo, 0);
        desk.find<QPushButton>("banner.reopen")->click();
        QVERIFY(answer(desk, "reasonDialog", "reasonText", "reasonAccept", "The cyst was missed"));
        QVERIFY(!desk.model().signedOff());
        QVERIFY(!desk.window().banner()->isShowing("signedOff"));
        QCOMPARE(desk.model().document().steps().size(), steps + 1);
        QCOMPARE(desk.model().document().steps().back().act.text, std::string("The cyst was missed"));
        QVERIFY(desk.model().document().state("reopened").ends_with("|The cyst was missed"));
        QVERIFY(desk.settle());
        QCOMPARE(desk.workstation.presenters().review.record().state, CaseState::Draft);
        QVERIFY(desk.find<QPushButton>("approveCase")->isVisible());
        // Undo of the reopening is the sign-off again, as it was.
        desk.workstation.shell().act(interaction::Intent::Undo, 0);
        QCOMPARE(desk.model().signedOff()->reader, QString("Ada"));
    }

    void aSignOffIsThereAfterTheNextStart()
    {
        {
            Reviewing desk(false);
            auto *anyway = desk.find<QLabel>("approveAnyway");
            QVERIFY(anyway->isVisible()); // places are open
            QVERIFY(!desk.find<QPushButton>("approveCase")->isEnabled());
            desk.workstation.presenters().signOff.approve("The rim is beyond doubt");
            QVERIFY(answer(desk, "nameDialog", "nameText", "nameAccept", "Grace"));
            QVERIFY(desk.settle());
        }
        Reviewing desk;
        QVERIFY(desk.model().signedOff());
        QCOMPARE(desk.model().signedOff()->reader, QString("Grace"));
        QCOMPARE(desk.workstation.presenters().review.record().signedBy, std::string("Grace"));
        QCOMPARE(desk.workstation.presenters().review.record().approvedReason, std::string("The rim is beyond doubt"));
        QVERIFY(desk.find<QLabel>("caseEndReason")->text().contains("The rim is beyond doubt"));
        desk.model().beginAct({"paint", 1, 8, ""});
        QVERIFY(!desk.model().acting());
        QVERIFY(desk.window().banner()->isShowing("signedOff"));
    }

    void aCaseIsRejectedWithAReasonAndSetBack()
    {
        Reviewing desk;
        desk.workstation.settings().setValue("saving/reader", "Ada");
        desk.find<QToolButton>("rejectCase")->click();
        QVERIFY(answer(desk, "reasonDialog", "reasonText", "reasonAccept", "Moved in every sequence"));
        QVERIFY(desk.settle());
        QCOMPARE(desk.workstation.presenters().review.record().state, CaseState::Rejected);
        QVERIFY(desk.find<QLabel>("caseEndText")->text().contains("Ada"));
        QCOMPARE(desk.find<QLabel>("caseEndReason")->text(), QString("Moved in every sequence"));
        const auto kept = app::CaseStore().find(desk.model().id().toStdString());
        QVERIFY(kept.has_value());
        QCOMPARE(kept->state, CaseState::Rejected);
        QCOMPARE(kept->rejectedReason, std::string("Moved in every sequence"));
        desk.workstation.shell().setMode(Mode::Cases);
        QVERIFY(QTest::qWaitFor([&] { return !desk.workstation.presenters().cases.loading(); }));
        QCOMPARE(widgets::caseStateText(widgets::CaseState::Rejected), QString("Rejected"));
        desk.workstation.shell().setMode(Mode::Review);
        desk.find<QPushButton>("reopenCase")->click();
        QVERIFY(desk.settle());
        QCOMPARE(desk.workstation.presenters().review.record().state, CaseState::Draft);
        QVERIFY(desk.find<QPushButton>("approveCase")->isVisible());
    }

    void theReadersNameIsAskedForOnceAndInPreferences()
    {
        Reviewing desk;
        desk.find<QPushButton>("approveCase")->click();
        auto *dialog = desk.find<QDialog>("nameDialog");
        QCOMPARE(dialog->findChild<QLineEdit *>("nameText")->text(), desk.workstation.settings().reader());
        QVERIFY(!desk.model().signedOff());
        dialog->findChild<QLineEdit *>("nameText")->setText(" ");
        QVERIFY(!dialog->findChild<QPushButton *>("nameAccept")->isEnabled());
        QVERIFY(answer(desk, "nameDialog", "nameText", "nameAccept", "Ada"));
        QVERIFY(desk.model().signedOff());
        desk.workstation.presenters().signOff.reopen("Again");
        desk.workstation.presenters().preferences.open("saving");
        auto *name = desk.window().findChild<QLineEdit *>("pref.saving/reader");
        QVERIFY(name);
        QCOMPARE(name->text(), QString("Ada"));
        name->setText("Grace");
        emit name->editingFinished();
        desk.find<QPushButton>("approveCase")->click();
        QVERIFY(!desk.window().findChild<QDialog *>("nameDialog"));
        QCOMPARE(desk.model().signedOff()->reader, QString("Grace"));
        QCOMPARE(desk.model().document().steps().back().reader, std::string("Grace"));
    }

    void keysLeadThroughTheListInItsOrder()
    {
        Desk desk;
        knowCases(desk, {"GL-10", "GL-9", "GL-2"});
        desk.workstation.settings().setValue("cases/sort", "name");
        desk.workstation.shell().setMode(Mode::Cases);
        QVERIFY(reloaded(desk));
        QCOMPARE(desk.workstation.presenters().cases.order().size(), std::size_t(3));
        desk.workstation.shell().setMode(Mode::Review);
        QCOMPARE(desk.model().name(), QString("GL-2"));
        for (const char *next : {"GL-9", "GL-10"}) {
            key(desk, Qt::Key_Down, Qt::ControlModifier);
            QVERIFY(QTest::qWaitFor([&] { return desk.model().name() == next && desk.settle(); }, 60'000));
            QCOMPARE(desk.window().mode(), Mode::Review);
        }
        key(desk, Qt::Key_Down, Qt::ControlModifier); // the end says so and stays
        QTest::qWait(50);
        QCOMPARE(desk.model().name(), QString("GL-10"));
        QVERIFY(!desk.workstation.presenters().open.busy());
        key(desk, Qt::Key_Up, Qt::ControlModifier);
        QVERIFY(QTest::qWaitFor([&] { return desk.model().name() == "GL-9" && desk.settle(); }, 60'000));
        QVERIFY(desk.find<QAction>("action.nextCase")->isEnabled());
        // The search is part of the way.
        desk.workstation.shell().setMode(Mode::Cases);
        QTest::keyClicks(desk.find<QLineEdit>("caseSearch"), "GL-2");
        QCOMPARE(desk.workstation.presenters().cases.order().size(), std::size_t(1));
        desk.workstation.shell().setMode(Mode::Review);
        key(desk, Qt::Key_Down, Qt::ControlModifier);
        QVERIFY(QTest::qWaitFor([&] { return desk.model().name() == "GL-2" && desk.settle(); }, 60'000));
    }

    void theNextCaseIsReadAheadAndTheOneLeftIsKept()
    {
        Desk desk;
        knowCases(desk, {"GL-2", "GL-1"});
        desk.workstation.settings().setValue("cases/sort", "name");
        desk.workstation.shell().setMode(Mode::Cases);
        QVERIFY(reloaded(desk));
        desk.workstation.shell().setMode(Mode::Review);
        const auto ready = [&] { return desk.workstation.presenters().open.prefetch().isReady(); };
        QVERIFY(QTest::qWaitFor(ready, 20'000));
        const QString second = desk.workstation.presenters().open.prefetch().wanted();
        QVERIFY(second.startsWith("GL-2"));
        // A stroke, not yet ended, and at once the next case.
        desk.workstation.shell().setMode(Mode::Correct);
        const QString left = desk.model().id();
        desk.model().beginAct({"paint", 1, 8, "ball"});
        const Geometry grid = desk.model().document().grid();
        desk.model().write(LabelPatch{{{10, 10, 10}, {3, 3, 3}}, std::vector<Label>(27, Label{1})});
        desk.workstation.presenters().review.changeRecord([](app::CaseRecord &record) { record.notes = "left"; });
        QElapsedTimer clock;
        clock.start();
        key(desk, Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(desk.model().id(), second); // no wait at all: it lay ready
        QVERIFY(QTest::qWaitFor([&] { return desk.workstation.presenters().views.slicesDrawn(); }, 5'000));
        QVERIFY2(clock.elapsed() < 1500, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(desk.model().series().size(), std::size_t(4));
        QVERIFY(QString::fromStdString(desk.model().series()[0].path.string()).contains("GL-2"));
        QVERIFY(!desk.model().hasMask());
        QVERIFY(desk.settle());
        const auto kept = app::CaseStore().find(left.toStdString());
        QVERIFY(kept.has_value());
        QCOMPARE(kept->state, CaseState::Draft);
        QVERIFY(kept->volumesMl.at("WT") > 0);
        key(desk, Qt::Key_Up, Qt::ControlModifier);
        QVERIFY(QTest::qWaitFor([&] { return desk.model().id() == left && desk.settle(); }, 60'000));
        QCOMPARE(desk.model().labels().count(1), std::int64_t(27));
        QVERIFY(desk.model().document().grid().sameGrid(grid));
    }

    void theNextCasesSurfacesAreMadeAhead()
    {
        Desk desk;
        app::CasePrefetch &ahead = nextReadAhead(desk);
        const QString id = ahead.wanted();
        render::SurfacesPtr made;
        const auto keep = [&](std::optional<app::LoadedCase> loaded) { made = loaded ? loaded->surfaces : nullptr; };
        QVERIFY(ahead.take(id, keep));
        QVERIFY(made && render::triangleCount(*made, 0) > 100); // the head
        ahead.setSurfacesMade(false);
        ahead.want(id);
        QVERIFY(QTest::qWaitFor([&] { return ahead.isReady(); }, 20'000));
        QVERIFY(ahead.take(id, keep));
        QVERIFY(!made);
        // Shown with what was made ahead, and right after a change too.
        ahead.setSurfacesMade(true);
        ahead.want(id);
        QVERIFY(QTest::qWaitFor([&] { return ahead.isReady(); }, 20'000));
        key(desk, Qt::Key_Down, Qt::ControlModifier);
        QVERIFY(QTest::qWaitFor([&] { return desk.model().id() == id && desk.settle(); }, 60'000));
        showBall(desk);
        const widgets::VolumeView *volume = desk.window().grid()->volume();
        QVERIFY(volume->state().mask && volume->state().mask->sharesVoxelsWith(desk.model().labels()));
        QVERIFY(!volume->updating());
    }

    void whatWasReadAheadIsReadAgainAfterItChanged()
    {
        Desk desk;
        app::CasePrefetch &ahead = nextReadAhead(desk);
        const QString id = ahead.wanted();
        auto record = app::CaseStore().find(id.toStdString());
        QVERIFY(record.has_value());
        record->name = "Renamed";
        QVERIFY(app::CaseStore().write(*record).has_value());
        bool asked = false;
        QVERIFY(ahead.take(id, [&](std::optional<app::LoadedCase> loaded) { asked = !loaded.has_value(); }));
        QVERIFY(asked); // nothing stale is handed over
        key(desk, Qt::Key_Down, Qt::ControlModifier);
        QVERIFY(QTest::qWaitFor([&] { return desk.model().name() == "Renamed" && desk.settle(); }, 60'000));
        ahead.want({});
        QVERIFY(!ahead.isReady());
        QVERIFY(!ahead.take(id, [](std::optional<app::LoadedCase>) {}));
    }

    void notesAreKeptWithTheCaseAndFoundBySearch()
    {
        {
            Desk desk;
            knowCases(desk, {"GL-1"});
            desk.workstation.shell().setMode(Mode::Review);
            auto *notes = desk.find<QPlainTextEdit>("caseNotes");
            QVERIFY(!notes->isVisible()); // folded while empty
            QTest::mouseClick(desk.find<QToolButton>("writeNote"), Qt::LeftButton);
            QVERIFY(notes->isVisible());
            notes->setPlainText("Bleed beside the cyst");
            knowCases(desk, {"GL-2"}); // at once another case
            QVERIFY(desk.find<QPlainTextEdit>("caseNotes")->toPlainText().isEmpty());
            desk.workstation.shell().setMode(Mode::Cases);
            QVERIFY(reloaded(desk));
            QTest::keyClicks(desk.find<QLineEdit>("caseSearch"), "bleed");
            QCOMPARE(desk.workstation.presenters().cases.order().size(), std::size_t(1));
            QVERIFY(desk.workstation.presenters().cases.order().front().startsWith("GL-1"));
        }
        Desk desk;
        knowCases(desk, {"GL-1"});
        QCOMPARE(desk.find<QPlainTextEdit>("caseNotes")->toPlainText(), QString("Bleed beside the cyst"));
        QCOMPARE(desk.workstation.presenters().review.saveJob(false).record.notes,
                 std::string("Bleed beside the cyst"));
    }

    void aNoteOnAPlaceIsAStepAndAnAnswerKeepsIt()
    {
        Reviewing desk(false);
        desk.workstation.shell().setMode(Mode::Doubts);
        desk.workstation.presenters().doubts.step(+1);
        const int place = desk.workstation.presenters().doubts.current();
        auto *note = desk.find<QLineEdit>("placeNote");
        QVERIFY(note->isVisible());
        const std::size_t steps = desk.model().document().steps().size();
        note->setFocus();
        QTest::keyClicks(note, "Vessel, not tumour");
        QTest::keyClick(note, Qt::Key_Return);
        QCOMPARE(desk.model().document().steps().size(), steps + 1);
        QCOMPARE(desk.model().placeNote(place - 1), std::string("Vessel, not tumour"));
        desk.workstation.presenters().doubts.act(widgets::PlaceAct::Keep);
        QCOMPARE(desk.model().placeNote(place - 1), std::string("Vessel, not tumour"));
        const auto notes = desk.workstation.presenters().review.saveJob(false).record.placeNotes;
        QCOMPARE(notes.at(std::size_t(place) - 1), std::string("Vessel, not tumour"));
        desk.workstation.presenters().doubts.visit(place);
        QCOMPARE(note->text(), QString("Vessel, not tumour"));
        desk.workstation.shell().act(interaction::Intent::Undo, 0);
        desk.workstation.shell().act(interaction::Intent::Undo, 0);
        QCOMPARE(desk.model().placeNote(place - 1), std::string());
        QVERIFY(note->text().isEmpty());
    }

    void timeCountsWhileTheHandIsAtWork()
    {
        app::WorkClock clock;
        clock.restart(100);
        clock.tick(0, true);
        clock.tick(1000, true);
        QCOMPARE(clock.seconds(), 100.0); // no input yet
        clock.input(1000);
        for (int second = 2; second <= 200; ++second)
            clock.tick(second * 1000, true);
        QCOMPARE(clock.seconds(), 160.0); // a minute after the last input it rests
        clock.input(200'000);
        clock.tick(201'000, false); // another window
        QCOMPARE(clock.seconds(), 160.0);
        clock.tick(4'000'000, true);
        QCOMPARE(clock.seconds(), 160.0);
        clock.input(4'000'000);
        clock.tick(4'050'000, true); // the machine slept
        QCOMPARE(clock.seconds(), 165.0);

        QString id;
        {
            Desk desk;
            desk.workstation.settings().setValue("saving/reader", "Ada");
            knowCases(desk, {"GL-1"});
            id = desk.model().id();
            QTest::mouseMove(desk.window().grid()->slice(render::Plane::Axial)->canvas(), {50, 50});
            QTest::qWait(3300);
        }
        const auto record = app::CaseStore().find(id.toStdString());
        Desk desk;
        knowCases(desk, {"GL-1"});
        const auto &spent = desk.workstation.presenters().review.record().secondsByReader;
        QVERIFY(spent.contains("Ada"));
        QVERIFY2(spent.at("Ada") > 1.5 && spent.at("Ada") < 30, qPrintable(QString::number(spent.at("Ada"))));
    }
};

QTEST_MAIN(CaseWorkTest)
#include "CaseWorkTest.moc"
