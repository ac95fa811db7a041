#pragma once
#include "glioscope/annotation/Selection.h"
#include "glioscope/inference/PromptChannels.h"
#include "glioscope/inference/Segmenter.h"

namespace glio::inference {

/// One click, or one point of a scribble.
struct PromptClick {
    PointMm at; ///< LPS mm
    Label label = 1;
    ClickSays says = ClickSays::Belongs;
};

struct PromptOptions {
    double windowMm = 0; ///< edge of the cube that is decided anew, at least; 0: as the model says
};

struct PromptAnswer {
    LabelPatch patch;   ///< the window's voxels of the mask's grid; equals the mask where nothing changes
    double seconds = 0; ///< of this answer alone
    Size3 window{};     ///< voxels that the net looked at
    std::string device, precision;
};

/// A net that answers clicks, kept warm, with the sequences of one case prepared for it. One thread at a time; calls
/// use all processors themselves.
class PromptSegmenter {
public:
    /// Errors: those of Segmenter::open; ModelMismatch when the model knows no clicks.
    static Result<std::unique_ptr<PromptSegmenter>> open(const interchange::ModelFile &model,
                                                         const std::string &device = "auto",
                                                         Precision precision = Precision::Auto);
    ~PromptSegmenter();
    PromptSegmenter(const PromptSegmenter &) = delete;
    PromptSegmenter &operator=(const PromptSegmenter &) = delete;

    const interchange::ModelInfo &model() const;

    /// Brings the sequences to the model's grid (a second for 240x240x155) and keeps them as `caseKey`, a name of the
    /// caller's; those of another case are let go. Does nothing when they are there. The first time it also warms the
    /// net (and measures this machine where nobody did before, some seconds), so that a click finds everything ready.
    /// Errors: those of Segmenter::run.
    Result<void> prepare(const std::string &caseKey, std::span<const Input> inputs, const ProgressSink &progress = {});
    bool isPrepared(const std::string &caseKey) const;
    void release(); ///< lets the case go

    /// What `mask` (the model's scheme, any grid) should be near the clicks, by the case that is prepared: one pass
    /// over a window round them, then settleClicks: every click is obeyed at its voxel, and what changes is connected
    /// to a click and goes its way. All clicks together and the mask from before them: the same clicks, the same
    /// answer. Errors: InvalidArgument (nothing prepared, no click, a click outside the mask, a label that the model
    /// does not know, clicks too far apart for one window of 96 voxels); OutOfMemory, Cancelled.
    Result<PromptAnswer> decide(const LabelMap &mask, std::span<const PromptClick> clicks,
                                const PromptOptions &options = {}, const ProgressSink &progress = {});

private:
    struct Impl;
    explicit PromptSegmenter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace glio::inference
