#include "glioscope/render/SliceAxis.h"
#include "glioscope/widgets/SliceSlider.h"
#include "glioscope/widgets/SliceView.h"
#include "glioscope/widgets/Theme.h"
#include "glioscope/widgets/ViewCanvas.h"
#include "glioscope/widgets/ViewGrid.h"
#include "glioscope/widgets/VolumeView.h"

#include <QDoubleSpinBox>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <cmath>

using namespace glio;
using namespace glio::widgets;
using render::Plane;

namespace {

Geometry grid() { return *Geometry::make({96, 112, 80}, {2, 2, 2}, {-95, -111, -79}); }

/// A head: an ellipsoid of grey with a bright stripe, so that slices differ.
const ImageVolume &head()
{
    static const ImageVolume image = [] {
        ImageVolume made(grid());
        auto values = made.edit();
        for (std::int64_t k = 0; k < 80; ++k)
            for (std::int64_t j = 0; j < 112; ++j)
                for (std::int64_t i = 0; i < 96; ++i) {
                    const PointMm p = grid().toWorld(Index3{i, j, k});
                    const double r = std::hypot(p.x / 70, p.y / 85, p.z / 65);
                    values[std::size_t(grid().offset({i, j, k}))] =
                        r < 1 ? float(500 + 2 * p.z + (std::abs(p.x) < 4 ? 200 : 0)) : 0.0f;
                }
        return made;
    }();
    return image;
}

LabelVolume tumour()
{
    LabelVolume mask(grid());
    auto values = mask.edit();
    for (std::int64_t k = 0; k < 80; ++k)
        for (std::int64_t j = 0; j < 112; ++j)
            for (std::int64_t i = 0; i < 96; ++i) {
                const PointMm d = grid().toWorld(Index3{i, j, k}) - PointMm{-30, 5, 20};
                const double r = std::hypot(d.x, d.y, d.z);
                values[std::size_t(grid().offset({i, j, k}))] = r < 12 ? 1 : r < 22 ? 4 : 0;
            }
    return mask;
}

render::SliceState state(Plane plane)
{
    render::SliceState state;
    state.image = head();
    state.reference = grid();
    state.window = {0, 1000};
    state.plane = plane;
    state.cursor = {1, 1, 1};
    state.mask.mask = LabelMap::from(tumour());
    state.mask.looks = {{4, {0x55, 0x92, 0xF5}}, {1, {0xFF, 0xB3, 0x1A}}};
    return state;
}

/// A grid with its views filled, on the screen, and a cursor that follows every wish as a presenter would.
struct Desk {
    ViewGrid views;
    PointMm cursor{1, 1, 1};
    int moves = 0;

    Desk()
    {
        views.resize(1000, 800);
        for (SliceView *view : views.allSlices()) {
            view->setState(state(view->state().plane));
            view->setSequences({{"t1", "T1"}, {"t1c", "T1c"}}, "t1c");
            QObject::connect(view, &SliceView::cursorWished, &views,
                             [this](const PointMm &p) { moveTo(render::snapped(grid(), p)); });
            QObject::connect(view, &SliceView::sliceStepWished, &views, [this, view](int steps) {
                moveTo(render::stepped(grid(), view->state().plane, cursor, steps));
            });
        }
        views.show();
        if (!QTest::qWaitForWindowExposed(&views)) qFatal("the window does not show");
        QTest::qWait(100);
    }
    void moveTo(const PointMm &p)
    {
        cursor = p;
        ++moves;
        for (SliceView *view : views.allSlices()) {
            render::SliceState now = view->state();
            now.cursor = p;
            view->setState(now);
        }
    }
    SliceView *axial() { return views.slice(Plane::Axial); }
};

void turnWheel(QWidget *widget, int steps, Qt::KeyboardModifiers modifiers = {})
{
    const QPointF at(widget->width() / 2.0, widget->height() / 2.0);
    QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, 120 * steps}, {}, modifiers, Qt::NoScrollPhase, false);
    QApplication::sendEvent(widget, &event);
}

void drag(QWidget *widget, Qt::MouseButton button, QPoint from, QPoint to, Qt::KeyboardModifiers modifiers = {})
{
    QTest::mousePress(widget, button, modifiers, from);
    QMouseEvent move(QEvent::MouseMove, to, widget->mapToGlobal(QPointF(to)), Qt::NoButton, button, modifiers);
    QApplication::sendEvent(widget, &move);
    QTest::mouseRelease(widget, button, modifiers, to);
}

} // namespace

class ViewsTest final : public QObject {
    Q_OBJECT
private slots:
    void viewsHaveTheirStableNames();
    void theScreenShowsWhatWasComposed();
    void anUncoveredViewIsNotComposedAgain();
    void theWheelStepsSlicesTowardsTheTop();
    void aClickMovesTheCursorToThatPointInAllViews();
    void dragsZoomPanAndWindow();
    void theSliderJumpsToTheSliceUnderThePointer();
    void theSliderTellsWhatLiesInASlice();
    void theSequenceMenuAsksForASequence();
    void windowAndLevelAreEditedAtTheCorner();
    void orientationStaysWhenCornersGo();
    void doubleClickOnTheHeaderMaximisesAndBringsBack();
    void layoutsShowTheirViews();
    void gapsCanBeDraggedAndKept();
    void surfacesComeFromAThreadOfTheirOwn();
    void anotherCaseShowsNothingOfTheOneBefore();
    void aClickOnASurfaceMovesTheCursorThere();
    void viewsSurviveMovingToAnotherWindow();
};

void ViewsTest::viewsHaveTheirStableNames()
{
    ViewGrid views;
    for (const char *name :
         {"view.axial", "view.axial.header", "view.axial.canvas", "view.axial.slider", "view.axial.sequence",
          "view.axial.maximise", "view.coronal.canvas", "view.sagittal.slider", "view.3d", "view.3d.header",
          "view.3d.canvas", "view.3d.content", "view.sequence.1.canvas", "view.sequence.4.slider"})
        QVERIFY2(views.findChild<QWidget *>(QString::fromLatin1(name)), name);
    QCOMPARE(views.objectName(), QStringLiteral("viewGrid"));
}

void ViewsTest::theScreenShowsWhatWasComposed()
{
    Desk desk;
    SliceView *view = desk.axial();
    const QImage shown = view->canvas()->grab().toImage().convertToFormat(QImage::Format_RGB32),
                 composed = view->snapshot();
    QCOMPARE(shown.size(), composed.size());
    int differing = 0;
    for (int y = 0; y < shown.height(); ++y)
        for (int x = 0; x < shown.width(); ++x)
            differing += (shown.pixel(x, y) & 0xFFFFFF) != (composed.pixel(x, y) & 0xFFFFFF);
    QCOMPARE(differing, 0); // pixel for pixel, the right way up
    const auto inside = view->transform().toView({20, 20, 1});
    QCOMPARE(qRed(composed.pixel(int(inside.x), int(inside.y))), 128); // 502 of 1000
}

void ViewsTest::anUncoveredViewIsNotComposedAgain()
{
    Desk desk;
    ViewCanvas *canvas = desk.axial()->canvas();
    QTRY_VERIFY(canvas->framesDrawn() > 0);
    QTest::qWait(50);
    const qint64 before = canvas->framesDrawn();
    canvas->repaint(); // as when a toast over it goes
    QCOMPARE(canvas->framesDrawn(), before);
    turnWheel(canvas, 1);
    QTRY_VERIFY(canvas->framesDrawn() > before);
}

void ViewsTest::theWheelStepsSlicesTowardsTheTop()
{
    Desk desk;
    const qint64 before = desk.axial()->canvas()->framesDrawn();
    turnWheel(desk.axial()->canvas(), 1);
    QCOMPARE(desk.cursor.z, 3.0);
    turnWheel(desk.axial()->canvas(), -1, Qt::ShiftModifier);
    QCOMPARE(desk.cursor.z, -7.0);
    turnWheel(desk.views.slice(Plane::Coronal)->canvas(), 1);
    QCOMPARE(desk.cursor.y, -1.0);
    turnWheel(desk.views.slice(Plane::Sagittal)->canvas(), 1);
    QCOMPARE(desk.cursor.x, -1.0);
    QTRY_VERIFY(desk.axial()->canvas()->framesDrawn() > before);
    // A fine wheel sends parts of a step.
    for (int n = 0; n < 4; ++n) {
        QWidget *canvas = desk.axial()->canvas();
        QWheelEvent part({50, 50}, canvas->mapToGlobal(QPointF(50, 50)), {}, {0, 30}, {}, {}, Qt::NoScrollPhase, false);
        QApplication::sendEvent(canvas, &part);
    }
    QCOMPARE(desk.cursor.z, -5.0);
}

void ViewsTest::aClickMovesTheCursorToThatPointInAllViews()
{
    Desk desk;
    const auto at = desk.axial()->transform().toView({-31, 15, 1});
    QTest::mouseClick(desk.axial()->canvas(), Qt::LeftButton, {}, QPoint(qRound(at.x), qRound(at.y)));
    QVERIFY(std::abs(desk.cursor.x + 31) <= 2);
    QVERIFY(std::abs(desk.cursor.y - 15) <= 2);
    QCOMPARE(desk.cursor.z, 1.0);
    QCOMPARE(desk.views.slice(Plane::Sagittal)->state().cursor.x, desk.cursor.x);
}

void ViewsTest::dragsZoomPanAndWindow()
{
    Desk desk;
    SliceView *view = desk.axial();
    QSignalSpy zooms(view, &SliceView::zoomWished), pans(view, &SliceView::panWished),
        windows(view, &SliceView::windowWished);
    drag(view->canvas(), Qt::RightButton, {200, 200}, {200, 80});
    QCOMPARE(zooms.size(), 1);
    QVERIFY(std::abs(zooms[0][0].toDouble() - 2) < 1e-9);
    turnWheel(view->canvas(), 1, Qt::ControlModifier);
    QCOMPARE(zooms.size(), 2);
    drag(view->canvas(), Qt::MiddleButton, {200, 200}, {230, 200});
    QCOMPARE(pans.size(), 1);
    const auto delta = pans[0][0].value<PointMm>();
    // The picture follows the hand to the right: the centre goes to the patient's right.
    QVERIFY(std::abs(delta.x + 30 * view->viewpoint().mmPerPixel) < 1e-9);
    QCOMPARE(windows.size(), 0);
    view->setHeldKey(interaction::HeldKey::Window);
    drag(view->canvas(), Qt::LeftButton, {200, 200}, {240, 200});
    QCOMPARE(windows.size(), 1);
    QCOMPARE(windows[0][1].toDouble(), 100.0); // 40 of 400 px, window 1000
}

void ViewsTest::theSliderJumpsToTheSliceUnderThePointer()
{
    Desk desk;
    SliceView *view = desk.axial();
    view->setAxis(render::sliceAxis(grid(), Plane::Axial, LabelMap::from(tumour()), state(Plane::Axial).mask.looks));
    SliceSlider *slider = view->slider();
    QVERIFY(slider->yOfSlice(79) < slider->yOfSlice(0)); // superior is at the top
    QTest::mouseClick(slider, Qt::LeftButton, {}, QPoint(10, qRound(slider->yOfSlice(60))));
    QVERIFY(std::abs(slider->slice() - 60) <= 1);
    QCOMPARE(desk.cursor.z, grid().toWorld(Index3{0, 0, slider->slice()}).z);
    turnWheel(slider, 1);
    QVERIFY(std::abs(slider->slice() - 61) <= 1);
    for (int slice = 0; slice < 80; ++slice)
        QCOMPARE(slider->sliceAtY(slider->yOfSlice(slice)), slice);
}

void ViewsTest::theSliderTellsWhatLiesInASlice()
{
    SliceSlider slider;
    slider.setPlaneName(QStringLiteral("Axial"));
    render::SliceAxis axis;
    axis.count = 3;
    axis.colours = {{255, 0, 0}, {0, 255, 0}};
    axis.areaMm2 = {{0, 0}, {300, 110}, {0, 0}};
    axis.doubtMm2 = {0, 40, 10};
    axis.openPlaces = {0, 2, 0};
    axis.edited = {false, true, false};
    slider.setAxis(axis);
    QCOMPARE(slider.description(0), QStringLiteral("Axial 1."));
    QVERIFY(slider.description(1).startsWith(QStringLiteral("Axial 2. Tumour 4.1 cm², 2 place")));
    QVERIFY(slider.description(1).endsWith(QStringLiteral("edited.")));
    QCOMPARE(slider.doubtOpacity(0), 0.0);
    QCOMPARE(slider.doubtOpacity(1), 1.0);
    QVERIFY(std::abs(slider.doubtOpacity(2) - (0.35 + 0.65 / 4)) < 1e-12);
}

void ViewsTest::theSequenceMenuAsksForASequence()
{
    Desk desk;
    QSignalSpy wishes(desk.axial(), &SliceView::sequenceWished);
    auto *button = desk.axial()->findChild<QToolButton *>(QStringLiteral("view.axial.sequence"));
    QCOMPARE(button->text(), QStringLiteral("T1c"));
    QCOMPARE(button->menu()->actions().size(), 2);
    button->menu()->actions().first()->trigger();
    QCOMPARE(wishes.size(), 1);
    QCOMPARE(wishes[0][0].toString(), QStringLiteral("t1"));
}

void ViewsTest::windowAndLevelAreEditedAtTheCorner()
{
    Desk desk;
    SliceView *view = desk.axial();
    QSignalSpy windows(view, &SliceView::windowWished), cursors(view, &SliceView::cursorWished);
    QTest::mouseClick(view->canvas(), Qt::LeftButton, {}, QPoint(24, view->canvas()->height() - 32));
    auto *width = view->findChild<QDoubleSpinBox *>(QStringLiteral("windowWidth"));
    QVERIFY(width && width->isVisible());
    QCOMPARE(cursors.size(), 0); // the click was for the figures
    QCOMPARE(width->value(), 1000.0);
    width->setValue(800);
    QCOMPARE(windows.size(), 1);
    QCOMPARE(windows[0][0].toDouble(), 0.0);
    QCOMPARE(windows[0][1].toDouble(), -200.0);
}

void ViewsTest::orientationStaysWhenCornersGo()
{
    Desk desk;
    SliceView *view = desk.axial();
    view->setCornersVisible(false);
    const QImage picture = view->snapshot();
    const auto letters = [&picture](QRect where) {
        int count = 0;
        for (int y = where.top(); y <= where.bottom(); ++y)
            for (int x = where.left(); x <= where.right(); ++x) {
                const QColor c = picture.pixelColor(x, y);
                count += c.red() > 200 && c.green() > 170 && c.blue() < 170 && c.red() - c.blue() > 60;
            }
        return count;
    };
    QVERIFY(letters({4, picture.height() / 2 - 10, 24, 20}) > 8);                    // R
    QVERIFY(letters({picture.width() - 28, picture.height() / 2 - 10, 24, 20}) > 8); // L
    QVERIFY(letters({picture.width() / 2 - 12, 2, 24, 24}) > 8);                     // A
    QCOMPARE(picture.pixelColor(12, picture.height() - 12).rgb() & 0xFFFFFF, 0u);    // no figures in the corner
}

void ViewsTest::doubleClickOnTheHeaderMaximisesAndBringsBack()
{
    Desk desk;
    auto *header = desk.views.findChild<QWidget *>(QStringLiteral("view.coronal.header"));
    QTest::mouseDClick(header, Qt::LeftButton, {}, QPoint(header->width() / 2, 10));
    QCOMPARE(desk.views.maximised(), desk.views.slice(Plane::Coronal));
    QVERIFY(!desk.axial()->isVisible());
    QCOMPARE(desk.views.slice(Plane::Coronal)->size(), desk.views.size());
    QTest::mouseDClick(header, Qt::LeftButton, {}, QPoint(header->width() / 2, 10));
    QVERIFY(!desk.views.maximised());
    QVERIFY(desk.axial()->isVisible());
}

void ViewsTest::layoutsShowTheirViews()
{
    Desk desk;
    const auto shown = [&desk] { return desk.views.visibleSlices().size(); };
    QCOMPARE(shown(), 3);
    QVERIFY(desk.views.volume()->isVisible());
    desk.views.setLayoutKind(GridLayout::FourSequences);
    QCOMPARE(shown(), 4);
    QVERIFY(!desk.views.volume()->isVisible());
    QCOMPARE(desk.views.activeView(), desk.views.sequenceView(0));
    desk.views.setLayoutKind(GridLayout::ThreeInARow);
    QCOMPARE(shown(), 3);
    desk.views.setMainView(desk.views.slice(Plane::Sagittal));
    desk.views.setLayoutKind(GridLayout::LargeAndThree);
    QVERIFY(desk.views.slice(Plane::Sagittal)->width() > 2 * desk.axial()->width());
    desk.views.setLayoutKind(GridLayout::Single);
    QCOMPARE(desk.views.visibleSlices(), QList<SliceView *>{desk.views.slice(Plane::Sagittal)});
    desk.views.setLayoutKind(GridLayout::TwoByTwo);
    desk.views.setActiveView(desk.axial());
    desk.views.focusNextView();
    QCOMPARE(desk.views.activeView(), desk.views.slice(Plane::Coronal));
}

void ViewsTest::gapsCanBeDraggedAndKept()
{
    Desk desk;
    const int before = desk.axial()->width();
    const QPoint gap(desk.axial()->geometry().right() + 2, 60);
    QWidget *grip = desk.views.childAt(gap);
    QVERIFY(grip && grip != desk.axial());
    drag(grip, Qt::LeftButton, grip->mapFrom(&desk.views, gap), grip->mapFrom(&desk.views, gap + QPoint(120, 0)));
    QVERIFY(std::abs(desk.axial()->width() - before - 120) <= 3);
    const QByteArray kept = desk.views.saveSplits();
    QTest::mouseDClick(grip, Qt::LeftButton);
    QCOMPARE(desk.axial()->width(), before);
    desk.views.restoreSplits(kept);
    QVERIFY(std::abs(desk.axial()->width() - before - 120) <= 3);
    desk.views.restoreSplits("nonsense");
    QVERIFY(std::abs(desk.axial()->width() - before - 120) <= 3);
}

void ViewsTest::surfacesComeFromAThreadOfTheirOwn()
{
    Desk desk;
    VolumeView *view = desk.views.volume();
    QSignalSpy ready(view, &VolumeView::surfacesReady);
    render::VolumeState now;
    now.image = head();
    now.mask = LabelMap::from(tumour());
    now.looks = state(Plane::Axial).mask.looks;
    now.seeThrough = {4};
    view->setState(now);
    QVERIFY(view->updating());
    QTRY_COMPARE_WITH_TIMEOUT(ready.size(), 1, 20000);
    QTRY_VERIFY_WITH_TIMEOUT(!view->updating(), 20000);
    view->canvas()->grab(); // what is shown now
    const QImage picture = view->snapshot();
    int orange = 0, lit = 0;
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x) {
            const QColor c = picture.pixelColor(x, y);
            orange += c.red() > 90 && c.red() > c.blue() + 25;
            lit += c.value() > 12;
        }
    QVERIFY2(lit > picture.width() * picture.height() / 12, qPrintable(QString::number(lit)));
    QVERIFY2(orange > 30, qPrintable(QString::number(orange)));
    // The same snapshots again: nothing is built.
    now.cursor = {5, 5, 5};
    view->setState(now);
    QVERIFY(!view->updating());
    QCOMPARE(ready.size(), 1);
}

void ViewsTest::anotherCaseShowsNothingOfTheOneBefore()
{
    Desk desk;
    VolumeView *view = desk.views.volume();
    render::VolumeState now;
    now.image = head();
    now.mask = LabelMap::from(tumour());
    now.looks = state(Plane::Axial).mask.looks;
    view->setState(now);
    QTRY_VERIFY_WITH_TIMEOUT(!view->updating() && view->canvas()->framesDrawn() > 1, 20000);
    const auto litShare = [&] {
        const QImage picture = view->canvas()->grab().toImage();
        int lit = 0; // away from the corners' letters
        for (int y = picture.height() / 4; y < picture.height() * 3 / 4; ++y)
            for (int x = picture.width() / 4; x < picture.width() * 3 / 4; ++x)
                lit += qGray(picture.pixel(x, y)) > 12;
        return double(lit) / (picture.width() * picture.height() / 4);
    };
    QVERIFY(litShare() > 0.2);
    view->resetCamera(); // a picture of the old case is on its way
    view->canvas()->grab();
    now.image = ImageVolume(grid(), {head().voxels().begin(), head().voxels().end()}); // as large, but not the same
    now.mask.reset();
    view->setState(now);
    QVERIFY(litShare() < 0.02);
    QTRY_VERIFY_WITH_TIMEOUT(!view->updating(), 20000);
    QVERIFY(litShare() > 0.2); // and then the new one is there
}

void ViewsTest::aClickOnASurfaceMovesTheCursorThere()
{
    Desk desk;
    VolumeView *view = desk.views.volume();
    QSignalSpy ready(view, &VolumeView::surfacesReady), cursors(view, &VolumeView::cursorWished);
    render::VolumeState now;
    now.image = head();
    now.mask = LabelMap::from(tumour());
    now.looks = state(Plane::Axial).mask.looks;
    now.content = render::VolumeContent::Tumour;
    view->setState(now);
    QTRY_COMPARE_WITH_TIMEOUT(ready.size(), 1, 20000);
    view->resetCamera(); // only the tumour: it fills the view
    QTest::qWait(80);
    QTest::mouseClick(view->canvas(), Qt::LeftButton, {},
                      QPoint(view->canvas()->width() / 2, view->canvas()->height() / 2));
    QCOMPARE(cursors.size(), 1);
    const PointMm d = cursors[0][0].value<PointMm>() - PointMm{-30, 5, 20};
    QVERIFY2(std::abs(std::hypot(d.x, d.y, d.z) - 22) < 2, qPrintable(QString::number(std::hypot(d.x, d.y, d.z))));
    drag(view->canvas(), Qt::LeftButton, {100, 100}, {160, 120}); // turning is no click
    QCOMPARE(cursors.size(), 1);
    QTest::mouseClick(view->canvas(), Qt::LeftButton, {}, QPoint(3, 60)); // beside it
    QCOMPARE(cursors.size(), 1);
}

void ViewsTest::viewsSurviveMovingToAnotherWindow()
{
    auto desk = std::make_unique<Desk>();
    QWidget other;
    other.resize(600, 500);
    SliceView *view = desk->axial();
    view->setParent(&other); // another window, another OpenGL context
    view->setGeometry(0, 0, 600, 500);
    view->show();
    other.show();
    QVERIFY(QTest::qWaitForWindowExposed(&other));
    const qint64 before = view->canvas()->framesDrawn();
    turnWheel(view->canvas(), 1);
    QTRY_VERIFY(view->canvas()->framesDrawn() > before);
    const QImage shown = view->canvas()->grab().toImage();
    const auto inside = view->transform().toView({20, 20, 3});
    QVERIFY(std::abs(qRed(shown.pixel(int(inside.x), int(inside.y))) - 129) <= 1);
    view->setParent(&desk->views); // back, so that its grid can end it
}

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    Theme::instance().install();
    ViewsTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "ViewsTest.moc"
