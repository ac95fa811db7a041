#pragma once
#include "glioscope/loop/Precision.h"

#include <torch/types.h>

namespace glio::loop {

/// Mixed precision on a device while it lives: convolutions in the lower type, everything that sums in float32.
class Autocast {
public:
    Autocast(Precision precision, torch::DeviceType device);
    ~Autocast();
    Autocast(const Autocast &) = delete;
    Autocast &operator=(const Autocast &) = delete;

private:
    bool m_on;
    torch::DeviceType m_device;
};

} // namespace glio::loop
