// test_make_model DIR: writes a model with random weights, so that the real engine has something to load where no
// model is bundled. Its masks mean nothing.
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
    torch::manual_seed(5);
    const auto net = nets::makeNet(info.net);
    if (!net) return std::fprintf(stderr, "%s\n", net.error().message.c_str()), 1;
    const torch::NoGradGuard quiet;
    for (auto &item : (*net)->named_parameters()) // no favour for background: a mask with every label
        if (item.key() == "head0.bias") item.value().zero_();
    const auto saved = interchange::saveNet(argv[1], info, **net);
    return saved ? 0 : (std::fprintf(stderr, "%s\n", saved.error().message.c_str()), 1);
}
