#pragma once
// Private to models/interchange: what glio calibrate adds to model.json.
#include "glioscope/interchange/ModelFile.h"

#include <nlohmann/json.hpp>

namespace glio::interchange {

/// Adds `postprocessing.islands`, `calibration`, `quality`, `unusual`; those that say nothing are left out.
void addConfidence(nlohmann::ordered_json &json, const ModelInfo &info);

struct WrongKey {
    std::string key, must;
};
/// Reads them; the first that is wrong comes back. Needs `info.schemeId`.
std::optional<WrongKey> readConfidence(const nlohmann::json &json, ModelInfo &info);

} // namespace glio::interchange
