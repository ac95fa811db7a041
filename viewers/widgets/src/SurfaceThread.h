#pragma once
#include "glioscope/render/SurfaceRenderer.h"

#include <QObject>

#include <functional>

namespace glio::widgets {

/// Draws 3D pictures in a thread of its own, with its own OpenGL context of 3.2 or newer that draws to no window. Under
/// software OpenGL a picture takes longer than a frame may; the window goes on meanwhile. The context is made for the
/// first picture, so a window that shows no 3D never loads a driver. Thread: the GUI thread.
class SurfaceThread : public QObject {
public:
    explicit SurfaceThread(QObject *parent = nullptr);
    ~SurfaceThread() override; ///< waits for the picture that is being drawn

    /// Called in the GUI thread with each picture, or with nothing once there is no such OpenGL.
    void setDrawn(std::function<void(std::optional<render::VolumePicture>)> drawn);
    void draw(render::VolumeShot shot); ///< one that still waits is replaced
    bool drawing() const;               ///< a picture is on its way
    bool failed() const;                ///< tried, and there is no such OpenGL

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace glio::widgets
