#include "glioscope/loop/EvaluateSummary.h"

#include "glioscope/annotation/LabelScheme.h"

#include <algorithm>
#include <cmath>

namespace glio::loop {
namespace {

using metrics::Bootstrap;
using Values = std::vector<std::optional<double>>; // one a case

const RegionScore *scoreOf(const CaseScore &one, const std::string &region)
{
    const auto found = one.regions.find(region);
    return found == one.regions.end() ? nullptr : &found->second;
}

// One number a case where `get` gives one.
template <class Get> Values valuesOf(const Evaluation &evaluation, const std::string &region, const Get &get)
{
    Values values;
    for (const CaseScore &one : evaluation.cases) {
        const RegionScore *score = scoreOf(one, region);
        values.push_back(score ? std::optional<double>(get(*score)) : std::nullopt);
    }
    return values;
}

Expectation expectationOf(const Evaluation &evaluation)
{
    Expectation found;
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    for (const CaseScore &one : evaluation.cases) {
        const RegionScore *whole = scoreOf(one, "WT");
        if (!whole || !one.expected) continue;
        const double expected = one.expected->value, dice = whole->metrics.dice;
        ++found.cases;
        found.meanError += std::abs(expected - dice);
        found.inside += dice >= one.expected->low && dice <= one.expected->high;
        x += expected, y += dice, xx += expected * expected, yy += dice * dice, xy += expected * dice;
    }
    if (found.cases == 0) return found;
    const double n = found.cases;
    found.meanError /= n;
    const double spread = (xx - x * x / n) * (yy - y * y / n);
    if (found.cases >= 3 && spread > 1e-18) found.correlation = (xy - x * y / n) / std::sqrt(spread);
    return found;
}

std::optional<double> spreadOf(const Values &values)
{
    double sum = 0, squares = 0;
    int count = 0;
    for (const auto &value : values)
        if (value) sum += *value, ++count;
    if (count < 2) return std::nullopt;
    for (const auto &value : values)
        if (value) squares += (*value - sum / count) * (*value - sum / count);
    return std::sqrt(squares / (count - 1));
}

// Calibration of all cases' voxels together, and how it varies with the patients. A resample's scores are worked out
// once and asked for five times.
void calibrate(RegionSummary &summary, const Evaluation &evaluation, const Bootstrap &bootstrap)
{
    std::vector<const metrics::ProbabilityCounts *> counts;
    int known = 0;
    std::vector<std::string> patients;
    for (const CaseScore &one : evaluation.cases) {
        const RegionScore *score = scoreOf(one, summary.id);
        counts.push_back(score ? &score->counts : nullptr);
        known += score != nullptr;
        if (score && std::ranges::find(patients, one.patient) == patients.end()) patients.push_back(one.patient);
    }
    const int bins = evaluation.request.bins;
    const auto scoresOf = [&](std::span<const std::uint16_t> weights) {
        metrics::ProbabilityCounts sum;
        for (std::size_t c = 0; c < counts.size(); ++c)
            if (counts[c] && weights[c] > 0) sum.add(*counts[c], weights[c]);
        return metrics::calibrationScores(sum, bins);
    };
    metrics::ProbabilityCounts all;
    for (const auto *one : counts)
        if (one) all += *one;
    summary.calibration = metrics::calibrationScores(all, bins);
    summary.voxels = metrics::riskCoverage(all);
    if (summary.calibration.voxels == 0) return;

    struct Number {
        MaybeInterval RegionSummary::*to;
        double metrics::CalibrationScores::*from;
    };
    constexpr Number numbers[]{{&RegionSummary::ece, &metrics::CalibrationScores::ece},
                               {&RegionSummary::adaptiveEce, &metrics::CalibrationScores::adaptiveEce},
                               {&RegionSummary::probabilityEce, &metrics::CalibrationScores::probabilityEce},
                               {&RegionSummary::brier, &metrics::CalibrationScores::brier},
                               {&RegionSummary::nll, &metrics::CalibrationScores::nll}};
    std::vector<metrics::CalibrationScores> samples; // of the first pass, in the bootstrap's order
    for (std::size_t n = 0; n < std::size(numbers); ++n) {
        std::size_t next = 0;
        auto interval = bootstrap.interval([&](std::span<const std::uint16_t> weights) -> std::optional<double> {
            if (n == 0) {
                samples.push_back(scoresOf(weights));
                samples.back().reliability = {};
            }
            const metrics::CalibrationScores &scores = samples[next++];
            if (scores.voxels == 0) return std::nullopt;
            return scores.*numbers[n].from;
        });
        if (!interval) continue;
        interval->count = known;
        if (patients.size() < 2) interval->low = interval->high = std::nullopt;
        summary.*numbers[n].to = interval;
    }
}

RegionSummary regionSummary(const RegionDefinition &region, const Evaluation &evaluation, const Bootstrap &bootstrap)
{
    RegionSummary s{.id = region.id, .name = region.name};
    for (const CaseScore &one : evaluation.cases)
        if (const RegionScore *score = scoreOf(one, region.id)) {
            ++s.cases;
            s.inReference += score->inReference;
            s.falseAlarms += !score->inReference && score->inPrediction;
            s.truePositives += score->metrics.lesions.truePositives;
            s.falsePositives += score->metrics.lesions.falsePositives;
            s.falseNegatives += score->metrics.lesions.falseNegatives;
        }
    using Maybe = std::optional<double>;
    const auto mean = [&](const auto &get) { return bootstrap.mean(valuesOf(evaluation, region.id, get)); };
    s.dice = mean([](const RegionScore &r) { return r.metrics.dice; });
    const Values present = valuesOf(evaluation, region.id, [](const RegionScore &r) {
        return r.inReference ? Maybe(r.metrics.dice) : std::nullopt;
    });
    s.dicePresent = bootstrap.mean(present);
    s.diceMedianPresent = bootstrap.median(present);
    s.hd95 =
        mean([](const RegionScore &r) { return r.inReference && r.inPrediction ? r.metrics.hd95Mm : std::nullopt; });
    s.hd95Penalised = mean([](const RegionScore &r) { return r.metrics.hd95Mm.value_or(metrics::kMissedLesionMm); });
    s.nsd = mean([](const RegionScore &r) { return r.metrics.nsd; });
    s.lesionDice = mean([](const RegionScore &r) { return r.metrics.lesions.dice; });
    s.lesionHd95 = mean([](const RegionScore &r) { return r.metrics.lesions.hd95Mm; });
    const auto error = [](const RegionScore &r) { return r.metrics.predictionMl - r.metrics.referenceMl; };
    s.volumeErrorMl = mean(error);
    s.absoluteVolumeErrorMl = mean([&error](const RegionScore &r) { return std::abs(error(r)); });
    s.volumeSpreadMl = spreadOf(valuesOf(evaluation, region.id, error));
    s.quBrats = mean([](const RegionScore &r) { return r.quBrats ? Maybe(r.quBrats->score) : std::nullopt; });
    calibrate(s, evaluation, bootstrap);
    return s;
}

} // namespace

const RegionSummary *Summary::region(const std::string &id) const
{
    const auto found = std::ranges::find(regions, id, &RegionSummary::id);
    return found == regions.end() ? nullptr : &*found;
}

Summary summarise(const Evaluation &evaluation, int resamples, std::uint64_t seed)
{
    std::vector<std::string> patients;
    for (const CaseScore &one : evaluation.cases)
        patients.push_back(one.patient);
    const Bootstrap bootstrap(patients, resamples, seed);
    Summary summary;
    summary.patients = bootstrap.patients();
    summary.resamples = bootstrap.resamples();
    summary.seed = seed;
    double mean = 0;
    int named = 0;
    for (const RegionDefinition &region : defaultLabelScheme().regions()) {
        RegionSummary one = regionSummary(region, evaluation, bootstrap);
        if (one.cases == 0) continue;
        summary.regions.push_back(std::move(one));
        double sum = 0;
        int count = 0;
        for (const CaseScore &c : evaluation.cases)
            if (const RegionScore *score = scoreOf(c, region.id); score && (score->inReference || score->inPrediction))
                sum += score->metrics.dice, ++count;
        if (count == 0) continue;
        summary.meanDice[region.id] = sum / count;
        if (region.id == "WT" || region.id == "TC" || region.id == "ET") mean += sum / count, ++named;
    }
    if (named > 0) summary.meanDice["mean"] = mean / named;

    Values quality;
    std::vector<metrics::RiskItem> risks;
    summary.expectation = expectationOf(evaluation);
    summary.byExpectedDice =
        !evaluation.cases.empty() &&
        std::ranges::all_of(evaluation.cases, [](const CaseScore &one) { return one.expected.has_value(); });
    for (const CaseScore &one : evaluation.cases) {
        double sum = 0;
        int count = 0;
        for (const auto &[id, region] : one.regions)
            if (region.quBrats) sum += region.quBrats->score, ++count;
        quality.push_back(count == 3 ? std::optional(sum / 3) : std::nullopt);
        if (const RegionScore *whole = scoreOf(one, "WT"))
            risks.push_back({.confidence = summary.byExpectedDice ? one.expected->value : -one.uncertaintyPercent,
                             .risk = 1 - whole->metrics.dice});
    }
    summary.quBrats = bootstrap.mean(quality);
    summary.cases = metrics::riskCoverage(risks);
    return summary;
}

} // namespace glio::loop
