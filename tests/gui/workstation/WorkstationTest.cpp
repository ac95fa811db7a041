#include <QtTest>
#include <QtWidgets>

#include "GuiTest.h"

#include "glioscope/io/ImageFile.h"
#include "glioscope/render/SliceGeometry.h"
#include "glioscope/widgets/BandPanel.h"
#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/SliceSlider.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/Theme.h"
#include "glioscope/widgets/TopBar.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>

#include <algorithm>
#include <cmath>
#include <set>

using namespace glio;
using glio::gui::Desk;
using glio::gui::showBall;
using widgets::Mode;

namespace {
gui::TestHome *home = nullptr;

void drop(QWidget *target, const QStringList &paths)
{
    QMimeData data;
    QList<QUrl> urls;
    for (const QString &path : paths)
        urls.push_back(QUrl::fromLocalFile(path));
    data.setUrls(urls);
    const QPoint at(target->width() / 2, target->height() / 2);
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &enter);
    QDropEvent event(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &event);
}
} // namespace

/// The window, driven as a reader drives it: every check is a number or a sentence, never a pixel.
class WorkstationTest final : public QObject {
    Q_OBJECT
private slots:
    void openingAFolderShowsItInFourViews()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        QCOMPARE(int(desk.model().series().size()), 4);
        QCOMPARE(desk.window().mode(), Mode::Review);
        for (const Sequence sequence : kModelSequences)
            QVERIFY(desk.model().seriesOf(sequence) >= 0);
        for (const app::Series &series : desk.model().series())
            QVERIFY(!series.reason.isEmpty());
        for (widgets::SliceView *view : desk.window().grid()->visibleSlices()) {
            QVERIFY(view->canvas()->framesDrawn() > 0);
            const QImage picture = view->snapshot();
            int bright = 0;
            for (int y = 0; y < picture.height(); y += 4)
                for (int x = 0; x < picture.width(); x += 4)
                    bright += qGray(picture.pixel(x, y)) > 60;
            QVERIFY2(bright > picture.width() * picture.height() / 16 / 20, "the view shows no head");
        }
        QCOMPARE(desk.window().grid()->visibleSlices().size(), 3);
    }

    void anUnusualCaseIsSaidInPlainWords()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        QVERIFY(!desk.window().banner()->isShowing("unusualCase"));
        LabelVolume mask(desk.model().referenceGrid());
        mask.set({5, 5, 5}, 2);
        app::MaskSource source;
        source.origin = app::MaskOrigin::Model;
        source.trust.predictedDice = 0.5;
        source.trust.diceLow = 0.4;
        source.trust.diceHigh = 0.612;
        source.trust.qualityCases = 48;
        desk.model().setMask(mask, defaultLabelScheme(), source);
        QVERIFY(desk.window().banner()->isShowing("doubtfulMask"));
        bool range = false;
        for (const QLabel *label : desk.window().banner()->findChildren<QLabel *>())
            range = range || label->text().contains("between 0.400 and 0.612, from 48 held-out cases");
        QVERIFY(range);
        source.trust.unusualScore = 1.8;
        source.trust.reasons = {"sequences", "net"};
        desk.model().setMask(mask, defaultLabelScheme(), source);
        QVERIFY2(desk.window().banner()->isShowing("unusualCase"), "the stronger warning is shown");
        QVERIFY(!desk.window().banner()->isShowing("doubtfulMask"));
        bool words = false;
        for (const QLabel *label : desk.window().banner()->findChildren<QLabel *>()) {
            words = words || label->text() == "This case differs from those the model was checked on.";
            QVERIFY2(!label->text().contains('%'), "never a bare percentage");
        }
        QVERIFY(words);
        source.trust = {};
        desk.model().setMask(mask, defaultLabelScheme(), source);
        QVERIFY(!desk.window().banner()->isShowing("unusualCase"));
    }

    void theWheelMovesOneSliceInAllLinkedViews()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        const Geometry &grid = desk.model().referenceGrid();
        auto *axial = desk.find<widgets::SliceView>("view.axial");
        const int before = render::sliceAt(grid, render::Plane::Axial, desk.model().cursor());
        const PointMm start = desk.model().cursor();
        desk.wheel(axial->canvas(), 1);
        QCOMPARE(render::sliceAt(grid, render::Plane::Axial, desk.model().cursor()), before + 1);
        QCOMPARE(desk.model().cursor().x, start.x);
        auto *coronal = desk.find<widgets::SliceView>("view.coronal");
        QTRY_COMPARE(coronal->state().cursor.z, desk.model().cursor().z);
        QTest::keyClick(axial->canvas(), Qt::Key_PageDown);
        QCOMPARE(render::sliceAt(grid, render::Plane::Axial, desk.model().cursor()), before);
    }

    void bracketsChangeTheSequenceOfTheActiveViewAlone()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        auto *axial = desk.find<widgets::SliceView>("view.axial");
        auto *coronal = desk.find<widgets::SliceView>("view.coronal");
        QTest::mouseClick(axial->canvas(), Qt::LeftButton);
        const auto *before = axial->state().image->data(), *other = coronal->state().image->data();
        const render::Viewpoint viewpoint = axial->viewpoint();
        QTest::keyClick(axial->canvas(), Qt::Key_BracketRight);
        QVERIFY(axial->state().image->data() != before);
        QCOMPARE(coronal->state().image->data(), other);
        QCOMPARE(axial->viewpoint().mmPerPixel, viewpoint.mmPerPixel); // switching moves nothing
        QTest::keyClick(axial->canvas(), Qt::Key_BracketLeft);
        QCOMPARE(axial->state().image->data(), before);
    }

    void windowAndLevelAreRememberedPerSequence()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        auto *axial = desk.find<widgets::SliceView>("view.axial");
        QTest::mouseClick(axial->canvas(), Qt::LeftButton);
        const int series = desk.workstation.presenters().views.activeSeries();
        emit axial->windowWished(10, 25);
        const DisplayRange changed = desk.model().series()[std::size_t(series)].window;
        QVERIFY(changed.high != desk.model().series()[std::size_t(series)].autoRange.high);
        QTest::keyClick(axial->canvas(), Qt::Key_BracketRight);
        QTest::keyClick(axial->canvas(), Qt::Key_BracketLeft);
        QCOMPARE(axial->state().window.high, changed.high);
        QTest::keyClick(axial->canvas(), Qt::Key_J, Qt::ControlModifier);
        QCOMPARE(axial->state().window.high, desk.model().series()[std::size_t(series)].autoRange.high);
    }

    void zoomIsLinkedAndSwitchingModeMovesNothing()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        showBall(desk);
        auto *axial = desk.find<widgets::SliceView>("view.axial");
        auto *coronal = desk.find<widgets::SliceView>("view.coronal");
        emit axial->zoomWished(2.0, desk.model().cursor());
        const double zoom = axial->viewpoint().mmPerPixel;
        QCOMPARE(coronal->viewpoint().mmPerPixel, zoom);
        const PointMm cursor = desk.model().cursor();
        QTest::mouseClick(desk.find<QToolButton>("modeDoubts"), Qt::LeftButton);
        QCOMPARE(desk.window().mode(), Mode::Doubts);
        QTest::mouseClick(desk.find<QToolButton>("modeReview"), Qt::LeftButton);
        QCOMPARE(axial->viewpoint().mmPerPixel, zoom);
        QVERIFY(desk.model().cursor() == cursor);
    }

    void theThresholdMovesMaskAndVolumesTogether()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        showBall(desk);
        const double before = desk.model().volumesMl().at("WT");
        auto *slider = desk.find<widgets::BandSlider>("bandThreshold");
        emit slider->moved(0.2);
        const double wider = desk.model().volumesMl().at("WT");
        QVERIFY(wider > before);
        // What the slider made is what decoding everything from the bytes makes.
        const auto whole = decode(desk.model().live().probabilities(), desk.model().live().thresholds());
        QVERIFY(whole.has_value());
        QVERIFY(std::ranges::equal(whole->voxels(), desk.model().labels().toVolume().voxels()));
        auto *apply = desk.find<QPushButton>("bandApply");
        QVERIFY(apply->isVisible());
        emit slider->moved(0.9);
        QVERIFY(desk.model().volumesMl().at("WT") < before);
        emit desk.find<widgets::BandPanel>("bandSection")->resetWished();
        QCOMPARE(desk.model().volumesMl().at("WT"), before);
        auto *axial = desk.find<widgets::SliceView>("view.axial");
        QVERIFY(axial->state().mask.mask->sharesVoxelsWith(desk.model().labels()));
    }

    void holdingHHidesEveryOverlay()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        showBall(desk);
        auto *axial = desk.find<widgets::SliceView>("view.axial");
        axial->canvas()->setFocus();
        QTest::keyPress(axial->canvas(), Qt::Key_H);
        QVERIFY(axial->state().overlaysHidden);
        QTest::keyRelease(axial->canvas(), Qt::Key_H);
        QVERIFY(!axial->state().overlaysHidden);
    }

    void aPlaceIsVisitedInFourLinkedSequences()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        showBall(desk);
        QVERIFY2(!desk.model().places().list.empty(), "the soft side is a place to check");
        desk.workstation.shell().setMode(Mode::Doubts);
        QCOMPARE(desk.find<QLabel>("statusNote")->text(), QStringLiteral("All four views are linked"));
        const auto views = desk.window().grid()->visibleSlices();
        QCOMPARE(views.size(), 4);
        views.front()->canvas()->setFocus();
        QTest::keyClick(views.front()->canvas(), Qt::Key_N);
        QCOMPARE(desk.workstation.presenters().doubts.current(), 1);
        const Place &place = desk.model().places().list.front();
        const PointMm distance = desk.model().cursor() - place.centre;
        QVERIFY(std::abs(distance.x) <= 3 && std::abs(distance.y) <= 3 && std::abs(distance.z) <= 4);
        std::set<const float *> images;
        for (widgets::SliceView *view : views) {
            QCOMPARE(int(view->state().places.size()), 1);
            QCOMPARE(view->state().plane, render::Plane::Axial);
            images.insert(view->state().image->data());
            QVERIFY(std::abs(view->viewpoint().mmPerPixel * views.front()->canvasSize().height() - 78.0) < 0.5);
        }
        QCOMPARE(int(images.size()), 4);
        QTest::keyClick(views.front()->canvas(), Qt::Key_N, Qt::ShiftModifier);
        const int count = int(desk.model().places().list.size());
        QCOMPARE(desk.workstation.presenters().doubts.current(),
                 count == 1 ? 1 : desk.workstation.presenters().doubts.current());
    }

    void aSavedMaskComesBackAtTheSamePlaceInSpace()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        showBall(desk);
        const LabelVolume mask = desk.model().labels().toVolume();
        const auto file = home->path() / "exported-labels.nii.gz";
        QSignalSpy saved(&desk.workstation.presenters().review, &app::ReviewPresenter::saved);
        desk.workstation.presenters().review.exportMaskTo(QString::fromStdString(file.string()));
        QVERIFY(saved.wait(30'000));
        QCOMPARE(QString::fromStdString(io::statedScheme(file)), QString("brats-ped-2024"));

        Desk again;
        QVERIFY(again.open(home->phantomCase()));
        again.workstation.presenters().open.addMask(QString::fromStdString(file.string()));
        QDialog *dialog = nullptr; // the case has a mask already, as it was kept
        QVERIFY(QTest::qWaitFor(
            [&] { return (dialog = again.window().findChild<QDialog *>("maskBesideDialog")) && dialog->isVisible(); },
            20'000));
        dialog->findChild<QAbstractButton *>("choice.into")->click();
        QVERIFY(QTest::qWaitFor(
            [&] { return again.model().hasMask() && again.model().maskSource().origin == app::MaskOrigin::File; },
            30'000));
        const LabelVolume back = again.model().labels().toVolume();
        QCOMPARE(back.size(), mask.size());
        std::int64_t different = 0, marked = 0;
        const Size3 size = mask.size();
        for (std::int64_t k = 0; k < size[2]; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j)
                for (std::int64_t i = 0; i < size[0]; ++i) {
                    const PointMm world = mask.geometry().toWorld(Index3{i, j, k});
                    const Index3 there = back.geometry().nearestVoxel(world);
                    const Label value = back.geometry().contains(there) ? back.at(there) : Label{255};
                    marked += mask.at({i, j, k}) != 0;
                    different += value != mask.at({i, j, k});
                }
        QVERIFY(marked > 500);
        QCOMPARE(different, std::int64_t{0});
    }

    void aCaseComesBackFromTheListWithItsResult()
    {
        QString id;
        double volume = 0;
        std::size_t places = 0;
        {
            Desk desk;
            QVERIFY(desk.open(home->phantomCase()));
            showBall(desk);
            id = desk.model().id();
            volume = desk.model().volumesMl().at("WT");
            places = desk.model().places().list.size();
            desk.model().moveThreshold(0.9); // tried out, but not made the mask
            QVERIFY(desk.model().volumesMl().at("WT") < volume);
            desk.workstation.presenters().review.keep(true);
            QVERIFY(desk.settle());
            QVERIFY(desk.model().saved());
        }
        Desk again;
        again.workstation.presenters().open.openStored(id, false);
        QVERIFY(QTest::qWaitFor([&] { return again.model().isOpen() && again.model().placesKnown(); }, 60'000));
        QCOMPARE(again.model().id(), id);
        QVERIFY(again.model().hasProbabilities());
        QVERIFY(std::abs(again.model().volumesMl().at("WT") - volume) < 1e-9);
        QCOMPARE(again.model().places().list.size(), places);
        const auto &records = again.workstation.presenters().cases;
        again.workstation.shell().setMode(Mode::Cases);
        QVERIFY(QTest::qWaitFor([&] { return !records.records().empty(); }, 10'000));
        QVERIFY(std::abs(records.records().front().volumesMl.at("WT") - volume) < 1e-9);
        // The button says Enter, so Enter opens what is chosen.
        auto *table = again.find<QTableView>("caseTable");
        QVERIFY(QTest::qWaitFor([&] { return table->model()->rowCount() > 0; }, 10'000));
        QCOMPARE(again.window().focusWidget(), table);
        table->selectRow(0);
        QTest::keyClick(table, Qt::Key_Return);
        QVERIFY(QTest::qWaitFor([&] { return again.window().mode() == Mode::Review; }, 60'000));
    }

    void aBadFileGivesASentenceAndLeavesTheCase()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        const QString id = desk.model().id();
        QFile bad(QString::fromStdString((home->path() / "broken-t1c.nii.gz").string()));
        QVERIFY(bad.open(QIODevice::WriteOnly));
        bad.write("this is no image");
        bad.close();
        drop(&desk.window(), {bad.fileName()});
        QVERIFY(QTest::qWaitFor([&] { return desk.window().banner()->isShowing("fileProblem"); }, 20'000));
        QCOMPARE(desk.model().id(), id);
        QCOMPARE(int(desk.model().series().size()), 4);
        bool named = false;
        for (const QLabel *label : desk.window().banner()->findChildren<QLabel *>())
            named = named || label->text().contains("broken-t1c.nii.gz");
        QVERIFY2(named, "the sentence names the file");
    }

    void aDroppedMaskBecomesTheMaskAndADroppedFolderOpens()
    {
        Desk desk;
        drop(desk.find<QWidget>("casesPage"), {QString::fromStdString(home->phantomCase().string())});
        QVERIFY(QTest::qWaitFor([&] { return desk.model().isOpen(); }, 60'000));
        QVERIFY(desk.settle());
        const auto seg = home->path() / "PED-0001-seg.nii.gz";
        std::filesystem::copy_file(home->truth(), seg, std::filesystem::copy_options::overwrite_existing);
        drop(&desk.window(), {QString::fromStdString(seg.string())});
        QVERIFY(QTest::qWaitFor([&] { return desk.model().hasMask(); }, 30'000));
        QCOMPARE(desk.model().scheme().id(), std::string("brats-ped-2024"));
        QVERIFY(desk.model().volumesMl().at("WT") > 1.0);
    }

    void aDragOverTheWindowSaysWhatADropWillDo()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        const auto over = [&](const std::filesystem::path &path) {
            QMimeData mime;
            mime.setUrls({QUrl::fromLocalFile(QString::fromStdString(path.string()))});
            QDragEnterEvent enter({200, 200}, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(&desk.window(), &enter);
            return enter.isAccepted();
        };
        const auto says = [&](const QString &text) {
            const auto labels = desk.window().banner()->findChildren<QLabel *>();
            return desk.window().banner()->isVisible() &&
                   std::ranges::any_of(labels, [&](const QLabel *label) { return label->text().contains(text); });
        };
        QVERIFY(over(home->phantomCase()));
        QVERIFY(says("Drop to open this folder"));
        if (const QString to = qEnvironmentVariable("GLIO_TEST_PICTURES"); !to.isEmpty()) {
            QTest::qWait(300);
            desk.window().grab().save(to + "/drop.png");
        }
        QDragLeaveEvent leave;
        QCoreApplication::sendEvent(&desk.window(), &leave);
        QVERIFY(!says("Drop to"));
        QVERIFY(over(home->truth()));
        QVERIFY(says("Drop to add this file to the case"));
        QVERIFY(desk.model().isOpen()); // nothing has happened yet
        QVERIFY(!desk.model().hasMask());
    }

    void aMissingSequenceIsNamedAndCanBeGiven()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase(true)));
        QCOMPARE(desk.model().missingSequences(), std::vector{Sequence::Flair});
        auto *row = desk.window().findChild<QWidget *>("preflight.FLAIR");
        QVERIFY(row);
        const auto flair = home->phantomCase() / "PED-0001-t2f.nii.gz";
        desk.workstation.presenters().open.addSequence(QString::fromStdString(flair.string()), Sequence::Flair);
        QVERIFY(QTest::qWaitFor([&] { return desk.model().missingSequences().empty(); }, 30'000));
        QCOMPARE(int(desk.model().series().size()), 4);
    }

    void aWrongGuessIsChangedAndSwapsWithTheOther()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        const int t1 = desk.model().seriesOf(Sequence::T1), t1c = desk.model().seriesOf(Sequence::T1c);
        desk.model().setSequence(t1, Sequence::T1c);
        QCOMPARE(desk.model().seriesOf(Sequence::T1c), t1);
        QCOMPARE(desk.model().seriesOf(Sequence::T1), t1c);
        QVERIFY(desk.model().series()[std::size_t(t1)].chosenByUser);
    }

    void theThemeSwitchesAtOnceAndIsKept()
    {
        {
            Desk desk;
            QVERIFY(widgets::Theme::instance().isDark());
            desk.workstation.settings().setValue("general/theme", "light");
            QVERIFY(!widgets::Theme::instance().isDark());
        }
        Desk again;
        QCOMPARE(again.workstation.settings().value("general/theme").toString(), QString("light"));
        again.workstation.settings().setValue("general/theme", "reading-room");
        QVERIFY(widgets::Theme::instance().isDark());
    }

    void controlsThatAreOffSayWhy()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase(true)));
        for (const char *name : {"segmentButton", "startDoubts", "makeReport", "approveCase", "undoButton"}) {
            auto *button = desk.find<QAbstractButton>(name);
            QVERIFY2(!button->isEnabled(), name);
            QVERIFY2(!button->toolTip().isEmpty(), name);
        }
    }

    void theReportHoldsTheVolumesOfTheMask()
    {
        Desk desk;
        QVERIFY(desk.open(home->phantomCase()));
        showBall(desk);
        const QString folder = QString::fromStdString((home->path() / "report").string());
        QSignalSpy saved(&desk.workstation.presenters().review, &app::ReviewPresenter::saved);
        desk.workstation.presenters().review.saveResultsTo(folder);
        QVERIFY(saved.wait(60'000));
        QFile file(folder + "/report.json");
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject report = QJsonDocument::fromJson(file.readAll()).object();
        QVERIFY(std::abs(report["volumes_ml"].toObject()["WT"].toDouble() - desk.model().volumesMl().at("WT")) < 1e-6);
        QCOMPARE(report["scheme"].toString(), QString("brats-ped-2024"));
        for (const char *name : {"labels.nii.gz", "probabilities.nii.gz", "index.html", "views.png"})
            QVERIFY2(QFile::exists(folder + '/' + name), name);
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
    WorkstationTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "WorkstationTest.moc"
