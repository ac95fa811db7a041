#pragma once
#include "glioscope/annotation/LabelMap.h"
#include "glioscope/render/ColourMap.h"
#include "glioscope/render/SliceGeometry.h"
#include "glioscope/volume/Statistics.h"
#include "glioscope/volume/Volume.h"

#include <optional>
#include <vector>

namespace glio::render {

using ByteVolume = Volume<std::uint8_t>;

enum class OverlayStyle { Fill, Outline, Both };
enum class ImageInterpolation { Nearest, Linear, Cubic };
enum class OutlineShape { Smooth, VoxelCorners };

/// How one label value is drawn.
struct LabelLook {
    Label value = 0;
    Rgb colour;
    bool visible = true;
    LabelPattern pattern = LabelPattern::None;
    friend bool operator==(const LabelLook &, const LabelLook &) = default;
};

struct MaskLayer {
    std::optional<LabelMap> mask; ///< on its own grid
    std::vector<LabelLook> looks; ///< values not named are not drawn
    OverlayStyle style = OverlayStyle::Both;
    double outlineWidth = 1.5; ///< logical pixels
    double fillOpacity = 0.34; ///< 0..1
    bool patterns = false;     ///< draw each label's pattern over its fill
    OutlineShape shape = OutlineShape::Smooth;
    std::vector<Label> emphasised; ///< not empty: these at full strength, the rest dimmed
    bool visible = true;
};

/// A second mask to compare with: its outlines dashed, and what is disputed filled in violet.
struct CompareLayer {
    std::optional<LabelMap> other;    ///< drawn with the mask layer's looks and line width
    std::optional<LabelMap> disputed; ///< not 0 where the two differ
    double fillOpacity = 0.35;
    bool visible = true;
};

/// Confidence band of one region: solid line where p = inner, dashed line where p = outer, in the region's colour.
struct BandLayer {
    std::optional<ByteVolume> probability; ///< p = value / 255, on its own grid
    double inner = 0.90, outer = 0.10;
    std::optional<double> threshold; ///< also a white line at this p
    Rgb colour{0x55, 0x92, 0xF5};
    bool visible = true;
};

/// Cividis, 0..255 = 0..100, drawn over the fill.
struct HeatLayer {
    std::optional<ByteVolume> values;
    double opacity = 0.60;
    bool visible = false;
};

/// Violet brackets round a box of voxels (edges included), on slices that pass through it.
struct PlaceMark {
    Geometry grid;
    Index3 start{};
    Size3 size{1, 1, 1};
    int id = 0;
};

/// The brush under the pointer, in true size: white ring with a dark casing, cut where the plane of the view cuts it.
struct BrushMark {
    PointMm centre;
    double radiusMm = 4;
    bool square = false;
    bool throughSlices = true; ///< ball or cube; else it shows on slices through `centre` alone
    friend bool operator==(const BrushMark &, const BrushMark &) = default;
};

/// A line that the hand is drawing, LPS mm; closed lines are filled softly.
struct PenLine {
    std::vector<PointMm> points;
    bool closed = false;
    bool erasing = false;
    friend bool operator==(const PenLine &, const PenLine &) = default;
};

/// A click that a tool remembers: plus for what belongs, minus for what does not.
struct SeedMark {
    PointMm at;
    bool positive = true;
    friend bool operator==(const SeedMark &, const SeedMark &) = default;
};

/// A stroke that a tool remembers, LPS mm: drawn where it lies in the plane, of a colour as a seed's.
struct StrokeMark {
    std::vector<PointMm> points;
    bool positive = true;
    friend bool operator==(const StrokeMark &, const StrokeMark &) = default;
};

/// What tools draw over the finished picture: changes cost no new slice.
struct ToolMarks {
    std::optional<BrushMark> brush;
    PenLine pen;
    std::vector<SeedMark> seeds;
    std::vector<StrokeMark> strokes;
    std::vector<PenLine> areas; ///< closed: where a tool works
    friend bool operator==(const ToolMarks &, const ToolMarks &) = default;
};

/// Everything that one slice view shows. Volumes are snapshots (Volume copies share their voxels), so a state is cheap
/// to copy and never changes under the scene.
struct SliceState {
    std::optional<ImageVolume> image;
    /// Grid whose axes and slices the view follows; the image's own when not set. Give all views of a case the same
    /// one: other sequences and masks are then sampled through world space and shown where they lie.
    std::optional<Geometry> reference;
    DisplayRange window;
    ColourMap colours = ColourMap::Grey;
    ImageInterpolation interpolation = ImageInterpolation::Linear;

    MaskLayer mask;
    CompareLayer compare;
    BandLayer band;
    HeatLayer heat;
    std::vector<PlaceMark> places; ///< usually the one at hand
    bool overlaysHidden = false;   ///< hold-to-hide: image, crosshair, letters only

    Plane plane = Plane::Axial;
    Convention convention = Convention::Radiological;
    bool orientationStated = true; ///< false: left and right are open, letters show "?"
    PointMm cursor;
    Viewpoint viewpoint;            ///< mmPerPixel <= 0: fit `fitBox`
    std::optional<WorldBox> fitBox; ///< the whole reference grid when not set
    bool crosshair = true;
    Rgb crosshairColour{0x8F, 0xB3, 0xD1};

    const Geometry *grid() const { return reference ? &*reference : image ? &image->geometry() : nullptr; }
};

/// Box of the head (what is not background) in world space: a good `fitBox`. Cost: one pass over every 2nd voxel.
WorldBox headBox(const ImageVolume &image);

} // namespace glio::render
