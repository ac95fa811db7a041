#pragma once
#include "glioscope/report/Svg.h"

#include <cstdint>

namespace glio::reporting {

// Charts by ui.md section 12: horizontal grid lines, no frame, labels at line ends where they fit. Each returns one
// <svg> to be put into a Page. Colours are CSS colours ("#DB3F5C", "var(--ac)"). Values that are not finite are left
// out.

struct NamedValue {
    std::string name; ///< of the case; shown when a pointer rests on the mark
    double value = 0;
};
struct MeanRange {
    double value = 0;
    std::optional<double> low, high;
};

/// One row a region: every case a dot (dots at one place stack), the mean with its interval above them.
struct StripRow {
    std::string name, note; ///< note: at the right end, "0.853, 12 cases"
    std::string colour;
    std::vector<NamedValue> dots;
    std::optional<MeanRange> mean;
};
struct StripOptions {
    std::string title, axis;
    double low = 0, high = 1; ///< of the axis
    int digits = 3;
    double width = 720;
};
std::string stripChart(std::span<const StripRow> rows, const StripOptions &options);

/// Said against true, with the diagonal; a bar of the voxels' shares below.
struct ReliabilityDot {
    double said = 0, seen = 0;
    std::int64_t voxels = 0;
};
struct ReliabilityOptions {
    std::string name, note, colour; ///< note: "error 0.021"
    std::int64_t fewVoxels = 200;   ///< bins with less are hollow
    double width = 230;
};
std::string reliabilityChart(std::span<const ReliabilityDot> dots, const ReliabilityOptions &options);

/// Curves over a common x from 0 to 1.
struct Curve {
    std::string name, colour;
    std::vector<Point> points;
    bool dashed = false;
};
struct CurveOptions {
    std::string title, xAxis, yAxis;
    double width = 460, height = 300;
    std::optional<double> high; ///< of the y axis; without: what the curves need
    bool mirrorX = false;       ///< x falls from left to right
};
std::string curveChart(std::span<const Curve> curves, const CurveOptions &options);

/// Measured against reference, with the line of equality. Axes start at 0.
struct AgreementDot {
    std::string name;
    double reference = 0, prediction = 0;
};
struct AgreementOptions {
    std::string name, note, colour, unit = "mL";
    double width = 230;
};
std::string agreementChart(std::span<const AgreementDot> dots, const AgreementOptions &options);

/// Before and after, one line a case: better in the accent, same grey, worse amber and dashed.
struct SlopeLine {
    std::string name;
    double before = 0, after = 0;
};
struct SlopeOptions {
    std::string title, before, after; ///< names of the two ends
    double same = 0.005;              ///< a change up to this is none
    bool higherIsBetter = true;
    double width = 320, height = 320;
};
std::string slopeChart(std::span<const SlopeLine> lines, const SlopeOptions &options);

/// Round numbers from at most `low` to at least `high`, about `wanted` steps, and the digits they need.
struct Ticks {
    std::vector<double> values;
    int digits = 0;
};
Ticks ticks(double low, double high, int wanted = 5);

/// Moves labels apart until neighbours are at least `gap` from each other, as little as it can, inside low..high where
/// they fit. Keeps their order.
std::vector<double> spreadLabels(std::vector<double> places, double gap, double low, double high);

} // namespace glio::reporting
