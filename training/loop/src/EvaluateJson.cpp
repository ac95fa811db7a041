#include "glioscope/loop/EvaluateReport.h"

#include <nlohmann/json.hpp>

namespace glio::loop {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double> &value) { return value ? Json(*value) : Json(nullptr); }

Json interval(const MaybeInterval &value)
{
    if (!value) return nullptr;
    return {
        {"value", value->value}, {"low", number(value->low)}, {"high", number(value->high)}, {"cases", value->count}};
}

const char *presetName(metrics::Preset preset)
{
    switch (preset) {
    case metrics::Preset::Plain:
        break;
    case metrics::Preset::Brats2023:
        return "brats-2023";
    case metrics::Preset::BratsPed2024:
        return "brats-ped-2024";
    }
    return "plain";
}

const char *surfaceName(metrics::SurfaceConvention surface)
{
    switch (surface) {
    case metrics::SurfaceConvention::Surfel:
        break;
    case metrics::SurfaceConvention::CentreMax:
        return "centre-max";
    case metrics::SurfaceConvention::CentrePooled:
        return "centre-pooled";
    }
    return "surfel";
}

Json conventions(const EvaluateRequest &request, const Summary &summary)
{
    return {{"preset", presetName(request.metrics.preset)},
            {"lesion_rules", request.metrics.preset == metrics::Preset::Brats2023 ? "brats-2023" : "brats-ped-2024"},
            {"surface", surfaceName(request.metrics.surface)},
            {"nsd_tolerance_mm", request.metrics.nsdToleranceMm},
            {"dice", "both masks empty: 1; one empty: 0"},
            {"dice_reference_positive", "cases whose reference holds the region"},
            {"hd95_mm", "cases where both masks hold the region"},
            {"hd95_mm_penalised", "both masks empty: 0; one empty: 374"},
            {"band", {{"certain", request.band.certain}, {"near_mm", request.band.nearMm}}},
            {"bins", request.bins},
            {"intervals",
             {{"method", "percentile bootstrap over patients"},
              {"level", 0.95},
              {"resamples", summary.resamples},
              {"seed", summary.seed}}}};
}

Json curve(const metrics::RiskCoverage &risk)
{
    return {{"area", risk.area},
            {"ideal", risk.ideal},
            {"overall", risk.overall},
            {"coverage", risk.coverage},
            {"risk", risk.risk}};
}

Json regionOf(const RegionSummary &s)
{
    Json reliability = Json::array();
    for (const metrics::ReliabilityBin &bin : s.calibration.reliability)
        reliability.push_back({{"low", bin.low},
                               {"high", bin.high},
                               {"voxels", bin.voxels},
                               {"said", bin.voxels > 0 ? Json(bin.said) : Json(nullptr)},
                               {"seen", bin.voxels > 0 ? Json(bin.seen) : Json(nullptr)}});
    return {{"cases", s.cases},
            {"in_reference", s.inReference},
            {"false_alarms", s.falseAlarms},
            {"dice", interval(s.dice)},
            {"dice_reference_positive", interval(s.dicePresent)},
            {"dice_median_reference_positive", interval(s.diceMedianPresent)},
            {"hd95_mm", interval(s.hd95)},
            {"hd95_mm_penalised", interval(s.hd95Penalised)},
            {"nsd", interval(s.nsd)},
            {"lesionwise_dice", interval(s.lesionDice)},
            {"lesionwise_hd95_mm", interval(s.lesionHd95)},
            {"tp", s.truePositives},
            {"fp", s.falsePositives},
            {"fn", s.falseNegatives},
            {"volume_error_ml", interval(s.volumeErrorMl)},
            {"absolute_volume_error_ml", interval(s.absoluteVolumeErrorMl)},
            {"volume_error_sd_ml", number(s.volumeSpreadMl)},
            {"voxels_judged", s.calibration.voxels},
            {"ece", interval(s.ece)},
            {"adaptive_ece", interval(s.adaptiveEce)},
            {"probability_ece", interval(s.probabilityEce)},
            {"brier", interval(s.brier)},
            {"nll", interval(s.nll)},
            {"reliability", std::move(reliability)},
            {"risk_coverage", curve(s.voxels)},
            {"qu_brats", interval(s.quBrats)}};
}

Json caseOf(const CaseScore &one)
{
    Json regions = Json::object(), reference = Json::object(), volumes = Json::object();
    for (const auto &[id, r] : one.regions) {
        const bool judged = r.calibration.voxels > 0;
        reference[id] = r.metrics.referenceMl;
        volumes[id] = r.metrics.predictionMl;
        regions[id] = {{"dice", r.metrics.dice},
                       {"hd95_mm", number(r.metrics.hd95Mm)},
                       {"nsd", r.metrics.nsd},
                       {"lesionwise_dice", r.metrics.lesions.dice},
                       {"lesionwise_hd95_mm", r.metrics.lesions.hd95Mm},
                       {"tp", r.metrics.lesions.truePositives},
                       {"fp", r.metrics.lesions.falsePositives},
                       {"fn", r.metrics.lesions.falseNegatives},
                       {"in_reference", r.inReference},
                       {"in_prediction", r.inPrediction},
                       {"voxels_judged", r.calibration.voxels},
                       {"ece", judged ? Json(r.calibration.ece) : Json(nullptr)},
                       {"brier", judged ? Json(r.calibration.brier) : Json(nullptr)},
                       {"nll", judged ? Json(r.calibration.nll) : Json(nullptr)},
                       {"qu_brats", r.quBrats ? Json(r.quBrats->score) : Json(nullptr)}};
    }
    Json expected;
    if (one.expected)
        expected = {{"value", one.expected->value}, {"low", one.expected->low}, {"high", one.expected->high}};
    return {{"name", one.name},
            {"patient", one.patient},
            {"scheme", one.schemeId},
            {"regions", std::move(regions)},
            {"reference_ml", std::move(reference)},
            {"volumes_ml", std::move(volumes)},
            {"uncertainty_percent", one.uncertaintyPercent},
            {"expected_dice", expected},
            {"unusual", one.unusual ? Json(*one.unusual) : Json(nullptr)},
            {"seconds", one.seconds}};
}

Json comparisonOf(const Comparison &comparison)
{
    Json regions = Json::object();
    for (const Difference &d : comparison.differences)
        regions[d.region][d.metric] = {{"before", d.before},
                                       {"after", d.after},
                                       {"change", d.change.value},
                                       {"low", number(d.change.low)},
                                       {"high", number(d.change.high)},
                                       {"cases", d.change.count}};
    return {{"model",
             {{"name", comparison.earlierModel},
              {"version", comparison.earlierVersion},
              {"sha256", comparison.earlierSha256}}},
            {"cases", comparison.cases},
            {"only_here", comparison.onlyHere},
            {"only_there", comparison.onlyThere},
            {"regions", std::move(regions)}};
}

} // namespace

std::string evaluationJson(const Evaluation &evaluation, const Summary &summary, const Comparison *comparison,
                           const std::string &command)
{
    Json json{
        {"kind", "glio-evaluation"},
        {"format", 1},
        {"command", command},
        {"model",
         {{"name", evaluation.modelName}, {"version", evaluation.modelVersion}, {"sha256", evaluation.modelSha256}}},
        {"device", evaluation.device},
        {"precision", evaluation.precision},
        {"working_spacing_mm", evaluation.workingSpacingMm},
        {"seconds", evaluation.seconds},
        {"peak_rss_mb", double(evaluation.peakResidentBytes) / 1e6},
        {"patients", summary.patients},
        {"conventions", conventions(evaluation.request, summary)},
        {"mean_dice", summary.meanDice}};
    Json regions = Json::object();
    for (const RegionSummary &region : summary.regions)
        regions[region.id] = regionOf(region);
    Json cases = curve(summary.cases);
    cases["by"] = summary.byExpectedDice ? "expected_dice" : "uncertainty_percent";
    Json expectation;
    if (const Expectation &e = summary.expectation; e.cases > 0)
        expectation = {{"cases", e.cases},
                       {"correlation", e.correlation ? Json(*e.correlation) : Json(nullptr)},
                       {"mean_error", e.meanError},
                       {"inside", e.inside}};
    json["summary"] = {{"regions", std::move(regions)},
                       {"qu_brats", interval(summary.quBrats)},
                       {"risk_coverage_cases", std::move(cases)},
                       {"expected_dice", std::move(expectation)}};
    json["cases"] = Json::array();
    for (const CaseScore &one : evaluation.cases)
        json["cases"].push_back(caseOf(one));
    json["failures"] = Json::array();
    for (const CaseFailure &failure : evaluation.failures)
        json["failures"].push_back(
            {{"name", failure.name}, {"code", errcName(failure.error.code)}, {"message", failure.error.message}});
    json["comparison"] = comparison ? comparisonOf(*comparison) : Json(nullptr);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace glio::loop
