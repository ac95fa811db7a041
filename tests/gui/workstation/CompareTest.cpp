#include <QtTest>
#include <QtWidgets>

#include "CorrectDesk.h"

#include "model/CaseMasks.h"
#include "model/Journal.h"
#include "model/MaskComparison.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/io/ImageFile.h"
#include "glioscope/metrics/RegionMetrics.h"
#include "glioscope/widgets/ComparePanel.h"
#include "glioscope/widgets/JobCard.h"
#include "glioscope/widgets/TopBar.h"

#include <array>

// Two readers' masks of one case, compared and settled in the window.
using namespace glio;
using widgets::LayoutChoice;
using widgets::Mode;
namespace fs = std::filesystem;

namespace {
gui::TestHome *home = nullptr;

/// The phantom with its head turned and voxels of three different sizes.
fs::path obliqueCase(const std::string &name)
{
    const fs::path folder = home->path() / name;
    if (fs::exists(folder)) return folder;
    fs::create_directories(folder);
    const double a = 0.26, b = 0.14, ca = std::cos(a), sa = std::sin(a), cb = std::cos(b), sb = std::sin(b);
    for (const auto &file : fs::directory_iterator(home->phantomCase())) {
        auto image = io::readImage(file.path());
        if (!image) qFatal("%s", image.error().message.c_str());
        const auto grid = Geometry::make(image->size(), {2.6, 3.0, 4.2}, image->geometry().origin(),
                                         {ca, -sa * cb, sa * sb, sa, ca * cb, -ca * sb, 0, sb, cb});
        if (!grid) qFatal("%s", grid.error().message.c_str());
        std::string text = file.path().filename().string();
        if (const auto done = io::writeImage(folder / text.replace(0, 8, name), image->withGeometry(*grid)); !done)
            qFatal("%s", done.error().message.c_str());
    }
    return folder;
}

void fill(LabelMap &map, const VoxelBox &box, Label label)
{
    map.setValues(box, std::vector<Label>(std::size_t(box.count()), label));
}

constexpr VoxelBox kLeftOut{{20, 20, 15}, {5, 20, 10}}; // oedema of Ann's that Bo leaves out
constexpr VoxelBox kOtherwise{{26, 26, 18}, {2, 8, 4}}; // enhancing for Ann, oedema for Bo
constexpr VoxelBox kAdded{{50, 50, 30}, {5, 4, 4}};     // oedema of Bo's alone

/// Ann's mask at hand and Bo's beside it, compared.
struct Comparing : gui::Desk {
    explicit Comparing(const std::string &name = "OB-1")
    {
        if (!open(obliqueCase(name))) qFatal("the case does not open");
        ed = model().scheme().label("ED")->value;
        et = model().scheme().label("ET")->value;
        LabelMap first(model().referenceGrid());
        fill(first, {{20, 20, 15}, {20, 20, 10}}, ed);
        fill(first, {{26, 26, 18}, {8, 8, 4}}, et);
        model().setReader("Ann");
        model().setMask(first.toVolume(), model().scheme(), {.origin = app::MaskOrigin::Drawn});
        ann = masks().current();
        model().setReader("Bo");
        masks().add("Second reading", app::CaseMasks::Content::CopyOfCurrent);
        bo = masks().current();
        LabelMap second = first;
        fill(second, kLeftOut, 0);
        fill(second, kOtherwise, ed);
        fill(second, kAdded, ed);
        model().beginAct({"lasso", ed, 0, ""});
        const VoxelBox whole = VoxelBox::whole(second.geometry());
        model().write(LabelPatch{whole, second.values(whole)});
        model().commitAct();
        model().setReader("Ann");
        if (const auto done = masks().takeUp(ann); !done) qFatal("%s", done.error().message.c_str());
        workstation.shell().setMode(Mode::Review);
        panel()->setOpen(true);
        settle();
        mine = first;
        theirs = second;
    }
    app::CaseMasks &masks() { return workstation.masks(); }
    app::ComparePresenter &compare() { return workstation.presenters().compare; }
    widgets::ComparePanel *panel() { return find<widgets::ComparePanel>("compareSection"); }
    QListView *list() { return find<QListView>("compareList"); }
    QTableWidget *table() { return find<QTableWidget>("compareTable"); }
    QString progress() { return find<QLabel>("compareProgress")->text(); }
    const LabelMap &mask() { return model().document().labels(); }
    bool compared()
    {
        return QTest::qWaitFor([this] { return !compare().busy() && compare().comparison(); }, 30'000);
    }
    /// As a reader does, in the combo box.
    bool choose(const std::string &id)
    {
        auto *with = find<QComboBox>("compareWith");
        const int index = with->findData(QString::fromStdString(id));
        if (index < 0 || !with->isEnabled()) return false;
        with->setCurrentIndex(index);
        emit with->activated(index);
        return compared();
    }
    void visit(int row)
    {
        const QRect at = list()->visualRect(list()->model()->index(row, 0));
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, at.center());
    }
    QString says(int row) { return list()->model()->index(row, 0).data().toString(); }
    QString figure(const QString &region, int column)
    {
        for (int row = 0; row < table()->rowCount(); ++row)
            if (table()->verticalHeaderItem(row)->text() == region) return table()->item(row, column)->text();
        return "no such region";
    }
    QString lastAct() { return QString::fromStdString(model().document().steps().back().act.id); }
    Label ed = 0, et = 0;
    std::string ann, bo;
    LabelMap mine, theirs;
};

QString text(double value, int digits) { return QString::number(value, 'f', digits); }

QAction *layoutAction(gui::Desk &desk, LayoutChoice choice)
{
    for (QAction *action : desk.find<QMenu>("layoutMenu")->actions())
        if (action->data().toInt() == int(choice)) return action;
    return nullptr;
}

std::vector<QStringList> csv(const fs::path &file)
{
    const auto text = readFile(file);
    if (!text) qFatal("%s", text.error().message.c_str());
    std::vector<QStringList> rows;
    for (const QString &line : QString::fromStdString(*text).split('\n', Qt::SkipEmptyParts))
        rows.push_back(line.split(','));
    return rows;
}
} // namespace

class CompareTest : public QObject {
    Q_OBJECT
private slots:
    void init() { QDir(QString::fromStdString((home->path() / "data").string())).removeRecursively(); }

    void comparingNeedsASecondMask()
    {
        gui::Desk desk;
        auto *with = desk.find<QComboBox>("compareWith");
        QVERIFY(!with->isEnabled());
        QVERIFY(desk.open(obliqueCase("OB-1")));
        QVERIFY(!with->isEnabled());
        QVERIFY(!with->toolTip().isEmpty());
        QVERIFY(!layoutAction(desk, LayoutChoice::CompareMasks)->isEnabled());
        gui::showBall(desk); // now there is what the model said
        QVERIFY(with->isEnabled());
        QVERIFY(with->findData(QString(app::CaseMasks::kDraftId)) > 0);
        QVERIFY(layoutAction(desk, LayoutChoice::CompareMasks)->isEnabled());
        emit with->activated((with->setCurrentIndex(with->findData(QString(app::CaseMasks::kDraftId))),
                              with->currentIndex()));
        app::ComparePresenter &compare = desk.workstation.presenters().compare;
        QVERIFY(QTest::qWaitFor([&] { return !compare.busy() && compare.comparison(); }, 30'000));
        QCOMPARE(compare.comparison()->places.disputedMl, 0.0); // nobody has corrected it yet
        QVERIFY(desk.find<QLabel>("compareSummary")->text().contains("agree everywhere"));
    }

    void figuresAreThoseOfTheMasks()
    {
        Comparing desk;
        QVERIFY(desk.choose(desk.bo));
        // Dice and volumes counted here, voxel by voxel.
        const VoxelBox whole = VoxelBox::whole(desk.mine.geometry());
        const std::vector<Label> a = desk.mine.values(whole), b = desk.theirs.values(whole);
        const double ml = 2.6 * 3.0 * 4.2 / 1000;
        QVERIFY(std::abs(desk.mine.geometry().voxelVolumeMm3() / 1000 - ml) < 1e-6);
        for (const RegionDefinition &region : desk.model().scheme().regions()) {
            double first = 0, second = 0, both = 0;
            for (std::size_t n = 0; n < a.size(); ++n) {
                first += region.contains(a[n]);
                second += region.contains(b[n]);
                both += region.contains(a[n]) && region.contains(b[n]);
            }
            const QString id = QString::fromStdString(region.id);
            QCOMPARE(desk.figure(id, 3), text(first * ml, 1));
            QCOMPARE(desk.figure(id, 4), text(second * ml, 1));
            if (first + second == 0) { // neither has it: there is nothing that could be alike
                for (int column = 0; column < 3; ++column)
                    QCOMPARE(desk.figure(id, column), QString(QChar(0x2013)));
            } else {
                QCOMPARE(desk.figure(id, 0), text(2 * both / (first + second), 3));
            }
        }
        const auto metrics = metrics::compareMasks(desk.mine.toVolume(), desk.theirs.toVolume(), desk.model().scheme());
        QVERIFY(metrics.has_value());
        for (const metrics::RegionMetrics &region : *metrics) {
            if (region.referenceMl == 0 || region.predictionMl == 0) continue;
            QCOMPARE(desk.figure(QString::fromStdString(region.id), 1), text(*region.hd95Mm, 1));
            QCOMPARE(desk.figure(QString::fromStdString(region.id), 2), text(region.nsd, 3));
        }
        QCOMPARE(desk.list()->model()->rowCount(), 3);
        QCOMPARE(desk.says(0), QString("Oedema here, normal there"));
        QCOMPARE(desk.says(1), QString("Normal here, oedema there"));
        QCOMPARE(desk.says(2), QString("Enhancing tumour here, oedema there"));
        QCOMPARE(desk.progress(), QString("0 of 3 settled"));
        // Every view shows the other mask's lines and what is disputed.
        for (widgets::SliceView *view : desk.window().grid()->visibleSlices()) {
            QVERIFY(view->state().compare.other.has_value());
            QVERIFY(*view->state().compare.other == desk.theirs);
            QCOMPARE(view->state().compare.disputed->count(1), kLeftOut.count());
        }
        desk.find<QAbstractButton>("compareDisputed")->click();
        desk.find<QAbstractButton>("compareContours")->click();
        for (widgets::SliceView *view : desk.window().grid()->visibleSlices()) {
            QVERIFY(!view->state().compare.other.has_value());
            QVERIFY(!view->state().compare.disputed.has_value());
        }
    }

    void aPlaceIsGoneToByAClick()
    {
        Comparing desk;
        QVERIFY(desk.choose(desk.bo));
        desk.visit(1);
        const Index3 at = desk.mine.geometry().nearestVoxel(desk.model().cursor());
        QVERIFY(kAdded.contains(at));
        widgets::SliceView *axial = desk.window().grid()->slice(render::Plane::Axial);
        QTRY_COMPARE(axial->state().places.size(), std::size_t(1));
        QCOMPARE(axial->state().places.front().start, kAdded.start);
        QCOMPARE(axial->state().places.front().size, kAdded.size);
        QVERIFY(length(axial->viewpoint().centre - desk.model().cursor()) < 5);
        // With the keys: down to the next one, and there.
        desk.list()->setFocus();
        QTest::keyClick(desk.list(), Qt::Key_Down);
        QTest::keyClick(desk.list(), Qt::Key_Return);
        QVERIFY(kOtherwise.contains(desk.mine.geometry().nearestVoxel(desk.model().cursor())));
    }

    void takingTheirsChangesThatPlaceAlone()
    {
        Comparing desk;
        QVERIFY(desk.choose(desk.bo));
        const std::size_t steps = desk.model().document().steps().size();
        desk.visit(0);
        desk.find<QPushButton>("takeTheirs")->click();
        LabelMap expected = desk.mine;
        fill(expected, kLeftOut, 0);
        QVERIFY(desk.mask() == expected);
        QCOMPARE(desk.model().document().steps().size(), steps + 1);
        QCOMPARE(desk.lastAct(), QString("compare.theirs"));
        QVERIFY(kAdded.contains(desk.mine.geometry().nearestVoxel(desk.model().cursor()))); // on to the next
        QCOMPARE(desk.progress(), QString("1 of 3 settled"));
        QVERIFY(desk.compared());
        QCOMPARE(desk.progress(), QString("1 of 3 settled"));
        QCOMPARE(desk.list()->model()->rowCount(), 2);

        desk.find<QPushButton>("takeTheirs")->click();
        fill(expected, kAdded, desk.ed);
        QVERIFY(desk.mask() == expected);
        // Who set it: the other reader; what was cleared was decided here, and no model fills it again.
        const MaskDocument &document = desk.model().document();
        const auto sources = document.sources();
        const VoxelSource &added = sources[document.sourceMap().at(kAdded.start)];
        QCOMPARE(int(added.origin), int(Origin::OtherReader));
        QCOMPARE(added.name, std::string("Second reading"));
        QVERIFY(sources[document.sourceMap().at(kLeftOut.start)].byHand());

        QVERIFY(desk.compared());
        QTest::keyClick(&desk.window(), Qt::Key_Z, Qt::ControlModifier);
        QTest::keyClick(&desk.window(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(desk.mask() == desk.mine);
        QVERIFY(desk.compared());
        QCOMPARE(desk.progress(), QString("0 of 3 settled"));
        QCOMPARE(desk.list()->model()->rowCount(), 3);
    }

    void keepingMineIsAStepOfTheHistory()
    {
        Comparing desk;
        QVERIFY(desk.choose(desk.bo));
        desk.visit(0);
        desk.list()->setFocus();
        QTest::keyClick(desk.list(), Qt::Key_K);
        QVERIFY(desk.mask() == desk.mine);
        QCOMPARE(desk.lastAct(), QString("compare.mine"));
        QCOMPARE(desk.progress(), QString("1 of 3 settled"));
        QCOMPARE(desk.says(2), QString("Oedema here, normal there")); // behind the open ones
        QVERIFY(kAdded.contains(desk.mine.geometry().nearestVoxel(desk.model().cursor())));
        QTest::keyClick(desk.list(), Qt::Key_K, Qt::ShiftModifier);
        QVERIFY(desk.compared());
        QCOMPARE(desk.progress(), QString("2 of 3 settled"));
        // Another session knows it.
        QVERIFY(desk.masks().takeUp(desk.bo).has_value());
        QVERIFY(desk.masks().takeUp(desk.ann).has_value());
        QVERIFY(desk.choose(desk.bo));
        QCOMPARE(desk.progress(), QString("2 of 3 settled"));
        desk.model().undo();
        desk.model().undo();
        QVERIFY(desk.compared());
        QCOMPARE(desk.progress(), QString("0 of 3 settled"));
        QCOMPARE(desk.says(0), QString("Oedema here, normal there"));
    }

    void locksHoldForWhatIsTaken()
    {
        Comparing desk;
        QVERIFY(desk.choose(desk.bo));
        desk.model().setLocked(desk.ed, true);
        QVERIFY(desk.compared());
        const std::size_t steps = desk.model().document().steps().size();
        desk.visit(0);
        desk.find<QPushButton>("takeTheirs")->click();
        QVERIFY(desk.mask() == desk.mine);
        QCOMPARE(desk.model().document().steps().size(), steps);
        QCOMPARE(desk.progress(), QString("0 of 3 settled"));
        QVERIFY(desk.find<QWidget>("toast")->isVisible());
        desk.model().setLocked(desk.ed, false);
        QVERIFY(desk.model().signOff());
        QVERIFY(!desk.find<QPushButton>("takeTheirs")->isEnabled());
        QVERIFY(desk.find<QPushButton>("takeTheirs")->toolTip().contains("signed off"));
    }

    void figuresFollowEachStep()
    {
        Comparing desk;
        QVERIFY(desk.choose(desk.bo));
        const QString before = desk.figure("WT", 0);
        LabelPatch patch{kAdded, std::vector<Label>(std::size_t(kAdded.count()), desk.ed)};
        desk.model().beginAct({"lasso", desk.ed, 0, ""});
        desk.model().write(patch);
        desk.model().commitAct();
        QVERIFY(desk.compare().busy()); // and the figures are grey
        QCOMPARE(desk.figure("WT", 0), before);
        QVERIFY(desk.compared());
        const double first = 4000 + double(kAdded.count()), second = 3000 + double(kAdded.count());
        QCOMPARE(desk.figure("WT", 0), text(2 * second / (first + second), 3));
        QCOMPARE(desk.list()->model()->rowCount(), 2);
    }

    void twoMasksStandSideBySide()
    {
        Comparing desk;
        widgets::ViewGrid *grid = desk.window().grid();
        grid->setActiveView(grid->slice(render::Plane::Coronal));
        QAction *action = layoutAction(desk, LayoutChoice::CompareMasks);
        QVERIFY(action->isEnabled());
        action->trigger();
        QVERIFY(desk.compared()); // the other reader's by itself
        QCOMPARE(desk.compare().with(), desk.bo);
        QCOMPARE(grid->visibleSlices().size(), 2);
        widgets::SliceView *left = grid->visibleSlices()[0], *right = grid->visibleSlices()[1];
        QVERIFY(desk.settle());
        QTRY_VERIFY(right->state().mask.mask && *right->state().mask.mask == desk.theirs);
        QVERIFY(*left->state().mask.mask == desk.mine);
        QVERIFY(*left->state().compare.other == desk.theirs);
        QVERIFY(*right->state().compare.other == desk.mine);
        for (widgets::SliceView *view : {left, right}) {
            QCOMPARE(int(view->state().plane), int(render::Plane::Coronal));
            QVERIFY(view->state().compare.disputed.has_value());
        }
        QVERIFY(left->accessibleName().contains("Working"));
        QVERIFY(right->accessibleName().contains("Second reading"));
        QCOMPARE(left->state().image->data(), right->state().image->data());
        desk.wheel(left->canvas(), 2);
        QTRY_COMPARE(right->state().cursor.y, left->state().cursor.y);
        emit left->zoomWished(2, left->viewpoint().centre);
        QCOMPARE(right->viewpoint().mmPerPixel, left->viewpoint().mmPerPixel);
        // Nobody draws where the mask at hand is not shown.
        desk.workstation.shell().setMode(Mode::Correct);
        desk.find<QMenu>("layoutMenu");
        layoutAction(desk, LayoutChoice::CompareMasks)->trigger();
        desk.workstation.shell().act(interaction::Intent::ToolBrush, 0);
        QVERIFY(desk.settle());
        const std::size_t steps = desk.model().document().steps().size();
        QTest::mouseClick(right->canvas(), Qt::LeftButton, {}, right->canvas()->rect().center());
        QCOMPARE(desk.model().document().steps().size(), steps);
        // Four sequences come back as they were.
        layoutAction(desk, LayoutChoice::FourSequences)->trigger();
        QVERIFY(desk.settle());
        std::set<const float *> images;
        for (widgets::SliceView *view : grid->visibleSlices()) {
            images.insert(view->state().image->data());
            QCOMPARE(int(view->state().plane), int(grid->visibleSlices().back()->state().plane));
        }
        QCOMPARE(images.size(), std::size_t(4));
    }

    void anAdjudicatedCopyIsAThirdMask()
    {
        Comparing desk;
        QVERIFY(desk.choose(desk.bo));
        desk.find<QPushButton>("adjudicate")->click();
        QCOMPARE(desk.masks().list().size(), std::size_t(3));
        const std::string third = desk.masks().current();
        QVERIFY(third != desk.ann && third != desk.bo);
        QCOMPARE(desk.masks().find(third)->name, std::string("Adjudicated"));
        QVERIFY(desk.compared());
        QCOMPARE(desk.compare().with(), desk.bo); // worked on against the other one
        desk.visit(0);
        desk.find<QPushButton>("takeTheirs")->click();
        QVERIFY(desk.settle());
        const auto first = desk.masks().labelsOf(desk.ann), second = desk.masks().labelsOf(desk.bo);
        QVERIFY(first && *first == desk.mine);
        QVERIFY(second && *second == desk.theirs);
        QVERIFY(desk.mask() != desk.mine);
        // The one it is compared with is taken up: the former one takes its place.
        QVERIFY(desk.masks().takeUp(desk.bo).has_value());
        QVERIFY(desk.compared());
        QCOMPARE(desk.compare().with(), third);
    }

    void aBlindReadingSeesNoOtherMask()
    {
        Comparing desk;
        layoutAction(desk, LayoutChoice::CompareMasks)->trigger();
        QVERIFY(desk.compared());
        desk.masks().beginBlind("Cy");
        QVERIFY(desk.compare().with().empty());
        auto *with = desk.find<QComboBox>("compareWith");
        QVERIFY(!with->isEnabled());
        QCOMPARE(with->toolTip(), QString("Ends when the blind reading ends."));
        QCOMPARE(with->count(), 1);
        QVERIFY(!desk.find<QPushButton>("adjudicate")->isEnabled());
        QCOMPARE(desk.find<QPushButton>("readerTable")->toolTip(), QString("Ends when the blind reading ends."));
        QAction *action = layoutAction(desk, LayoutChoice::CompareMasks);
        QVERIFY(!action->isEnabled());
        QCOMPARE(int(desk.window().grid()->layoutKind()), int(widgets::GridLayout::TwoByTwo));
        for (widgets::SliceView *view : desk.window().grid()->allSlices())
            QVERIFY(!view->state().compare.other && !view->state().compare.disputed);
        const fs::path file = home->path() / "blind.csv";
        desk.workstation.presenters().readers.make(app::ReaderTablePresenter::Scope::Case,
                                                   QString::fromStdString(file.string()));
        QVERIFY(!desk.workstation.presenters().readers.busy());
        desk.masks().endBlind();
        QVERIFY(with->isEnabled());
        QVERIFY(action->isEnabled());
    }

    void theReaderTableIsWrittenForCaseAndProject()
    {
        const auto made = [](Comparing &desk, app::ReaderTablePresenter::Scope scope, const fs::path &file) {
            app::ReaderTablePresenter &readers = desk.workstation.presenters().readers;
            QSignalSpy done(&readers, &app::ReaderTablePresenter::made);
            QSignalSpy failed(&readers, &app::ReaderTablePresenter::failed);
            readers.make(scope, QString::fromStdString(file.string()));
            (void)QTest::qWaitFor([&] { return !readers.busy(); }, 60'000);
            return done.count() == 1 && failed.count() == 0;
        };
        using Scope = app::ReaderTablePresenter::Scope;
        { // a first case with two masks
            Comparing first("OB-2");
            QVERIFY(first.settle());
        }
        Comparing desk;
        QVERIFY(desk.choose(desk.bo));
        desk.find<QPushButton>("adjudicate")->click();
        QVERIFY(desk.settle());
        const fs::path file = home->path() / "readers.csv";
        QVERIFY(made(desk, Scope::Case, file));
        const std::size_t regions = desk.model().scheme().regions().size();
        const auto rows = csv(file);
        QCOMPARE(rows.size(), 1 + 3 * regions);
        const auto metrics = metrics::compareMasks(desk.mine.toVolume(), desk.theirs.toVolume(), desk.model().scheme());
        for (std::size_t n = 0; n < regions; ++n) { // Ann's with Bo's come first
            const QStringList &row = rows[1 + n];
            const metrics::RegionMetrics &region = (*metrics)[n];
            const bool any = region.referenceMl > 0 || region.predictionMl > 0;
            QCOMPARE(row[0], QString("OB-1"));
            QCOMPARE(row[1], QString("Working"));
            QCOMPARE(row[2], QString("Ann"));
            QCOMPARE(row[3], QString("Second reading"));
            QCOMPARE(row[4], QString("Bo"));
            QCOMPARE(row[5], QString::fromStdString(region.id));
            QCOMPARE(row[6], text(region.referenceMl, 3));
            QCOMPARE(row[7], text(region.predictionMl, 3));
            QCOMPARE(row[8], any ? text(region.dice, 4) : QString());
            QCOMPARE(row[9], any && region.hd95Mm ? text(*region.hd95Mm, 2) : QString());
            QCOMPARE(row[10], any ? text(region.nsd, 4) : QString());
        }
        const fs::path all = home->path() / "all.csv";
        QVERIFY(made(desk, Scope::Project, all));
        QCOMPARE(csv(all).size(), 1 + 4 * regions);
        // What cannot be written says so and leaves nothing.
        app::ReaderTablePresenter &readers = desk.workstation.presenters().readers;
        QSignalSpy failed(&readers, &app::ReaderTablePresenter::failed);
        readers.make(Scope::Case, QString::fromStdString((home->path() / "nowhere" / "t.csv").string()));
        QVERIFY(QTest::qWaitFor([&] { return failed.count() == 1; }, 60'000));
        QVERIFY(desk.find<QWidget>("toast")->isVisible());
        // Stopped: the file that was there stays.
        readers.make(Scope::Project, QString::fromStdString(all.string()));
        auto *card = desk.find<widgets::JobCard>("compareJob");
        QVERIFY(!card->isHidden());
        card->findChild<QPushButton *>("stopJob")->click();
        QVERIFY(QTest::qWaitFor([&] { return !readers.busy(); }, 60'000));
        QCOMPARE(csv(all).size(), 1 + 4 * regions);
        QVERIFY(card->isHidden());
    }
};

int main(int argc, char **argv)
{
    app::prepareApplication();
    gui::TestHome own;
    home = &own;
    QApplication application(argc, argv);
    {
        app::Settings settings;
        app::dressApplication(settings);
    }
    CompareTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "CompareTest.moc"
