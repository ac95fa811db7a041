#pragma once
#include "TestFolder.h"

#include "glioscope/interchange/NetFile.h"

namespace glio::test {

inline interchange::ModelInfo tinyInfo(const std::string &name = "tiny")
{
    interchange::ModelInfo info;
    nets::UNet3DOptions o;
    o.widths = {8, 16};
    o.supervision = 0;
    info.name = name;
    info.title = "Random weights";
    info.net = o.spec();
    info.window = {32, 32, 32};
    info.spacingsMm = {2.0};
    info.trainingData = "None: random weights for a test.";
    info.licence = "Apache-2.0";
    return info;
}

} // namespace glio::test
