#pragma once
#include "engine/core/SegmentBackend.h"

namespace glio::engine {

/// Serves the protocol on two descriptors until the program ends: with 0 when `in` is closed or after "shutdown", with
/// 1 when the other side stops reading and 64 MB wait for it. Work under way is not waited for.
[[noreturn]] void serveForever(SegmentBackend &backend, int in, int out);

/// Keeps the protocol's stdout to itself: returns a new descriptor for it and lets descriptor 1 point to stderr, so
/// that whatever a library prints becomes log.
int takeStdout();

} // namespace glio::engine
