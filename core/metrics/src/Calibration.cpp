#include "glioscope/metrics/Calibration.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/metrics/DistanceTransform.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <mutex>

namespace glio::metrics {
namespace {

constexpr double kEnd = 0.25 / 255; // what the outermost bytes stand for: half of the half step that rounds to them

double within(double p) { return std::clamp(p, kEnd, 1 - kEnd); }

int binOf(double p, int bins) { return std::min(bins - 1, int(p * bins + 1e-9)); }

// Sum over bins of share x |said - seen|, from the bins' sums.
struct Sums {
    double voxels = 0, said = 0, seen = 0;
};
double expectedError(const std::vector<Sums> &bins, double total)
{
    double error = 0;
    for (const Sums &bin : bins)
        error += std::abs(bin.said - bin.seen) / total;
    return error;
}

// Confidence and share of right decisions of a byte's voxels.
struct Decision {
    double confidence = 0, right = 0, voxels = 0;
};

} // namespace

void ProbabilityCounts::add(std::span<const std::uint8_t> probability, std::span<const std::uint8_t> reference,
                            std::span<const std::uint8_t> where)
{
    assert(probability.size() == reference.size() && (where.empty() || where.size() == probability.size()));
    std::mutex adding;
    parallelFor(0, std::int64_t(probability.size()), 1 << 18, [&](std::int64_t first, std::int64_t last) {
        ProbabilityCounts mine;
        for (auto v = std::size_t(first); v < std::size_t(last); ++v)
            if (where.empty() || where[v]) ++(reference[v] ? mine.inside : mine.outside)[probability[v]];
        const std::lock_guard lock(adding);
        *this += mine;
    });
}

ProbabilityCounts &ProbabilityCounts::add(const ProbabilityCounts &other, std::int64_t times)
{
    for (std::size_t b = 0; b < 256; ++b)
        outside[b] += times * other.outside[b], inside[b] += times * other.inside[b];
    return *this;
}

std::int64_t ProbabilityCounts::voxels() const
{
    std::int64_t sum = 0;
    for (std::size_t b = 0; b < 256; ++b)
        sum += outside[b] + inside[b];
    return sum;
}

const ByteProbabilities &plainProbabilities()
{
    static const ByteProbabilities plain = [] {
        ByteProbabilities p{};
        for (std::size_t b = 0; b < 256; ++b)
            p[b] = double(b) / 255;
        return p;
    }();
    return plain;
}

ByteProbabilities temperedProbabilities(double temperature)
{
    assert(temperature > 0);
    ByteProbabilities tempered{};
    for (std::size_t b = 0; b < 256; ++b) {
        const double p = within(double(b) / 255);
        tempered[b] = 1 / (1 + std::exp(-std::log(p / (1 - p)) / temperature));
    }
    return tempered;
}

CalibrationScores calibrationScores(const ProbabilityCounts &counts, int bins, const ByteProbabilities &probabilityOf)
{
    assert(bins >= 1);
    CalibrationScores scores;
    scores.voxels = counts.voxels();
    for (int b = 0; b < bins; ++b)
        scores.reliability.push_back({double(b) / bins, double(b + 1) / bins});
    if (scores.voxels == 0) return scores;
    const auto total = double(scores.voxels);
    std::vector<Sums> byConfidence(static_cast<std::size_t>(bins)), byProbability(static_cast<std::size_t>(bins));
    std::vector<Decision> decisions;
    for (std::size_t b = 0; b < 256; ++b) {
        const double p = probabilityOf[b], in = double(counts.inside[b]), out = double(counts.outside[b]);
        if (in + out == 0) continue;
        const double confidence = std::max(p, 1 - p), right = p >= 0.5 ? in : out;
        Sums &c = byConfidence[std::size_t(binOf(confidence, bins))];
        c.voxels += in + out, c.said += confidence * (in + out), c.seen += right;
        Sums &d = byProbability[std::size_t(binOf(p, bins))];
        d.voxels += in + out, d.said += p * (in + out), d.seen += in;
        decisions.push_back({confidence, right / (in + out), in + out});
        scores.brier += (in * (1 - p) * (1 - p) + out * p * p) / total;
        scores.nll -= (in * std::log(within(p)) + out * std::log(1 - within(p))) / total;
    }
    scores.ece = expectedError(byConfidence, total);
    scores.probabilityEce = expectedError(byProbability, total);
    for (std::size_t b = 0; b < byProbability.size(); ++b) {
        const Sums &bin = byProbability[b];
        scores.reliability[b].voxels = std::int64_t(bin.voxels);
        if (bin.voxels > 0) scores.reliability[b].said = bin.said / bin.voxels;
        if (bin.voxels > 0) scores.reliability[b].seen = bin.seen / bin.voxels;
    }
    std::ranges::sort(decisions, {}, &Decision::confidence);
    std::vector<Sums> equal(static_cast<std::size_t>(bins));
    std::size_t bin = 0;
    for (const Decision &d : decisions)
        for (double left = d.voxels; left > 0;) {
            const bool last = bin + 1 == equal.size();
            const double room = total / bins - equal[bin].voxels;
            if (!last && room <= 1e-9 * total) {
                ++bin;
                continue;
            }
            const double take = last ? left : std::min(left, room);
            equal[bin].voxels += take, equal[bin].said += take * d.confidence, equal[bin].seen += take * d.right;
            left -= take;
        }
    scores.adaptiveEce = expectedError(equal, total);
    return scores;
}

std::vector<std::uint8_t> calibrationBand(const Probabilities &probabilities, std::span<const std::uint8_t> reference,
                                          std::span<const std::uint8_t> prediction, const BandRules &rules)
{
    assert(std::int64_t(reference.size()) == probabilities.geometry().voxelCount());
    assert(reference.size() == prediction.size());
    std::vector<std::uint8_t> band(reference.size(), 0);
    const double certain = rules.certain * 255;
    parallelFor(0, std::int64_t(band.size()), 1 << 16, [&](std::int64_t first, std::int64_t last) {
        for (auto v = std::size_t(first); v < std::size_t(last); ++v) {
            int most = 0, sum = 0;
            for (const auto &volume : probabilities.classes) {
                const int byte = volume.data()[v];
                most = std::max(most, byte), sum += byte;
            }
            if (!probabilities.hasBackground) most = std::max(most, 255 - sum);
            band[v] = most < certain;
        }
    });
    std::vector<std::uint8_t> tumour(reference.size());
    for (std::size_t v = 0; v < tumour.size(); ++v)
        tumour[v] = reference[v] || prediction[v];
    const std::vector<std::uint8_t> near = nearMask(tumour, probabilities.geometry(), rules.nearMm);
    for (std::size_t v = 0; v < band.size(); ++v)
        band[v] |= near[v];
    return band;
}

std::vector<std::uint8_t> nearMask(std::span<const std::uint8_t> mask, const Geometry &grid, double mm)
{
    const Size3 n = grid.size();
    assert(std::int64_t(mask.size()) == grid.voxelCount());
    std::vector<std::uint8_t> near(mask.size(), 0);
    Index3 low{1 << 30, 1 << 30, 1 << 30}, high{-1, -1, -1};
    std::size_t v = 0;
    for (std::int64_t k = 0; k < n[2]; ++k)
        for (std::int64_t j = 0; j < n[1]; ++j)
            for (std::int64_t i = 0; i < n[0]; ++i, ++v)
                if (mask[v]) {
                    low = {std::min(low[0], i), std::min(low[1], j), std::min(low[2], k)};
                    high = {std::max(high[0], i), std::max(high[1], j), std::max(high[2], k)};
                }
    if (high[0] < 0) return near;
    Size3 size{};
    for (std::size_t a = 0; a < 3; ++a) {
        const auto room = std::int64_t(std::ceil(mm / grid.spacing()[a]));
        low[a] = std::max<std::int64_t>(0, low[a] - room);
        size[a] = std::min(n[a] - 1, high[a] + room) - low[a] + 1;
    }
    std::vector<std::uint8_t> box(std::size_t(size[0] * size[1] * size[2]));
    const auto eachRow = [&](auto row) {
        for (std::int64_t k = 0; k < size[2]; ++k)
            for (std::int64_t j = 0; j < size[1]; ++j)
                row(std::size_t(grid.offset({low[0], low[1] + j, low[2] + k})),
                    std::size_t(size[0] * (j + size[1] * k)));
    };
    const auto length = std::size_t(size[0]);
    eachRow([&](std::size_t whole, std::size_t part) {
        for (std::size_t i = 0; i < length; ++i)
            box[part + i] = mask[whole + i];
    });
    const std::vector<float> squared = squaredDistances(box, size, grid.spacing());
    const auto most = float(mm * mm * (1 + 1e-6));
    eachRow([&](std::size_t whole, std::size_t part) {
        for (std::size_t i = 0; i < length; ++i)
            near[whole + i] = squared[part + i] <= most;
    });
    return near;
}

} // namespace glio::metrics
