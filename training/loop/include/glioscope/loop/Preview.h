#pragma once
#include "glioscope/base/Progress.h"
#include "glioscope/loop/Recipe.h"

#include <filesystem>

namespace glio::loop {

/// The first `count` samples of a stage (from 0), exactly as the trainer would see them: cut, turned, degraded,
/// sequences dropped. `folder` empty: phantoms alone. Thread: one. Errors: those of the readers; InvalidArgument (no
/// such stage, nothing to train on); Cancelled.
Result<std::vector<augment::Sample>> previewSamples(const Recipe &recipe, const std::filesystem::path &folder,
                                                    int stage, int count, const ProgressSink &progress = {});

} // namespace glio::loop
