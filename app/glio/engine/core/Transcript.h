#pragma once
#include "engine/core/SegmentBackend.h"

#include <iosfwd>

namespace glio::engine {

/// Talks to an engine in this process by a text, line by line (resources/docs/dev/PROTOCOL.md):
///   # words                     a remark
///   > {...}                     sends a message
///   >raw TEXT                   sends bytes without framing; \r, \n and \\ are understood
///   < {...}                     waits for a message that has at least these members; "*" as a value fits anything
///   memory NAME BYTES [VALUE]   makes a memory file, filled with float VALUE; later @NAME stands for it
///   pause MS
/// Prints every message of the engine as a line "< {...}" on `out`. Each `<` line takes one message, the oldest that
/// fits. Returns the number of lines that failed: a message that did not come within 20 s, a reply that no line took
/// (once there is any `<` line), a line that cannot be read; each with a sentence on `err`.
int runTranscript(SegmentBackend &backend, std::istream &in, std::ostream &out, std::ostream &err);

} // namespace glio::engine
