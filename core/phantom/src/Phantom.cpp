#include "glioscope/phantom/Phantom.h"

#include "Contrast.h"
#include "Degrade.h"
#include "Noise.h"
#include "TumourMap.h"
#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <numbers>
#include <optional>

namespace glio::phantom {
namespace {

/// Target world -> anatomy: turn, scale, shear, shift about the brain's middle, then an elastic bend.
struct Pose {
    PointMm middle, shiftMm;
    Matrix3 matrix{1, 0, 0, 0, 1, 0, 0, 0, 1};
    std::optional<ElasticField> bend;

    PointMm linear(const PointMm &p) const
    {
        const PointMm d = p - middle - shiftMm;
        return middle + PointMm{matrix[0] * d.x + matrix[1] * d.y + matrix[2] * d.z,
                                matrix[3] * d.x + matrix[4] * d.y + matrix[5] * d.z,
                                matrix[6] * d.x + matrix[7] * d.y + matrix[8] * d.z};
    }
    /// Where an anatomy's point lies in the target, without the bend: good to some millimetres.
    PointMm roughInverse(const PointMm &q) const
    {
        const Matrix3 &m = matrix;
        const double det = m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
                           m[2] * (m[3] * m[7] - m[4] * m[6]);
        const PointMm d = q - middle;
        const PointMm p{((m[4] * m[8] - m[5] * m[7]) * d.x + (m[2] * m[7] - m[1] * m[8]) * d.y +
                         (m[1] * m[5] - m[2] * m[4]) * d.z) /
                            det,
                        ((m[5] * m[6] - m[3] * m[8]) * d.x + (m[0] * m[8] - m[2] * m[6]) * d.y +
                         (m[2] * m[3] - m[0] * m[5]) * d.z) /
                            det,
                        ((m[3] * m[7] - m[4] * m[6]) * d.x + (m[1] * m[6] - m[0] * m[7]) * d.y +
                         (m[0] * m[4] - m[1] * m[3]) * d.z) /
                            det};
        return middle + shiftMm + p;
    }
};

Pose drawPose(CounterRandom &random, const Anatomy &anatomy, bool calm)
{
    Pose pose;
    pose.middle = 0.5 * (anatomy.brainLow() + anatomy.brainHigh());
    const double turnMost = calm ? 2 : 15, scaleMost = calm ? 0.02 : 0.11, shearMost = calm ? 0 : 0.06,
                 shiftMost = calm ? 0 : 8;
    double angle[3], scale[3], shear[3];
    const double common = random.uniform(-1, 1) * (calm ? 0.01 : 0.08);
    for (double &a : angle)
        a = random.uniform(-turnMost, turnMost) * std::numbers::pi / 180;
    for (double &s : scale)
        s = std::exp(common + random.uniform(-scaleMost, scaleMost));
    for (double &s : shear)
        s = random.uniform(-shearMost, shearMost);
    if (random.chance(0.5)) scale[0] = -scale[0]; // mirrored left to right
    const double ca = std::cos(angle[0]), sa = std::sin(angle[0]), cb = std::cos(angle[1]), sb = std::sin(angle[1]),
                 cc = std::cos(angle[2]), sc = std::sin(angle[2]);
    const double turn[3][3] = {{cc * cb, cc * sb * sa - sc * ca, cc * sb * ca + sc * sa},
                               {sc * cb, sc * sb * sa + cc * ca, sc * sb * ca - cc * sa},
                               {-sb, cb * sa, cb * ca}};
    const double bentScale[3][3] = {
        {scale[0], shear[0] * scale[0], shear[1] * scale[0]}, {0, scale[1], shear[2] * scale[1]}, {0, 0, scale[2]}};
    for (std::size_t r = 0; r < 3; ++r)
        for (std::size_t c = 0; c < 3; ++c) {
            double sum = 0;
            for (std::size_t n = 0; n < 3; ++n)
                sum += turn[r][n] * bentScale[n][c];
            pose.matrix[3 * r + c] = sum;
        }
    pose.shiftMm = {random.uniform(-shiftMost, shiftMost), random.uniform(-shiftMost, shiftMost),
                    random.uniform(-shiftMost, shiftMost)};
    const PointMm reach{110, 110, 110};
    pose.bend.emplace(random, pose.middle - reach, pose.middle + reach, 5, calm ? 1.2 : random.uniform(0, 5));
    return pose;
}

/// Wide or narrow ventricles: a pull toward (or push from) each lateral ventricle.
void addVentricles(CounterRandom &random, const Anatomy &anatomy, std::vector<Push> &pushes)
{
    const double amount = random.chance(0.25) ? random.uniform(-0.5, -0.15) : random.uniform(-0.12, 0.2);
    for (const double l : {0.41, 0.59})
        pushes.push_back({anatomy.atShare(l, 0.52, 0.58), -amount, random.uniform(14, 20)});
}

/// Small bright spots of ageing white matter: they are no tumour.
struct Spot {
    PointMm centre;
    double radiusMm;
    float flair, t2, t1;
};
std::vector<Spot> drawSpots(CounterRandom &random, const Anatomy &anatomy, bool calm)
{
    std::vector<Spot> spots;
    if (calm || !random.chance(0.5)) return spots;
    const auto count = random.integer(1, 14);
    for (std::int64_t n = 0; n < count; ++n) {
        const PointMm at =
            anatomy.atShare(random.uniform(0.2, 0.8), random.uniform(0.18, 0.85), random.uniform(0.5, 0.75));
        spots.push_back({at, random.uniform(1, 4.5), float(random.uniform(1.2, 1.9)), float(random.uniform(1.1, 1.6)),
                         float(random.uniform(0.75, 0.97))});
    }
    return spots;
}

struct Canvas {
    Geometry grid;
    std::array<std::vector<float>, 4> image;
    std::vector<float> inside;
    std::vector<std::uint8_t> labels;
};

struct Scene {
    const Anatomy &anatomy;
    const Pose &pose;
    std::span<const Push> pushes;
    std::span<const TumourMap> tumours;
    std::span<const Spot> spots;
    std::array<Contrast, 4> contrasts;
    bool withHead;
};

/// Lays one focus over the anatomy's values.
void overlay(const TumourMap::Voxel &f, const TumourLook &look, std::array<float, 4> &value)
{
    const float free = 1 - std::min(1.0f, f.sum());
    for (std::size_t s = 0; s < 4; ++s) {
        float relief = 0;
        for (std::size_t t = 0; t < 4; ++t)
            relief += look.texture[s][t] * f.texture[t];
        const float below = value[s];
        const float oedemaFull =
            look.oedema[s] * (1 + 0.4f * relief) * (1 - look.oedemaKeep) + look.oedemaKeep * below * look.oedema[s];
        const float oedema = below + (oedemaFull - below) * f.fade;
        const float solid = look.solid[s] * (1 + 1.5f * relief) * (1 - look.solidKeep) + look.solidKeep * below;
        value[s] = free * below + f.enhancing * look.enhancing[s] * std::clamp(1 + 3 * relief, 0.55f, 1.6f) +
                   f.solid * solid + f.necrosis * look.necrosis[s] * (1 + 1.5f * relief) +
                   f.cyst * look.cyst[s] * (1 + 0.4f * relief) + f.oedema * oedema;
    }
}

/// From large to small, as masks are decoded: tumour or not, core or not, then the largest share.
std::uint8_t labelOf(float et, float net, float cc, float ed)
{
    const float core = et + net + cc;
    if (core + ed < 0.5f) return 0;
    if (ed > core) return 4;
    if (et >= net && et >= cc) return 1;
    return net >= cc ? 2 : 3;
}

void render(const Scene &scene, Canvas &canvas)
{
    const Size3 &size = canvas.grid.size();
    const double spacing = std::max({canvas.grid.spacing()[0], canvas.grid.spacing()[1], canvas.grid.spacing()[2]});
    const Anatomy::Level &level = scene.anatomy.level(spacing);
    const TissueLevels levels = scene.anatomy.tissueLevels();
    std::array<bool, 4> real;
    for (int s = 0; s < 4; ++s)
        real[std::size_t(s)] = scene.anatomy.hasSequence(s);
    parallelFor(0, size[2], 1, [&](std::int64_t first, std::int64_t last) {
        LevelSampler sampler(level);
        ElasticField::Row row;
        for (std::int64_t k = first; k < last; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j) {
                const PointMm start = canvas.grid.toWorld(Index3{0, j, k});
                scene.pose.bend->prepare(row, start.y, start.z);
                for (std::int64_t i = 0; i < size[0]; ++i) {
                    const PointMm target{start.x + double(i) * canvas.grid.spacing()[0], start.y, start.z};
                    const PointMm bent = scene.pose.linear(target) + scene.pose.bend->at(row, target.x);
                    AnatomyPoint p = sampler.at(pushedSource(scene.pushes, bent));
                    const auto n = std::size_t(i + size[0] * (j + size[1] * k));
                    canvas.inside[n] =
                        scene.withHead ? std::min(1.0f, p.brain + p.bone + p.soft + p.fat + p.fluid) : p.brain;
                    if (canvas.inside[n] <= 0.01f) continue;
                    const float brain = p.brain;
                    if (!scene.withHead) p.brain = 1, p.bone = p.soft = p.fat = p.fluid = 0;
                    std::array<float, 4> value;
                    for (std::size_t s = 0; s < 4; ++s) {
                        const Contrast &c = scene.contrasts[s];
                        value[s] = real[s] ? c.atReal(sampler.sequence(s), p, levels)
                                   : s == 1 && real[0]
                                       ? c.atReal(sampler.sequence(0), p, levels) // its own T1, with vessels lit up
                                       : c.at(p, levels);
                    }
                    for (const Spot &spot : scene.spots) {
                        const PointMm d = bent - spot.centre;
                        const double square = (d.x * d.x + d.y * d.y + d.z * d.z) / (spot.radiusMm * spot.radiusMm);
                        if (square > 4) continue;
                        const float w = float(std::exp(-square)) * tissueShares(p.t1, levels).white * brain;
                        value[0] *= 1 + w * (spot.t1 - 1), value[1] *= 1 + w * (spot.t1 - 1);
                        value[2] *= 1 + w * (spot.t2 - 1), value[3] *= 1 + w * (spot.flair - 1);
                    }
                    float et = 0, net = 0, cc = 0, ed = 0;
                    for (const TumourMap &map : scene.tumours) {
                        TumourMap::Voxel f;
                        if (!map.at(bent, f)) continue;
                        overlay(f, map.look, value);
                        const float free = 1 - std::min(1.0f, f.sum());
                        et = et * free + f.enhancing, net = net * free + f.solid + f.necrosis, cc = cc * free + f.cyst,
                        ed = ed * free + f.oedema;
                    }
                    canvas.labels[n] = brain >= 0.4f ? labelOf(et, net, cc, ed) : 0;
                    for (std::size_t s = 0; s < 4; ++s)
                        canvas.image[s][n] = std::max(0.0f, value[s]);
                }
            }
    });
}

/// Scanner units: whole numbers of an arbitrary scale; exact 0 outside a stripped brain.
void toScanner(std::vector<float> &image, const std::vector<float> &inside, bool withHead, float scale, float threshold)
{
    parallelFor(0, std::int64_t(image.size()), 1 << 15, [&](std::int64_t first, std::int64_t last) {
        for (auto n = std::size_t(first); n < std::size_t(last); ++n) {
            const bool shown = withHead || inside[n] >= threshold;
            const float value = std::round(image[n] * scale);
            image[n] = !shown     ? 0.0f
                       : withHead ? std::max(0.0f, value)
                                  : std::max(1.0f, value); // inside is never background
        }
    });
}

/// Clinical series often cover a part of the head alone: a slab along the feet-to-head axis, 60 to 120 mm high, with
/// the tumour in it. First slice and one past the last; everything when the whole head was imaged.
std::pair<std::int64_t, std::int64_t> drawSlab(CounterRandom &random, const Canvas &canvas, bool withHead)
{
    const std::int64_t slices = canvas.grid.size()[2], plane = canvas.grid.size()[0] * canvas.grid.size()[1];
    const double mm = canvas.grid.spacing()[2];
    const bool part = random.chance(withHead ? 0.2 : 0.05);
    const double height = random.uniform(60, 120) / mm, off = random.uniform(-25, 25) / mm;
    if (!part || height >= double(slices)) return {0, slices};
    std::int64_t low = slices, high = -1;
    for (std::int64_t k = 0; k < slices; ++k) {
        const auto first = canvas.labels.begin() + k * plane;
        if (std::any_of(first, first + plane, [](std::uint8_t label) { return label != 0; }))
            low = std::min(low, k), high = k;
    }
    const double middle = high < 0 ? 0.5 * double(slices) : 0.5 * double(low + high);
    const auto start = std::clamp(std::int64_t(std::lround(middle + off - 0.5 * height)), std::int64_t(0),
                                  slices - std::int64_t(height));
    return {start, start + std::int64_t(height)};
}

Result<PhantomCase> make(const Anatomy &anatomy, const PhantomOptions &options, std::uint64_t seed,
                         std::uint64_t caseNumber)
{
    const bool calm = options.variety == Variety::Demo;
    CounterRandom random({seed, caseNumber, 1}), tumourRandom({seed, caseNumber, 2}), lookRandom({seed, caseNumber, 3});
    PhantomCase out;
    out.anatomy = anatomy.name();
    // Only anatomies made of classes can be shown either way; real heads without a good mask stay heads.
    const bool realHead = anatomy.hasHead() && anatomy.hasSequence(0);
    const bool drawn = random.chance(0.5);
    out.headCovered = anatomy.hasHead() && (options.cover == HeadCover::WithHead ||
                                            (options.cover == HeadCover::Either && (drawn || realHead)));

    const Pose pose = drawPose(random, anatomy, calm);
    std::vector<Push> ventricles, pushes;
    if (!calm) addVentricles(random, anatomy, ventricles);
    const auto plans = planTumours(tumourRandom, anatomy, options);
    pushes = ventricles;
    for (const TumourPlan &plan : plans)
        pushes.push_back(pushOf(plan));
    const double spacing = std::max({options.spacingMm[0], options.spacingMm[1], options.spacingMm[2]});
    std::vector<TumourMap> tumours;
    for (const TumourPlan &plan : plans)
        tumours.push_back(growTumour(tumourRandom, anatomy, plan, pushes, spacing));
    out.tumourKind = plans.empty() ? "none" : plans[0].shape ? "shape:" + plans[0].shape->name : plans[0].kind;

    Size3 size = options.size;
    const double fullMm[3] = {240, 240, out.headCovered ? 180.0 : 155.0};
    for (std::size_t a = 0; a < 3; ++a)
        if (size[a] == 0) size[a] = std::int64_t(std::lround(fullMm[a] / options.spacingMm[a]));
    PointMm middle = pose.roughInverse(pose.middle);
    if (out.headCovered && options.size[2] == 0) middle.z -= 12; // the face below
    if (!plans.empty()) middle = middle + options.towardsTumour * (pose.roughInverse(plans[0].centre) - middle);
    PointMm origin = middle;
    origin =
        origin - 0.5 * PointMm{double(size[0] - 1) * options.spacingMm[0], double(size[1] - 1) * options.spacingMm[1],
                               double(size[2] - 1) * options.spacingMm[2]};
    const auto grid = Geometry::make(size, options.spacingMm, origin);
    if (!grid) return std::unexpected(grid.error());

    Canvas canvas;
    canvas.grid = *grid;
    const auto count = std::size_t(grid->voxelCount());
    for (auto &image : canvas.image)
        image.assign(count, 0);
    canvas.inside.assign(count, 0);
    canvas.labels.assign(count, 0);
    const auto spots = drawSpots(lookRandom, anatomy, calm);
    Scene scene{anatomy, pose, pushes, tumours, spots, drawContrasts(lookRandom, calm), out.headCovered};
    for (std::size_t s = 0; s < 4; ++s) // a real post-contrast image shows its own vessels
        if (anatomy.hasSequence(int(s))) scene.contrasts[s].vesselShare = 0;
    render(scene, canvas);

    const auto damages = drawDegradations(lookRandom, calm, options.spacingMm, out.headCovered);
    CounterRandom slabRandom({seed, caseNumber, 4});
    const auto [slabFirst, slabEnd] = calm || !options.degrade ? std::pair(std::int64_t(0), grid->size()[2])
                                                               : drawSlab(slabRandom, canvas, out.headCovered);
    const auto outsideSlab = [&, plane = grid->size()[0] * grid->size()[1], first = slabFirst,
                              end = slabEnd](auto &of) {
        std::fill(of.begin(), of.begin() + first * plane, 0);
        std::fill(of.begin() + end * plane, of.end(), 0);
    };
    outsideSlab(canvas.labels);
    out.parameters["slab_mm"] = double(slabEnd - slabFirst) * grid->spacing()[2];
    const float tightness = calm ? 0.5f : float(lookRandom.uniform(0.3, 0.7));
    for (std::size_t s = 0; s < 4; ++s) {
        const auto scale = calm ? 420.0f : float(std::exp(lookRandom.uniform(std::log(90.0), std::log(2500.0))));
        if (options.degrade) degrade(canvas.image[s], *grid, canvas.inside, out.headCovered, damages[s]);
        toScanner(canvas.image[s], canvas.inside, out.headCovered, scale, tightness);
        outsideSlab(canvas.image[s]);
        out.sequences[s] = ImageVolume(*grid, std::move(canvas.image[s]));
        const std::string name(sequenceId(kModelSequences[s]));
        out.parameters["noise_" + name] = options.degrade ? damages[s].noise : 0;
        out.parameters["motion_" + name] = options.degrade ? damages[s].ghost : 0;
        out.parameters["slice_mm_" + name] = options.degrade ? damages[s].sliceMm : 0;
    }
    if (!out.headCovered) // nothing is labelled where nothing is shown
        for (std::size_t n = 0; n < count; ++n)
            if (canvas.inside[n] < tightness) canvas.labels[n] = 0;
    out.labels = LabelVolume(*grid, std::move(canvas.labels));
    out.parameters["foci"] = double(plans.size());
    if (!plans.empty()) {
        const TumourPlan &p = plans[0];
        out.parameters["core_ml_planned"] = p.coreMl;
        out.parameters["enhancing_share"] = p.enhancingShare;
        out.parameters["cyst_share"] = p.cystShare;
        out.parameters["necrosis_share"] = p.necrosisShare;
        out.parameters["oedema_ratio"] = p.oedemaRatio;
        out.parameters["mass_effect"] = p.push;
    }
    return out;
}

} // namespace

Result<PhantomCase> makePhantom(const Anatomy &anatomy, const PhantomOptions &options, std::uint64_t seed,
                                std::uint64_t caseNumber)
{
    for (std::size_t a = 0; a < 3; ++a) {
        if (!(options.spacingMm[a] >= 0.4 && options.spacingMm[a] <= 10))
            return fail(Errc::InvalidArgument, "A phantom's spacing must lie between 0.4 and 10 mm.");
        if (options.size[a] < 0 || options.size[a] > 1024)
            return fail(Errc::InvalidArgument, "A phantom's size must lie between 0 and 1024 voxels along each axis.");
    }
    try {
        return make(anatomy, options, seed, caseNumber);
    } catch (const std::bad_alloc &) {
        return fail(Errc::OutOfMemory,
                    "There is not enough memory to make a phantom of this size: choose a coarser spacing.");
    }
}

Result<PhantomCase> makePhantom(std::span<const AnatomyPointer> anatomies, const PhantomOptions &options,
                                std::uint64_t seed, std::uint64_t caseNumber)
{
    if (anatomies.empty()) return fail(Errc::InvalidArgument, "No anatomy was given to make phantoms from.");
    CounterRandom random({seed, caseNumber, 0});
    return makePhantom(*anatomies[std::size_t(random.integer(0, std::int64_t(anatomies.size()) - 1))], options, seed,
                       caseNumber);
}

} // namespace glio::phantom
