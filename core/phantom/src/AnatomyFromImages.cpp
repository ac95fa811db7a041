#include "glioscope/phantom/Anatomy.h"

#include "Noise.h"
#include "Sampling.h"
#include "glioscope/volume/Preprocess.h"
#include "glioscope/volume/Resample.h"
#include "glioscope/volume/Statistics.h"

#include <algorithm>
#include <cmath>

namespace glio::phantom {
namespace {

struct Mixture {
    double csf, grey, white; ///< means, in the image's units
};

/// Three normal distributions fitted to the brain's values by expectation maximisation on a histogram.
Result<Mixture> fitMixture(const std::vector<float> &values)
{
    constexpr std::array kQ{0.005, 0.08, 0.45, 0.8, 0.995};
    const auto q = quantiles(values, kQ);
    if (values.size() < 1000 || !(q[4] > q[0]))
        return fail(Errc::InvalidArgument, "The brain shows no contrast: tissue classes cannot be found in it.");
    constexpr int kBins = 400;
    std::array<double, kBins> histogram{};
    for (const float v : values)
        if (v >= q[0] && v <= q[4])
            ++histogram[std::size_t(std::min(kBins - 1, int(kBins * (v - q[0]) / (q[4] - q[0]))))];
    const auto centre = [&](int bin) { return q[0] + (bin + 0.5) * (q[4] - q[0]) / kBins; };
    std::array<double, 3> mean{q[1], q[2], q[3]}, variance, weight{0.2, 0.4, 0.4};
    variance.fill(std::pow((q[4] - q[0]) / 10, 2));
    for (int round = 0; round < 120; ++round) {
        std::array<double, 3> sum{}, sumX{}, sumXX{};
        for (int bin = 0; bin < kBins; ++bin) {
            std::array<double, 3> p;
            double all = 1e-300;
            for (std::size_t c = 0; c < 3; ++c)
                all += p[c] = weight[c] / std::sqrt(variance[c]) *
                              std::exp(-0.5 * std::pow(centre(bin) - mean[c], 2) / variance[c]);
            for (std::size_t c = 0; c < 3; ++c) {
                const double share = histogram[std::size_t(bin)] * p[c] / all;
                sum[c] += share, sumX[c] += share * centre(bin), sumXX[c] += share * centre(bin) * centre(bin);
            }
        }
        const double total = sum[0] + sum[1] + sum[2];
        for (std::size_t c = 0; c < 3; ++c) {
            if (sum[c] < 1) continue;
            mean[c] = sumX[c] / sum[c];
            variance[c] = std::max(sumXX[c] / sum[c] - mean[c] * mean[c], std::pow((q[4] - q[0]) / 60, 2));
            weight[c] = sum[c] / total;
        }
    }
    std::ranges::sort(mean);
    mean[0] = 0.5 * (mean[0] + q[0]); // sulci are narrow: the class's mean is that of half-filled voxels, not of fluid
    if (!(mean[2] > 0) || mean[1] - mean[0] < 0.02 * mean[2] || mean[2] - mean[1] < 0.02 * mean[2])
        return fail(Errc::InvalidArgument,
                    "The brain does not show three tissues: is this a T1 image of a healthy head?");
    return Mixture{mean[0], mean[1], mean[2]};
}

/// The same box at 1 mm with axes L, P, S at its own centre: anatomies live in an upright frame.
Result<Geometry> uprightMillimetres(const Geometry &from)
{
    auto working = workingGrid(from, {1, 1, 1});
    if (!working) return working;
    const PointMm c = from.centre();
    const Size3 &n = working->size();
    return Geometry::make(n, {1, 1, 1},
                          {c.x - 0.5 * double(n[0] - 1), c.y - 0.5 * double(n[1] - 1), c.z - 0.5 * double(n[2] - 1)});
}
/// `image` on `upright`, as if its axes had been turned straight.
ImageVolume straightened(const ImageVolume &image, const Geometry &working, const Geometry &upright)
{
    return resample(image, working, Interpolation::Linear).value().withGeometry(upright);
}

std::uint8_t byte(float f) { return std::uint8_t(std::clamp(f, 0.0f, 1.0f) * 255 + 0.5f); }
std::uint16_t signal(float f) { return std::uint16_t(std::clamp(f, 0.0f, 3.99f) * kWhiteMatterCode + 0.5f); }

/// Contrast-taking structures of a head without an angiogram: veins in the outer clefts, sinuses along the midline and
/// the back, dura at the brain's border, choroid plexus deep inside.
void addVessels(Anatomy::Level &level, const TissueLevels &levels, std::uint64_t key)
{
    const Size3 &size = level.geometry.size();
    std::vector<float> mask(level.voxels.size());
    for (std::size_t n = 0; n < mask.size(); ++n)
        mask[n] = float(level.voxels[n].brain) / 255;
    ImageVolume soft(level.geometry, std::move(mask));
    smooth(soft, {5, 5, 5}); // 0.5 at the border, 0.97 about 10 mm inside
    CounterRandom random({0x76657373ull, key});
    const auto a = smoothNoise(random, size, {11, 11, 11}), b = smoothNoise(random, size, {11, 11, 11}),
               fine = smoothNoise(random, size, {3, 3, 3});
    double middle = 0, count = 0;
    std::size_t n = 0;
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i, ++n)
                if (level.voxels[n].brain > 127) middle += double(i), ++count;
    middle /= std::max(count, 1.0);
    n = 0;
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i, ++n) {
                AnatomyVoxel &v = level.voxels[n];
                const float depth = soft.data()[n], in = float(v.brain) / 255;
                if (depth < 0.05f) continue;
                const float csf = in * tissueShares(v.t1 / kWhiteMatterCode, levels).csf;
                const float tube = std::exp(-(a[n] * a[n] + b[n] * b[n]) / 0.02f);
                float vessel = depth < 0.97f ? tube * std::min(1.0f, 1.5f * csf) : 0;
                if (depth > 0.995f) vessel = std::max(vessel, csf * smoothStep(0.9f, 1.6f, fine[n])); // choroid plexus
                const float dura = std::exp(-std::pow((depth - 0.42f) / 0.09f, 2.0f));
                vessel = std::max(vessel, 0.4f * dura * (1 - in));
                const bool vault = k > size[2] * 2 / 5;
                if (vault && std::abs(double(i) - middle) < 4 && depth > 0.18f && in < 0.5f) vessel = 0.9f;
                v.vessel = byte(vessel);
            }
}

/// Head classes outside the brain by intensity; `head` says where there is any.
void addHead(Anatomy::Level &level, const ImageVolume &t1, double white, const LabelVolume &head,
             const TissueLevels &levels)
{
    std::vector<float> mask(level.voxels.size());
    for (std::size_t n = 0; n < mask.size(); ++n)
        mask[n] = float(level.voxels[n].brain) / 255;
    ImageVolume near(level.geometry, std::move(mask));
    smooth(near, {3, 3, 3});
    for (std::size_t n = 0; n < level.voxels.size(); ++n) {
        AnatomyVoxel &v = level.voxels[n];
        const float out = head.data()[n] ? 1 - float(v.brain) / 255 : 0, t = float(t1.data()[n] / white);
        if (out <= 0) continue;
        float fat = smoothStep(0.98f, 1.25f, t), bone = 1 - smoothStep(0.16f, 0.4f, t);
        float fluid = near.data()[n] > 0.12f ? 1 - smoothStep(levels.csf + 0.08f, levels.grey, t) : 0;
        if (near.data()[n] > 0.12f) bone *= 1 - smoothStep(0.5f * levels.csf, 0.8f * levels.csf, t);
        fluid = std::min(fluid, 1 - bone);
        fat = std::min(fat, 1 - bone - fluid);
        v.bone = byte(out * bone), v.fluid = byte(out * fluid), v.fat = byte(out * fat);
        v.soft = byte(out * std::max(0.0f, 1 - bone - fluid - fat));
    }
}

std::vector<float> valuesInside(const ImageVolume &image, const ImageVolume &brain)
{
    std::vector<float> kept;
    for (std::size_t n = 0; n < image.voxels().size(); ++n)
        if (brain.data()[n] > 0.5f && std::isfinite(image.data()[n])) kept.push_back(image.data()[n]);
    return kept;
}

ImageVolume asImage(const LabelVolume &mask)
{
    std::vector<float> values(mask.voxels().size());
    for (std::size_t n = 0; n < values.size(); ++n)
        values[n] = mask.data()[n] ? 1.0f : 0.0f;
    return ImageVolume(mask.geometry(), std::move(values));
}

/// The largest part of a mask (6 neighbours).
LabelVolume largestPart(const LabelVolume &core)
{
    const Size3 &size = core.size();
    std::vector<std::int64_t> todo;
    std::int64_t best = 0;
    std::vector<std::int32_t> part(core.voxels().size(), 0);
    std::int32_t id = 0, bestId = 0;
    for (std::int64_t start = 0; start < core.geometry().voxelCount(); ++start) {
        if (!core.data()[start] || part[std::size_t(start)]) continue;
        part[std::size_t(start)] = ++id;
        todo.push_back(start);
        std::int64_t count = 0;
        while (!todo.empty()) {
            const std::int64_t at = todo.back(), i = at % size[0], j = at / size[0] % size[1],
                               k = at / (size[0] * size[1]);
            todo.pop_back();
            ++count;
            for (int n = 0; n < 6; ++n) {
                const Index3 v{i + (n == 0) - (n == 1), j + (n == 2) - (n == 3), k + (n == 4) - (n == 5)};
                if (!core.geometry().contains(v)) continue;
                const std::int64_t next = core.geometry().offset(v);
                if (core.data()[next] && !part[std::size_t(next)]) part[std::size_t(next)] = id, todo.push_back(next);
            }
        }
        if (count > best) best = count, bestId = id;
    }
    LabelVolume kept(core.geometry());
    const auto out = kept.edit();
    for (std::size_t n = 0; n < out.size(); ++n)
        out[n] = bestId != 0 && part[n] == bestId;
    return kept;
}

ImageVolume blurredMask(const LabelVolume &mask, double sigmaMm)
{
    ImageVolume image = asImage(mask);
    const Spacing3 &mm = mask.geometry().spacing();
    smooth(image, {sigmaMm / mm[0], sigmaMm / mm[1], sigmaMm / mm[2]});
    return image;
}

LabelVolume above(const ImageVolume &image, float threshold)
{
    LabelVolume mask(image.geometry());
    const auto out = mask.edit();
    for (std::size_t n = 0; n < out.size(); ++n)
        out[n] = image.data()[n] > threshold;
    return mask;
}

/// A brain mask where nobody has made one: what is neither bone nor within the scalp, opened so that thin bridges
/// break, its largest part closed again. Rough by some millimetres, which is enough to place tumours by.
LabelVolume roughBrain(const ImageVolume &bright, const LabelVolume &head)
{
    const ImageVolume deep = blurredMask(head, 7);
    std::vector<float> inner;
    for (std::size_t n = 0; n < bright.voxels().size(); ++n)
        if (deep.data()[n] > 0.995f) inner.push_back(bright.data()[n]);
    constexpr std::array kQ{0.5};
    const float typical = quantiles(inner, kQ)[0];
    LabelVolume tissue(bright.geometry());
    const auto out = tissue.edit();
    for (std::size_t n = 0; n < out.size(); ++n)
        out[n] = deep.data()[n] > 0.9f && bright.data()[n] > 0.42f * typical;
    const LabelVolume core = largestPart(above(blurredMask(tissue, 2.5), 0.86f)); // eroded, so that thin bridges break
    LabelVolume brain = above(blurredMask(above(blurredMask(core, 4), 0.12f), 4), 0.55f);
    const auto inHead = brain.edit();
    for (std::size_t n = 0; n < inHead.size(); ++n)
        inHead[n] = inHead[n] && head.data()[n];
    return brain;
}

} // namespace

Result<AnatomyPointer> anatomyFromT1(const std::string &name, const ImageVolume &image, const LabelVolume &brain,
                                     bool imageShowsHead)
{
    const auto working = workingGrid(image.geometry(), {1, 1, 1});
    const auto upright = uprightMillimetres(image.geometry());
    if (!working || !upright) return fail(Errc::Geometry, name + ": its geometry cannot be used.");
    const ImageVolume t1 = straightened(image, *working, *upright);
    // A stripper's mask has shreds and steps: its largest part, with a rounded border.
    ImageVolume mask = straightened(asImage(resampleLabels(brain, image.geometry())), *working, *upright);
    const LabelVolume solid = largestPart(above(blurredMask(above(mask, 0.5f), 1.6), 0.62f));
    mask = blurredMask(above(blurredMask(solid, 1.6), 0.36f), 0.6);
    const auto mixture = fitMixture(valuesInside(t1, mask));
    if (!mixture) return fail(mixture.error().code, name + ": " + mixture.error().message);
    const TissueLevels levels{float(mixture->csf / mixture->white), float(mixture->grey / mixture->white)};
    Anatomy::Level level;
    level.geometry = *upright;
    level.voxels.resize(std::size_t(upright->voxelCount()));
    const LabelVolume head = imageShowsHead ? foreground(t1) : LabelVolume(*upright);
    for (std::size_t n = 0; n < level.voxels.size(); ++n) {
        level.voxels[n].brain = byte(mask.data()[n]);
        level.voxels[n].t1 =
            mask.data()[n] > 0.02f || head.data()[n] ? signal(float(t1.data()[n] / mixture->white)) : std::uint16_t{0};
    }
    if (imageShowsHead) addHead(level, t1, mixture->white, head, levels);
    addVessels(level, levels, level.voxels.size());
    return std::make_shared<Anatomy>(name, std::move(level), levels, imageShowsHead);
}

Result<AnatomyPointer> anatomyFromTissue(const std::string &name, const LabelVolume &tissue)
{
    const auto working = workingGrid(tissue.geometry(), {1, 1, 1});
    const auto upright = uprightMillimetres(tissue.geometry());
    if (!working || !upright) return fail(Errc::Geometry, name + ": its geometry cannot be used.");
    const LabelVolume classes = resampleLabels(tissue, *working).withGeometry(*upright);
    const TissueLevels levels{0.28f, 0.72f};
    std::vector<float> t1(classes.voxels().size()), inside(t1.size());
    std::int64_t brain = 0;
    for (std::size_t n = 0; n < t1.size(); ++n) {
        const std::uint8_t c = classes.data()[n];
        if (c > 3)
            return fail(Errc::InvalidArgument,
                        name + ": a tissue map holds 0 to 3 only (outside, fluid, grey, white).");
        t1[n] = c == 1 ? levels.csf : c == 2 ? levels.grey : c == 3 ? 1.0f : 0.0f;
        inside[n] = c != 0;
        brain += c != 0;
    }
    if (brain < 1000) return fail(Errc::InvalidArgument, name + ": the tissue map is empty.");
    ImageVolume signalImage(*upright, std::move(t1)), maskImage(*upright, std::move(inside));
    smooth(signalImage, {0.55, 0.55, 0.55}); // the partial volume that a hard segmentation has lost
    smooth(maskImage, {0.55, 0.55, 0.55});
    CounterRandom random({0x74697373ull, std::uint64_t(brain)});
    const auto fine = smoothNoise(random, upright->size(), {2.5, 2.5, 2.5}),
               coarse = smoothNoise(random, upright->size(), {12, 12, 12});
    Anatomy::Level level;
    level.geometry = *upright;
    level.voxels.resize(fine.size());
    for (std::size_t n = 0; n < fine.size(); ++n) {
        const float w = maskImage.data()[n];
        level.voxels[n].brain = byte(w);
        if (w > 0.02f)
            level.voxels[n].t1 = signal(signalImage.data()[n] / w * (1 + 0.018f * fine[n] + 0.02f * coarse[n]));
    }
    addVessels(level, levels, level.voxels.size());
    return std::make_shared<Anatomy>(name, std::move(level), levels, false);
}

Result<AnatomyPointer> anatomyFromSequences(const std::string &name,
                                            const std::array<std::optional<ImageVolume>, 4> &sequences)
{
    if (!sequences[0]) return fail(Errc::InvalidArgument, name + ": a background needs its T1.");
    // The finest grid carries the anatomy.
    const ImageVolume *reference = &*sequences[0];
    for (const auto &s : sequences)
        if (s && s->geometry().voxelVolumeMm3() < 0.9 * reference->geometry().voxelVolumeMm3()) reference = &*s;
    const auto working = workingGrid(reference->geometry(), {1, 1, 1});
    const auto upright = uprightMillimetres(reference->geometry());
    if (!working || !upright) return fail(Errc::Geometry, name + ": its geometry cannot be used.");
    std::array<std::optional<ImageVolume>, 4> images;
    LabelVolume head(*upright);
    bool first = true;
    for (std::size_t s = 0; s < 4; ++s) {
        if (!sequences[s]) continue;
        const float background = backgroundValue(*sequences[s]);
        ImageVolume shifted = *sequences[s];
        const LabelVolume mask = foreground(shifted);
        const auto voxels = shifted.edit();
        for (std::size_t n = 0; n < voxels.size(); ++n)
            voxels[n] = mask.data()[n] && std::isfinite(voxels[n]) ? std::max(0.0f, voxels[n] - background) : 0;
        images[s] = straightened(shifted, *working, *upright);
        const LabelVolume on = resampleLabels(mask, *working).withGeometry(*upright);
        const auto all = head.edit();
        for (std::size_t n = 0; n < all.size(); ++n)
            all[n] = first ? on.data()[n] : std::uint8_t(all[n] && on.data()[n]);
        first = false;
    }
    const Box3 box = boundingBox(head);
    if (box.empty()) return fail(Errc::InvalidArgument, name + ": the images hold nothing but background.");
    // A stripped brain fills at most 2 litres; a head has more.
    const double litres = double(std::ranges::count(head.voxels(), 1)) * 1e-6;
    const bool withHead = litres > 2.1;
    ImageVolume bright = *images[0];
    if (images[2]) { // fluid is dark on T1 and bright on T2: together the brain is bright all over
        constexpr std::array kQ{0.9};
        const float scale = quantiles(valuesInside(bright, asImage(head)), kQ)[0] /
                            std::max(1e-6f, quantiles(valuesInside(*images[2], asImage(head)), kQ)[0]);
        const auto sum = bright.edit();
        for (std::size_t n = 0; n < sum.size(); ++n)
            sum[n] += scale * images[2]->data()[n];
    }
    const LabelVolume brain = withHead ? roughBrain(bright, head) : head;
    // Deep inside only: a rough mask may hold scalp, whose fat would pass for white matter.
    const LabelVolume deep = withHead ? above(blurredMask(brain, 7), 0.97f) : brain;
    const auto mixture = fitMixture(valuesInside(*images[0], asImage(deep)));
    if (!mixture) return fail(mixture.error().code, name + ": " + mixture.error().message);
    const TissueLevels levels{float(mixture->csf / mixture->white), float(mixture->grey / mixture->white)};

    // Cut to the head, to spare memory.
    Index3 start;
    Size3 size;
    for (std::size_t a = 0; a < 3; ++a) {
        start[a] = std::max<std::int64_t>(0, box.start[a] - 4);
        size[a] = std::min(upright->size()[a], box.start[a] + box.size[a] + 4) - start[a];
    }
    Anatomy::Level level;
    level.geometry = upright->cropped(start, size);
    level.voxels.resize(std::size_t(level.geometry.voxelCount()));
    std::array<float, 4> white{};
    for (std::size_t s = 0; s < 4; ++s) {
        if (!images[s]) continue;
        std::vector<float> values;
        for (std::size_t n = 0; n < brain.voxels().size(); ++n)
            if (deep.data()[n] && images[0]->data()[n] > 0.93 * mixture->white &&
                images[0]->data()[n] < 1.15 * mixture->white)
                values.push_back(images[s]->data()[n]);
        constexpr std::array kQ{0.5};
        white[s] = std::max(1e-6f, quantiles(values, kQ)[0]);
        level.sequences[s].resize(level.voxels.size());
    }
    std::size_t to = 0;
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i, ++to) {
                const auto from = std::size_t(upright->offset({start[0] + i, start[1] + j, start[2] + k}));
                AnatomyVoxel &v = level.voxels[to];
                v.brain = brain.data()[from] ? 255 : 0;
                v.t1 = signal(float(images[0]->data()[from] / mixture->white));
                if (head.data()[from] && !v.brain) v.soft = 255; // its look comes from the real images
                for (std::size_t s = 0; s < 4; ++s)
                    if (images[s]) level.sequences[s][to] = signal(images[s]->data()[from] / white[s]);
            }
    addVessels(level, levels, level.voxels.size());
    return std::make_shared<Anatomy>(name, std::move(level), levels, withHead);
}

} // namespace glio::phantom
