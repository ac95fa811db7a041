#include "glioscope/metrics/Bootstrap.h"

#include "glioscope/base/Random.h"

#include <algorithm>
#include <cassert>
#include <cctype>
#include <cmath>
#include <map>
#include <ranges>

namespace glio::metrics {

Bootstrap::Bootstrap(std::span<const std::string> patients, int resamples, std::uint64_t seed, double level)
    : m_resamples(std::max(0, resamples)), m_seed(seed), m_level(level)
{
    std::map<std::string, int> numbers;
    for (const std::string &name : patients)
        m_patientOf.push_back(numbers.try_emplace(name, int(numbers.size())).first->second);
    m_patients = int(numbers.size());
    m_weights.assign(std::size_t(m_resamples) * std::size_t(m_patients), 0);
    for (int r = 0; r < m_resamples; ++r) {
        CounterRandom random{seed, std::uint64_t(r)};
        for (int p = 0; p < m_patients; ++p)
            ++m_weights[std::size_t(r) * std::size_t(m_patients) + std::size_t(random.integer(0, m_patients - 1))];
    }
}

std::optional<Interval> Bootstrap::interval(const Statistic &statistic) const
{
    std::vector<std::uint16_t> weights(m_patientOf.size(), 1);
    const auto value = statistic(weights);
    if (!value) return std::nullopt;
    Interval result{.value = *value, .low = {}, .high = {}, .count = int(cases())};
    if (m_patients < 2 || m_resamples < 1) return result;
    std::vector<double> samples;
    samples.reserve(std::size_t(m_resamples));
    for (int r = 0; r < m_resamples; ++r) {
        for (std::size_t c = 0; c < weights.size(); ++c)
            weights[c] = m_weights[std::size_t(r) * std::size_t(m_patients) + std::size_t(m_patientOf[c])];
        if (const auto sample = statistic(weights)) samples.push_back(*sample);
    }
    if (samples.empty()) return result;
    std::ranges::sort(samples);
    result.low = quantile(samples, (1 - m_level) / 2);
    result.high = quantile(samples, (1 + m_level) / 2);
    return result;
}

namespace {

// The cases that have a value, and whether two patients are behind them.
struct Known {
    std::vector<std::pair<double, std::size_t>> values; // value, case
    bool severalPatients = false;
};
Known knownOf(std::span<const std::optional<double>> values, const std::vector<int> &patientOf)
{
    assert(values.size() == patientOf.size());
    Known known;
    for (std::size_t c = 0; c < values.size(); ++c)
        if (values[c]) {
            known.values.emplace_back(*values[c], c);
            known.severalPatients |= patientOf[c] != patientOf[known.values.front().second];
        }
    return known;
}

std::optional<Interval> ended(std::optional<Interval> interval, const Known &known)
{
    if (!interval) return interval;
    interval->count = int(known.values.size());
    if (!known.severalPatients) interval->low = interval->high = std::nullopt;
    return interval;
}

} // namespace

std::optional<Interval> Bootstrap::mean(std::span<const std::optional<double>> values) const
{
    const Known known = knownOf(values, m_patientOf);
    return ended(interval([&known](std::span<const std::uint16_t> weights) -> std::optional<double> {
                     double sum = 0, weight = 0;
                     for (const auto &[value, c] : known.values)
                         sum += value * weights[c], weight += weights[c];
                     if (weight == 0) return std::nullopt;
                     return sum / weight;
                 }),
                 known);
}

std::optional<Interval> Bootstrap::median(std::span<const std::optional<double>> values) const
{
    Known known = knownOf(values, m_patientOf);
    std::ranges::sort(known.values);
    return ended(interval([&known](std::span<const std::uint16_t> weights) -> std::optional<double> {
                     std::int64_t total = 0, seen = 0;
                     for (const auto &[value, c] : known.values)
                         total += weights[c];
                     if (total == 0) return std::nullopt;
                     std::optional<double> lower;
                     for (const auto &[value, c] : known.values) {
                         seen += weights[c];
                         if (lower && seen > total / 2) return (*lower + value) / 2;
                         if (2 * seen > total) return value;
                         if (2 * seen == total && !lower && weights[c] > 0) lower = value;
                     }
                     return lower;
                 }),
                 known);
}

double quantile(std::span<const double> sorted, double share)
{
    assert(!sorted.empty());
    const double place = std::clamp(share, 0.0, 1.0) * double(sorted.size() - 1);
    const auto below = std::size_t(place);
    if (below + 1 >= sorted.size()) return sorted.back();
    return std::lerp(sorted[below], sorted[below + 1], place - double(below));
}

std::string patientOf(const std::string &caseName)
{
    const auto digits = [](std::string_view text, std::size_t count) {
        return text.size() == count && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
    };
    const std::string_view name = caseName;
    if (const auto last = name.rfind('-'); last != name.npos && last > 0) { // BraTS-PED-00021-001
        const auto before = name.rfind('-', last - 1);
        if (before != name.npos && digits(name.substr(last + 1), 3) &&
            digits(name.substr(before + 1, last - before - 1), 5))
            return caseName.substr(0, last);
    }
    if (name.starts_with("TCGA_"))
        if (const auto last = name.rfind('_'); digits(name.substr(last + 1), 8)) return caseName.substr(0, last);
    return caseName;
}

} // namespace glio::metrics
