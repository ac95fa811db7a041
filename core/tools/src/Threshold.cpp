#include "glioscope/tools/Threshold.h"

#include "Support.h"

#include "glioscope/volume/Statistics.h"

namespace glio::tools {
namespace {
constexpr std::size_t kBins = 256;

Result<std::vector<float>> valuesOf(const ImageVolume &image, const Geometry &grid, const VoxelBox &box)
{
    const std::array<WeightedImage, 1> one{WeightedImage{&image, 1}};
    auto values = sampled(one, grid, box);
    if (!values) return std::unexpected(values.error());
    return std::move(values->front());
}
} // namespace

Result<std::vector<double>> otsuThresholds(const ImageVolume &image, const Geometry &grid, const Selection &among,
                                           int classes)
{
    if (classes != 2 && classes != 3)
        return fail(Errc::InvalidArgument, "Automatic thresholds part voxels into two or three classes.");
    if (among.count() == 0) return noVoxels();
    const auto all = valuesOf(image, grid, among.box);
    if (!all) return std::unexpected(all.error());
    std::vector<float> values;
    for (std::size_t n = 0; n < all->size(); ++n)
        if (among.inside[n] && std::isfinite((*all)[n])) values.push_back((*all)[n]);
    const std::array<double, 2> ends{0.001, 0.999};
    const std::vector<float> range = quantiles(values, ends);
    const double low = double(range[0]), high = double(range[1]);
    if (values.empty() || !(high > low))
        return fail(Errc::InvalidArgument,
                    "This sequence has the same value everywhere here, so no threshold parts it; choose another.");

    // Sums up to and including each bin.
    std::array<double, kBins + 1> count{}, sum{};
    const double width = (high - low) / double(kBins);
    for (const float value : values) {
        const double bin = std::clamp((double(value) - low) / width, 0.0, double(kBins - 1));
        ++count[std::size_t(bin) + 1];
        sum[std::size_t(bin) + 1] += std::floor(bin);
    }
    for (std::size_t n = 0; n < kBins; ++n) {
        count[n + 1] += count[n];
        sum[n + 1] += sum[n];
    }
    // The squared sum over the count of each class, added up, is the variance between classes but for a constant.
    const auto share = [&](std::size_t from, std::size_t to) {
        const double n = count[to] - count[from], s = sum[to] - sum[from];
        return n > 0 ? s * s / n : 0.0;
    };
    double best = -1;
    // Between two classes far apart many thresholds are equally good: the middle of them.
    std::array<std::size_t, 2> first{}, last{};
    const auto consider = [&](std::size_t a, std::size_t b, double between) {
        if (between > best * (1 + 1e-12)) {
            best = between;
            first = last = {a, b};
        } else if (between >= best * (1 - 1e-12))
            last = {a, b};
    };
    for (std::size_t a = 1; a < kBins; ++a) {
        if (classes == 2)
            consider(a, a, share(0, a) + share(a, kBins));
        else
            for (std::size_t b = a + 1; b < kBins; ++b)
                consider(a, b, share(0, a) + share(a, b) + share(b, kBins));
    }
    std::vector<double> thresholds;
    for (std::size_t n = 0; n < std::size_t(classes - 1); ++n)
        thresholds.push_back(low + width * double(first[n] + last[n]) / 2);
    return thresholds;
}

Result<Selection> inRange(const ImageVolume &image, const Geometry &grid, const Selection &among, double low,
                          double high)
{
    if (!(low <= high))
        return fail(Errc::InvalidArgument, "The lower end of the range must not lie above its upper end.");
    if (among.count() == 0) return noVoxels();
    const auto values = valuesOf(image, grid, among.box);
    if (!values) return std::unexpected(values.error());
    Selection out = among;
    for (std::size_t n = 0; n < out.inside.size(); ++n)
        out.inside[n] = out.inside[n] && double((*values)[n]) >= low && double((*values)[n]) <= high;
    return trimmed(out);
}

} // namespace glio::tools
