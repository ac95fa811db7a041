#pragma once
#include "engine/core/SegmentBackend.h"

#include <memory>

namespace glio::engine {

/// The installed models through models/inference; the last model used stays loaded.
std::unique_ptr<SegmentBackend> makeTorchBackend();

} // namespace glio::engine
