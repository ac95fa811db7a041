#pragma once
#include "glioscope/render/Frame.h"
#include "glioscope/render/VolumeCamera.h"
#include "glioscope/render/VolumeState.h"

namespace glio::render {

/// Everything a 3D picture is made from: snapshots and values, so that it may be drawn in another thread.
struct VolumeShot {
    VolumeState state; ///< `mask` and `brain` are not looked at
    SurfacesPtr surfaces;
    VolumeCamera camera;
    int width = 1, height = 1; ///< logical pixels
    double ratio = 1;          ///< device pixels per logical pixel
    bool draft = false;        ///< half resolution, for the time of a drag where drawing is slow
    int subject = 0;           ///< whose picture: see VolumeScene::forget
};

struct VolumePicture {
    Frame frame;
    VolumeCamera camera; ///< that it was drawn with
    double milliseconds = 0;
    bool draft = false;
    int subject = 0;
};

/// Whether both give the same picture of the same surfaces, with cursor and crosshair aside.
bool sameButCursor(const VolumeState &a, const VolumeState &b);

/// Draws surfaces, slice planes and place dots with VTK and reads the picture back. Thread: any one, from the first
/// `draw` to `release`, with the same OpenGL context of 3.2 or newer current.
class SurfaceRenderer {
public:
    SurfaceRenderer();
    ~SurfaceRenderer();
    SurfaceRenderer(const SurfaceRenderer &) = delete;
    SurfaceRenderer &operator=(const SurfaceRenderer &) = delete;

    VolumePicture draw(const VolumeShot &shot);
    void release(); ///< before the context goes, with it current

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace glio::render
