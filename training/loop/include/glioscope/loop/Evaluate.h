#pragma once
#include "glioscope/base/Error.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glio::loop {

struct EvaluateRequest {
    std::filesystem::path model; ///< folder of model.json
    std::filesystem::path data;  ///< folder of cases in BraTS names with masks
    std::string scheme;          ///< of the masks; empty: detected, refused when ambiguous
    std::filesystem::path split; ///< JSON object {"part": ["case name", …]}; empty: all cases
    std::string part;            ///< which list of the split
    std::string device = "auto", precision = "auto";
    std::function<bool(double done, const std::string &caseName)> progress; ///< false: Cancelled
};

struct CaseScore {
    std::string name, schemeId;
    std::map<std::string, std::optional<double>> dice;       ///< by region; none when neither mask has it
    std::map<std::string, double> referenceMl, predictionMl; ///< by region
    double seconds = 0;
};

struct Evaluation {
    std::string modelName, modelVersion, modelSha256, device, precision;
    std::vector<CaseScore> cases;
    std::map<std::string, double> meanDice; ///< by region over the cases that have a value; "mean": of WT, TC, ET
};

/// Segments every case as `glio segment` does and compares it with its mask, in the masks' space and the scheme
/// brats-ped-2024. Regions that a mask's scheme cannot tell apart (cyst in adults) are left out for that case.
/// Errors: those of reading cases and of the segmenter; InvalidArgument for a split that does not fit.
Result<Evaluation> evaluate(const EvaluateRequest &request);
std::string evaluationJson(const Evaluation &evaluation);

/// 2 |A and B| / (|A| + |B|); none when both are empty.
std::optional<double> dice(std::int64_t both, std::int64_t inFirst, std::int64_t inSecond);

} // namespace glio::loop
