#pragma once
#include "glioscope/annotation/Probabilities.h"
#include "glioscope/annotation/Selection.h"
#include "glioscope/base/Progress.h"
#include "glioscope/protocol/Messages.h"

#include <functional>
#include <optional>
#include <vector>

namespace glio::engine {

struct SegmentInput {
    Sequence sequence = Sequence::Other;
    ImageVolume image;
};

/// One inference/predict, its voxels copied out of shared memory.
struct SegmentTask {
    protocol::PredictParams params; ///< the memory files in it are not the backend's to touch
    std::vector<SegmentInput> inputs;
    Geometry grid; ///< of every volume in the answers
};

struct FirstLook {
    Probabilities probabilities; ///< one volume a label, no background
    LabelVolume labels;
    protocol::PredictResult report; ///< all but sections, looksDone, seconds, grid
};

struct AllLooks {
    Probabilities mean;
    std::vector<Volume<std::uint8_t>> votes;
    Volume<std::uint8_t> entropyPercent, mutualInformationPercent;
    std::map<std::string, std::vector<double>> volumesMl;
    std::map<std::string, double> volumeVariation;
    int looks = 1;
};

/// One inference/prompt.
struct PromptTask {
    protocol::PromptParams params; ///< the memory files in it are not the backend's to touch
    LabelVolume mask;
    /// Copies the sequences out of shared memory: for a backend that has not this case. Errors: those of the files.
    std::function<Result<std::vector<SegmentInput>>()> inputs;
};
struct PromptAnswer {
    LabelPatch patch;              ///< empty when there are no clicks
    protocol::PromptResult report; ///< all but start and size
};

/// What computes. The engine knows no net: the program gives it TorchBackend, tests give it one of their own.
/// Threads: `devices`, `models` and `estimate` may be called while `firstLook` or `moreLooks` runs in another thread;
/// those two and `prompt` come from one thread, one at a time.
class SegmentBackend {
public:
    virtual ~SegmentBackend() = default;
    virtual std::vector<protocol::DeviceInfo> devices() = 0;
    virtual Result<protocol::ModelsResult> models() = 0;
    virtual Result<protocol::EstimateResult> estimate(const protocol::EstimateParams &params) = 0;
    /// The pass that decides the mask. Errors: InvalidArgument, ModelMismatch, ModelDamaged, Unsupported, OutOfMemory,
    /// Cancelled (the sink said false). May be called again after any of them.
    virtual Result<FirstLook> firstLook(const SegmentTask &task, const ProgressSink &progress) = 0;
    /// The looks after the `firstLook` that was just made with the same task.
    virtual Result<AllLooks> moreLooks(const SegmentTask &task, const FirstLook &first, const ProgressSink &progress,
                                       const std::function<bool(int look, int of)> &eachLook) = 0;
    /// Errors: those of firstLook.
    virtual Result<PromptAnswer> prompt(const PromptTask &task, const ProgressSink &progress) = 0;
};

} // namespace glio::engine
