#include "glioscope/uncertainty/LinearEstimate.h"

#include "Solve.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <set>

namespace glio::uncertainty {
namespace {

LinearEstimate fitAll(std::span<const Features> cases, std::span<const double> target, std::span<const int> group,
                      double ridge, int without)
{
    LinearEstimate fit;
    for (const auto &[name, value] : cases.front())
        fit.features.push_back(name);
    const std::size_t n = fit.features.size();
    std::vector<std::size_t> rows;
    for (std::size_t c = 0; c < cases.size(); ++c)
        if (group[c] != without) rows.push_back(c);
    fit.mean.assign(n, 0);
    fit.scale.assign(n, 0);
    fit.weights.assign(n, 0);
    for (const std::size_t c : rows) {
        fit.intercept += target[c] / double(rows.size());
        for (std::size_t f = 0; f < n; ++f)
            fit.mean[f] += cases[c][f].second / double(rows.size());
    }
    for (const std::size_t c : rows)
        for (std::size_t f = 0; f < n; ++f)
            fit.scale[f] += std::pow(cases[c][f].second - fit.mean[f], 2) / double(rows.size());
    for (double &scale : fit.scale)
        scale = std::max(1e-6, std::sqrt(scale));
    std::vector<double> matrix(n * n, 0);
    std::vector<double> right(n, 0);
    for (const std::size_t c : rows)
        for (std::size_t f = 0; f < n; ++f) {
            const double x = (cases[c][f].second - fit.mean[f]) / fit.scale[f];
            right[f] += x * (target[c] - fit.intercept);
            for (std::size_t g = 0; g < n; ++g)
                matrix[f * n + g] += x * (cases[c][g].second - fit.mean[g]) / fit.scale[g];
        }
    for (std::size_t f = 0; f < n; ++f)
        matrix[f * n + f] += ridge;
    fit.weights = solveSymmetric(matrix, right);
    return fit;
}

double raw(const LinearEstimate &fit, const Features &features, bool &known)
{
    double value = fit.intercept;
    known = !fit.empty();
    for (std::size_t f = 0; f < fit.features.size(); ++f) {
        const double *x = featureNamed(features, fit.features[f]);
        if (!x || !std::isfinite(*x)) return known = false, 0;
        // Far outside of what was seen a straight line says nothing: it stops at three deviations.
        value += fit.weights[f] * std::clamp((*x - fit.mean[f]) / fit.scale[f], -3.0, 3.0);
    }
    return value;
}
} // namespace

const double *featureNamed(const Features &features, const std::string &name)
{
    for (const auto &feature : features)
        if (feature.first == name) return &feature.second;
    return nullptr;
}

Estimated apply(const LinearEstimate &estimate, const Features &features, bool &known)
{
    const double value = raw(estimate, features, known);
    const auto clamped = [](double v) { return std::clamp(v, 0.0, 1.0); };
    return {clamped(value), clamped(std::min(value, value + estimate.low)),
            clamped(std::max(value, value + estimate.high))};
}

LinearEstimate fitLinear(std::span<const Features> cases, std::span<const double> target, std::span<const int> group,
                         double ridge)
{
    assert(cases.size() == target.size() && cases.size() == group.size());
    const std::set<int> groups(group.begin(), group.end());
    if (cases.size() < 8 || groups.size() < 4) return {};
    std::vector<double> said(cases.size()), rest(cases.size());
    for (const int left : groups) {
        const LinearEstimate part = fitAll(cases, target, group, ridge, left);
        for (std::size_t c = 0; c < cases.size(); ++c) {
            if (group[c] != left) continue;
            bool known = false;
            said[c] = std::clamp(raw(part, cases[c], known), 0.0, 1.0);
            rest[c] = target[c] - said[c];
        }
    }
    const int nobody = groups.empty() ? -1 : *groups.begin() - 1;
    LinearEstimate fit = fitAll(cases, target, group, ridge, nobody);
    fit.low = quantile(rest, 0.1);
    fit.high = quantile(rest, 0.9);
    fit.cases = int(cases.size());
    fit.patients = int(groups.size());
    fit.correlation = correlation(said, target);
    for (const double r : rest)
        fit.meanError += std::abs(r) / double(rest.size());
    return fit;
}

double correlation(std::span<const double> a, std::span<const double> b)
{
    assert(a.size() == b.size());
    double meanA = 0, meanB = 0, ab = 0, aa = 0, bb = 0;
    for (std::size_t n = 0; n < a.size(); ++n)
        meanA += a[n] / double(a.size()), meanB += b[n] / double(b.size());
    for (std::size_t n = 0; n < a.size(); ++n) {
        ab += (a[n] - meanA) * (b[n] - meanB);
        aa += (a[n] - meanA) * (a[n] - meanA);
        bb += (b[n] - meanB) * (b[n] - meanB);
    }
    return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

double auroc(std::span<const double> positive, std::span<const double> negative)
{
    double wins = 0;
    for (const double p : positive)
        for (const double n : negative)
            wins += p > n ? 1 : p == n ? 0.5 : 0;
    return positive.empty() || negative.empty() ? 0.5 : wins / double(positive.size() * negative.size());
}

double quantile(std::vector<double> values, double q)
{
    if (values.empty()) return 0;
    std::ranges::sort(values);
    const double at = q * double(values.size() - 1);
    const auto low = std::size_t(at);
    const std::size_t high = std::min(low + 1, values.size() - 1);
    return values[low] + (at - double(low)) * (values[high] - values[low]);
}

} // namespace glio::uncertainty
