#pragma once
#include "glioscope/metrics/Calibration.h"
#include "glioscope/metrics/RegionMetrics.h"
#include "glioscope/metrics/UncertaintyScores.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glio::loop {

struct EvaluateRequest {
    std::filesystem::path model;      ///< folder of model.json
    std::filesystem::path data;       ///< folder of cases in BraTS names with masks
    std::string scheme = {};          ///< of the masks; empty: detected, refused when ambiguous
    std::filesystem::path split = {}; ///< JSON object {"part": ["case name", …]}; empty: all cases
    std::string part = {};            ///< which list of the split
    std::string device = "auto", precision = "auto";
    metrics::MetricOptions metrics = {};
    metrics::BandRules band = {};
    int bins = 15;    ///< of the calibration errors
    int pictures = 0; ///< slice pictures kept of this many cases, the worst ones
    std::function<bool(double done, const std::string &caseName)> progress = {}; ///< false: Cancelled
};

/// One region of one case.
struct RegionScore {
    metrics::RegionMetrics metrics; ///< by the preset asked for; both masks empty: Dice 1, HD95 0
    bool inReference = false, inPrediction = false;
    metrics::ProbabilityCounts counts; ///< inside the band
    metrics::CalibrationScores calibration;
    std::optional<metrics::QuBrats> quBrats; ///< WT, TC and ET, inside the head
};

/// An axial slice with both masks: the picture row by row from the patient's front, right on the left, RGB.
struct CasePicture {
    int width = 0, height = 0;
    double heightOverWidth = 1; ///< in mm: voxels need not be square
    std::vector<std::uint8_t> rgb;
    std::string sequence;
    double sliceMm = 0; ///< world z of the slice's middle
};

/// What a calibrated model expected of its own mask before it saw the reference: Dice of WT with an interval.
struct ExpectedDice {
    double value = 0, low = 0, high = 0;
};

/// A case by what its mask's scheme can tell: a whole-tumour mask gives WT alone.
struct CaseScore {
    std::string name, patient, schemeId;
    std::map<std::string, RegionScore> regions; ///< by region id of brats-ped-2024
    double uncertaintyPercent = 0;        ///< mean entropy 0..100 within 5 mm of the predicted tumour; 100 without one
    std::optional<ExpectedDice> expected; ///< none from a model that was not calibrated, or without any mask
    std::optional<double> unusual; ///< how far the case lies from those the model was checked on; above 1 it warns
    double seconds = 0;            ///< of the segmentation
    std::optional<CasePicture> picture;

    /// Mean Dice of WT, TC and ET over those that the reference holds; of WT when it holds none. For "worst first".
    double rank() const;
};

struct CaseFailure {
    std::string name;
    Error error;
};

/// Bounded memory: about 30 kB a case (and its picture while it is among the worst).
struct Evaluation {
    std::string modelName, modelVersion, modelSha256, modelTitle, device, precision;
    double workingSpacingMm = 0;
    std::vector<CaseScore> cases; ///< worst first, equal ones by name
    std::vector<CaseFailure> failures;
    EvaluateRequest request; ///< without its progress
    double seconds = 0;
    std::int64_t peakResidentBytes = 0;
};

/// Segments every case as `glio segment` does and compares it with its mask, in the masks' space and the scheme
/// brats-ped-2024. A model's answer is first put into the words of the mask's scheme: a cyst is non-enhancing core
/// where the mask's makers had no cysts, and regions that the scheme cannot tell are left out for that case.
/// A case that cannot be read or segmented becomes a failure, and the rest goes on.
/// Errors: those of opening the model and finding the cases; InvalidArgument for a split that does not fit; Cancelled.
Result<Evaluation> evaluate(const EvaluateRequest &request);

} // namespace glio::loop
