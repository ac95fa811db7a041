#include "glioscope/tools/Propagate.h"

#include "SnakeField.h"
#include "Support.h"

#include "glioscope/metrics/DistanceTransform.h"
#include "glioscope/tools/RandomWalker.h"

#include <cmath>

namespace glio::tools {
namespace {

constexpr double kLeastAreaMm2 = 4;
constexpr double kVanishShare = 0.1;
constexpr float kSurelyOther = -4; ///< log ratio below which a voxel deep inside is no seed

Result<void> check(const LabelMap &map, const PropagateRequest &request)
{
    if (request.across < 0 || request.across > 2)
        return fail(Errc::InvalidArgument, "Slices must lie across voxel axis 0, 1 or 2.");
    if (request.label == 0) return fail(Errc::InvalidArgument, "Choose a label that is not background.");
    if (request.step != 1 && request.step != -1)
        return fail(Errc::InvalidArgument, "The drawing is carried on to the next slice, one way or the other.");
    if (request.slices < 1) return fail(Errc::InvalidArgument, "Choose one slice at least.");
    if (request.from < 0 || request.from >= map.size()[std::size_t(request.across)]) return outsideGrid();
    if (!std::isfinite(request.mostGrowth) || request.mostGrowth <= 0)
        return fail(Errc::InvalidArgument, "The most that an area may grow must be above 0.");
    return checkLength("How far an outline may move", request.moveMm, 0.5, 50);
}

/// One slice of the work: a crop of the grid, one voxel thick.
struct Slice {
    VoxelBox box;
    Geometry grid;
    std::vector<std::uint8_t> inside;
    std::vector<std::vector<float>> channels;
    double count() const { return double(std::ranges::count(inside, std::uint8_t{1})); }
};

Result<Slice> sliceAt(const LabelMap &map, const VoxelBox &box, std::span<const WeightedImage> images)
{
    Slice slice{box, map.geometry().cropped(box.start, box.size), {}, {}};
    auto channels = sampled(images, map.geometry(), box);
    if (!channels) return std::unexpected(channels.error());
    for (std::size_t c = 0; c < channels->size(); ++c) {
        if (images[c].weight <= 0) continue;
        fillMissing((*channels)[c]);
        slice.channels.push_back(std::move((*channels)[c]));
    }
    return slice;
}

/// The box round a shape in its slice, `marginMm` wider within the slice, moved to slice `to`.
VoxelBox boxAround(const Slice &last, const Geometry &grid, std::size_t across, std::int64_t to, double marginMm)
{
    VoxelBox box = grownMm(trimmed({last.box, last.inside}).box, marginMm, grid);
    box.start[across] = to;
    box.size[across] = 1;
    return box;
}

/// `shape` of one slice as bytes of another box; outside it nothing is inside.
std::vector<std::uint8_t> moved(const Slice &last, const VoxelBox &box, std::size_t across)
{
    std::vector<std::uint8_t> out(std::size_t(box.count()));
    forEachVoxel(box, [&](Index3 v, std::size_t at) {
        v[across] = last.box.start[across];
        if (last.box.contains(v)) out[at] = last.inside[last.box.offset(v)];
    });
    return out;
}

std::vector<std::uint8_t> inverted(std::vector<std::uint8_t> set)
{
    for (std::uint8_t &one : set)
        one = !one;
    return set;
}

/// The densities of what the last slice holds and of what lies within some millimetres round it.
RegionPair regionsOf(const Slice &last, double ringMm)
{
    const auto toInside = metrics::squaredDistances(last.inside, last.box.size, last.grid.spacing());
    std::vector<std::uint8_t> ring(last.inside.size());
    for (std::size_t n = 0; n < ring.size(); ++n)
        ring[n] = !last.inside[n] && double(toInside[n]) <= ringMm * ringMm;
    return regionPair(last.channels, last.inside, ring);
}

/// What the next slice holds; empty when it vanishes.
Result<std::vector<std::uint8_t>> nextShape(const Slice &last, const Slice &next, const RegionPair &regions,
                                            const PropagateRequest &request, const ProgressSink &progress)
{
    const std::vector<std::uint8_t> before = moved(last, next.box, std::size_t(request.across));
    const Spacing3 &spacing = next.grid.spacing();
    const auto toOutside = metrics::squaredDistances(inverted(before), next.box.size, spacing);
    const auto toInside = metrics::squaredDistances(before, next.box.size, spacing);
    const std::vector<float> ratio = regions.logRatio(next.channels);
    float deepest = 0;
    for (std::size_t n = 0; n < before.size(); ++n)
        if (before[n]) deepest = std::max(deepest, toOutside[n]);
    // Deep enough for a seed: beyond the move, but in a thin shape the deepest third still counts.
    const double deep = std::min(request.moveMm, 0.67 * std::sqrt(double(deepest)));
    std::vector<LabelSeed> seeds;
    bool any = false;
    forEachVoxel({{0, 0, 0}, next.box.size}, [&](const Index3 &v, std::size_t n) {
        if (before[n] && double(toOutside[n]) >= deep * deep && ratio[n] > kSurelyOther) {
            seeds.push_back({v, request.label});
            any = true;
        } else if (!before[n] && double(toInside[n]) > request.moveMm * request.moveMm) {
            seeds.push_back({v, 0});
        }
    });
    std::vector<std::uint8_t> inside(before.size());
    if (!any) return inside;
    Volume<std::uint8_t> likely(next.grid), unlikely(next.grid);
    const auto in = likely.edit(), out = unlikely.edit();
    for (std::size_t n = 0; n < before.size(); ++n) {
        in[n] = std::uint8_t(std::lround(255 / (1 + std::exp(-std::clamp(ratio[n], -6.0f, 6.0f)))));
        out[n] = std::uint8_t(255 - in[n]);
    }
    const std::vector<LabelPrior> priors{{request.label, &likely}, {0, &unlikely}};
    std::vector<WeightedImage> images;
    for (const WeightedImage &image : request.images)
        if (image.weight > 0) images.push_back(image);
    WalkerOptions options;
    options.priorWeight = 0.1; // a slice alone has fewer neighbours to ask than a volume
    const auto walk =
        randomWalk(LabelMap(next.grid), {{0, 0, 0}, next.box.size}, images, seeds, priors, options, progress);
    if (!walk) return std::unexpected(walk.error());
    for (std::size_t n = 0; n < inside.size(); ++n) // within reach of the last outline, wherever else looks alike
        inside[n] = walk->patch.labels[n] == request.label && double(toInside[n]) <= request.moveMm * request.moveMm;
    return inside;
}

} // namespace

Result<Propagated> propagate(const LabelMap &map, const PropagateRequest &request, const ProgressSink &progress)
{
    if (const auto fine = check(map, request); !fine) return std::unexpected(fine.error());
    const auto across = std::size_t(request.across);
    const Geometry &grid = map.geometry();
    const double ringMm = std::max(6.0, 2 * request.moveMm), marginMm = ringMm + request.moveMm;
    VoxelBox drawn = map.boundingBox(request.label);
    if (drawn.empty() || request.from < drawn.start[across] || request.from >= drawn.start[across] + drawn.size[across])
        return fail(Errc::InvalidArgument, "This slice holds nothing of the label; draw it here first.");
    drawn.start[across] = request.from;
    drawn.size[across] = 1;
    Slice last{drawn, grid, indicator(map.values(drawn), setOf({request.label})), {}};
    if (last.count() < 1)
        return fail(Errc::InvalidArgument, "This slice holds nothing of the label; draw it here first.");
    const double voxelMm2 = grid.spacing()[(across + 1) % 3] * grid.spacing()[(across + 2) % 3];
    const auto withImages = [&](const Slice &of, std::int64_t at) -> Result<Slice> {
        auto slice = sliceAt(map, boxAround(of, grid, across, at, marginMm), request.images);
        return slice;
    };
    auto first = withImages(last, request.from);
    if (!first) return std::unexpected(first.error());
    first->inside = moved(last, first->box, across);
    last = std::move(*first);

    Propagated out;
    std::vector<Slice> made;
    VoxelBox box;
    while (out.slices < request.slices) {
        const std::int64_t at = last.box.start[across] + request.step;
        if (at < 0 || at >= grid.size()[across]) {
            out.end = PropagateEnd::LastSlice;
            break;
        }
        const double done = double(out.slices) / double(request.slices), share = 1.0 / double(request.slices);
        if (!report(progress, done)) return cancelled();
        auto next = withImages(last, at);
        if (!next) return std::unexpected(next.error());
        auto inside = nextShape(last, *next, regionsOf(last, ringMm), request,
                                [&](double part) { return report(progress, done + share * part); });
        if (!inside) return std::unexpected(inside.error());
        next->inside = std::move(*inside);
        if (next->count() * voxelMm2 < kLeastAreaMm2 || next->count() < kVanishShare * last.count()) {
            out.end = PropagateEnd::Vanished;
            break;
        }
        if (next->count() > (1 + request.mostGrowth) * last.count()) {
            out.end = PropagateEnd::Leaked;
            break;
        }
        ++out.slices;
        box = box.joined(next->box);
        made.push_back(*next);
        last = std::move(*next);
    }
    if (box.empty()) return out;
    out.patch = {box, map.values(box)};
    const LabelSet may = setOf(request.over);
    for (const Slice &slice : made)
        forEachVoxel(slice.box, [&](const Index3 &v, std::size_t at) {
            Label &here = out.patch.labels[box.offset(v)];
            if (slice.inside[at] && may[here]) here = request.label;
        });
    report(progress, 1);
    return out;
}

} // namespace glio::tools
