#include "glioscope/metrics/Components.h"
#include "glioscope/metrics/DistanceTransform.h"
#include "glioscope/metrics/RegionMetrics.h"

#include "glioscope/base/Random.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <limits>

using namespace glio;
using namespace glio::metrics;
using Catch::Matchers::WithinAbs;

namespace {

struct Mask {
    Size3 size;
    std::vector<std::uint8_t> bytes;
    explicit Mask(Size3 n) : size(n), bytes(std::size_t(n[0] * n[1] * n[2]), 0) {}
    Mask &box(Index3 low, Size3 n)
    {
        for (auto k = low[2]; k < low[2] + n[2]; ++k)
            for (auto j = low[1]; j < low[1] + n[1]; ++j)
                for (auto i = low[0]; i < low[0] + n[0]; ++i)
                    bytes[std::size_t(i + size[0] * (j + size[1] * k))] = 1;
        return *this;
    }
};

double hd95(const Mask &a, const Mask &b, const Spacing3 &spacing, SurfaceConvention convention)
{
    return hausdorffMm(surfaceDistances({a.bytes, b.bytes, a.size, spacing}, convention), convention).value();
}

LesionScore score(const Mask &reference, const Mask &prediction, const LesionRules &rules)
{
    return lesionWise({reference.bytes, prediction.bytes, reference.size, {1, 1, 1}}, rules);
}

} // namespace

TEST_CASE("The distance transform equals brute force, whatever the spacing", "[metrics]")
{
    const Size3 n{19, 14, 23};
    const auto spacing = GENERATE(Spacing3{1, 1, 1}, Spacing3{0.9, 0.7, 5});
    Mask mask(n);
    CounterRandom random{7};
    for (auto &byte : mask.bytes)
        byte = random.chance(0.01);
    const auto squared = squaredDistances(mask.bytes, n, spacing);
    double worst = 0;
    for (std::int64_t v = 0; v < std::int64_t(mask.bytes.size()); ++v) {
        double least = 1e30;
        for (std::int64_t w = 0; w < std::int64_t(mask.bytes.size()); ++w) {
            if (!mask.bytes[std::size_t(w)]) continue;
            const double x = double(v % n[0] - w % n[0]) * spacing[0],
                         y = double(v / n[0] % n[1] - w / n[0] % n[1]) * spacing[1],
                         z = double(v / (n[0] * n[1]) - w / (n[0] * n[1])) * spacing[2];
            least = std::min(least, x * x + y * y + z * z);
        }
        worst = std::max(worst, std::abs(least - squared[std::size_t(v)]) / (1 + least));
    }
    CHECK(worst < 1e-6);
    const auto empty = squaredDistances(std::vector<std::uint8_t>(mask.bytes.size(), 0), n, spacing);
    CHECK(std::all_of(empty.begin(), empty.end(), [](float d) { return std::isinf(d); }));
}

TEST_CASE("Two cubes shifted by three voxels lie 3 mm apart, and 6 mm where voxels are 2 mm", "[metrics][hd95]")
{
    const Mask a = Mask({30, 30, 30}).box({5, 5, 5}, {10, 10, 10}), b = Mask({30, 30, 30}).box({8, 5, 5}, {10, 10, 10});
    const auto convention =
        GENERATE(SurfaceConvention::Surfel, SurfaceConvention::CentreMax, SurfaceConvention::CentrePooled);
    CHECK_THAT(hd95(a, b, {1, 1, 1}, convention), WithinAbs(3, 1e-6));
    CHECK_THAT(hd95(a, b, {2, 1, 1}, convention), WithinAbs(6, 1e-6));
    CHECK_THAT(hd95(a, b, {1, 1, 2}, convention), WithinAbs(3, 1e-6));
    CHECK(hd95(a, a, {1, 1, 1}, convention) == 0);
}

TEST_CASE("One far voxel moves the 100th percentile and not the 95th", "[metrics][hd95]")
{
    Mask plate = Mask({140, 110, 12}).box({2, 2, 2}, {100, 100, 1}), outlier = plate;
    outlier.box({135, 50, 2}, {1, 1, 1});
    const auto distances = surfaceDistances({plate.bytes, outlier.bytes, plate.size, {1, 1, 1}});
    CHECK(hausdorffMm(distances, SurfaceConvention::Surfel, 100).value() > 30);
    CHECK(hausdorffMm(distances, SurfaceConvention::Surfel, 95).value() == 0);
}

TEST_CASE("Empty masks have no distance to others and none between themselves", "[metrics][hd95]")
{
    const Mask none({8, 8, 8}), some = Mask({8, 8, 8}).box({2, 2, 2}, {3, 3, 3});
    const auto one = surfaceDistances({some.bytes, none.bytes, none.size, {1, 1, 1}}),
               both = surfaceDistances({none.bytes, none.bytes, none.size, {1, 1, 1}});
    CHECK_FALSE(hausdorffMm(one, SurfaceConvention::Surfel).has_value());
    CHECK(surfaceDice(one, 1) == 0);
    CHECK(hausdorffMm(both, SurfaceConvention::Surfel).value() == 0);
    CHECK(surfaceDice(both, 1) == 1);
}

TEST_CASE("Surfel areas are those of marching cubes", "[metrics][nsd]")
{
    const auto unit = surfelAreas({1, 1, 1});
    CHECK(unit[0] == 0);
    CHECK(unit[255] == 0);
    CHECK_THAT(unit[1], WithinAbs(std::sqrt(3) / 8, 1e-6));       // one corner: a triangle
    CHECK_THAT(unit[1 + 2], WithinAbs(std::sqrt(0.5), 1e-6));     // an edge: a slanted rectangle
    CHECK_THAT(unit[1 + 2 + 4 + 8], WithinAbs(1, 1e-6));          // a face: a unit square
    CHECK_THAT(unit[1 + 128], WithinAbs(std::sqrt(3) / 4, 1e-6)); // opposite corners: two triangles
    CHECK_THAT(unit[255 - 1], WithinAbs(unit[1], 1e-6));          // a complement has the same surface
    CHECK_THAT(surfelAreas({2, 3, 5})[1 + 2 + 4 + 8], WithinAbs(6, 1e-5));
    // A box of 10 x 10 x 10: six faces of 9 x 9 whole squares, twelve edges and eight corners cut off.
    const Mask cube = Mask({14, 14, 14}).box({2, 2, 2}, {10, 10, 10});
    const auto distances = surfaceDistances({cube.bytes, cube.bytes, cube.size, {1, 1, 1}});
    double area = 0;
    for (const float part : distances.referenceToPrediction.area)
        area += part;
    CHECK_THAT(area, WithinAbs(6 * 81 + 12 * 9 * std::sqrt(0.5) + 8 * std::sqrt(3) / 8, 1e-3));
}

TEST_CASE("Surface Dice counts what lies within the tolerance on both sides", "[metrics][nsd]")
{
    const Mask a = Mask({40, 20, 20}).box({5, 5, 5}, {10, 10, 10}), b = Mask({40, 20, 20}).box({7, 5, 5}, {10, 10, 10});
    const auto distances = surfaceDistances({a.bytes, b.bytes, a.size, {1, 1, 1}});
    CHECK(surfaceDice(distances, 2) == 1);
    CHECK(surfaceDice(distances, 0) < surfaceDice(distances, 1));
    CHECK(surfaceDice(distances, 1) < 0.95);
}

TEST_CASE("Components join over corners with 26 neighbours and over faces alone with 6", "[metrics][components]")
{
    const Mask diagonal = Mask({6, 6, 6}).box({1, 1, 1}, {1, 1, 1}).box({2, 2, 2}, {1, 1, 1}).box({5, 0, 3}, {1, 1, 1});
    CHECK(connectedComponents(diagonal.bytes, diagonal.size).count == 2);
    CHECK(connectedComponents(diagonal.bytes, diagonal.size, Connectivity::Faces6).count == 3);
    Mask snake({9, 9, 3}); // a U: two arms that meet late in the scan
    snake.box({1, 1, 1}, {1, 7, 1}).box({7, 1, 1}, {1, 7, 1}).box({1, 7, 1}, {7, 1, 1});
    CHECK(connectedComponents(snake.bytes, snake.size, Connectivity::Faces6).count == 1);
    // Opposite ends of neighbouring rows touch in memory, not in space.
    const Mask ends = Mask({4, 4, 1}).box({3, 0, 0}, {1, 1, 1}).box({0, 1, 0}, {1, 1, 1});
    CHECK(connectedComponents(ends.bytes, ends.size).count == 2);
}

TEST_CASE("Dilating by the 18-neighbourhood grows as scipy's does", "[metrics][components]")
{
    const Mask point = Mask({15, 15, 15}).box({7, 7, 7}, {1, 1, 1});
    const auto count = [&](int iterations) {
        const auto grown = dilate18(point.bytes, point.size, iterations);
        return std::count(grown.begin(), grown.end(), 1);
    };
    CHECK(count(0) == 1);
    CHECK(count(1) == 19); // 27 less 8 corners
    CHECK(count(2) == 93); // {|x|, |y|, |z| <= 2, |x| + |y| + |z| <= 4}
}

TEST_CASE("Lesion-wise: nothing at all is perfect, false lesions cost everything", "[metrics][lesions]")
{
    const Mask none({60, 20, 20});
    const Mask two = Mask(none.size).box({2, 2, 2}, {4, 4, 4}).box({40, 2, 2}, {4, 4, 4});
    for (const LesionRules &rules : {LesionRules::brats2023(), LesionRules::bratsPed2024()}) {
        const LesionScore clean = score(none, none, rules), false2 = score(none, two, rules),
                          missed = score(two, none, rules);
        CHECK(clean.dice == 1);
        CHECK(clean.hd95Mm == 0);
        CHECK(false2.dice == 0);
        CHECK(false2.hd95Mm == 374);
        CHECK(false2.falsePositives == 2);
        CHECK(missed.dice == 0);
        CHECK(missed.hd95Mm == 374);
        CHECK(missed.falseNegatives == 2);
        CHECK(score(two, two, rules).dice == 1);
        CHECK(score(two, two, rules).truePositives == 2);
    }
}

TEST_CASE("With five dilations a gap of ten voxels joins two lesions and a gap of eleven does not",
          "[metrics][lesions]")
{
    const auto gap = GENERATE(10, 11);
    const Mask reference = Mask({60, 24, 24}).box({10, 8, 8}, {6, 6, 6}).box({16 + gap, 8, 8}, {6, 6, 6});
    const LesionScore s = score(reference, reference, LesionRules::bratsPed2024());
    CHECK(s.truePositives == (gap == 10 ? 1 : 2));
}

TEST_CASE("PED 2024: an island of 8 predicted voxels is free, one of 12 costs", "[metrics][lesions]")
{
    const Mask reference = Mask({80, 20, 20}).box({5, 5, 5}, {8, 8, 8});
    Mask tiny = reference, small = reference;
    tiny.box({45, 5, 5}, {2, 2, 2});
    small.box({45, 5, 5}, {3, 2, 2});
    CHECK(score(reference, tiny, LesionRules::bratsPed2024()).dice == 1);
    CHECK_THAT(score(reference, small, LesionRules::bratsPed2024()).dice, WithinAbs(0.5, 1e-12));
    CHECK_THAT(score(reference, tiny, LesionRules::brats2023()).dice,
               WithinAbs(0.5, 1e-12));        // 2023 filters no prediction
    Mask ten = reference, eleven = reference; // the limit itself
    CHECK(score(reference, ten.box({45, 5, 5}, {5, 2, 1}), LesionRules::bratsPed2024()).dice == 1);
    CHECK_THAT(score(reference, eleven.box({45, 5, 5}, {11, 1, 1}), LesionRules::bratsPed2024()).dice,
               WithinAbs(0.5, 1e-12));
}

TEST_CASE("A missed lesion at or below the smallest volume does not count", "[metrics][lesions]")
{
    const Mask large = Mask({80, 20, 20}).box({5, 5, 5}, {8, 8, 8});
    Mask both = large;
    both.box({45, 5, 5}, {5, 5, 2}); // 50 mm3
    CHECK(score(both, large, LesionRules::brats2023()).dice == 1);
    both.box({45, 5, 5}, {5, 5, 3});
    CHECK_THAT(score(both, large, LesionRules::brats2023()).dice, WithinAbs(0.5, 1e-12));
}

TEST_CASE("compareMasks gives every region and refuses grids that differ", "[metrics]")
{
    const Geometry grid = Geometry::make({40, 40, 40}, {1, 1, 2}).value();
    LabelVolume reference(grid), prediction(grid);
    for (std::int64_t k = 10; k < 20; ++k)
        for (std::int64_t j = 10; j < 20; ++j)
            for (std::int64_t i = 10; i < 20; ++i) {
                reference.set({i, j, k}, i < 15 ? 1 : 4);
                prediction.set({i, j, k}, i < 14 ? 1 : 4);
            }
    const LabelScheme &scheme = defaultLabelScheme();
    const auto regions = compareMasks(reference, prediction, scheme);
    REQUIRE(regions);
    const auto of = [&](const char *id) {
        return *std::find_if(regions->begin(), regions->end(), [id](const auto &m) { return m.id == id; });
    };
    CHECK(regions->size() == scheme.regions().size());
    CHECK(of("WT").dice == 1);
    CHECK_THAT(of("WT").referenceMl, WithinAbs(2.0, 1e-9));
    CHECK_THAT(of("ET").dice, WithinAbs(2.0 * 400 / 900, 1e-12));
    CHECK(of("ET").hd95Mm.value() <= 1);
    CHECK(of("CC").dice == 1); // on neither side
    CHECK(of("CC").hd95Mm.value() == 0);

    LabelVolume noEt = prediction;
    for (auto &label : noEt.edit())
        label = label == 1 ? 2 : label;
    const auto plain = compareMasks(reference, noEt, scheme),
               challenge = compareMasks(reference, noEt, scheme, {.preset = Preset::Brats2023});
    const auto et = [](const auto &list) {
        return *std::find_if(list->begin(), list->end(), [](const auto &m) { return m.id == "ET"; });
    };
    CHECK_FALSE(et(plain).hd95Mm.has_value());
    CHECK(et(challenge).hd95Mm.value() == 374);
    CHECK(et(plain).dice == 0);

    const auto refused = compareMasks(reference, LabelVolume(Geometry::make({40, 40, 41}, {1, 1, 2}).value()), scheme);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Geometry);
}
