#include "glioscope/render/PlaneSlice.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace glio::render {
namespace {

/// Which voxel axis runs along right, down and normal, and which way.
struct Alignment {
    bool aligned = false;
    int axis[3] = {0, 1, 2};
    int sign[3] = {1, 1, 1};
};

Alignment alignment(const Geometry &grid, const PlaneAxes &axes)
{
    const PointMm own[3] = {axes.right, axes.down, axes.normal};
    Alignment found;
    found.aligned = true;
    for (int d = 0; d < 3; ++d) {
        int best = 0;
        for (int a = 1; a < 3; ++a)
            if (std::abs(dot(grid.axis(a), own[d])) > std::abs(dot(grid.axis(best), own[d]))) best = a;
        const double along = dot(grid.axis(best), own[d]);
        found.axis[d] = best;
        found.sign[d] = along > 0 ? 1 : -1;
        // 1e-3 rad moves the far end of a 240 mm volume by a quarter of a millimetre.
        if (1 - std::abs(along) > 5e-7) found.aligned = false;
    }
    if (found.axis[0] == found.axis[1] || found.axis[0] == found.axis[2] || found.axis[1] == found.axis[2])
        found.aligned = false;
    return found;
}

/// The lattice of one slice of an aligned grid, values not yet filled; `depth`: where along the normal's voxel axis.
template <class Out>
PlaneSlice<Out> alignedLattice(const Geometry &grid, const PlaneAxes &axes, double heightMm, const Alignment &way,
                               double &depth)
{
    const auto &size = grid.size();
    const int au = way.axis[0], av = way.axis[1], an = way.axis[2];
    const PointMm origin = grid.origin();
    depth = (heightMm - dot(origin, axes.normal)) / (grid.spacing()[an] * way.sign[2]);
    PlaneSlice<Out> slice;
    if (depth < -0.5 || depth > double(size[an]) - 0.5) return slice;
    slice.nu = int(size[au]);
    slice.nv = int(size[av]);
    slice.du = grid.spacing()[au];
    slice.dv = grid.spacing()[av];
    const double lastU = slice.du * double(slice.nu - 1), lastV = slice.dv * double(slice.nv - 1);
    slice.u0 = dot(origin, axes.right) - (way.sign[0] > 0 ? 0 : lastU);
    slice.v0 = dot(origin, axes.down) - (way.sign[1] > 0 ? 0 : lastV);
    slice.values.resize(std::size_t(slice.nu) * std::size_t(slice.nv));
    return slice;
}

template <class Out, class In, class Mix>
PlaneSlice<Out> alignedSlice(const Volume<In> &volume, const PlaneAxes &axes, double heightMm, const Alignment &way,
                             bool linear, Mix mix)
{
    const Geometry &grid = volume.geometry();
    const auto &size = grid.size();
    const int au = way.axis[0], av = way.axis[1], an = way.axis[2];
    double depth = 0;
    PlaneSlice<Out> slice = alignedLattice<Out>(grid, axes, heightMm, way, depth);
    if (slice.empty()) return slice;
    const std::int64_t stride[3] = {1, size[0], size[0] * size[1]};
    const std::int64_t top = size[an] - 1;
    std::int64_t n0 = std::clamp<std::int64_t>(std::llround(depth), 0, top), n1 = n0;
    float t = 0;
    if (linear) {
        n0 = std::clamp<std::int64_t>(std::int64_t(std::floor(depth)), 0, top);
        n1 = std::min(n0 + 1, top);
        t = float(std::clamp(depth - double(n0), 0.0, 1.0));
        if (t < 1e-3f) n1 = n0;
        if (t > 1 - 1e-3f) n0 = n1;
    }
    const In *data = volume.data();
    const std::int64_t stepU = way.sign[0] * stride[au], stepV = way.sign[1] * stride[av];
    const std::int64_t start =
        (way.sign[0] > 0 ? 0 : (size[au] - 1) * stride[au]) + (way.sign[1] > 0 ? 0 : (size[av] - 1) * stride[av]);
    const In *first = data + start + n0 * stride[an], *second = data + start + n1 * stride[an];
    parallelFor(0, slice.nv, 64, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t j = begin; j < end; ++j) {
            Out *out = slice.values.data() + j * slice.nu;
            const In *a = first + j * stepV, *b = second + j * stepV;
            if (a == b)
                for (int i = 0; i < slice.nu; ++i)
                    out[i] = Out(a[i * stepU]);
            else
                for (int i = 0; i < slice.nu; ++i)
                    out[i] = mix(a[i * stepU], b[i * stepU], t);
        }
    });
    return slice;
}

/// Samples any volume on a lattice that covers it; `sample(v)` gives the value at a continuous index.
template <class Out, class Sample>
PlaneSlice<Out> freeSlice(const Geometry &grid, const PlaneAxes &axes, double heightMm, Sample sample)
{
    double low[3] = {1e300, 1e300, 1e300}, high[3] = {-1e300, -1e300, -1e300};
    for (int corner = 0; corner < 8; ++corner) {
        ContinuousIndex v;
        for (int a = 0; a < 3; ++a)
            v[std::size_t(a)] = corner >> a & 1 ? double(grid.size()[std::size_t(a)]) - 0.5 : -0.5;
        const PointMm p = grid.toWorld(v);
        const double at[3] = {dot(p, axes.right), dot(p, axes.down), dot(p, axes.normal)};
        for (int d = 0; d < 3; ++d) {
            low[d] = std::min(low[d], at[d]);
            high[d] = std::max(high[d], at[d]);
        }
    }
    PlaneSlice<Out> slice;
    if (heightMm < low[2] || heightMm > high[2]) return slice;
    const double smallest = std::min({grid.spacing()[0], grid.spacing()[1], grid.spacing()[2]});
    const double step = std::max({smallest / 2, (high[0] - low[0]) / 1023, (high[1] - low[1]) / 1023});
    slice.nu = int((high[0] - low[0]) / step) + 1;
    slice.nv = int((high[1] - low[1]) / step) + 1;
    slice.u0 = low[0];
    slice.v0 = low[1];
    slice.du = slice.dv = step;
    slice.values.resize(std::size_t(slice.nu) * std::size_t(slice.nv));
    const auto indexAt = [&](double u, double v) {
        return grid.toIndex(u * axes.right + v * axes.down + heightMm * axes.normal);
    };
    const ContinuousIndex zero = indexAt(0, 0), alongU = indexAt(step, 0), alongV = indexAt(0, 1);
    parallelFor(0, slice.nv, 16, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t j = begin; j < end; ++j) {
            const double v = slice.v0 + double(j) * step, u = slice.u0;
            ContinuousIndex at;
            for (std::size_t a = 0; a < 3; ++a)
                at[a] = zero[a] + u / step * (alongU[a] - zero[a]) + v * (alongV[a] - zero[a]);
            Out *out = slice.values.data() + j * slice.nu;
            for (int i = 0; i < slice.nu; ++i) {
                out[i] = sample(at);
                for (std::size_t a = 0; a < 3; ++a)
                    at[a] += alongU[a] - zero[a];
            }
        }
    });
    return slice;
}

template <class In> float trilinear(const Volume<In> &volume, const ContinuousIndex &v, float outside)
{
    const auto &size = volume.size();
    std::int64_t low[3], high[3];
    float t[3];
    for (std::size_t a = 0; a < 3; ++a) {
        if (!(v[a] >= -0.5 && v[a] <= double(size[a]) - 0.5)) return outside;
        const double at = std::clamp(v[a], 0.0, double(size[a] - 1));
        low[a] = std::min(std::int64_t(at), size[a] - 1);
        high[a] = std::min(low[a] + 1, size[a] - 1);
        t[a] = float(at - double(low[a]));
    }
    const In *d = volume.data();
    const std::int64_t row = size[0], plane = size[0] * size[1];
    const auto line = [&](std::int64_t j, std::int64_t k) {
        const In *p = d + j * row + k * plane;
        return float(p[low[0]]) + t[0] * (float(p[high[0]]) - float(p[low[0]]));
    };
    const float a = line(low[1], low[2]), b = line(high[1], low[2]), c = line(low[1], high[2]),
                e = line(high[1], high[2]);
    const float near = a + t[1] * (b - a), far = c + t[1] * (e - c);
    return near + t[2] * (far - near);
}

} // namespace

PlaneSlice<float> sliceImage(const ImageVolume &volume, const PlaneAxes &axes, double heightMm, Across across)
{
    const auto way = alignment(volume.geometry(), axes);
    if (way.aligned)
        return alignedSlice<float>(volume, axes, heightMm, way, across == Across::Linear,
                                   [](float a, float b, float t) { return a + t * (b - a); });
    return freeSlice<float>(volume.geometry(), axes, heightMm, [&](const ContinuousIndex &v) {
        return trilinear(volume, v, std::numeric_limits<float>::quiet_NaN());
    });
}

PlaneSlice<std::uint8_t> sliceLabels(const LabelMap &mask, const PlaneAxes &axes, double heightMm)
{
    const Geometry &grid = mask.geometry();
    const auto &size = grid.size();
    const auto way = alignment(grid, axes);
    if (!way.aligned)
        return freeSlice<std::uint8_t>(grid, axes, heightMm, [&](const ContinuousIndex &v) -> std::uint8_t {
            const Index3 n{std::int64_t(std::floor(v[0] + 0.5)), std::int64_t(std::floor(v[1] + 0.5)),
                           std::int64_t(std::floor(v[2] + 0.5))};
            return grid.contains(n) ? mask.at(n) : std::uint8_t{0};
        });
    double depth = 0;
    auto slice = alignedLattice<std::uint8_t>(grid, axes, heightMm, way, depth);
    if (slice.empty()) return slice;
    const auto au = std::size_t(way.axis[0]), av = std::size_t(way.axis[1]), an = std::size_t(way.axis[2]);
    Index3 v{};
    v[an] = std::clamp<std::int64_t>(std::llround(depth), 0, size[an] - 1);
    constexpr std::int64_t strides[3] = {1, LabelMap::kEdge, LabelMap::kEdge * LabelMap::kEdge};
    for (std::int64_t b = 0; b < size[av]; b += LabelMap::kEdge)
        for (std::int64_t a = 0; a < size[au]; a += LabelMap::kEdge) {
            v[au] = a;
            v[av] = b;
            const LabelMap::Block *block = mask.block(mask.blockOf(v));
            if (!block) continue;
            const Label *first = block->data() + LabelMap::insideBlock(v);
            for (std::int64_t y = b; y < std::min(b + LabelMap::kEdge, size[av]); ++y) {
                Label *row = slice.values.data() + (way.sign[1] > 0 ? y : size[av] - 1 - y) * slice.nu;
                const Label *from = first + (y - b) * strides[av];
                for (std::int64_t x = a; x < std::min(a + LabelMap::kEdge, size[au]); ++x)
                    row[way.sign[0] > 0 ? x : size[au] - 1 - x] = from[(x - a) * strides[au]];
            }
        }
    return slice;
}

PlaneSlice<float> sliceBytes(const ByteVolume &volume, const PlaneAxes &axes, double heightMm, Across across)
{
    const auto way = alignment(volume.geometry(), axes);
    if (way.aligned)
        return alignedSlice<float>(volume, axes, heightMm, way, across == Across::Linear,
                                   [](std::uint8_t a, std::uint8_t b, float t) { return a + t * (float(b) - a); });
    return freeSlice<float>(volume.geometry(), axes, heightMm,
                            [&](const ContinuousIndex &v) { return trilinear(volume, v, 0.0f); });
}

} // namespace glio::render
