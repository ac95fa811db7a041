#include "glioscope/measure/Diameters.h"

#include "AxialOutline.h"
#include "glioscope/metrics/Components.h"

#include <array>
#include <set>

namespace glio::measure {
namespace {

/// What one component fills of the box, and where.
struct Part {
    VoxelBox box; ///< in voxels of the mask
    std::int64_t voxels = 0;
    std::set<std::int64_t> slices;
};

std::vector<Part> partsOf(const metrics::Components &components, const VoxelBox &box, int up)
{
    std::vector<Part> parts(std::size_t(components.count));
    std::size_t n = 0;
    Index3 v;
    for (v[2] = box.start[2]; v[2] < box.start[2] + box.size[2]; ++v[2])
        for (v[1] = box.start[1]; v[1] < box.start[1] + box.size[1]; ++v[1])
            for (v[0] = box.start[0]; v[0] < box.start[0] + box.size[0]; ++v[0], ++n) {
                if (components.labels[n] == 0) continue;
                Part &part = parts[std::size_t(components.labels[n] - 1)];
                part.box = part.box.joined({v, {1, 1, 1}});
                ++part.voxels;
                part.slices.insert(v[std::size_t(up)]);
            }
    return parts;
}

} // namespace

std::vector<Lesion> measureLesions(const LabelMap &mask, std::span<const Label> labels, const RanoRules &rules)
{
    VoxelBox box;
    std::array<bool, 256> wanted{};
    for (const Label label : labels) {
        wanted[label] = true;
        box = box.joined(mask.boundingBox(label));
    }
    if (box.empty()) return {};
    const Geometry &grid = mask.geometry();
    const auto axes = grid.worldAxes();
    const int across = axes.voxelAxis[0], down = axes.voxelAxis[1], up = axes.voxelAxis[2];
    std::vector<std::uint8_t> marked;
    for (const Label label : mask.values(box))
        marked.push_back(wanted[label]);
    const metrics::Components components = metrics::connectedComponents(marked, box.size);

    const double leastMm = rules.leastFor(grid.spacing()[std::size_t(up)]);
    std::vector<Lesion> lesions;
    std::int32_t number = 0;
    for (const Part &part : partsOf(components, box, up)) {
        ++number;
        Lesion lesion;
        lesion.slices = int(part.slices.size());
        lesion.volumeMl = double(part.voxels) * grid.voxelVolumeMm3() / 1000;
        const int width = int(part.box.size[std::size_t(across)]) + 2,
                  height = int(part.box.size[std::size_t(down)]) + 2;
        for (const std::int64_t slice : part.slices) {
            std::vector<std::uint8_t> bitmap(std::size_t(width) * std::size_t(height), 0);
            Index3 v;
            v[std::size_t(up)] = slice;
            for (int y = 1; y + 1 < height; ++y)
                for (int x = 1; x + 1 < width; ++x) {
                    v[std::size_t(across)] = part.box.start[std::size_t(across)] + x - 1;
                    v[std::size_t(down)] = part.box.start[std::size_t(down)] + y - 1;
                    bitmap[std::size_t(y) * std::size_t(width) + std::size_t(x)] =
                        components.labels[box.offset(v)] == number;
                }
            const SlicePlane plane(grid, across, down, up, slice);
            for (std::vector<std::uint8_t> &piece : piecesOf(bitmap, width, height)) {
                const Outline outline(plane, width, height, std::move(piece), part.box.start[std::size_t(across)] - 1,
                                      part.box.start[std::size_t(down)] - 1);
                if (const auto size = outline.diameters(lesion.size.productMm2())) {
                    lesion.size = *size;
                    lesion.slice = slice;
                }
            }
        }
        lesion.measurable = lesion.slices >= rules.leastSlices && lesion.size.across.lengthMm() >= leastMm;
        lesions.push_back(lesion);
    }
    std::ranges::sort(lesions, [](const Lesion &a, const Lesion &b) {
        return std::pair(a.size.productMm2(), a.volumeMl) > std::pair(b.size.productMm2(), b.volumeMl);
    });
    return lesions;
}

double sumOfProductsMm2(std::span<const Lesion> lesions, const RanoRules &rules)
{
    double sum = 0;
    int counted = 0;
    for (const Lesion &lesion : lesions) { // largest first
        if (!lesion.measurable || counted == rules.targets) continue;
        sum += lesion.size.productMm2();
        ++counted;
    }
    return sum;
}

} // namespace glio::measure
