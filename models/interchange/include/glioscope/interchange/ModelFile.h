#pragma once
#include "glioscope/annotation/Decode.h"
#include "glioscope/interchange/Safetensors.h"
#include "glioscope/nets/NetSpec.h"
#include "glioscope/uncertainty/LinearEstimate.h"
#include "glioscope/uncertainty/Temperature.h"
#include "glioscope/uncertainty/Unusual.h"
#include "glioscope/volume/Sequence.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glio::interchange {

struct ModelInput {
    Sequence sequence = Sequence::T1;
    bool optional = false; ///< trained with this sequence dropped (its channel all zeros)
    friend bool operator==(const ModelInput &, const ModelInput &) = default;
};

/// Islands of a region or label that are taken for false: those below the volume, and those whose mean probability is
/// below the other number. 0 asks for nothing. What becomes of them: models/inference Islands.h.
struct IslandRule {
    double smallestMl = 0, leastMeanProbability = 0;
    bool empty() const { return smallestMl <= 0 && leastMeanProbability <= 0; }
    friend bool operator==(const IslandRule &, const IslandRule &) = default;
};

/// How a net with prompt channels was taught to read them: models/inference PromptChannels.h.
struct ModelPrompts {
    std::string encoding = "labels-and-clicks"; ///< the only one there is
    double clickRadiusVoxels = 3;
    int mostClicks = 10;           ///< as many it was trained with
    std::int64_t windowVoxels = 0; ///< edge of the cube that clicks decide anew; 0: the training window
};

/// What model.json says (resources/schemas/model.schema.json).
struct ModelInfo {
    std::string name, version = "1", title; ///< name: [a-z0-9][a-z0-9._-]*, also the folder's name when installed
    nets::NetSpec net;
    std::vector<ModelInput> inputs{
        {Sequence::T1, true}, {Sequence::T1c, true}, {Sequence::T2, true}, {Sequence::Flair, true}};
    std::vector<double> spacingsMm{1.0};       ///< isotropic working spacings it was trained at, preferred one first
    Size3 window{96, 96, 96};                  ///< voxels (i, j, k) of a training window
    std::string normalisation = "head-robust"; ///< see core/volume/Preprocess.h
    std::string schemeId = "brats-ped-2024";   ///< classes: softmax over background + this scheme's labels
    Thresholds thresholds;                     ///< by region; missing = 0.5
    double smallestIslandMl = 0;               ///< whole-tumour islands below this are dropped; `islands` says more
    std::map<std::string, IslandRule> islands; ///< by region or label: "WT", "TC", "ET" …; learnt by glio calibrate
    uncertainty::Temperatures temperatures;    ///< applied before probabilities become bytes
    int calibrationCases = 0;                  ///< held-out cases behind temperatures, thresholds and islands; 0: none
    std::string calibrationJson = "{}";        ///< figures before and after, an object, shown as it is
    uncertainty::LinearEstimate quality;       ///< predicts the Dice of WT from uncertainty::answerFeatures
    std::string unusualFile, unusualSha256;    ///< sidecar with the usual cases; empty: none
    std::optional<ModelPrompts> prompts;       ///< of a net that answers clicks; its option "prompts" is then above 0
    std::string trainingData;                  ///< statement for the card; never empty in a valid file
    std::string licence;                       ///< SPDX id or sentence; never empty in a valid file
    std::string metricsJson = "{}";            ///< an object, shown as it is
    std::string weightsFile = "model.safetensors";
    std::string weightsSha256;
};

/// A model's folder: model.json beside its weights. Loading executes nothing from it.
class ModelFile {
public:
    /// Reads and checks DIR/model.json; the weights are not touched. Errors: Io, ModelDamaged (a sentence that names
    /// the file, the key and what it must be), Unsupported (made for a newer program or an unknown architecture).
    static Result<ModelFile> open(const std::filesystem::path &directory);

    const ModelInfo &info() const { return m_info; }
    const std::filesystem::path &directory() const { return m_directory; }
    std::filesystem::path weightsPath() const { return m_directory / m_info.weightsFile; }

    /// The weights, verified: sha256 of the bytes that are returned equals model.json's. Errors: Io, ModelDamaged.
    Result<Safetensors> weights() const;

    /// The sidecar that says what usual cases look like, verified; nothing when the model has none. Errors: Io,
    /// ModelDamaged.
    Result<std::optional<uncertainty::UnusualModel>> unusual() const;

private:
    std::filesystem::path m_directory;
    ModelInfo m_info;
};

/// model.json text of `info` and back. Errors of parsing: ModelDamaged, Unsupported.
std::string modelJson(const ModelInfo &info);
Result<ModelInfo> parseModelJson(const std::string &text, const std::string &origin);

/// Makes DIR with both files, whole or not at all (written to a folder beside it, then renamed; an old DIR is
/// replaced). `info.weightsSha256` is filled in. Errors: InvalidArgument, Io, DiskFull.
Result<ModelFile> writeModel(const std::filesystem::path &directory, ModelInfo info,
                             std::span<const TensorView> tensors);

/// Makes DIR a copy of `from` (its weights byte for byte, cards too) with `info` in place of its description and
/// `extra` files (name -> text) beside it, whole or not at all. DIR may be where `from` lies. `info.weights…` are kept
/// from `from`. Errors: InvalidArgument, Io, DiskFull, ModelDamaged (the weights are not those of `from`).
Result<ModelFile> rewriteModel(const ModelFile &from, const std::filesystem::path &directory, ModelInfo info,
                               const std::map<std::string, std::string> &extra = {});

} // namespace glio::interchange
