#include "glioscope/metrics/Disagreements.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace glio;
using namespace glio::metrics;

namespace {

/// 0.5 x 1 x 3 mm, turned by 30 degrees about the head's axis.
Geometry oblique()
{
    const double c = std::cos(0.5235987755982988), s = std::sin(0.5235987755982988);
    return *Geometry::make({40, 30, 12}, {0.5, 1.0, 3.0}, {10, -20, 5}, {c, -s, 0, s, c, 0, 0, 0, 1});
}

void fill(LabelMap &map, const VoxelBox &box, Label label)
{
    map.setValues(box, std::vector<Label>(std::size_t(box.size[0] * box.size[1] * box.size[2]), label));
}

} // namespace

TEST_CASE("Disagreements are listed by volume, with what each mask says there", "[metrics][disagreements]")
{
    LabelMap first(oblique()), second(oblique());
    fill(first, {{4, 4, 2}, {10, 10, 4}}, 1);
    fill(second, {{4, 4, 2}, {10, 10, 4}}, 1);
    fill(second, {{4, 4, 2}, {10, 10, 1}}, 2); // 100 voxels called otherwise
    fill(second, {{30, 20, 8}, {4, 2, 2}}, 1); // 16 voxels that the first leaves out
    fill(first, {{20, 4, 2}, {1, 1, 1}}, 3);   // one voxel: too small to visit
    const auto found = findDisagreements(first, second);
    REQUIRE(found);
    const double ml = 0.5 * 1 * 3 / 1000;
    REQUIRE(found->list.size() == 2);
    CHECK(found->list[0].volumeMl == Catch::Approx(100 * ml));
    CHECK(found->list[0].first == 1);
    CHECK(found->list[0].second == 2);
    CHECK(found->list[0].box.start == Index3{4, 4, 2});
    CHECK(found->list[0].box.size == Size3{10, 10, 1});
    CHECK(found->list[1].first == 0);
    CHECK(found->list[1].second == 1);
    CHECK(found->map.at(oblique().nearestVoxel(found->list[1].centre)) == 2);
    CHECK(found->smallCount == 1);
    CHECK(found->smallMl == Catch::Approx(ml));
    CHECK(found->disputedMl == Catch::Approx(117 * ml));
    CHECK(found->agreedShare == Catch::Approx(300.0 / 417));
    CHECK(found->map.count(1) == 100);
}

TEST_CASE("A disagreement's centre lies in it even when it is a ring", "[metrics][disagreements]")
{
    LabelMap first(oblique()), second(oblique());
    fill(first, {{5, 5, 3}, {12, 12, 3}}, 1);
    fill(second, {{5, 5, 3}, {12, 12, 3}}, 1);
    fill(second, {{5, 5, 4}, {12, 12, 1}}, 4);
    fill(second, {{7, 7, 4}, {8, 8, 1}}, 1);
    const auto found = findDisagreements(first, second);
    REQUIRE(found);
    REQUIRE(found->list.size() == 1);
    CHECK(found->map.at(oblique().nearestVoxel(found->list[0].centre)) == 1);
}

TEST_CASE("Equal and empty masks agree wholly; other grids are refused", "[metrics][disagreements]")
{
    LabelMap mask(oblique());
    auto found = findDisagreements(mask, mask);
    REQUIRE(found);
    CHECK(found->list.empty());
    CHECK(found->agreedShare == 1);
    fill(mask, {{1, 1, 1}, {3, 3, 3}}, 2);
    found = findDisagreements(mask, mask);
    REQUIRE(found);
    CHECK(found->disputedMl == 0);
    CHECK(found->agreedShare == 1);
    const auto refused = findDisagreements(mask, LabelMap(*Geometry::make({4, 4, 4}, {1, 1, 1})));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Geometry);
}

TEST_CASE("The inter-reader table quotes names and leaves out what does not exist", "[metrics][disagreements]")
{
    ReaderPair row{"Case, \"7\"", "Working", "Ann", "Second", "Bo", "ET", 1.5, 0, 0, 0, {}, 0.25};
    const std::string text = readerTableCsv({row});
    CHECK(text.ends_with("\"Case, \"\"7\"\"\",Working,Ann,Second,Bo,ET,1.500,0.000,0.0000,,0.0000,0.2500\n"));
    CHECK(text.starts_with("case,mask_a,reader_a,"));
    const ReaderPair nothing{.caseName = "C", .region = "CC"}; // neither marks it: nothing to agree on
    CHECK(readerTableCsv({nothing}).ends_with("C,,,,,CC,0.000,0.000,,,,1.0000\n"));
}
