#pragma once
#include "glioscope/interaction/MouseMap.h"
#include "glioscope/render/MeasureMark.h"
#include "glioscope/render/SliceAxis.h"
#include "glioscope/render/SliceState.h"

#include <QImage>
#include <QStringList>
#include <QWidget>

#include <memory>

namespace glio::widgets {
class ViewCanvas;
class SliceSlider;

/// A sequence that the view's menu offers.
struct SequenceChoice {
    QString id, name;
};

/// One slice view: header (plane, sequence menu, slice n / total, maximise, menu), canvas, slice slider. It shows what
/// it is told and emits wishes in millimetres; nothing changes until the presenter answers with `setState`.
/// Object names: `view.X`, `view.X.header`, `view.X.canvas`, `view.X.slider`, `view.X.sequence`, `view.X.maximise`.
class SliceView final : public QWidget {
    Q_OBJECT
public:
    /// `name` is X of the object names: "axial", "coronal", "sagittal", "sequence.1" …
    explicit SliceView(const QString &name, QWidget *parent = nullptr);
    ~SliceView() override;

    // --- told by the presenter -------------------------------------------------------------------------------------
    void setState(render::SliceState state);
    const render::SliceState &state() const;
    void setMarks(const render::ToolMarks &marks); ///< brush ring, pen line, seeds; the picture below stays
    const render::ToolMarks &marks() const;
    void setMeasures(const std::vector<render::MeasureMark> &measures); ///< rulers, angles, diameters
    const std::vector<render::MeasureMark> &measures() const;
    void setAxis(render::SliceAxis axis);
    void setSequences(const QList<SequenceChoice> &sequences, const QString &currentId);
    /// Which of two masks the view shows, in the header; empty: there is one alone.
    void setMaskName(const QString &name);
    /// Top left corner: case name, then sequence and date.
    void setCornerLines(const QStringList &lines);
    void setCornersVisible(bool visible); ///< letters and badge always stay
    void setActive(bool active);          ///< accent line under the header
    void setMaximised(bool maximised);
    void setProgress(double share);         ///< thin bar at the top of the canvas; below 0 hides it
    void setEmptyText(const QString &text); ///< shown without an image
    void setTool(interaction::Tool tool);
    void setMouseMap(const interaction::MouseMap &map);
    void setHeldKey(interaction::HeldKey held);

    // --- asked by the presenter ------------------------------------------------------------------------------------
    /// Viewpoint on the screen now, fit resolved.
    render::Viewpoint viewpoint() const;
    bool inSlice(const PointMm &point) const; ///< of the slice that is shown, but for rounding
    const render::ViewTransform &transform() const;
    QSize canvasSize() const; ///< logical pixels
    ViewCanvas *canvas() const;
    SliceSlider *slider() const;
    /// The picture with its letters and corners, device pixels.
    QImage snapshot() const;
    /// Milliseconds of the last composition on the CPU.
    double lastComposeMs() const;

signals:
    void activated();                                            ///< clicked, or got the focus
    void cursorWished(const glio::PointMm &point);               ///< not snapped to voxels
    void sliceStepWished(int steps);                             ///< positive towards the slider's top
    void zoomWished(double factor, const glio::PointMm &anchor); ///< see render::zoomed
    void panWished(const glio::PointMm &delta);                  ///< add to Viewpoint::centre
    void windowWished(double levelChange, double widthChange);   ///< image units
    void windowAutoWished();
    void windowResetWished();
    void colourMapWished(glio::render::ColourMap map);
    void sequenceWished(const QString &id);
    void brushSizeStepWished(double steps);
    /// The tool at hand was used: phase 0 press, 1 move, 2 release; `act` tells paint, erase, pick.
    void toolUsed(int phase, const glio::PointMm &point, glio::interaction::DragAct act);
    /// An end (`end` >= 0) or a line (-1) of a measure is held by a tool that draws nothing: phase as in `toolUsed`.
    void measureUsed(int phase, int id, int end, const glio::PointMm &point);
    /// How hard the pen presses, 0 to 1, before the toolUsed that it holds for; below 0: the tip is up, or it is a
    /// mouse.
    void penPressed(double pressure);
    void penNear(bool eraserEnd);             ///< the other end of the pen points here now, before the hovered
    void hovered(const glio::PointMm &point); ///< also while a tool is used
    void left();                              ///< the pointer went out of the picture
    void toolDoubleClicked(const glio::PointMm &point);
    void maximiseWished();
    void copyWished();
    void resetViewWished();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void focusInEvent(QFocusEvent *) override;
    void changeEvent(QEvent *) override;

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace glio::widgets
