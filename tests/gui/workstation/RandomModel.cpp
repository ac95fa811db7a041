// Writes a tiny net of random weights as an installable model: what the journeys segment with where none is bundled.
#include "glioscope/interchange/NetFile.h"

#include <cstdio>

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fputs("usage: glio_random_model DIR\n", stderr);
        return 2;
    }
    torch::manual_seed(3);
    glio::nets::UNet3DOptions options;
    options.widths = {4, 8};
    options.supervision = 0;
    const auto net = glio::nets::makeNet(options.spec());
    if (!net) {
        std::fprintf(stderr, "%s\n", net.error().message.c_str());
        return 1;
    }
    glio::interchange::ModelInfo info;
    info.name = "random-test";
    info.title = "Random weights, for tests";
    info.spacingsMm = {3.0};
    info.window = {32, 32, 32};
    info.trainingData = "None: random weights.";
    info.licence = "Apache-2.0";
    const auto saved = glio::interchange::saveNet(argv[1], info, **net);
    if (!saved) {
        std::fprintf(stderr, "%s\n", saved.error().message.c_str());
        return 1;
    }
    return 0;
}
