#include "WidgetsFixture.h"

#include "glioscope/widgets/Controls.h"
#include "glioscope/widgets/JobCard.h"
#include "glioscope/widgets/Language.h"
#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/StatusBar.h"

#include <catch2/catch_test_macros.hpp>

#include <QPushButton>

using namespace glio::widgets;

TEST_CASE("a position is said with the letters of its sides", "[widgets][words]")
{
    CHECK(positionText({-31.0, 6.0, 29.0}) == "R 31.0  P 6.0  S 29.0 mm");
    CHECK(positionText({4.26, -12.04, -0.5}) == "L 4.3  A 12.0  I 0.5 mm");
    CHECK(positionText({0.0, 0.0, 0.0}) == "L 0.0  P 0.0  S 0.0 mm");
    CHECK(positionText({-0.01, -0.04, -0.049}) == "L 0.0  P 0.0  S 0.0 mm"); // no "R 0.0" for a rounding error
}

TEST_CASE("numbers have one decimal and a real minus sign", "[widgets][words]")
{
    CHECK(oneDecimal(77.56) == "77.6");
    CHECK(oneDecimal(-0.8) == QString(QChar(0x2212)) + "0.8");
}

TEST_CASE("the time left is not said before it is known", "[widgets][words][job]")
{
    TimeLeft left;
    CHECK(left.update(0.01, 60) == "Working");
    CHECK(left.update(0.50, 2.0) == "Working");
    CHECK(left.update(0.50, 10.0) == "about 10 s left");
}

TEST_CASE("the time left is rounded and never jumps up by more than a step", "[widgets][words][job]")
{
    TimeLeft left;
    CHECK(left.update(0.25, 7.0) == "about 30 s left");  // 21 s, in tens
    CHECK(left.update(0.26, 60.0) == "about 40 s left"); // 171 s in truth: one step of 10 s only
    left.reset();
    CHECK(left.update(0.10, 153.0) == "about 23 min left"); // 1377 s
    CHECK(left.update(0.10, 400.0) == "about 24 min left"); // 60 min in truth: one minute
    left.reset();
    CHECK(left.update(0.999, 100.0) == "about 10 s left"); // never "0 s"
}

TEST_CASE("one place is a place and not places, in English too", "[widgets][words][language]")
{
    application();
    installLanguage("en");
    PlacesSection section;
    auto *start = section.findChild<QPushButton *>("startDoubts");
    REQUIRE(start);
    section.setSummary(1, 3, 0.4, 0.4);
    CHECK(start->text() == "Check 1 place");
    section.setSummary(14, 14, 9.8, 3.4);
    CHECK(start->text() == "Check 14 places");
}
