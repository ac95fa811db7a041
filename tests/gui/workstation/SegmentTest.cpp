#include <QtTest>
#include <QtWidgets>

#include "GuiTest.h"

#include "glioscope/base/Paths.h"
#include "glioscope/io/ImageFile.h"
#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/StatusBar.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <QAbstractButton>
#include <QProcess>
#include <QSignalSpy>

#include <csignal>

using namespace glio;
using glio::gui::Desk;

namespace {
gui::TestHome *home = nullptr;
QString program(const char *name) { return QCoreApplication::applicationDirPath() + '/' + name; }

int runProgram(const QString &path, const QStringList &arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.start(path, arguments);
    return process.waitForFinished(240'000) ? process.exitCode() : -1;
}

bool hasBundledModel()
{
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(resourceDir() / "models", error)) {
        if (std::filesystem::exists(entry.path() / "model.json")) return true;
    }
    return false;
}
} // namespace

/// Segment in the real window with the real engine process.
class SegmentTest final : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (!QFile::exists(program("glio"))) QSKIP("glio was not built");
        if (!hasBundledModel()) {
            if (!QFile::exists(program("glio_random_model"))) QSKIP("no model is bundled and none can be made");
            const QString folder = QString::fromStdString((dataHome() / "models" / "random-test").string());
            QDir().mkpath(QFileInfo(folder).absolutePath());
            QCOMPARE(runProgram(program("glio_random_model"), {folder}), 0);
        }
    }

    void segmentMarksTheCaseAsTheCommandLineDoes()
    {
        Desk desk;
        desk.workstation.startEngine();
        desk.workstation.settings().setValue("segment/looks", 2);
        QVERIFY(desk.open(home->phantomCase()));
        auto *button = desk.find<QAbstractButton>("segmentButton");
        QVERIFY(QTest::qWaitFor([&] { return button->isEnabled(); }, 120'000));
        QSignalSpy first(&desk.workstation.presenters().segment, &app::SegmentPresenter::firstResult);
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(desk.workstation.presenters().segment.running());
        QVERIFY2(desk.model().maskSource().origin == app::MaskOrigin::None,
                 "nothing changes before the result is there");
        QVERIFY(QTest::qWaitFor([&] { return !desk.workstation.presenters().segment.busy(); }, 200'000));
        QCOMPARE(first.count(), 1);
        QVERIFY(desk.settle());
        QVERIFY(desk.model().hasProbabilities());
        QVERIFY(!desk.model().maskSource().modelSha256.isEmpty());
        QVERIFY(desk.model().placesKnown());
        QCOMPARE(desk.model().maskSource().looks, 2);

        const auto out = home->path() / "cli";
        QCOMPARE(runProgram(program("glio"), {"segment", "--case", QString::fromStdString(home->phantomCase().string()),
                                              "--out", QString::fromStdString(out.string())}),
                 0);
        const auto labels = io::readLabels(out / "labels.nii.gz");
        QVERIFY(labels.has_value());
        QVERIFY(labels->geometry().sameGrid(desk.model().labels().geometry()));
        QVERIFY2(std::ranges::equal(labels->voxels(), desk.model().labels().toVolume().voxels()),
                 "window and command line agree voxel for voxel");
    }

    void clicksAreAnsweredByTheModelThatUnderstandsThem()
    {
        std::error_code error;
        if (!std::filesystem::exists(resourceDir() / "models" / "glioscope-prompt" / "model.json", error))
            QSKIP("no model that answers clicks is bundled");
        Desk desk;
        desk.workstation.startEngine();
        QVERIFY(desk.open(home->phantomCase()));
        auto *button = desk.find<QAbstractButton>("segmentButton");
        QVERIFY(QTest::qWaitFor([&] { return button->isEnabled(); }, 120'000)); // the engine is there
        // The middle of the tumour, by the truth that the phantom was made with.
        const auto truth = io::readLabels(home->truth());
        QVERIFY(truth.has_value());
        const LabelMap labels = LabelMap::from(*truth);
        const VoxelBox box = labels.boundingBox();
        Index3 at = box.start;
        for (std::size_t a = 0; a < 3; ++a)
            at[a] += box.size[a] / 2;
        desk.model().setCursor(labels.geometry().toWorld(at));
        QVERIFY(desk.settle());
        app::Presenters &presenters = desk.workstation.presenters();
        desk.workstation.shell().setMode(widgets::Mode::Correct);
        presenters.brush.selectLabel(desk.model().scheme().label("ED")->value);
        presenters.smart.start("points");
        QVERIFY2(QTest::qWaitFor([&] { return !presenters.smart.busy(); }, 60'000), "the case is prepared");
        QVERIFY(desk.settle());
        widgets::SliceView *view = desk.window().grid()->slice(render::Plane::Axial);
        const auto place = view->transform().toView(desk.model().cursor());
        QTest::mouseClick(view->canvas(), Qt::LeftButton, {}, QPoint(int(place.x), int(place.y)));
        QVERIFY(QTest::qWaitFor([&] { return presenters.smart.ready() && !presenters.smart.busy(); }, 60'000));
        QVERIFY(desk.find<QLabel>("smartPreview")->text().contains("The model answers."));
        QCOMPARE(int(desk.model().labels().at(at)), int(presenters.brush.label()));
        QVERIFY2(desk.model().document().labels().boundingBox().empty(), "nothing changes before it is taken");
        QVERIFY(presenters.smart.apply());
        QCOMPARE(int(desk.model().document().labels().at(at)), int(presenters.brush.label()));
        QVERIFY(desk.model().undo());
        QVERIFY(desk.model().document().labels().boundingBox().empty());
    }

    void stopLeavesTheCaseAsItWas()
    {
        Desk desk;
        desk.workstation.startEngine();
        QVERIFY(desk.open(home->phantomCase(true)));
        auto *button = desk.find<QAbstractButton>("segmentButton");
        QVERIFY(QTest::qWaitFor([&] { return button->isEnabled(); }, 120'000));
        QSignalSpy finished(&desk.workstation.presenters().segment, &app::SegmentPresenter::finished);
        desk.workstation.presenters().segment.segment();
        desk.workstation.presenters().segment.stop();
        QVERIFY(QTest::qWaitFor([&] { return finished.count() == 1; }, 30'000));
        QVERIFY(!desk.workstation.presenters().segment.running());
        QVERIFY(!desk.window().banner()->isShowing("segmentProblem"));
    }

    void aKilledEngineLosesNothingAndComesBack()
    {
        Desk desk;
        desk.workstation.startEngine();
        QVERIFY(desk.open(home->phantomCase()));
        auto *button = desk.find<QAbstractButton>("segmentButton");
        QVERIFY(QTest::qWaitFor([&] { return button->isEnabled(); }, 120'000));
        desk.workstation.presenters().segment.segment();
        ::kill(pid_t(desk.workstation.engine().processId()), SIGKILL);
        QVERIFY(QTest::qWaitFor(
            [&] {
                return desk.window().banner()->isShowing("engineLost") ||
                       desk.window().banner()->isShowing("segmentProblem");
            },
            20'000));
        QCOMPARE(int(desk.model().series().size()), 4);
        const PointMm before = desk.model().cursor();
        desk.wheel(desk.window().grid()->visibleSlices().front()->findChild<QWidget *>("view.axial.canvas"), 1);
        QVERIFY2(!(desk.model().cursor() == before), "the views go on");
        QVERIFY(QTest::qWaitFor([&] { return button->isEnabled(); }, 120'000));
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
    SegmentTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "SegmentTest.moc"
