#include "glioscope/interaction/MouseMap.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Paths.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace glio::interaction {
namespace {

template <class T, std::size_t N>
std::optional<T> byName(const std::pair<std::string_view, T> (&names)[N], std::string_view name)
{
    for (const auto &entry : names)
        if (entry.first == name) return entry.second;
    return std::nullopt;
}

constexpr std::pair<std::string_view, Tool> toolNames[] = {
    {"crosshair", Tool::Crosshair}, {"pan", Tool::Pan},     {"lasso", Tool::Lasso},
    {"brush", Tool::Brush},         {"grow", Tool::Grow},   {"ruler", Tool::Ruler},
    {"adaptive", Tool::Adaptive},   {"fill", Tool::Fill},   {"points", Tool::Points},
    {"scissors", Tool::Scissors},   {"angle", Tool::Angle}, {"scribble", Tool::Scribble},
    {"live-wire", Tool::LiveWire}};
constexpr std::pair<std::string_view, MouseButton> buttonNames[] = {
    {"left", MouseButton::Left}, {"middle", MouseButton::Middle}, {"right", MouseButton::Right}};
constexpr std::pair<std::string_view, HeldKey> heldNames[] = {{"window", HeldKey::Window}, {"pan", HeldKey::Pan}};
constexpr std::pair<std::string_view, DragAct> dragNames[] = {
    {"none", DragAct::None},       {"cursor", DragAct::MoveCursor}, {"pan", DragAct::Pan},
    {"zoom", DragAct::Zoom},       {"window", DragAct::Window},     {"tool", DragAct::UseTool},
    {"erase", DragAct::EraseTool}, {"pick", DragAct::PickLabel},    {"line", DragAct::StraightLine}};
constexpr std::pair<std::string_view, TurnAct> turnNames[] = {
    {"turn", TurnAct::Turn}, {"zoom", TurnAct::Zoom}, {"pan", TurnAct::Pan}};
constexpr std::pair<std::string_view, WheelAct> wheelNames[] = {{"none", WheelAct::None},
                                                                {"slice", WheelAct::Slice},
                                                                {"fast", WheelAct::FastSlice},
                                                                {"zoom", WheelAct::Zoom},
                                                                {"size", WheelAct::BrushSize}};

std::optional<std::string> textOf(const nlohmann::json &entry, const char *key)
{
    if (!entry.contains(key) || !entry[key].is_string()) return std::nullopt;
    return entry[key].get<std::string>();
}

std::optional<Modifiers> modifiersOf(const nlohmann::json &entry)
{
    Modifiers modifiers;
    if (!entry.contains("with")) return modifiers;
    if (!entry["with"].is_string()) return std::nullopt;
    const std::string text = entry["with"].get<std::string>();
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t plus = std::min(text.find('+', from), text.size());
        const std::string part = text.substr(from, plus - from);
        if (part == "shift")
            modifiers.shift = true;
        else if (part == "ctrl")
            modifiers.control = true;
        else if (part == "alt")
            modifiers.alt = true;
        else
            return std::nullopt;
        from = plus + 1;
    }
    return modifiers;
}

} // namespace

MouseMap::MouseMap()
{
    const Modifiers plain, shift{true, false, false}, control{false, true, false};
    m_drags = {{std::nullopt, MouseButton::Left, plain, HeldKey::Window, DragAct::Window},
               {std::nullopt, MouseButton::Left, plain, HeldKey::Pan, DragAct::Pan},
               {std::nullopt, MouseButton::Middle, plain, HeldKey::None, DragAct::Pan},
               {Tool::Crosshair, MouseButton::Left, plain, HeldKey::None, DragAct::MoveCursor},
               {Tool::Crosshair, MouseButton::Left, shift, HeldKey::None, DragAct::Pan},
               {Tool::Pan, MouseButton::Left, plain, HeldKey::None, DragAct::Pan},
               {std::nullopt, MouseButton::Right, plain, HeldKey::None, DragAct::Zoom}};
    m_turns = {{MouseButton::Left, plain, TurnAct::Turn},
               {MouseButton::Left, shift, TurnAct::Pan},
               {MouseButton::Middle, plain, TurnAct::Pan},
               {MouseButton::Right, plain, TurnAct::Zoom}};
    m_wheels = {{std::nullopt, plain, WheelAct::Slice},
                {std::nullopt, shift, WheelAct::FastSlice},
                {std::nullopt, control, WheelAct::Zoom}};
}

DragAct MouseMap::drag(Tool tool, MouseButton button, Modifiers modifiers, HeldKey held) const
{
    // A rule for the tool wins over a rule for any tool; a held key wins over both and ignores modifiers.
    const DragRule *any = nullptr;
    for (const DragRule &rule : m_drags) {
        if (rule.button != button || rule.held != held) continue;
        if (held == HeldKey::None && !(rule.modifiers == modifiers)) continue;
        if (rule.tool == tool) return rule.act;
        if (!rule.tool && !any) any = &rule;
    }
    return any ? any->act : DragAct::None;
}

TurnAct MouseMap::turn(MouseButton button, Modifiers modifiers) const
{
    for (const TurnRule &rule : m_turns)
        if (rule.button == button && rule.modifiers == modifiers) return rule.act;
    return TurnAct::None;
}

WheelAct MouseMap::wheel(Tool tool, Modifiers modifiers) const
{
    const WheelRule *any = nullptr;
    for (const WheelRule &rule : m_wheels) {
        if (!(rule.modifiers == modifiers)) continue;
        if (rule.tool == tool) return rule.act;
        if (!rule.tool && !any) any = &rule;
    }
    return any ? any->act : WheelAct::None;
}

double MouseMap::zoomOfDrag(double dyPixels) { return std::exp2(-dyPixels / 120); }
double MouseMap::zoomOfWheel(double steps) { return std::pow(1.15, steps); }

MouseMap::WindowChange MouseMap::windowOfDrag(double dxPixels, double dyPixels, double width)
{
    const double perPixel = width / 400;
    return {-dyPixels * perPixel, dxPixels * perPixel}; // up raises the level: the picture gets darker
}

Result<MouseMap> MouseMap::parse(std::string_view json, const std::string &origin)
{
    const auto bad = [&origin](const std::string &what) { return fail(Errc::InvalidArgument, origin + ": " + what); };
    const auto root = nlohmann::json::parse(json, nullptr, false);
    if (!root.is_object() || !root.contains("id") || !root["id"].is_string() || !root.contains("mouse") ||
        !root["mouse"].is_object())
        return bad("a key map needs \"id\" and an object \"mouse\".");
    const auto &mouse = root["mouse"];
    MouseMap map;
    map.m_id = root["id"].get<std::string>();
    map.m_drags.clear();
    map.m_turns.clear();
    map.m_wheels.clear();
    for (const char *list : {"drag", "turn", "wheel"})
        if (!mouse.contains(list) || !mouse[list].is_array()) return bad(std::string("mouse.") + list + " is missing.");

    std::size_t number = 0;
    for (const auto &entry : mouse["drag"]) {
        const std::string place = "mouse.drag[" + std::to_string(number++) + "]";
        const auto button = textOf(entry, "button"), act = textOf(entry, "act"), tool = textOf(entry, "tool"),
                   held = textOf(entry, "hold");
        const auto modifiers = modifiersOf(entry);
        if (!button || !act || !byName(buttonNames, *button) || !byName(dragNames, *act) || !modifiers ||
            (tool && !byName(toolNames, *tool)) || (held && !byName(heldNames, *held)))
            return bad(place + " is not understood.");
        DragRule rule;
        if (tool) rule.tool = byName(toolNames, *tool);
        rule.button = *byName(buttonNames, *button);
        rule.modifiers = *modifiers;
        if (held) rule.held = *byName(heldNames, *held);
        rule.act = *byName(dragNames, *act);
        map.m_drags.push_back(rule);
    }
    number = 0;
    for (const auto &entry : mouse["turn"]) {
        const std::string place = "mouse.turn[" + std::to_string(number++) + "]";
        const auto button = textOf(entry, "button"), act = textOf(entry, "act");
        const auto modifiers = modifiersOf(entry);
        if (!button || !act || !byName(buttonNames, *button) || !byName(turnNames, *act) || !modifiers)
            return bad(place + " is not understood.");
        map.m_turns.push_back({*byName(buttonNames, *button), *modifiers, *byName(turnNames, *act)});
    }
    number = 0;
    for (const auto &entry : mouse["wheel"]) {
        const std::string place = "mouse.wheel[" + std::to_string(number++) + "]";
        const auto act = textOf(entry, "act"), tool = textOf(entry, "tool");
        const auto modifiers = modifiersOf(entry);
        if (!act || !byName(wheelNames, *act) || !modifiers || (tool && !byName(toolNames, *tool)))
            return bad(place + " is not understood.");
        WheelRule rule;
        if (tool) rule.tool = byName(toolNames, *tool);
        rule.modifiers = *modifiers;
        rule.act = *byName(wheelNames, *act);
        map.m_wheels.push_back(rule);
    }
    return map;
}

Result<MouseMap> MouseMap::load(const std::filesystem::path &file)
{
    const auto text = readFile(file, 1 << 20);
    if (!text) return std::unexpected(text.error());
    return parse(*text, file.string());
}

const std::vector<std::string> &presetIds()
{
    static const std::vector<std::string> ids{"itk-snap", "slicer", "mitk", "pacs"};
    return ids;
}

std::filesystem::path presetFile(std::string_view id)
{
    return resourceDir() / "keymaps" / (std::string(id) + ".json");
}

} // namespace glio::interaction
