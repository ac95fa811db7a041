#pragma once
#include <c10/core/Device.h>

namespace glio::nets {

/// The cudaStream_t that LibTorch queues its work on. Not known: this LibTorch has no CUDA.
struct DeviceStream {
    bool known = false;
    void *handle = nullptr;
};
DeviceStream deviceStream(const c10::Device &device);

} // namespace glio::nets
