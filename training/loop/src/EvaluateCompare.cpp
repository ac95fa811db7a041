#include "glioscope/loop/EvaluateSummary.h"

#include "glioscope/annotation/LabelScheme.h"

#include <nlohmann/json.hpp>

#include <map>

namespace glio::loop {
namespace {

using Json = nlohmann::json;
using Maybe = std::optional<double>;

Maybe numberAt(const Json &region, const char *key)
{
    const auto found = region.find(key);
    if (found == region.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
}

Maybe judged(const metrics::CalibrationScores &scores) { return scores.voxels > 0 ? Maybe(scores.ece) : std::nullopt; }

struct Metric {
    const char *name, *key; ///< in our table and in the file
    bool onlyInReference;
    Maybe (*now)(const RegionScore &);
};
constexpr Metric kMetrics[]{
    {"dice", "dice", false, [](const RegionScore &r) { return Maybe(r.metrics.dice); }},
    {"dice_reference_positive", "dice", true, [](const RegionScore &r) { return Maybe(r.metrics.dice); }},
    {"hd95_mm", "hd95_mm", true, [](const RegionScore &r) { return r.metrics.hd95Mm; }},
    {"nsd", "nsd", false, [](const RegionScore &r) { return Maybe(r.metrics.nsd); }},
    {"lesionwise_dice", "lesionwise_dice", false, [](const RegionScore &r) { return Maybe(r.metrics.lesions.dice); }},
    {"ece", "ece", false, [](const RegionScore &r) { return judged(r.calibration); }},
};

Maybe plainMean(const std::vector<Maybe> &values)
{
    double sum = 0;
    int count = 0;
    for (const Maybe &value : values)
        if (value) sum += *value, ++count;
    if (count == 0) return std::nullopt;
    return sum / count;
}

std::string textAt(const Json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

Result<Comparison> compareWith(const Evaluation &evaluation, const std::string &earlier, int resamples,
                               std::uint64_t seed)
{
    const Json file = Json::parse(earlier, nullptr, false);
    if (!file.is_object() || !file.contains("cases") || !file["cases"].is_array())
        return fail(Errc::InvalidArgument, "The file to compare with was not written by glio evaluate.");
    Comparison comparison;
    if (const auto model = file.find("model"); model != file.end() && model->is_object()) {
        comparison.earlierModel = textAt(*model, "name");
        comparison.earlierVersion = textAt(*model, "version");
        comparison.earlierSha256 = textAt(*model, "sha256");
    }
    std::map<std::string, const Json *> before;
    for (const Json &one : file["cases"])
        if (one.is_object() && one.contains("regions") && one["regions"].is_object())
            before[textAt(one, "name")] = &one;

    std::vector<std::pair<const CaseScore *, const Json *>> pairs;
    std::vector<std::string> patients;
    for (const CaseScore &now : evaluation.cases) {
        const auto found = before.find(now.name);
        if (found == before.end()) {
            comparison.onlyHere.push_back(now.name);
            continue;
        }
        pairs.emplace_back(&now, found->second);
        patients.push_back(now.patient);
        before.erase(found);
    }
    for (const auto &[name, one] : before)
        comparison.onlyThere.push_back(name);
    comparison.cases = int(pairs.size());
    if (pairs.empty()) return fail(Errc::InvalidArgument, "The file to compare with holds none of these cases.");

    const metrics::Bootstrap bootstrap(patients, resamples, seed);
    for (const RegionDefinition &region : defaultLabelScheme().regions())
        for (const Metric &metric : kMetrics) {
            std::vector<Maybe> then, now, change;
            for (const auto &[one, old] : pairs) {
                const auto mine = one->regions.find(region.id);
                const auto theirs = (*old)["regions"].find(region.id);
                Maybe a, b;
                if (mine != one->regions.end() && theirs != (*old)["regions"].end() && theirs->is_object() &&
                    (!metric.onlyInReference || mine->second.inReference)) {
                    a = numberAt(*theirs, metric.key), b = metric.now(mine->second);
                    if (!a || !b) a = b = std::nullopt;
                }
                then.push_back(a), now.push_back(b);
                change.push_back(a && b ? Maybe(*b - *a) : std::nullopt);
                if (a && b && std::string_view(metric.name) == "dice_reference_positive")
                    comparison.dice[region.id].push_back({one->name, *a, *b});
            }
            const auto interval = bootstrap.mean(change);
            if (!interval) continue;
            comparison.differences.push_back({.region = region.id,
                                              .metric = metric.name,
                                              .before = *plainMean(then),
                                              .after = *plainMean(now),
                                              .change = *interval});
        }
    return comparison;
}

} // namespace glio::loop
