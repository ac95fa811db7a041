#pragma once
#include "shell/Options.h"
#include "shell/Workstation.h"

#include <QElapsedTimer>

namespace glio::app {

/// `--bench FILE`: drives the window as a reader would on the case given, measures the budgets of design.md section 6
/// and writes FILE: {budget, measured, ratio} by name. `sinceStart` runs since main began.
int runBench(Workstation &workstation, const Options &options, const QElapsedTimer &sinceStart);

} // namespace glio::app
