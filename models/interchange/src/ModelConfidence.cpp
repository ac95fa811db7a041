#include "ModelConfidence.h"

#include <algorithm>
#include <cmath>

namespace glio::interchange {
namespace {
using Json = nlohmann::json;
using Ordered = nlohmann::ordered_json;

std::optional<double> numberIn(const Json &object, const char *key, double otherwise, double low, double high)
{
    const auto found = object.find(key);
    if (found == object.end()) return otherwise;
    if (!found->is_number() || !(found->get<double>() >= low && found->get<double>() <= high)) return std::nullopt;
    return found->get<double>();
}

std::optional<WrongKey> readIslands(const Json &islands, ModelInfo &info)
{
    const WrongKey wrong{"postprocessing.islands",
                         "{smallestMl: 0 to 1000, leastMeanProbability: 0 to 1} by region of the scheme"};
    const LabelScheme *scheme = findLabelScheme(info.schemeId);
    if (!islands.is_object()) return wrong;
    for (const auto &[region, rule] : islands.items()) {
        if (!rule.is_object() || (scheme && !scheme->region(region))) return wrong;
        const auto ml = numberIn(rule, "smallestMl", 0, 0, 1000),
                   mean = numberIn(rule, "leastMeanProbability", 0, 0, 1);
        if (!ml || !mean) return wrong;
        info.islands[region] = {*ml, *mean};
    }
    return std::nullopt;
}

std::optional<WrongKey> readCalibration(const Json &calibration, ModelInfo &info)
{
    const WrongKey wrong{"calibration", "{temperatures: {tumour, core, label: 0.25 to 4}, cases: a whole number}"};
    if (!calibration.is_object()) return wrong;
    if (const auto temperatures = calibration.find("temperatures"); temperatures != calibration.end()) {
        if (!temperatures->is_object()) return wrong;
        for (const auto &[key, target] : {std::pair{"tumour", &info.temperatures.tumour},
                                          {"core", &info.temperatures.core},
                                          {"label", &info.temperatures.label}}) {
            const auto value =
                numberIn(*temperatures, key, 1, uncertainty::kLeastTemperature, uncertainty::kMostTemperature);
            if (!value) return wrong;
            *target = *value;
        }
    }
    const auto cases = numberIn(calibration, "cases", 0, 0, 1e9);
    if (!cases) return wrong;
    info.calibrationCases = int(*cases);
    if (const auto figures = calibration.find("figures"); figures != calibration.end()) {
        if (!figures->is_object()) return wrong;
        info.calibrationJson = figures->dump();
    }
    return std::nullopt;
}

std::optional<WrongKey> readQuality(const Json &quality, ModelInfo &info)
{
    const WrongKey wrong{"quality", "lists features, mean, scale and weights of one length, with numbers intercept, "
                                    "low, high, cases, patients, correlation and mean_error"};
    uncertainty::LinearEstimate &q = info.quality;
    try {
        q.features = quality.at("features").get<std::vector<std::string>>();
        q.mean = quality.at("mean").get<std::vector<double>>();
        q.scale = quality.at("scale").get<std::vector<double>>();
        q.weights = quality.at("weights").get<std::vector<double>>();
        q.intercept = quality.at("intercept").get<double>();
        q.low = quality.at("low").get<double>();
        q.high = quality.at("high").get<double>();
        q.cases = quality.at("cases").get<int>();
        q.patients = quality.value("patients", 0);
        q.correlation = quality.at("correlation").get<double>();
        q.meanError = quality.at("mean_error").get<double>();
    } catch (const Json::exception &) {
        return wrong;
    }
    const std::size_t n = q.features.size();
    const bool good = n > 0 && n <= 64 && q.mean.size() == n && q.scale.size() == n && q.weights.size() == n &&
                      std::ranges::all_of(q.scale, [](double s) { return s > 0; });
    return good ? std::nullopt : std::optional(wrong);
}

std::optional<WrongKey> readUnusual(const Json &unusual, ModelInfo &info)
{
    const auto text = [&](const char *key) {
        return unusual.is_object() && unusual.contains(key) && unusual[key].is_string()
                   ? unusual[key].get<std::string>()
                   : std::string();
    };
    info.unusualFile = text("file");
    info.unusualSha256 = text("sha256");
    const bool hex = info.unusualSha256.size() == 64 &&
                     info.unusualSha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (hex && info.unusualFile.size() > 5 && info.unusualFile.ends_with(".json") && info.unusualFile != "model.json" &&
        info.unusualFile.find_first_of("/\\") == std::string::npos)
        return std::nullopt;
    return WrongKey{"unusual", "{file: NAME.json in the same folder, sha256: 64 hexadecimal digits}"};
}
} // namespace

void addConfidence(Ordered &json, const ModelInfo &info)
{
    for (const auto &[region, rule] : info.islands)
        json["postprocessing"]["islands"][region] = {{"smallestMl", rule.smallestMl},
                                                     {"leastMeanProbability", rule.leastMeanProbability}};
    const auto figures = Ordered::parse(info.calibrationJson, nullptr, false);
    const bool hasFigures = figures.is_object() && !figures.empty();
    if (!info.temperatures.identity() || info.calibrationCases > 0 || hasFigures) {
        Ordered calibration;
        calibration["temperatures"] = {
            {"tumour", info.temperatures.tumour}, {"core", info.temperatures.core}, {"label", info.temperatures.label}};
        calibration["cases"] = info.calibrationCases;
        if (hasFigures) calibration["figures"] = figures;
        json["calibration"] = std::move(calibration);
    }
    if (const auto &q = info.quality; !q.empty()) {
        json["quality"] = {{"predicts", "dice of WT"},
                           {"features", q.features},
                           {"mean", q.mean},
                           {"scale", q.scale},
                           {"weights", q.weights},
                           {"intercept", q.intercept},
                           {"low", q.low},
                           {"high", q.high},
                           {"cases", q.cases},
                           {"patients", q.patients},
                           {"correlation", q.correlation},
                           {"mean_error", q.meanError}};
    }
    if (!info.unusualFile.empty()) json["unusual"] = {{"file", info.unusualFile}, {"sha256", info.unusualSha256}};
}

std::optional<WrongKey> readConfidence(const Json &json, ModelInfo &info)
{
    if (const auto post = json.find("postprocessing"); post != json.end() && post->is_object())
        if (const auto islands = post->find("islands"); islands != post->end())
            if (auto wrong = readIslands(*islands, info)) return wrong;
    if (const auto found = json.find("calibration"); found != json.end())
        if (auto wrong = readCalibration(*found, info)) return wrong;
    if (const auto found = json.find("quality"); found != json.end())
        if (auto wrong = readQuality(*found, info)) return wrong;
    if (const auto found = json.find("unusual"); found != json.end())
        if (auto wrong = readUnusual(*found, info)) return wrong;
    return std::nullopt;
}

} // namespace glio::interchange
