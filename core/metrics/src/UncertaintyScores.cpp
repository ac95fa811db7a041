#include "glioscope/metrics/UncertaintyScores.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <mutex>

namespace glio::metrics {

std::uint8_t uncertaintyPercent(std::uint8_t byte)
{
    static const auto table = [] {
        std::array<std::uint8_t, 256> percent{};
        for (std::size_t b = 1; b < 255; ++b) {
            const double p = double(b) / 255;
            percent[b] = std::uint8_t(std::lround(-100 * (p * std::log2(p) + (1 - p) * std::log2(1 - p))));
        }
        return percent;
    }();
    return table[byte];
}

void UncertaintyCounts::add(std::span<const std::uint8_t> uncertainty, std::span<const std::uint8_t> prediction,
                            std::span<const std::uint8_t> reference, std::span<const std::uint8_t> where)
{
    assert(uncertainty.size() == prediction.size() && uncertainty.size() == reference.size());
    assert(where.empty() || where.size() == uncertainty.size());
    std::mutex adding;
    parallelFor(0, std::int64_t(uncertainty.size()), 1 << 18, [&](std::int64_t first, std::int64_t last) {
        UncertaintyCounts mine;
        for (auto v = std::size_t(first); v < std::size_t(last); ++v)
            if (where.empty() || where[v])
                ++mine.voxels[std::min<std::size_t>(100, uncertainty[v])][prediction[v] != 0][reference[v] != 0];
        const std::lock_guard lock(adding);
        for (std::size_t u = 0; u < voxels.size(); ++u)
            for (std::size_t p = 0; p < 2; ++p)
                for (std::size_t g = 0; g < 2; ++g)
                    voxels[u][p][g] += mine.voxels[u][p][g];
    });
}

QuBrats quBrats(const UncertaintyCounts &counts)
{
    QuBrats result;
    UncertaintyCounts::Pair all{}, kept{};
    for (const auto &pair : counts.voxels)
        for (std::size_t p = 0; p < 2; ++p)
            for (std::size_t g = 0; g < 2; ++g)
                all[p][g] += pair[p][g];
    const auto takenOut = [](std::int64_t of, std::int64_t left) {
        return of == 0 ? 0.0 : double(of - left) / double(of);
    };
    std::size_t next = 0;
    for (std::size_t n = 0; n < result.dice.size(); ++n) {
        for (; next <= 100 && double(next) <= 2.5 * double(n); ++next)
            for (std::size_t p = 0; p < 2; ++p)
                for (std::size_t g = 0; g < 2; ++g)
                    kept[p][g] += counts.voxels[next][p][g];
        const std::int64_t both = kept[1][1], sum = 2 * both + kept[0][1] + kept[1][0];
        result.dice[n] = sum == 0 ? 1 : 2.0 * double(both) / double(sum);
        result.ftp[n] = takenOut(all[1][1], both);
        result.ftn[n] = takenOut(all[0][0], kept[0][0]);
    }
    const auto area = [](const std::array<double, 41> &curve) {
        double sum = (curve.front() + curve.back()) / 2;
        for (std::size_t n = 1; n + 1 < curve.size(); ++n)
            sum += curve[n];
        return sum / double(curve.size() - 1);
    };
    result.aucDice = area(result.dice);
    result.aucFtp = area(result.ftp);
    result.aucFtn = area(result.ftn);
    result.score = (result.aucDice + (1 - result.aucFtp) + (1 - result.aucFtn)) / 3;
    return result;
}

namespace {

// Surest first; equal confidence enters together.
RiskCoverage curveOf(std::vector<RiskItem> items)
{
    RiskCoverage curve;
    std::ranges::stable_sort(items, std::ranges::greater{}, &RiskItem::confidence);
    double total = 0, weight = 0, risk = 0;
    for (const RiskItem &item : items)
        total += item.weight;
    if (total <= 0) return curve;
    for (std::size_t n = 0; n < items.size();) {
        const double confidence = items[n].confidence;
        for (; n < items.size() && items[n].confidence == confidence; ++n)
            weight += items[n].weight, risk += items[n].weight * items[n].risk;
        if (weight <= 0) continue;
        curve.coverage.push_back(weight / total);
        curve.risk.push_back(risk / weight);
    }
    curve.overall = curve.risk.back();
    double from = 0, height = curve.risk.front();
    for (std::size_t n = 0; n < curve.risk.size(); ++n) {
        curve.area += (curve.coverage[n] - from) * (height + curve.risk[n]) / 2;
        from = curve.coverage[n], height = curve.risk[n];
    }
    return curve;
}

} // namespace

RiskCoverage riskCoverage(std::span<const RiskItem> items)
{
    std::vector<RiskItem> perfect(items.begin(), items.end());
    RiskCoverage curve = curveOf(perfect);
    for (RiskItem &item : perfect)
        item.confidence = -item.risk;
    curve.ideal = curveOf(std::move(perfect)).area;
    return curve;
}

RiskCoverage riskCoverage(const ProbabilityCounts &counts, const ByteProbabilities &probabilityOf)
{
    std::vector<RiskItem> items;
    double wrong = 0, total = 0;
    for (std::size_t b = 0; b < 256; ++b) {
        const double p = probabilityOf[b], in = double(counts.inside[b]), out = double(counts.outside[b]);
        if (in + out == 0) continue;
        const double missed = p >= 0.5 ? out : in;
        // Rounded, so that p and 1 - p are equally sure.
        items.push_back({std::round(std::max(p, 1 - p) * 1e12) / 1e12, missed / (in + out), in + out});
        wrong += missed, total += in + out;
    }
    RiskCoverage curve = curveOf(std::move(items));
    if (total <= 0) return curve;
    // A perfect order takes the right voxels first: no risk up to their share, then (c - right) / c.
    const double right = 1 - wrong / total;
    curve.ideal = right > 0 ? (1 - right) + right * std::log(right) : 1;
    return curve;
}

} // namespace glio::metrics
