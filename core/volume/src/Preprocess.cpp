#include "glioscope/volume/Preprocess.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/volume/Resample.h"
#include "glioscope/volume/Statistics.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace glio {
namespace {

using Mask = std::vector<std::uint8_t>;

/// Sets to 1 what the mask encloses within a plane, for the planes across `axis`. By planes and not by the whole
/// volume, because bone and airways reach the lowest slice and would let the outside in.
void fillPlanes(Mask &mask, const Size3 &size, int axis)
{
    const int a = axis == 0 ? 1 : 0, b = axis == 2 ? 1 : 2;
    const std::array<std::int64_t, 3> stride{1, size[0], size[0] * size[1]};
    const std::int64_t na = size[a], nb = size[b], sa = stride[a], sb = stride[b];
    parallelFor(0, size[axis], 1, [&](std::int64_t first, std::int64_t last) {
        Mask plane(std::size_t(na * nb));
        std::vector<std::int64_t> todo;
        for (std::int64_t n = first; n < last; ++n) {
            std::uint8_t *start = mask.data() + n * stride[axis];
            bool any = false;
            for (std::int64_t y = 0; y < nb; ++y)
                for (std::int64_t x = 0; x < na; ++x)
                    any |= (plane[std::size_t(y * na + x)] = start[y * sb + x * sa]) != 0;
            if (!any) continue;
            const auto visit = [&](std::int64_t at) {
                if (plane[std::size_t(at)]) return;
                plane[std::size_t(at)] = 2;
                todo.push_back(at);
            };
            for (std::int64_t x = 0; x < na; ++x)
                visit(x), visit((nb - 1) * na + x);
            for (std::int64_t y = 0; y < nb; ++y)
                visit(y * na), visit(y * na + na - 1);
            while (!todo.empty()) {
                const std::int64_t at = todo.back(), x = at % na;
                todo.pop_back();
                if (x > 0) visit(at - 1);
                if (x + 1 < na) visit(at + 1);
                if (at >= na) visit(at - na);
                if (at + na < na * nb) visit(at + na);
            }
            for (std::int64_t y = 0; y < nb; ++y)
                for (std::int64_t x = 0; x < na; ++x)
                    start[y * sb + x * sa] = plane[std::size_t(y * na + x)] != 2;
        }
    });
}

void fillHoles(Mask &mask, const Size3 &size)
{
    for (const int axis : {2, 1, 0}) // one after the other: each works on what the one before closed
        if (size[axis == 0 ? 1 : 0] > 2 && size[axis == 2 ? 1 : 2] > 2) fillPlanes(mask, size, axis);
}

/// Keeps components (6 neighbours) of at least a twentieth of the largest.
void keepLargeComponents(Mask &mask, const Size3 &size)
{
    std::vector<std::int64_t> todo, sizes;
    std::vector<std::int32_t> part(mask.size(), -1);
    const std::int64_t row = size[0], slice = size[0] * size[1], all = slice * size[2];
    for (std::int64_t start = 0; start < all; ++start) {
        if (!mask[std::size_t(start)] || part[std::size_t(start)] >= 0) continue;
        const auto id = std::int32_t(sizes.size());
        std::int64_t count = 0;
        const auto visit = [&](std::int64_t at) {
            if (!mask[std::size_t(at)] || part[std::size_t(at)] >= 0) return;
            part[std::size_t(at)] = id;
            todo.push_back(at);
        };
        visit(start);
        while (!todo.empty()) {
            const std::int64_t at = todo.back(), i = at % row, j = at / row % size[1];
            todo.pop_back();
            ++count;
            if (i > 0) visit(at - 1);
            if (i + 1 < row) visit(at + 1);
            if (j > 0) visit(at - row);
            if (j + 1 < size[1]) visit(at + row);
            if (at >= slice) visit(at - slice);
            if (at + slice < all) visit(at + slice);
        }
        sizes.push_back(count);
    }
    if (sizes.empty()) return;
    const std::int64_t least = *std::ranges::max_element(sizes) / 20;
    for (std::size_t n = 0; n < mask.size(); ++n)
        if (mask[n] && sizes[std::size_t(part[n])] < least) mask[n] = 0;
}

/// Head in noisy air: block means of about 2 mm calm the noise, a tenth of the range is the cut.
Mask maskByThreshold(const ImageVolume &image)
{
    const Size3 &size = image.size();
    std::array<std::int64_t, 3> block;
    Size3 coarse;
    for (int a = 0; a < 3; ++a) {
        block[a] = std::max<std::int64_t>(1, std::llround(2.0 / image.geometry().spacing()[a]));
        coarse[a] = (size[a] + block[a] - 1) / block[a];
    }
    std::vector<float> mean(std::size_t(coarse[0] * coarse[1] * coarse[2]));
    const float *data = image.data();
    parallelFor(0, coarse[2], 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t k = first; k < last; ++k)
            for (std::int64_t j = 0; j < coarse[1]; ++j)
                for (std::int64_t i = 0; i < coarse[0]; ++i) {
                    double sum = 0;
                    std::int64_t count = 0;
                    for (std::int64_t z = k * block[2]; z < std::min(size[2], (k + 1) * block[2]); ++z)
                        for (std::int64_t y = j * block[1]; y < std::min(size[1], (j + 1) * block[1]); ++y)
                            for (std::int64_t x = i * block[0]; x < std::min(size[0], (i + 1) * block[0]); ++x)
                                if (const float v = data[x + size[0] * (y + size[1] * z)]; std::isfinite(v))
                                    sum += v, ++count;
                    mean[std::size_t(i + coarse[0] * (j + coarse[1] * k))] =
                        count ? float(sum / double(count)) : std::numeric_limits<float>::quiet_NaN();
                }
    });
    constexpr std::array kEnds{0.01, 0.99};
    const auto ends = quantiles(mean, kEnds);
    Mask low(mean.size());
    if (ends[1] > ends[0])
        for (std::size_t n = 0; n < mean.size(); ++n)
            low[n] = std::isfinite(mean[n]) && mean[n] - ends[0] > 0.1f * (ends[1] - ends[0]);
    keepLargeComponents(low, coarse);
    fillHoles(low, coarse);
    Mask mask(std::size_t(image.geometry().voxelCount()));
    parallelFor(0, size[2], 4, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t k = first; k < last; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j)
                for (std::int64_t i = 0; i < size[0]; ++i)
                    mask[std::size_t(i + size[0] * (j + size[1] * k))] =
                        low[std::size_t(i / block[0] + coarse[0] * (j / block[1] + coarse[1] * (k / block[2])))];
    });
    return mask;
}

std::int64_t countOf(const Mask &mask)
{
    return std::ranges::count_if(mask, [](std::uint8_t m) { return m != 0; });
}

bool borderIsConstant(const ImageVolume &image, float background)
{
    const Size3 &size = image.size();
    std::int64_t same = 0, all = 0;
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j) {
            const bool edge = k == 0 || j == 0 || k == size[2] - 1 || j == size[1] - 1;
            const float *row = image.data() + size[0] * (j + size[1] * k);
            for (std::int64_t i = 0; i < size[0]; i += edge || size[0] < 2 ? 1 : size[0] - 1)
                ++all, same += row[i] == background || !std::isfinite(row[i]);
        }
    return 10 * same >= 3 * all;
}

/// The part of `image` around its mask, background taken off and everything outside the mask 0, and the mask as 0/1.
struct MaskedPart {
    ImageVolume values, inside;
    float background = 0;
};
MaskedPart maskedPart(const ImageVolume &image, const LabelVolume &mask, const Box3 &box)
{
    Index3 start;
    Size3 size;
    for (int a = 0; a < 3; ++a) {
        start[a] = std::max<std::int64_t>(0, box.start[a] - 3);
        size[a] = std::min(image.size()[a], box.start[a] + box.size[a] + 3) - start[a];
    }
    const Geometry grid = image.geometry().cropped(start, size);
    std::vector<float> values(std::size_t(grid.voxelCount())), inside(values.size());
    const float background = backgroundValue(image);
    parallelFor(0, size[2], 4, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t k = first; k < last; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j) {
                const auto from = std::size_t(image.geometry().offset({start[0], start[1] + j, start[2] + k}));
                const auto to = std::size_t(size[0] * (j + size[1] * k));
                for (std::size_t i = 0; i < std::size_t(size[0]); ++i) {
                    const float v = image.data()[from + i];
                    const bool in = mask.data()[from + i] && std::isfinite(v);
                    inside[to + i] = in;
                    values[to + i] = in ? v - background : 0;
                }
            }
    });
    return {ImageVolume(grid, std::move(values)), ImageVolume(grid, std::move(inside)), background};
}

/// One sequence on the working grid: values where at least half of the voxel is foreground. Averages are taken over
/// the foreground alone, so that the background does not bleed into the brain's edge.
Result<void> bring(const ImageVolume &image, const LabelVolume &mask, const Box3 &box, const Geometry &grid,
                   std::span<float> values, std::span<std::uint8_t> inside)
{
    MaskedPart part = maskedPart(image, mask, box);
    auto weighted = resample(part.values, grid, Interpolation::Linear, 0, Antialias::Yes);
    if (!weighted) return std::unexpected(weighted.error());
    auto weight = resample(part.inside, grid, Interpolation::Linear, 0, Antialias::Yes);
    if (!weight) return std::unexpected(weight.error());
    parallelFor(0, std::int64_t(values.size()), 1 << 16, [&](std::int64_t first, std::int64_t last) {
        for (auto n = std::size_t(first); n < std::size_t(last); ++n) {
            const float w = weight->data()[n];
            inside[n] = w >= 0.5f;
            values[n] = w >= 0.5f ? weighted->data()[n] / w + part.background : part.background;
        }
    });
    return {};
}

template <class Store>
Result<void> interpolateBack(std::span<const float> values, int channelCount, const Geometry &working,
                             const Geometry &target, const ProgressSink &progress, const Store &store)
{
    if (channelCount < 1 || values.size() != std::size_t(channelCount) * std::size_t(working.voxelCount()))
        return fail(Errc::InvalidArgument, "The values do not fill the working grid that they are said to lie on.");
    const Size3 &size = working.size();
    const ContinuousIndex origin = working.toIndex(target.toWorld(Index3{0, 0, 0}));
    std::array<ContinuousIndex, 3> step;
    for (int a = 0; a < 3; ++a) {
        Index3 unit{0, 0, 0};
        unit[a] = 1;
        const ContinuousIndex at = working.toIndex(target.toWorld(unit));
        for (int d = 0; d < 3; ++d)
            step[a][d] = at[d] - origin[d];
    }
    const auto plane = working.voxelCount();
    constexpr std::int64_t kSlab = 8;
    for (std::int64_t slab = 0; slab < target.size()[2]; slab += kSlab) {
        if (!report(progress, double(slab) / double(target.size()[2]))) return fail(Errc::Cancelled, "Cancelled.");
        parallelFor(slab, std::min(slab + kSlab, target.size()[2]), 1, [&](std::int64_t first, std::int64_t last) {
            for (std::int64_t k = first; k < last; ++k)
                for (std::int64_t j = 0; j < target.size()[1]; ++j)
                    for (std::int64_t i = 0; i < target.size()[0]; ++i) {
                        std::array<std::int64_t, 3> low, high;
                        std::array<float, 3> part;
                        bool in = true;
                        for (int d = 0; d < 3; ++d) {
                            const double at =
                                origin[d] + double(i) * step[0][d] + double(j) * step[1][d] + double(k) * step[2][d];
                            in = in && at >= -0.5 - 1e-6 && at <= double(size[d]) - 0.5 + 1e-6;
                            const double held = std::clamp(at, 0.0, double(size[d] - 1));
                            low[d] = std::int64_t(held);
                            high[d] = std::min(low[d] + 1, size[d] - 1);
                            part[d] = float(held - double(low[d]));
                        }
                        if (!in) continue; // the result starts as 0
                        const std::array<std::int64_t, 4> rows{
                            size[0] * (low[1] + size[1] * low[2]), size[0] * (high[1] + size[1] * low[2]),
                            size[0] * (low[1] + size[1] * high[2]), size[0] * (high[1] + size[1] * high[2])};
                        const auto to = std::size_t(target.offset({i, j, k}));
                        for (int c = 0; c < channelCount; ++c) {
                            const float *data = values.data() + c * plane;
                            std::array<float, 4> line;
                            for (std::size_t r = 0; r < 4; ++r)
                                line[r] = data[rows[r] + low[0]] +
                                          part[0] * (data[rows[r] + high[0]] - data[rows[r] + low[0]]);
                            const float near = line[0] + part[1] * (line[1] - line[0]),
                                        far = line[2] + part[1] * (line[3] - line[2]);
                            store(c, to, near + part[2] * (far - near));
                        }
                    }
        });
    }
    if (!report(progress, 1)) return fail(Errc::Cancelled, "Cancelled.");
    return {};
}

} // namespace

LabelVolume foreground(const ImageVolume &image)
{
    const auto voxels = image.voxels();
    const float background = backgroundValue(image);
    Mask threshold = maskByThreshold(image);
    const std::int64_t plausible = countOf(threshold);
    if (plausible == 0) return LabelVolume(image.geometry());
    if (borderIsConstant(image, background)) {
        Mask exact(voxels.size());
        for (std::size_t n = 0; n < voxels.size(); ++n)
            exact[n] = std::isfinite(voxels[n]) && voxels[n] != background;
        fillHoles(exact, image.size());
        // Zeroed faces beside noisy air: the exact mask would then take the air in.
        if (countOf(exact) <= plausible + plausible * 2 / 5) return LabelVolume(image.geometry(), std::move(exact));
    }
    for (std::size_t n = 0; n < voxels.size(); ++n)
        if (!std::isfinite(voxels[n])) threshold[n] = 0;
    return LabelVolume(image.geometry(), std::move(threshold));
}

Normalisation normalisationOf(std::span<const float> voxels, std::span<const std::uint8_t> mask)
{
    std::vector<float> kept;
    kept.reserve(voxels.size());
    for (std::size_t n = 0; n < voxels.size(); ++n)
        if (mask[n]) kept.push_back(voxels[n]);
    constexpr std::array kQ{0.1, 0.5, 0.9};
    const auto q = quantiles(kept, kQ);
    if (kept.empty() || !(q[2] > q[0])) return {q[1], 0};
    return {q[1], 2.56f / (q[2] - q[0])};
}

void applyNormalisation(std::span<float> voxels, std::span<const std::uint8_t> mask, const Normalisation &normalisation)
{
    parallelFor(0, std::int64_t(voxels.size()), 1 << 17, [&](std::int64_t first, std::int64_t last) {
        for (auto n = std::size_t(first); n < std::size_t(last); ++n)
            voxels[n] = mask[n] && std::isfinite(voxels[n])
                            ? std::clamp((voxels[n] - normalisation.median) * normalisation.scale, -5.0f, 6.0f)
                            : 0.0f;
    });
}

Normalisation normalise(std::span<float> voxels, std::span<const std::uint8_t> mask)
{
    const Normalisation found = normalisationOf(voxels, mask);
    applyNormalisation(voxels, mask, found);
    return found;
}

Box3 boundingBox(const LabelVolume &mask)
{
    const Size3 &size = mask.size();
    Index3 low{size[0], size[1], size[2]}, high{-1, -1, -1};
    const std::uint8_t *at = mask.data();
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i, ++at)
                if (*at) {
                    low = {std::min(low[0], i), std::min(low[1], j), std::min(low[2], k)};
                    high = {std::max(high[0], i), std::max(high[1], j), k};
                }
    if (high[0] < 0) return {};
    return {low, {high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1}};
}

Result<Geometry> workingGrid(const Geometry &reference, Spacing3 spacing)
{
    const Geometry::WorldAxes axes = reference.worldAxes();
    // Columns L, P, S by the reference's own axes, made orthonormal from the slice axis on: it is the one that is
    // planned.
    std::array<PointMm, 3> column;
    for (int w = 0; w < 3; ++w)
        column[w] = double(axes.sign[w]) * reference.axis(axes.voxelAxis[w]);
    const auto dot = [](PointMm a, PointMm b) { return a.x * b.x + a.y * b.y + a.z * b.z; };
    const auto unit = [&](PointMm a) { return (1 / std::sqrt(dot(a, a))) * a; };
    column[2] = unit(column[2]);
    column[0] = unit(column[0] - dot(column[0], column[2]) * column[2]);
    const PointMm &z = column[2], &x = column[0];
    column[1] = {z.y * x.z - z.z * x.y, z.z * x.x - z.x * x.z, z.x * x.y - z.y * x.x};
    Matrix3 direction;
    for (int w = 0; w < 3; ++w)
        direction[w] = column[w].x, direction[3 + w] = column[w].y, direction[6 + w] = column[w].z;

    std::array<double, 3> low{1e300, 1e300, 1e300}, high{-1e300, -1e300, -1e300};
    for (int corner = 0; corner < 8; ++corner) {
        ContinuousIndex at;
        for (int a = 0; a < 3; ++a)
            at[a] = corner >> a & 1 ? double(reference.size()[a]) - 0.5 : -0.5;
        const PointMm p = reference.toWorld(at);
        for (int w = 0; w < 3; ++w)
            low[w] = std::min(low[w], dot(p, column[w])), high[w] = std::max(high[w], dot(p, column[w]));
    }
    Size3 size;
    PointMm origin;
    for (int w = 0; w < 3; ++w) {
        if (!(spacing[w] > 0)) return fail(Errc::InvalidArgument, "The model's spacing must be above 0 mm.");
        const double length = high[w] - low[w];
        size[w] = std::max<std::int64_t>(1, std::int64_t(std::ceil(length / spacing[w] - 1e-3)));
        const double first = low[w] + 0.5 * (length - double(size[w] - 1) * spacing[w]);
        origin = origin + first * column[w];
    }
    return Geometry::make(size, spacing, origin, direction);
}

Result<ModelInputs> prepareInputs(std::span<const std::pair<Sequence, ImageVolume>> sequences,
                                  std::span<const Sequence> order, Spacing3 spacing, const PrepareOptions &options)
{
    std::vector<const ImageVolume *> chosen(order.size(), nullptr);
    const ImageVolume *reference = nullptr;
    for (std::size_t c = 0; c < order.size(); ++c)
        for (const auto &[sequence, image] : sequences) {
            if (sequence != order[c] || chosen[c]) continue;
            chosen[c] = &image;
            // A little smaller is not smaller: rounding in headers must not change the reference.
            if (!reference || image.geometry().voxelVolumeMm3() < 0.99 * reference->geometry().voxelVolumeMm3())
                reference = &image;
        }
    if (!reference) return fail(Errc::InvalidArgument, "None of the sequences that the model reads was given.");
    auto grid = workingGrid(reference->geometry(), spacing);
    if (!grid) return std::unexpected(grid.error());

    std::vector<LabelVolume> masks(order.size());
    std::vector<Box3> boxes(order.size());
    std::array<double, 3> low{1e300, 1e300, 1e300}, high{-1e300, -1e300, -1e300};
    for (std::size_t c = 0; c < order.size(); ++c) {
        if (!chosen[c]) continue;
        if (!report(options.progress, 0.5 * double(c) / double(order.size())))
            return fail(Errc::Cancelled, "Cancelled.");
        const Geometry &own = chosen[c]->geometry();
        masks[c] = options.brainMask ? resampleLabels(*options.brainMask, own) : foreground(*chosen[c]);
        boxes[c] = boundingBox(masks[c]);
        if (boxes[c].empty()) continue;
        for (int corner = 0; corner < 8; ++corner) {
            ContinuousIndex at;
            for (int a = 0; a < 3; ++a)
                at[a] = double(boxes[c].start[a]) + (corner >> a & 1 ? double(boxes[c].size[a]) - 0.5 : -0.5);
            const ContinuousIndex v = grid->toIndex(own.toWorld(at));
            for (int w = 0; w < 3; ++w)
                low[w] = std::min(low[w], v[w]), high[w] = std::max(high[w], v[w]);
        }
    }
    if (low[0] > high[0])
        return fail(Errc::InvalidArgument, "The images hold nothing but background: no head was found in them.");
    if (options.crop) {
        Index3 start;
        Size3 size;
        for (int w = 0; w < 3; ++w) {
            const double margin = options.marginMm / spacing[w];
            start[w] = std::int64_t(std::floor(low[w] + 0.5 - margin));
            size[w] = std::max<std::int64_t>(1, std::int64_t(std::ceil(high[w] + 0.5 + margin)) - start[w]);
        }
        *grid = grid->cropped(start, size);
    }

    ModelInputs inputs;
    inputs.channelCount = int(order.size());
    inputs.grid = *grid;
    inputs.channels.assign(order.size() * std::size_t(grid->voxelCount()), 0.0f);
    inputs.present.assign(order.size(), false);
    inputs.normalisations.resize(order.size());
    LabelVolume united(*grid);
    Mask inside(std::size_t(grid->voxelCount()));
    for (std::size_t c = 0; c < order.size(); ++c) {
        if (!report(options.progress, 0.5 + 0.5 * double(c) / double(order.size())))
            return fail(Errc::Cancelled, "Cancelled.");
        if (!chosen[c] || boxes[c].empty()) continue;
        const auto values = inputs.channel(int(c));
        if (auto done = bring(*chosen[c], masks[c], boxes[c], *grid, values, inside); !done)
            return std::unexpected(done.error());
        inputs.normalisations[c] = normalise(values, inside);
        inputs.present[c] = true;
        const auto all = united.edit();
        for (std::size_t n = 0; n < inside.size(); ++n)
            all[n] |= inside[n];
    }
    inputs.foreground = std::move(united);
    if (!report(options.progress, 1)) return fail(Errc::Cancelled, "Cancelled.");
    return inputs;
}

Result<std::vector<float>> backToGrid(std::span<const float> values, int channelCount, const Geometry &working,
                                      const Geometry &target, const ProgressSink &progress)
{
    const auto plane = std::size_t(target.voxelCount());
    std::vector<float> back(std::size_t(std::max(channelCount, 0)) * plane);
    const auto done =
        interpolateBack(values, channelCount, working, target, progress,
                        [&](int c, std::size_t at, float value) { back[std::size_t(c) * plane + at] = value; });
    if (!done) return std::unexpected(done.error());
    return back;
}

Result<std::vector<Volume<std::uint8_t>>> backToGridBytes(std::span<const float> values, int channelCount,
                                                          const Geometry &working, const Geometry &target,
                                                          const ProgressSink &progress)
{
    std::vector<std::vector<std::uint8_t>> bytes(std::size_t(std::max(channelCount, 0)));
    for (auto &plane : bytes)
        plane.resize(std::size_t(target.voxelCount()));
    const auto done =
        interpolateBack(values, channelCount, working, target, progress, [&](int c, std::size_t at, float value) {
            bytes[std::size_t(c)][at] = std::uint8_t(std::clamp(value, 0.0f, 1.0f) * 255 + 0.5f);
        });
    if (!done) return std::unexpected(done.error());
    std::vector<Volume<std::uint8_t>> volumes;
    for (auto &plane : bytes)
        volumes.emplace_back(target, std::move(plane));
    return volumes;
}

} // namespace glio
