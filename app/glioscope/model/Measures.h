#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/measure/Diameters.h"
#include "glioscope/render/SliceGeometry.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glio::app {

enum class MeasureKind { Ruler, Angle };

/// A ruler (2 points) or an angle (3, its vertex in the middle) that a reader drew on a slice of `plane`.
struct Measure {
    int id = 0; ///< above 0, unique in its case
    MeasureKind kind = MeasureKind::Ruler;
    int number = 0; ///< "Ruler 1": counted by kind
    render::Plane plane = render::Plane::Axial;
    std::vector<PointMm> points; ///< LPS mm
    double value() const;        ///< mm, or degrees
    PointMm middle() const;
    friend bool operator==(const Measure &, const Measure &) = default;
};

/// The diameters by the response criteria: as proposed from the mask, or as a reader set them.
struct RanoReading {
    std::string regionId;                 ///< "ET"; "WT" where a scheme has no enhancing part
    std::vector<measure::Lesion> lesions; ///< largest product first
    bool edited = false;
    double sumMm2() const { return measure::sumOfProductsMm2(lesions); }
    int measurable() const;
    /// Those whose crosses are shown and listed: the targets, or the largest where none is measurable.
    std::vector<std::size_t> shown() const;
};

/// What is kept of a case's measurements: all that was drawn, and the diameters once somebody moved them.
struct CaseMeasures {
    std::vector<Measure> drawn;
    std::optional<RanoReading> edited;          ///< of `mask`
    std::string mask;                           ///< the mask at hand; empty: as kept before masks had ids
    std::map<std::string, RanoReading> ofOther; ///< moved on other masks of the case
    void turnTo(const std::string &maskId);     ///< each mask has its own diameters
    int add(MeasureKind kind, render::Plane plane, std::vector<PointMm> points); ///< its id
    Measure *find(int id);
    bool remove(int id);
    bool empty() const { return drawn.empty() && !edited && ofOther.empty(); }
};

/// The text that the journal keeps, version 1, and back. Errors: InvalidArgument for what is not such a text.
std::string toJson(const CaseMeasures &measures);
Result<CaseMeasures> measuresFromJson(std::string_view text);

} // namespace glio::app
