#pragma once
#include "glioscope/annotation/Decode.h"
#include "glioscope/interchange/Safetensors.h"
#include "glioscope/nets/NetSpec.h"
#include "glioscope/volume/Sequence.h"

#include <optional>
#include <string>
#include <vector>

namespace glio::interchange {

struct ModelInput {
    Sequence sequence = Sequence::T1;
    bool optional = false; ///< trained with this sequence dropped (its channel all zeros)
    friend bool operator==(const ModelInput &, const ModelInput &) = default;
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
    double smallestIslandMl = 0;               ///< whole-tumour islands below this are dropped from the mask
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

} // namespace glio::interchange
