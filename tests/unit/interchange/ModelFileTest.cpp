#include "glioscope/interchange/ModelFile.h"

#include "TestFolder.h"

#include "glioscope/base/Sha256.h"

#include <nlohmann/json.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <fstream>

using namespace glio;
using namespace glio::interchange;
using Json = nlohmann::json;

namespace {
ModelInfo sample()
{
    ModelInfo info;
    info.name = "sample-1";
    info.title = "A sample";
    info.net = nets::UNet3DOptions{}.spec();
    info.trainingData = "Nothing.";
    info.licence = "Apache-2.0";
    info.thresholds = {{"WT", 0.4}};
    info.metricsJson = R"({"phantoms":{"WT":0.8}})";
    info.weightsSha256 = std::string(64, 'a');
    return info;
}
} // namespace

TEST_CASE("model.json keeps what a model is", "[interchange]")
{
    ModelInfo info = sample();
    info.inputs[0].optional = false;
    info.spacingsMm = {3.0, 1.5};
    info.smallestIslandMl = 0.1;
    const auto read = parseModelJson(modelJson(info), "model.json");
    REQUIRE(read);
    CHECK(read->name == info.name);
    CHECK(read->inputs == info.inputs);
    CHECK(read->spacingsMm == info.spacingsMm);
    CHECK(read->thresholds == info.thresholds);
    CHECK(read->smallestIslandMl == info.smallestIslandMl);
    CHECK(Json::parse(read->metricsJson) == Json::parse(info.metricsJson));
    CHECK(read->net.optionsJson() == info.net.optionsJson());
}

TEST_CASE("A net that takes T1c - T1 needs them as its first inputs", "[interchange][error]")
{
    ModelInfo info = sample();
    nets::UNet3DOptions o;
    o.difference = true;
    info.net = o.spec();
    CHECK(parseModelJson(modelJson(info), "model.json"));
    std::swap(info.inputs[0], info.inputs[2]);
    const auto read = parseModelJson(modelJson(info), "model.json");
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find("'inputs'") != std::string::npos);
}

TEST_CASE("A model.json that does not fit is refused with the key's name", "[interchange][error]")
{
    struct Case {
        const char *key;
        const char *pointer;
        Json value;
    };
    const Case c = GENERATE(values<Case>({{"name", "/name", "../evil"},
                                          {"name", "/name", ""},
                                          {"format", "/format", 2},
                                          {"inputs", "/inputs", Json::array()},
                                          {"inputs", "/inputs/0/sequence", "dwi"},
                                          {"inputs", "/inputs/0/sequence", "flair"},
                                          {"inputs", "/inputs/0/optional", 1},
                                          {"spacingsMm", "/spacingsMm/0", 0},
                                          {"window", "/window/1", 1e9},
                                          {"window", "/window", Json::array({96, 96})},
                                          {"labelScheme", "/labelScheme", "made-up"},
                                          {"outputs", "/outputs/kind", "pickle"},
                                          {"outputs.classes", "/outputs/classes/1", "NET"},
                                          {"normalisation", "/normalisation", "z-score"},
                                          {"postprocessing.thresholds", "/postprocessing/thresholds/WT", 1.5},
                                          {"postprocessing.thresholds", "/postprocessing/thresholds/XX", 0.5},
                                          {"net", "/net/options/classes", 4},
                                          {"net", "/net/architecture", "import os"},
                                          {"inputs", "/net/options/inputs", 3},
                                          {"weights", "/weights/file", "../other.safetensors"},
                                          {"weights", "/weights/file", "model.pt"},
                                          {"weights", "/weights/sha256", "1234"},
                                          {"licence", "/licence", ""},
                                          {"trainingData", "/trainingData", 7}}));
    INFO(c.pointer << " = " << c.value.dump());
    Json json = Json::parse(modelJson(sample()));
    json[Json::json_pointer(c.pointer)] = c.value;
    const auto read = parseModelJson(json.dump(), "model.json");
    REQUIRE_FALSE(read);
    CHECK((read.error().code == Errc::ModelDamaged || read.error().code == Errc::Unsupported));
    CHECK(read.error().message.find(c.key) != std::string::npos);
}

TEST_CASE("A model.json without one of its keys is refused", "[interchange][error]")
{
    const char *key = GENERATE("format", "name", "version", "net", "inputs", "spacingsMm", "window", "normalisation",
                               "labelScheme", "outputs", "trainingData", "licence", "weights");
    Json json = Json::parse(modelJson(sample()));
    json.erase(key);
    const auto read = parseModelJson(json.dump(), "model.json");
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find(key) != std::string::npos);
}

TEST_CASE("Keys that a later version may add are let pass", "[interchange]")
{
    Json json = Json::parse(modelJson(sample()));
    json["later"] = {{"a", 1}};
    CHECK(parseModelJson(json.dump(), "model.json"));
}

namespace {
ModelInfo calibrated()
{
    ModelInfo info = sample();
    info.islands = {{"WT", {0.1, 0.6}}, {"ET", {0.02, 0}}};
    info.temperatures = {1.4, 0.9, 1.1};
    info.calibrationCases = 24;
    info.calibrationJson = R"({"before":{"WT":{"ece":0.1}}})";
    info.quality = {.features = {"soft_dice", "band"},
                    .mean = {0.9, 0.4},
                    .scale = {0.05, 0.2},
                    .weights = {0.04, -0.02},
                    .intercept = 0.83,
                    .low = -0.08,
                    .high = 0.05,
                    .cases = 48,
                    .patients = 24,
                    .correlation = 0.7,
                    .meanError = 0.04};
    info.unusualFile = "unusual.json";
    info.unusualSha256 = std::string(64, 'b');
    return info;
}
} // namespace

TEST_CASE("model.json keeps what calibration found", "[interchange][calibration]")
{
    const ModelInfo info = calibrated();
    const auto read = parseModelJson(modelJson(info), "model.json");
    REQUIRE(read);
    CHECK(read->islands == info.islands);
    CHECK(read->temperatures == info.temperatures);
    CHECK(read->calibrationCases == 24);
    CHECK(Json::parse(read->calibrationJson) == Json::parse(info.calibrationJson));
    CHECK(read->quality == info.quality);
    CHECK(read->unusualFile == info.unusualFile);
    CHECK(read->unusualSha256 == info.unusualSha256);
    const auto plain = Json::parse(modelJson(sample())); // a model that was never calibrated says nothing about it
    CHECK_FALSE(plain.contains("calibration"));
    CHECK_FALSE(plain.contains("quality"));
    CHECK_FALSE(plain.contains("unusual"));
    CHECK_FALSE(plain["postprocessing"].contains("islands"));
}

TEST_CASE("Calibration that makes no sense is refused with the key's name", "[interchange][calibration][error]")
{
    struct Case {
        const char *key;
        const char *pointer;
        Json value;
    };
    const Case c = GENERATE(values<Case>({{"postprocessing.islands", "/postprocessing/islands/WT/smallestMl", -1},
                                          {"postprocessing.islands", "/postprocessing/islands/XY", Json::object()},
                                          {"calibration", "/calibration/temperatures/core", 0},
                                          {"calibration", "/calibration/cases", "many"},
                                          {"quality", "/quality/weights", Json::array({1})},
                                          {"quality", "/quality/scale/0", 0},
                                          {"unusual", "/unusual/file", "../unusual.json"},
                                          {"unusual", "/unusual/file", "model.json"},
                                          {"unusual", "/unusual/sha256", "12"}}));
    auto json = Json::parse(modelJson(calibrated()));
    json[Json::json_pointer(c.pointer)] = c.value;
    const auto read = parseModelJson(json.dump(), "model.json");
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find(std::string("'") + c.key + "'") != std::string::npos);
}

TEST_CASE("A calibrated copy has the very weights and its sidecar, or is refused", "[interchange][calibration]")
{
    const test::Folder folder;
    const std::vector<float> numbers{1, 2, 3, 4};
    const TensorView view{"w", Dtype::F32, {4}, std::as_bytes(std::span(numbers))};
    const auto made = writeModel(folder / "made", sample(), std::span(&view, 1));
    REQUIRE(made);
    std::ofstream(folder / "made/README.md") << "a card";
    uncertainty::UnusualModel usual;
    usual.images = {.features = {"a"}, .mean = {0}, .scale = {1}, .correlation = {1}, .limit = 2};
    const std::string sidecar = uncertainty::unusualJson(usual);
    ModelInfo info = calibrated();
    info.unusualSha256 = sha256Hex(std::as_bytes(std::span(sidecar)));
    const auto copy = rewriteModel(*made, folder / "copy", info, {{"unusual.json", sidecar}});
    REQUIRE(copy);
    CHECK(copy->info().weightsSha256 == made->info().weightsSha256);
    CHECK(copy->weights());
    CHECK(copy->unusual()->value().images.limit == 2);
    CHECK(std::filesystem::exists(folder / "copy/README.md"));
    // In place: the folder is replaced as a whole.
    const auto again = rewriteModel(*copy, folder / "copy", info, {{"unusual.json", sidecar}});
    REQUIRE(again);
    CHECK(again->unusual()->has_value());
    std::ofstream(folder / "copy/unusual.json") << "other";
    CHECK(ModelFile::open(folder / "copy")->unusual().error().code == Errc::ModelDamaged);
    std::ofstream(folder / "made/model.safetensors") << "other";
    CHECK(rewriteModel(*made, folder / "third", info, {}).error().code == Errc::ModelDamaged);
    CHECK_FALSE(std::filesystem::exists(folder / "third"));
}
