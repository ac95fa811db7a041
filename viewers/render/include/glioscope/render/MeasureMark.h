#pragma once
#include "glioscope/render/SliceGeometry.h"

#include <optional>
#include <string>
#include <vector>

namespace glio::render {

/// A line or an angle that was measured, as a view shows it.
struct MeasureMark {
    int id = 0;                  ///< 0: still being drawn
    std::vector<PointMm> points; ///< 2: a line; 3: an angle with its vertex in the middle. LPS mm
    std::string text;            ///< "41.2 mm", UTF-8; written beside the line by whoever owns the text
    bool selected = false;
    int point = -1; ///< the end that keys move; -1 none
    friend bool operator==(const MeasureMark &, const MeasureMark &) = default;
};

/// How strongly a mark is drawn on the slice of `transform`: 1 where all of it lies on the slice, 0.35 one slice
/// beside it, else 0.
double measureStrength(const MeasureMark &mark, const ViewTransform &transform, const Geometry &grid);

/// What lies under a pointer at `at` (logical pixels): an end (`point` >= 0) within 8 pixels, or a line (`point` -1)
/// within 5. Ends win over lines, later marks over earlier ones; marks beside the slice are not there.
struct MeasureHit {
    int id = 0, point = -1;
};
std::optional<MeasureHit> measureAt(const std::vector<MeasureMark> &marks, ViewPoint2 at,
                                    const ViewTransform &transform, const Geometry &grid);

} // namespace glio::render
