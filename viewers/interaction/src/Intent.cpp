#include "glioscope/interaction/Intent.h"

#include <algorithm>
#include <utility>

namespace glio::interaction {
namespace {

constexpr std::pair<Intent, std::string_view> names[] = {
    {Intent::ToolCrosshair, "ToolCrosshair"},
    {Intent::ToolPan, "ToolPan"},
    {Intent::ToolLasso, "ToolLasso"},
    {Intent::ToolBrush, "ToolBrush"},
    {Intent::ToolGrow, "ToolGrow"},
    {Intent::ToolRuler, "ToolRuler"},
    {Intent::ToolAngle, "ToolAngle"},
    {Intent::ToolAdaptive, "ToolAdaptive"},
    {Intent::ToolFill, "ToolFill"},
    {Intent::ToolPoints, "ToolPoints"},
    {Intent::ToolScissors, "ToolScissors"},
    {Intent::ToolScribble, "ToolScribble"},
    {Intent::ToolLiveWire, "ToolLiveWire"},
    {Intent::SliceStep, "SliceStep"},
    {Intent::CursorRight, "CursorRight"},
    {Intent::CursorUp, "CursorUp"},
    {Intent::PlaceSliceStep, "PlaceSliceStep"},
    {Intent::CentreOnCursor, "CentreOnCursor"},
    {Intent::FitView, "FitView"},
    {Intent::ZoomIn, "ZoomIn"},
    {Intent::ZoomOut, "ZoomOut"},
    {Intent::WindowAuto, "WindowAuto"},
    {Intent::WindowReset, "WindowReset"},
    {Intent::SequenceStep, "SequenceStep"},
    {Intent::ViewStep, "ViewStep"},
    {Intent::ToggleTiled, "ToggleTiled"},
    {Intent::MaximiseView, "MaximiseView"},
    {Intent::HideOverlaysHold, "HideOverlaysHold"},
    {Intent::ToggleLabels, "ToggleLabels"},
    {Intent::FillOpacityStep, "FillOpacityStep"},
    {Intent::ToggleBand, "ToggleBand"},
    {Intent::BandOpacityStep, "BandOpacityStep"},
    {Intent::BandThresholdStep, "BandThresholdStep"},
    {Intent::ToggleCorners, "ToggleCorners"},
    {Intent::ToggleCrosshair, "ToggleCrosshair"},
    {Intent::BrushSizeStep, "BrushSizeStep"},
    {Intent::LabelStep, "LabelStep"},
    {Intent::LabelSelect, "LabelSelect"},
    {Intent::LabelMenu, "LabelMenu"},
    {Intent::LabelEditor, "LabelEditor"},
    {Intent::RemoveMeasure, "RemoveMeasure"},
    {Intent::SmartBetween, "SmartBetween"},
    {Intent::SmartSmooth, "SmartSmooth"},
    {Intent::SmartIslands, "SmartIslands"},
    {Intent::SmartMargin, "SmartMargin"},
    {Intent::SmartMirror, "SmartMirror"},
    {Intent::SmartCombine, "SmartCombine"},
    {Intent::SmartCopy, "SmartCopy"},
    {Intent::SmartPropagate, "SmartPropagate"},
    {Intent::SmartSnake, "SmartSnake"},
    {Intent::SmartBorder, "SmartBorder"},
    {Intent::SmartHollow, "SmartHollow"},
    {Intent::SmartRange, "SmartRange"},
    {Intent::Report, "Report"},
    {Intent::Approve, "Approve"},
    {Intent::Undo, "Undo"},
    {Intent::Redo, "Redo"},
    {Intent::OpenImage, "OpenImage"},
    {Intent::OpenMask, "OpenMask"},
    {Intent::ExportMask, "ExportMask"},
    {Intent::Segment, "Segment"},
    {Intent::ModeCases, "ModeCases"},
    {Intent::ModeReview, "ModeReview"},
    {Intent::ModeCorrect, "ModeCorrect"},
    {Intent::ModeDoubts, "ModeDoubts"},
    {Intent::ModeLearn, "ModeLearn"},
    {Intent::HistoryDock, "HistoryDock"},
    {Intent::Preferences, "Preferences"},
    {Intent::TogglePanels, "TogglePanels"},
    {Intent::FullScreen, "FullScreen"},
    {Intent::KeysOverlay, "KeysOverlay"},
    {Intent::Escape, "Escape"},
    {Intent::CasesSearch, "CasesSearch"},
    {Intent::CaseStep, "CaseStep"},
    {Intent::PlaceNext, "PlaceNext"},
    {Intent::PlaceBack, "PlaceBack"},
    {Intent::PlaceKeep, "PlaceKeep"},
    {Intent::PlaceFix, "PlaceFix"},
    {Intent::PlaceOuter, "PlaceOuter"},
    {Intent::PlaceInner, "PlaceInner"},
    {Intent::PlaceAsk, "PlaceAsk"},
    {Intent::WindowHold, "WindowHold"},
    {Intent::PanHold, "PanHold"},
};

} // namespace

std::string_view intentName(Intent intent)
{
    const auto *found = std::ranges::find(names, intent, &std::pair<Intent, std::string_view>::first);
    return found == std::end(names) ? std::string_view{} : found->second;
}

std::optional<Intent> intentFromName(std::string_view name)
{
    const auto *found = std::ranges::find(names, name, &std::pair<Intent, std::string_view>::second);
    if (found == std::end(names)) return std::nullopt;
    return found->first;
}

const std::vector<Intent> &allIntents()
{
    static const std::vector<Intent> all = [] {
        std::vector<Intent> list;
        for (const auto &entry : names)
            list.push_back(entry.first);
        return list;
    }();
    return all;
}

} // namespace glio::interaction
