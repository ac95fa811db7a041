#include "TumourMap.h"

#include "March.h"
#include "Noise.h"
#include "Sampling.h"
#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace glio::phantom {
namespace {

struct Tissue {
    std::vector<float> brain, csf, grey, white;
};

/// The working state of one growth: grid, anatomy on it, and a source of noise.
struct Bed {
    Size3 size;
    double h;
    PointMm low;
    std::size_t count() const { return std::size_t(size[0] * size[1] * size[2]); }
    PointMm at(std::size_t n) const
    {
        const auto v = std::int64_t(n);
        return {low.x + h * double(v % size[0]), low.y + h * double(v / size[0] % size[1]),
                low.z + h * double(v / (size[0] * size[1]))};
    }
    std::vector<float> noise(CounterRandom &random, double cellMm) const
    {
        const double c = std::max(cellMm / h, 1.0);
        return smoothNoise(random, size, {c, c, c});
    }
};

Bed makeBed(const Anatomy &anatomy, PointMm centre, double halfMm, double spacingMm)
{
    Bed bed;
    const PointMm low = anatomy.brainLow(), high = anatomy.brainHigh();
    double from[3], length[3];
    for (int a = 0; a < 3; ++a) {
        from[a] = std::max(centre[a] - halfMm, low[a] - 4);
        length[a] = std::max(12.0, std::min(centre[a] + halfMm, high[a] + 4) - from[a]);
    }
    bed.low = {from[0], from[1], from[2]};
    // Half the target's spacing, coarser when the tumour is large and the target coarse: shapes stay smooth anyway.
    bed.h = std::clamp(spacingMm / 2, 1.0, 2.0);
    const double most = spacingMm < 1.5 ? 4e6 : 9e4;
    bed.h = std::max(bed.h,
                     std::min(std::cbrt(length[0] * length[1] * length[2] / most), std::max(bed.h, 0.8 * spacingMm)));
    for (int a = 0; a < 3; ++a)
        bed.size[std::size_t(a)] = std::int64_t(std::ceil(length[a] / bed.h)) + 1;
    return bed;
}

Tissue tissueOf(const Anatomy &anatomy, const Bed &bed, std::span<const Push> pushes)
{
    Tissue t;
    for (auto *f : {&t.brain, &t.csf, &t.grey, &t.white})
        f->resize(bed.count());
    const TissueLevels levels = anatomy.tissueLevels();
    const auto &level = anatomy.level(bed.h < 1.5 ? 1.0 : 2.0); // two steps only: every level costs memory
    parallelFor(0, std::int64_t(bed.count()), 8192, [&](std::int64_t first, std::int64_t last) {
        LevelSampler sampler(level);
        for (auto n = std::size_t(first); n < std::size_t(last); ++n) {
            const AnatomyPoint p = sampler.at(pushedSource(pushes, bed.at(n)));
            const TissueShares s = tissueShares(p.t1, levels);
            t.brain[n] = p.brain;
            t.csf[n] = s.csf, t.grey[n] = s.grey, t.white[n] = s.white;
        }
    });
    return t;
}

/// The value that `share` of the weight lies above.
float upperQuantile(const std::vector<float> &score, const std::vector<float> &weight, double share)
{
    if (share <= 0) return kNever;
    std::vector<std::pair<float, float>> sorted;
    double all = 0;
    for (std::size_t n = 0; n < score.size(); ++n)
        if (weight[n] > 0.01f) sorted.emplace_back(score[n], weight[n]), all += double(weight[n]);
    if (sorted.empty()) return kNever;
    std::ranges::sort(sorted, [](const auto &a, const auto &b) { return a.first > b.first; });
    double sum = 0;
    for (const auto &[value, w] : sorted)
        if ((sum += double(w)) >= share * all) return value;
    return sorted.back().first - 1;
}

/// 1 where `score` is above `threshold`, with an edge about `widthVoxels` wide whatever the score's slope is.
std::vector<float> soften(const Bed &bed, const std::vector<float> &score, float threshold, float widthVoxels)
{
    std::vector<float> out(score.size());
    const std::int64_t stride[3] = {1, bed.size[0], bed.size[0] * bed.size[1]};
    parallelFor(0, bed.size[2], 4, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t k = first; k < last; ++k)
            for (std::int64_t j = 0; j < bed.size[1]; ++j)
                for (std::int64_t i = 0; i < bed.size[0]; ++i) {
                    const std::int64_t n = i + stride[1] * j + stride[2] * k, v[3] = {i, j, k};
                    float slope = 0;
                    for (int a = 0; a < 3; ++a) {
                        const float before = v[a] > 0 ? score[std::size_t(n - stride[a])] : score[std::size_t(n)];
                        const float after = v[a] + 1 < bed.size[std::size_t(a)] ? score[std::size_t(n + stride[a])]
                                                                                : score[std::size_t(n)];
                        slope += 0.25f * (after - before) * (after - before);
                    }
                    out[std::size_t(n)] = std::clamp(0.5f + (score[std::size_t(n)] - threshold) /
                                                                (widthVoxels * std::sqrt(slope) + 1e-6f),
                                                     0.0f, 1.0f);
                }
    });
    return out;
}

/// Oedema that follows white matter out of `core`, about `ratio` times its volume. Fills `oedema` and its fading.
void addOedema(CounterRandom &random, const Bed &bed, const Tissue &tissue, const std::vector<float> &core,
               double ratio, std::vector<float> &oedema, std::vector<float> &fade)
{
    oedema.assign(bed.count(), 0);
    fade.assign(bed.count(), 0);
    auto ragged = bed.noise(random, 16);
    addNoise(ragged, random, bed.size, std::array{7 / bed.h, 7 / bed.h, 7 / bed.h}, 0.7f);
    const auto grey = float(random.uniform(0.06, 0.3)),
               csfShare = float(random.chance(0.7) ? random.uniform(0.6, 1.0) : 0.3);
    std::vector<float> speed(bed.count()), start(bed.count(), -1);
    double volume = 0;
    for (std::size_t n = 0; n < bed.count(); ++n) {
        if (core[n] > 0.5f) start[n] = 0;
        volume += double(core[n]);
        if (tissue.brain[n] < 0.4f) continue;
        speed[n] = (tissue.white[n] * tissue.white[n] + grey * tissue.grey[n] + 0.03f * tissue.csf[n]) *
                   std::exp(0.45f * ragged[n]);
    }
    const auto time = arrivalTimes(bed.size, bed.h, speed, start, 400);
    std::vector<std::pair<float, float>> order;
    for (std::size_t n = 0; n < bed.count(); ++n)
        if (time[n] < kNever && core[n] < 0.99f) order.emplace_back(time[n], (1 - core[n]) * tissue.brain[n]);
    std::ranges::sort(order, {}, &std::pair<float, float>::first);
    double sum = 0;
    float reach = 0;
    for (const auto &[t, w] : order) {
        if ((sum += double(w)) > ratio * volume) break;
        reach = t;
    }
    if (reach <= 0) return;
    std::vector<float> score(bed.count());
    for (std::size_t n = 0; n < bed.count(); ++n)
        score[n] = -std::min(time[n], reach * 1.5f + 20);
    const auto soft = soften(bed, score, -reach, 2.2f);
    for (std::size_t n = 0; n < bed.count(); ++n) {
        oedema[n] = (1 - core[n]) * soft[n] * tissue.brain[n] * (1 - csfShare * tissue.csf[n]);
        const float far = std::min(time[n] / reach, 1.0f);
        fade[n] = 1 - 0.5f * far * far;
    }
}

void addTextures(CounterRandom &random, const Bed &bed, TumourMap &map)
{
    constexpr double kCellMm[] = {30, 13, 6, 4};
    for (std::size_t t = 0; t < 4; ++t) {
        const auto noise = bed.noise(random, kCellMm[t]);
        for (std::size_t n = 0; n < noise.size(); ++n)
            map.voxels[n].texture[t] = noise[n];
    }
}

TumourMap emptyMap(const Bed &bed, const TumourLook &look)
{
    TumourMap map;
    map.low = bed.low, map.size = bed.size, map.pitchMm = bed.h, map.look = look;
    map.voxels.resize(bed.count());
    return map;
}

TumourMap grow(CounterRandom &random, const Anatomy &anatomy, const TumourPlan &plan, std::span<const Push> pushes,
               double spacingMm)
{
    const double radius = std::cbrt(plan.coreMl * 1000 * 3 / (4 * std::numbers::pi));
    const double outer = std::cbrt(plan.coreMl * (1 + plan.oedemaRatio) * 1000 * 3 / (4 * std::numbers::pi));
    const Bed bed = makeBed(anatomy, plan.centre, std::min(1.5 * outer + 0.3 * radius + 6, 88.0), spacingMm);
    const Tissue tissue = tissueOf(anatomy, bed, pushes);

    // Growth of the core: a front from one or more lobes through tissue of uneven resistance.
    std::vector<float> ragged(bed.count(), 0);
    addNoise(ragged, random, bed.size, std::array{0.75 * radius / bed.h, 0.75 * radius / bed.h, 0.75 * radius / bed.h},
             0.75f);
    for (const double share : {0.35, 0.17})
        if (const double cell = std::max(share * radius, 2.5) / bed.h; cell >= 1)
            addNoise(ragged, random, bed.size, {cell, cell, cell}, 0.5f);
    std::vector<PointMm> lobes{plan.centre};
    for (int n = 1; n < plan.seeds; ++n)
        lobes.push_back(plan.centre + PointMm{random.normal(0, 0.45 * radius), random.normal(0, 0.45 * radius),
                                              random.normal(0, 0.45 * radius)});
    std::vector<float> speed(bed.count()), start(bed.count(), -1);
    const double lobe = std::max(1.1 * bed.h, 0.22 * radius);
    for (std::size_t n = 0; n < bed.count(); ++n) {
        if (tissue.brain[n] < 0.4f) continue;
        speed[n] = float(double(tissue.white[n]) + plan.greySpeed * double(tissue.grey[n]) +
                         plan.csfSpeed * double(tissue.csf[n])) *
                   std::exp(float(plan.roughness) * ragged[n]);
        const PointMm p = bed.at(n);
        for (std::size_t l = 0; l < lobes.size(); ++l) {
            const PointMm away = p - lobes[l];
            if (away.x * away.x + away.y * away.y + away.z * away.z < lobe * lobe)
                start[n] = float(0.25 * radius * double(l) / double(lobes.size()));
        }
    }
    const auto time = arrivalTimes(bed.size, bed.h, speed, start, kNever / 2);
    std::vector<std::pair<float, float>> order;
    for (std::size_t n = 0; n < bed.count(); ++n)
        if (time[n] < kNever) order.emplace_back(time[n], tissue.brain[n]);
    TumourMap map = emptyMap(bed, plan.look);
    if (order.size() < 8) return map;
    std::ranges::sort(order, {}, &std::pair<float, float>::first);
    double sum = 0;
    float edge = order.front().first;
    const double wanted = plan.coreMl * 1000 / (bed.h * bed.h * bed.h);
    for (const auto &[t, w] : order) {
        edge = t;
        if ((sum += double(w)) > wanted) break;
    }
    double speedSum = 0, speedCount = 0;
    std::vector<float> late(bed.count());
    for (std::size_t n = 0; n < bed.count(); ++n) {
        late[n] = -std::min(time[n], edge * 1.6f + 10);
        if (time[n] <= edge) speedSum += double(speed[n]), ++speedCount;
    }
    const auto pace = float(speedSum / std::max(speedCount, 1.0));
    auto core = soften(bed, late, -edge, 1.2f);
    for (std::size_t n = 0; n < bed.count(); ++n)
        core[n] *= std::min(1.0f, 1.6f * tissue.brain[n]);

    // Sub-regions by rank: each takes its share of the core where its own score is highest.
    const auto r = float(radius);
    std::vector<float> depth(bed.count()), score(bed.count());
    for (std::size_t n = 0; n < bed.count(); ++n)
        depth[n] = (edge - std::min(time[n], edge * 1.6f + 10)) * pace;
    const auto bubbles = bed.noise(random, std::max(0.55 * radius, 4.0)),
               ripple = bed.noise(random, std::max(0.22 * radius, 3.0));
    for (std::size_t n = 0; n < bed.count(); ++n)
        score[n] = 0.8f * std::min(depth[n] / r, 0.5f) + 0.45f * bubbles[n] + 0.06f * ripple[n];
    const auto cyst = soften(bed, score, upperQuantile(score, core, plan.cystShare), 1.0f);

    std::vector<float> rest(bed.count());
    for (std::size_t n = 0; n < bed.count(); ++n)
        rest[n] = core[n] * (1 - cyst[n]);
    const auto patches = bed.noise(random, std::max(0.55 * radius, 4.0)),
               islands = bed.noise(random, std::max(0.3 * radius, 3.5));
    const double theta = random.uniform(0, 2 * std::numbers::pi), up = random.uniform(-1, 1),
                 flat = std::sqrt(1 - up * up);
    const PointMm wall = plan.centre + 0.75 * radius * PointMm{flat * std::cos(theta), flat * std::sin(theta), up};
    for (std::size_t n = 0; n < bed.count(); ++n) {
        const PointMm away = bed.at(n) - wall;
        const auto near = float(std::sqrt(away.x * away.x + away.y * away.y + away.z * away.z));
        const float shell = -std::abs(depth[n] - float(plan.rimDepthMm)) / (0.22f * r);
        score[n] = float(plan.rim) * (std::max(shell, -2.5f) + 0.6f * patches[n]) +
                   float(plan.nodule) * 0.7f * islands[n] - float(plan.mural) * 1.6f * near / r + 0.08f * ripple[n];
    }
    const auto enhancing = soften(bed, score, upperQuantile(score, rest, plan.enhancingShare), 1.1f);
    for (std::size_t n = 0; n < bed.count(); ++n) {
        rest[n] *= 1 - enhancing[n];
        score[n] = std::min(depth[n] / r, 0.6f) + 0.3f * bubbles[n] + 0.12f * patches[n];
    }
    const auto necrosis = soften(bed, score, upperQuantile(score, rest, plan.necrosisShare), 2.0f);

    std::vector<float> oedema(bed.count(), 0), fade(bed.count(), 0);
    if (plan.oedemaRatio > 0) addOedema(random, bed, tissue, core, plan.oedemaRatio, oedema, fade);
    for (std::size_t n = 0; n < bed.count(); ++n) {
        TumourMap::Voxel &v = map.voxels[n];
        v.cyst = core[n] * cyst[n];
        v.enhancing = core[n] * (1 - cyst[n]) * enhancing[n];
        v.necrosis = rest[n] * necrosis[n];
        v.solid = rest[n] * (1 - necrosis[n]);
        v.oedema = oedema[n];
        v.fade = fade[n];
    }
    addTextures(random, bed, map);
    return map;
}

/// A real label map: turned, scaled, moved to `plan.centre` (or near its own place), fractions by sub-sampling.
TumourMap place(CounterRandom &random, const Anatomy &anatomy, const TumourPlan &plan, std::span<const Push> pushes,
                double spacingMm)
{
    const LabelVolume &labels = plan.shape->labels;
    const Geometry &from = labels.geometry();
    const PointMm middle = from.centre();
    const Spacing3 &mm = from.spacing();
    const PointMm extent{double(from.size()[0]) * mm[0], double(from.size()[1]) * mm[1],
                         double(from.size()[2]) * mm[2]};
    const bool own = plan.ownPlace;
    const double scale = std::exp(random.uniform(-1, 1) * (own ? 0.2 : 0.3));
    const double most = own ? 20 : 90;
    double angle[3];
    for (double &a : angle)
        a = random.uniform(-most, most) * std::numbers::pi / 180;
    const double flip = plan.mirrored ? -1 : 1;
    const PointMm centre = plan.centre;
    const double ca = std::cos(angle[0]), sa = std::sin(angle[0]), cb = std::cos(angle[1]), sb = std::sin(angle[1]),
                 cc = std::cos(angle[2]), sc = std::sin(angle[2]);
    const Matrix3 turn{cc * cb,
                       cc * sb * sa - sc * ca,
                       cc * sb * ca + sc * sa,
                       sc * cb,
                       sc * sb * sa + cc * ca,
                       sc * sb * ca - cc * sa,
                       -sb,
                       cb * sa,
                       cb * ca};
    const double reach = 0.5 * scale * std::sqrt(extent.x * extent.x + extent.y * extent.y + extent.z * extent.z) + 4;
    const Bed bed = makeBed(anatomy, centre, std::min(reach, 90.0), spacingMm);
    const Tissue tissue = tissueOf(anatomy, bed, pushes);
    ElasticField bend(random, bed.low, bed.at(bed.count() - 1), 6, random.uniform(0, 3.5));
    TumourMap map = emptyMap(bed, plan.look);
    const auto csfShare = float(random.chance(0.7) ? random.uniform(0.5, 1.0) : 0.0);
    const auto greyShare = float(random.chance(0.5) ? random.uniform(0.2, 0.7) : 0.0); // oedema spares the cortex
    const auto patches = bed.noise(random, 9), bubbles = bed.noise(random, 16);
    const int sub = bed.h > 1.3 ? 2 : 1;
    parallelFor(0, bed.size[2], 1, [&](std::int64_t first, std::int64_t last) {
        for (auto n = std::size_t(first * bed.size[0] * bed.size[1]); n < std::size_t(last * bed.size[0] * bed.size[1]);
             ++n) {
            const PointMm p = bed.at(n);
            if (tissue.brain[n] < 0.02f) continue;
            std::array<float, 5> share5{};
            const PointMm moved = p + bend.at(p) - centre;
            for (int s = 0; s < sub * sub * sub; ++s) {
                const PointMm q = moved + 0.25 * bed.h * (sub == 1 ? 0.0 : 1.0) *
                                              PointMm{s & 1 ? 1.0 : -1.0, s & 2 ? 1.0 : -1.0, s & 4 ? 1.0 : -1.0};
                const PointMm source{middle.x + flip / scale * (turn[0] * q.x + turn[1] * q.y + turn[2] * q.z),
                                     middle.y + (turn[3] * q.x + turn[4] * q.y + turn[5] * q.z) / scale,
                                     middle.z + (turn[6] * q.x + turn[7] * q.y + turn[8] * q.z) / scale};
                const Index3 v = from.nearestVoxel(source);
                if (from.contains(v)) share5[std::min<std::size_t>(4, labels.at(v))] += 1.0f / float(sub * sub * sub);
            }
            TumourMap::Voxel &v = map.voxels[n];
            const float in = std::min(1.0f, 1.6f * tissue.brain[n]);
            const float nec =
                smoothStep(-0.6f, 0.6f, bubbles[n] + 0.4f * patches[n] + float(2 * plan.necrosisShare - 1));
            v.enhancing = plan.enhancingShare > 0 ? in * share5[1] : 0;
            const float dull = in * (share5[2] + (plan.enhancingShare > 0 ? 0 : share5[1]));
            v.necrosis = dull * nec, v.solid = dull * (1 - nec);
            v.cyst = in * share5[3];
            v.oedema = in * share5[4] * (1 - csfShare * tissue.csf[n]) * (1 - greyShare * tissue.grey[n]);
            v.fade = std::clamp(0.85f + 0.12f * patches[n], 0.5f, 1.0f);
        }
    });
    addTextures(random, bed, map);
    return map;
}

} // namespace

PointMm pushedSource(std::span<const Push> pushes, PointMm p)
{
    PointMm q = p;
    for (const Push &push : pushes) {
        const PointMm d = p - push.centre;
        const double square = (d.x * d.x + d.y * d.y + d.z * d.z) / (push.sigmaMm * push.sigmaMm);
        if (square < 12) q = q - push.amount * std::exp(-square) * d;
    }
    return q;
}

Push pushOf(const TumourPlan &plan)
{
    const double radius = std::cbrt(plan.coreMl * 1000 * 3 / (4 * std::numbers::pi));
    return {plan.centre, plan.push, 1.6 * (radius + 5)};
}

TumourMap growTumour(CounterRandom &random, const Anatomy &anatomy, const TumourPlan &plan,
                     std::span<const Push> pushes, double spacingMm)
{
    return plan.shape ? place(random, anatomy, plan, pushes, spacingMm)
                      : grow(random, anatomy, plan, pushes, spacingMm);
}

bool TumourMap::at(const PointMm &p, Voxel &out) const
{
    const float v[3] = {float((p.x - low.x) / pitchMm), float((p.y - low.y) / pitchMm), float((p.z - low.z) / pitchMm)};
    std::int64_t first[3];
    float part[3];
    for (std::size_t a = 0; a < 3; ++a) {
        if (!(v[a] >= 0 && v[a] < float(size[a] - 1))) return false;
        first[a] = std::int64_t(v[a]);
        part[a] = v[a] - float(first[a]);
    }
    const std::int64_t base = first[0] + size[0] * (first[1] + size[1] * first[2]);
    const Voxel *corner[8];
    bool any = false;
    for (int n = 0; n < 8; ++n) {
        corner[n] = &voxels[std::size_t(base + (n & 1) + (n & 2 ? size[0] : 0) + (n & 4 ? size[0] * size[1] : 0))];
        any = any || corner[n]->sum() > 0;
    }
    if (!any) return false;
    Voxel sum;
    for (int n = 0; n < 8; ++n) {
        const float w =
            (n & 1 ? part[0] : 1 - part[0]) * (n & 2 ? part[1] : 1 - part[1]) * (n & 4 ? part[2] : 1 - part[2]);
        const Voxel &c = *corner[n];
        sum.enhancing += w * c.enhancing;
        sum.solid += w * c.solid;
        sum.necrosis += w * c.necrosis;
        sum.cyst += w * c.cyst;
        sum.oedema += w * c.oedema;
        sum.fade += w * c.fade;
        for (std::size_t t = 0; t < 4; ++t)
            sum.texture[t] += w * c.texture[t];
    }
    out = sum;
    return true;
}

} // namespace glio::phantom
