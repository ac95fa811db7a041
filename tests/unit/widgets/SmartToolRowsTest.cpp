#include "Hands.h"
#include "WidgetsFixture.h"

#include "glioscope/widgets/RangeSlider.h"
#include "glioscope/widgets/SmartToolRows.h"

#include <QComboBox>
#include <QLabel>
#include <QProgressBar>
#include <QSignalSpy>
#include <QSlider>

using namespace glio::widgets;

TEST_CASE("each smart tool shows the rows that it has", "[widgets][smart]")
{
    application();
    SmartToolsPanel panel;
    const auto shown = [&](const char *id) {
        panel.setTool(id);
        return std::array{!panel.area()->isHidden(), !panel.range()->isHidden(), !panel.snake()->isHidden()};
    };
    CHECK(shown("range") == std::array{true, true, false});
    CHECK(shown("border") == std::array{true, false, false});
    CHECK(shown("snake") == std::array{false, false, true});
    CHECK(shown("scribbles") == std::array{false, false, false});
    auto *progress = child<QProgressBar>(panel, "smartProgress");
    CHECK(progress->isHidden());
    panel.setProgress(0.25);
    CHECK_FALSE(progress->isHidden());
    CHECK(progress->value() == 250);
    panel.setTool("smooth");
    CHECK(progress->isHidden());
}

TEST_CASE("the rows of a tool say nothing while they are told", "[widgets][smart]")
{
    application();
    SmartAreaRow area;
    SmartRangeRow range;
    SnakeRow snake;
    QSignalSpy areas(&area, &SmartAreaRow::choiceWished), ranges(&range, &SmartRangeRow::rangeWished),
        sequences(&range, &SmartRangeRow::sequenceWished), forces(&snake, &SnakeRow::forcesWished);
    area.setChoices({{"everywhere", "Everywhere"}, {"place", "The place"}, {"lasso", "Drawn round"}});
    area.setChoice("lasso");
    area.setChoices({{"place", "The place"}, {"lasso", "Drawn round"}});
    CHECK(area.choice() == "lasso"); // the one at hand stays
    area.setChoice("nowhere");
    CHECK(area.choice() == "lasso");
    range.setSequences({{"t1c", "T1c"}, {"flair", "FLAIR"}}, "flair");
    range.setLimits(0, 200, 1, {});
    range.setRange(40, 160);
    CHECK(child<QComboBox>(range, "smartRangeSequence")->currentText() == "FLAIR");
    CHECK(child<QLabel>(range, "smartRangeText")->text() == "40 to 160");
    snake.setForces(-0.5, 1.25);
    CHECK(child<QSlider>(snake, "snakeExpansion")->value() == -50);
    CHECK(child<QSlider>(snake, "snakeEdges")->value() == 125);
    CHECK(areas.isEmpty());
    CHECK(ranges.isEmpty());
    CHECK(sequences.isEmpty());
    CHECK(forces.isEmpty());
}

TEST_CASE("the rows of a tool ask for what a hand does", "[widgets][smart]")
{
    application();
    SmartRangeRow range;
    QSignalSpy ranges(&range, &SmartRangeRow::rangeWished), otsu(&range, &SmartRangeRow::otsuWished);
    range.setLimits(0, 200, 1, {});
    range.setRange(40, 160);
    child<RangeSlider>(range, "smartRange")->moveHandle(RangeSlider::Handle::Low, 55);
    REQUIRE(ranges.size() == 1);
    CHECK(ranges[0][0].toDouble() == 55);
    CHECK(ranges[0][1].toDouble() == 160);
    child<QAbstractButton>(range, "smartOtsu")->click();
    CHECK(otsu.size() == 1);
    SnakeRow snake;
    QSignalSpy plays(&snake, &SnakeRow::playWished), steps(&snake, &SnakeRow::stepWished),
        resets(&snake, &SnakeRow::resetWished), forces(&snake, &SnakeRow::forcesWished);
    auto *play = child<QAbstractButton>(snake, "snakePlay"), *step = child<QAbstractButton>(snake, "snakeStep");
    snake.setReady(false);
    for (QAbstractButton *button : {play, step, child<QAbstractButton>(snake, "snakeReset")})
        button->click();
    CHECK(plays.isEmpty());
    CHECK(steps.isEmpty());
    CHECK(resets.isEmpty());
    snake.setReady(true);
    snake.setPlaying(true);
    CHECK_FALSE(step->isEnabled()); // it steps by itself
    play->click();
    REQUIRE(plays.size() == 1);
    CHECK_FALSE(plays[0][0].toBool());
    snake.setPlaying(false);
    step->click();
    CHECK(steps.size() == 1);
    child<QSlider>(snake, "snakeEdges")->setValue(80);
    REQUIRE(forces.size() == 1);
    CHECK(forces[0][1].toDouble() == 0.8);
}
