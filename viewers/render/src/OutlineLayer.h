#pragma once
#include "Painter.h"
#include "SliceImage.h"
#include "glioscope/render/SliceState.h"

namespace glio::render {

/// The outlines of one label on the present slice, in in-plane mm.
struct LabelShape {
    Label label = 0;
    std::vector<Loop> loops;
};
/// The lines of a band on the present slice.
struct BandShape {
    std::vector<Loop> inner, outer, threshold;
};

std::vector<Loop> toPixels(const std::vector<Loop> &loops, const FrameMap &map, int rounds = 0);

void drawFills(Frame &frame, const FrameMap &map, const std::vector<LabelShape> &shapes, const MaskLayer &layer,
               int rounds);
enum class Stroke { Solid, Dashed };
void drawOutlines(Frame &frame, const FrameMap &map, const std::vector<LabelShape> &shapes, const MaskLayer &layer,
                  int rounds, Stroke stroke);
/// Violet, hatched so that it is told from a label without colour.
void drawDisputed(Frame &frame, const FrameMap &map, const std::vector<Loop> &loops, double opacity, int rounds);
void drawBand(Frame &frame, const FrameMap &map, const BandShape &shape, const BandLayer &layer, double lineWidth,
              int rounds);
/// Brackets 4 px outside the box's foot on the plane, when the slice at `height` meets the box.
void drawPlace(Frame &frame, const FrameMap &map, const PlaneAxes &axes, double height, const PlaceMark &place);
/// Lines through `at` (device pixels) with a gap of 18 logical pixels round it.
void drawCrosshair(Frame &frame, const Point2 &at, const Rgb &colour);

} // namespace glio::render
