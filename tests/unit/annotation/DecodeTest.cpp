#include "glioscope/annotation/Decode.h"
#include "glioscope/annotation/Places.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>

using namespace glio;
using Catch::Matchers::WithinAbs;

namespace {

/// brats-ped-2024: ET, NET, CC, ED on a grid of 1 mm.
Probabilities ped(Size3 size)
{
    Probabilities p;
    p.schemeId = "brats-ped-2024";
    const Geometry grid = Geometry::make(size, {1, 1, 1}).value();
    p.classes.assign(4, Volume<std::uint8_t>(grid));
    return p;
}

Label decodeOne(int et, int net, int cc, int ed, const Thresholds &thresholds = {})
{
    Probabilities p = ped({1, 1, 1});
    const int bytes[] = {et, net, cc, ed};
    for (std::size_t n = 0; n < 4; ++n)
        p.classes[n].set({0, 0, 0}, std::uint8_t(bytes[n]));
    return decode(p, thresholds)->at({0, 0, 0});
}

/// Sets one class to `value` in a box.
void fill(Volume<std::uint8_t> &map, Index3 start, Size3 size, std::uint8_t value)
{
    for (auto k = start[2]; k < start[2] + size[2]; ++k)
        for (auto j = start[1]; j < start[1] + size[1]; ++j)
            for (auto i = start[0]; i < start[0] + size[0]; ++i)
                map.set({i, j, k}, value);
}

} // namespace

TEST_CASE("Decoding goes from whole tumour to core to class", "[annotation][decode]")
{
    CHECK(decodeOne(0, 0, 0, 127) == 0);   // below one half
    CHECK(decodeOne(0, 0, 0, 128) == 4);   // oedema
    CHECK(decodeOne(30, 30, 30, 38) == 4); // whole 128, core 90: not core, although no class leads alone
    CHECK(decodeOne(50, 60, 40, 60) == 2); // core 150: the largest inside it
    CHECK(decodeOne(70, 70, 0, 0) == 1);   // a tie goes to the lower value
    CHECK(decodeOne(0, 90, 40, 125) == 2); // an arg-max would say oedema; the core's threshold decides
}

TEST_CASE("Thresholds move the border of their own region", "[annotation][decode]")
{
    CHECK(decodeOne(0, 0, 0, 60, {{"WT", 0.2}}) == 4);
    CHECK(decodeOne(0, 0, 0, 200, {{"WT", 0.9}}) == 0);
    CHECK(decodeOne(0, 100, 0, 100, {{"TC", 0.3}}) == 2);
    CHECK(decodeOne(0, 100, 0, 100) == 4);
    CHECK(decodeOne(80, 120, 0, 0, {{"ET", 0.3}}) == 1); // enhancing wins more easily with a lower threshold
    CHECK(decodeOne(60, 0, 0, 0, {{"WT", 0.2}}) == 1);   // no oedema is invented where the model has none
}

TEST_CASE("A larger threshold never makes the whole tumour larger", "[annotation][decode]")
{
    Probabilities p = ped({16, 16, 1});
    for (std::int64_t v = 0; v < 256; ++v)
        p.classes[3].set({v % 16, v / 16, 0}, std::uint8_t(v));
    const auto counts = histogram(*regionProbability(p, "WT"));
    double last = 1e9;
    for (double t = 0.02; t < 0.99; t += 0.01) {
        const double ml = regionVolumesMl(*decode(p, {{"WT", t}}), *findLabelScheme(p.schemeId)).at("WT");
        CHECK_THAT(ml, WithinAbs(volumeMlAbove(counts, t, p.geometry()), 1e-12)); // the slider's number is the mask's
        CHECK(ml <= last);
        last = ml;
    }
}

TEST_CASE("Decoding a box changes the box alone", "[annotation][decode]")
{
    Probabilities p = ped({8, 8, 8});
    fill(p.classes[1], {0, 0, 0}, {8, 8, 8}, 255);
    LabelVolume mask(p.geometry());
    REQUIRE(decodeInto(mask, p, {}, {2, 2, 2}, {3, 3, 3}));
    CHECK(regionVolumesMl(mask, *findLabelScheme(p.schemeId)).at("TC") == 0.027);
    CHECK(mask.at({2, 2, 2}) == 2);
    CHECK(mask.at({5, 2, 2}) == 0);
}

TEST_CASE("Probabilities that do not fit their scheme are refused", "[annotation][decode][error]")
{
    Probabilities p = ped({2, 2, 2});
    p.classes.pop_back();
    CHECK(decode(p).error().code == Errc::InvalidArgument);
    p.schemeId = "unknown";
    CHECK(decode(p).error().code == Errc::InvalidArgument);
    CHECK(decode(Probabilities{}).error().code == Errc::InvalidArgument);
}

TEST_CASE("A thin rim of doubt is no place, a thick patch is one", "[annotation][places]")
{
    Probabilities p = ped({60, 60, 60});
    fill(p.classes[3], {10, 10, 10}, {30, 30, 30}, 128); // a shell of one voxel ...
    fill(p.classes[3], {11, 11, 11}, {28, 28, 28}, 255); // ... round a sure tumour
    CHECK(findPlaces(p)->list.empty());
    fill(p.classes[3], {40, 20, 20}, {8, 8, 8}, 130);
    const Places found = findPlaces(p).value();
    REQUIRE(found.list.size() == 1);
    const Place &place = found.list.front();
    CHECK(place.atStakeMl > 0.4);
    CHECK(place.labelA == "ED");
    CHECK(place.labelB.empty());
    CHECK(found.map.at(p.geometry().nearestVoxel(place.centre)) == 1);
    CHECK(place.side == "left"); // LPS: x above the middle
}

TEST_CASE("Doubt between core and oedema inside a sure tumour is a place too", "[annotation][places]")
{
    Probabilities p = ped({40, 40, 40});
    fill(p.classes[3], {5, 5, 5}, {30, 30, 30}, 255);
    fill(p.classes[3], {15, 15, 15}, {8, 8, 8}, 120);
    fill(p.classes[1], {15, 15, 15}, {8, 8, 8}, 135);
    const Places found = findPlaces(p).value();
    REQUIRE(found.list.size() == 1);
    CHECK(found.list[0].labelA == "NET");
    CHECK(found.list[0].labelB == "ED");
    CHECK(found.list[0].side == "midline");
}

TEST_CASE("Places are ranked, long ones divided, small ones counted", "[annotation][places]")
{
    Probabilities p = ped({120, 40, 40});
    fill(p.classes[1], {2, 5, 5}, {70, 8, 8}, 100);    // 70 mm long: three pieces
    fill(p.classes[1], {90, 5, 5}, {20, 20, 20}, 100); // the largest
    fill(p.classes[1], {90, 34, 34}, {3, 3, 3}, 100);  // 0.019 ml after the opening
    const Places found = findPlaces(p).value();
    REQUIRE(found.list.size() == 4);
    CHECK(found.list[0].start[0] >= 89);
    for (std::size_t n = 1; n < 4; ++n) {
        CHECK(found.list[n].atStakeMl <= found.list[n - 1].atStakeMl);
        CHECK(found.list[n].extentMm <= 30);
        CHECK(found.list[n].id == int(n) + 1);
    }
    CHECK(found.smallCount == 1);
    CHECK(found.smallMl > 0);
    CHECK(findPlaces(ped({10, 10, 10}))->list.empty());
    CHECK(findPlaces(p, {}, [](double) { return false; }).error().code == Errc::Cancelled);
}
