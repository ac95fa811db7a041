#include "glioscope/measure/Intensities.h"

#include "glioscope/volume/Resample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace glio::measure {
namespace {

/// Linear between neighbours of the ordered values: the definition most readers' programs use (R's type 7).
double percentile(const std::vector<float> &ordered, double share)
{
    const double at = share * double(ordered.size() - 1);
    const auto below = std::size_t(at);
    const auto above = std::min(below + 1, ordered.size() - 1);
    return ordered[below] + (at - double(below)) * (double(ordered[above]) - ordered[below]);
}

IntensityStatistics statisticsOf(std::vector<float> values, double voxelMm3)
{
    IntensityStatistics result;
    if (values.empty()) return result;
    std::ranges::sort(values);
    const double n = double(values.size());
    double sum = 0;
    for (const float value : values)
        sum += value;
    result.voxels = std::int64_t(values.size());
    result.volumeMm3 = n * voxelMm3;
    result.mean = sum / n;
    double squares = 0; // about the mean: sums of squares alone lose all figures for bright images
    for (const float value : values)
        squares += (value - result.mean) * (value - result.mean);
    result.deviation = values.size() > 1 ? std::sqrt(squares / (n - 1)) : 0;
    result.median = percentile(values, 0.5);
    result.low = percentile(values, 0.05);
    result.high = percentile(values, 0.95);
    result.smallest = values.front();
    result.largest = values.back();
    return result;
}

} // namespace

std::vector<IntensityStatistics> intensityStatistics(const LabelMap &mask, std::span<const std::vector<Label>> regions,
                                                     const ImageVolume &image)
{
    std::array<bool, 256> wanted{};
    for (const std::vector<Label> &region : regions)
        for (const Label label : region)
            wanted[label] = true;
    std::array<std::vector<float>, 256> values;
    const Geometry &grid = mask.geometry();
    const bool same = grid.sameGrid(image.geometry());
    constexpr float outside = std::numeric_limits<float>::quiet_NaN();
    for (std::size_t n = 0; n < mask.blockCount(); ++n) {
        const LabelMap::Block *block = mask.block(n);
        if (!block) continue;
        const VoxelBox box = mask.blockBox(n);
        Index3 v;
        for (v[2] = box.start[2]; v[2] < box.start[2] + box.size[2]; ++v[2])
            for (v[1] = box.start[1]; v[1] < box.start[1] + box.size[1]; ++v[1])
                for (v[0] = box.start[0]; v[0] < box.start[0] + box.size[0]; ++v[0]) {
                    const Label label = (*block)[LabelMap::insideBlock(v)];
                    if (label == 0 || !wanted[label]) continue;
                    float value = outside;
                    if (same) {
                        value = image.at(v);
                    } else if (const ContinuousIndex at = image.geometry().toIndex(grid.toWorld(v));
                               image.geometry().contains(at)) {
                        value = sampleLinear(image, at, outside);
                    }
                    if (std::isfinite(value)) values[label].push_back(value);
                }
    }
    std::vector<IntensityStatistics> result;
    for (const std::vector<Label> &region : regions) {
        std::vector<float> all;
        for (const Label label : region)
            all.insert(all.end(), values[label].begin(), values[label].end());
        result.push_back(statisticsOf(std::move(all), grid.voxelVolumeMm3()));
    }
    return result;
}

} // namespace glio::measure
