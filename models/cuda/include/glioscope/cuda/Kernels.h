#pragma once
// Plain pointers, no LibTorch: the same kernels compile with any CUDA compiler, and their twins for the CPU everywhere.
#include "glioscope/base/Error.h"
#include "glioscope/cuda/Work.h"

namespace glio::cuda {

/// On the processor, with its threads. The twin that the device's result is compared with. Pointers: host memory.
/// Errors: InvalidArgument (sizes below 1, groups that do not divide channels).
Result<void> normActivateHost(const NormActivate &work);
Result<void> accumulateHost(const Accumulate &work);

/// On the current CUDA device, queued on `stream` (a cudaStream_t, null: the default stream); returns before it is
/// done. Pointers: device memory. `workspace`: normWorkspaceBytes() of device memory that lives until it is done.
/// Errors: as above; Unsupported (built without CUDA); Internal or OutOfMemory (what CUDA says).
Result<void> normActivateDevice(const NormActivate &work, void *workspace, void *stream);
Result<void> accumulateDevice(const Accumulate &work, void *stream);
std::int64_t normWorkspaceBytes(const NormActivate &work);

bool builtWithCuda();
int deviceCount(); ///< usable CUDA devices; 0 without a driver or without CUDA

} // namespace glio::cuda
