#include "glioscope/inference/Segmenter.h"

#include "glioscope/inference/Islands.h"

#include "TestModel.h"

#include "glioscope/base/Memory.h"

#include <torch/torch.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <chrono>
#include <cmath>
#include <cstdlib>

using namespace glio;
using namespace glio::inference;
using glio::test::Folder;

namespace {
/// A ball of brightness `value` in air, with texture so that it can be normalised.
ImageVolume head(const Geometry &grid, float value)
{
    ImageVolume image(grid);
    auto voxels = image.edit();
    const PointMm centre = grid.centre();
    for (std::int64_t k = 0; k < grid.size()[2]; ++k)
        for (std::int64_t j = 0; j < grid.size()[1]; ++j)
            for (std::int64_t i = 0; i < grid.size()[0]; ++i) {
                const PointMm d = grid.toWorld(Index3{i, j, k}) - centre;
                if (d.x * d.x + d.y * d.y + d.z * d.z < 35 * 35)
                    voxels[std::size_t(grid.offset({i, j, k}))] =
                        value * float(2 + std::sin(0.2 * d.x) + 0.5 * std::cos(0.31 * d.y + 0.1 * d.z));
            }
    return image;
}
struct Setup {
    Folder folder;
    Geometry grid = *Geometry::make({60, 52, 40}, {1.5, 1.7, 2.2}, {-40, -30, 10});
    std::vector<Input> inputs{
        {Sequence::T1, head(grid, 100)}, {Sequence::T1c, head(grid, 150)}, {Sequence::Flair, head(grid, 80)}};

    explicit Setup(void (*change)(interchange::ModelInfo &) = nullptr)
    {
        setenv("GLIO_THREADS", "1", 1);                   // tiny windows: threads would only wait for each other
        setenv("XDG_CACHE_HOME", folder.path.c_str(), 1); // the speed measured here stays here
        auto info = test::tinyInfo();
        info.spacingsMm = {3.0};
        info.window = {16, 16, 16};
        if (change) change(info);
        torch::manual_seed(11);
        const auto net = nets::makeNet(info.net).value();
        const torch::NoGradGuard quiet;
        for (auto &item : net->named_parameters()) // no favour for background: a mask with every label
            if (item.key() == "head0.bias") item.value().zero_();
        REQUIRE(interchange::saveNet(folder / "model", info, *net));
    }
    std::unique_ptr<Segmenter> open() const
    {
        auto segmenter = Segmenter::open(*interchange::ModelFile::open(folder / "model"), "cpu");
        REQUIRE(segmenter);
        return *std::move(segmenter);
    }
};
} // namespace

TEST_CASE("A segmentation lies on the reference grid and its mask is the decoded bytes", "[inference]")
{
    const Setup s;
    const auto result = s.open()->run(s.inputs, s.grid, {.precision = Precision::Float32});
    REQUIRE(result);
    CHECK(result->labels.geometry().sameGrid(s.grid));
    REQUIRE(result->probabilities.classes.size() == 4);
    const auto again = decode(result->probabilities, result->thresholds);
    REQUIRE(again);
    CHECK(std::ranges::equal(again->voxels(), result->labels.voxels()));
    CHECK_FALSE(labelsPresent(result->labels).empty());
    CHECK((result->missing == std::vector{Sequence::T2}));
    CHECK(result->precision == "fp32");
    CHECK(result->seconds > 0);
}

TEST_CASE("The same case gives the same bytes again", "[inference]")
{
    const Setup s;
    const auto segmenter = s.open();
    const SegmentOptions options{.precision = Precision::Float32};
    const auto once = segmenter->run(s.inputs, s.grid, options), twice = segmenter->run(s.inputs, s.grid, options);
    REQUIRE(once);
    REQUIRE(twice);
    for (std::size_t c = 0; c < 4; ++c)
        CHECK(std::ranges::equal(once->probabilities.classes[c].voxels(), twice->probabilities.classes[c].voxels()));
}

TEST_CASE("Windows outside the head are skipped and their voxels are background", "[inference]")
{
    const Setup s;
    const auto result = s.open()->run(s.inputs, s.grid, {.precision = Precision::Float32});
    REQUIRE(result);
    const std::uint8_t corner = result->labels.at({0, 0, 0});
    CHECK(corner == 0);
    CHECK(result->windows > result->windowsSkipped);
}

TEST_CASE("Cancelling ends the work with Cancelled and the model works on", "[inference]")
{
    const Setup s;
    const auto segmenter = s.open();
    const SegmentOptions options{.precision = Precision::Float32};
    const double at = GENERATE(0.0, 0.2, 0.9);
    const auto stopped = segmenter->run(s.inputs, s.grid, options, [&](double done) { return done <= at; });
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == Errc::Cancelled);
    CHECK(segmenter->run(s.inputs, s.grid, options));
}

TEST_CASE("Progress never falls and ends at 1", "[inference]")
{
    const Setup s;
    double last = 0;
    bool fell = false;
    REQUIRE(s.open()->run(s.inputs, s.grid, {.precision = Precision::Float32}, [&](double done) {
        fell = fell || done < last;
        last = done;
        return true;
    }));
    CHECK_FALSE(fell);
    CHECK(last == 1.0);
}

TEST_CASE("A model that needs a sequence says which", "[inference][error]")
{
    const Setup s([](interchange::ModelInfo &info) { info.inputs[2].optional = false; });
    const auto result = s.open()->run(s.inputs, s.grid);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::ModelMismatch);
    CHECK(result.error().message.find("T2") != std::string::npos);
}

TEST_CASE("Too little memory is said before the work, with the amount", "[inference][error]")
{
    const Setup s;
    const auto segmenter = s.open();
    SegmentOptions options{.precision = Precision::Float32};
    options.memoryLimitBytes = 1;
    const auto result = segmenter->run(s.inputs, s.grid, options);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::OutOfMemory);
    CHECK(result.error().message.find("MB") != std::string::npos);
    const auto estimate = segmenter->estimate(s.inputs, s.grid, options);
    REQUIRE(estimate);
    CHECK_FALSE(estimate->fits);
    CHECK_FALSE(estimate->reason.empty());
}

TEST_CASE("Windows become smaller when memory is short", "[inference]")
{
    const Setup s;
    const auto segmenter = s.open();
    SegmentOptions options{.precision = Precision::Float32};
    options.window = 160;
    const auto plenty = segmenter->estimate(s.inputs, s.grid, options);
    REQUIRE(plenty);
    CHECK((plenty->window == Size3{160, 160, 160}));
    options.memoryLimitBytes = residentBytes() + plenty->peakBytes / 2;
    const auto little = segmenter->estimate(s.inputs, s.grid, options);
    REQUIRE(little);
    CHECK(little->fits);
    CHECK(little->window[0] < 160);
    CHECK(little->peakBytes <= plenty->peakBytes / 2);
}

TEST_CASE("An estimate knows the time once this machine was measured", "[inference]")
{
    const Setup s;
    const auto segmenter = s.open();
    CHECK(segmenter->estimate(s.inputs, s.grid)->seconds == 0);
    REQUIRE(segmenter->run(s.inputs, s.grid));
    const auto estimate = segmenter->estimate(s.inputs, s.grid);
    REQUIRE(estimate);
    CHECK(estimate->seconds > 0);
    CHECK(estimate->fits);
    CHECK(estimate->windows >= 1);
}

TEST_CASE("Later looks leave the first alone and count what they said", "[inference]")
{
    const Setup s;
    const auto segmenter = s.open();
    SegmentOptions options{.precision = Precision::Float32, .looks = 3};
    const auto first = segmenter->run(s.inputs, s.grid, options);
    REQUIRE(first);
    std::vector<int> seen;
    const auto looks = segmenter->runLooks(s.inputs, *first, options, {}, [&](int done, int total) {
        CHECK(total == 3);
        seen.push_back(done);
        return true;
    });
    REQUIRE(looks);
    CHECK(seen == std::vector{2, 3});
    CHECK(looks->looks == 3);
    REQUIRE(looks->votes.size() == 4);
    std::int64_t tooMany = 0, any = 0;
    for (std::size_t v = 0; v < looks->votes[0].voxels().size(); ++v) {
        int sum = 0;
        for (const auto &votes : looks->votes)
            sum += votes.voxels()[v];
        tooMany += sum > 3;
        any += sum > 0;
    }
    CHECK(tooMany == 0);
    CHECK(any > 0);
    CHECK(looks->volumesMl.at("WT").size() == 3);
    CHECK(std::ranges::any_of(looks->volumeVariation, [](const auto &item) { return item.second > 0; }));
    CHECK(std::ranges::max(looks->mutualInformationPercent.voxels()) > 0);
}

TEST_CASE("Looks by dropout differ, need a model with dropout, and repeat by seed", "[inference]")
{
    SECTION("without dropout they are refused")
    {
        const Setup s;
        const auto segmenter = s.open();
        const auto first = segmenter->run(s.inputs, s.grid);
        REQUIRE(first);
        const auto looks = segmenter->runLooks(s.inputs, *first, {.lookKind = LookKind::Dropout, .looks = 2});
        REQUIRE_FALSE(looks);
        CHECK(looks.error().code == Errc::ModelMismatch);
    }
    SECTION("with dropout")
    {
        const Setup s([](interchange::ModelInfo &info) {
            auto o = *nets::UNet3DOptions::from(info.net);
            o.dropout = 0.5;
            o.dropoutFrom = 0;
            info.net = o.spec();
        });
        const auto segmenter = s.open();
        const SegmentOptions options{.precision = Precision::Float32, .lookKind = LookKind::Dropout, .looks = 2};
        const auto first = segmenter->run(s.inputs, s.grid, options);
        REQUIRE(first);
        const auto once = segmenter->runLooks(s.inputs, *first, options),
                   twice = segmenter->runLooks(s.inputs, *first, options);
        REQUIRE(once);
        REQUIRE(twice);
        CHECK(std::ranges::equal(once->mean.classes[0].voxels(), twice->mean.classes[0].voxels()));
        CHECK_FALSE(std::ranges::equal(once->mean.classes[0].voxels(), first->probabilities.classes[0].voxels()));
    }
}

TEST_CASE("The reference is T1c, then FLAIR, T1, T2, then whatever there is", "[inference]")
{
    const std::vector<Input> inputs{
        {Sequence::Other, {}}, {Sequence::T2, {}}, {Sequence::T1, {}}, {Sequence::Flair, {}}};
    CHECK(chooseReference(inputs).sequence == Sequence::Flair);
    CHECK(chooseReference(std::span(inputs).first(3)).sequence == Sequence::T1);
    CHECK(chooseReference(std::span(inputs).first(1)).sequence == Sequence::Other);
}

TEST_CASE("Islands below the model's limit are dropped from the mask", "[inference]")
{
    const Geometry grid = *Geometry::make({20, 10, 10}, {1, 1, 1});
    Probabilities p{.schemeId = "brats-ped-2024", .classes = {}, .hasBackground = false};
    for (int n = 0; n < 4; ++n)
        p.classes.emplace_back(grid);
    for (std::int64_t i = 0; i < 4; ++i)
        for (std::int64_t j = 0; j < 5; ++j)
            for (std::int64_t k = 0; k < 5; ++k)
                p.classes[0].set({i, j, k}, 255); // 100 mm3
    p.classes[0].set({15, 5, 5}, 255);            // 1 mm3
    interchange::ModelInfo model;
    CHECK(settleIslands(p, model)->at({15, 5, 5}) == 1);
    model.smallestIslandMl = 0.05;
    const auto mask = settleIslands(p, model);
    REQUIRE(mask);
    CHECK(mask->at({15, 5, 5}) == 0);
    CHECK(mask->at({0, 0, 0}) == 1);
}
