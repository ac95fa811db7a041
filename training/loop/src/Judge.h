#pragma once
#include "Autocast.h"
#include "glioscope/data/TrainingCase.h"
#include "glioscope/nets/Net.h"

#include <functional>
#include <map>
#include <string>

namespace glio::loop {

/// Whole cases through the net at their own spacing: mean Dice of each region over the cases that have it (WT, TC, ET,
/// NET, CC, ED), and "mean" of WT, TC, ET. `goOn` is asked between cases; false ends early with what there is.
std::map<std::string, double> judge(nets::Net &net, const std::vector<data::CasePointer> &cases, torch::Device device,
                                    Precision precision, const std::function<bool()> &goOn = {});

} // namespace glio::loop
