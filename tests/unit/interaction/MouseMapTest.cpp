#include "glioscope/interaction/MouseMap.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::interaction;
using Catch::Approx;

namespace {

constexpr Modifiers plain, shift{true, false, false}, control{false, true, false}, both{true, true, false};

MouseMap preset(const std::string &id)
{
    const auto map = MouseMap::load(std::string(GLIO_SOURCE_DIR) + "/resources/keymaps/" + id + ".json");
    INFO((map ? std::string() : map.error().message));
    REQUIRE(map);
    return *map;
}

} // namespace

TEST_CASE("the default mouse is ITK-SNAP's", "[interaction][mouse]")
{
    for (const MouseMap &map : {MouseMap(), preset("itk-snap")}) {
        CHECK(map.drag(Tool::Crosshair, MouseButton::Left, plain) == DragAct::MoveCursor);
        CHECK(map.drag(Tool::Crosshair, MouseButton::Right, plain) == DragAct::Zoom);
        CHECK(map.drag(Tool::Crosshair, MouseButton::Middle, plain) == DragAct::Pan);
        CHECK(map.drag(Tool::Crosshair, MouseButton::Left, shift) == DragAct::Pan);
        CHECK(map.drag(Tool::Pan, MouseButton::Left, plain) == DragAct::Pan);
        CHECK(map.wheel(Tool::Crosshair, plain) == WheelAct::Slice);
        CHECK(map.wheel(Tool::Crosshair, shift) == WheelAct::FastSlice);
        CHECK(map.wheel(Tool::Crosshair, control) == WheelAct::Zoom);
        CHECK(map.turn(MouseButton::Left, plain) == TurnAct::Turn);
        CHECK(map.turn(MouseButton::Right, plain) == TurnAct::Zoom);
        CHECK(map.turn(MouseButton::Middle, plain) == TurnAct::Pan);
        CHECK(map.turn(MouseButton::Left, shift) == TurnAct::Pan);
    }
}

TEST_CASE("with the brush the left button paints and the right one erases", "[interaction][mouse]")
{
    for (const std::string &id : presetIds()) {
        const MouseMap map = preset(id);
        INFO(id);
        CHECK(map.drag(Tool::Brush, MouseButton::Left, plain) == DragAct::UseTool);
        CHECK(map.drag(Tool::Brush, MouseButton::Right, plain) == DragAct::EraseTool);
        CHECK(map.drag(Tool::Brush, MouseButton::Left, both) == DragAct::EraseTool);
        CHECK(map.drag(Tool::Brush, MouseButton::Left, control) == DragAct::PickLabel);
        CHECK(map.drag(Tool::Brush, MouseButton::Left, shift) == DragAct::StraightLine);
        CHECK(map.drag(Tool::Brush, MouseButton::Middle, plain) == DragAct::Pan);
        CHECK(map.wheel(Tool::Brush, shift) == WheelAct::BrushSize);
        CHECK(map.wheel(Tool::Crosshair, shift) == WheelAct::FastSlice);
    }
}

TEST_CASE("scribbles and the live wire are drawn with the left button and take away with the right one",
          "[interaction][mouse]")
{
    for (const std::string &id : presetIds()) {
        const MouseMap map = preset(id);
        for (const Tool tool : {Tool::Scribble, Tool::LiveWire}) {
            INFO(id << " " << int(tool));
            CHECK(map.drag(tool, MouseButton::Left, plain) == DragAct::UseTool);
            CHECK(map.drag(tool, MouseButton::Right, plain) == DragAct::EraseTool);
            CHECK(map.drag(tool, MouseButton::Left, both) == DragAct::EraseTool);
            CHECK(map.drag(tool, MouseButton::Middle, plain) == DragAct::Pan);
            CHECK(map.wheel(tool, plain) == WheelAct::Slice);
        }
    }
}

TEST_CASE("a held key turns the left button into window or pan, with any tool", "[interaction][mouse]")
{
    for (const std::string &id : presetIds()) {
        const MouseMap map = preset(id);
        CHECK(map.drag(Tool::Brush, MouseButton::Left, plain, HeldKey::Window) == DragAct::Window);
        CHECK(map.drag(Tool::Crosshair, MouseButton::Left, plain, HeldKey::Pan) == DragAct::Pan);
        CHECK(map.drag(Tool::Crosshair, MouseButton::Left, shift, HeldKey::Pan) == DragAct::Pan);
    }
}

TEST_CASE("the PACS preset windows with the left button", "[interaction][mouse]")
{
    const MouseMap map = preset("pacs");
    CHECK(map.drag(Tool::Crosshair, MouseButton::Left, plain) == DragAct::Window);
    CHECK(map.drag(Tool::Crosshair, MouseButton::Middle, plain) == DragAct::Pan);
    CHECK(map.drag(Tool::Crosshair, MouseButton::Right, plain) == DragAct::Zoom);
}

TEST_CASE("drags become amounts", "[interaction][mouse]")
{
    CHECK(MouseMap::zoomOfDrag(-120) == Approx(2)); // up is closer
    CHECK(MouseMap::zoomOfDrag(60) * MouseMap::zoomOfDrag(-60) == Approx(1));
    CHECK(MouseMap::zoomOfWheel(2) == Approx(1.15 * 1.15));
    const auto change = MouseMap::windowOfDrag(100, 0, 800);
    CHECK(change.width == Approx(200));
    CHECK(change.level == Approx(0));
    CHECK(MouseMap::windowOfDrag(0, -40, 800).level == Approx(80)); // up: darker
    CHECK(MouseMap::slicesPerStep(WheelAct::FastSlice) == 5);
}

TEST_CASE("a mouse map that is not understood is refused", "[interaction][mouse][error]")
{
    for (const char *json :
         {"{}", R"({"id": "x", "mouse": {"drag": [], "turn": []}})",
          R"({"id": "x", "mouse": {"drag": [{"button": "fourth", "act": "pan"}], "turn": [], "wheel": []}})",
          R"({"id": "x", "mouse": {"drag": [], "turn": [{"button": "left", "act": "spin"}], "wheel": []}})",
          R"({"id": "x", "mouse": {"drag": [], "turn": [], "wheel": [{"with": "hyper", "act": "zoom"}]}})"}) {
        INFO(json);
        const auto map = MouseMap::parse(json, "file.json");
        REQUIRE_FALSE(map);
        CHECK(map.error().code == Errc::InvalidArgument);
    }
}
