#include "glioscope/annotation/EditedScheme.h"
#include "glioscope/annotation/MaskDocument.h"

#include <catch2/catch_test_macros.hpp>

#include <set>

using namespace glio;

namespace {
using States = std::map<std::string, std::string>;
const LabelScheme &shipped() { return defaultLabelScheme(); }
} // namespace

TEST_CASE("A scheme that nobody edited is the shipped one itself", "[annotation][scheme]")
{
    CHECK(&editedScheme(shipped(), {}) == &shipped());
    CHECK(&editedScheme(shipped(), {{"lock.1", "1"}, {"scheme", shipped().id()}}) == &shipped());
    CHECK(&editedScheme(shipped(), {{"label.x.name", "A"}, {"label.300.name", "B"}, {"label.0.name", "C"}}) ==
          &shipped());
}

TEST_CASE("A name and a colour of one's own reach label and region, and nothing else", "[annotation][scheme]")
{
    const Label et = shipped().label("ET")->value;
    const LabelScheme &edited = editedScheme(shipped(), {{labelNameKey(et), "Rim"}, {labelColourKey(et), "#0a141e"}});
    CHECK(edited.id() == shipped().id());
    CHECK(edited.label(et)->name == "Rim");
    CHECK(edited.label(et)->ownName);
    CHECK(edited.label(et)->colour == Rgb{10, 20, 30});
    CHECK(edited.label(et)->classicColour == Rgb{10, 20, 30});
    CHECK(edited.region("ET")->name == "Rim");
    CHECK(edited.label(et)->id == "ET");
    CHECK(edited.region("WT")->labels == shipped().region("WT")->labels);
    CHECK_FALSE(edited.label("ED")->ownName);
    CHECK(shipped().label(et)->name != "Rim");
    SECTION("the same words give the same object, so that what holds it stays right")
    {
        CHECK(&editedScheme(shipped(), {{labelNameKey(et), "Rim"}, {labelColourKey(et), "#0a141e"}}) == &edited);
        CHECK(&editedScheme(shipped(), {{labelNameKey(et), "Rim"}}) != &edited);
    }
    SECTION("a colour that is none is passed over")
    {
        CHECK(editedScheme(shipped(), {{labelNameKey(et), "Rim"}, {labelColourKey(et), "red"}}).label(et)->colour ==
              shipped().label(et)->colour);
    }
}

TEST_CASE("Labels can be added up to 255, each a region of its own", "[annotation][scheme]")
{
    States states;
    std::set<std::string> ids;
    for (int n = 0; n < 300; ++n) {
        const Label label = freeLabel(editedScheme(shipped(), states));
        if (label == 0) break;
        states[labelAddedKey(label)] = "1";
        states[labelNameKey(label)] = "Extra " + std::to_string(n);
    }
    const LabelScheme &full = editedScheme(shipped(), states);
    CHECK(full.labels().size() == 255);
    CHECK(freeLabel(full) == 0);
    for (const LabelDefinition &label : full.labels()) {
        ids.insert(label.id);
        REQUIRE(full.region(label.id));
        CHECK(full.region(label.id)->labels == std::vector<Label>{label.value});
    }
    CHECK(ids.size() == 255);
    // The shipped ones keep their places, and with them the keys that take them.
    for (std::size_t n = 0; n < shipped().labels().size(); ++n)
        CHECK(full.labels()[n].id == shipped().labels()[n].id);
    CHECK(full.region("WT")->labels == shipped().region("WT")->labels);
    CHECK(colourOfAdded(200) != colourOfAdded(201));
}

TEST_CASE("A copied mask takes the names of its labels along", "[annotation][document]")
{
    const Geometry grid = *Geometry::make({8, 8, 8}, {1, 1, 1});
    MaskDocument first(grid), second(grid);
    first.begin({"label.rename", 1, 0, "Rim"});
    first.setState(labelNameKey(1), "Rim");
    REQUIRE(first.commit(1));
    second.begin({"copy", 0, 0, ""});
    second.copyFrom(first);
    REQUIRE(second.commit(2));
    CHECK(second.state(labelNameKey(1)) == "Rim");
    REQUIRE(second.undo());
    CHECK(second.state(labelNameKey(1)).empty());
}
