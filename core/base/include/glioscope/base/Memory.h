#pragma once
#include <cstdint>

namespace glio {

/// Bytes that this process can still get without swapping: the least of MemAvailable and the cgroup's room.
/// 0 when the system does not say.
std::int64_t availableMemoryBytes();

/// Highest resident size of this process so far, in bytes (VmHWM). 0 when unknown.
std::int64_t peakResidentBytes();
/// Resident size now, in bytes.
std::int64_t residentBytes();

} // namespace glio
