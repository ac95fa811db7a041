#pragma once
#include "presenters/Desk.h"
#include "support/ToolHintText.h"

#include "glioscope/annotation/EditRules.h"
#include "glioscope/interaction/MouseMap.h"
#include "glioscope/render/SliceState.h"
#include "glioscope/widgets/Mode.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace glio::widgets {
class BrushHud;
class SliceView;
class ToolHints;
} // namespace glio::widgets

namespace glio::app {
class BrushPresenter;
class ViewPresenter;

/// The tool at hand: what press, move and release in a slice view do to the mask. A stroke is one act: it begins with
/// the press, shows with every move, and is committed with the release.
class ToolPresenter final : public QObject {
    Q_OBJECT
public:
    ToolPresenter(const Desk &desk, ViewPresenter &views, BrushPresenter &brush, QObject *parent = nullptr);
    ~ToolPresenter() override;

    void setTool(interaction::Tool tool);
    interaction::Tool tool() const { return m_tool; }
    void setDrawing(bool allowed);                      ///< Correct, or *Fix here* in Doubts: drawing tools are there
    bool escape();                                      ///< true: there was something to drop
    bool enter();                                       ///< true: there was something to close or take
    void setSeeds(std::vector<render::SeedMark> seeds); ///< clicks that a smart tool remembers
    void setStrokes(std::vector<render::StrokeMark> strokes);
    void setPen(widgets::SliceView *view, render::PenLine pen); ///< of a tool with a presenter of its own
    /// What a closed lasso is for: the label at hand, or the area in which a smart tool works (drawn as `areas`).
    enum class LassoUse { Paints, SetsArea };
    void setLasso(LassoUse use, std::vector<render::PenLine> areas = {});
    void setHints(ToolHintText text); ///< instead of the tool's own; none: its own again
    /// What lies in an outline, written as one step named `act`.
    void fillShape(widgets::SliceView *view, const std::vector<PointMm> &shape, bool erasing, const char *act);
    bool inHand() const; ///< a stroke or a shape is being drawn

signals:
    void drawingEnded();             ///< the drawing tools went away
    void valueStepped(double steps); ///< Shift and the wheel, with a tool that has a value
    /// Ruler and angle: press, move and release (phase as in SliceView::toolUsed).
    void measured(glio::widgets::SliceView *view, int phase, const glio::PointMm &point);
    void toolChanged(glio::interaction::Tool tool);
    /// Smart tools: a click at `point`; `positive` is false for the other button.
    void clicked(glio::interaction::Tool tool, glio::widgets::SliceView *view, const glio::PointMm &point,
                 bool positive);
    /// The same with all phases, as in SliceView::toolUsed; comes before `clicked`.
    void drawn(glio::interaction::Tool tool, glio::widgets::SliceView *view, int phase, const glio::PointMm &point,
               bool positive);
    void areaDrawn(glio::widgets::SliceView *view, const std::vector<glio::PointMm> &shape, bool positive);

private:
    void bind(widgets::SliceView *view);
    void used(widgets::SliceView *view, int phase, const PointMm &point, interaction::DragAct act);
    void stroke(widgets::SliceView *view, int phase, const PointMm &point, bool erasing);
    void dab(widgets::SliceView *view, const PointMm &from, const PointMm &to, bool erasing);
    void line(widgets::SliceView *view, const PointMm &to);
    void lasso(widgets::SliceView *view, int phase, const PointMm &point, bool erasing);
    void closeLasso();
    void pick(const PointMm &point);
    void hover(widgets::SliceView *view, const PointMm &point);
    void leave(widgets::SliceView *view);
    void tell(const WriteResult &result);
    void showMarks();
    void showHints();
    void showHud(bool erasing);
    static bool measures(interaction::Tool tool)
    {
        return tool == interaction::Tool::Ruler || tool == interaction::Tool::Angle;
    }
    bool paints() const { return m_tool == interaction::Tool::Brush || m_tool == interaction::Tool::Adaptive; }

    Desk m_desk;
    ViewPresenter &m_views;
    BrushPresenter &m_brush;
    interaction::Tool m_tool = interaction::Tool::Crosshair;
    bool m_drawing = false;
    std::optional<PointMm> m_lastDab; ///< of the last stroke, for straight lines
    bool m_stroking = false, m_erasing = false, m_toldBlocked = false;
    PointMm m_at;
    double m_pressure = -1;       ///< of the pen; below 0: a mouse
    bool m_penErases = false;     ///< its other end points at a view
    std::vector<PointMm> m_shape; ///< lasso: corners so far, LPS mm
    widgets::SliceView *m_shapeView = nullptr;
    bool m_freehand = false, m_shapeErases = false;
    std::vector<render::SeedMark> m_seeds;
    std::vector<render::StrokeMark> m_strokes;
    std::vector<render::PenLine> m_areas;
    render::PenLine m_pen;
    widgets::SliceView *m_penView = nullptr;
    ToolHintText m_hintText;
    LassoUse m_lassoUse = LassoUse::Paints;
    std::optional<PointMm> m_hover;
    widgets::SliceView *m_hoverView = nullptr;
    std::unique_ptr<widgets::BrushHud> m_hud;
    widgets::ToolHints *m_hints; ///< owned by the view it lies over
};

} // namespace glio::app
