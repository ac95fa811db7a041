#include "glioscope/project/MaskJournal.h"

#include "TestFolder.h"
#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::project;

namespace {

Geometry oblique()
{
    const double c = std::cos(0.4), s = std::sin(0.4);
    return *Geometry::make({40, 35, 20}, {0.9, 1.1, 3.0}, {-30, 15, 40}, {c, -s, 0, s, c, 0, 0, 0, 1});
}

struct Kept {
    test::Folder folder{"maskjournal"};
    std::unique_ptr<Project> project;
    MaskRow mask{.id = "m1", .caseId = "c1", .name = "Working", .geometry = oblique()};
    MaskDocument document{oblique()};

    Kept()
    {
        open();
        REQUIRE(project->putCase({"c1", "one", "{}", 0}));
        REQUIRE(project->putMask(mask));
        document.setReader("Dr A");
    }
    void open()
    {
        project.reset();
        auto opened = Project::open(folder / "a.glio", {.reader = "Dr A", .ifMissing = IfMissing::Create});
        REQUIRE(opened);
        project = std::move(*opened);
    }
    void paint(Index3 at, Label label)
    {
        document.begin({"paint", label, 8, "ball"});
        const VoxelBox box{at, {5, 5, 3}};
        document.write(Selection{box, std::vector<std::uint8_t>(std::size_t(box.count()), 1)}, label);
        save();
    }
    void save()
    {
        const glio::Step *step = document.commit(1000);
        REQUIRE(step);
        const auto number = project->append("m1", stepRow(*step), blobsOf(*step));
        REQUIRE(number);
        CHECK(*number == int(document.position()));
    }
    MaskDocument::Loader loader()
    {
        return [this](std::int64_t number) { return deltasOf(*project, "m1", number); };
    }
};

} // namespace

TEST_CASE("A mask comes back with its whole history, undone steps included", "[project][journal]")
{
    Kept kept;
    kept.paint({3, 3, 3}, 1);
    const LabelMap first = kept.document.labels();
    kept.paint({20, 15, 10}, 2);
    const LabelMap second = kept.document.labels();
    kept.document.begin({"lock", 2, 0, ""});
    kept.document.setState("lock.2", "1");
    kept.save();
    REQUIRE(kept.document.undo());
    REQUIRE(kept.project->setPosition("m1", 2));
    kept.open();
    auto again = restoreDocument(*kept.project, kept.mask, kept.loader());
    REQUIRE(again);
    CHECK(again->labels() == second);
    CHECK(again->sourceMap() == kept.document.sourceMap());
    CHECK(again->sources() == kept.document.sources());
    CHECK(again->steps().size() == 3);
    CHECK(again->steps()[0].act == Act{"paint", 1, 8, "ball"});
    CHECK(again->steps()[1].changedVoxels == 75);
    REQUIRE(again->redo());
    CHECK(again->state("lock.2") == "1");
    REQUIRE(again->goTo(1));
    CHECK(again->labels() == first);
    REQUIRE(again->goTo(0));
    CHECK(again->labels() == LabelMap(oblique()));
}

TEST_CASE("A step after an undo replaces what was undone, in the project as in memory", "[project][journal]")
{
    Kept kept;
    kept.paint({3, 3, 3}, 1);
    kept.paint({10, 3, 3}, 2);
    kept.paint({20, 3, 3}, 3);
    REQUIRE(kept.document.goTo(1));
    REQUIRE(kept.project->setPosition("m1", 1));
    kept.paint({3, 20, 3}, 4);
    auto again = restoreDocument(*kept.project, kept.mask, kept.loader());
    REQUIRE(again);
    CHECK(again->steps().size() == 2);
    CHECK(again->labels() == kept.document.labels());
    CHECK(again->steps()[1].act.label == 4);
}

TEST_CASE("A snapshot spares reading the history, and any point is still reached", "[project][journal]")
{
    Kept kept;
    std::vector<LabelMap> states{kept.document.labels()};
    for (std::int64_t n = 0; n < 12; ++n) {
        kept.paint({n * 2, n, n}, Label(1 + n % 4));
        states.push_back(kept.document.labels());
        if (n % 4 == 3)
            REQUIRE(kept.project->putSnapshot("m1", int(kept.document.position()),
                                              snapshotOf(kept.document.labels(), kept.document.sourceMap())));
    }
    auto again = restoreDocument(*kept.project, kept.mask, kept.loader());
    REQUIRE(again);
    CHECK(again->labels() == states[12]);
    CHECK_FALSE(again->steps()[0].loaded); // it was not needed
    for (const std::size_t to : {std::size_t{5}, std::size_t{0}, std::size_t{12}, std::size_t{7}}) {
        REQUIRE(again->goTo(to));
        CHECK(again->labels() == states[to]);
    }
}
