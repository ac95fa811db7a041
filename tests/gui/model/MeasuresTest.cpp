#include "model/Measures.h"
#include "model/KeyPictures.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace glio;
using namespace glio::app;
using Catch::Approx;

TEST_CASE("what was measured comes back from its text as it was", "[workstation][measure]")
{
    CaseMeasures measures;
    const int ruler = measures.add(MeasureKind::Ruler, render::Plane::Coronal, {{1.25, -2, 3}, {1.25, 2, 6}});
    const int angle = measures.add(MeasureKind::Angle, render::Plane::Axial, {{1, 0, 0}, {0, 0, 0}, {0, 1, 0}});
    measures.add(MeasureKind::Ruler, render::Plane::Sagittal, {{0, 0, 0}, {0, 0, 1.0 / 3}});
    CHECK(measures.find(ruler)->value() == Approx(5));
    CHECK(measures.find(angle)->value() == Approx(90));
    CHECK(measures.drawn[2].number == 2);
    measure::Lesion lesion;
    lesion.size = {{{0, 0, 1}, {30, 0, 1}}, {{10, -5, 1}, {10, 15, 1}}};
    lesion.slice = 7;
    lesion.slices = 4;
    lesion.volumeMl = 12.5;
    lesion.measurable = true;
    measures.edited = RanoReading{.regionId = "ET", .lesions = {lesion}, .edited = true};
    const auto again = measuresFromJson(toJson(measures));
    REQUIRE(again);
    CHECK(again->drawn == measures.drawn);
    REQUIRE(again->edited);
    CHECK(again->edited->edited);
    CHECK(again->edited->lesions[0].size == lesion.size);
    CHECK(again->edited->sumMm2() == Approx(600));
    CHECK(again->edited->lesions[0].slice == 7);
    CHECK(toJson(*again) == toJson(measures));
}

TEST_CASE("numbers of rulers are not given twice, and removing takes one alone", "[workstation][measure]")
{
    CaseMeasures measures;
    const int first = measures.add(MeasureKind::Ruler, render::Plane::Axial, {{0, 0, 0}, {1, 0, 0}});
    const int second = measures.add(MeasureKind::Ruler, render::Plane::Axial, {{0, 0, 0}, {2, 0, 0}});
    CHECK(measures.remove(first));
    CHECK_FALSE(measures.remove(first));
    CHECK(measures.drawn.size() == 1);
    const int third = measures.add(MeasureKind::Ruler, render::Plane::Axial, {{0, 0, 0}, {3, 0, 0}});
    CHECK(third != second);
    CHECK(measures.find(third)->number == 3);
    CHECK_FALSE(measures.find(first));
}

TEST_CASE("a text that is no list of measures is refused with its reason", "[workstation][measure][error]")
{
    CHECK(measuresFromJson("")->empty());
    for (const std::string text :
         {"{", "[]", R"({"drawn": 3})", R"({"drawn": [{"id": 1}]})",
          R"({"drawn": [{"id": 1, "kind": "ruler", "number": 1, "plane": "axial", "points": [[0, 0, 0]]}]})",
          R"({"drawn": [{"id": 0, "kind": "ruler", "number": 1, "plane": "axial", "points": [[0,0,0],[1,0,0]]}]})"}) {
        const auto read = measuresFromJson(text);
        INFO(text);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == Errc::InvalidArgument);
        CHECK(read.error().message.ends_with("."));
    }
}

TEST_CASE("at most two lesions are shown, and one where none is measurable", "[workstation][measure]")
{
    measure::Lesion large, small;
    large.size = {{{0, 0, 0}, {20, 0, 0}}, {{0, 0, 0}, {0, 20, 0}}};
    large.measurable = true;
    small.size = {{{0, 0, 0}, {6, 0, 0}}, {{0, 0, 0}, {0, 5, 0}}};
    RanoReading reading{.regionId = "ET", .lesions = {large, small, large, large}};
    CHECK(reading.shown() == std::vector<std::size_t>{0, 2});
    CHECK(reading.measurable() == 3);
    CHECK(reading.sumMm2() == Approx(800));
    reading.lesions = {small, small};
    CHECK(reading.shown() == std::vector<std::size_t>{0});
    CHECK(reading.sumMm2() == 0);
    reading.lesions.clear();
    CHECK(reading.shown().empty());
}

TEST_CASE("the largest cut of a mask is found along each plane", "[workstation][measure]")
{
    const Geometry grid = *Geometry::make({30, 28, 12}, {1, 1.5, 4}, {-10, 5, 20});
    LabelMap mask(grid);
    CHECK_FALSE(largestCut(mask, render::Plane::Axial));
    for (std::int64_t k = 2; k < 9; ++k)
        mask.set({12, 14, k}, 1);
    for (std::int64_t i = 10; i < 16; ++i)
        for (std::int64_t j = 8; j < 20; ++j)
            mask.set({i, j, 5}, 2);
    const auto axial = largestCut(mask, render::Plane::Axial), coronal = largestCut(mask, render::Plane::Coronal);
    REQUIRE(axial);
    REQUIRE(coronal);
    CHECK(grid.nearestVoxel(*axial)[2] == 5);
    CHECK(grid.toIndex(*axial)[1] == Approx(13.5));
    CHECK(grid.nearestVoxel(*coronal)[1] == 14);
}
