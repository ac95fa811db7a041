#include "TumourPlan.h"

#include "Sampling.h"
#include "glioscope/volume/Preprocess.h"

#include <algorithm>
#include <cmath>

namespace glio::phantom {
namespace {

enum class Place { Hemisphere, Pons, Cerebellum, Midline };

struct Range {
    double low, high;
    double draw(CounterRandom &r) const { return r.uniform(low, high); }
};

/// What is known of a kind of tumour (volumes and shares of real cohorts, algorithms.md B.3 and training-recipe.md).
struct Kind {
    const char *name;
    double weight;
    Place place;
    double medianCoreMl, spread; ///< log-normal
    Range enhancing;
    double noEnhancement; ///< chance
    Range cyst;
    double cystChance;
    Range necrosis;
    double oedemaChance;
    Range oedemaRatio;
    double rim, nodule, mural;
    Range roughness, grey, csf;
    int mostSeeds;
    Range push;
};

constexpr Kind kKinds[] = {
    {"glioblastoma",
     0.33,
     Place::Hemisphere,
     32,
     0.75,
     {0.12, 0.62},
     0.02,
     {0.05, 0.25},
     0.06,
     {0.45, 1.0},
     0.96,
     {0.4, 4.0},
     1.0,
     0.35,
     0,
     {0.25, 0.6},
     {0.5, 1.0},
     {0.1, 0.4},
     4,
     {0.1, 0.45}},
    {"solid-enhancing",
     0.07,
     Place::Hemisphere,
     14,
     0.8,
     {0.6, 0.97},
     0,
     {0.05, 0.2},
     0.05,
     {0.1, 0.6},
     0.92,
     {0.6, 5.0},
     0.2,
     0.5,
     0,
     {0.15, 0.45},
     {0.6, 1.0},
     {0.1, 0.3},
     3,
     {0.05, 0.35}},
    {"metastases",
     0.04,
     Place::Hemisphere,
     2.2,
     0.9,
     {0.35, 0.95},
     0,
     {0.05, 0.2},
     0.05,
     {0.4, 1.0},
     0.9,
     {0.8, 8.0},
     1.0,
     0.2,
     0,
     {0.08, 0.3},
     {0.7, 1.0},
     {0.1, 0.3},
     1,
     {0.05, 0.3}},
    {"diffuse-glioma",
     0.13,
     Place::Hemisphere,
     38,
     0.75,
     {0.0, 0.08},
     0.6,
     {0.05, 0.2},
     0.15,
     {0.0, 0.25},
     0.8,
     {0.1, 1.2},
     0.2,
     1.0,
     0,
     {0.3, 0.65},
     {0.35, 0.9},
     {0.05, 0.25},
     4,
     {0.0, 0.3}},
    {"pontine-glioma",
     0.15,
     Place::Pons,
     21,
     0.5,
     {0.01, 0.3},
     0.3,
     {0.01, 0.1},
     0.3,
     {0.0, 0.4},
     0.35,
     {0.03, 0.5},
     0.6,
     0.9,
     0,
     {0.12, 0.35},
     {0.8, 1.0},
     {0.1, 0.4},
     2,
     {0.1, 0.4}},
    {"paediatric-hemispheric",
     0.12,
     Place::Hemisphere,
     42,
     0.8,
     {0.03, 0.45},
     0.1,
     {0.03, 0.35},
     0.5,
     {0.0, 0.5},
     0.5,
     {0.1, 1.2},
     0.4,
     1.0,
     0.1,
     {0.25, 0.6},
     {0.6, 1.0},
     {0.1, 0.4},
     4,
     {0.1, 0.45}},
    {"pilocytic", 0.08,        Place::Cerebellum, 20,         0.7,         {0.25, 0.95}, 0,
     {0.25, 0.8}, 0.9,         {0.0, 0.2},        0.3,        {0.05, 0.6}, 0.3,          0.2,
     1.0,         {0.1, 0.35}, {0.8, 1.0},        {0.2, 0.6}, 2,           {0.15, 0.45}},
    {"midline-glioma",
     0.08,
     Place::Midline,
     20,
     0.7,
     {0.02, 0.6},
     0.15,
     {0.03, 0.4},
     0.4,
     {0.0, 0.6},
     0.4,
     {0.05, 0.7},
     0.5,
     0.8,
     0.2,
     {0.15, 0.5},
     {0.7, 1.0},
     {0.1, 0.4},
     3,
     {0.1, 0.4}},
};

PointMm drawPlace(CounterRandom &random, const Anatomy &anatomy, Place place)
{
    const auto &level = anatomy.level(4.0);
    LevelSampler sampler(level);
    const TissueLevels levels = anatomy.tissueLevels();
    PointMm point = anatomy.atShare(0.5, 0.5, 0.5);
    for (int attempt = 0; attempt < 60; ++attempt) {
        double l = 0.5, p = 0.5, s = 0.5;
        switch (place) {
        case Place::Hemisphere:
            l = random.uniform(0.1, 0.9), p = random.uniform(0.08, 0.92), s = random.uniform(0.32, 0.92);
            break;
        case Place::Pons:
            l = random.normal(0.5, 0.03), p = random.normal(0.55, 0.03), s = random.normal(0.23, 0.035);
            break;
        case Place::Cerebellum:
            l = random.normal(0.5, 0.11), p = random.normal(0.76, 0.05), s = random.normal(0.2, 0.05);
            break;
        case Place::Midline:
            l = random.normal(0.5, 0.06), p = random.normal(0.48, 0.09), s = random.normal(0.45, 0.08);
            break;
        }
        point = anatomy.atShare(l, p, s);
        const AnatomyPoint at = sampler.at(point);
        if (at.brain < 0.95f) continue;
        const TissueShares shares = tissueShares(at.t1, levels);
        if (shares.csf > 0.35f && attempt < 40) continue;
        // Gliomas start in white matter more often than in the cortex.
        if (place == Place::Hemisphere && !random.chance(0.25 + 0.75 * double(shares.white))) continue;
        break;
    }
    return point;
}

double logNormal(CounterRandom &random, double median, double spread)
{
    return median * std::exp(spread * random.normal());
}

TumourPlan drawPlan(CounterRandom &random, const Anatomy &anatomy, const Kind &kind)
{
    TumourPlan plan;
    plan.kind = kind.name;
    plan.centre = drawPlace(random, anatomy, random.chance(0.06) ? Place::Hemisphere : kind.place);
    plan.coreMl = std::clamp(logNormal(random, kind.medianCoreMl, kind.spread), 0.15, 190.0);
    plan.enhancingShare = random.chance(kind.noEnhancement) ? 0 : kind.enhancing.draw(random);
    plan.cystShare = random.chance(kind.cystChance) ? kind.cyst.draw(random) : 0;
    plan.necrosisShare = kind.necrosis.draw(random);
    plan.oedemaRatio =
        random.chance(kind.oedemaChance)
            ? kind.oedemaRatio.low * std::pow(kind.oedemaRatio.high / kind.oedemaRatio.low, random.uniform())
            : 0;
    // 250 ml is about the most that swells around any tumour.
    plan.oedemaRatio = std::min(plan.oedemaRatio, 190 / plan.coreMl);
    const double wobble = random.uniform(0.5, 1.4);
    plan.rim = kind.rim * wobble;
    plan.nodule = kind.nodule * random.uniform(0.4, 1.4);
    plan.mural = kind.mural * random.uniform(0.6, 1.3);
    plan.rimDepthMm = random.chance(0.35) ? random.uniform(0.5, 4) : random.uniform(0, 1);
    plan.roughness = kind.roughness.draw(random);
    plan.greySpeed = kind.grey.draw(random);
    plan.csfSpeed = kind.csf.draw(random);
    plan.seeds = int(random.integer(1, kind.mostSeeds));
    plan.push = random.chance(0.6) ? kind.push.draw(random) : 0;
    return plan;
}

TumourPlan demoPlan(CounterRandom &random, const Anatomy &anatomy)
{
    TumourPlan plan;
    plan.kind = "glioblastoma";
    plan.centre =
        anatomy.atShare(random.chance(0.5) ? 0.71 : 0.29, random.uniform(0.42, 0.55), random.uniform(0.6, 0.66));
    plan.coreMl = random.uniform(36, 46);
    plan.enhancingShare = 0.42;
    plan.cystShare = 0.1;
    plan.necrosisShare = 0.75;
    plan.oedemaRatio = random.uniform(1.6, 2.0);
    plan.rim = 0.9;
    plan.nodule = 0.55;
    plan.rimDepthMm = 0.6;
    plan.roughness = 0.42;
    plan.greySpeed = 0.6;
    plan.csfSpeed = 0.2;
    plan.seeds = 3;
    plan.push = 0.3;
    return plan;
}

const Kind &pickKind(CounterRandom &random)
{
    double sum = 0;
    for (const Kind &kind : kKinds)
        sum += kind.weight;
    double at = random.uniform(0, sum);
    for (const Kind &kind : kKinds)
        if ((at -= kind.weight) < 0) return kind;
    return kKinds[0];
}

} // namespace

TumourLook drawLook(CounterRandom &random, bool calm, bool paediatric)
{
    TumourLook look;
    const auto pick = [&](double low, double high, double wet) { // wet -1..1 shifts the draw through the range
        const double t = std::clamp(random.uniform() * 0.6 + 0.2 + 0.2 * wet, 0.0, 1.0);
        return float(low + t * (high - low));
    };
    const double wet = calm ? 0.0 : random.uniform(-1, 1);
    look.oedema = {pick(0.68, 0.95, -wet), 0, pick(1.4, 2.7, wet), pick(1.25, 2.3, wet)};
    look.oedema[1] = look.oedema[0] * pick(0.95, 1.05, 0);
    look.solid = {pick(0.45, 0.82, -wet), 0, pick(1.3, 2.7, wet), pick(1.05, 2.2, wet)};
    // In adults solid tumour is most often darker than its oedema before contrast; in children B.3 shows no difference.
    if (!paediatric && !calm && random.chance(0.7))
        look.solid[0] = std::min(look.solid[0], look.oedema[0] * pick(0.7, 0.95, 0));
    look.solid[1] = look.solid[0] * pick(0.95, 1.15, 0);
    look.necrosis = {pick(0.3, 0.65, -wet), 0, pick(1.7, 3.4, wet), pick(0.5, 1.8, wet)};
    look.necrosis[1] = look.necrosis[0] * pick(0.9, 1.15, 0);
    look.cyst = {pick(0.22, 0.5, -wet), 0, pick(2.2, 3.6, wet), pick(0.3, 1.5, wet)};
    look.cyst[1] = look.cyst[0] * pick(0.95, 1.2, 0);
    look.enhancing = {pick(0.55, 1.0, -wet), 0, pick(1.1, 2.3, wet), pick(1.0, 2.1, wet)};
    look.enhancing[1] = look.enhancing[0] * pick(1.3, 2.8, 0);
    if (paediatric &&
        random.chance(0.6)) { // children's tumours take up less: ET / NET on T1c is 1.29 (1.04-1.71) in B.3
        look.enhancing[1] = look.solid[1] * pick(1.1, 1.9, 0);
        look.cyst[0] *= pick(1.0, 1.5, 0);
        look.cyst[1] = look.cyst[0] * pick(0.95, 1.2, 0);
    }
    if (!calm && random.chance(0.05)) { // blood or melanin: bright before contrast
        const float bright = pick(1.1, 1.5, 0) / look.solid[0];
        look.solid[0] *= bright, look.solid[1] *= bright;
    }
    look.oedemaKeep = calm ? 0.3f : float(random.uniform(0.05, 0.45));
    look.solidKeep = calm ? 0.0f : random.chance(0.5) ? float(random.uniform(0, 0.25)) : 0.0f;
    for (auto &sequence : look.texture)
        for (std::size_t n = 0; n < 4; ++n)
            sequence[n] = float(random.uniform(0, n == 3 ? 0.06 : 0.09) * (calm ? 0.9 : 1));
    look.softnessVoxels = random.chance(0.75) ? float(random.uniform(0.5, 1.6)) : 0.3f;
    if (calm) {
        look.softnessVoxels = 0.8f;
        look.enhancing = {0.72f, 1.75f, 1.5f, 1.45f};
        look.necrosis = {0.42f, 0.45f, 2.35f, 0.95f};
        look.solid = {0.62f, 0.68f, 1.75f, 1.5f};
        look.cyst = {0.3f, 0.31f, 2.9f, 0.5f};
        look.oedema = {0.76f, 0.76f, 1.75f, 1.7f};
    }
    return look;
}

Shape makeShape(std::string name, const LabelVolume &labels, bool paediatric)
{
    Shape shape{
        .name = std::move(name), .labels = labels, .paediatric = paediatric, .coreMl = 0, .placeShares = std::nullopt};
    const Box3 box = boundingBox(labels);
    if (box.empty()) return shape;
    const Geometry &from = labels.geometry(), cut = from.cropped(box.start, box.size);
    std::vector<std::uint8_t> voxels(std::size_t(cut.voxelCount()));
    std::size_t n = 0, core = 0;
    for (std::int64_t k = 0; k < box.size[2]; ++k)
        for (std::int64_t j = 0; j < box.size[1]; ++j)
            for (std::int64_t i = 0; i < box.size[0]; ++i, ++n) {
                voxels[n] = labels.at({box.start[0] + i, box.start[1] + j, box.start[2] + k});
                core += voxels[n] >= 1 && voxels[n] <= 3;
            }
    shape.coreMl = double(core) * from.voxelVolumeMm3() / 1000;
    shape.labels = LabelVolume(cut, std::move(voxels));
    if (from.size() == Size3{240, 240, 155} && std::abs(from.voxelVolumeMm3() - 1) < 0.05) {
        // Where the brain's box lies in that field (SRI24): from 50, 38 and 4 mm, 140 x 176 x 142 mm large.
        PointMm low = from.toWorld(Index3{0, 0, 0});
        const PointMm far = from.toWorld(Index3{239, 239, 154}), middle = cut.centre();
        low = {std::min(low.x, far.x), std::min(low.y, far.y), std::min(low.z, far.z)};
        shape.placeShares =
            PointMm{(middle.x - low.x - 50) / 140, (middle.y - low.y - 38) / 176, (middle.z - low.z - 4) / 142};
    }
    return shape;
}

std::vector<TumourPlan> planTumours(CounterRandom &random, const Anatomy &anatomy, const PhantomOptions &options)
{
    if (options.variety == Variety::Demo) {
        TumourPlan plan = demoPlan(random, anatomy);
        plan.look = drawLook(random, true, false);
        return {plan};
    }
    std::vector<TumourPlan> plans;
    if (random.chance(options.emptyShare)) return plans;
    const Kind &kind = pickKind(random);
    const bool many = std::string_view(kind.name) == "metastases";
    const int foci = many ? int(random.integer(1, 4)) : random.chance(0.08) ? 2 : 1;
    const bool enhancementOff = random.chance(0.06);
    const bool paediatric =
        std::string_view(kind.name).starts_with("p") || std::string_view(kind.name).starts_with("mid");
    const TumourLook look = drawLook(random, false, paediatric);
    for (int n = 0; n < foci; ++n) {
        TumourPlan plan = drawPlan(random, anatomy, kind);
        if (n > 0 && !many) plan.coreMl *= random.uniform(0.05, 0.4); // a daughter, most often near its mother
        if (n > 0 && !many && random.chance(0.7)) {
            const double reach = 1.6 * std::cbrt(plans[0].coreMl * 240) + 6;
            plan.centre = plans[0].centre + PointMm{random.normal(0, 0.7 * reach), random.normal(0, 0.7 * reach),
                                                    random.normal(0, 0.6 * reach)};
        }
        if (options.shapes && !options.shapes->empty() && random.chance(options.realShapeShare)) {
            // Adult shapes for adult kinds while there are both; a kind's name only steers looks otherwise.
            for (int attempt = 0; attempt < 12; ++attempt) {
                const auto &shape =
                    (*options.shapes)[std::size_t(random.integer(0, std::int64_t(options.shapes->size()) - 1))];
                plan.shape = &shape;
                if (shape.paediatric == paediatric) break;
            }
            plan.mirrored = random.chance(0.5);
            plan.coreMl = std::max(plan.shape->coreMl, 1.0);
            if (plan.shape->placeShares && random.chance(0.6)) {
                const PointMm at = *plan.shape->placeShares;
                const PointMm own = anatomy.atShare(plan.mirrored ? 1 - at.x : at.x, at.y, at.z) +
                                    PointMm{random.uniform(-6, 6), random.uniform(-6, 6), random.uniform(-6, 6)};
                LevelSampler sampler(anatomy.level(4.0));
                if (sampler.at(own).brain > 0.5f) plan.centre = own, plan.ownPlace = true;
            }
        }
        if (enhancementOff) plan.enhancingShare = 0;
        plan.look = look;
        plans.push_back(plan);
    }
    return plans;
}

} // namespace glio::phantom
