#include "Hands.h"
#include "WidgetsFixture.h"

#include "glioscope/widgets/BrushPanel.h"
#include "glioscope/widgets/RangeSlider.h"

#include <catch2/catch_approx.hpp>

#include <QAccessible>
#include <QBoxLayout>
#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>

using namespace glio::widgets;
using Catch::Approx;

TEST_CASE("the brush says nothing while it is told", "[widgets][brush]")
{
    application();
    BrushPanel panel;
    int wishes = 0;
    const auto count = [&] { ++wishes; };
    QObject::connect(&panel, &BrushPanel::sizeWished, &panel, count);
    QObject::connect(&panel, &BrushPanel::shapeWished, &panel, count);
    QObject::connect(&panel, &BrushPanel::ballWished, &panel, count);
    QObject::connect(&panel, &BrushPanel::rangeOnWished, &panel, count);
    QObject::connect(&panel, &BrushPanel::rangeSequenceWished, &panel, count);
    QObject::connect(&panel, &BrushPanel::rangeMoved, &panel, count);
    QObject::connect(&panel, &BrushPanel::rangeReleased, &panel, count);
    QObject::connect(&panel, &BrushPanel::edgesOnWished, &panel, count);
    QObject::connect(&panel, &BrushPanel::strengthWished, &panel, count);
    CHECK(child<QDoubleSpinBox>(panel, "brushSize")->value() == 8.0);
    CHECK(child<QSlider>(panel, "brushStrength")->value() == 50);
    CHECK(child<QAbstractButton>(panel, "brush3d")->isChecked());
    panel.setSizeMm(12.5);
    panel.setShape(BrushShape::Square);
    panel.setBall(false);
    panel.setRangeOn(true);
    panel.setRangeSequences({{"T1", "T1"}, {"T1c", "T1c"}});
    panel.setRangeSequence("T1c");
    panel.setRangeLimits(0, 1, 0.01);
    panel.setRange(0.2, 0.75);
    panel.setEdgesOn(true);
    panel.setStrength(70);
    CHECK(wishes == 0);
    CHECK(child<QDoubleSpinBox>(panel, "brushSize")->text() == "12.5 mm");
    CHECK(child<QLabel>(panel, "brushRangeText")->text() == "0.20 to 0.75");
    CHECK(child<QComboBox>(panel, "brushRangeSequence")->currentData().toString() == "T1c");
}

TEST_CASE("each act on the brush asks once", "[widgets][brush]")
{
    application();
    BrushPanel panel;
    panel.setRangeSequences({{"T1", "T1"}, {"T1c", "T1c"}});
    std::vector<double> sizes;
    std::vector<int> strengths;
    QObject::connect(&panel, &BrushPanel::sizeWished, &panel, [&](double mm) { sizes.push_back(mm); });
    QObject::connect(&panel, &BrushPanel::strengthWished, &panel, [&](int percent) { strengths.push_back(percent); });
    QSignalSpy shapes(&panel, &BrushPanel::shapeWished), balls(&panel, &BrushPanel::ballWished),
        ranges(&panel, &BrushPanel::rangeOnWished), edges(&panel, &BrushPanel::edgesOnWished),
        takes(&panel, &BrushPanel::takeWished), resets(&panel, &BrushPanel::resetWished),
        sequences(&panel, &BrushPanel::rangeSequenceWished);

    auto *box = child<QDoubleSpinBox>(panel, "brushSize");
    type(box, "3,5"); // a comma is understood
    CHECK(sizes.empty());
    press(box, Qt::Key_Return);
    REQUIRE(sizes.size() == 1);
    CHECK(sizes[0] == Approx(3.5));

    auto *slider = child<QSlider>(panel, "brushSizeSlider");
    press(slider, Qt::Key_Right); // 5 % of 3.5 mm, on a tenth
    REQUIRE(sizes.size() == 2);
    CHECK(sizes[1] == Approx(3.7));
    CHECK(box->value() == Approx(3.7));
    press(slider, Qt::Key_End);
    CHECK(sizes.back() == Approx(50.0));
    press(slider, Qt::Key_End);
    CHECK(sizes.size() == 3); // it was there already
    press(slider, Qt::Key_Home);
    press(slider, Qt::Key_Up); // 5 % would be less than a tenth
    CHECK(sizes.back() == Approx(0.6));
    slider->setValue(500); // the middle of a logarithm from 0.5 to 50
    CHECK(sizes.back() == Approx(5.0));

    child<Segmented>(panel, "brushShape")->button(1)->click();
    REQUIRE(shapes.size() == 1);
    CHECK(shapes[0][0].value<BrushShape>() == BrushShape::Square);
    child<QAbstractButton>(panel, "brush3d")->click();
    REQUIRE(balls.size() == 1);
    CHECK_FALSE(balls[0][0].toBool());
    child<QAbstractButton>(panel, "brushRangeOn")->click();
    child<QAbstractButton>(panel, "brushEdges")->click();
    child<QAbstractButton>(panel, "brushTake")->click();
    child<QAbstractButton>(panel, "brushReset")->click();
    emit child<QComboBox>(panel, "brushRangeSequence")->activated(1);
    press(child<QSlider>(panel, "brushStrength"), Qt::Key_PageUp);
    CHECK(ranges.size() == 1);
    CHECK(edges.size() == 1);
    CHECK(takes.size() == 1);
    CHECK(resets.size() == 1);
    REQUIRE(sequences.size() == 1);
    CHECK(sequences[0][0].toString() == "T1c");
    CHECK(strengths == std::vector<int>{60});
}

TEST_CASE("the wheel over a panel scrolls it and changes no brush", "[widgets][brush]")
{
    application();
    BrushPanel panel;
    panel.setRangeOn(true);
    panel.setEdgesOn(true);
    panel.setRangeSequences({{"T1", "T1"}, {"T1c", "T1c"}});
    panel.resize(320, 400);
    QSignalSpy sizes(&panel, &BrushPanel::sizeWished), strengths(&panel, &BrushPanel::strengthWished),
        ranges(&panel, &BrushPanel::rangeMoved), sequences(&panel, &BrushPanel::rangeSequenceWished);
    for (const char *name : {"brushSize", "brushSizeSlider", "brushStrength", "brushRange", "brushRangeSequence"})
        wheel(child<QWidget>(panel, name));
    CHECK(sizes.size() + strengths.size() + ranges.size() + sequences.size() == 0);
    CHECK(child<QDoubleSpinBox>(panel, "brushSize")->value() == 8.0);
    CHECK(child<QComboBox>(panel, "brushRangeSequence")->currentIndex() == 0);
}

TEST_CASE("the brush says why a part of it is off", "[widgets][brush][availability]")
{
    application();
    BrushPanel panel;
    panel.setEdgesOn(true);
    panel.setEdgesAvailability(Availability::no("Needs an image in this view."));
    CHECK_FALSE(child<QWidget>(panel, "brushEdges")->isEnabled());
    CHECK(child<QWidget>(panel, "brushEdges")->toolTip() == "Needs an image in this view.");
    CHECK(showsReason(panel, "Needs an image in this view."));
    CHECK(child<QWidget>(panel, "brushStrength")->parentWidget()->isHidden());
    panel.setEdgesAvailability(Availability::yes());
    CHECK_FALSE(showsReason(panel, "Needs an image in this view."));
    CHECK_FALSE(child<QWidget>(panel, "brushStrength")->parentWidget()->isHidden());
    panel.setAvailability(Availability::no("Open a mask first."));
    CHECK(showsReason(panel, "Open a mask first."));
}

TEST_CASE("the handles of the range meet and never cross", "[widgets][range]")
{
    application();
    RangeSlider slider;
    slider.resize(216, 28);
    slider.setLimits(0, 200, 1);
    std::vector<std::pair<double, double>> moves;
    int releases = 0;
    QObject::connect(&slider, &RangeSlider::moved, &slider, [&](double a, double b) { moves.emplace_back(a, b); });
    QObject::connect(&slider, &RangeSlider::released, &slider, [&] { ++releases; });
    slider.setRange(120, 40); // the wrong way round, and told: no signal
    CHECK(moves.empty());
    CHECK(slider.low() == 40);
    CHECK(slider.high() == 120);
    slider.setHandle(RangeSlider::Handle::Low);
    press(&slider, Qt::Key_Right);
    CHECK(moves == std::vector<std::pair<double, double>>{{41, 120}});
    press(&slider, Qt::Key_PageDown);
    CHECK(slider.low() == 31);
    press(&slider, Qt::Key_End); // as far as the other handle
    CHECK(slider.low() == 120);
    press(&slider, Qt::Key_Right);
    CHECK(slider.low() == 120);
    CHECK(moves.size() == 3);
    CHECK(releases == 4);
    // One pixel is one step here: the track runs from 8 to 208. Pressed where both are, right of them: the high one.
    mouse(&slider, QEvent::MouseButtonPress, {160, 14});
    mouse(&slider, QEvent::MouseMove, {188, 14});
    mouse(&slider, QEvent::MouseButtonRelease, {188, 14});
    CHECK(slider.low() == 120);
    CHECK(slider.high() == 180);
    CHECK(releases == 5);
    mouse(&slider, QEvent::MouseButtonPress, {20, 14});
    mouse(&slider, QEvent::MouseMove, {500, 14});
    mouse(&slider, QEvent::MouseButtonRelease, {500, 14});
    CHECK(slider.low() == 180);
    CHECK(slider.high() == 180);
}

TEST_CASE("Tab goes from one handle of the range to the other before it leaves", "[widgets][range]")
{
    application();
    QWidget window;
    auto *layout = new QVBoxLayout(&window);
    auto *before = new QPushButton("before");
    auto *slider = new RangeSlider;
    auto *after = new QPushButton("after");
    for (QWidget *widget :
         {static_cast<QWidget *>(before), static_cast<QWidget *>(slider), static_cast<QWidget *>(after)})
        layout->addWidget(widget);
    window.show();
    window.activateWindow();
    QApplication::processEvents();
    slider->setFocus(Qt::TabFocusReason);
    REQUIRE(slider->hasFocus());
    CHECK(slider->handle() == RangeSlider::Handle::Low);
    press(slider, Qt::Key_Tab);
    CHECK(slider->hasFocus());
    CHECK(slider->handle() == RangeSlider::Handle::High);
    CHECK(slider->accessibleName() == "Highest intensity");
    press(slider, Qt::Key_Tab);
    CHECK(after->hasFocus());

    slider->setRange(168, 255);
    QAccessibleInterface *access = QAccessible::queryAccessibleInterface(slider);
    REQUIRE(access);
    REQUIRE(access->valueInterface());
    CHECK(access->role() == QAccessible::Slider);
    CHECK(access->valueInterface()->currentValue().toDouble() == 255);
    CHECK(access->valueInterface()->minimumValue().toDouble() == 168);
    access->valueInterface()->setCurrentValue(200);
    CHECK(slider->high() == 200);
    CHECK(slider->accessibleDescription() == "Intensities from 168 to 200");
}
