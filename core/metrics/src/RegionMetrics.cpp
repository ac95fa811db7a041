#include "glioscope/metrics/RegionMetrics.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <mutex>

namespace glio::metrics {
namespace {

std::string differenceOf(const Geometry &a, const Geometry &b)
{
    if (a.size() != b.size())
        return std::format("one has {}x{}x{} voxels and the other {}x{}x{}", a.size()[0], a.size()[1], a.size()[2],
                           b.size()[0], b.size()[1], b.size()[2]);
    const PointMm gap = a.centre() - b.centre();
    return std::format("their centres lie {:.1f} mm apart or their axes differ", std::hypot(gap.x, gap.y, gap.z));
}

/// The box that holds every labelled voxel of both masks; a region's masks are cut out of it.
struct Crop {
    Index3 start{};
    Size3 size{1, 1, 1};
    bool empty = true;
};
Crop jointBox(const LabelVolume &a, const LabelVolume &b, const std::array<bool, 256> &wanted)
{
    Index3 low{1 << 30, 1 << 30, 1 << 30}, high{-1, -1, -1};
    const Size3 n = a.size();
    const Label *p = a.data(), *q = b.data();
    for (std::int64_t k = 0; k < n[2]; ++k)
        for (std::int64_t j = 0; j < n[1]; ++j)
            for (std::int64_t i = 0; i < n[0]; ++i, ++p, ++q)
                if (wanted[*p] || wanted[*q]) {
                    low = {std::min(low[0], i), std::min(low[1], j), std::min(low[2], k)};
                    high = {std::max(high[0], i), std::max(high[1], j), std::max(high[2], k)};
                }
    if (high[0] < 0) return {};
    return {low, {high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1}, false};
}

std::vector<std::uint8_t> cut(const LabelVolume &mask, const Crop &crop, const std::array<bool, 256> &wanted)
{
    std::vector<std::uint8_t> out;
    out.reserve(std::size_t(crop.size[0] * crop.size[1] * crop.size[2]));
    for (std::int64_t k = 0; k < crop.size[2]; ++k)
        for (std::int64_t j = 0; j < crop.size[1]; ++j) {
            const Label *row =
                mask.data() + mask.geometry().offset({crop.start[0], crop.start[1] + j, crop.start[2] + k});
            for (std::int64_t i = 0; i < crop.size[0]; ++i)
                out.push_back(wanted[row[i]]);
        }
    return out;
}

} // namespace

Result<std::vector<RegionMetrics>> compareMasks(const LabelVolume &reference, const LabelVolume &prediction,
                                                const LabelScheme &scheme, const MetricOptions &options,
                                                const ProgressSink &progress)
{
    const Geometry &grid = reference.geometry();
    if (!grid.sameGrid(prediction.geometry(), 0.1))
        return fail(Errc::Geometry,
                    "The two masks do not lie on one grid: " + differenceOf(grid, prediction.geometry()) +
                        ". Bring one onto the other's grid first.");

    const bool ped =
        options.preset == Preset::BratsPed2024 || (options.preset == Preset::Plain && scheme.id() == "brats-ped-2024");
    const LesionRules rules = ped ? LesionRules::bratsPed2024() : LesionRules::brats2023();
    const double voxelMl = grid.voxelVolumeMm3() / 1000;
    const auto measure = [&](const RegionDefinition &region) {
        std::array<bool, 256> wanted{};
        for (const Label label : region.labels)
            wanted[label] = true;
        const Crop crop = jointBox(reference, prediction, wanted);
        RegionMetrics m;
        m.id = region.id;
        if (crop.empty) {
            m.hd95Mm = 0;
            return m;
        }
        const std::vector<std::uint8_t> g = cut(reference, crop, wanted);
        std::vector<std::uint8_t> p = cut(prediction, crop, wanted);
        m.predictionMl = double(std::count(p.begin(), p.end(), 1)) * voxelMl;
        // The box cuts no voxel of the region away, but a dilation may want to leave it: two lesions can then only
        // merge less, never more, so give it room.
        const std::int64_t room = rules.dilations + 1;
        Crop wide;
        for (std::size_t a = 0; a < 3; ++a) {
            wide.start[a] = std::max<std::int64_t>(0, crop.start[a] - room);
            wide.size[a] = std::min(grid.size()[a], crop.start[a] + crop.size[a] + room) - wide.start[a];
        }
        const std::vector<std::uint8_t> gWide = cut(reference, wide, wanted), pWide = cut(prediction, wide, wanted);
        std::vector<std::uint8_t> filtered;
        m.lesions = lesionWise({gWide, pWide, wide.size, grid.spacing()}, rules, &filtered);
        if (options.preset == Preset::BratsPed2024) { // its whole-volume scores are computed after the removal too
            std::size_t v = 0;
            for (std::int64_t k = 0; k < crop.size[2]; ++k)
                for (std::int64_t j = 0; j < crop.size[1]; ++j)
                    for (std::int64_t i = 0; i < crop.size[0]; ++i)
                        p[v++] =
                            filtered[std::size_t(i + crop.start[0] - wide.start[0] +
                                                 wide.size[0] * (j + crop.start[1] - wide.start[1] +
                                                                 wide.size[1] * (k + crop.start[2] - wide.start[2])))];
        }
        std::int64_t reference1 = 0, prediction1 = 0, both = 0;
        for (std::size_t v = 0; v < g.size(); ++v)
            reference1 += g[v], prediction1 += p[v], both += g[v] & p[v];
        m.referenceMl = double(reference1) * voxelMl;
        m.dice = reference1 + prediction1 == 0 ? 1 : 2.0 * double(both) / double(reference1 + prediction1);
        const SurfaceDistances distances = surfaceDistances({g, p, crop.size, grid.spacing()}, options.surface);
        m.hd95Mm = hausdorffMm(distances, options.surface);
        if (!m.hd95Mm && options.preset != Preset::Plain) m.hd95Mm = kMissedLesionMm;
        m.nsd = surfaceDice(distances, options.nsdToleranceMm);
        return m;
    };

    // Region beside region: their sizes are alike, and most of the work on one of them is serial.
    std::vector<RegionMetrics> all(scheme.regions().size());
    std::mutex telling;
    std::size_t done = 0;
    bool stop = false;
    parallelFor(0, std::int64_t(all.size()), 1, [&](std::int64_t first, std::int64_t last) {
        for (auto n = std::size_t(first); n < std::size_t(last); ++n) {
            {
                const std::lock_guard lock(telling);
                stop = stop || !report(progress, double(done) / double(all.size()));
                if (stop) return;
            }
            all[n] = measure(scheme.regions()[n]);
            const std::lock_guard lock(telling);
            ++done;
        }
    });
    if (stop) return fail(Errc::Cancelled, "Comparing was cancelled.");
    report(progress, 1);
    return all;
}

} // namespace glio::metrics
