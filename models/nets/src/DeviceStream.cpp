#include "glioscope/nets/DeviceStream.h"

#ifdef GLIO_TORCH_CUDA
#include <c10/cuda/CUDAStream.h>
#endif

namespace glio::nets {

DeviceStream deviceStream([[maybe_unused]] const c10::Device &device)
{
#ifdef GLIO_TORCH_CUDA
    if (device.is_cuda()) return {.known = true, .handle = c10::cuda::getCurrentCUDAStream(device.index()).stream()};
#endif
    return {};
}

} // namespace glio::nets
