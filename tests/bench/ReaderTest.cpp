#include "ReaderArguments.h"
#include "ReaderStrokes.h"

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

TEST_CASE("A stroke runs from one end of an error to the other, through its middle", "[bench][reader]")
{
    const Geometry grid = *Geometry::make({60, 40, 9}, {1, 1, 3});
    // What lacks: a bar, 30 mm long and 7 mm wide, on one slice and the next.
    LabelMap truth(grid);
    for (std::int64_t k = 4; k <= 5; ++k)
        for (std::int64_t j = 17; j < 24; ++j)
            for (std::int64_t i = 10; i < 40; ++i)
                truth.set({i, j, k}, 4);
    const LabelMap empty(grid);
    const auto place = nextError(truth, empty, wholeTumour());
    REQUIRE(place);
    const Selection shape = shapeOnSlice(grid, *place);
    CHECK(std::ranges::count(shape.inside, std::uint8_t(1)) == 30 * 7);
    const std::vector<Index3> way = strokeWay(grid, shape);
    REQUIRE(way.size() >= 28);
    CHECK(std::abs(way.front()[0] - way.back()[0]) >= 27);
    for (std::size_t n = 1; n < way.size(); ++n)
        CHECK(length(grid.toWorld(way[n]) - grid.toWorld(way[n - 1])) < 1.5);
    const auto middle = std::ranges::count_if(way, [](const Index3 &v) { return std::abs(v[1] - 20) <= 1; });
    CHECK(middle >= 20);
    const auto patch = strokePatch(empty, *place, 4, 1.5);
    REQUIRE(patch);
    LabelMap painted = empty;
    tools::write(painted, *patch);
    CHECK(painted.at(way.front()) == 4);
    CHECK(painted.at(way[way.size() / 2]) == 4);
    CHECK(painted.at(way.back()) == 4);
    CHECK(regionDice(truth, painted, wholeTumour()) > 0.4);
}

TEST_CASE("A reader who fills between lassoed slices draws few of them", "[bench][reader]")
{
    const Geometry grid = *Geometry::make({60, 60, 60}, {1, 1, 1});
    const LabelMap truth = balls(grid, {{{30, 30, 30}, 20}});
    ReaderCase patient;
    patient.images = {ImageVolume(grid)};
    patient.sequences = {Sequence::T1};
    patient.truth = truth.toVolume();
    patient.prediction = LabelVolume(grid);
    MaskDocument document;
    const Course between =
        correct(patient, wholeTumour(), ReaderTool::LassoBetween, document, {.mostActs = 16, .leastActs = 16});
    REQUIRE(between.actsTo95);
    CHECK(*between.actsTo95 <= 13); // 39 slices hold it
    CHECK(regionDice(truth, document.labels(), wholeTumour()) == between.dice.back());
    CHECK(document.position() > 1);
    MaskDocument other;
    const Course lasso = correct(patient, wholeTumour(), ReaderTool::Lasso, other, {.mostActs = 16, .leastActs = 16});
    CHECK_FALSE(lasso.actsTo95);
    CHECK(between.after(13) > lasso.after(13) + 0.3);
}

TEST_CASE("Strokes better a small phantom by more than as many dabs do", "[bench][reader]")
{
    const auto patient = phantomCase(7001, {60, 60, 40}, 4);
    REQUIRE(patient);
    const auto after = [&](ReaderTool tool) {
        MaskDocument document;
        return correct(*patient, wholeTumour(), tool, document, {.mostActs = 10, .leastActs = 10}).after(10);
    };
    CHECK(after(ReaderTool::Stroke) > after(ReaderTool::Brush));
}

TEST_CASE("Benchmarks of readers take the same cases and say what is wrong with a command line",
          "[bench][reader][error]")
{
    std::string own;
    const std::map<std::string, OwnOption> options{{"--own", [&](const std::string &value) -> Result<void> {
                                                        own = value;
                                                        return {};
                                                    }}};
    const auto read = [&](std::vector<const char *> words) {
        words.insert(words.begin(), "bench");
        return readerArguments(int(words.size()), words.data(), options);
    };
    const auto all = read({"--json", "--own", "x", "--case", "a", "--prediction", "p", "--case", "b", "--truth", "t",
                           "--prediction", "q", "--scheme", "brats-2021"});
    REQUIRE(all);
    CHECK(all->json);
    CHECK(own == "x");
    REQUIRE(all->cases.size() == 2);
    CHECK(all->cases[0].prediction == "p");
    CHECK_FALSE(all->cases[0].truth);
    CHECK(all->cases[1].truth == "t");
    CHECK(all->cases[1].scheme == "brats-2021");
    CHECK(read({"--phantoms", "3"})->phantoms == 3);
    for (const auto &[words, says] : std::vector<std::pair<std::vector<const char *>, std::string>>{
             {{"--phantoms"}, "No value follows --phantoms"},
             {{"--phantoms", "0"}, "'0' is no number of phantoms"},
             {{"--phantoms", "3x"}, "'3x' is no number of phantoms"},
             {{"--truth", "t"}, "--truth is not known, or comes before the --case"},
             {{"--case", "a"}, "a needs the model's mask"},
             {{"--case", "a", "--wrong", "b"}, "--wrong is not known"}}) {
        const auto refused = read(words);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::InvalidArgument);
        CHECK(refused.error().message.find(says) != std::string::npos);
    }
}
