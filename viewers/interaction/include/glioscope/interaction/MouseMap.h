#pragma once
#include "glioscope/base/Error.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace glio::interaction {

enum class Tool {
    Crosshair,
    Pan,
    Lasso,
    Brush,
    Grow,
    Ruler,
    Adaptive,
    Fill,
    Points,
    Scissors,
    Angle,
    Scribble,
    LiveWire
};
enum class MouseButton { None, Left, Middle, Right };
struct Modifiers {
    bool shift = false, control = false, alt = false;
    friend bool operator==(const Modifiers &, const Modifiers &) = default;
};
/// A key held while dragging.
enum class HeldKey { None, Window, Pan };

/// What a drag in a slice view does.
enum class DragAct { None, MoveCursor, Pan, Zoom, Window, UseTool, EraseTool, PickLabel, StraightLine };
/// What a drag in the 3D view does.
enum class TurnAct { None, Turn, Zoom, Pan };
/// What the wheel does.
enum class WheelAct { None, Slice, FastSlice, Zoom, BrushSize };

/// Mouse of a preset: which drag means what with which tool. Immutable.
class MouseMap {
public:
    const std::string &id() const { return m_id; }

    DragAct drag(Tool tool, MouseButton button, Modifiers modifiers, HeldKey held = HeldKey::None) const;
    TurnAct turn(MouseButton button, Modifiers modifiers) const;
    WheelAct wheel(Tool tool, Modifiers modifiers) const;

    /// Slices per wheel step of an act (1, or 5 for FastSlice).
    static int slicesPerStep(WheelAct act) { return act == WheelAct::FastSlice ? 5 : 1; }
    /// Factor of a zoom drag of dy logical pixels (up = closer): 2 per 120 px. Factor of one wheel step: 1.15.
    static double zoomOfDrag(double dyPixels);
    static double zoomOfWheel(double steps);
    /// Window/level drag: change of width and of level in image units for a drag of (dx, dy) logical pixels, when the
    /// window is `width` wide: a full canvas of 400 px doubles or moves by one width. Up makes the picture darker.
    struct WindowChange {
        double level = 0, width = 0;
    };
    static WindowChange windowOfDrag(double dxPixels, double dyPixels, double width);

    /// The "mouse" object of a key map file. Errors: InvalidArgument, Io.
    static Result<MouseMap> parse(std::string_view json, const std::string &origin);
    static Result<MouseMap> load(const std::filesystem::path &file);
    MouseMap(); ///< ITK-SNAP's

private:
    struct DragRule {
        std::optional<Tool> tool; ///< any tool when not set
        MouseButton button = MouseButton::Left;
        Modifiers modifiers;
        HeldKey held = HeldKey::None;
        DragAct act = DragAct::None;
    };
    struct TurnRule {
        MouseButton button = MouseButton::Left;
        Modifiers modifiers;
        TurnAct act = TurnAct::None;
    };
    struct WheelRule {
        std::optional<Tool> tool;
        Modifiers modifiers;
        WheelAct act = WheelAct::None;
    };
    std::string m_id = "itk-snap";
    std::vector<DragRule> m_drags;
    std::vector<TurnRule> m_turns;
    std::vector<WheelRule> m_wheels;
};

/// Presets shipped in resources/keymaps, default first: itk-snap, slicer, mitk, pacs.
const std::vector<std::string> &presetIds();
std::filesystem::path presetFile(std::string_view id);

} // namespace glio::interaction
