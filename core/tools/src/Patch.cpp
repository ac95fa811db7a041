#include "glioscope/tools/Patch.h"

#include "Support.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/volume/Resample.h"

#include <cassert>
#include <format>
#include <limits>

namespace glio::tools {

Result<Selection> selectionOf(const LabelMap &map, const std::vector<Label> &labels)
{
    const VoxelBox box = boxOf(map, labels);
    if (box.empty()) return noVoxels();
    Selection selection{box, indicator(map.values(box), setOf(labels))};
    if (selection.count() == 0) return noVoxels();
    return selection;
}

LabelPatch relabelled(const LabelMap &map, const Selection &selection, Label label, const std::vector<Label> &over)
{
    LabelPatch patch{selection.box, map.values(selection.box)};
    const LabelSet may = over.empty() ? ~LabelSet{} : setOf(over);
    for (std::size_t n = 0; n < patch.labels.size(); ++n)
        if (selection.inside[n] && may[patch.labels[n]]) patch.labels[n] = label;
    return patch;
}

void write(LabelMap &map, const LabelPatch &patch) { map.setValues(patch.box, patch.labels); }

std::int64_t changedVoxels(const LabelMap &map, const LabelPatch &patch)
{
    const std::vector<Label> before = map.values(patch.box);
    std::int64_t changed = 0;
    for (std::size_t n = 0; n < before.size(); ++n)
        changed += before[n] != patch.labels[n];
    return changed;
}

LabelSet setOf(const std::vector<Label> &labels)
{
    LabelSet set;
    for (const Label label : labels)
        set.set(label);
    return set;
}

VoxelBox boxOf(const LabelMap &map, const std::vector<Label> &labels)
{
    VoxelBox box;
    for (const Label label : labels) {
        if (label == 0) return VoxelBox::whole(map.geometry());
        box = box.joined(map.boundingBox(label));
    }
    return box;
}

VoxelBox grownMm(const VoxelBox &box, double marginMm, const Geometry &grid)
{
    Index3 margin{};
    for (std::size_t a = 0; a < 3; ++a)
        margin[a] = std::int64_t(std::ceil(std::min(marginMm / grid.spacing()[a], double(grid.size()[a]))));
    return box.grown(margin, grid);
}

std::vector<std::uint8_t> indicator(std::span<const Label> labels, const LabelSet &wanted)
{
    std::array<std::uint8_t, 256> table{};
    for (std::size_t n = 0; n < 256; ++n)
        table[n] = wanted[n] ? 1 : 0;
    std::vector<std::uint8_t> out(labels.size());
    std::ranges::transform(labels, out.begin(), [&](Label label) { return table[label]; });
    return out;
}

Selection trimmed(const Selection &selection)
{
    Index3 low = {std::numeric_limits<std::int64_t>::max(), 0, 0}, high{};
    bool any = false;
    forEachVoxel(selection.box, [&](const Index3 &v, std::size_t at) {
        if (!selection.inside[at]) return;
        if (!any) low = high = v;
        any = true;
        for (std::size_t a = 0; a < 3; ++a) {
            low[a] = std::min(low[a], v[a]);
            high[a] = std::max(high[a], v[a]);
        }
    });
    if (!any) return {};
    Selection out{{low, {high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1}}, {}};
    out.inside.resize(std::size_t(out.box.count()));
    forEachVoxel(out.box,
                 [&](const Index3 &v, std::size_t at) { out.inside[at] = selection.inside[selection.box.offset(v)]; });
    return out;
}

Result<std::vector<std::vector<float>>> sampled(std::span<const WeightedImage> images, const Geometry &grid,
                                                const VoxelBox &box)
{
    if (images.empty()) return fail(Errc::InvalidArgument, "This tool needs an image to look at; open a sequence.");
    double total = 0;
    for (const WeightedImage &one : images) {
        assert(one.image);
        if (!std::isfinite(one.weight) || one.weight < 0)
            return fail(Errc::InvalidArgument, "The weight of a sequence must be a number from 0 up.");
        total += one.weight;
    }
    if (total <= 0) return fail(Errc::InvalidArgument, "No sequence counts; give one of them a weight above 0.");
    std::vector<std::vector<float>> values(images.size(), std::vector<float>(std::size_t(box.count())));
    for (std::size_t c = 0; c < images.size(); ++c) {
        const ImageVolume &image = *images[c].image;
        const bool sameGrid = image.geometry().sameGrid(grid);
        const auto [ni, nj, nk] = box.size;
        parallelFor(0, nj * nk, 16, [&](std::int64_t first, std::int64_t last) {
            for (std::int64_t row = first; row < last; ++row) {
                Index3 v{box.start[0], box.start[1] + row % nj, box.start[2] + row / nj};
                float *out = values[c].data() + row * ni;
                if (sameGrid) {
                    std::copy_n(image.data() + grid.offset(v), ni, out);
                    continue;
                }
                for (std::int64_t i = 0; i < ni; ++i, ++v[0])
                    out[i] = sampleLinear(image, image.geometry().toIndex(grid.toWorld(v)),
                                          std::numeric_limits<float>::quiet_NaN());
            }
        });
    }
    return values;
}

void fillMissing(std::vector<float> &values)
{
    const auto first = std::ranges::find_if(values, [](float value) { return std::isfinite(value); });
    float last = first == values.end() ? 0.0f : *first;
    for (float &value : values)
        last = value = std::isfinite(value) ? value : last;
}

Result<void> checkLength(const char *what, double mm, double least, double most)
{
    if (std::isfinite(mm) && mm >= least && mm <= most) return {};
    return fail(Errc::InvalidArgument, std::format("{} must lie between {} and {} mm.", what, least, most));
}

} // namespace glio::tools
