#include "glioscope/loop/Calibrate.h"

#include "HeldOut.h"
#include "IslandSearch.h"
#include "TestModel.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Random.h"
#include "glioscope/inference/Islands.h"
#include "glioscope/metrics/RegionMetrics.h"

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace glio;
using namespace glio::loop;

namespace {
const Geometry kGrid = *Geometry::make({48, 40, 32}, {1.5, 1.5, 1.5});

void ball(Volume<std::uint8_t> &volume, Index3 centre, double radius, std::uint8_t value)
{
    for (std::int64_t k = 0; k < 32; ++k)
        for (std::int64_t j = 0; j < 40; ++j)
            for (std::int64_t i = 0; i < 48; ++i)
                if (std::hypot(double(i - centre[0]), double(j - centre[1]), double(k - centre[2])) <= radius)
                    volume.set({i, j, k}, value);
}

/// A tumour that is found, and false islands that are small or doubtful.
SearchCase madeUp(std::uint64_t seed)
{
    CounterRandom random{seed};
    Probabilities p{.schemeId = "brats-ped-2024", .classes = {}, .hasBackground = false};
    for (int n = 0; n < 4; ++n)
        p.classes.emplace_back(kGrid);
    LabelVolume truth(kGrid);
    const Index3 centre{random.integer(14, 20), random.integer(14, 24), random.integer(12, 18)};
    ball(truth, centre, 8, 4);
    ball(truth, centre, 5, 2);
    ball(p.classes[3], centre, 8.4, 235);
    ball(p.classes[3], centre, 5, 20);
    ball(p.classes[1], centre, 5, 230);
    for (int n = 0; n < 3; ++n)
        ball(p.classes[3], {random.integer(36, 44), random.integer(4, 36), random.integer(4, 28)},
             random.uniform(1, 2.6), std::uint8_t(random.integer(140, 165)));
    return {std::make_shared<const Probabilities>(std::move(p)), std::move(truth), {"WT", "TC", "ET"}};
}
} // namespace

TEST_CASE("The search for island rules takes out false islands, on cases it has not seen too", "[loop][calibrate]")
{
    std::vector<SearchCase> cases;
    for (std::uint64_t n = 0; n < 10; ++n)
        cases.push_back(madeUp(n));
    const auto kept = cases;
    interchange::ModelInfo info = test::tinyInfo();
    IslandSearch search(std::move(cases), info);
    const std::vector<int> learn{0, 1, 2, 3, 4}, check{5, 6, 7, 8, 9};
    const auto found = search.fit(learn);
    REQUIRE(found);
    REQUIRE(found->islands.contains("WT"));
    CHECK_FALSE(found->islands.contains("ET")); // nothing to gain there: left alone
    const auto before = search.score(check, info), after = search.score(check, *found);
    REQUIRE(before);
    REQUIRE(after);
    CHECK(before->at("WT") < 0.5);
    CHECK(after->at("WT") > 0.9);

    // The table's shortcut says what the real thing says.
    double sum = 0;
    for (const int n : check) {
        Probabilities p = *kept[std::size_t(n)].probabilities;
        const auto mask = inference::settleIslands(p, *found);
        const auto compared = metrics::compareMasks(kept[std::size_t(n)].truth, *mask, defaultLabelScheme(),
                                                    {.preset = metrics::Preset::Brats2023});
        REQUIRE(compared);
        CHECK(compared->front().id == "WT");
        sum += compared->front().lesions.dice / double(check.size());
    }
    CHECK(after->at("WT") == Catch::Approx(sum).margin(1e-9));
    CHECK(search.fit(learn, [](double) { return false; }).error().code == Errc::Cancelled);
}

TEST_CASE("A kept look is the look, and survives its file", "[loop][calibrate]")
{
    const test::Folder folder;
    inference::Segmenter::RawLook look{.grid = kGrid, .values = {}, .images = {{"a", 1.5}}, .pooled = {1, 2}};
    look.values.assign(std::size_t(2 * kGrid.voxelCount()), 0.0f);
    look.values[std::size_t(kGrid.offset({7, 8, 9}))] = 0.25f;
    look.values[std::size_t(kGrid.voxelCount() + kGrid.offset({17, 8, 11}))] = 0.75f;
    const auto values = look.values;
    const KeptLook kept = keep(std::move(look), 2);
    CHECK(kept.raw.values.size() == std::size_t(2 * 11 * 1 * 3));
    CHECK(kept.whole(2).values == values);
    REQUIRE(writeLook(kept, folder / "look.safetensors"));
    const auto back = readLook(folder / "look.safetensors");
    REQUIRE(back);
    CHECK(back->whole(2).values == values);
    CHECK(back->raw.images == kept.raw.images);
    CHECK(back->raw.pooled == kept.raw.pooled);
    CHECK(back->raw.grid.sameGrid(kGrid));
}

TEST_CASE("Faults change what they say and nothing else", "[loop][calibrate]")
{
    HeldOutCase good{.name = "p", .patient = "p", .inputs = {}, .truth = LabelVolume(kGrid), .regions = {"WT"}};
    CounterRandom random{4};
    for (const Sequence sequence : kModelSequences) {
        ImageVolume image(kGrid);
        for (float &v : image.edit())
            v = float(random.uniform(0, 100));
        good.inputs.push_back({sequence, std::move(image)});
    }
    const auto swapped = withFault(good, Fault::Swapped, 0);
    CHECK(swapped.inputs[0].sequence == Sequence::T2);
    CHECK(swapped.inputs[2].sequence == Sequence::T1);
    CHECK(swapped.inputs[1].image.sharesVoxelsWith(good.inputs[1].image));
    const auto turned = withFault(good, Fault::UpsideDown, 0);
    CHECK(turned.inputs[3].image.at({5, 6, 0}) == good.inputs[3].image.at({5, 6, 31}));
    CHECK(withFault(turned, Fault::UpsideDown, 0).inputs[3].image.at({5, 6, 7}) == good.inputs[3].image.at({5, 6, 7}));
    const auto moved = withFault(good, Fault::Motion, 3);
    CHECK_FALSE(std::ranges::equal(moved.inputs[0].image.voxels(), good.inputs[0].image.voxels()));
    CHECK(
        std::ranges::equal(withFault(good, Fault::Motion, 3).inputs[0].image.voxels(), moved.inputs[0].image.voxels()));
    for (int kind = 0; kind < kDegradations; ++kind) {
        const auto worse = degraded(good, kind, 1);
        CHECK(worse.name != good.name);
        const bool dropped = worse.inputs.size() < good.inputs.size();
        CHECK((dropped || !std::ranges::equal(worse.inputs[0].image.voxels(), good.inputs[0].image.voxels())));
    }
    CHECK(degraded(good, 3, 1).inputs.size() == 2);
}

TEST_CASE("A version goes up by one", "[loop][calibrate]")
{
    CHECK(nextVersion("1.0") == "1.1");
    CHECK(nextVersion("2.9") == "2.10");
    CHECK(nextVersion("2") == "2.1");
    CHECK(nextVersion("v3-beta") == "v3-beta.1");
}

TEST_CASE("Calibration writes a model with the same weights, or nothing when it is stopped", "[loop][calibrate]")
{
    const test::Folder folder;
    setenv("XDG_CACHE_HOME", folder.path.c_str(), 1);
    auto info = test::tinyInfo();
    info.spacingsMm = {5.0};
    info.window = {16, 16, 16};
    torch::manual_seed(2);
    const auto net = nets::makeNet(info.net).value();
    {
        const torch::NoGradGuard quiet;
        for (auto &item : net->named_parameters())
            if (item.key() == "head0.bias") item.value().zero_();
    }
    REQUIRE(interchange::saveNet(folder / "model", info, *net));
    CalibrateRequest request{.model = folder / "model",
                             .data = {},
                             .scheme = {},
                             .split = {},
                             .part = {},
                             .phantoms = 8,
                             .seed = 5,
                             .anatomy = {},
                             .shapes = {},
                             .out = folder / "out",
                             .cache = folder / "cache",
                             .device = "cpu",
                             .precision = "fp32",
                             .progress = {}};
    double last = 0;
    request.progress = [&](double done, const std::string &) { return (last = done) < 0.3; };
    CHECK(calibrate(request).error().code == Errc::Cancelled);
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
    bool rising = true;
    last = 0;
    request.progress = [&](double done, const std::string &) {
        rising = rising && done >= last - 1e-9;
        last = done;
        return true;
    };
    const auto text = calibrate(request);
    INFO((text ? std::string() : text.error().message));
    REQUIRE(text);
    CHECK(rising);
    const auto report = nlohmann::json::parse(*text);
    CHECK(report["cases"]["clean"] == 8);
    CHECK(report["cases"]["from_cache"].get<int>() > 0); // what the stopped run had seen
    for (const char *region : {"WT", "TC", "ET"})
        for (const char *key : {"ece", "brier", "nll", "lesionwise_dice"}) {
            CHECK(report["before"][region][key].is_number());
            CHECK(report["after"][region][key].is_number());
        }
    const auto made = interchange::ModelFile::open(folder / "out");
    REQUIRE(made);
    CHECK(made->info().version == "1.1");
    CHECK(made->info().calibrationCases == 8);
    CHECK(made->info().weightsSha256 == interchange::ModelFile::open(folder / "model")->info().weightsSha256);
    CHECK(made->weights());
    REQUIRE(made->unusual());
    CHECK(made->info().temperatures.tumour > 1); // random weights are sure of nothing that is true
    request.phantoms = 4;
    CHECK(calibrate(request).error().code == Errc::InvalidArgument);
}
