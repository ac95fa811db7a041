#include "glioscope/uncertainty/Unusual.h"

#include "Solve.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace glio::uncertainty {
namespace {
using Json = nlohmann::ordered_json;
constexpr double kFar = 8; // deviations; beyond this a feature says "far" and no more

FeatureCloud cloudOf(std::span<const Features *const> cases, double shrinkage)
{
    FeatureCloud cloud;
    for (const auto &[name, value] : *cases.front())
        cloud.features.push_back(name);
    const std::size_t n = cloud.features.size();
    const double count = double(cases.size());
    cloud.mean.assign(n, 0);
    cloud.scale.assign(n, 0);
    cloud.correlation.assign(n * n, 0);
    for (const Features *one : cases)
        for (std::size_t f = 0; f < n; ++f)
            cloud.mean[f] += (*one)[f].second / count;
    for (const Features *one : cases)
        for (std::size_t f = 0; f < n; ++f)
            cloud.scale[f] += std::pow((*one)[f].second - cloud.mean[f], 2) / std::max(1.0, count - 1);
    for (double &scale : cloud.scale)
        scale = std::max(5e-3, std::sqrt(scale)); // what hardly varies among a few cases may vary a little more
    for (const Features *one : cases) {
        std::vector<double> z(n);
        for (std::size_t f = 0; f < n; ++f)
            z[f] = ((*one)[f].second - cloud.mean[f]) / cloud.scale[f];
        for (std::size_t f = 0; f < n; ++f)
            for (std::size_t g = 0; g < n; ++g)
                cloud.correlation[f * n + g] += z[f] * z[g] / std::max(1.0, count - 1);
    }
    for (std::size_t f = 0; f < n; ++f)
        for (std::size_t g = 0; g < n; ++g)
            cloud.correlation[f * n + g] = f == g ? 1.0 : (1 - shrinkage) * cloud.correlation[f * n + g];
    return cloud;
}

std::string groupOf(const std::string &name) { return name.substr(0, name.find(':')); }

Json numbers(const std::vector<double> &values)
{
    Json list = Json::array();
    for (const double value : values) { // five digits are more than a deviation needs
        const double step = value == 0 ? 1 : std::pow(10.0, 4 - std::floor(std::log10(std::abs(value))));
        list.push_back(std::round(value * step) / step);
    }
    return list;
}

Json cloudJson(const FeatureCloud &cloud)
{
    Json json;
    json["features"] = cloud.features;
    json["mean"] = numbers(cloud.mean);
    json["scale"] = numbers(cloud.scale);
    const std::size_t n = cloud.features.size();
    std::vector<double> lower;
    for (std::size_t f = 0; f < n; ++f)
        for (std::size_t g = 0; g < f; ++g)
            lower.push_back(std::round(cloud.correlation[f * n + g] * 1e4) / 1e4);
    json["correlation"] = lower; // below the diagonal, row by row
    json["limit"] = cloud.limit;
    return json;
}

bool readCloud(const Json &json, FeatureCloud &cloud)
{
    cloud.features = json.at("features").get<std::vector<std::string>>();
    cloud.mean = json.at("mean").get<std::vector<double>>();
    cloud.scale = json.at("scale").get<std::vector<double>>();
    cloud.limit = json.at("limit").get<double>();
    const auto lower = json.at("correlation").get<std::vector<double>>();
    const std::size_t n = cloud.features.size();
    if (n > 4096 || cloud.mean.size() != n || cloud.scale.size() != n ||
        lower.size() != (n > 0 ? n * (n - 1) / 2 : 0) || !(cloud.limit >= 0) ||
        !std::ranges::all_of(cloud.scale, [](double s) { return s > 0; }))
        return false;
    cloud.correlation.assign(n * n, 1.0);
    std::size_t at = 0;
    for (std::size_t f = 0; f < n; ++f)
        for (std::size_t g = 0; g < f; ++g, ++at)
            cloud.correlation[f * n + g] = cloud.correlation[g * n + f] = lower[at];
    return true;
}
} // namespace

Distance distance(const FeatureCloud &cloud, const Features &features)
{
    std::vector<std::size_t> known;
    std::vector<double> z;
    for (std::size_t f = 0; f < cloud.features.size(); ++f) {
        const double *value = featureNamed(features, cloud.features[f]);
        if (!value || !std::isfinite(*value)) continue;
        known.push_back(f);
        z.push_back(std::clamp((*value - cloud.mean[f]) / cloud.scale[f], -kFar, kFar));
    }
    Distance result;
    const std::size_t n = known.size(), all = cloud.features.size();
    if (n == 0) return result;
    std::vector<double> matrix(n * n);
    for (std::size_t f = 0; f < n; ++f)
        for (std::size_t g = 0; g < n; ++g)
            matrix[f * n + g] = cloud.correlation[known[f] * all + known[g]];
    const auto solved = solveSymmetric(std::move(matrix), z);
    double sum = 0;
    for (std::size_t f = 0; f < n; ++f) {
        sum += z[f] * solved[f];
        result.shares[groupOf(cloud.features[known[f]])] += z[f] * solved[f];
    }
    for (auto &[group, share] : result.shares)
        share /= std::max(sum, 1e-12);
    result.value = std::sqrt(std::max(0.0, sum) / double(n));
    return result;
}

FeatureCloud fitCloud(std::span<const Features> cases, double withinLimit, double shrinkage)
{
    if (cases.size() < 12) return {};
    constexpr std::size_t kFolds = 5;
    std::vector<double> left;
    for (std::size_t fold = 0; fold < kFolds; ++fold) {
        std::vector<const Features *> others;
        for (std::size_t c = 0; c < cases.size(); ++c)
            if (c % kFolds != fold) others.push_back(&cases[c]);
        const FeatureCloud part = cloudOf(others, shrinkage);
        for (std::size_t c = fold; c < cases.size(); c += kFolds)
            left.push_back(distance(part, cases[c]).value);
    }
    std::vector<const Features *> everyone;
    for (const Features &one : cases)
        everyone.push_back(&one);
    FeatureCloud cloud = cloudOf(everyone, shrinkage);
    cloud.limit = std::max(1e-6, quantile(left, withinLimit));
    return cloud;
}

void UnusualModel::setNet(std::span<const std::vector<double>> pooled, std::size_t directions)
{
    netMean.clear();
    netDirections.clear();
    if (pooled.empty()) return;
    const std::size_t width = pooled.front().size();
    const double count = double(pooled.size());
    netMean.assign(width, 0);
    std::vector<double> spread(width, 0), rows;
    for (const auto &one : pooled)
        for (std::size_t f = 0; f < width; ++f)
            netMean[f] += one[f] / count;
    for (const auto &one : pooled)
        for (std::size_t f = 0; f < width; ++f)
            spread[f] += (one[f] - netMean[f]) * (one[f] - netMean[f]) / count;
    for (double &s : spread)
        s = std::max(1e-6, std::sqrt(s));
    for (const auto &one : pooled)
        for (std::size_t f = 0; f < width; ++f)
            rows.push_back((one[f] - netMean[f]) / spread[f]);
    netDirections = principalDirections(rows, width, directions);
    for (std::size_t n = 0; n < netDirections.size(); ++n)
        netDirections[n] /= spread[n % width];
}

Features UnusualModel::netFeatures(std::span<const double> pooled) const
{
    Features features;
    if (netMean.empty() || pooled.size() != netMean.size()) return features;
    for (std::size_t d = 0; d * netMean.size() < netDirections.size(); ++d) {
        double dot = 0;
        for (std::size_t f = 0; f < netMean.size(); ++f)
            dot += (pooled[f] - netMean[f]) * netDirections[d * netMean.size() + f];
        features.emplace_back("net:" + std::to_string(d), dot);
    }
    return features;
}

Unusual unusual(const UnusualModel &model, const Features &images, const Features &answer)
{
    Unusual result;
    if (!model.images.empty()) {
        const Distance far = distance(model.images, images);
        result.score = far.value / model.images.limit;
        if (result.warns())
            for (const auto &[group, share] : far.shares)
                if (share >= 0.25) result.reasons.push_back(group);
        std::ranges::sort(result.reasons,
                          [&](const auto &a, const auto &b) { return far.shares.at(a) > far.shares.at(b); });
    }
    if (answer.empty()) { // that alone sets it apart from every case with a tumour, however few answers are known
        result.score = std::max(result.score, 1.5);
        result.reasons.push_back("nothing");
        return result;
    }
    if (model.answer.empty()) return result;
    if (const double far = distance(model.answer, answer).value / model.answer.limit; far > 1) {
        result.score = std::max(result.score, far);
        result.reasons.push_back("answer");
    } else {
        result.score = std::max(result.score, far);
    }
    return result;
}

std::string unusualJson(const UnusualModel &model)
{
    Json json;
    json["format"] = 1;
    json["cases"] = model.cases;
    json["auroc"] = model.auroc;
    json["images"] = cloudJson(model.images);
    json["answer"] = cloudJson(model.answer);
    json["net"] = {{"mean", numbers(model.netMean)}, {"directions", numbers(model.netDirections)}};
    return json.dump() + "\n";
}

Result<UnusualModel> parseUnusual(const std::string &text, const std::string &origin)
{
    const auto damaged = [&] {
        return fail(Errc::ModelDamaged, origin + ": this is not the description of usual cases that the model was " +
                                            "given. Get the model again.");
    };
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return damaged();
    UnusualModel model;
    try {
        if (json.at("format") != 1) return damaged();
        model.cases = json.at("cases").get<int>();
        model.auroc = json.at("auroc").get<std::map<std::string, double>>();
        model.netMean = json.at("net").at("mean").get<std::vector<double>>();
        model.netDirections = json.at("net").at("directions").get<std::vector<double>>();
        if (!readCloud(json.at("images"), model.images) || !readCloud(json.at("answer"), model.answer))
            return damaged();
    } catch (const nlohmann::json::exception &) {
        return damaged();
    }
    const std::size_t width = model.netMean.size();
    if (width == 0 ? !model.netDirections.empty() : model.netDirections.size() % width != 0) return damaged();
    return model;
}

} // namespace glio::uncertainty
