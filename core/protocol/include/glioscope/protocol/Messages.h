#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/protocol/JsonRpc.h"
#include "glioscope/protocol/SharedMemory.h"
#include "glioscope/volume/Geometry.h"
#include "glioscope/volume/Sequence.h"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

// Every message that crosses the boundary between window and engine; resources/docs/dev/PROTOCOL.md tells the order.
// toJson writes all members; fromJson ignores members it does not know, takes defaults for optional ones and answers
// InvalidArgument with a sentence that names the member for what is missing, of another type or out of range.
namespace glio::protocol {

inline constexpr int kProtocolVersion = 1;

namespace method {
inline constexpr const char *initialize = "initialize";       // InitializeParams -> InitializeResult
inline constexpr const char *ping = "engine/ping";            // {} -> {}
inline constexpr const char *models = "engine/models";        // {} -> ModelsResult
inline constexpr const char *estimate = "inference/estimate"; // EstimateParams -> EstimateResult
inline constexpr const char *predict = "inference/predict";   // PredictParams -> PredictResult
inline constexpr const char *prompt = "inference/prompt";     // PromptParams -> PromptResult
inline constexpr const char *shutdown = "shutdown";           // {} -> {}, then the engine ends
inline constexpr const char *cancel = "$/cancel";             // notification to the engine: CancelParams
inline constexpr const char *progress = "job/progress";       // notifications from the engine
inline constexpr const char *firstResult = "job/firstResult"; // FirstResultEvent
inline constexpr const char *look = "job/look";               // LookEvent
} // namespace method

struct InitializeParams {
    int protocolVersion = kProtocolVersion;
    std::string client; ///< for the log
};
struct DeviceInfo {
    std::string id;   ///< "cpu", "cuda:0"
    std::string name; ///< "AMD EPYC 9354", "NVIDIA H200"
    std::int64_t memoryBytes = 0;
    std::vector<std::string> precisions; ///< "fp32", "bf16", "fp16"
};
struct InitializeResult {
    int protocolVersion = kProtocolVersion;
    std::string name, version;
    std::vector<std::string> capabilities; ///< "predict", "estimate", "looks", "prompt", "cancel"
    std::vector<DeviceInfo> devices;
};

struct ModelInfo {
    std::string id; ///< what PredictParams::model takes
    std::string name, version, sha256, licence, statement, schemeId;
    std::vector<Sequence> sequences; ///< inputs in the model's order
    std::vector<Sequence> required;  ///< those it cannot do without
    Spacing3 spacingMm{1, 1, 1};
    bool bundled = false;
    bool prompts = false; ///< answers clicks: PromptParams::model
    std::string problem;  ///< why it cannot be used; empty when it can
};
struct ModelsResult {
    std::vector<ModelInfo> models; ///< the default first
};

enum class LookKind { Flips, Dropout };

struct EstimateParams {
    std::string model; ///< empty: the default one
    Geometry grid;     ///< of the reference sequence
    std::vector<Sequence> sequences;
    int looks = 1;
    LookKind lookKind = LookKind::Flips;
    std::string device = "auto", precision = "auto";
    double overlap = 0.5;
    std::int64_t memoryLimitBytes = 0; ///< 0: what is free
};
struct EstimateResult {
    double secondsFirstLook = 0, secondsAll = 0; ///< 0 when not known yet on this machine
    std::int64_t peakBytes = 0, availableBytes = 0;
    bool fits = true; ///< false: `problem` says why, and predict would be refused
    std::string problem, model, device, precision;
    std::vector<Sequence> missing; ///< inputs of the model that are not named
};

/// One sequence in a memory file: float32, i fastest, geometry.voxelCount() values.
struct SequenceRef {
    Sequence sequence = Sequence::Other;
    Geometry geometry;
    MemoryRef memory;
};
struct PredictParams {
    std::string model; ///< empty: the default one
    std::vector<SequenceRef> sequences;
    std::optional<Geometry> referenceGrid; ///< grid of the outputs; absent: by `referenceOf`
    int looks = 1;                         ///< 1..64, the first one included
    LookKind lookKind = LookKind::Flips;
    std::string device = "auto", precision = "auto";
    double overlap = 0.5;
    std::int64_t memoryLimitBytes = 0;
    MemoryRef output; ///< written by the engine: at least outputBytes(voxels of the grid)
};

/// The sequence whose grid carries the result: the first present of T1c, FLAIR, T1, T2, then any. -1 for none.
int referenceOf(const std::vector<Sequence> &sequences);

/// What an output memory file must hold: labels; first look, mean and votes for up to 16 labels each; two maps of
/// doubt. Only what is written takes memory.
inline constexpr int kMaxClasses = 16;
inline constexpr int kMaxLooks = 64;
std::int64_t outputBytes(std::int64_t voxels);

/// Part of the output file: uint8, i fastest, `classes` volumes after each other.
/// Names: "labels" (1), "probabilities" (first look, one a label of the scheme, 255 = certain), and once there were
/// several looks "mean" and "votes" (one a label: looks whose mask had it there), "entropyPercent" and
/// "mutualInformationPercent" (1, 0..100).
struct OutputSection {
    std::string name;
    std::int64_t offset = 0, bytes = 0;
    int classes = 1;
};
/// What the model expects its own mask to be worth, fitted on held-out cases.
struct QualityInfo {
    double predictedDice = 0, low = 0, high = 0; ///< of the whole tumour; 8 cases in 10 lie between low and high
    int cases = 0;                               ///< behind it
};
/// How far the case lies from those that the model was checked on; above `limit` it warns.
struct UnusualInfo {
    double score = 0, limit = 1;
    std::vector<std::string> reasons; ///< "sequences", "position", "sharpness", "intensity", "net", "answer", "nothing"
    bool warns() const { return score > limit; }
};
struct PredictResult {
    std::string modelName, modelVersion, modelSha256, modelTitle, schemeId, device, precision;
    Geometry grid;
    std::map<std::string, double> thresholds; ///< by region: those that made "labels"; not named: 0.5
    std::vector<Sequence> used, missing;
    double workingSpacingMm = 0;
    std::map<std::string, std::vector<double>> volumesMl; ///< by region, one value a look; empty with one look
    std::map<std::string, double> volumeVariation;        ///< by region: sigma / mean
    std::vector<OutputSection> sections;                  ///< whole and unchanging from now on
    int calibrationCases = 0;           ///< held-out cases behind the probabilities; 0: as the net gives them
    std::optional<QualityInfo> quality; ///< absent when the model has no estimate or nothing was marked
    std::optional<UnusualInfo> unusual; ///< absent when the model does not know usual cases
    int looksDone = 1;
    double seconds = 0; ///< since the request was taken up
    std::int64_t peakResidentBytes = 0;
    const OutputSection *section(std::string_view name) const;
};

/// One click, or one point of a scribble.
struct PromptClickInfo {
    std::array<double, 3> at{}; ///< LPS mm
    int label = 1;              ///< of the model's scheme
    bool belongs = true;        ///< false: this label does not belong there
};
inline constexpr std::size_t kMostPromptClicks = 4096;
/// What the mask should be near the clicks, all of them together; `mask` is the one from before the first. The engine
/// keeps the prepared sequences of the last `caseKey`, a name of the client's for these very images, and looks into
/// their memory files only when it does not have them: they must stay open until the reply. Without clicks it prepares
/// the case and changes nothing, so that the first click is answered at once.
struct PromptParams {
    std::string model; ///< empty: the first bundled one that answers clicks
    std::string caseKey;
    std::vector<SequenceRef> sequences;
    Geometry grid;  ///< of the mask
    MemoryRef mask; ///< uint8, i fastest, grid.voxelCount() bytes, in the model's scheme
    std::vector<PromptClickInfo> clicks;
    std::string device = "auto", precision = "auto";
    MemoryRef output; ///< the labels of the box are written here: at least grid.voxelCount() bytes
};
struct PromptResult {
    std::string modelName, modelVersion, modelSha256, schemeId, device, precision;
    Index3 start{}; ///< of the box on the mask's grid; its labels lie at the output's begin, i fastest
    Size3 size{};   ///< 0 without clicks
    double seconds = 0, prepareSeconds = 0; ///< of the answer; of the sequences, 0 when they were there
};

struct CancelParams {
    RequestId id;
};
struct ProgressEvent {
    RequestId id;
    double done = 0;                   ///< of the stage, 0..1, never falling in it
    std::string stage;                 ///< "firstLook", then "looks"
    std::optional<double> secondsLeft; ///< of the stage; none before 5 % or 3 s
};
struct FirstResultEvent {
    RequestId id;
    PredictResult result; ///< "labels" and "probabilities" only
};
struct LookEvent {
    RequestId id;
    int look = 1, of = 1; ///< look n of m is done
};

nlohmann::json toJson(const Geometry &);
nlohmann::json toJson(const MemoryRef &);
nlohmann::json toJson(const InitializeParams &);
nlohmann::json toJson(const InitializeResult &);
nlohmann::json toJson(const ModelsResult &);
nlohmann::json toJson(const EstimateParams &);
nlohmann::json toJson(const EstimateResult &);
nlohmann::json toJson(const PredictParams &);
nlohmann::json toJson(const PredictResult &);
nlohmann::json toJson(const PromptParams &);
nlohmann::json toJson(const PromptResult &);
nlohmann::json toJson(const CancelParams &);
nlohmann::json toJson(const ProgressEvent &);
nlohmann::json toJson(const FirstResultEvent &);
nlohmann::json toJson(const LookEvent &);

/// fromJson<T> for each of the types above. Errors: InvalidArgument.
template <class T> Result<T> fromJson(const nlohmann::json &json);

} // namespace glio::protocol
