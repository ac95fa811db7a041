#pragma once
#include "glioscope/annotation/Decode.h"
#include "glioscope/base/Progress.h"
#include "glioscope/interchange/ModelFile.h"
#include "glioscope/uncertainty/LinearEstimate.h"
#include "glioscope/uncertainty/Unusual.h"
#include "glioscope/volume/Sequence.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace glio::inference {

/// One MRI sequence in its own grid; grids may differ, world space brings them together.
struct Input {
    Sequence sequence = Sequence::Other;
    ImageVolume image;
};

enum class Precision { Auto, Float32, BFloat16, Float16 };
std::string_view precisionName(Precision precision); ///< "auto", "fp32", "bf16", "fp16"
std::optional<Precision> precisionFromName(std::string_view name);

enum class LookKind { Flips, Dropout };

struct SegmentOptions {
    Precision precision = Precision::Auto; ///< Auto: what this machine runs fastest (measured once, remembered)
    double overlap = 0.5;                  ///< of neighbouring windows, 0..0.9
    bool flipAverage = false;              ///< the first pass itself is the mean over left-right flips (--tta flips)
    LookKind lookKind = LookKind::Flips;   ///< of runLooks
    int looks = 4;                         ///< of runLooks, the first pass included; 2..64
    std::uint64_t seed = 1;                ///< of dropout looks
    std::int64_t memoryLimitBytes = 0;     ///< 0: what the system has available
    std::int64_t window = 0;               ///< edge of a cubic window in voxels; 0: the model's own
    double spacingMm = 0;                  ///< 0: the model's preferred one
    bool skipEmptyWindows = true;          ///< windows without any head voxel are not looked at
};

/// What a run would take; nothing is computed but the head's box.
struct Estimate {
    double seconds = 0;         ///< 0 when this machine has not been measured with this model yet
    std::int64_t peakBytes = 0; ///< beyond what the process holds now
    Size3 window{};             ///< voxels, after making it smaller for the memory there is
    int windows = 0;
    std::string device, precision;
    bool fits = true;
    std::string reason; ///< when it does not fit: a sentence
};

/// How far an answer can be trusted, by what glio calibrate measured on held-out cases (model.json).
struct Confidence {
    int calibrationCases = 0;                            ///< behind the probabilities; 0: as the net gave them
    std::optional<uncertainty::Estimated> predictedDice; ///< of WT; none without a fitted estimate or a mask
    int qualityCases = 0;                                ///< behind the estimate
    std::optional<uncertainty::Unusual> unusual;         ///< none when the model does not know usual cases
    uncertainty::Features answer, images;                ///< what both were computed from
    std::vector<double> pooled;                          ///< features of the net over the head
};

struct Segmentation {
    /// uint8 per label (no background) on the reference grid: calibrated, false islands lowered (Islands.h)
    Probabilities probabilities;
    LabelVolume labels; ///< decode() with the model's thresholds
    Thresholds thresholds;
    std::string modelName, modelVersion, modelSha256, modelTitle;
    std::string device, precision; ///< "cpu", "cuda:0"; "fp32", "bf16", "fp16"
    double seconds = 0;
    std::int64_t peakResidentBytes = 0; ///< of this process so far
    double workingSpacingMm = 0;
    Size3 window{};
    int windows = 0, windowsSkipped = 0;
    std::vector<Sequence> used, missing;
    Confidence confidence; ///< of this look
};

/// What several looks said (algorithms.md D, ui.md 4.4). All volumes lie on the reference grid.
struct LookStatistics {
    int looks = 0;
    Probabilities mean;                                   ///< of all looks: the confidence band is drawn from it
    Volume<std::uint8_t> entropyPercent;                  ///< 0..100, 100 = most uncertain
    Volume<std::uint8_t> mutualInformationPercent;        ///< 0..100
    std::vector<Volume<std::uint8_t>> votes;              ///< per label of the scheme: looks whose mask had it there
    std::map<std::string, std::vector<double>> volumesMl; ///< by region, one value a look
    std::map<std::string, double> volumeVariation;        ///< by region: sigma / mean
    double pairwiseDice = 1;                              ///< mean Dice of two looks' whole tumour
};

/// The first present of T1c, FLAIR, T1, T2, then any: its grid carries the result. `inputs` is not empty.
const Input &chooseReference(std::span<const Input> inputs);

/// A loaded model, kept warm. One thread at a time; calls use all processors themselves.
class Segmenter {
public:
    /// `device`: "auto", "cpu", "cuda", "cuda:N". Errors: those of loadNet; Unsupported (no such device).
    static Result<std::unique_ptr<Segmenter>> open(const interchange::ModelFile &model,
                                                   const std::string &device = "auto");
    ~Segmenter();
    Segmenter(const Segmenter &) = delete;
    Segmenter &operator=(const Segmenter &) = delete;

    const interchange::ModelInfo &model() const;

    /// Errors: InvalidArgument; ModelMismatch names the sequences that the model needs and does not have.
    Result<Estimate> estimate(std::span<const Input> inputs, const Geometry &referenceGrid,
                              const SegmentOptions &options = {}) const;

    /// One pass. The sink is asked between blocks of the net. Errors: as above; OutOfMemory (before work begins when it
    /// can be known, the sentence says how much is needed), Cancelled. The model stays usable after any of them.
    Result<Segmentation> run(std::span<const Input> inputs, const Geometry &referenceGrid,
                             const SegmentOptions &options = {}, const ProgressSink &progress = {});

    /// Further looks after `first`, which counts as the first one and is not changed. `eachLook(done, total)` comes
    /// after every look; false stops with Cancelled. Looks by dropout need a model with dropout: ModelMismatch
    /// otherwise.
    Result<LookStatistics> runLooks(std::span<const Input> inputs, const Segmentation &first,
                                    const SegmentOptions &options = {}, const ProgressSink &progress = {},
                                    const std::function<bool(int done, int total)> &eachLook = {});

    /// Probabilities of the labels as the net gives them, on the working grid: what calibration is fitted on.
    struct RawLook {
        Geometry grid;
        std::vector<float> values; ///< (label, D, H, W)
        uncertainty::Features images;
        std::vector<double> pooled;
    };
    Result<RawLook> rawLook(std::span<const Input> inputs, const SegmentOptions &options = {},
                            const ProgressSink &progress = {});
    /// Its images and pooled features alone: no pass, about a second.
    Result<RawLook> describe(std::span<const Input> inputs, const SegmentOptions &options = {});
    /// `run` without a pass, from a kept one: calibrated, brought to the grid, islands settled, judged by `model`.
    static Result<Segmentation> finish(const RawLook &raw, const interchange::ModelInfo &model,
                                       const uncertainty::UnusualModel *usual, const Geometry &referenceGrid,
                                       const ProgressSink &progress = {});

private:
    friend class PromptSegmenter; // the same net, warm in the same way
    struct Impl;
    explicit Segmenter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace glio::inference
