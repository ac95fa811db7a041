#include "support/KeyTexts.h"

#include <QCoreApplication>
#include <QKeySequence>

#include <cmath>

namespace glio::app {

using interaction::Intent;

QString intentText(Intent intent, double amount)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("glio::app::Intents", text); };
    const bool up = amount >= 0;
    switch (intent) {
    case Intent::ToolCrosshair:
        return tr("Crosshair tool");
    case Intent::ToolPan:
        return tr("Zoom and pan tool");
    case Intent::ToolRuler:
        return tr("Ruler");
    case Intent::ToolAngle:
        return tr("Angle");
    case Intent::ToolScribble:
        return tr("Scribbles");
    case Intent::ToolLiveWire:
        return tr("Live wire");
    case Intent::RemoveMeasure:
        return tr("Remove the chosen ruler or angle");
    case Intent::SliceStep:
        return std::abs(amount) > 1 ? (up ? tr("Five slices up") : tr("Five slices down"))
                                    : (up ? tr("Next slice") : tr("Previous slice"));
    case Intent::CursorRight:
        return std::abs(amount) > 1 ? (up ? tr("Cursor 5 voxels right") : tr("Cursor 5 voxels left"))
                                    : (up ? tr("Cursor right") : tr("Cursor left"));
    case Intent::CursorUp:
        return std::abs(amount) > 1 ? (up ? tr("Cursor 5 voxels up") : tr("Cursor 5 voxels down"))
                                    : (up ? tr("Cursor up") : tr("Cursor down"));
    case Intent::PlaceSliceStep:
        return up ? tr("Next slice with an open place") : tr("Previous slice with an open place");
    case Intent::CentreOnCursor:
        return tr("Centre on the cursor");
    case Intent::FitView:
        return tr("Fit the views");
    case Intent::ZoomIn:
        return tr("Closer");
    case Intent::ZoomOut:
        return tr("Farther");
    case Intent::WindowAuto:
        return tr("Automatic window");
    case Intent::WindowReset:
        return tr("Whole intensity range");
    case Intent::SequenceStep:
        return up ? tr("Next sequence") : tr("Previous sequence");
    case Intent::ViewStep:
        return tr("Next view");
    case Intent::ToggleTiled:
        return tr("Tiled or one large view");
    case Intent::MaximiseView:
        return tr("Maximise the view");
    case Intent::HideOverlaysHold:
        return tr("Hide all overlays (hold)");
    case Intent::ToggleLabels:
        return tr("Labels on or off");
    case Intent::FillOpacityStep:
        return up ? tr("Fill stronger") : tr("Fill fainter");
    case Intent::ToggleBand:
        return tr("Band or heat map on or off");
    case Intent::BandOpacityStep:
        return up ? tr("Heat map stronger") : tr("Heat map fainter");
    case Intent::BandThresholdStep:
        return up ? tr("Mask wider") : tr("Mask tighter");
    case Intent::ToggleCorners:
        return tr("Corner texts on or off");
    case Intent::ToggleCrosshair:
        return tr("Crosshair on or off");
    case Intent::LabelSelect:
        return tr("Take label %1, or centre on it").arg(int(amount));
    case Intent::OpenImage:
        return tr("Open a case");
    case Intent::OpenMask:
        return tr("Open a mask");
    case Intent::ExportMask:
        return tr("Export the mask");
    case Intent::Segment:
        return tr("Segment");
    case Intent::ModeCases:
        return tr("Cases");
    case Intent::ModeReview:
        return tr("Review");
    case Intent::ModeDoubts:
        return tr("Doubts");
    case Intent::ModeLearn:
        return tr("Learn");
    case Intent::Preferences:
        return tr("Preferences");
    case Intent::TogglePanels:
        return tr("Panels on or off");
    case Intent::FullScreen:
        return tr("Full screen");
    case Intent::KeysOverlay:
        return tr("Keys");
    case Intent::Escape:
        return tr("Close what is open, crosshair tool");
    case Intent::CasesSearch:
        return tr("Find a case");
    case Intent::CaseStep:
        return up ? tr("Next case") : tr("Previous case");
    case Intent::PlaceNext:
        return tr("Next place");
    case Intent::PlaceBack:
        return tr("Previous place");
    case Intent::WindowHold:
        return tr("Window and level (hold and drag)");
    case Intent::PanHold:
        return tr("Pan (hold and drag)");
    case Intent::ToolLasso:
        return tr("Lasso and polygon");
    case Intent::ToolBrush:
        return tr("Brush");
    case Intent::ToolGrow:
        return tr("Grow region");
    case Intent::ToolAdaptive:
        return tr("Adaptive brush");
    case Intent::ToolFill:
        return tr("Fill");
    case Intent::ToolPoints:
        return tr("Model points");
    case Intent::ToolScissors:
        return tr("Scissors in 3D");
    case Intent::BrushSizeStep:
        return up ? tr("Brush larger") : tr("Brush smaller");
    case Intent::LabelStep:
        return up ? tr("Next label") : tr("Previous label");
    case Intent::LabelMenu:
        return tr("Menu of labels");
    case Intent::LabelEditor:
        return tr("Names and colours of labels");
    case Intent::SmartBetween:
        return tr("Fill between slices");
    case Intent::SmartSmooth:
        return tr("Smooth");
    case Intent::SmartIslands:
        return tr("Islands");
    case Intent::SmartMargin:
        return tr("Margin");
    case Intent::SmartMirror:
        return tr("Mirror");
    case Intent::SmartCombine:
        return tr("Combine two labels");
    case Intent::SmartCopy:
        return tr("Copy to next slice");
    case Intent::SmartPropagate:
        return tr("Carry the drawing on");
    case Intent::SmartSnake:
        return tr("Snake");
    case Intent::SmartBorder:
        return tr("Model border");
    case Intent::SmartHollow:
        return tr("Hollow");
    case Intent::SmartRange:
        return tr("Threshold");
    case Intent::Report:
        return tr("Report");
    case Intent::Approve:
        return tr("Approve and sign off");
    case Intent::Undo:
        return tr("Undo");
    case Intent::Redo:
        return tr("Redo");
    case Intent::ModeCorrect:
        return tr("Correct");
    case Intent::HistoryDock:
        return tr("History in a window");
    case Intent::PlaceKeep:
        return tr("Keep as drawn");
    case Intent::PlaceFix:
        return tr("Fix here");
    case Intent::PlaceOuter:
        return tr("Take the outer line");
    case Intent::PlaceInner:
        return tr("Take the inner line");
    case Intent::PlaceAsk:
        return tr("Ask a colleague");
    }
    return {};
}

QString chordText(int key, Qt::KeyboardModifiers modifiers)
{
    if (key == 0 || key == Qt::Key_unknown || (key >= Qt::Key_Shift && key <= Qt::Key_Alt) || key == Qt::Key_AltGr)
        return {};
    modifiers &= Qt::ControlModifier | Qt::ShiftModifier | Qt::AltModifier;
    if (key == Qt::Key_Backtab) key = Qt::Key_Tab;
    if (key == Qt::Key_Enter) key = Qt::Key_Return;
    const bool letterOrDigit = (key >= Qt::Key_A && key <= Qt::Key_Z) || (key >= Qt::Key_0 && key <= Qt::Key_9);
    if (key > Qt::Key_Space && key < 0x7f && !letterOrDigit) modifiers &= ~Qt::ShiftModifier; // the symbol says it
    QString text;
    if (modifiers & Qt::ControlModifier) text += "Ctrl+";
    if (modifiers & Qt::ShiftModifier) text += "Shift+";
    if (modifiers & Qt::AltModifier) text += "Alt+";
    return text + QKeySequence(key).toString(QKeySequence::PortableText);
}

} // namespace glio::app
