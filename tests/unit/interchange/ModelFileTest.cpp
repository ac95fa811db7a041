#include "glioscope/interchange/ModelFile.h"

#include <nlohmann/json.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

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
