#pragma once
#include "glioscope/nets/ConvUNetSpec.h"
#include "glioscope/nets/Net.h"

namespace glio::nets {

// One builder an architecture; c10 and std exceptions come out.
std::shared_ptr<Net> makeUNet3D(const NetSpec &spec, const UNet3DOptions &options);
std::shared_ptr<Net> makeConvUNet(const NetSpec &spec, const ConvUNetOptions &options);

} // namespace glio::nets
