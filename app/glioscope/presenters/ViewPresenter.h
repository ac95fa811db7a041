#pragma once
#include "model/CaseModel.h"
#include "presenters/Desk.h"

#include "glioscope/interaction/MouseMap.h"
#include "glioscope/render/SliceState.h"
#include "glioscope/render/VolumeState.h"
#include "glioscope/widgets/Mode.h"

#include <QImage>
#include <QObject>
#include <QTimer>

#include <map>
#include <optional>
#include <vector>

namespace glio::widgets {
class SliceView;
}

namespace glio::app {

/// What the views show beside the mask at hand while two masks are compared.
struct ComparedMask {
    LabelMap other;                   ///< on the grid and in the scheme of the mask at hand
    std::optional<LabelMap> disputed; ///< filled where not 0; none: no fill
    bool contours = true;             ///< the other one's lines, dashed
    QString ownName, otherName;
    std::optional<render::PlaceMark> mark; ///< round the place at hand
};

/// Shows the case in all views and answers their wishes: cursor, slice, zoom and pan (linked), window, sequence,
/// layout, overlays, places, 3D. Slice, zoom, window and cursor belong to the case; the layout belongs to the mode.
class ViewPresenter final : public QObject {
    Q_OBJECT
public:
    explicit ViewPresenter(const Desk &desk, QObject *parent = nullptr);

    void applyMode(widgets::Mode mode);
    void setLayout(widgets::LayoutChoice choice);
    void setTool(interaction::Tool tool);
    void setHeldKey(interaction::HeldKey held);
    void lead(widgets::SliceView *view) { m_leading = view; } ///< this one shows the next change first
    void setMouseMap(const interaction::MouseMap &map);

    // --- keys; all act on the active view
    void stepSlice(int steps);
    void stepCursor(int right, int up);
    void stepSequence(int steps);
    void centreOnCursor();
    void fit();
    void zoom(double factor);
    void windowAuto();
    void windowReset();
    void toggleCorners();
    void toggleCrosshair();
    void maximiseActive();
    void stepView();
    void toggleTiled();
    /// The next slice of the active view with an open place, in the sign's direction.
    void stepPlaceSlice(int direction);

    /// Centres every view on `centre`, `heightMm` of the patient high, with brackets round `mark`.
    void visit(const PointMm &centre, double heightMm, std::optional<render::PlaceMark> mark);
    void setMark(std::optional<render::PlaceMark> mark);
    void goTo(const PointMm &centre, double heightMm); ///< centres every view there
    void setCompared(std::optional<ComparedMask> compared);
    const std::optional<ComparedMask> &compared() const { return m_compared; }
    void endPair(); ///< no mode shows two masks side by side any more

    int activeSeries() const;
    render::Plane activePlane() const;
    void showSequence(int series); ///< in the active view
    /// All views as they are, with the research notice below.
    QImage snapshot() const;
    void setProgress(double share); ///< thin bar on the views, below 0 hides it
    bool slicesDrawn() const;       ///< every visible slice view has drawn the open case
    bool drawn() const;             ///< every visible canvas has drawn the open case and 3D has its surfaces

signals:
    void activeSeriesChanged(int series);
    void layoutChanged(glio::widgets::LayoutChoice choice);

private:
    struct View {
        widgets::SliceView *widget;
        render::Plane plane;
        int series = -1;
        render::ColourMap colours = render::ColourMap::Grey;
        qint64 framesAtOpen = 0; ///< drawn when the case was opened
    };
    void bind(View &view);
    void chooseSequences();
    void dealPair(); ///< the first two sequence views show one plane twice, or what else they show
    bool showsOther(const View &view) const; ///< the second mask, in place of the one at hand
    void refresh(View &view);
    void refreshAll();
    void refreshVolume();
    void showSequenceMenus();
    render::SliceState stateOf(const View &view) const;
    render::WorldBox headBox() const;
    double fitMm(const View &view) const;
    /// The shared viewpoint; without one, the widest fit of the views shown.
    render::Viewpoint resolved(const View &view) const;
    std::vector<render::LabelLook> looks() const;
    View *active();
    const View *active() const;
    void moveCursor(const PointMm &point);
    void applyViewpoint(const View &from, const render::Viewpoint &viewpoint);
    void readSettings();

    Desk m_desk;
    std::vector<View> m_views;     ///< three planes, then four sequences
    render::Viewpoint m_viewpoint; ///< shared; mmPerPixel 0 = each view fits
    double m_zoomedFit = 0;        ///< fit of the view whose mmPerPixel that is
    std::optional<render::PlaceMark> m_mark;
    std::optional<ComparedMask> m_compared;
    bool m_paired = false; ///< the first two sequence views are the pair
    render::Plane m_pairPlane = render::Plane::Axial;
    interaction::Tool m_tool = interaction::Tool::Crosshair;
    std::map<widgets::Mode, widgets::LayoutChoice> m_layouts;
    const std::map<widgets::Mode, widgets::LayoutChoice> m_firstLayouts = m_layouts;
    widgets::Mode m_mode = widgets::Mode::Review;
    render::VolumeContent m_content = render::VolumeContent::TumourAndBrain;
    bool m_corners = true, m_crosshair = true, m_smooth = true, m_cubic = false, m_planeColours = false;
    bool m_radiological = true;
    QTimer m_volumeTimer, m_fitTimer, m_linkTimer;
    widgets::SliceView *m_leading = nullptr;  ///< whose wish moves the cursor
    widgets::SliceView *m_answered = nullptr; ///< has shown the latest cursor already
};

} // namespace glio::app
