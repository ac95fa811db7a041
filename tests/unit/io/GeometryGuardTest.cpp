#include "MadeMasks.h"

#include "glioscope/io/GeometryGuard.h"
#include "glioscope/volume/Axes.h"

#include <catch2/catch_approx.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace glio;
using namespace glio::io;
using Catch::Approx;

namespace {
Geometry moved(const Geometry &grid, PointMm by)
{
    return *Geometry::make(grid.size(), grid.spacing(), grid.origin() + by, grid.direction());
}
/// Turned about its own centre, about the world's z.
Geometry turned(const Geometry &grid, double degrees)
{
    const double c = std::cos(degrees * 3.14159265358979323846 / 180), s = std::sqrt(1 - c * c);
    const auto &d = grid.direction();
    Matrix3 turnedAxes;
    for (std::size_t a = 0; a < 3; ++a) {
        turnedAxes[a] = c * d[a] - s * d[3 + a];
        turnedAxes[3 + a] = s * d[a] + c * d[3 + a];
        turnedAxes[6 + a] = d[6 + a];
    }
    const auto there = *Geometry::make(grid.size(), grid.spacing(), {}, turnedAxes);
    return moved(there, grid.centre() - there.centre());
}
/// The same voxels with i and j exchanged and k from the other end.
Geometry reordered(const Geometry &grid)
{
    const auto &d = grid.direction();
    const auto &s = grid.size();
    return *Geometry::make({s[1], s[0], s[2]}, {grid.spacing()[1], grid.spacing()[0], grid.spacing()[2]},
                           grid.toWorld(Index3{0, 0, s[2] - 1}),
                           {d[1], d[0], -d[2], d[4], d[3], -d[5], d[7], d[6], -d[8]});
}
const Geometry kGrid = test::obliqueGrid({20, 24, 10}, {1, 1.5, 4});
} // namespace

TEST_CASE("A mask's grid is told from the image's by what is wrong with it", "[io][guard]")
{
    const auto same = compareGrids(moved(kGrid, {0.002, 0, 0}), kGrid);
    CHECK(same.relation == GridRelation::Same);
    CHECK(same.overlap == 1);

    const auto order = compareGrids(reordered(kGrid), kGrid);
    CHECK(order.relation == GridRelation::OtherOrder);
    CHECK(order.shiftMm == Approx(0).margin(1e-9));

    const auto shifted = compareGrids(moved(kGrid, {3, 4, 0}), kGrid);
    CHECK(shifted.relation == GridRelation::Shifted);
    CHECK(shifted.shiftMm == Approx(5));
    CHECK(shifted.sentence.find("5.0 mm") != std::string::npos);
    CHECK(shifted.overlap < 0.9);
    CHECK(shifted.overlap > 0.5);
    CHECK(compareGrids(moved(reordered(kGrid), {0.03, 0, 0}), kGrid).relation == GridRelation::Shifted);

    const auto rotated = compareGrids(turned(kGrid, 7), kGrid);
    CHECK(rotated.relation == GridRelation::Rotated);
    CHECK(rotated.degrees == Approx(7));
    CHECK(rotated.shiftMm == Approx(0).margin(1e-9));
    CHECK(rotated.sentence.find("7.0 degrees") != std::string::npos);
    const auto little = compareGrids(turned(kGrid, 0.05), kGrid);
    CHECK(little.relation == GridRelation::Rotated);
    CHECK(little.degrees == Approx(0.05).epsilon(1e-3));

    const auto finer = compareGrids(*kGrid.withSpacing({0.5, 0.5, 0.9}), kGrid);
    CHECK(finer.relation == GridRelation::SameBoxOtherSpacing);

    const auto part = compareGrids(kGrid.cropped({2, 3, 1}, {9, 8, 7}), kGrid);
    CHECK(part.relation == GridRelation::Part);
    CHECK(part.overlap == 1);
    CHECK(compareGrids(kGrid.cropped({-5, 0, 0}, {30, 24, 10}), kGrid).relation == GridRelation::Part);

    const auto far = compareGrids(moved(kGrid, {1000, 0, 0}), kGrid);
    CHECK(far.relation == GridRelation::Elsewhere);
    CHECK(far.overlap == 0);
    const auto own = compareGrids(*Geometry::make({10, 10, 10}, {2, 2, 2}, kGrid.centre()), kGrid);
    CHECK(own.relation == GridRelation::Elsewhere);
    CHECK(own.overlap > 0.1);
    CHECK(own.overlap < 0.9);
    for (const auto &found : {same, order, shifted, rotated, finer, part, far, own})
        CHECK(found.sentence.back() == '.');
}

TEST_CASE("A mask in a mirrored world is recognised, whichever axes", "[io][guard]")
{
    const int set = GENERATE(1, 2, 3, 4, 5, 6, 7);
    const std::array<bool, 3> axes{(set & 1) != 0, (set & 2) != 0, (set & 4) != 0};
    Matrix3 direction = kGrid.direction();
    std::array<double, 3> origin{kGrid.origin().x, kGrid.origin().y, kGrid.origin().z};
    for (std::size_t row = 0; row < 3; ++row) {
        if (!axes[row]) continue;
        origin[row] *= -1;
        for (std::size_t a = 0; a < 3; ++a)
            direction[3 * row + a] *= -1;
    }
    const auto mirror = *Geometry::make(kGrid.size(), kGrid.spacing(), {origin[0], origin[1], origin[2]}, direction);
    const auto found = compareGrids(mirror, kGrid);
    CHECK(found.relation == GridRelation::Mirrored);
    CHECK(found.mirroredAxes == axes);
    CHECK((found.sentence.find("left and right") != std::string::npos) == axes[0]);
    CHECK(compareGrids(reordered(mirror), kGrid).relation == GridRelation::Mirrored);
}

TEST_CASE("Resampling a mask tells how much of each label is kept", "[io][guard]")
{
    LabelVolume mask(kGrid);
    for (std::int64_t i = 0; i < 20; ++i)
        for (std::int64_t j = 0; j < 24; ++j)
            mask.set({i, j, 5}, i < 4 ? 1 : 2);

    const auto same = resampleMaskTo(mask, reordered(kGrid));
    REQUIRE(same);
    REQUIRE(same->kept.size() == 2);
    for (const auto &kept : same->kept) {
        CHECK(kept.share == 1);
        CHECK(kept.afterMm3 == Approx(kept.beforeMm3));
    }
    CHECK(same->labels.at({3, 2, 4}) == 1); // (2, 3, 5) with i and j exchanged, k from the other end

    const auto cut = resampleMaskTo(mask, kGrid.cropped({2, 0, 0}, {8, 24, 10}));
    REQUIRE(cut);
    CHECK(cut->kept[0].label == 1);
    CHECK(cut->kept[0].beforeMm3 == Approx(4 * 24 * 6.0));
    CHECK(cut->kept[0].share == 0.5);              // i = 2, 3 of 0 … 3
    CHECK(cut->kept[1].share == Approx(6.0 / 16)); // i = 4 … 9 of 4 … 19

    const auto none = resampleMaskTo(mask, moved(kGrid, {1000, 0, 0}));
    REQUIRE(none);
    CHECK(none->kept[0].share == 0);
    CHECK(none->kept[0].afterMm3 == 0);

    const auto finer = resampleMaskTo(mask, *kGrid.withSpacing({0.5, 0.5, 1}));
    REQUIRE(finer);
    CHECK(finer->kept[0].share == 1);
    CHECK(finer->kept[0].afterMm3 == Approx(finer->kept[0].beforeMm3));
    CHECK(resampleMaskTo(LabelVolume(kGrid), kGrid)->kept.empty());
}
