#pragma once
#include <string>

namespace glio {

/// The first line of /proc/cpuinfo that starts with `field`, after its colon ("model name", "flags"); empty where the
/// system has no such line. Thread: any.
std::string processorField(const std::string &field);

} // namespace glio
