#include "glioscope/phantom/Anatomy.h"

#include "Noise.h"
#include "Sampling.h"
#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <cmath>

namespace glio::phantom {
namespace {

// Shapes are signed distances in mm (negative inside), LPS, in a frame like MNI's: x to the left, y to the back, z up.
struct Vec {
    float x, y, z;
};
float ellipsoid(const Vec &p, const Vec &c, const Vec &r)
{
    const float a = (p.x - c.x) / r.x, b = (p.y - c.y) / r.y, d = (p.z - c.z) / r.z;
    const float k = std::sqrt(a * a + b * b + d * d);
    const float ga = a / r.x, gb = b / r.y, gd = d / r.z, g = std::sqrt(ga * ga + gb * gb + gd * gd);
    return g < 1e-6f ? -std::min({r.x, r.y, r.z}) : k * (k - 1) / g;
}
float capsule(const Vec &p, const Vec &a, const Vec &b, float ra, float rb)
{
    const Vec ab{b.x - a.x, b.y - a.y, b.z - a.z}, ap{p.x - a.x, p.y - a.y, p.z - a.z};
    const float t =
        std::clamp((ap.x * ab.x + ap.y * ab.y + ap.z * ab.z) / (ab.x * ab.x + ab.y * ab.y + ab.z * ab.z), 0.0f, 1.0f);
    const float x = ap.x - t * ab.x, y = ap.y - t * ab.y, z = ap.z - t * ab.z;
    return std::sqrt(x * x + y * y + z * z) - (ra + t * (rb - ra));
}
float smoothMin(float a, float b, float k)
{
    const float h = std::max(k - std::abs(a - b), 0.0f) / k;
    return std::min(a, b) - h * h * k * 0.25f;
}
/// 1 inside, 0 outside, over `width` mm.
float inside(float distance, float width = 1.2f) { return std::clamp(0.5f - distance / width, 0.0f, 1.0f); }

struct Person {
    float wide, longer, high, cortex, sulcusDepth, sulcusWidth, ventricle, skull, scalp, grey, csf;
};

struct Fields {
    std::vector<float> foldA, foldB, warp, fine, depth, folia, face, vesselA, vesselB;
};

AnatomyVoxel encode(float t1, float brain, float bone, float soft, float fat, float fluid, float vessel)
{
    const auto byte = [](float f) { return std::uint8_t(std::clamp(f, 0.0f, 1.0f) * 255 + 0.5f); };
    return {std::uint16_t(std::clamp(t1, 0.0f, 3.99f) * kWhiteMatterCode),
            byte(brain),
            byte(bone),
            byte(soft),
            byte(fat),
            byte(fluid),
            byte(vessel)};
}

/// Fluid, grey, white and what is beyond the brain at one place.
AnatomyVoxel headAt(const Vec &at, const Person &who, const Fields &f, std::size_t n)
{
    const Vec p{at.x / who.wide, at.y / who.longer, at.z / who.high};
    const float side = std::abs(p.x);
    // Envelope of the cerebrum: two bulging hemispheres, flat base that rises over the cerebellum, temporal lobes.
    float cerebrum = ellipsoid({side, p.y, p.z}, {25, 15, 14}, {42, 88, 62});
    const float base = -(p.z + 17 - 4 * smoothStep(10, 60, p.y));
    cerebrum = std::max(cerebrum, base);
    cerebrum = smoothMin(cerebrum, ellipsoid({side, p.y, p.z}, {40, 5, -19}, {27, 48, 26}), 6);
    cerebrum += 1.6f * f.warp[n];
    const float hull = cerebrum;
    const float cerebellumHull = ellipsoid({side, p.y, p.z}, {21, 62, -34}, {33, 31, 24});
    const float cerebellum = std::max(cerebellumHull + 0.8f * f.warp[n], 1.5f - cerebrum);
    float stem = capsule(p, {0, 20, -4}, {0, 40, -66}, 13, 7.5f);
    stem = smoothMin(stem, ellipsoid(p, {0, 23, -30}, {17, 13, 15}), 5);

    // Folded cortex: fluid sheets where a noise field crosses zero, down to a depth that itself varies. A field over
    // cells of c mm rises by about 1 / (0.8 c) a millimetre, which turns its value into a distance from the sheet.
    const float dig = who.sulcusDepth * std::clamp(0.75f + 0.35f * f.depth[n], 0.2f, 1.3f), under = -cerebrum;
    const auto fromSheet = [&](float value, float cellMm, float bottom) {
        const float across = 0.8f * cellMm * std::abs(value), below = std::max(0.0f, under - bottom);
        return std::sqrt(across * across + below * below) - who.sulcusWidth;
    };
    const float sulcus = std::min(fromSheet(f.foldA[n], 6.5f, dig), fromSheet(f.foldB[n], 5, 0.55f * dig));
    const float midline = 1.1f + 0.5f * std::abs(f.warp[n]);
    const float callosum = capsule({side, p.y, p.z}, {0, -24, 12}, {0, 34, 14}, 10, 9);
    float depth = std::min(under, sulcus);                                 // below the folded surface
    if (callosum > 0 && stem > 0) depth = std::min(depth, side - midline); // the fissure between the hemispheres
    float csf = std::clamp(0.5f - depth / 1.3f, 0.0f, 1.0f);
    float white = std::clamp((depth - who.cortex) / 1.3f + 0.5f + 0.25f * f.fine[n], 0.0f, 1.0f);
    // Deep grey matter.
    const float deep = std::min({ellipsoid({side, p.y, p.z}, {12, 17, 6}, {9, 15, 9}),
                                 ellipsoid({side, p.y, p.z}, {13, -12, 9}, {5, 11, 8}),
                                 ellipsoid({side, p.y, p.z}, {26, -1, 3}, {6.5f, 15, 9})});
    white = std::min(white, 1 - 0.75f * inside(deep, 2.5f));
    if (cerebrum > 0) csf = 1, white = 0;
    // Cerebellum: thin folia over a white core.
    if (cerebellum < 1) {
        const float leaf = -cerebellum - 2.2f * std::clamp(f.folia[n] + 0.2f, 0.0f, 1.4f);
        const float core = inside(capsule({side, p.y, p.z}, {6, 52, -32}, {30, 66, -36}, 9, 6) + 2.2f * f.folia[n], 4);
        const float w = std::max(0.85f * core, 0.25f * std::clamp(leaf / 10, 0.0f, 1.0f));
        const float c = std::clamp(0.5f - leaf / 1.5f, 0.0f, 1.0f);
        const float in = inside(cerebellum);
        csf = csf * (1 - in) + c * in, white = white * (1 - in) + w * in;
    }
    const float inStem = inside(stem);
    csf *= 1 - inStem;
    white = white * (1 - inStem) + inStem * (0.82f + 0.08f * f.fine[n]);
    // Ventricles.
    const float v = who.ventricle;
    float ventricle = capsule({side, p.y, p.z}, {7, -26, 8}, {9, 10, 20}, 4.5f * v, 4.5f * v);
    ventricle = smoothMin(ventricle, capsule({side, p.y, p.z}, {9, 10, 20}, {19, 38, 8}, 4.5f * v, 6.5f * v), 3);
    ventricle = smoothMin(ventricle, capsule({side, p.y, p.z}, {21, 36, 4}, {30, 8, -16}, 3.5f * v, 2.0f * v), 3);
    const float third = std::max({side - 1.6f * v, std::abs(p.y - 8) - 15, std::abs(p.z - 1) - 10});
    const float fourth = ellipsoid(p, {0, 41, -32}, {7 * v, 4.5f * v, 10});
    ventricle = std::min({ventricle, third, fourth}) + 0.5f * f.warp[n];
    const float wet = inside(ventricle);
    csf = std::max(csf, wet), white *= 1 - wet;
    const float grey = std::max(0.0f, 1 - csf - white);

    // Beyond the brain: fluid, bone, scalp, face.
    const float vault = smoothMin(smoothMin(smoothMin(hull, cerebellumHull, 12),
                                            smoothMin(ellipsoid(p, {0, 20, -18}, {26, 34, 16}),
                                                      ellipsoid(p, {0, 15, 14}, {57, 85, 60}), 8),
                                            8),
                                  capsule(p, {0, 34, -50}, {0, 44, -130}, 11, 10) + 1, 6) -
                        1.3f;
    const float brain = inside(vault + 0.8f);
    const float scalpSkin = vault - who.skull - who.scalp - 0.8f * f.warp[n];
    const float face =
        smoothMin(ellipsoid(p, {0, -44, -52}, {62, 58, 62}), capsule(p, {0, -86, -30}, {0, -100, -46}, 7, 10), 14);
    const float neck = capsule(p, {0, 30, -70}, {0, 34, -160}, 62, 58);
    const float skin = smoothMin(smoothMin(scalpSkin, face, 18), neck, 22);
    if (skin > 1) return {};
    const float head = inside(skin), beyond = (1 - brain) * head;
    const float skull = inside(vault - who.skull) * (1 - brain);
    float bone = skull, fat = 0, soft = 0, fluid = 0, air = 0;
    const float rest = std::max(0.0f, beyond - bone);
    // Marrow between the tables; scalp: skin, fat, muscle by depth; face: noise.
    const float marrow = bone * inside(std::abs(vault - 0.5f * who.skull) - 0.16f * who.skull) *
                         std::clamp(0.6f + 0.5f * f.face[n], 0.0f, 1.0f);
    bone -= 0.7f * marrow;
    const float skinDepth = -skin;
    const float skinShare = skinDepth < 2.0f ? 0.75f : 0.0f;
    const float facial = std::clamp(0.42f + 0.45f * f.face[n], 0.0f, 1.0f);
    const float fatShare = skinDepth < 2.0f ? 0.25f
                           : p.z > -5       ? (skinDepth < 0.75f * who.scalp ? 0.85f : 0.25f)
                                            : 0.8f * facial;
    fat = rest * fatShare + 0.7f * marrow;
    soft = rest * std::max(skinShare, 1 - fatShare);
    const float sinus =
        std::min(ellipsoid({side, p.y, p.z}, {26, -58, -52}, {13, 16, 16}), ellipsoid(p, {0, -60, -34}, {10, 22, 12}));
    const float airway = capsule(p, {0, -80, -56}, {0, -10, -70}, 8, 8);
    air = inside(std::min(std::min(sinus, airway), capsule(p, {0, -10, -70}, {0, -2, -150}, 8, 9))) * (1 - brain);
    const float orbit = inside(ellipsoid({side, p.y, p.z}, {32, -60, -24}, {17, 20, 16})) * (1 - brain);
    const float eye = inside(ellipsoid({side, p.y, p.z}, {32, -66, -24}, {12, 12, 12}));
    bone *= 1 - std::max(air, orbit), soft *= 1 - std::max(air, orbit),
        fat = fat * (1 - std::max(air, orbit)) + orbit * (1 - eye) * 0.9f;
    soft += orbit * (1 - eye) * 0.1f;
    fluid = orbit * eye;

    // What takes up contrast: a net of cortical veins, the great sinuses, dura, choroid plexus.
    const float tube = std::exp(-(f.vesselA[n] * f.vesselA[n] + f.vesselB[n] * f.vesselB[n]) / 0.02f);
    float vessel = brain * csf * tube * (ventricle > 2 ? 1.0f : 0.0f);
    const float choroid = inside(capsule({side, p.y, p.z}, {10, 12, 18}, {20, 35, 7}, 1.6f, 2.4f));
    vessel = std::max(vessel, choroid * wet * std::clamp(0.6f + 0.4f * f.fine[n], 0.0f, 1.0f));
    const float sagittal = std::max(side - 4, std::abs(vault + 2.5f) - 3.5f);
    if (p.z > -20) vessel = std::max(vessel, inside(sagittal));
    const float transverse = capsule({side, p.y, p.z}, {4, 100, -14}, {54, 58, -28}, 3.5f, 3.5f);
    vessel = std::max(vessel, inside(transverse));
    vessel = std::max(vessel, 0.45f * inside(std::abs(vault) - 0.7f));
    const float t1 =
        brain > 0.02f ? csf * who.csf + grey * who.grey + white : fat * 1.6f + soft * 0.7f + fluid * 0.3f + bone * 0.1f;
    return encode(std::max(0.0f, t1 * (1 + 0.02f * f.fine[n])), brain, bone, soft, fat, fluid, vessel);
}

} // namespace

AnatomyPointer proceduralAnatomy(std::uint64_t seed, double spacingMm)
{
    const double h = std::clamp(spacingMm, 1.0, 4.0);
    CounterRandom random({0x70726F63ull, seed});
    Person who{};
    who.wide = float(random.uniform(0.95, 1.05));
    who.longer = float(random.uniform(0.92, 1.02));
    who.high = float(random.uniform(0.95, 1.05));
    who.cortex = float(random.uniform(2.6, 3.4));
    who.sulcusDepth = float(random.uniform(13, 20));
    who.sulcusWidth = float(random.uniform(0.3, 1.2));
    who.ventricle = float(random.uniform(0.7, 1.5));
    who.skull = float(random.uniform(4.5, 8));
    who.scalp = float(random.uniform(4, 9));
    who.grey = float(random.uniform(0.68, 0.78));
    who.csf = float(random.uniform(0.24, 0.34));

    const PointMm low{-92, -122, -126};
    const Size3 size{std::int64_t(184 / h) + 1, std::int64_t(244 / h) + 1, std::int64_t(226 / h) + 1};
    const auto noise = [&](double cellMm) { return smoothNoise(random, size, {cellMm / h, cellMm / h, cellMm / h}); };
    Fields fields;
    fields.foldA = noise(6.5);
    fields.foldB = noise(5);
    fields.warp = noise(26);
    fields.fine = noise(4);
    fields.depth = noise(20);
    fields.folia = smoothNoise(random, size, {14 / h, 5 / h, 2.4 / h}); // layered
    fields.face = noise(5);
    fields.vesselA = noise(11);
    fields.vesselB = noise(11);

    Anatomy::Level level;
    level.geometry = Geometry::make(size, {h, h, h}, low).value();
    level.voxels.resize(std::size_t(level.geometry.voxelCount()));
    parallelFor(0, size[2], 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t k = first; k < last; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j)
                for (std::int64_t i = 0; i < size[0]; ++i) {
                    const auto n = std::size_t(level.geometry.offset({i, j, k}));
                    level.voxels[n] = headAt(
                        {float(low.x + h * double(i)), float(low.y + h * double(j)), float(low.z + h * double(k))}, who,
                        fields, n);
                }
    });
    return std::make_shared<Anatomy>("procedural-" + std::to_string(seed), std::move(level),
                                     TissueLevels{who.csf, who.grey}, true);
}

} // namespace glio::phantom
