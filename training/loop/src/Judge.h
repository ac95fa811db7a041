#pragma once
#include "glioscope/data/TrainingCase.h"
#include "glioscope/nets/Net.h"

#include <functional>
#include <map>
#include <string>

namespace glio::loop {

/// Mixed precision on a device while it lives: convolutions in bfloat16, everything that sums in float32.
class Autocast {
public:
    Autocast(bool on, torch::DeviceType device);
    ~Autocast();
    Autocast(const Autocast &) = delete;
    Autocast &operator=(const Autocast &) = delete;

private:
    bool m_on;
    torch::DeviceType m_device;
};

/// Whole cases through the net at their own spacing: mean Dice of each region over the cases that have it (WT, TC, ET,
/// NET, CC, ED), and "mean" of WT, TC, ET. `goOn` is asked between cases; false ends early with what there is.
std::map<std::string, double> judge(nets::Net &net, const std::vector<data::CasePointer> &cases, torch::Device device,
                                    bool bfloat16, const std::function<bool()> &goOn = {});

} // namespace glio::loop
