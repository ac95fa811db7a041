#include "glioscope/annotation/LabelScheme.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <set>

using namespace glio;

namespace {
LabelVolume values(std::vector<std::uint8_t> list)
{
    const auto n = std::int64_t(list.size());
    return LabelVolume(*Geometry::make({n, 1, 1}, {1, 1, 1}), std::move(list));
}
std::vector<Label> converted(std::vector<std::uint8_t> list, const char *from, const char *to)
{
    const auto mask = convertLabels(values(std::move(list)), *findLabelScheme(from), *findLabelScheme(to));
    REQUIRE(mask);
    return {mask->voxels().begin(), mask->voxels().end()};
}
SchemeDetection detected(std::vector<Label> present, const char *name, std::string_view description = "",
                         Size3 size = {240, 240, 155})
{
    return detectScheme(present, name, description, size);
}
using Labels = std::vector<Label>;
} // namespace

TEST_CASE("The eight schemes are shipped, the paediatric one of 2024 first", "[annotation][scheme]")
{
    REQUIRE(labelSchemes().size() == 8);
    CHECK(defaultLabelScheme().id() == "brats-ped-2024");
    for (const char *id : {"brats-ped-2024", "brats-ped-2023", "brats-2015", "brats-2021", "brats-2023",
                           "brats-gli-2024", "msd-task01", "lgg"})
        CHECK(findLabelScheme(id) != nullptr);
    CHECK(findLabelScheme("brats-1999") == nullptr);
}

TEST_CASE("Values and regions are those of the published tables", "[annotation][scheme]")
{
    struct Row {
        const char *id;
        Label et;
        Labels tc, wt;
    };
    const Row row = GENERATE(Row{"brats-ped-2024", 1, {1, 2, 3}, {1, 2, 3, 4}},
                             Row{"brats-ped-2023", 3, {1, 3}, {1, 2, 3}}, Row{"brats-2015", 4, {1, 3, 4}, {1, 2, 3, 4}},
                             Row{"brats-2021", 4, {1, 4}, {1, 2, 4}}, Row{"brats-2023", 3, {1, 3}, {1, 2, 3}},
                             Row{"brats-gli-2024", 3, {1, 3}, {1, 2, 3}}, Row{"msd-task01", 3, {2, 3}, {1, 2, 3}});
    const auto &scheme = *findLabelScheme(row.id);
    INFO(row.id);
    CHECK(scheme.label(std::string_view("ET"))->value == row.et);
    CHECK(scheme.region("TC")->labels == row.tc);
    CHECK(scheme.region("WT")->labels == row.wt);
    CHECK(scheme.region("ET")->labels == Labels{row.et});
    CHECK(scheme.regions().front().id == "WT");
    CHECK(scheme.regions()[1].id == "TC");
}

TEST_CASE("Every label has its own colours in both palettes, a pattern and codes", "[annotation][scheme]")
{
    for (const auto &scheme : labelSchemes()) {
        INFO(scheme.id());
        std::set<std::array<int, 3>> distinct, classic;
        for (const auto &label : scheme.labels()) {
            distinct.insert({label.colour.r, label.colour.g, label.colour.b});
            classic.insert({label.classicColour.r, label.classicColour.g, label.classicColour.b});
            CHECK_FALSE(label.type.value.empty());
            CHECK(label.category.value == "49755003");
        }
        CHECK(distinct.size() == scheme.labels().size());
        CHECK(classic.size() == scheme.labels().size());
    }
    CHECK(defaultLabelScheme().label(std::string_view("ET"))->colour == Rgb{0xFF, 0xB3, 0x1A});
    CHECK(defaultLabelScheme().label(std::string_view("ET"))->type.value == "C113842");
}

TEST_CASE("Masks are converted by what their values mean", "[annotation][scheme]")
{
    CHECK(converted({0, 1, 2, 4}, "brats-2021", "brats-ped-2024") == Labels{0, 2, 4, 1});
    CHECK(converted({0, 1, 2, 3}, "brats-2023", "brats-ped-2024") == Labels{0, 2, 4, 1});
    CHECK(converted({0, 1, 2, 3, 4}, "brats-2015", "brats-ped-2024") == Labels{0, 2, 4, 2, 1});
    CHECK(converted({0, 1, 2, 3}, "msd-task01", "brats-ped-2024") == Labels{0, 4, 2, 1});
    CHECK(converted({0, 1, 2, 3, 4}, "brats-gli-2024", "brats-ped-2024") == Labels{0, 2, 4, 1, 0});
    CHECK(converted({0, 1, 2, 3, 4}, "brats-ped-2024", "brats-2023") == Labels{0, 3, 1, 1, 2});
    CHECK(converted({0, 1, 2, 3, 4}, "brats-ped-2024", "brats-2021") == Labels{0, 4, 1, 1, 2});
    CHECK(converted({0, 1, 2, 3, 4}, "brats-ped-2024", "brats-2015") == Labels{0, 4, 3, 3, 2});
    CHECK(converted({0, 1, 2, 4}, "brats-2021", "brats-2015") == Labels{0, 1, 2, 4});
    CHECK(converted({0, 1, 2, 3, 4}, "brats-ped-2024", "lgg") == Labels{0, 1, 1, 1, 1});
    CHECK(converted({0, 1, 2, 3, 4}, "brats-gli-2024", "lgg") == Labels{0, 1, 1, 1, 0});
    CHECK(converted({0, 1, 2, 3, 4}, "brats-gli-2024", "brats-gli-2024") == Labels{0, 1, 2, 3, 4});
}

TEST_CASE("Conversion keeps whole tumour and core between all schemes that have them", "[annotation][scheme]")
{
    for (const auto &from : labelSchemes())
        for (const auto &to : labelSchemes()) {
            if (from.id() == "lgg" || to.id() == "lgg") continue;
            for (const auto &label : from.labels()) {
                const Label there = converted({label.value}, from.id().c_str(), to.id().c_str()).front();
                INFO(from.id() << " " << int(label.value) << " -> " << to.id() << " " << int(there));
                for (const char *region : {"WT", "TC"})
                    CHECK(from.region(region)->contains(label.value) ==
                          (there != 0 && to.region(region)->contains(there)));
            }
        }
}

TEST_CASE("Conversion refuses what it would have to invent", "[annotation][scheme][error]")
{
    const auto strange = convertLabels(values({0, 3}), *findLabelScheme("brats-2021"), defaultLabelScheme());
    REQUIRE_FALSE(strange);
    CHECK(strange.error().code == Errc::InvalidArgument);
    const auto invented = convertLabels(values({0, 1}), *findLabelScheme("lgg"), defaultLabelScheme());
    REQUIRE_FALSE(invented);
    CHECK(invented.error().code == Errc::InvalidArgument);
    CHECK(convertLabels(values({0, 0}), *findLabelScheme("lgg"), defaultLabelScheme()));
}

TEST_CASE("A file's own statement decides, unless its values deny it", "[annotation][scheme][detect]")
{
    const auto stated = detected({1, 4}, "labels.nii.gz", "scheme=brats-2021 made by Glioscope");
    CHECK(stated.certain);
    CHECK(stated.candidates.front().id == "brats-2021");
    CHECK_FALSE(detected({1, 3, 4}, "labels.nii.gz", "scheme=brats-2021").certain);
    CHECK_FALSE(detected({1, 4}, "labels.nii.gz", "scheme=nonsense").certain);
}

TEST_CASE("Names of the known sets decide as their rules say", "[annotation][scheme][detect]")
{
    const auto only = [](const SchemeDetection &d) { return d.certain ? d.candidates.front().id : std::string("?"); };
    CHECK(only(detected({1, 2, 4}, "BraTS-PED-00001-000-seg.nii.gz")) == "brats-ped-2024");
    CHECK(only(detected({1, 2, 3}, "BraTS-PED-00001-000-seg.nii.gz")) == "?");
    CHECK(only(detected({1, 2, 3}, "BraTS-GLI-00001-000-seg.nii.gz", "", {182, 218, 182})) == "brats-gli-2024");
    CHECK(only(detected({1, 2, 4}, "BraTS-GLI-00001-000-seg.nii.gz")) == "brats-gli-2024");
    CHECK(only(detected({1, 2, 4}, "BraTS20_Training_001_seg.nii.gz")) == "brats-2021");
    CHECK(only(detected({1, 2, 4}, "cases/BraTS2021_00000/seg.nii.gz")) == "brats-2021");
    CHECK(only(detected({1, 2, 3, 4}, "brats_2013_pat0006_1/seg.nii.gz")) == "brats-2015");
    CHECK(only(detected({1, 2, 3}, "BRATS_007.nii.gz")) == "msd-task01");
    CHECK(only(detected({1, 2, 3}, "BraTS20_Training_001_seg.nii.gz")) == "?"); // 3 is not in that set
}

TEST_CASE("Values alone never decide between schemes", "[annotation][scheme][detect]")
{
    const auto both = detected({1, 2, 3, 4}, "seg.nii.gz");
    CHECK_FALSE(both.certain);
    CHECK(both.candidates.size() == 3);
    CHECK(both.candidates.front().id == "brats-ped-2024");
    CHECK(detected({1, 2, 4}, "seg.nii.gz").candidates.front().id == "brats-2021");
    const auto one = detected({1}, "seg.nii.gz");
    CHECK(one.candidates.front().id == "lgg");
    CHECK_FALSE(one.certain);
    CHECK(detected({9}, "seg.nii.gz").candidates.empty());
    CHECK(detected({}, "seg.nii.gz").candidates.front().id == "brats-ped-2024");
    for (const auto &candidate : both.candidates)
        CHECK(candidate.reason.back() == '.');
}

TEST_CASE("A scheme file that is wrong is refused with the place", "[annotation][scheme][error]")
{
    const std::string good =
        R"({"id":"x","name":"X","labels":[{"value":1,"id":"ET","name":"E","colour":"#FFB31A","classicColour":"#FFFF00",)"
        R"("pattern":"none","category":{"scheme":"SCT","value":"1","meaning":"m"},"type":{"scheme":"SCT","value":"2","meaning":"n"},)"
        R"("canonical":1}],"regions":[{"id":"WT","name":"Whole","labels":[1]}]})";
    REQUIRE(LabelScheme::parse(good, "good"));
    const auto with = [&](const std::string &from, const std::string &to) {
        std::string text = good;
        text.replace(text.find(from), from.size(), to);
        const auto scheme = LabelScheme::parse(text, "bad.json");
        REQUIRE_FALSE(scheme);
        CHECK(scheme.error().message.find("bad.json") != std::string::npos);
        return scheme.error().code;
    };
    CHECK(with("\"value\":1,", "\"value\":0,") == Errc::InvalidArgument);
    CHECK(with("\"value\":1,", "\"value\":256,") == Errc::InvalidArgument);
    CHECK(with("#FFB31A", "#FFB3") == Errc::InvalidArgument);
    CHECK(with("none", "stripes") == Errc::InvalidArgument);
    CHECK(with("[1]", "[2]") == Errc::InvalidArgument);
    CHECK(with("[1]", "[1,1]") == Errc::InvalidArgument);
    CHECK(with("\"canonical\":1", "\"canonical\":7") == Errc::InvalidArgument);
    CHECK(with("\"WT\"", "\"TC\"") == Errc::InvalidArgument);
    CHECK(with("]}]}", "]}") == Errc::InvalidArgument);
}

TEST_CASE("labelsPresent lists what occurs, ascending, without background", "[annotation]")
{
    CHECK(labelsPresent(values({4, 0, 1, 4, 255})) == Labels{1, 4, 255});
    CHECK(labelsPresent(values({0, 0})).empty());
}
