#pragma once
#include <functional>

namespace glio {

/// Called from the worker's thread with the share done, 0..1 and never falling. Returning false asks the work to stop:
/// it then ends within 2 s with Errc::Cancelled and leaves no half result. An empty function means nobody is asking.
using ProgressSink = std::function<bool(double done)>;

/// Tells `sink` and says whether to go on.
inline bool report(const ProgressSink &sink, double done) { return !sink || sink(done); }

} // namespace glio
