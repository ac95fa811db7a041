#include "Checks.h"
#include "Launch.h"

namespace glio::cuda {
namespace {
Result<void> result(cudaError_t code)
{
    if (code == cudaSuccess) return {};
    return fail(code == cudaErrorMemoryAllocation ? Errc::OutOfMemory : Errc::Internal,
                std::string("CUDA says: ") + cudaGetErrorString(code));
}
} // namespace

Result<void> normActivateDevice(const NormActivate &work, void *workspace, void *stream)
{
    if (auto good = check(work); !good) return good;
    return result(detail::launch(work, workspace, static_cast<cudaStream_t>(stream)));
}
Result<void> accumulateDevice(const Accumulate &work, void *stream)
{
    if (auto good = check(work); !good) return good;
    return result(detail::launch(work, static_cast<cudaStream_t>(stream)));
}
std::int64_t normWorkspaceBytes(const NormActivate &work) { return check(work) ? detail::workspaceBytes(work) : 0; }
bool builtWithCuda() { return true; }
int deviceCount()
{
    int count = 0;
    return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

} // namespace glio::cuda
