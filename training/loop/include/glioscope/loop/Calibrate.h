#pragma once
#include "glioscope/base/Error.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace glio::loop {

/// Fits what a model says about its own answers, on cases that it has not learnt from: temperatures of its
/// probabilities, thresholds and island rules, the expected Dice, and what usual cases look like.
struct CalibrateRequest {
    std::filesystem::path model;   ///< folder of model.json
    std::filesystem::path data;    ///< folder of held-out cases with masks; empty: phantoms alone
    std::string scheme;            ///< of the masks; empty: detected
    std::filesystem::path split;   ///< JSON object {"part": ["case name", …]}; empty: all cases
    std::string part;              ///< which list of the split
    int phantoms = 24;             ///< held-out phantoms besides; each is also seen degraded, half with faults
    std::uint64_t seed = 90210;    ///< of the phantoms and of their heads: none that training drew
    std::filesystem::path anatomy; ///< further heads for phantoms; empty: procedural ones and Colin27
    std::filesystem::path shapes;  ///< label maps whose tumours phantoms take; empty: tumours by formulas
    std::filesystem::path out;     ///< folder of the calibrated model, may be `model`; empty: nothing is written
    std::filesystem::path cache;   ///< kept passes; empty: calibrate/ in the user's cache folder
    std::string device = "auto", precision = "auto";
    std::function<bool(double done, const std::string &what)> progress; ///< false: Cancelled
};

/// Gives the report as JSON: before and after by region (ECE, Brier, NLL in the band of algorithms.md D, Dice,
/// lesion-wise Dice), after being cross-validated over patients; what was chosen; worth of the estimates. The model
/// that is written has the weights' very bytes, a new version, and nothing half: an interrupted run leaves it as it
/// was. Errors: those of reading cases and of the segmenter; InvalidArgument (fewer than 8 cases, a scheme without
/// regions); Io, DiskFull, Cancelled.
Result<std::string> calibrate(const CalibrateRequest &request);

/// "1.0" -> "1.1", "2" -> "2.1", "v3-beta" -> "v3-beta.1".
std::string nextVersion(const std::string &version);

} // namespace glio::loop
