#include "glioscope/phantom/Anatomy.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/volume/Resample.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

namespace glio::phantom {

struct Anatomy::Private {
    std::string name;
    std::shared_ptr<const Level> finest;
    TissueLevels levels;
    bool hasHead = false;
    PointMm low, high;
    std::mutex mutex;
    std::map<int, std::shared_ptr<const Level>> coarser; ///< by smoothing in hundredths of a voxel
};

namespace {

/// Every `step`-th voxel after smoothing with `sigma` voxels; `get` reads a channel, `put` writes it.
template <class Get, class Put>
void shrinkChannel(const Size3 &from, const Geometry &to, int step, double sigma, const Get &get, const Put &put)
{
    std::vector<float> values(std::size_t(from[0] * from[1] * from[2]));
    for (std::size_t n = 0; n < values.size(); ++n)
        values[n] = get(n);
    ImageVolume image(Geometry::make(from, {1, 1, 1}).value(), std::move(values));
    if (sigma > 0) smooth(image, {sigma, sigma, sigma});
    std::size_t n = 0;
    for (std::int64_t k = 0; k < to.size()[2]; ++k)
        for (std::int64_t j = 0; j < to.size()[1]; ++j)
            for (std::int64_t i = 0; i < to.size()[0]; ++i, ++n)
                put(n, image.data()[step * i + from[0] * (step * j + from[1] * step * k)]);
}

std::shared_ptr<const Anatomy::Level> shrink(const Anatomy::Level &fine, int step, double sigma)
{
    auto out = std::make_shared<Anatomy::Level>();
    const Size3 &from = fine.geometry.size();
    const double spacing = fine.geometry.spacing()[0] * step;
    Size3 size;
    for (std::size_t a = 0; a < 3; ++a)
        size[a] = (from[a] - 1) / step + 1;
    out->geometry = Geometry::make(size, {spacing, spacing, spacing}, fine.geometry.origin()).value();
    out->voxels.resize(std::size_t(out->geometry.voxelCount()));
    const auto byte = [&](std::uint8_t AnatomyVoxel::*member) {
        shrinkChannel(
            from, out->geometry, step, sigma, [&](std::size_t n) { return float(fine.voxels[n].*member); },
            [&](std::size_t n, float v) { out->voxels[n].*member = std::uint8_t(std::clamp(v + 0.5f, 0.0f, 255.0f)); });
    };
    for (auto member : {&AnatomyVoxel::brain, &AnatomyVoxel::bone, &AnatomyVoxel::soft, &AnatomyVoxel::fat,
                        &AnatomyVoxel::fluid, &AnatomyVoxel::vessel})
        byte(member);
    // T1 and sequences are averaged over the brain where there is brain, so that outside does not darken its edge.
    std::vector<float> weight(out->voxels.size());
    const auto inBrain = [&](std::size_t n) { return float(fine.voxels[n].brain) / 255; };
    shrinkChannel(from, out->geometry, step, sigma, inBrain, [&](std::size_t n, float v) { weight[n] = v; });
    const auto signal = [&](const auto &read, const auto &write) {
        std::vector<float> within(out->voxels.size());
        shrinkChannel(
            from, out->geometry, step, sigma, [&](std::size_t n) { return inBrain(n) * float(read(n)); },
            [&](std::size_t n, float v) { within[n] = v; });
        shrinkChannel(
            from, out->geometry, step, sigma, [&](std::size_t n) { return float(read(n)); },
            [&](std::size_t n, float v) {
                const float best = weight[n] > 0.15f ? within[n] / weight[n] : v;
                write(n, std::uint16_t(std::clamp(best + 0.5f, 0.0f, 65535.0f)));
            });
    };
    signal([&](std::size_t n) { return fine.voxels[n].t1; },
           [&](std::size_t n, std::uint16_t v) { out->voxels[n].t1 = v; });
    for (std::size_t s = 0; s < 4; ++s) {
        if (fine.sequences[s].empty()) continue;
        out->sequences[s].resize(out->voxels.size());
        signal([&](std::size_t n) { return fine.sequences[s][n]; },
               [&](std::size_t n, std::uint16_t v) { out->sequences[s][n] = v; });
    }
    return out;
}

} // namespace

Anatomy::Anatomy(std::string name, Level finest, TissueLevels levels, bool hasHead) : d(std::make_unique<Private>())
{
    d->name = std::move(name);
    d->levels = levels;
    d->hasHead = hasHead;
    const Size3 &size = finest.geometry.size();
    // The brain's box, without the thin tail of stray voxels: a hundredth of the planes' mean area counts as brain.
    std::array<std::vector<double>, 3> area;
    for (std::size_t a = 0; a < 3; ++a)
        area[a].assign(std::size_t(size[a]), 0);
    std::size_t n = 0;
    double all = 0;
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i, ++n)
                if (finest.voxels[n].brain > 127)
                    ++area[0][std::size_t(i)], ++area[1][std::size_t(j)], ++area[2][std::size_t(k)], ++all;
    double low[3], high[3];
    const double spacing = finest.geometry.spacing()[0];
    for (std::size_t a = 0; a < 3; ++a) {
        const double least = 0.01 * all / double(size[a]);
        std::size_t first = 0, last = area[a].size() - 1;
        while (first < last && area[a][first] <= least)
            ++first;
        while (last > first && area[a][last] <= least)
            --last;
        low[a] = finest.geometry.origin()[int(a)] + double(first) * spacing;
        high[a] = finest.geometry.origin()[int(a)] + double(last) * spacing;
    }
    d->low = {low[0], low[1], low[2]};
    d->high = {high[0], high[1], high[2]};
    d->finest = std::make_shared<const Level>(std::move(finest));
}

Anatomy::~Anatomy() = default;

const std::string &Anatomy::name() const { return d->name; }
TissueLevels Anatomy::tissueLevels() const { return d->levels; }
bool Anatomy::hasHead() const { return d->hasHead; }
bool Anatomy::hasSequence(int s) const { return !d->finest->sequences[std::size_t(s)].empty(); }
PointMm Anatomy::brainLow() const { return d->low; }
PointMm Anatomy::brainHigh() const { return d->high; }

PointMm Anatomy::atShare(double l, double p, double s) const
{
    const PointMm size = d->high - d->low;
    return {d->low.x + l * size.x, d->low.y + p * size.y, d->low.z + s * size.z};
}

const Anatomy::Level &Anatomy::level(double spacingMm) const
{
    const double own = d->finest->geometry.spacing()[0], ratio = std::round(2 * spacingMm / own) / 2;
    const double sigma =
        ratio > 1.05 ? 0.4 * (ratio - 1) : 0; // what resampling real images to this spacing does to them
    if (sigma == 0) return *d->finest;
    const int step = std::max(1, int(ratio / 2 + 1e-6)), key = int(std::lround(100 * sigma));
    const std::lock_guard lock(d->mutex);
    auto &found = d->coarser[key];
    if (!found) found = shrink(*d->finest, step, sigma);
    return *found;
}

} // namespace glio::phantom
