#pragma once
#include <optional>
#include <string_view>
#include <vector>

namespace glio::interaction {

/// What a key asks for. Amounts: slices, voxels, steps, a factor of one, as named.
enum class Intent {
    // tools (amount unused)
    ToolCrosshair,
    ToolPan,
    ToolLasso,
    ToolBrush,
    ToolGrow,
    ToolRuler,
    ToolAngle,
    ToolAdaptive,
    ToolFill,
    ToolPoints,
    ToolScissors,
    ToolScribble,
    ToolLiveWire,
    // moving about
    SliceStep,      ///< amount = slices, positive towards the slider's top
    CursorRight,    ///< amount = voxels to the right of the picture (negative: left)
    CursorUp,       ///< amount = voxels up in the picture (negative: down)
    PlaceSliceStep, ///< next slice with an open place, towards the sign of amount
    CentreOnCursor,
    FitView,
    ZoomIn,
    ZoomOut,
    WindowAuto,
    WindowReset,
    SequenceStep, ///< amount = +1 next, -1 previous
    ViewStep,     ///< focus to the next view
    ToggleTiled,
    MaximiseView,
    // overlays
    HideOverlaysHold, ///< while held
    ToggleLabels,
    FillOpacityStep, ///< amount = share of full (0.05)
    ToggleBand,
    BandOpacityStep,
    BandThresholdStep, ///< amount = probability (0.01), positive = wider
    ToggleCorners,
    ToggleCrosshair,
    // labels and brush
    BrushSizeStep, ///< amount = share of the size (0.1)
    LabelStep,
    LabelSelect, ///< LabelSelect: amount = 1..9
    LabelMenu,
    LabelEditor,
    RemoveMeasure, ///< the ruler or angle that is chosen
    // smart tools without a place in the rail: the panel's button is pressed, its menu opens where it has one
    SmartBetween,
    SmartSmooth,
    SmartIslands,
    SmartMargin,
    SmartMirror,
    SmartCombine,
    SmartCopy,
    SmartPropagate,
    SmartSnake,
    SmartBorder,
    SmartHollow,
    SmartRange,
    // the end of a case
    Report,
    Approve,
    // history, files, modes
    Undo,
    Redo,
    OpenImage,
    OpenMask,
    ExportMask,
    Segment,
    ModeCases,
    ModeReview,
    ModeCorrect,
    ModeDoubts,
    ModeLearn,
    HistoryDock,
    Preferences,
    TogglePanels,
    FullScreen,
    KeysOverlay,
    Escape,
    CasesSearch,
    CaseStep, ///< amount = +1 the next case of the list, -1 the one before
    // doubts
    PlaceNext,
    PlaceBack,
    PlaceKeep,
    PlaceFix,
    PlaceOuter,
    PlaceInner,
    PlaceAsk,
    // held with a drag
    WindowHold,
    PanHold
};

/// Stable names used in key map files ("SliceStep"), and back.
std::string_view intentName(Intent intent);
std::optional<Intent> intentFromName(std::string_view name);
const std::vector<Intent> &allIntents();

} // namespace glio::interaction
