#pragma once
#include <QMetaType>

namespace glio::widgets {

/// The five entries of the mode switch (ui.md section 2).
enum class Mode { Cases, Review, Correct, Doubts, Learn };
inline constexpr Mode allModes[] = {Mode::Cases, Mode::Review, Mode::Correct, Mode::Doubts, Mode::Learn};

/// Tools of the rail, in the order of their keys 1..9, 0 (ITK-SNAP preset), then those without a digit.
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

/// Entries of the layout menu.
enum class LayoutChoice { TwoByTwo, LargeAndThree, ThreeInRow, FourSequences, Single, CompareMasks };

/// What the engine chip says by its dot: amber, green, accent, red, grey.
enum class EngineState { Starting, Ready, Busy, Lost, Off };

} // namespace glio::widgets
