#pragma once
#include "glioscope/render/Frame.h"
#include "glioscope/render/MeasureMark.h"
#include "glioscope/render/SliceState.h"

#include <memory>

namespace glio::render {

/// Draws one slice view. Image, fill, heat map, lines, brackets and crosshair are composed on the CPU into one frame,
/// which the caller paints as it is (ADR 8: no OpenGL between). Text is the caller's, painted over the frame.
/// Overlay order: image, fill, heat map, label outlines, band, brackets, crosshair.
/// Thread: the GUI thread; composing itself uses all cores. Cost: under 5 ms for 640x480 on 2 cores; what has not
/// changed since the last call (slices, outlines, the picture below the crosshair) is kept.
class SliceScene {
public:
    SliceScene();
    ~SliceScene();
    SliceScene(const SliceScene &) = delete;
    SliceScene &operator=(const SliceScene &) = delete;

    void setState(SliceState state);
    const SliceState &state() const;
    void setMarks(ToolMarks marks); ///< beside the state: a moving brush draws nothing anew below it
    const ToolMarks &marks() const;
    void setMeasures(std::vector<MeasureMark> measures); ///< over the crosshair, hidden with the overlays
    const std::vector<MeasureMark> &measures() const;
    /// Size in logical pixels and device pixels per logical one.
    void resize(int width, int height, double ratio);

    /// World <-> logical pixels of the present state, fit resolved.
    const ViewTransform &transform() const;
    const Geometry *grid() const { return state().grid(); }
    int slice() const;      ///< 0-based voxel index along the normal
    int sliceCount() const; ///< 0 without an image

    /// The finished picture. The reference stays valid until the next call; writing text into it is allowed.
    Frame &compose();

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace glio::render
