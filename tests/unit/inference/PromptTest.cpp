#include "glioscope/inference/PromptSegmenter.h"

#include "Runner.h"
#include "TestModel.h"

#include "glioscope/base/Random.h"
#include "glioscope/volume/VoxelBox.h"

#include <torch/torch.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdlib>

using namespace glio;
using namespace glio::inference;
using Catch::Approx;
using glio::test::Folder;

namespace {

constexpr std::array<Label, 4> kLabels{1, 2, 3, 4};
constexpr Size3 kLine{9, 1, 1};
using Line = std::vector<Label>;

GridClick belongs(std::int64_t i, Label label) { return {{i, 0, 0}, label, ClickSays::Belongs}; }
GridClick notThere(std::int64_t i, Label label) { return {{i, 0, 0}, label, ClickSays::DoesNotBelong}; }
Line settled(const Line &before, const Line &said, const std::vector<GridClick> &clicks)
{
    return settleClicks(kLine, before, said, clicks, defaultLabelScheme());
}

ImageVolume head(const Geometry &grid, float value)
{
    ImageVolume image(grid);
    auto voxels = image.edit();
    const PointMm centre = grid.centre();
    for (std::int64_t k = 0; k < grid.size()[2]; ++k)
        for (std::int64_t j = 0; j < grid.size()[1]; ++j)
            for (std::int64_t i = 0; i < grid.size()[0]; ++i) {
                const PointMm d = grid.toWorld(Index3{i, j, k}) - centre;
                if (length(d) < 40)
                    voxels[std::size_t(grid.offset({i, j, k}))] =
                        value * float(2 + std::sin(0.2 * d.x) + 0.5 * std::cos(0.31 * d.y + 0.1 * d.z));
            }
    return image;
}

/// A small net of random weights with prompts, and a case on an anisotropic grid.
struct Setup {
    Folder folder;
    Geometry grid = *Geometry::make({60, 52, 40}, {1.5, 1.7, 2.2}, {-40, -30, 10});
    std::vector<Input> inputs{{Sequence::T1c, head(grid, 150)}, {Sequence::Flair, head(grid, 80)}};
    LabelMap mask{grid};

    Setup()
    {
        setenv("GLIO_THREADS", "1", 1);
        setenv("XDG_CACHE_HOME", folder.path.c_str(), 1);
        auto info = test::tinyInfo();
        info.spacingsMm = {3.0};
        info.window = {16, 16, 16};
        info.net.options["prompts"] = std::int64_t{8};
        info.prompts = interchange::ModelPrompts{};
        torch::manual_seed(11);
        const auto net = nets::makeNet(info.net).value();
        const torch::NoGradGuard quiet;
        for (auto &item : net->named_parameters())
            if (item.key() == "head0.bias") item.value().zero_();
        REQUIRE(interchange::saveNet(folder / "model", info, *net, interchange::StoredAs::Same));
    }
    std::unique_ptr<PromptSegmenter> open() const
    {
        auto segmenter =
            PromptSegmenter::open(*interchange::ModelFile::open(folder / "model"), "cpu", Precision::Float32);
        REQUIRE(segmenter);
        return *std::move(segmenter);
    }
    std::unique_ptr<PromptSegmenter> prepared() const
    {
        auto segmenter = open();
        REQUIRE(segmenter->prepare("case", inputs));
        return segmenter;
    }
    PromptClick click(const Index3 &voxel, Label label, ClickSays says) const
    {
        return {grid.toWorld(voxel), label, says};
    }
};
} // namespace

TEST_CASE("Prompts are the mask by label, then balls of the clicks by label, signed", "[inference][prompts]")
{
    const Size3 size{12, 12, 12};
    const VoxelBox box{{0, 0, 0}, size};
    std::vector<Label> mask(12 * 12 * 12, 0);
    mask[box.offset({2, 3, 4})] = 4;
    std::vector<float> channels(8 * mask.size(), 7.0f);
    const std::vector<GridClick> clicks{{{5, 5, 5}, 2, ClickSays::Belongs},
                                        {{7, 5, 5}, 2, ClickSays::DoesNotBelong},
                                        {{-1, 0, 0}, 1, ClickSays::Belongs}};
    drawPrompts(channels, size, mask, clicks, kLabels);
    const auto value = [&](std::size_t channel, const Index3 &v) {
        return double(channels[channel * mask.size() + box.offset(v)]);
    };
    CHECK(value(3, {2, 3, 4}) == 1);
    CHECK(value(0, {2, 3, 4}) == 0);
    CHECK(value(5, {5, 5, 5}) == 1);
    CHECK(value(5, {7, 5, 5}) == -1);
    CHECK(value(5, {3, 5, 5}) == Approx(0.5));
    CHECK(value(5, {5, 5, 8}) == Approx(0.25)); // the rim of the ball
    CHECK(value(5, {5, 5, 9}) == 0);
    CHECK(value(5, {8, 5, 5}) == Approx(-0.75)); // nearer to the second
    CHECK(value(4, {1, 0, 0}) == Approx(0.5));   // a ball reaches in from outside
    CHECK(value(6, {5, 5, 5}) == 0);
}

TEST_CASE("A click changes what is connected to it, and only the way it says", "[inference][prompts]")
{
    const Line none(9, 0);
    // Adds the part it lies in, with the net's labels, and not the other.
    CHECK(settled(none, {0, 4, 2, 4, 0, 0, 4, 4, 0}, {belongs(2, 2)}) == Line{0, 4, 2, 4, 0, 0, 0, 0, 0});
    // Never takes away what stands elsewhere, and takes another label over for its own alone.
    CHECK(settled({2, 2, 4, 0, 0, 0, 0, 0, 0}, {0, 1, 2, 2, 0, 0, 0, 0, 0}, {belongs(3, 2)}) ==
          Line{2, 2, 2, 2, 0, 0, 0, 0, 0});
    // Takes: what becomes background, and what was its label.
    CHECK(settled({4, 4, 2, 2, 4, 0, 0, 4, 4}, {0, 0, 0, 4, 4, 0, 0, 0, 0}, {notThere(2, 2)}) ==
          Line{0, 0, 0, 4, 4, 0, 0, 4, 4});
    // A click about a label of the core asks about the core: what joins or leaves it goes along, as any label of it.
    CHECK(settled({4, 4, 4, 4, 4, 0, 0, 0, 0}, {4, 1, 2, 4, 0, 0, 0, 0, 0}, {belongs(2, 2)}) ==
          Line{4, 1, 2, 4, 4, 0, 0, 0, 0});
    CHECK(settled({1, 2, 2, 4, 4, 0, 0, 0, 0}, {4, 4, 4, 0, 4, 0, 0, 0, 0}, {notThere(2, 2)}) ==
          Line{4, 4, 4, 0, 4, 0, 0, 0, 0});
    CHECK(settled({2, 1, 4, 4, 4, 0, 0, 0, 0}, {1, 2, 2, 4, 4, 0, 0, 0, 0}, {belongs(2, 2)}) ==
          Line{2, 2, 2, 4, 4, 0, 0, 0, 0}); // not what moves inside it to another label than the click's
    // Never adds.
    CHECK(settled({0, 0, 2, 0, 0, 0, 0, 0, 0}, {0, 4, 0, 4, 4, 0, 0, 0, 0}, {notThere(2, 2)}) == none);
}

TEST_CASE("Clicks are obeyed at their voxel whatever the net says", "[inference][prompts]")
{
    const Line none(9, 0), all(9, 4);
    CHECK(settled(none, none, {belongs(4, 1)}) == Line{0, 0, 0, 0, 1, 0, 0, 0, 0});
    CHECK(settled(all, all, {notThere(4, 4)}) == Line{4, 4, 4, 4, 0, 4, 4, 4, 4});
    // A part that begins beside the click is the click's too.
    CHECK(settled(none, {0, 0, 0, 1, 0, 0, 0, 0, 0}, {belongs(4, 1)}) == Line{0, 0, 0, 1, 1, 0, 0, 0, 0});
    // Both ways at once.
    CHECK(settled(none, all, {belongs(1, 4), notThere(7, 4)}) == Line{4, 4, 4, 4, 4, 4, 4, 0, 4});
}

TEST_CASE("Whatever is clicked in whatever mask, the last click at a voxel holds and no click changes nothing",
          "[inference][prompts]")
{
    for (std::uint64_t n = 0; n < 200; ++n) {
        CounterRandom random{n};
        const Size3 size{random.integer(1, 12), random.integer(1, 12), random.integer(1, 12)};
        const VoxelBox box{{0, 0, 0}, size};
        std::vector<Label> before(std::size_t(box.count())), said(before.size());
        for (std::size_t v = 0; v < before.size(); ++v) {
            before[v] = Label(random.integer(0, 4));
            said[v] = Label(random.integer(0, 4));
        }
        std::vector<GridClick> clicks;
        for (std::int64_t c = random.integer(0, 6); c > 0; --c)
            clicks.push_back({{random.integer(-4, 16), random.integer(-4, 16), random.integer(-4, 16)},
                              Label(random.integer(1, 4)),
                              random.chance(0.5) ? ClickSays::Belongs : ClickSays::DoesNotBelong});
        const auto after = settleClicks(size, before, said, clicks, defaultLabelScheme());
        REQUIRE(after.size() == before.size());
        if (clicks.empty()) CHECK(after == before);
        for (std::size_t c = 0; c < clicks.size(); ++c) {
            const bool last = std::none_of(clicks.begin() + std::ptrdiff_t(c) + 1, clicks.end(),
                                           [&](const GridClick &other) { return other.voxel == clicks[c].voxel; });
            if (!last || !box.contains(clicks[c].voxel)) continue;
            const bool isLabel = after[box.offset(clicks[c].voxel)] == clicks[c].label;
            CHECK(isLabel == (clicks[c].says == ClickSays::Belongs));
        }
    }
}

TEST_CASE("Zero prompts are plain segmentation", "[inference][prompts]")
{
    const Setup s;
    const auto file = *interchange::ModelFile::open(s.folder / "model");
    // The same net without prompt channels: what of the first convolution reads them is cut off.
    const auto net = interchange::loadNet(file).value();
    auto info = file.info();
    info.net.options.erase("prompts");
    info.prompts.reset();
    const auto plain = nets::makeNet(info.net).value();
    const torch::NoGradGuard quiet;
    for (auto &item : plain->named_parameters()) {
        const torch::Tensor from = net->named_parameters()[item.key()];
        item.value().copy_(from.sizes() == item.value().sizes() ? from : from.slice(1, 0, 4));
    }
    const auto plainFile = interchange::saveNet(s.folder / "plain", info, *plain, interchange::StoredAs::Same);
    REQUIRE(plainFile);
    const SegmentOptions options{.precision = Precision::Float32};
    const auto a = (*Segmenter::open(file, "cpu"))->run(s.inputs, s.grid, options);
    const auto b = (*Segmenter::open(*plainFile, "cpu"))->run(s.inputs, s.grid, options);
    REQUIRE(a);
    REQUIRE(b);
    CHECK(std::ranges::equal(a->labels.voxels(), b->labels.voxels()));
    // Our own runner takes prompts and their absence as the net does.
    for (const Precision precision : {Precision::Float32, Precision::BFloat16})
        if (canFuse(file.info().net, precision)) {
            const auto fused = makeFusedRunner(*net, precision);
            const torch::Tensor x = torch::randn({1, 4, 16, 16, 16}), p = torch::randn({1, 8, 16, 16, 16});
            const auto goOn = [] { return true; };
            const double most = precision == Precision::Float32 ? 1e-3 : 0.3;
            CHECK((fused->logits(x, goOn) - net->forward(x)).abs().max().item<double>() < most);
            const torch::Tensor both = torch::cat({x, p}, 1);
            CHECK((fused->logits(both, goOn) - net->forward(both)).abs().max().item<double>() < most);
        }
}

TEST_CASE("A prompted net answers clicks on the mask's grid and obeys every one of them", "[inference][prompts]")
{
    Setup s;
    s.mask.set({30, 26, 20}, 4);
    const auto segmenter = s.prepared();
    const std::vector clicks{s.click({30, 26, 20}, 4, ClickSays::DoesNotBelong),
                             s.click({34, 26, 20}, 1, ClickSays::Belongs),
                             s.click({28, 24, 18}, 2, ClickSays::Belongs)};
    const auto answer = segmenter->decide(s.mask, clicks);
    REQUIRE(answer);
    const LabelPatch &patch = answer->patch;
    CHECK(patch.labels.size() == std::size_t(patch.box.count()));
    CHECK(VoxelBox::whole(s.grid).intersected(patch.box) == patch.box);
    CHECK(patch.labels[patch.box.offset({30, 26, 20})] != 4);
    CHECK(patch.labels[patch.box.offset({34, 26, 20})] == 1);
    CHECK(patch.labels[patch.box.offset({28, 24, 18})] == 2);
    CHECK(answer->precision == "fp32");
    const auto again = segmenter->decide(s.mask, clicks);
    REQUIRE(again);
    CHECK(again->patch.labels == patch.labels);
    const auto wider = segmenter->decide(s.mask, clicks, {.windowMm = 90});
    REQUIRE(wider);
    CHECK(wider->window == Size3{30, 30, 30});
    CHECK(wider->patch.box.count() > patch.box.count());
}

TEST_CASE("Clicks that cannot be answered are refused with a sentence", "[inference][prompts][error]")
{
    const Setup s;
    const auto segmenter = s.open();
    const std::vector one{s.click({30, 26, 20}, 4, ClickSays::Belongs)};
    CHECK(segmenter->decide(s.mask, one).error().code == Errc::InvalidArgument); // nothing prepared
    REQUIRE(segmenter->prepare("case", s.inputs));
    CHECK(segmenter->isPrepared("case"));
    CHECK_FALSE(segmenter->isPrepared("another"));
    const auto refused = [&](const std::vector<PromptClick> &clicks) {
        const auto answer = segmenter->decide(s.mask, clicks);
        return !answer && answer.error().code == Errc::InvalidArgument && !answer.error().message.empty();
    };
    CHECK(refused({}));
    CHECK(refused({s.click({-5, 0, 0}, 4, ClickSays::Belongs)}));
    CHECK(refused({s.click({30, 26, 20}, 9, ClickSays::Belongs)}));
    const auto cancelled = segmenter->decide(s.mask, one, {}, [](double) { return false; });
    REQUIRE_FALSE(cancelled);
    CHECK(cancelled.error().code == Errc::Cancelled);
    CHECK(segmenter->decide(s.mask, one)); // and works on
    segmenter->release();
    CHECK_FALSE(segmenter->isPrepared("case"));
}

TEST_CASE("A model without prompts does not open for clicks", "[inference][prompts][error]")
{
    const Folder folder;
    const auto info = test::tinyInfo();
    REQUIRE(interchange::saveNet(folder / "plain", info, *nets::makeNet(info.net).value()));
    const auto opened = PromptSegmenter::open(*interchange::ModelFile::open(folder / "plain"), "cpu");
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::ModelMismatch);
}
