#pragma once
#include "glioscope/nets/NetSpec.h"

namespace glio::nets {

/// What every net tells, whichever architecture it is.
struct NetShape {
    std::int64_t inputs = 4, classes = 5;
    std::int64_t channelsIn = 4;        ///< of the first convolution: with what the net derives from its inputs
    std::int64_t fullSizeChannels = 16; ///< of its activations at full size
    std::int64_t sizeMultiple = 16;     ///< sizes along each axis must be multiples of this
    std::int64_t parameters = 0;
    double dropout = 0;
    std::int64_t prompts = 0; ///< channels that a pass may give after the inputs, or leave out
    bool difference = false;  ///< inputs must begin with T1, T1c
};

/// Errors: InvalidArgument (no such architecture; an option that is unknown, of the wrong kind or out of range).
Result<NetShape> netShape(const NetSpec &spec);

} // namespace glio::nets
