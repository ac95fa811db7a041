#pragma once
#include "glioscope/cuda/Work.h"

#include <cuda_runtime_api.h>

namespace glio::cuda::detail {

// In Device.cu. Sizes were checked before.
std::int64_t workspaceBytes(const NormActivate &work);
cudaError_t launch(const NormActivate &work, void *workspace, cudaStream_t stream);
cudaError_t launch(const Accumulate &work, cudaStream_t stream);

} // namespace glio::cuda::detail
