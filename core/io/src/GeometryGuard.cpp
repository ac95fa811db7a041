#include "glioscope/io/GeometryGuard.h"

#include "Text.h"

#include "glioscope/volume/Resample.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <numbers>
#include <optional>

namespace glio::io {
namespace {
constexpr double kSameMm = 0.01, kSameDegrees = 0.01, kMirrorMm = 0.05;

/// The same voxels, stored so that i, j, k run closest to left, back and up.
Geometry upright(const Geometry &grid)
{
    const auto axes = grid.worldAxes();
    Size3 size{};
    Spacing3 spacing{};
    Matrix3 direction{};
    Index3 first{};
    for (std::size_t world = 0; world < 3; ++world) {
        const auto axis = std::size_t(axes.voxelAxis[world]);
        const bool turned = axes.sign[world] < 0;
        size[world] = grid.size()[axis];
        spacing[world] = grid.spacing()[axis];
        if (turned) first[axis] = grid.size()[axis] - 1;
        for (std::size_t row = 0; row < 3; ++row)
            direction[3 * row + world] = (turned ? -1 : 1) * grid.direction()[3 * row + axis];
    }
    return Geometry::make(size, spacing, grid.toWorld(first), direction).value_or(grid);
}

/// The world mirrored at the axes that are set.
Geometry mirrored(const Geometry &grid, const std::array<bool, 3> &axes)
{
    const auto sign = [&](std::size_t axis) { return axes[axis] ? -1.0 : 1.0; };
    Matrix3 direction = grid.direction();
    for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t column = 0; column < 3; ++column)
            direction[3 * row + column] *= sign(row);
    const auto &o = grid.origin();
    return Geometry::make(grid.size(), grid.spacing(), {sign(0) * o.x, sign(1) * o.y, sign(2) * o.z}, direction)
        .value_or(grid);
}
std::optional<std::array<bool, 3>> mirrorOf(const Geometry &mask, const Geometry &image)
{
    // One axis is likelier than two, two than three.
    for (const unsigned set : {1u, 2u, 4u, 3u, 5u, 6u, 7u}) {
        const std::array<bool, 3> axes{(set & 1) != 0, (set & 2) != 0, (set & 4) != 0};
        if (upright(mirrored(mask, axes)).sameGrid(image, kMirrorMm)) return axes;
    }
    return std::nullopt;
}

/// Angle of the rotation that turns one grid's axes into the other's: |A - B|^2 = 8 sin^2(angle / 2), which small
/// angles do not cancel out of.
double degreesBetween(const Geometry &a, const Geometry &b)
{
    double square = 0;
    for (std::size_t n = 0; n < 9; ++n)
        square += std::pow(a.direction()[n] - b.direction()[n], 2);
    return 2 * std::asin(std::min(1.0, std::sqrt(square / 8))) * 180 / std::numbers::pi;
}

double overlapOf(const Geometry &mask, const Geometry &image)
{
    constexpr int points = 32;
    std::int64_t inside = 0;
    for (int k = 0; k < points; ++k)
        for (int j = 0; j < points; ++j)
            for (int i = 0; i < points; ++i) {
                const auto at = [&](int n, std::size_t axis) {
                    return (n + 0.5) / points * double(mask.size()[axis]) - 0.5;
                };
                const auto place = mask.toWorld(ContinuousIndex{at(i, 0), at(j, 1), at(k, 2)});
                inside += image.contains(image.toIndex(place));
            }
    return double(inside) / (points * points * points);
}

bool sameSpacing(const Geometry &a, const Geometry &b)
{
    for (std::size_t axis = 0; axis < 3; ++axis) // over the whole grid, not by voxel
        if (std::abs(a.spacing()[axis] - b.spacing()[axis]) * double(std::max(a.size()[axis], b.size()[axis])) >
            2 * kSameMm)
            return false;
    return true;
}
/// Voxel centres coincide: the first voxel of one lies on a voxel (or its continuation) of the other.
bool sameLattice(const Geometry &mask, const Geometry &image)
{
    const auto first = image.toIndex(mask.origin());
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (std::abs(first[axis] - std::round(first[axis])) * image.spacing()[axis] > kSameMm) return false;
    return true;
}
/// All outer corners within half a voxel (of the coarser grid) of their twins along each axis.
bool sameBox(const Geometry &a, const Geometry &b)
{
    for (int corner = 0; corner < 8; ++corner) {
        const auto outer = [&](const Geometry &grid) {
            const auto at = [&](int axis) {
                return (corner >> axis & 1) != 0 ? double(grid.size()[std::size_t(axis)]) - 0.5 : -0.5;
            };
            return grid.toWorld(ContinuousIndex{at(0), at(1), at(2)});
        };
        const PointMm gap = outer(a) - outer(b);
        for (int axis = 0; axis < 3; ++axis)
            if (!(std::abs(dot(gap, b.axis(axis))) <=
                  0.5 * std::max(a.spacing()[std::size_t(axis)], b.spacing()[std::size_t(axis)]) + kSameMm))
                return false;
    }
    return true;
}

std::string rounded(double value, int digits)
{
    std::ostringstream out;
    out.setf(std::ios::fixed);
    out.precision(digits);
    out << value;
    return std::move(out).str();
}
std::string spacingText(const Geometry &grid)
{
    return rounded(grid.spacing()[0], 2) + " x " + rounded(grid.spacing()[1], 2) + " x " +
           rounded(grid.spacing()[2], 2) + " mm";
}

std::string sentenceOf(const GridComparison &found, const Geometry &mask, const Geometry &image)
{
    const std::string share = rounded(100 * found.overlap, 0) + " %";
    switch (found.relation) {
    case GridRelation::Same:
        return "The mask lies on the image's grid.";
    case GridRelation::OtherOrder:
        return "The mask has the image's voxels, stored in another order (" + mask.orientation() + ", the image " +
               image.orientation() + "); bringing it onto the image's grid loses nothing.";
    case GridRelation::Part:
        return "The mask's voxels coincide with the image's, but its grid covers another part: " + share +
               " of it lies inside the image. What lies outside would be lost.";
    case GridRelation::SameBoxOtherSpacing:
        return "The mask covers the same box with voxels of " + spacingText(mask) + "; the image has " +
               spacingText(image) + ". Resampling it changes edges by up to half a voxel.";
    case GridRelation::Shifted:
        return "The mask's grid is shifted by " + rounded(found.shiftMm, found.shiftMm < 1 ? 3 : 1) +
               " mm against the image. Check that it belongs to this image before you use it.";
    case GridRelation::Rotated:
        return "The mask's grid is turned by " + rounded(found.degrees, found.degrees < 1 ? 3 : 1) +
               " degrees and shifted by " + rounded(found.shiftMm, 1) +
               " mm against the image. It may have been drawn on another series; check it before you use it.";
    case GridRelation::Mirrored: {
        static constexpr std::array<const char *, 3> names{"left and right", "front and back", "foot and head"};
        std::string which;
        for (std::size_t axis = 0; axis < 3; ++axis)
            if (found.mirroredAxes[axis]) which += (which.empty() ? "" : ", and ") + std::string(names[axis]);
        return "The mask lies mirrored against the image (" + which +
               " are exchanged). The program that made it may have mixed up RAS and LPS; do not use it before this is "
               "clear.";
    }
    case GridRelation::Elsewhere:
        break;
    }
    return found.overlap == 0
               ? "The mask lies elsewhere: no part of it is inside the image. It belongs to another image."
               : "The mask has a grid of its own, of which " + share +
                     " lies inside the image. Check that it belongs to this image before you use it.";
}
} // namespace

GridComparison compareGrids(const Geometry &maskGrid, const Geometry &imageGrid)
{
    const Geometry mask = upright(maskGrid), image = upright(imageGrid);
    GridComparison found;
    found.shiftMm = length(mask.centre() - image.centre());
    found.degrees = degreesBetween(mask, image);
    found.overlap = overlapOf(mask, image);
    const bool parallel = found.degrees <= kSameDegrees,
               alike = mask.size() == image.size() && sameSpacing(mask, image);
    found.relation = GridRelation::Elsewhere;
    if (maskGrid.sameGrid(imageGrid, kSameMm))
        found.relation = GridRelation::Same;
    else if (mask.sameGrid(image, kSameMm))
        found.relation = GridRelation::OtherOrder;
    else if (const auto axes = mirrorOf(mask, image)) {
        found.relation = GridRelation::Mirrored;
        found.mirroredAxes = *axes;
    } else if (found.overlap == 0)
        found.relation = GridRelation::Elsewhere;
    else if (alike && parallel && found.shiftMm > kSameMm)
        found.relation = GridRelation::Shifted;
    else if (alike)
        found.relation = GridRelation::Rotated;
    else if (parallel && sameSpacing(mask, image) && sameLattice(mask, image))
        found.relation = GridRelation::Part;
    else if (parallel && sameBox(mask, image))
        found.relation = GridRelation::SameBoxOtherSpacing;
    found.sentence = sentenceOf(found, maskGrid, imageGrid);
    return found;
}

Result<ResampledMask> resampleMaskTo(const LabelVolume &mask, const Geometry &grid)
try {
    ResampledMask result{resampleLabels(mask, grid), {}};
    std::array<std::int64_t, 256> before{}, after{}, same{};
    for (const Label value : result.labels.voxels())
        ++after[value];
    const auto &from = mask.geometry();
    const Label *value = mask.data();
    for (std::int64_t k = 0; k < from.size()[2]; ++k)
        for (std::int64_t j = 0; j < from.size()[1]; ++j)
            for (std::int64_t i = 0; i < from.size()[0]; ++i, ++value) {
                if (*value == 0) continue;
                ++before[*value];
                const Index3 there = grid.nearestVoxel(from.toWorld(Index3{i, j, k}));
                same[*value] += grid.contains(there) && result.labels.at(there) == *value;
            }
    for (std::size_t label = 1; label < 256; ++label)
        if (before[label] > 0)
            result.kept.push_back({.label = Label(label),
                                   .beforeMm3 = double(before[label]) * from.voxelVolumeMm3(),
                                   .afterMm3 = double(after[label]) * grid.voxelVolumeMm3(),
                                   .share = double(same[label]) / double(before[label])});
    return result;
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory, "There is not enough memory to bring the mask onto the image's grid. Close other "
                                   "programs and try again.");
}

} // namespace glio::io
