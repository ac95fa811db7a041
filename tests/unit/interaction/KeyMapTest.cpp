#include "glioscope/interaction/KeyMap.h"
#include "glioscope/interaction/MouseMap.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::interaction;
using Catch::Approx;

namespace {

KeyMap preset(const std::string &id)
{
    const auto map = KeyMap::load(std::string(GLIO_SOURCE_DIR) + "/resources/keymaps/" + id + ".json");
    INFO((map ? std::string() : map.error().message));
    REQUIRE(map);
    return *map;
}

} // namespace

TEST_CASE("every shipped key map is understood and has no key twice", "[interaction][keys]")
{
    for (const std::string &id : presetIds()) {
        const KeyMap map = preset(id);
        CHECK(map.id() == id);
        CHECK(map.bindings().size() > 50);
        for (const auto &clash : map.clashes())
            FAIL_CHECK(id << ": " << clash.first.chord << " has two meanings");
    }
}

TEST_CASE("every preset reaches what a reader cannot do without", "[interaction][keys]")
{
    for (const std::string &id : presetIds()) {
        const KeyMap map = preset(id);
        for (const Intent intent :
             {Intent::ToolCrosshair, Intent::ToolBrush, Intent::SliceStep, Intent::Undo, Intent::Redo,
              Intent::HideOverlaysHold, Intent::Segment, Intent::PlaceNext, Intent::PlaceKeep, Intent::KeysOverlay,
              Intent::ModeReview, Intent::ModeDoubts, Intent::FitView, Intent::WindowAuto, Intent::ViewStep,
              Intent::PanHold, Intent::WindowHold, Intent::SequenceStep}) {
            INFO(id << " " << intentName(intent));
            CHECK_FALSE(map.chords(intent).empty());
        }
    }
}

TEST_CASE("the default keys are ITK-SNAP's", "[interaction][keys]")
{
    const KeyMap map = preset("itk-snap");
    const auto means = [&map](const char *chord, Intent intent, double amount = 0) {
        const KeyBinding *binding = map.find(*normalised(chord));
        INFO(chord);
        REQUIRE(binding);
        CHECK(binding->intent == intent);
        CHECK(binding->amount == Approx(amount));
    };
    means("1", Intent::ToolCrosshair);
    means("4", Intent::ToolBrush);
    means("0", Intent::ToolScissors);
    means("PgUp", Intent::SliceStep, 1);
    means("Shift+Left", Intent::CursorRight, -5);
    means("A", Intent::FillOpacityStep, -0.05);
    means("}", Intent::BandThresholdStep, 0.01);
    means("X", Intent::ToggleCorners);
    means("Shift+X", Intent::ToggleCrosshair);
    means("Ctrl+Shift+Z", Intent::Redo);
    means("Ctrl+Y", Intent::Redo);
    means("Alt+3", Intent::LabelSelect, 3);
    means("[", Intent::SequenceStep, -1);
    CHECK(map.find("H")->hold);
    CHECK(map.find("V")->hold);
}

TEST_CASE("a key of Doubts wins there and means what it always means elsewhere", "[interaction][keys]")
{
    const auto map = KeyMap::parse(R"({"id": "t", "keys": [{"key": "F", "intent": "FitView"},
                                       {"key": "f", "intent": "PlaceFix", "context": "doubts"}]})",
                                   "t");
    REQUIRE(map);
    CHECK(map->clashes().empty());
    CHECK(map->find("F", KeyContext::Doubts)->intent == Intent::PlaceFix);
    CHECK(map->find("F", KeyContext::Correct)->intent == Intent::FitView);
    CHECK(map->find("G") == nullptr);
}

TEST_CASE("chords are brought into one form", "[interaction][keys]")
{
    CHECK(*normalised("shift+ctrl+z") == "Ctrl+Shift+Z");
    CHECK(*normalised("pagedown") == "PgDown");
    CHECK(*normalised("escape") == "Esc");
    CHECK(*normalised("+") == "+");
    CHECK(*normalised("ctrl++") == "Ctrl++");
    CHECK(*normalised("?") == "?");
    CHECK_FALSE(normalised("Hyper+Q"));
    CHECK_FALSE(normalised("Ctrl+"));
    CHECK_FALSE(normalised(""));
}

TEST_CASE("rebinding takes the key from its old meaning", "[interaction][keys]")
{
    const KeyMap map = preset("itk-snap").rebound(Intent::FitView, 0, "H", KeyContext::Everywhere);
    CHECK(map.find("H")->intent == Intent::FitView);
    CHECK(map.chords(Intent::HideOverlaysHold).empty());
    CHECK(map.clashes().empty());
}

TEST_CASE("a broken key map is refused with its place", "[interaction][keys][error]")
{
    for (const char *json : {"", "[]", R"({"id": "x"})", R"({"id": "x", "keys": [{"key": "A"}]})",
                             R"({"id": "x", "keys": [{"key": "A", "intent": "Fly"}]})",
                             R"({"id": "x", "keys": [{"key": "Wheel9", "intent": "Undo"}]})",
                             R"({"id": "x", "keys": [{"key": "A", "intent": "Undo", "amount": "much"}]})",
                             R"({"id": "x", "keys": [{"key": "A", "intent": "Undo", "context": "moon"}]})"}) {
        INFO(json);
        const auto map = KeyMap::parse(json, "file.json");
        REQUIRE_FALSE(map);
        CHECK(map.error().code == Errc::InvalidArgument);
        CHECK(map.error().message.starts_with("file.json: "));
    }
    CHECK(KeyMap::load("/nowhere/keys.json").error().code == Errc::Io);
}

TEST_CASE("every intent has a name of its own", "[interaction][keys]")
{
    for (const Intent intent : allIntents())
        CHECK(intentFromName(intentName(intent)) == intent);
    CHECK_FALSE(intentFromName("Fly"));
}

TEST_CASE("one key of an act is changed in its place, and its others stay", "[interaction][keys]")
{
    const KeyMap map = preset("itk-snap");
    const KeyBinding redo = *map.find("Ctrl+Y");
    const KeyMap changed = map.rebound(redo, "Ctrl+R");
    CHECK(changed.chords(Intent::Redo) == std::vector<KeyChord>{"Ctrl+Shift+Z", "Ctrl+R"});
    CHECK_FALSE(changed.find("Ctrl+Y"));
    CHECK(map.find("Ctrl+Y"));
    SECTION("a key that another act had there is taken from it")
    {
        const KeyMap taken = map.rebound(*map.find("1"), "S");
        CHECK(taken.find("S")->intent == Intent::ToolCrosshair);
        CHECK(taken.chords(Intent::ToggleLabels).empty());
        CHECK(taken.clashes().empty());
    }
    SECTION("in another mode it stays, and wins there")
    {
        KeyBinding snake = *map.find("Shift+K", KeyContext::Correct);
        const KeyMap both = map.rebound(snake, "S");
        CHECK(both.find("S", KeyContext::Correct)->intent == Intent::SmartSnake);
        CHECK(both.find("S")->intent == Intent::ToggleLabels);
    }
    SECTION("without a key it is gone, and a binding without one is new")
    {
        const KeyMap none = map.rebound(redo, "");
        CHECK(none.chords(Intent::Redo) == std::vector<KeyChord>{"Ctrl+Shift+Z"});
        KeyBinding again = redo;
        again.chord.clear();
        CHECK(none.rebound(again, "F9").find("F9")->intent == Intent::Redo);
    }
}
