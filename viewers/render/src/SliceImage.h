#pragma once
#include "glioscope/render/ColourMap.h"
#include "glioscope/render/Contours.h"
#include "glioscope/render/Frame.h"

namespace glio::render {

/// Lattice -> device pixels of a frame: x = (u - left) / mm.
struct FrameMap {
    double left = 0, top = 0; ///< in-plane mm at the frame's top left corner
    double mm = 1;            ///< per device pixel
    Point2 toPixel(const Point2 &p) const { return {(p.x - left) / mm, (p.y - top) / mm}; }
};

/// The image through window and colour table; black where there is none.
void drawImage(Frame &frame, const FrameMap &map, const PlaneSlice<float> &slice, float low, float high,
               const std::array<Rgba, 256> &table, ImageInterpolation interpolation);
/// A 0..255 map laid over what is there; values fade out below 1/16 so that the rest of the head stays as it is.
void drawHeat(Frame &frame, const FrameMap &map, const PlaneSlice<float> &slice, const std::array<Rgba, 256> &table,
              double opacity);

} // namespace glio::render
