#pragma once
#include "glioscope/render/Frame.h"

#include <memory>

class vtkRenderWindow;

namespace glio::render {

/// Shows a frame in a VTK window, pixel for pixel: one quad with one texture, no lighting, no filtering. An overlay
/// lies over what the window's first layer shows, by its straight alpha.
class FramePresenter {
public:
    FramePresenter();
    ~FramePresenter();
    void attach(vtkRenderWindow *window);
    /// The texture reads the frame's memory at the next Render(): it must live and stay as it is until then.
    void show(const Frame &frame);

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace glio::render
