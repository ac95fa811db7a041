#include "glioscope/nets/Device.h"

#include "glioscope/base/Processor.h"

#include <charconv>
#include <climits>
#include <mutex>
#include <torch/cuda.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace glio::nets {

Result<torch::Device> chooseDevice(const std::string &name)
{
    const bool cuda = torch::cuda::is_available();
    if (name == "auto") return cuda ? torch::Device(torch::kCUDA, 0) : torch::Device(torch::kCPU);
    if (name == "cpu") return torch::Device(torch::kCPU);
    if (name == "cuda" || name.starts_with("cuda:")) {
        if (!cuda)
            return fail(Errc::Unsupported, "There is no CUDA device that this program can use. Choose --device cpu.");
        int index = 0;
        const std::string rest = name == "cuda" ? "0" : name.substr(5);
        const auto [end, code] = std::from_chars(rest.data(), rest.data() + rest.size(), index);
        if (code != std::errc() || end != rest.data() + rest.size() || index < 0 ||
            index >= int(torch::cuda::device_count()))
            return fail(Errc::InvalidArgument, "There is no device '" + name + "'.");
        return torch::Device(torch::kCUDA, torch::DeviceIndex(index));
    }
    return fail(Errc::InvalidArgument, "There is no device '" + name + "'; there are: auto, cpu, cuda, cuda:N.");
}

bool processorHasBfloat16()
{
    static const bool has = [] {
        const std::string flags = ' ' + processorField("flags") + ' ';
        return flags.contains(" avx512_bf16 ") || flags.contains(" amx_bf16 ");
    }();
    return has;
}

void keepFreedMemory()
{
#ifdef __GLIBC__
    static std::once_flag once;
    std::call_once(once, [] {
        mallopt(M_MMAP_MAX, 0); // not M_MMAP_THRESHOLD: glibc ignores values above 32 MB
        mallopt(M_TRIM_THRESHOLD, INT_MAX);
        mallopt(M_TOP_PAD, 64 << 20);
    });
#endif
}

} // namespace glio::nets
