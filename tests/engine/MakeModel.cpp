// test_make_model DIR: writes a model with random weights, so that the real engine has something to load where no
// model is bundled, and DIR-prompted, which answers clicks. Their masks mean nothing, and what the first was
// "calibrated" with makes every answer unusual.
#include "glioscope/base/Sha256.h"
#include "glioscope/interchange/NetFile.h"

#include <torch/nn/module.h>

#include <cstdio>

int main(int argc, char **argv)
{
    using namespace glio;
    if (argc != 2) return std::fputs("usage: test_make_model DIR\n", stderr), 2;
    nets::UNet3DOptions options;
    options.widths = {8, 16};
    options.dropout = 0.1;
    options.supervision = 0;
    interchange::ModelInfo info;
    info.name = "random";
    info.title = "Random weights, for tests";
    info.net = options.spec();
    info.spacingsMm = {4.0};
    info.window = {16, 16, 16};
    info.trainingData = "None: the weights are random numbers.";
    info.licence = "Apache-2.0";
    info.temperatures = {1.5, 1.2, 1.1};
    info.islands["WT"] = {.smallestMl = 0.5, .leastMeanProbability = 0};
    info.calibrationCases = 12;
    info.quality = {.features = {"soft_dice"},
                    .mean = {0.5},
                    .scale = {1},
                    .weights = {0},
                    .intercept = 0.6,
                    .low = -0.1,
                    .high = 0.2,
                    .cases = 24,
                    .patients = 12,
                    .correlation = 0.5,
                    .meanError = 0.1};
    uncertainty::UnusualModel usual;
    usual.images = {.features = {"position:height"}, .mean = {9}, .scale = {0.1}, .correlation = {1}, .limit = 2};
    const std::string sidecar = uncertainty::unusualJson(usual);
    info.unusualFile = "unusual.json";
    info.unusualSha256 = sha256Hex(std::as_bytes(std::span(sidecar)));
    torch::manual_seed(5);
    const auto net = nets::makeNet(info.net);
    if (!net) return std::fprintf(stderr, "%s\n", net.error().message.c_str()), 1;
    const torch::NoGradGuard quiet;
    for (auto &item : (*net)->named_parameters()) // no favour for background: a mask with every label
        if (item.key() == "head0.bias") item.value().zero_();
    auto saved = interchange::saveNet(argv[1], info, **net);
    if (saved) saved = interchange::rewriteModel(*saved, argv[1], info, {{"unusual.json", sidecar}});
    if (saved) {
        options.prompts = 8;
        interchange::ModelInfo prompted;
        prompted.name = "random-prompted";
        prompted.spacingsMm = {4.0};
        prompted.window = {16, 16, 16};
        prompted.prompts = interchange::ModelPrompts{};
        prompted.trainingData = info.trainingData;
        prompted.licence = info.licence;
        saved = interchange::saveNet(std::string(argv[1]) + "-prompted", prompted, **nets::makeNet(options.spec()));
    }
    return saved ? 0 : (std::fprintf(stderr, "%s\n", saved.error().message.c_str()), 1);
}
