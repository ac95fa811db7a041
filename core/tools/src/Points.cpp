#include "glioscope/tools/Points.h"

#include "glioscope/metrics/Components.h"
#include "glioscope/tools/RandomWalker.h"

#include "Support.h"

#include <algorithm>
#include <cmath>

namespace glio::tools {
namespace {

constexpr Label kOther = 0;

/// A single click is a small cross, so that one voxel of noise does not stand alone.
void addClicks(std::vector<LabelSeed> &seeds, const VoxelBox &box, const PointsRequest &request)
{
    const int reach = request.size == ClickSize::Cross ? 1 : 0;
    for (const PointClick &click : request.clicks)
        for (std::int64_t k = -1; k <= 1; ++k)
            for (std::int64_t j = -1; j <= 1; ++j)
                for (std::int64_t i = -1; i <= 1; ++i) {
                    const Index3 v{click.voxel[0] + i, click.voxel[1] + j, click.voxel[2] + k};
                    if (std::abs(i) + std::abs(j) + std::abs(k) <= reach && box.contains(v))
                        seeds.push_back({v, click.says == PointClick::Says::Belongs ? request.label : kOther});
                }
}

/// The region must not run out of what was asked: the box's faces are what they are. One slice alone has none.
void addFaces(std::vector<LabelSeed> &seeds, const VoxelBox &box, std::span<const Label> before, Label label)
{
    forEachVoxel(box, [&](const Index3 &v, std::size_t at) {
        for (std::size_t a = 0; a < 3; ++a)
            if (box.size[a] > 1 && (v[a] == box.start[a] || v[a] + 1 == box.start[a] + box.size[a])) {
                seeds.push_back({v, before[at] == label ? label : kOther});
                return;
            }
    });
}

/// What keeps its voxels is no way for the walk either, whatever was clicked there.
void addFixed(std::vector<LabelSeed> &seeds, const VoxelBox &box, std::span<const Label> before,
              const std::vector<Label> &fixed)
{
    const LabelSet held = setOf(fixed);
    if (held.none()) return;
    forEachVoxel(box, [&](const Index3 &v, std::size_t at) {
        if (held[before[at]]) seeds.push_back({v, kOther});
    });
}

/// A click says something of the place it lies in: of all that the walk would change that way, the connected part that
/// holds a click of that kind. So a click never takes what it was to add, nor changes what nobody asked about.
void takeClicked(LabelPatch &patch, const std::vector<std::uint8_t> &changes, const PointsRequest &request,
                 PointClick::Says says)
{
    const auto parts = metrics::connectedComponents(changes, patch.box.size, metrics::Connectivity::Faces6);
    std::vector<std::uint8_t> clicked(std::size_t(parts.count) + 1, 0);
    for (const PointClick &click : request.clicks)
        if (click.says == says && patch.box.contains(click.voxel))
            clicked[std::size_t(parts.labels[patch.box.offset(click.voxel)])] = 1;
    for (std::size_t n = 0; n < changes.size(); ++n)
        if (parts.labels[n] > 0 && clicked[std::size_t(parts.labels[n])])
            patch.labels[n] = says == PointClick::Says::Belongs ? request.label : kOther;
}

} // namespace

VoxelBox boxOfPoints(const Geometry &grid, std::span<const PointClick> clicks, double radiusMm)
{
    VoxelBox box;
    for (const PointClick &click : clicks)
        box = box.joined({click.voxel, {1, 1, 1}});
    return box.empty() ? box : grownMm(box, radiusMm, grid);
}

Result<LabelPatch> decideByPoints(const LabelMap &labels, const PointsRequest &request, const ProgressSink &progress)
{
    const Geometry &grid = labels.geometry();
    if (request.clicks.empty()) return fail(Errc::InvalidArgument, "Click into what belongs, or into what does not.");
    for (const PointClick &click : request.clicks)
        if (!grid.contains(click.voxel) || (request.bounds && !request.bounds->contains(click.voxel)))
            return outsideGrid();
    if (request.label == kOther)
        return fail(Errc::InvalidArgument, "Points decide for a label; choose one that is not background.");
    if (!std::isfinite(request.radiusMm) || request.radiusMm <= 0 || request.radiusMm > 100)
        return fail(Errc::InvalidArgument, "The reach of a click must be above 0 mm and at most 100 mm.");

    VoxelBox box = boxOfPoints(grid, request.clicks, request.radiusMm);
    if (request.bounds) box = box.intersected(*request.bounds);
    const std::vector<Label> before = labels.values(box);
    std::vector<LabelSeed> seeds;
    // Of two seeds on one voxel the later holds, so the faces go first: a click there is what the reader said.
    addFaces(seeds, box, before, request.label);
    addClicks(seeds, box, request);
    addFixed(seeds, box, before, request.fixed);
    std::vector<LabelPrior> priors;
    Volume<std::uint8_t> outside;
    if (request.prior) {
        outside = *request.prior;
        for (std::uint8_t &value : outside.edit())
            value = std::uint8_t(255 - value);
        priors = {{request.label, request.prior}, {kOther, &outside}};
    }
    // All seeds alike and no model: there is nothing to walk to, the whole box is what they say.
    const bool alike = priors.empty() &&
                       std::ranges::all_of(seeds, [&](const LabelSeed &s) { return s.label == seeds.front().label; });
    std::vector<Label> decided(before.size(), seeds.front().label);
    if (!alike) {
        auto walk = randomWalk(labels, box, request.images, seeds, priors, {}, progress);
        if (!walk) return std::unexpected(walk.error());
        decided = std::move(walk->patch.labels);
    }
    const LabelSet held = setOf(request.fixed);
    LabelPatch patch{box, before};
    for (const auto says : {PointClick::Says::Belongs, PointClick::Says::DoesNotBelong}) {
        const bool adds = says == PointClick::Says::Belongs;
        std::vector<std::uint8_t> changes(before.size(), 0);
        for (std::size_t n = 0; n < before.size(); ++n) {
            const bool now = decided[n] == request.label, was = before[n] == request.label;
            changes[n] = held[before[n]] ? 0 : adds ? now && !was : !now && was;
        }
        takeClicked(patch, changes, request, says);
    }
    return patch;
}

} // namespace glio::tools
