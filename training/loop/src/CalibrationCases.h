#pragma once
// Private to training/loop.
#include "HeldOut.h"

#include "glioscope/loop/Calibrate.h"
#include "glioscope/metrics/Calibration.h"
#include "glioscope/uncertainty/Unusual.h"

#include <optional>

namespace glio::loop {

enum class CaseKind { Clean, Degraded, Faulty };

/// A case whose pass is kept.
struct SeenCase {
    std::string name;
    CaseKind kind = CaseKind::Clean;
    std::optional<Fault> fault;
    int patient = 0;   ///< same number: same person
    LabelVolume truth; ///< in the model's scheme
    std::vector<std::string> regions;
    KeptLook look;
};

struct SeenCases {
    std::vector<SeenCase> cases;
    std::vector<inference::Segmenter::RawLook> described; ///< clean ones without a pass: images and pooled features
    int patients = 0, phantoms = 0, files = 0, passes = 0, fromCache = 0;
};

/// Makes and reads all cases and has the net look at each, through the cache. `progress`: 0..1.
Result<SeenCases> seeCases(const CalibrateRequest &request, const interchange::ModelFile &model,
                           const std::function<bool(double, const std::string &)> &progress);

/// What an answer under `settings` is worth on one case.
struct JudgedCase {
    std::map<std::string, metrics::ProbabilityCounts> counts; ///< by region, in the calibration band
    std::map<std::string, double> dice, lesionDice;           ///< by region; lesion-wise by the rules of BraTS 2023
    uncertainty::Features answer;
    std::vector<std::uint8_t> band; ///< the voxels that were judged
};
/// `band`: of an earlier judgement of the same case, so that before and after are asked about the same voxels.
Result<JudgedCase> judgeCase(const SeenCase &seen, const interchange::ModelInfo &settings,
                             const std::vector<std::uint8_t> *band = nullptr);

} // namespace glio::loop
