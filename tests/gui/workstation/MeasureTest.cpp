#include <QtTest>
#include <QtWidgets>

#include "GuiTest.h"

#include "model/Journal.h"
#include "model/ReportFiles.h"

#include "glioscope/render/SliceGeometry.h"
#include "glioscope/widgets/IntensityPanel.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"

#include <cmath>

using namespace glio;
using glio::gui::Desk;
using glio::gui::showBall;
using interaction::Intent;
using widgets::Mode;

namespace {
gui::TestHome *home = nullptr;

widgets::SliceView *axial(Desk &desk) { return desk.window().grid()->slice(render::Plane::Axial); }

QPoint pixelOf(Desk &desk, const PointMm &p)
{
    const render::ViewPoint2 at = axial(desk)->transform().toView(p);
    return {int(std::lround(at.x)), int(std::lround(at.y))};
}
PointMm placeOf(Desk &desk, QPoint at) { return axial(desk)->transform().toWorld({double(at.x()), double(at.y())}); }

void drag(QWidget *canvas, QPoint from, QPoint to)
{
    QTest::mousePress(canvas, Qt::LeftButton, {}, from);
    for (const QPoint &p : {from + (to - from) / 2, to}) {
        QMouseEvent move(QEvent::MouseMove, QPointF(p), canvas->mapToGlobal(QPointF(p)), Qt::NoButton, Qt::LeftButton,
                         {});
        QApplication::sendEvent(canvas, &move);
    }
    QTest::mouseRelease(canvas, Qt::LeftButton, {}, to);
}

/// A case in Review with the ruler in hand.
struct Measuring : Desk {
    Measuring()
    {
        if (!open(home->phantomCase())) qFatal("the phantom does not open");
        workstation.shell().setMode(Mode::Review);
        workstation.shell().act(Intent::ToolRuler, 0);
        settle();
        if (!QTest::qWaitFor([this] { return !measures().reading(); })) qFatal("what was kept does not come");
    }
    QPoint middle() { return pixelOf(*this, model().cursor()); }
    app::MeasurePresenter &measures() { return workstation.presenters().measures; }
    const std::vector<app::Measure> &drawn() { return measures().measures().drawn; }
    QListWidget *list() { return find<QListWidget>("measureList"); }
    void click(QPoint at) { QTest::mouseClick(axial(*this)->canvas(), Qt::LeftButton, {}, at); }
    bool proposed()
    {
        return QTest::qWaitFor([this] { return !measures().busy() && !measures().diameters().lesions.empty(); });
    }
};

bool near(double a, double b, double within) { return std::abs(a - b) <= within; }
} // namespace

class MeasureTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        static gui::TestHome made;
        home = &made;
    }
    void init() { QDir(QString::fromStdString((home->path() / "data").string())).removeRecursively(); }

    void aRulerIsDrawnMovedAndKeptWithItsCase()
    {
        double mm = 0;
        {
            Measuring desk;
            const QPoint a = desk.middle() - QPoint(60, 20), b = desk.middle() + QPoint(50, 30);
            const double before = length(placeOf(desk, b) - placeOf(desk, a));
            const PointMm cursor = desk.model().cursor();
            drag(axial(desk)->canvas(), a, b);
            QCOMPARE(desk.drawn().size(), std::size_t(1));
            QVERIFY(near(desk.drawn()[0].value(), before, 1e-9));
            QVERIFY(desk.model().cursor() == cursor); // measuring moves nothing
            QCOMPARE(desk.model().document().steps().size(), std::size_t(0));
            QCOMPARE(desk.list()->count(), 1);
            QCOMPARE(desk.list()->item(0)->text(), QString("Ruler 1"));
            QVERIFY(desk.list()
                        ->item(0)
                        ->data(Qt::AccessibleTextRole)
                        .toString()
                        .contains(QString::number(before, 'f', 1) + " mm"));
            // The same text beside the line.
            QCOMPARE(QString::fromStdString(axial(desk)->measures().back().text),
                     QString::number(before, 'f', 1) + " mm");
            drag(axial(desk)->canvas(), b, b + QPoint(30, 0)); // an end goes with the hand
            mm = length(placeOf(desk, b + QPoint(30, 0)) - placeOf(desk, a));
            QCOMPARE(desk.drawn().size(), std::size_t(1));
            QVERIFY(near(desk.drawn()[0].value(), mm, 1e-9));
            // Two clicks draw one too; a third place is a new ruler's.
            desk.click(desk.middle() + QPoint(-40, 70));
            QCOMPARE(desk.drawn().size(), std::size_t(1));
            desk.click(desk.middle() + QPoint(40, 70));
            QCOMPARE(desk.drawn().size(), std::size_t(2));
            QCOMPARE(desk.drawn()[1].number, 2);
            QVERIFY(desk.settle());
        }
        Measuring again; // another start of the program
        QCOMPARE(again.drawn().size(), std::size_t(2));
        QVERIFY(near(again.drawn()[0].value(), mm, 1e-9));
        QCOMPARE(again.list()->count(), 2);
    }

    void anAngleTakesThreePoints()
    {
        Measuring desk;
        desk.workstation.shell().act(Intent::ToolAngle, 0);
        const QPoint v = desk.middle();
        desk.click(v + QPoint(80, 0));
        desk.click(v);
        QVERIFY(desk.drawn().empty());
        desk.click(v - QPoint(0, 60));
        QCOMPARE(desk.drawn().size(), std::size_t(1));
        QVERIFY(desk.drawn()[0].kind == app::MeasureKind::Angle);
        QVERIFY(near(desk.drawn()[0].value(), 90, 0.01));
        QCOMPARE(desk.list()->item(0)->text(), QString("Angle 1"));
        QTest::keyClick(axial(desk), Qt::Key_6); // the keys say which
        QCOMPARE(desk.workstation.presenters().tools.tool(), interaction::Tool::Ruler);
        QTest::keyClick(axial(desk), Qt::Key_6, Qt::ShiftModifier);
        QCOMPARE(desk.workstation.presenters().tools.tool(), interaction::Tool::Angle);
    }

    void everyPresetReachesTheMeasures()
    {
        for (const std::string &id : interaction::presetIds()) {
            const auto keys = interaction::KeyMap::load(interaction::presetFile(id));
            const auto mouse = interaction::MouseMap::load(interaction::presetFile(id));
            QVERIFY2(keys && mouse, id.c_str());
            for (const Intent intent : {Intent::ToolRuler, Intent::ToolAngle, Intent::RemoveMeasure})
                QVERIFY2(!keys->chords(intent).empty(), id.c_str());
            QVERIFY2(keys->clashes().empty(), id.c_str());
            for (const interaction::Tool tool : {interaction::Tool::Ruler, interaction::Tool::Angle})
                QCOMPARE(mouse->drag(tool, interaction::MouseButton::Left, {}), interaction::DragAct::UseTool);
        }
    }

    void aMeasureShowsOnItsSliceAndFaintBesideIt()
    {
        Measuring desk;
        drag(axial(desk)->canvas(), desk.middle() - QPoint(50, 0), desk.middle() + QPoint(50, 0));
        const auto strength = [&] {
            return render::measureStrength(axial(desk)->measures().back(), axial(desk)->transform(),
                                           desk.model().referenceGrid());
        };
        QCOMPARE(strength(), 1.0);
        desk.wheel(axial(desk)->canvas(), 1);
        QVERIFY(desk.settle());
        QCOMPARE(strength(), 0.35);
        desk.wheel(axial(desk)->canvas(), 1);
        QVERIFY(desk.settle());
        QCOMPARE(strength(), 0.0);
        QTest::mouseClick(desk.list()->viewport(), Qt::LeftButton, {},
                          desk.list()->visualItemRect(desk.list()->item(0)).center()); // a click leads back
        QVERIFY(desk.settle());
        QCOMPARE(strength(), 1.0);
    }

    void whatCannotBeReadIsSaidAndHarmsNothing()
    {
        {
            Measuring desk;
            desk.workstation.journal().keepValue(desk.model().id().toStdString(), "measures", "{damaged");
            QVERIFY(desk.settle());
        }
        Measuring again;
        QVERIFY(again.drawn().empty());
        drag(axial(again)->canvas(), again.middle() - QPoint(50, 0), again.middle() + QPoint(50, 0));
        QCOMPARE(again.drawn().size(), std::size_t(1));
    }

    void deletingOffersUndo()
    {
        Measuring desk;
        drag(axial(desk)->canvas(), desk.middle() - QPoint(50, 0), desk.middle() + QPoint(50, 0));
        desk.click(desk.middle() + QPoint(0, 80));
        desk.workstation.shell().act(Intent::Escape, 0); // what was begun goes
        QCOMPARE(desk.drawn().size(), std::size_t(1));
        const app::Measure before = desk.drawn()[0];
        desk.click(desk.middle()); // on the line: chosen
        QCOMPARE(desk.measures().chosen(), before.id);
        QTest::keyClick(axial(desk), Qt::Key_Delete);
        QVERIFY(desk.drawn().empty());
        QCOMPARE(desk.list()->count(), 0);
        auto *undo = desk.find<QPushButton>("toastAction");
        QVERIFY(undo->isVisible());
        QTest::mouseClick(undo, Qt::LeftButton);
        QCOMPARE(desk.drawn().size(), std::size_t(1));
        QVERIFY(desk.drawn()[0] == before);
        QCOMPARE(desk.window().mode(), Mode::Review); // the toast's other use does not act
    }

    void aRulerCanBeMadeWithKeysAlone()
    {
        Measuring desk;
        axial(desk)->setFocus();
        const PointMm from = desk.model().cursor();
        QTest::keyClick(axial(desk), Qt::Key_Return);
        for (int n = 0; n < 2; ++n)
            QTest::keyClick(axial(desk), Qt::Key_Right, Qt::ShiftModifier);
        const PointMm to = desk.model().cursor();
        QTest::keyClick(axial(desk), Qt::Key_Return);
        QCOMPARE(desk.drawn().size(), std::size_t(1));
        QVERIFY(near(desk.drawn()[0].value(), length(to - from), 1e-9));
        QVERIFY(near(desk.drawn()[0].value(), 30, 1e-6)); // ten voxels of 3 mm
        QTest::keyClick(axial(desk), Qt::Key_Right);      // the end, not the crosshair
        QVERIFY(near(desk.drawn()[0].value(), 33, 1e-6));
        QVERIFY(desk.model().cursor() == to);
        desk.list()->setFocus(); // from the list: Space takes the next end, Ctrl and arrows move it
        QTest::keyClick(desk.list(), Qt::Key_Space);
        QTest::keyClick(desk.list(), Qt::Key_Right, Qt::ControlModifier);
        QVERIFY(near(desk.drawn()[0].value(), 30, 1e-6));
        QTest::keyClick(desk.list(), Qt::Key_Delete);
        QVERIFY(desk.drawn().empty());
    }

    void theDiametersAreProposedAndCanBeMoved()
    {
        Measuring desk;
        showBall(desk);
        QVERIFY(desk.proposed());
        const auto *region = desk.model().scheme().region("ET");
        const auto lesions = measure::measureLesions(desk.model().labels(), region->labels);
        QVERIFY(lesions[0].measurable);
        QVERIFY(near(lesions[0].size.longest.lengthMm(), 20, 4)); // a ball of 10 mm radius, voxels of 3 mm
        const measure::Bidimensional before = lesions[0].size;
        QVERIFY(desk.measures().diameters().lesions[0].size == before);
        const auto shown = [](const measure::Bidimensional &size) {
            return QStringLiteral("%1 × %2 mm")
                .arg(size.longest.lengthMm(), 0, 'f', 1)
                .arg(size.across.lengthMm(), 0, 'f', 1);
        };
        auto *size = desk.find<QLabel>("measureSize");
        QCOMPARE(size->text(), shown(before));
        QVERIFY(!desk.find<QWidget>("proposeAgain")->isVisible());
        desk.workstation.shell().act(Intent::ToolCrosshair, 0); // ends can be taken with the usual tool
        desk.find<QAbstractButton>("measureGo")->click();
        QVERIFY(desk.settle());
        const QPoint end = pixelOf(desk, before.longest.b);
        drag(axial(desk)->canvas(), end, end + QPoint(20, 0));
        const measure::Bidimensional after = desk.measures().diameters().lesions[0].size;
        QVERIFY(desk.measures().diameters().edited);
        QVERIFY(near(length(after.longest.b - placeOf(desk, end + QPoint(20, 0))), 0, 3)); // its own height is kept
        QVERIFY(after.longest.a == before.longest.a);
        QVERIFY(after.across == before.across);
        QCOMPARE(size->text(), shown(after));
        QVERIFY(desk.find<QWidget>("measureEdited")->isVisible());
        desk.find<QAbstractButton>("proposeAgain")->click();
        QVERIFY(desk.proposed());
        QVERIFY(!desk.measures().diameters().edited);
        QVERIFY(desk.measures().diameters().lesions[0].size == before);
        // Keys alone: the button leads there, 6 takes the ruler and then one end after the other, arrows move it.
        desk.find<QAbstractButton>("measureGo")->click();
        QVERIFY(axial(desk)->hasFocus());
        QTest::keyClick(axial(desk), Qt::Key_6);
        QTest::keyClick(axial(desk), Qt::Key_6);
        QTest::keyClick(axial(desk), Qt::Key_6); // past the longest's two ends: the line across
        QTest::keyClick(axial(desk), Qt::Key_Left);
        const measure::Bidimensional moved = desk.measures().diameters().lesions[0].size;
        QVERIFY(desk.measures().diameters().edited);
        QVERIFY(moved.longest == before.longest);
        QVERIFY(near(length(moved.across.a - before.across.a), 3, 1e-6));
        QVERIFY(moved.across.b == before.across.b);
        // Another mode shows no diameters: they would lie under the brush.
        QVERIFY(!axial(desk)->measures().empty());
        desk.workstation.shell().setMode(Mode::Correct);
        QVERIFY(axial(desk)->measures().empty());
    }

    void intensitiesAreThoseOfTheCore()
    {
        Measuring desk;
        showBall(desk);
        auto *table = desk.find<QTableWidget>("intensityTable");
        QVERIFY(!table->isVisible()); // folded at first
        desk.find<QAbstractButton>("foldIntensities")->click();
        QVERIFY(QTest::qWaitFor([&] { return table->rowCount() > 0; }));
        QCOMPARE(table->columnCount(), 4);
        const int series = desk.model().seriesOf(Sequence::T1c);
        const std::vector<std::vector<Label>> regions{desk.model().scheme().region("ET")->labels};
        const auto wanted = measure::intensityStatistics(desk.model().labels(), regions,
                                                         *desk.model().series()[std::size_t(series)].image);
        const auto text = [](double value) { return QString::fromStdString(app::intensityText(value)); };
        int row = 0, column = 0;
        while (table->verticalHeaderItem(row)->text() != "ET")
            ++row;
        while (table->horizontalHeaderItem(column)->text() != "T1c")
            ++column;
        QCOMPARE(table->item(row, column)->text(),
                 text(wanted[0].mean) + "\n± " + text(wanted[0].deviation) + '\n' + text(wanted[0].median));
        desk.find<QAbstractButton>("copyIntensities")->click();
        const QStringList lines = QGuiApplication::clipboard()->text().split('\n', Qt::SkipEmptyParts);
        QCOMPARE(int(lines.size()), 1 + table->rowCount() * 4);
        QCOMPARE(lines[0].count('\t'), 10);
        for (const QString &line : lines) {
            const QStringList cells = line.split('\t');
            if (cells[0] != "ET" || cells[1] != "T1c") continue;
            QCOMPARE(cells[2].toLongLong(), qlonglong(wanted[0].voxels));
            QVERIFY(near(cells[4].toDouble(), wanted[0].mean, 1e-3 * std::abs(wanted[0].mean)));
        }
    }

    void theReportSaysWhatThePanelSays()
    {
        Measuring desk;
        showBall(desk);
        QVERIFY(desk.proposed());
        drag(axial(desk)->canvas(), desk.middle() - QPoint(60, 80), desk.middle() + QPoint(60, -80));
        desk.find<QAbstractButton>("makeReport")->click(); // asks where
        auto *dialog = desk.find<QFileDialog>("reportFolderDialog");
        QVERIFY(dialog->isVisible());
        dialog->reject();
        const QString folder = QString::fromStdString((home->path() / "report").string());
        QSignalSpy reported(&desk.workstation.presenters().review, &app::ReviewPresenter::reported);
        desk.workstation.presenters().review.makeReportIn(folder);
        QVERIFY(reported.wait(60'000));
        QCOMPARE(desk.find<QPushButton>("toastAction")->text(), QString("Open"));

        const auto read = [&](const char *name) {
            QFile file(folder + '/' + QLatin1String(name));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const QByteArray pdf = read("report.pdf");
        QVERIFY(pdf.startsWith("%PDF"));
        QCOMPARE(pdf.count("/Type /Page\n"), 1); // one page; "/Type /Pages" is the list of them
        const QString html = QString::fromUtf8(read("report.html"));
        QCOMPARE(html.count("Research use only. Not for diagnosis."), 2);
        const auto has = [&](const QString &text) { return html.contains(text.toHtmlEscaped()); };
        const auto figure = [](double value) { return QString::number(value, 'f', 1); };
        for (const auto &[id, ml] : desk.model().volumesMl())
            QVERIFY2(html.contains(">" + figure(ml) + "<"), id.c_str());
        const measure::Bidimensional size = desk.measures().diameters().lesions[0].size;
        QCOMPARE(desk.find<QLabel>("measureSize")->text(),
                 figure(size.longest.lengthMm()) + " × " + figure(size.across.lengthMm()) + " mm");
        QVERIFY(html.contains(">" + figure(size.longest.lengthMm()) + "<"));
        QVERIFY(html.contains(">" + figure(size.across.lengthMm()) + "<"));
        QVERIFY(html.contains(">" + QString::number(std::lround(size.productMm2())) + "<"));
        QVERIFY(html.contains(">" + figure(desk.drawn()[0].value()) + " mm<"));
        QVERIFY(has("PED-0001") && has("Test") && has("Ruler 1"));
        const int places = int(desk.model().places().list.size());
        QVERIFY(has(QStringLiteral("0 checked, %1 open").arg(places)));
        // Its pictures: T1c and FLAIR in three planes, all named in the page.
        for (const char *row : {"first", "second"})
            for (const char *plane : {"axial", "coronal", "sagittal"}) {
                const QString name = QStringLiteral("%1-%2.png").arg(row, plane);
                QCOMPARE(QImage(folder + '/' + name).size(), QSize(720, 600));
                QVERIFY(has(name));
            }
        const QJsonObject json = QJsonDocument::fromJson(read("report.json")).object()["measurements"].toObject();
        const QJsonObject lesion = json["lesions"].toArray()[0].toObject();
        QVERIFY(near(lesion["longest_mm"].toDouble(), size.longest.lengthMm(), 1e-9));
        QVERIFY(near(json["drawn"].toArray()[0].toObject()["mm"].toDouble(), desk.drawn()[0].value(), 1e-9));
    }

    void theReportStaysOnOnePageHoweverMuchThereIs()
    {
        Measuring desk;
        showBall(desk);
        QVERIFY(desk.proposed());
        app::CaseSummary summary = app::summarise(desk.workstation.presenters().review.saveJob(false));
        summary.pictures = {};
        for (int n = 0; n < 40; ++n) {
            summary.measures.heading = {"Measured", "Value", "Slice"};
            summary.measures.rows.push_back({QStringLiteral("Ruler %1").arg(n), "12.0 mm", "axial 4"});
            summary.notes += "A long note that a reader wrote about this case and what is to be done with it. ";
        }
        for (int n = 0; n < 6; ++n) {
            app::KeyPicture picture;
            picture.image = QImage(720, 600, QImage::Format_RGB32);
            picture.image.fill(Qt::black);
            summary.pictures.push_back(picture);
        }
        QImage page(595 * 2, 842 * 2, QImage::Format_RGB32);
        page.fill(Qt::white);
        QPainter painter(&page);
        painter.scale(2, 2);
        app::paintReport(painter, summary);
        painter.end();
        const auto inked = [&](int top, int bottom) { // rows that hold anything but white
            for (int y = top; y < bottom; ++y)
                for (int x = 0; x < page.width(); ++x)
                    if (page.pixel(x, y) != qRgb(255, 255, 255)) return true;
            return false;
        };
        QVERIFY(inked(800 * 2, 820 * 2)); // the notice at the foot
        QVERIFY(!inked(822 * 2, page.height()));
        QVERIFY(!inked(0, 20 * 2));
        QVERIFY(app::reportHtml(summary).contains("Ruler 39")); // the page to scroll leaves nothing out
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
    MeasureTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "MeasureTest.moc"
