#include "glioscope/render/SliceScene.h"

#include "MarkLayer.h"
#include "MeasureLayer.h"
#include "OutlineLayer.h"
#include "glioscope/render/PlaneSlice.h"

#include <algorithm>
#include <cmath>

namespace glio::render {
namespace {

bool identical(const Geometry &a, const Geometry &b)
{
    return a.size() == b.size() && a.spacing() == b.spacing() && a.origin() == b.origin() &&
           a.direction() == b.direction();
}
/// Volumes and masks that surely hold the same voxels in the same place.
template <class V>
    requires requires(const V &v) { v.sharesVoxelsWith(v); }
bool identical(const std::optional<V> &a, const std::optional<V> &b)
{
    if (!a || !b) return !a && !b;
    return a->sharesVoxelsWith(*b) && identical(a->geometry(), b->geometry());
}
bool identical(const std::optional<Geometry> &a, const std::optional<Geometry> &b)
{
    return a && b ? identical(*a, *b) : !a && !b;
}
bool identical(const PlaneAxes &a, const PlaneAxes &b)
{
    return a.right == b.right && a.down == b.down && a.normal == b.normal;
}
bool identical(const MaskLayer &a, const MaskLayer &b)
{
    return identical(a.mask, b.mask) && a.looks == b.looks && a.style == b.style && a.outlineWidth == b.outlineWidth &&
           a.fillOpacity == b.fillOpacity && a.patterns == b.patterns && a.shape == b.shape &&
           a.emphasised == b.emphasised && a.visible == b.visible;
}
bool identical(const CompareLayer &a, const CompareLayer &b)
{
    return identical(a.other, b.other) && identical(a.disputed, b.disputed) && a.fillOpacity == b.fillOpacity &&
           a.visible == b.visible;
}
bool identical(const BandLayer &a, const BandLayer &b)
{
    return identical(a.probability, b.probability) && a.inner == b.inner && a.outer == b.outer &&
           a.threshold == b.threshold && a.colour == b.colour && a.visible == b.visible;
}
bool identical(const HeatLayer &a, const HeatLayer &b)
{
    return identical(a.values, b.values) && a.opacity == b.opacity && a.visible == b.visible;
}
bool identical(const std::vector<PlaceMark> &a, const std::vector<PlaceMark> &b)
{
    return std::ranges::equal(a, b, [](const PlaceMark &p, const PlaceMark &q) {
        return p.start == q.start && p.size == q.size && p.id == q.id && identical(p.grid, q.grid);
    });
}

/// A slice and what it was made from. The key holds the volume, so its address cannot come back as another's.
template <class V, class Out> struct Cached {
    std::optional<V> volume;
    PlaneAxes axes;
    double height = 0;
    int how = -1;
    Out out;

    template <class Make> bool refresh(const std::optional<V> &now, const PlaneAxes &a, double h, int mode, Make make)
    {
        if (how == mode && height == h && identical(volume, now) && identical(axes, a)) return false;
        volume = now;
        axes = a;
        height = h;
        how = mode;
        out = now ? make(*now) : Out{};
        return true;
    }
};

} // namespace

struct SliceScene::Private {
    SliceState state;
    ToolMarks marks;
    std::vector<MeasureMark> measures;
    int width = 1, height = 1;
    double ratio = 1;
    PlaneAxes axes;
    double planeHeight = 0;
    ViewTransform transform;
    bool baseDirty = true;
    Frame base, frame;
    Cached<ImageVolume, PlaneSlice<float>> image;
    Cached<LabelMap, PlaneSlice<std::uint8_t>> labels, otherLabels, disputed;
    Cached<ByteVolume, PlaneSlice<float>> probability, heat;
    std::vector<LabelShape> shapes, otherShapes;
    std::vector<LabelLook> shapeLooks, otherLooks;
    BandShape band;
    BandLayer bandOf; ///< what `band` was traced with (without its volume)

    void place()
    {
        const Geometry *grid = state.grid();
        axes = grid ? planeAxes(*grid, state.plane, state.convention) : planeAxes({}, state.plane, state.convention);
        planeHeight = dot(state.cursor, axes.normal);
        Viewpoint viewpoint = state.viewpoint;
        if (viewpoint.mmPerPixel <= 0) {
            const WorldBox box = state.fitBox ? *state.fitBox
                                 : grid       ? worldBox(*grid)
                                              : WorldBox{{-100, -100, -100}, {100, 100, 100}};
            viewpoint = fitViewpoint(box, axes, width, height);
        }
        transform = ViewTransform(axes, viewpoint, state.cursor, width, height);
    }

    FrameMap map() const
    {
        const double mm = transform.viewpoint().mmPerPixel;
        return {dot(transform.viewpoint().centre, axes.right) - width / 2.0 * mm,
                dot(transform.viewpoint().centre, axes.down) - height / 2.0 * mm, mm / ratio};
    }

    /// A slice of the reference grid is shown as it was measured; other grids are mixed where they lie between slices.
    Across acrossFor(const Geometry &grid) const
    {
        if (state.interpolation == ImageInterpolation::Nearest) return Across::Nearest;
        const Geometry *reference = state.grid();
        return reference && reference->sameGrid(grid) ? Across::Nearest : Across::Linear;
    }

    void traceMask() { trace(labels, state.mask.mask, shapes, shapeLooks); }

    /// The shapes of a mask's visible labels on this slice, traced anew when slice or looks changed.
    void trace(Cached<LabelMap, PlaneSlice<std::uint8_t>> &slice, const std::optional<LabelMap> &mask,
               std::vector<LabelShape> &traced, std::vector<LabelLook> &tracedLooks)
    {
        const MaskLayer &layer = state.mask;
        const bool changed = slice.refresh(mask, axes, planeHeight, int(layer.shape),
                                           [&](const LabelMap &map) { return sliceLabels(map, axes, planeHeight); });
        if (!changed && layer.looks == tracedLooks) return;
        tracedLooks = layer.looks;
        traced.clear();
        if (slice.out.empty()) return;
        bool present[256] = {};
        for (const std::uint8_t v : slice.out.values)
            present[v] = true;
        for (const LabelLook &look : layer.looks)
            if (look.visible && look.value && present[look.value])
                traced.push_back({look.value, labelLoops(slice.out, look.value, layer.shape)});
    }

    void drawCompare(const FrameMap &map, int rounds)
    {
        const CompareLayer &layer = state.compare;
        if (layer.disputed) {
            disputed.refresh(layer.disputed, axes, planeHeight, 0, [&](const LabelMap &ids) {
                PlaneSlice<std::uint8_t> slice = sliceLabels(ids, axes, planeHeight);
                for (std::uint8_t &value : slice.values)
                    value = value != 0;
                return slice;
            });
            if (!disputed.out.empty())
                drawDisputed(base, map, labelLoops(disputed.out, 1, OutlineShape::VoxelCorners), layer.fillOpacity, 0);
        }
        if (!layer.other) return;
        trace(otherLabels, layer.other, otherShapes, otherLooks);
        drawOutlines(base, map, otherShapes, state.mask, rounds, Stroke::Dashed);
    }

    void traceBand()
    {
        const BandLayer &layer = state.band;
        const bool changed =
            probability.refresh(layer.probability, axes, planeHeight, 0, [&](const ByteVolume &volume) {
                return sliceBytes(volume, axes, planeHeight, acrossFor(volume.geometry()));
            });
        const auto trace = [&](std::vector<Loop> &loops, double p) {
            loops = isoLoops(probability.out, float(255 * p) - 0.5f);
        };
        if (changed || layer.inner != bandOf.inner) trace(band.inner, layer.inner);
        if (changed || layer.outer != bandOf.outer) trace(band.outer, layer.outer);
        if (layer.threshold && (changed || layer.threshold != bandOf.threshold))
            trace(band.threshold, *layer.threshold);
        bandOf = layer;
        bandOf.probability.reset();
    }

    void drawBase()
    {
        const FrameMap map = this->map();
        base.resize(std::max(1, int(std::lround(width * ratio))), std::max(1, int(std::lround(height * ratio))));
        base.ratio = ratio;
        image.refresh(state.image, axes, planeHeight, state.interpolation == ImageInterpolation::Nearest,
                      [&](const ImageVolume &volume) {
                          return sliceImage(volume, axes, planeHeight, acrossFor(volume.geometry()));
                      });
        drawImage(base, map, image.out, state.window.low, state.window.high, colourTable(state.colours),
                  state.interpolation);
        if (state.overlaysHidden) return;

        const bool masked = state.mask.visible && state.mask.mask;
        int rounds = 0; // more corners are cut the larger a voxel is on the screen
        if (masked) {
            traceMask();
            const double pixels = std::min(labels.out.du, labels.out.dv) / map.mm;
            if (state.mask.shape == OutlineShape::Smooth) rounds = pixels > 10 ? 2 : pixels > 3.5 ? 1 : 0;
            if (state.mask.style != OverlayStyle::Outline) drawFills(base, map, shapes, state.mask, rounds);
        }
        if (state.heat.visible && state.heat.values) {
            heat.refresh(state.heat.values, axes, planeHeight, 0, [&](const ByteVolume &volume) {
                return sliceBytes(volume, axes, planeHeight, acrossFor(volume.geometry()));
            });
            drawHeat(base, map, heat.out, colourTable(ColourMap::Cividis), state.heat.opacity);
        }
        if (masked && state.mask.style != OverlayStyle::Fill)
            drawOutlines(base, map, shapes, state.mask, rounds, Stroke::Solid);
        if (state.compare.visible && state.mask.visible) drawCompare(map, rounds);
        if (state.band.visible && state.band.probability) {
            traceBand();
            const double pixels = std::min(probability.out.du, probability.out.dv) / map.mm;
            drawBand(base, map, band, state.band, state.mask.outlineWidth, pixels > 10 ? 2 : pixels > 3.5 ? 1 : 0);
        }
        for (const PlaceMark &mark : state.places)
            drawPlace(base, map, axes, planeHeight, mark);
    }
};

SliceScene::SliceScene() : m(std::make_unique<Private>()) { m->place(); }
SliceScene::~SliceScene() = default;

void SliceScene::setState(SliceState state)
{
    const SliceState &old = m->state;
    const bool same = identical(old.image, state.image) && identical(old.reference, state.reference) &&
                      old.window.low == state.window.low && old.window.high == state.window.high &&
                      old.colours == state.colours && old.interpolation == state.interpolation &&
                      identical(old.mask, state.mask) && identical(old.compare, state.compare) &&
                      identical(old.band, state.band) && identical(old.heat, state.heat) &&
                      identical(old.places, state.places) && old.overlaysHidden == state.overlaysHidden &&
                      old.plane == state.plane && old.convention == state.convention;
    const PlaneAxes axes = m->axes;
    const double height = m->planeHeight;
    const Viewpoint viewpoint = m->transform.viewpoint();
    m->state = std::move(state);
    m->place();
    const Viewpoint now = m->transform.viewpoint();
    if (!same || !identical(axes, m->axes) || height != m->planeHeight || viewpoint.mmPerPixel != now.mmPerPixel ||
        !(viewpoint.centre == now.centre))
        m->baseDirty = true;
}

const SliceState &SliceScene::state() const { return m->state; }
void SliceScene::setMarks(ToolMarks marks) { m->marks = std::move(marks); }
const ToolMarks &SliceScene::marks() const { return m->marks; }
void SliceScene::setMeasures(std::vector<MeasureMark> measures) { m->measures = std::move(measures); }
const std::vector<MeasureMark> &SliceScene::measures() const { return m->measures; }

void SliceScene::resize(int width, int height, double ratio)
{
    width = std::max(1, width);
    height = std::max(1, height);
    if (width == m->width && height == m->height && ratio == m->ratio) return;
    m->width = width;
    m->height = height;
    m->ratio = ratio;
    m->baseDirty = true;
    m->place();
}

const ViewTransform &SliceScene::transform() const { return m->transform; }

int SliceScene::slice() const
{
    const Geometry *grid = m->state.grid();
    return grid ? sliceAt(*grid, m->state.plane, m->state.cursor) : 0;
}

int SliceScene::sliceCount() const
{
    const Geometry *grid = m->state.grid();
    return grid ? render::sliceCount(*grid, m->state.plane) : 0;
}

Frame &SliceScene::compose()
{
    if (m->baseDirty) {
        m->drawBase();
        m->baseDirty = false;
    }
    m->frame.ratio = m->base.ratio;
    m->frame.resize(m->base.width, m->base.height);
    std::ranges::copy(m->base.pixels, m->frame.pixels.begin());
    if (m->state.crosshair && m->state.image) {
        const ViewPoint2 at = m->transform.toView(m->state.cursor);
        drawCrosshair(m->frame, {at.x * m->ratio, at.y * m->ratio}, m->state.crosshairColour);
    }
    if (m->state.image && !m->state.overlaysHidden)
        drawMeasures(m->frame, m->transform, m->ratio, *m->state.grid(), m->measures);
    if (m->state.image)
        drawMarks(m->frame, m->transform, m->ratio, inSliceMm(*m->state.grid(), m->transform.axes()), m->marks);
    return m->frame;
}

WorldBox headBox(const ImageVolume &image)
{
    const Geometry &grid = image.geometry();
    const float background = backgroundValue(image);
    const float threshold = background + 0.1f * (autoWindow(image).high - background);
    const auto &size = grid.size();
    std::vector<std::int64_t> profile[3];
    for (std::size_t a = 0; a < 3; ++a)
        profile[a].assign(std::size_t(size[a]), 0);
    const std::int64_t step[3] = {size[0] > 32 ? 2 : 1, size[1] > 32 ? 2 : 1, size[2] > 32 ? 2 : 1};
    std::int64_t all = 0;
    for (std::int64_t k = 0; k < size[2]; k += step[2])
        for (std::int64_t j = 0; j < size[1]; j += step[1]) {
            const float *row = image.data() + grid.offset({0, j, k});
            for (std::int64_t i = 0; i < size[0]; i += step[0]) {
                if (!(row[i] > threshold)) continue;
                ++profile[0][std::size_t(i)];
                ++profile[1][std::size_t(j)];
                ++profile[2][std::size_t(k)];
                ++all;
            }
        }
    if (all == 0) return worldBox(grid);
    ContinuousIndex low, high;
    for (std::size_t a = 0; a < 3; ++a) {
        // A slice belongs to the head when it holds more than a speck of it.
        const std::int64_t least = std::max<std::int64_t>(1, all / std::int64_t(profile[a].size()) / 50);
        std::int64_t first = 0, last = size[a] - 1;
        while (first < last && profile[a][std::size_t(first)] < least)
            first += 1;
        while (last > first && profile[a][std::size_t(last)] < least)
            last -= 1;
        low[a] = double(first) - 0.5;
        high[a] = double(last) + 0.5;
    }
    WorldBox box{{1e300, 1e300, 1e300}, {-1e300, -1e300, -1e300}};
    for (int corner = 0; corner < 8; ++corner) {
        ContinuousIndex v;
        for (std::size_t a = 0; a < 3; ++a)
            v[a] = corner >> a & 1 ? high[a] : low[a];
        const PointMm p = grid.toWorld(v);
        box.low = {std::min(box.low.x, p.x), std::min(box.low.y, p.y), std::min(box.low.z, p.z)};
        box.high = {std::max(box.high.x, p.x), std::max(box.high.y, p.y), std::max(box.high.z, p.z)};
    }
    return box;
}

} // namespace glio::render
