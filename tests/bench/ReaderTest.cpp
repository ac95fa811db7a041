#include "ReaderCases.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace glio;
using namespace glio::bench;

namespace {
const RegionDefinition &wholeTumour() { return *defaultLabelScheme().region("WT"); }

LabelMap balls(const Geometry &grid, std::initializer_list<std::pair<PointMm, double>> all)
{
    LabelMap map(grid);
    for (std::int64_t k = 0; k < grid.size()[2]; ++k)
        for (std::int64_t j = 0; j < grid.size()[1]; ++j)
            for (std::int64_t i = 0; i < grid.size()[0]; ++i)
                for (const auto &[centre, radiusMm] : all)
                    if (length(grid.toWorld(Index3{i, j, k}) - centre) <= radiusMm) map.set({i, j, k}, 4);
    return map;
}
} // namespace

TEST_CASE("A simulated reader clicks the middle of the largest error, in millimetres", "[bench][reader]")
{
    const Geometry grid = *Geometry::make({60, 60, 20}, {1, 1, 3});
    const LabelMap truth = balls(grid, {{{15, 15, 30}, 9}, {{40, 40, 30}, 6}});
    const LabelMap mask = balls(grid, {{{15, 40, 30}, 7}});
    const auto first = nextError(truth, mask, wholeTumour());
    REQUIRE(first);
    CHECK(first->add);
    CHECK(first->at == Index3{15, 15, 10});
    CHECK(std::abs(first->depthMm - 9) < 1);
    const auto second = nextError(truth, mask, wholeTumour(), {first->at});
    REQUIRE(second);
    CHECK_FALSE(second->add);
    CHECK(second->at == Index3{15, 40, 10});
    const auto third = nextError(truth, mask, wholeTumour(), {first->at, second->at});
    REQUIRE(third);
    CHECK(third->at == Index3{40, 40, 10});
    CHECK_FALSE(nextError(truth, truth, wholeTumour()));
}

TEST_CASE("A degraded truth is the same for a seed, and lacks and has too much", "[bench][reader]")
{
    const auto one = phantomCase(7001, {60, 60, 40}, 4), two = phantomCase(7001, {60, 60, 40}, 4);
    REQUIRE(one);
    REQUIRE(two);
    const LabelMap mask = LabelMap::from(one->prediction), truth = LabelMap::from(one->truth);
    CHECK(mask == LabelMap::from(two->prediction));
    const double dice = regionDice(truth, mask, wholeTumour());
    CHECK(dice > 0.4);
    CHECK(dice < 0.95);
}

TEST_CASE("The simulated reader reaches a Dice of 0.95 on a small phantom with the brush", "[bench][reader]")
{
    const auto patient = phantomCase(7001, {60, 60, 40}, 4);
    REQUIRE(patient);
    MaskDocument document;
    const Course course = correct(*patient, wholeTumour(), ReaderTool::Brush, document);
    REQUIRE(course.actsTo95);
    CHECK(*course.actsTo95 > 0);
    CHECK(*course.actsTo95 <= 40);
    for (std::size_t n = 1; n < course.dice.size(); ++n)
        CHECK(course.dice[n] >= course.dice[n - 1]);
    SECTION("each act that stands is one step of the history, and all of it can be undone")
    {
        CHECK(document.position() == course.dice.size() - std::size_t(course.undone)); // the model's mask is the first
        REQUIRE(document.goTo(1));
        CHECK(document.labels() == LabelMap::from(patient->prediction));
    }
    SECTION("the same again")
    {
        MaskDocument again;
        CHECK(correct(*patient, wholeTumour(), ReaderTool::Brush, again).dice == course.dice);
    }
}

TEST_CASE("No tool leaves the simulated reader with a worse mask, and painting betters it", "[bench][reader]")
{
    const auto patient = phantomCase(7001, {60, 60, 40}, 4);
    REQUIRE(patient);
    for (const ReaderToolName &tool : kReaderTools) {
        INFO(tool.id);
        MaskDocument document;
        const Course course = correct(*patient, wholeTumour(), tool.tool, document, {.mostActs = 12, .leastActs = 12});
        // Points without a model's probabilities may find nothing to better.
        if (tool.tool != ReaderTool::Points) CHECK(course.dice.back() > course.dice.front());
        CHECK(regionDice(LabelMap::from(patient->truth), document.labels(), wholeTumour()) == course.dice.back());
        CHECK(std::ranges::is_sorted(course.dice));
    }
}

TEST_CASE("Clicks go to whoever answers them, gathered while they lie near each other", "[bench][reader][prompt]")
{
    const Geometry grid = *Geometry::make({90, 60, 60}, {1, 1, 1});
    ReaderCase patient;
    patient.images = {ImageVolume(grid)};
    patient.sequences = {Sequence::T1};
    const LabelMap truth = balls(grid, {{{20, 30, 30}, 9}, {{70, 30, 30}, 6}});
    patient.truth = truth.toVolume();
    patient.prediction = LabelVolume(grid);
    std::vector<std::size_t> clicks;
    // A network that mends a quarter of what lacks around its latest click.
    const PointsDecider decide = [&](const LabelMap &before, const tools::PointsRequest &request) {
        clicks.push_back(request.clicks.size());
        const VoxelBox box = tools::boxOfPoints(grid, request.clicks, 24);
        LabelPatch patch{box, before.values(box)};
        for (std::size_t n = 0; n < patch.labels.size(); ++n) {
            const auto v = std::int64_t(n);
            const Index3 at{box.start[0] + v % box.size[0], box.start[1] + v / box.size[0] % box.size[1],
                            box.start[2] + v / (box.size[0] * box.size[1])};
            for (const auto &click : request.clicks)
                if (length(grid.toWorld(at) - grid.toWorld(click.voxel)) < 5) patch.labels[n] = truth.at(at);
        }
        return Result<LabelPatch>(std::move(patch));
    };
    MaskDocument document;
    const Course course = correct(patient, wholeTumour(), ReaderTool::Points, document,
                                  {.mostActs = 6, .leastActs = 6, .decide = decide});
    REQUIRE(clicks.size() == 6);
    CHECK(clicks[0] == 1);
    CHECK(std::ranges::max(clicks) > 1);
    CHECK(course.after(1) > 0.1);
    CHECK(course.after(6) > course.after(1) + 0.2);
    CHECK(course.undone == 0);
}
