#pragma once
#include "glioscope/interaction/MouseMap.h"
#include "glioscope/render/VolumeState.h"

#include <QImage>
#include <QPolygonF>
#include <QStringList>
#include <QWidget>

#include <memory>
#include <optional>

namespace glio::widgets {
class ViewCanvas;

/// The 3D view: header (name, content menu, reset, maximise) and canvas. Surfaces are built in a thread of their own
/// from the state's snapshots, and drawn in another; until they come the old ones stay and "Updating" is shown.
/// Object names: `view.3d`, `view.3d.header`, `view.3d.canvas`, `view.3d.content`, `view.3d.maximise`.
class VolumeView final : public QWidget {
    Q_OBJECT
public:
    explicit VolumeView(QWidget *parent = nullptr);
    ~VolumeView() override;

    void setState(render::VolumeState state);
    const render::VolumeState &state() const;
    void setCornerLines(const QStringList &lines);
    void setCornersVisible(bool visible);
    void setActive(bool active);
    void setMaximised(bool maximised);
    void setMouseMap(const interaction::MouseMap &map);
    void resetCamera();
    void setCutting(bool on); ///< the left button draws round what is to be cut instead of turning
    /// Where a point lies in the canvas, logical pixels; nothing: behind the eye.
    std::optional<QPointF> project(const PointMm &point) const;
    /// While a hand draws: no surface is begun to be built and no picture to be drawn, and a build under way ends
    /// early. What has changed meanwhile is built when the waiting ends.
    void setWaiting(bool waiting);
    /// Surfaces of the case that comes next, made ahead: what of them fits its snapshots is shown without being built.
    void offerSurfaces(render::SurfacesPtr surfaces);
    int buildsBegun() const; ///< so far
    bool updating() const;   ///< surfaces are being built, or the picture of what is shown is on its way
    ViewCanvas *canvas() const;
    QImage snapshot() const;

signals:
    void activated();
    void cursorWished(const glio::PointMm &point); ///< a click on a surface
    void contentWished(glio::render::VolumeContent content);
    void maximiseWished();
    void copyWished();
    void surfacesReady();
    void cutDrawn(const QPolygonF &shape); ///< logical pixels of the canvas

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void focusInEvent(QFocusEvent *) override;

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace glio::widgets
