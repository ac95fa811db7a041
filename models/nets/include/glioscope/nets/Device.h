#pragma once
#include "glioscope/base/Error.h"

#include <string>
#include <torch/types.h>

namespace glio::nets {

/// "auto" (CUDA where there is some), "cpu", "cuda", "cuda:N". Errors: InvalidArgument for a name or number
/// that there is not, Unsupported for CUDA where there is none.
Result<torch::Device> chooseDevice(const std::string &name);

/// Whether the processor multiplies bfloat16 in hardware (AVX512-BF16 or AMX); without it bfloat16 is slower than
/// float32. Linux; elsewhere false.
bool processorHasBfloat16();

/// Freed memory stays with the process instead of going back to the system after each layer: 13-30 % of an inference on
/// a CPU are page faults otherwise. For the whole process, at the first call. Thread: any.
void keepFreedMemory();

} // namespace glio::nets
