#include "glioscope/interchange/ModelRegistry.h"

#include "TestModel.h"

#include <torch/torch.h>

#include <catch2/catch_test_macros.hpp>

#include <fstream>

using namespace glio;
using namespace glio::interchange;
using glio::test::Folder;
using glio::test::tinyInfo;

namespace {
ModelFile writeTiny(const std::filesystem::path &directory, const std::string &name = "tiny",
                    StoredAs storedAs = StoredAs::Same)
{
    torch::manual_seed(7);
    const auto info = tinyInfo(name);
    const auto net = nets::makeNet(info.net).value();
    auto file = saveNet(directory, info, *net, storedAs);
    REQUIRE(file);
    return *std::move(file);
}
void spoil(const std::filesystem::path &path)
{
    std::fstream stream(path, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(-1, std::ios::end);
    stream.put('\x55');
}
} // namespace

TEST_CASE("A saved net comes back with the same answers", "[interchange]")
{
    const Folder folder;
    const ModelFile file = writeTiny(folder / "model");
    const auto once = loadNet(file).value(), twice = loadNet(file).value();
    const torch::Tensor x = torch::randn({1, 4, 8, 8, 8});
    CHECK(torch::equal(once->forward(x), twice->forward(x)));
    CHECK_FALSE(once->is_training());

    const ModelFile half = writeTiny(folder / "half", "half", StoredAs::Float16);
    CHECK(std::filesystem::file_size(half.weightsPath()) <
          0.7 * double(std::filesystem::file_size(file.weightsPath())));
    CHECK((loadNet(half).value()->forward(x) - once->forward(x)).abs().max().item<double>() < 0.05);
}

TEST_CASE("Weights that were changed by one bit are not loaded", "[interchange][error]")
{
    const Folder folder;
    const ModelFile file = writeTiny(folder / "model");
    spoil(file.weightsPath());
    const auto net = loadNet(file);
    REQUIRE_FALSE(net);
    CHECK(net.error().code == Errc::ModelDamaged);
}

TEST_CASE("Weights of another net are refused and leave the module as it was", "[interchange][error]")
{
    const Folder folder;
    const auto weights = writeTiny(folder / "model").weights();
    REQUIRE(weights);
    nets::UNet3DOptions other;
    other.widths = {8, 32};
    other.supervision = 0;
    const auto net = nets::makeNet(other.spec()).value();
    const torch::Tensor before = net->parameters().front().clone();
    const auto loaded = loadInto(*net, *weights);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == Errc::ModelMismatch);
    CHECK(torch::equal(before, net->parameters().front()));
}

TEST_CASE("Writing a model over an old one replaces it whole", "[interchange]")
{
    const Folder folder;
    const std::string before = writeTiny(folder / "model").info().weightsSha256;
    const ModelFile after = writeTiny(folder / "model", "tiny", StoredAs::Float16);
    CHECK(after.info().weightsSha256 != before);
    CHECK(after.weights());
    int entries = 0;
    for ([[maybe_unused]] const auto &entry : std::filesystem::directory_iterator(folder.path))
        ++entries;
    CHECK(entries == 1); // nothing is left beside it
}

TEST_CASE("The registry installs, finds, prefers and removes models", "[interchange]")
{
    const Folder folder;
    writeTiny(folder / "bundled/first", "first");
    writeTiny(folder / "other", "second");
    const ModelRegistry registry(folder / "bundled", folder / "user");
    CHECK(registry.find("")->info().name == "first");
    CHECK_FALSE(registry.find("second"));
    REQUIRE(registry.install(folder / "other"));
    CHECK(registry.find("second"));
    CHECK(registry.list().models.size() == 2);
    CHECK_FALSE(registry.install(folder / "other"));
    CHECK(registry.install(folder / "other", true));
    CHECK(registry.find((folder / "other").string())->info().name == "second");

    SECTION("a bundled model stays") { CHECK_FALSE(registry.remove("first")); }
    SECTION("a user's model goes")
    {
        REQUIRE(registry.remove("second"));
        CHECK(registry.list().models.size() == 1);
    }
    SECTION("a user's model of the same name wins")
    {
        writeTiny(folder / "mine", "first");
        REQUIRE(registry.install(folder / "mine"));
        CHECK(registry.list().models.size() == 2);
        CHECK(registry.find("first")->directory() == folder / "user/first");
    }
    SECTION("a broken folder is listed as broken and does no harm")
    {
        std::filesystem::create_directories(folder / "user/odd");
        std::ofstream(folder / "user/odd/model.json") << "{";
        CHECK(registry.list().broken.size() == 1);
        CHECK(registry.list().models.size() == 2);
    }
}

TEST_CASE("A damaged model is not installed", "[interchange][error]")
{
    const Folder folder;
    const ModelFile file = writeTiny(folder / "other", "second");
    spoil(file.weightsPath());
    const ModelRegistry registry(folder / "bundled", folder / "user");
    const auto installed = registry.install(folder / "other");
    REQUIRE_FALSE(installed);
    CHECK(installed.error().code == Errc::ModelDamaged);
    CHECK(registry.list().models.empty());
    CHECK(registry.list().broken.empty());
}

TEST_CASE("A net that gets prompt channels answers as before until it learns them", "[interchange][prompts]")
{
    const Folder folder;
    const ModelFile file = writeTiny(folder / "model");
    const auto plain = loadNet(file).value(), wider = loadNetWithPrompts(file, 8).value();
    CHECK(wider->prompts() == 8);
    const torch::Tensor x = torch::randn({1, 4, 8, 8, 8}), clicks = torch::randn({1, 8, 8, 8, 8});
    CHECK(torch::allclose(plain->forward(x), wider->forward(torch::cat({x, clicks}, 1)), 1e-5, 1e-5));

    auto info = tinyInfo("wider");
    info.prompts = ModelPrompts{.mostClicks = 7, .windowVoxels = 80};
    const auto saved = saveNet(folder / "wider", info, *wider, StoredAs::Same);
    REQUIRE(saved);
    REQUIRE(saved->info().prompts);
    CHECK(saved->info().prompts->mostClicks == 7);
    CHECK(saved->info().prompts->windowVoxels == 80);
    const auto again = loadNetWithPrompts(*saved, 8);
    REQUIRE(again);
    CHECK(torch::equal((*again)->forward(x), wider->forward(x)));
    const auto other = loadNetWithPrompts(*saved, 4);
    REQUIRE_FALSE(other);
    CHECK(other.error().code == Errc::Unsupported);
}

TEST_CASE("A model whose net has prompts must say how they are drawn", "[interchange][prompts][error]")
{
    const Folder folder;
    auto info = tinyInfo("prompted");
    info.net.options["prompts"] = std::int64_t{8};
    const auto without = parseModelJson(modelJson(info), "model.json");
    REQUIRE_FALSE(without);
    CHECK(without.error().message.find("'prompts'") != std::string::npos);
    info.prompts = ModelPrompts{};
    info.weightsSha256 = std::string(64, '0');
    CHECK(parseModelJson(modelJson(info), "model.json"));
    info.prompts->encoding = "another";
    const auto other = parseModelJson(modelJson(info), "model.json");
    REQUIRE_FALSE(other);
    CHECK(other.error().code == Errc::Unsupported);
    info.prompts = ModelPrompts{};
    info.net.options["prompts"] = std::int64_t{3};
    CHECK_FALSE(parseModelJson(modelJson(info), "model.json"));
}
