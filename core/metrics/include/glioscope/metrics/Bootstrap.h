#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace glio::metrics {

/// A number with the range that other samples of patients could have given.
struct Interval {
    double value = 0;
    std::optional<double> low, high; ///< none with fewer than 2 patients behind the number
    int count = 0;                   ///< cases behind it
};

/// Percentile bootstrap (Efron) over patients: a patient's cases are drawn together, because they are alike. Drawn from
/// counters, so a seed gives the same interval on every machine and for every statistic. Immutable; any thread.
class Bootstrap {
public:
    /// `patients`: one name a case, equal names are one patient. `level`: share between low and high.
    explicit Bootstrap(std::span<const std::string> patients, int resamples = 2000, std::uint64_t seed = 1,
                       double level = 0.95);

    std::size_t cases() const { return m_patientOf.size(); }
    int resamples() const { return m_resamples; }
    int patients() const { return m_patients; }
    std::uint64_t seed() const { return m_seed; }
    double level() const { return m_level; }

    /// Any statistic of weighted cases. It gets how often each case counts (1 each for the value itself) and gives
    /// nothing where the sample does not define it; such resamples are left out. No value at all: nullopt.
    using Statistic = std::function<std::optional<double>(std::span<const std::uint16_t> weights)>;
    std::optional<Interval> interval(const Statistic &statistic) const;

    /// Mean over the cases that have a value; for a paired difference give the differences. Size: cases().
    std::optional<Interval> mean(std::span<const std::optional<double>> values) const;
    /// Weighted median likewise (lower middle value is averaged with the upper one).
    std::optional<Interval> median(std::span<const std::optional<double>> values) const;

private:
    int m_resamples, m_patients = 0;
    std::uint64_t m_seed;
    double m_level;
    std::vector<int> m_patientOf;
    std::vector<std::uint16_t> m_weights; ///< [resample][patient]
};

/// Linear between neighbours (numpy's default); `sorted` is not empty, `share` 0..1.
double quantile(std::span<const double> sorted, double share);

/// The patient behind a case's name: time points of BraTS ("BraTS-PED-00021-001" is BraTS-PED-00021) and study dates of
/// TCGA ("TCGA_CS_4941_19960909" is TCGA_CS_4941) are cut off; any other name is its own patient.
std::string patientOf(const std::string &caseName);

} // namespace glio::metrics
