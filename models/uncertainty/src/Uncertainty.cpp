#include "glioscope/uncertainty/Uncertainty.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace glio::uncertainty {
namespace {
constexpr std::int64_t kGrain = 1 << 16;

float term(float p) { return p > 0 ? -p * std::log(p) : 0.0f; }

/// -p ln p of every byte: looked up, not computed, for a look's voxels.
const std::array<float, 256> &terms()
{
    static const std::array<float, 256> table = [] {
        std::array<float, 256> t{};
        for (int b = 0; b < 256; ++b)
            t[std::size_t(b)] = term(float(b) / 255.0f);
        return t;
    }();
    return table;
}

std::uint8_t percent(float value, std::size_t classes)
{
    return std::uint8_t(std::clamp(std::lround(100.0f * value / std::log(float(classes))), 0L, 100L));
}

float lookEntropy(std::span<const Volume<std::uint8_t>> look, std::span<const std::uint8_t *const> data, std::int64_t v)
{
    float h = 0;
    int sum = 0;
    for (std::size_t c = 0; c < look.size(); ++c) {
        h += terms()[data[c][v]];
        sum += data[c][v];
    }
    return h + terms()[std::size_t(std::max(0, 255 - sum))];
}

std::vector<const std::uint8_t *> pointers(std::span<const Volume<std::uint8_t>> look)
{
    std::vector<const std::uint8_t *> data;
    for (const auto &volume : look)
        data.push_back(volume.data());
    return data;
}
} // namespace

double entropy(std::span<const double> p)
{
    double h = 0;
    for (const double value : p)
        if (value > 0) h -= value * std::log(value);
    return h;
}

LookSums::LookSums(const Geometry &geometry, int labels)
    : m_geometry(geometry),
      m_sums(std::size_t(labels), std::vector<std::uint16_t>(std::size_t(geometry.voxelCount()))),
      m_entropySum(std::size_t(geometry.voxelCount()))
{
}

void LookSums::add(std::span<const Volume<std::uint8_t>> look)
{
    assert(look.size() == m_sums.size() && m_looks < 257);
    const auto data = pointers(look);
    parallelFor(0, m_geometry.voxelCount(), kGrain, [&](std::int64_t begin, std::int64_t end) {
        for (std::size_t c = 0; c < look.size(); ++c)
            for (std::int64_t v = begin; v < end; ++v)
                m_sums[c][std::size_t(v)] += data[c][v];
        for (std::int64_t v = begin; v < end; ++v)
            m_entropySum[std::size_t(v)] += lookEntropy(look, data, v);
    });
    ++m_looks;
}

std::vector<Volume<std::uint8_t>> LookSums::mean() const
{
    std::vector<Volume<std::uint8_t>> means;
    const unsigned looks = unsigned(std::max(1, m_looks));
    for (const auto &sums : m_sums) {
        std::vector<std::uint8_t> bytes(sums.size());
        for (std::size_t v = 0; v < sums.size(); ++v)
            bytes[v] = std::uint8_t((sums[v] + looks / 2) / looks);
        means.emplace_back(m_geometry, std::move(bytes));
    }
    return means;
}

template <class Value> Volume<std::uint8_t> LookSums::map(Value value) const
{
    std::vector<std::uint8_t> bytes(m_entropySum.size());
    const float scale = 1.0f / (255.0f * float(std::max(1, m_looks)));
    parallelFor(0, std::int64_t(bytes.size()), kGrain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t v = begin; v < end; ++v) {
            float h = 0, rest = 1;
            bool any = false;
            for (const auto &sums : m_sums) {
                any = any || sums[std::size_t(v)] != 0;
                const float p = float(sums[std::size_t(v)]) * scale;
                h += term(p);
                rest -= p;
            }
            if (any) bytes[std::size_t(v)] = percent(value(h + term(std::max(0.0f, rest)), v), m_sums.size() + 1);
        }
    });
    return {m_geometry, std::move(bytes)};
}

Volume<std::uint8_t> LookSums::entropyPercent() const
{
    return map([](float h, std::int64_t) { return h; });
}

Volume<std::uint8_t> LookSums::mutualInformationPercent() const
{
    const float looks = float(std::max(1, m_looks));
    return map([&](float h, std::int64_t v) { return std::max(0.0f, h - m_entropySum[std::size_t(v)] / looks); });
}

Volume<std::uint8_t> entropyPercent(std::span<const Volume<std::uint8_t>> look)
{
    assert(!look.empty());
    const auto data = pointers(look);
    std::vector<std::uint8_t> bytes(std::size_t(look.front().geometry().voxelCount()));
    parallelFor(0, std::int64_t(bytes.size()), kGrain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t v = begin; v < end; ++v)
            bytes[std::size_t(v)] = percent(lookEntropy(look, data, v), look.size() + 1);
    });
    return {look.front().geometry(), std::move(bytes)};
}

double volumeVariation(std::span<const double> volumes)
{
    if (volumes.empty()) return 0;
    const double mean = std::accumulate(volumes.begin(), volumes.end(), 0.0) / double(volumes.size());
    if (mean <= 0) return 0;
    double squares = 0;
    for (const double v : volumes)
        squares += (v - mean) * (v - mean);
    return std::sqrt(squares / double(volumes.size())) / mean;
}

} // namespace glio::uncertainty
