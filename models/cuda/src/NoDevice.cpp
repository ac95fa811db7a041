#include "Checks.h"

namespace glio::cuda {
namespace {
Result<void> without() { return fail(Errc::Unsupported, "This program was built without CUDA."); }
} // namespace

Result<void> normActivateDevice(const NormActivate &, void *, void *) { return without(); }
Result<void> accumulateDevice(const Accumulate &, void *) { return without(); }
std::int64_t normWorkspaceBytes(const NormActivate &) { return 0; }
bool builtWithCuda() { return false; }
int deviceCount() { return 0; }

} // namespace glio::cuda
