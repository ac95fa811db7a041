#include "glioscope/loop/EvaluateCase.h"

#include "glioscope/annotation/LabelScheme.h"
#include "glioscope/metrics/Bootstrap.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace glio::loop {
namespace {

// Grey value 0..255 by the 1st and 99.5th percentile of what is not background.
struct Window {
    double low = 0, high = 1;
    std::uint8_t operator()(float value) const
    {
        return std::uint8_t(std::lround(255 * std::clamp((double(value) - low) / (high - low), 0.0, 1.0)));
    }
};
Window windowOf(const ImageVolume &image)
{
    std::vector<double> some;
    const auto voxels = image.voxels();
    for (std::size_t v = 0; v < voxels.size(); v += 37) // every 37th: a prime, so that no row is favoured
        if (std::isfinite(voxels[v]) && voxels[v] != 0) some.push_back(voxels[v]);
    if (some.empty()) return {};
    std::ranges::sort(some);
    Window window{metrics::quantile(some, 0.01), metrics::quantile(some, 0.995)};
    if (!(window.high > window.low)) window.high = window.low + 1;
    return window;
}

// Picture axes by voxel axes: x grows to the patient's left, y to the back (the radiological view from below).
struct Plane {
    int across = 0, down = 1, through = 2;
    bool flipAcross = false, flipDown = false;
};
Plane planeOf(const Geometry &grid)
{
    const auto axes = grid.worldAxes();
    return {axes.voxelAxis[0], axes.voxelAxis[1], axes.voxelAxis[2], axes.sign[0] < 0, axes.sign[1] < 0};
}

} // namespace

std::optional<CasePicture> drawPicture(const ImageVolume &image, const std::string &sequence,
                                       const LabelVolume &reference, const LabelVolume &prediction)
{
    const Geometry &grid = image.geometry();
    if (!grid.sameGrid(reference.geometry(), 0.1) || !grid.sameGrid(prediction.geometry(), 0.1)) return std::nullopt;
    const Size3 n = grid.size();
    const Plane plane = planeOf(grid);
    const auto through = std::size_t(plane.through);

    // The slice with most voxels that one mask has and the other has not; the largest tumour where they agree.
    std::vector<std::int64_t> wrong(std::size_t(n[through]), 0), tumour(wrong.size(), 0);
    const auto g = reference.voxels(), p = prediction.voxels();
    std::size_t v = 0;
    for (std::int64_t k = 0; k < n[2]; ++k)
        for (std::int64_t j = 0; j < n[1]; ++j)
            for (std::int64_t i = 0; i < n[0]; ++i, ++v) {
                const auto slice = std::size_t(Index3{i, j, k}[through]);
                wrong[slice] += (g[v] != 0) != (p[v] != 0);
                tumour[slice] += g[v] != 0 || p[v] != 0;
            }
    auto slice = std::int64_t(std::ranges::max_element(wrong) - wrong.begin());
    if (wrong[std::size_t(slice)] == 0) slice = std::int64_t(std::ranges::max_element(tumour) - tumour.begin());
    if (tumour[std::size_t(slice)] == 0) slice = n[through] / 2;

    CasePicture picture;
    picture.sequence = sequence;
    picture.width = int(n[std::size_t(plane.across)]);
    picture.height = int(n[std::size_t(plane.down)]);
    const auto lengthMm = [&grid, &n](int axis) {
        return double(n[std::size_t(axis)]) * grid.spacing()[std::size_t(axis)];
    };
    picture.heightOverWidth = lengthMm(plane.down) / lengthMm(plane.across);
    Index3 middle{n[0] / 2, n[1] / 2, n[2] / 2};
    middle[through] = slice;
    picture.sliceMm = grid.toWorld(middle).z;
    const auto at = [&](int x, int y) {
        Index3 voxel{};
        voxel[std::size_t(plane.across)] = plane.flipAcross ? picture.width - 1 - x : x;
        voxel[std::size_t(plane.down)] = plane.flipDown ? picture.height - 1 - y : y;
        voxel[through] = slice;
        return std::size_t(grid.offset(voxel));
    };
    const Window window = windowOf(image);
    const LabelScheme &scheme = defaultLabelScheme();
    picture.rgb.reserve(std::size_t(picture.width) * std::size_t(picture.height) * 3);
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x) {
            const std::size_t here = at(x, y);
            const double grey = 0.75 * window(image.voxels()[here]); // the white outline must stand out
            std::array<double, 3> colour{grey, grey, grey};
            if (const LabelDefinition *label = scheme.label(p[here])) {
                const std::array<double, 3> over{double(label->colour.r), double(label->colour.g),
                                                 double(label->colour.b)};
                for (std::size_t c = 0; c < 3; ++c)
                    colour[c] = 0.4 * colour[c] + 0.6 * over[c];
            }
            // Outline of the reference: its voxels that touch one outside it.
            const bool edge = g[here] != 0 && (x == 0 || y == 0 || x + 1 == picture.width || y + 1 == picture.height ||
                                               g[at(x - 1, y)] == 0 || g[at(x + 1, y)] == 0 || g[at(x, y - 1)] == 0 ||
                                               g[at(x, y + 1)] == 0);
            for (const double c : colour)
                picture.rgb.push_back(edge ? 255 : std::uint8_t(std::lround(c)));
        }
    return picture;
}

} // namespace glio::loop
