#include <QtTest>
#include <QtWidgets>

#include "GuiTest.h"

#include "model/Journal.h"

#include "glioscope/render/SliceGeometry.h"
#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/CasesPage.h"
#include "glioscope/widgets/PreferencesDialog.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

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
        desk.workstation.presenters().open.addMask(QString::fromStdString(home->truth().string()));
        QVERIFY(QTest::qWaitFor([&] { return banner->isShowing("signedOff"); }, 10'000));
        QVERIFY(refusedOnce());
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
};

QTEST_MAIN(CaseWorkTest)
#include "CaseWorkTest.moc"
