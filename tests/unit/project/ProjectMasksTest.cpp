#include "ProjectTesting.h"

#include "Packed.h"

using namespace glio;
using namespace glio::project;
using namespace glio::project::test;

TEST_CASE("masks come back with their grid to the last bit", "[project][masks]")
{
    const Folder folder("project");
    const auto geometry = Geometry::make({240, 240, 155}, {0.1 + 0.2, 1.0 / 3, 6.6}, {-119.87654321012345, 1e-17, 3e10},
                                         {0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, 1});
    REQUIRE(geometry);
    {
        const auto project = withMask(folder / "a.glio");
        REQUIRE(project->putMask({"n", "c", "Model's", MaskKind::Model, "lgg", "net-1", *geometry, 77}));
        REQUIRE(project->putMask({"n", "c", "Renamed", MaskKind::Import, "lgg", "net-1", *geometry, 99}));
        CHECK_FALSE(project->putMask({"o", "none", "", MaskKind::Mine, "", "", {}, 0}));
    }
    const auto masks = opened(folder / "a.glio")->masks("c");
    REQUIRE(masks);
    REQUIRE(masks->size() == 2);
    CHECK((*masks)[0].id == "m");
    const MaskRow &mask = (*masks)[1];
    CHECK(mask.name == "Renamed");
    CHECK(mask.kind == MaskKind::Import);
    CHECK(mask.madeMs == 77); // when it was made, not when it was renamed
    CHECK(mask.geometry.size() == geometry->size());
    CHECK(mask.geometry.spacing() == geometry->spacing());
    CHECK(mask.geometry.origin() == geometry->origin());
    CHECK(mask.geometry.direction() == geometry->direction());
}

TEST_CASE("steps come back as they were appended", "[project][journal]")
{
    const Folder folder("project");
    Step step{0,
              "s1",
              "brush",
              Label{3},
              4.5,
              "Painted oedema",
              "Ada",
              1234,
              900,
              -0.125,
              {{1, 2, 3}, {4, 5, 6}},
              R"({"cut": true})"};
    const StepBlobs blobs{someBytes(20000), std::string("\0\1\2", 3)};
    {
        const auto project = withMask(folder / "a.glio");
        CHECK(project->append("m", step, blobs) == 1);
        CHECK(project->append("m", stepNamed("two"), {}) == 2);
    }
    const auto project = opened(folder / "a.glio");
    const auto steps = project->steps("m");
    REQUIRE(steps);
    REQUIRE(steps->size() == 2);
    step.number = 1;
    CHECK((*steps)[0] == step);
    CHECK((*steps)[1].id.size() == 32);
    CHECK((*steps)[1].madeMs > 1'600'000'000'000);
    CHECK(project->position("m") == 2);
    CHECK(project->blobs("m", 1) == blobs);
    CHECK(project->blobs("m", 2) == StepBlobs{});
    CHECK(project->blobs("m", 3).error().code == Errc::InvalidArgument);
    CHECK(project->steps("none").error().code == Errc::InvalidArgument);
    CHECK(project->append("none", step, blobs).error().code == Errc::InvalidArgument);
}

TEST_CASE("undone steps can come back until a new one takes their place; even then they stay in the file",
          "[project][journal]")
{
    const Folder folder("project");
    auto project = withMask(folder / "a.glio");
    for (const char *text : {"one", "two", "three"})
        REQUIRE(project->append("m", stepNamed(text), {text, ""}));
    REQUIRE(project->setPosition("m", 1));
    CHECK(project->steps("m")->size() == 3);
    CHECK(project->blobs("m", 3)->labels == "three");
    REQUIRE(project->setPosition("m", 2));
    CHECK(project->append("m", stepNamed("other"), {"other", ""}) == 3);
    CHECK(texts(*project->steps("m")) == std::vector<std::string>{"one", "two", "other"});
    CHECK(project->blobs("m", 3)->labels == "other");
    CHECK(project->position("m") == 3);
    for (const int wrong : {-1, 4})
        CHECK(project->setPosition("m", wrong).error().code == Errc::InvalidArgument);
    CHECK(project->position("m") == 3);
    project.reset();
    CHECK(count(folder / "a.glio", "SELECT count(*) FROM steps WHERE text = 'three' AND abandoned_ms > 0") == 1);
    CHECK(count(folder / "a.glio", "SELECT count(*) FROM step_blobs") == 4);
}

TEST_CASE("a step written twice is there once, and one out of turn is refused", "[project][journal]")
{
    const Folder folder("project");
    const auto project = withMask(folder / "a.glio");
    Step step = stepNamed("one");
    step.id = "s1";
    CHECK(project->append("m", step, {"l", ""}) == 1);
    CHECK(project->append("m", step, {"l", ""}) == 1);
    Step far = stepNamed("far");
    far.number = 3;
    CHECK(project->append("m", far, {}).error().code == Errc::Internal);
    far.number = 2;
    CHECK(project->append("m", far, {}) == 2);
    CHECK(project->steps("m")->size() == 2);
}

TEST_CASE("a damaged blob is an error that names its step, and the others can be read", "[project][journal][error]")
{
    const Folder folder("project");
    {
        const auto project = withMask(folder / "a.glio");
        for (int n = 1; n <= 3; ++n)
            REQUIRE(project->append("m", stepNamed("step"), {someBytes(500, unsigned(n)), ""}));
    }
    {
        SQLite::Database database((folder / "a.glio/project.sqlite").string(), SQLite::OPEN_READWRITE);
        database.exec("UPDATE step_blobs SET labels = CAST(substr(labels, 1, 200) || x'0102' || substr(labels, 203) "
                      "AS BLOB) WHERE step = 2");
    }
    const auto project = opened(folder / "a.glio");
    const auto damaged = project->blobs("m", 2);
    REQUIRE_FALSE(damaged);
    CHECK(damaged.error().code == Errc::Io);
    CHECK(contains(damaged.error().message, "step 2 of mask 'm' is damaged"));
    CHECK(project->blobs("m", 1)->labels == someBytes(500, 1));
    CHECK(project->blobs("m", 3)->labels == someBytes(500, 3));
}

TEST_CASE("packed bytes come back, smaller where they repeat, and no damaged ones pass", "[project][packed]")
{
    for (const std::size_t size : {0, 1, 100, 100'000})
        CHECK(unpacked(packed(someBytes(size))) == someBytes(size));
    CHECK(packed(std::string(100'000, 'a')).size() < 1000);
    const std::string pack = packed(someBytes(300));
    for (std::size_t n = 0; n < pack.size(); ++n) {
        std::string damaged = pack;
        damaged[n] = char(damaged[n] ^ 0x10);
        CHECK_FALSE(unpacked(damaged) == someBytes(301));
        CHECK((!unpacked(damaged) || unpacked(damaged) == someBytes(300)));
        CHECK_FALSE(unpacked(std::string_view(pack).substr(0, n)));
    }
}

TEST_CASE("the latest snapshot at or before a step is found; the start and the last two are kept",
          "[project][snapshot]")
{
    const Folder folder("project");
    auto project = withMask(folder / "a.glio");
    const auto blocks = [](const std::string &text) {
        return std::vector<SnapshotBlock>{{0, 3, text}, {0, 9, someBytes(4096)}, {1, 3, text + "'s origin"}};
    };
    REQUIRE(project->putMask({"n", "c", "", MaskKind::Model, "lgg", "", {}, 0}, blocks("start")));
    CHECK_FALSE(project->latestSnapshot("m", 10)->has_value());
    for (int n = 1; n <= 9; ++n) {
        REQUIRE(project->append("n", stepNamed(std::to_string(n)), {}));
        if (n % 3 == 0) REQUIRE(project->putSnapshot("n", n, blocks("at " + std::to_string(n))));
    }
    const auto at = [&](int most) { return (*project->latestSnapshot("n", most))->position; };
    CHECK(at(100) == 9);
    CHECK(at(8) == 6);
    CHECK(at(5) == 0); // 3 made room
    CHECK((*project->latestSnapshot("n", 7))->blocks == blocks("at 6"));
    CHECK((*project->latestSnapshot("n", 0))->blocks == blocks("start"));
    CHECK(project->putSnapshot("n", 10, blocks("")).error().code == Errc::InvalidArgument);

    SECTION("a snapshot of an abandoned history does not count")
    {
        REQUIRE(project->setPosition("n", 5));
        CHECK(at(9) == 9); // undone, not abandoned
        for (int n = 6; n <= 9; ++n)
            REQUIRE(project->append("n", stepNamed("other"), {}));
        CHECK(at(9) == 0);
    }
    SECTION("the start put again does not replace the first")
    {
        REQUIRE(project->putMask({"n", "c", "Renamed", MaskKind::Model, "lgg", "", {}, 0}, blocks("other")));
        CHECK((*project->latestSnapshot("n", 0))->blocks == blocks("start"));
    }
    SECTION("a damaged one gives way to the one before; when none is left it is an error, not an empty mask")
    {
        project.reset();
        const auto damage = [&](const std::string &sql) {
            SQLite::Database database((folder / "a.glio/project.sqlite").string(), SQLite::OPEN_READWRITE);
            database.exec(sql);
        };
        damage("DELETE FROM snapshot_blocks WHERE block = 9 AND snapshot IN (SELECT ordinal FROM snapshots WHERE "
               "position = 9)");
        damage("UPDATE snapshot_blocks SET data = x'00' WHERE snapshot IN (SELECT ordinal FROM snapshots WHERE "
               "position = 6)");
        project = opened(folder / "a.glio");
        CHECK(at(9) == 0);
        project.reset();
        damage("DELETE FROM snapshots");
        project = opened(folder / "a.glio");
        CHECK(project->latestSnapshot("n", 9).error().code == Errc::Io);
        CHECK(project->latestSnapshot("m", 9)->has_value() == false);
    }
}
