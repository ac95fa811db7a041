#include "WidgetsFixture.h"

#include "glioscope/widgets/BrushHud.h"
#include "glioscope/widgets/ToolHints.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <QAbstractButton>
#include <QElapsedTimer>
#include <QSignalSpy>

using namespace glio::widgets;

namespace {
const BrushHudText painting{Qt::yellow, "Enhancing tumour", "8.0 mm ball", "T1c 168 to 255", false};

void wait(int ms)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < ms)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}
} // namespace

TEST_CASE("the brush chip stands 24 px from the pointer and never leaves the canvas", "[widgets][hud]")
{
    application();
    const int percent = GENERATE(100, 200);
    Theme::instance().setScale(percent);
    QWidget canvas;
    canvas.resize(1000, 700);
    BrushHud hud(&canvas);
    hud.setText(painting);
    const int away = Theme::px(24);
    hud.setPointer({100, 100});
    CHECK(hud.geometry().topLeft() == QPoint(100 + away, 100 + away));
    hud.setPointer({990, 690}); // the corner: on the other side, both ways
    CHECK(hud.geometry().right() + 1 == 990 - away);
    CHECK(hud.geometry().bottom() + 1 == 690 - away);
    for (int x = -50; x <= 1050; x += 50)
        for (int y = -50; y <= 750; y += 50) {
            hud.setPointer({x, y});
            CHECK(canvas.rect().contains(hud.geometry()));
        }
    canvas.resize(200, 60); // narrower than the chip
    hud.setPointer({190, 30});
    QApplication::sendPostedEvents();
    CHECK(canvas.rect().contains(hud.geometry()));
    Theme::instance().setScale(100);
}

TEST_CASE("the brush chip shows after a change and not for the same words", "[widgets][hud]")
{
    application();
    QWidget canvas;
    canvas.resize(600, 400);
    canvas.show();
    BrushHud hud(&canvas);
    CHECK(hud.isHidden());
    hud.setPointer({10, 10}); // following is no change
    CHECK(hud.isHidden());
    hud.setText(painting);
    CHECK(hud.isVisible());
    CHECK(hud.testAttribute(Qt::WA_TransparentForMouseEvents));
    hud.dismiss();
    hud.setText(painting);
    CHECK(hud.isHidden());
    hud.showBriefly(); // a view was entered
    CHECK(hud.isVisible());
    CHECK(hud.accessibleName() == "Enhancing tumour, 8.0 mm ball, T1c 168 to 255");
    BrushHudText erasing = painting;
    erasing.erasing = true;
    const int before = hud.width();
    hud.setText(erasing);
    CHECK(hud.accessibleName() == "Erasing, 8.0 mm ball, T1c 168 to 255");
    CHECK(hud.width() < before);
    hud.showBlocked("Oedema is locked");
    CHECK(hud.accessibleName() == "Oedema is locked");
}

TEST_CASE("the brush chip goes after 1.5 s, or gives the brush back where it is kept", "[widgets][hud]")
{
    application();
    QWidget canvas, other;
    canvas.resize(600, 400);
    other.resize(600, 400);
    canvas.show();
    other.show();
    BrushHud hud(&canvas), kept(&canvas);
    kept.setKept(true);
    kept.setText(painting);
    const int usual = kept.width();
    kept.showBlocked("Oedema is locked");
    const int blocked = kept.width();
    hud.setText(painting);
    wait(1200);
    CHECK(hud.isVisible());
    wait(600);
    CHECK(hud.isHidden());
    CHECK(kept.isVisible());
    CHECK(blocked != usual);
    CHECK(kept.width() == usual);
    CHECK(kept.accessibleName() == "Enhancing tumour, 8.0 mm ball, T1c 168 to 255");
    kept.setCanvas(&other);
    CHECK(kept.parentWidget() == &other);
    CHECK(kept.isHidden());
    kept.showBriefly();
    CHECK(kept.isVisible());
    kept.setKept(false);
    wait(1800);
    CHECK(kept.isHidden());
}

TEST_CASE("the hint bar stands at the bottom centre and tells which tool it was closed for", "[widgets][hints]")
{
    application();
    QWidget view;
    view.resize(900, 600);
    view.show();
    ToolHints bar(&view);
    QSignalSpy closed(&bar, &ToolHints::closed);
    CHECK(bar.isHidden());
    bar.setHints("brush",
                 {{"Left", "paint"}, {"Right", "erase"}, {"Shift", "+ wheel size"}, {"Ctrl", "+ click pick label"}});
    CHECK(bar.isVisible());
    CHECK(bar.shownCount() == 4);
    CHECK(std::abs(bar.geometry().center().x() - view.rect().center().x()) <= 1);
    CHECK(bar.geometry().bottom() < view.height() - 30);
    view.resize(300, 400);
    QApplication::processEvents();
    CHECK(bar.shownCount() < 4);
    CHECK(bar.shownCount() >= 1);
    CHECK(view.rect().contains(bar.geometry()));
    CHECK(closed.isEmpty());
    bar.findChild<QAbstractButton *>("toolHintsClose")->click();
    REQUIRE(closed.size() == 1);
    CHECK(closed[0][0].toString() == "brush");
    CHECK(bar.isHidden());
    bar.setHints("lasso", {{"Left", "draw"}});
    CHECK(bar.isVisible());
    bar.setHints("crosshair", {});
    CHECK(bar.isHidden());
    CHECK(closed.size() == 1);
}
