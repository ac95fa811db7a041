#pragma once
#include "glioscope/render/SurfaceRenderer.h"

#include <stop_token>

namespace glio::render {

/// Label surfaces (vtkSurfaceNets3D, 15 rounds of smoothing, one mesh per visible-or-not label), the brain's and the
/// head's surface, in world mm. Thread: any (call it off the GUI thread). A stop gives nullptr. Anything that
/// `previous` holds for the same snapshot is taken over. Volumes are coarsened above 16 million voxels.
SurfacesPtr buildSurfaces(const std::optional<LabelMap> &mask, const std::optional<ImageVolume> &image,
                          const std::optional<LabelVolume> &brain, const SurfacesPtr &previous = {},
                          std::stop_token stop = {});
/// Number of triangles of a label; label 0 is the shell (brain, or head where no brain is known). 0: there is none.
std::size_t triangleCount(const Surfaces &surfaces, Label label);
WorldBox bounds(const Surfaces &surfaces, Label label);

/// The 3D view: what it shows, from where, and what lies under the mouse. It draws no surfaces: `shoot` says what to
/// draw, a SurfaceRenderer draws it in a thread of its own, `take` brings the picture back, and `compose` lays the
/// crosshair over the last one. Thread: the GUI thread.
class VolumeScene {
public:
    VolumeScene();
    ~VolumeScene();
    VolumeScene(const VolumeScene &) = delete;
    VolumeScene &operator=(const VolumeScene &) = delete;

    void resize(int width, int height, double ratio);
    bool needsDrawing() const; ///< something has changed since the last `shoot`
    VolumeShot shoot();
    void take(VolumePicture picture);
    /// Another patient: surfaces and picture of the one before go at once, also a picture that is still on its way.
    void forget();
    /// The last picture (stretched while one of the view's size is still to come) with the crosshair; writing text into
    /// it is allowed.
    Frame &compose();
    /// Black instead of surfaces: for where there is no case or no OpenGL.
    Frame &composeNothing();
    /// The picture of the last `compose`.
    const Frame &frame() const;
    /// Half resolution, for the time of a drag where drawing is slow.
    void setDraft(bool draft);

    void setState(VolumeState state);
    const VolumeState &state() const;
    void setSurfaces(SurfacesPtr surfaces); ///< the old ones stay until this
    const SurfacesPtr &surfaces() const;

    void turn(double dxPixels, double dyPixels); ///< about the middle of what is shown
    void zoom(double factor);
    void pan(double dxPixels, double dyPixels);
    const VolumeCamera &camera() const;
    void resetCamera(); ///< from the front right and above, everything in view

    /// World point of the surface under a logical pixel (top left origin) ; nothing when the ray meets no tumour, brain
    /// or plane.
    std::optional<PointMm> pick(double x, double y) const;
    /// Ends of the R, A, S marker axes in [-1, 1] screen units (x right, y up) for the corner marker.
    struct Marker {
        ViewPoint2 right, anterior, superior;
    };
    Marker marker() const;

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace glio::render
