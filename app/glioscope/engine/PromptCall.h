#pragma once
#include "engine/PredictJob.h"
#include "glioscope/annotation/Selection.h"
#include "glioscope/protocol/Messages.h"

#include <QFuture>

#include <memory>
#include <string>
#include <vector>

namespace glio::client {

/// Clicks to be answered by the network. All clicks since the mask was last taken go together, with the mask from
/// before the first of them. A scribble is many clicks. Without clicks the engine only prepares the case, which takes
/// about a second and makes the first click quick: ask for it when the tool is chosen.
struct PromptRequest {
    std::string model;   ///< ModelInfo::id of one with `prompts`; empty: the bundled one
    std::string caseKey; ///< a name for exactly these images; another one lets what was kept of the last go
    std::vector<SequenceInput> sequences;
    LabelMap mask; ///< a snapshot, in the model's scheme
    std::vector<protocol::PromptClickInfo> clicks;
    std::string device = "auto", precision = "auto";
};

struct PromptPatch {
    LabelPatch patch; ///< what the box should be; empty without clicks
    protocol::PromptResult report;
};

/// A request under way: EngineClient::cancel(id) ends it with Cancelled.
struct PromptCall {
    qint64 id = 0;
    QFuture<Result<PromptPatch>> answer;
};

/// What requests of one case share: the memory files of its sequences, copied once. Thread: the client's pool, one at a
/// time.
struct PromptMemory {
    std::string caseKey;
    std::vector<protocol::SharedMemory> files;
    std::vector<protocol::SequenceRef> sequences;
};

/// A request's own memory and its message.
struct PromptParcel {
    protocol::PromptParams params;
    std::vector<protocol::SharedMemory> kept; ///< mask, output, and the sequences while the engine may look at them
    const protocol::SharedMemory &output() const { return kept[1]; }
};

/// Puts a request into memory files; `memory` is used when it is of the same case, else made anew. Errors:
/// InvalidArgument, OutOfMemory, Io.
Result<PromptParcel> pack(const PromptRequest &request, PromptMemory &memory);
/// The labels that the engine wrote. Errors: Internal when they do not fit the grid.
Result<PromptPatch> unpack(const PromptParcel &parcel, const protocol::PromptResult &result);

} // namespace glio::client
