#include "WalkerSystem.h"

#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace glio::tools {

bool WalkerGrid::halved(WalkerGrid &out, std::array<int, 3> &factor) const
{
    if (count() < 4096) return false;
    const double shortest = std::ranges::min(spacing);
    bool any = false;
    for (std::size_t a = 0; a < 3; ++a) {
        factor[a] = size[a] >= 8 && spacing[a] < 1.6 * shortest ? 2 : 1;
        any |= factor[a] == 2;
        out.size[a] = (size[a] + factor[a] - 1) / factor[a];
        out.spacing[a] = spacing[a] * factor[a];
    }
    if (!any) return false;
    const auto coarse = std::size_t(out.size[0] * out.size[1] * out.size[2]);
    out.seed.assign(coarse, kFree);
    std::vector<std::uint32_t> to(count());
    std::vector<float> share(coarse, 0.0f);
    std::size_t at = 0;
    for (std::int64_t k = 0; k < size[2]; ++k)
        for (std::int64_t j = 0; j < size[1]; ++j)
            for (std::int64_t i = 0; i < size[0]; ++i, ++at) {
                const auto n =
                    std::size_t(i / factor[0] + out.size[0] * (j / factor[1] + out.size[1] * (k / factor[2])));
                to[at] = std::uint32_t(n);
                share[n] += 1;
                if (seed[at] != kFree) out.seed[n] = seed[at]; // scribbles of two labels in one: the last
            }
    const auto means = [&](const std::vector<std::vector<float>> &from) {
        std::vector<std::vector<float>> mean(from.size(), std::vector<float>(coarse, 0.0f));
        for (std::size_t c = 0; c < from.size(); ++c)
            for (std::size_t n = 0; n < count(); ++n)
                mean[c][to[n]] += from[c][n] / share[to[n]];
        return mean;
    };
    out.channels = means(channels);
    out.priors = means(priors);
    return true;
}

namespace {

/// Robust deviation of the differences between neighbours: what noise makes of them. Where most neighbours are alike (a
/// drawn image) a thousandth of the range stands for it.
double noiseOf(const std::vector<float> &values, const Size3 &size)
{
    std::vector<float> differences;
    const std::array<std::size_t, 3> stride{1, std::size_t(size[0]), std::size_t(size[0] * size[1])};
    const std::size_t step = std::max<std::size_t>(1, values.size() / 50000);
    for (std::size_t at = 0; at < values.size(); at += step) {
        const std::array<std::int64_t, 3> v{std::int64_t(at) % size[0], std::int64_t(at) / size[0] % size[1],
                                            std::int64_t(at) / (size[0] * size[1])};
        for (std::size_t a = 0; a < 3; ++a)
            if (v[a] + 1 < size[a]) differences.push_back(std::abs(values[at + stride[a]] - values[at]));
    }
    if (differences.empty()) return 1;
    const auto middle = differences.begin() + std::ptrdiff_t(differences.size() / 2);
    std::ranges::nth_element(differences, middle);
    const auto [low, high] = std::ranges::minmax(values);
    return std::max({1e-12, 1.4826 * double(*middle), 1e-3 * double(high - low)});
}

/// Sum of `term(at)`, in eight chains that a processor adds side by side.
template <class Term> double products(std::size_t begin, std::size_t end, Term term)
{
    std::array<double, 8> sums{};
    std::size_t at = begin;
    for (; at + 8 <= end; at += 8)
        for (std::size_t n = 0; n < 8; ++n)
            sums[n] += double(term(at + n));
    for (; at < end; ++at)
        sums[0] += double(term(at));
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

/// Below this a step is a wall; the floor keeps every voxel tied to some scribble and the system well posed.
constexpr double kLeastWeight = 1e-5;

} // namespace

template <class Body> void WalkerSystem::slabs(Body body) const
{
    const auto slice = std::size_t(m_grid.size[0] * m_grid.size[1]);
    parallelFor(0, m_grid.size[2], 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t k = first; k < last; ++k)
            body(std::size_t(k), std::size_t(k) * slice, std::size_t(k + 1) * slice);
    });
}

template <class Body> double WalkerSystem::sumOverSlabs(Body body) const
{
    // Added up slice by slice, so that the sum does not depend on the threads.
    std::vector<double> sums(std::size_t(m_grid.size[2]));
    slabs([&](std::size_t k, std::size_t begin, std::size_t end) { sums[k] = body(begin, end); });
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

WalkerSystem::WalkerSystem(const WalkerGrid &grid, const std::vector<double> &channelWeights, double edges,
                           double priorWeight)
    : m_grid(grid),
      m_priorWeight(grid.priors.empty() ? 0 : priorWeight),
      m_diagonal(grid.count(), float(m_priorWeight)),
      m_free(grid.count())
{
    std::ranges::transform(grid.seed, m_free.begin(),
                           [](std::uint8_t n) { return n == WalkerGrid::kFree ? 1.0f : 0.0f; });
    std::vector<double> scale;
    for (std::size_t c = 0; c < grid.channels.size(); ++c) {
        const double noise = noiseOf(grid.channels[c], grid.size);
        scale.push_back(edges * channelWeights[c] / (noise * noise));
    }
    const double shortest = std::ranges::min(grid.spacing);
    const std::array<std::size_t, 3> stride{1, std::size_t(grid.size[0]), std::size_t(grid.size[0] * grid.size[1])};
    for (std::size_t a = 0; a < 3; ++a) {
        m_weight[a].assign(grid.count(), 0.0f);
        const double across = shortest * shortest / (grid.spacing[a] * grid.spacing[a]);
        slabs([&](std::size_t, std::size_t begin, std::size_t end) {
            for (std::size_t at = begin; at < end; ++at) {
                const auto place = std::int64_t(at / stride[a]) % grid.size[a];
                if (place + 1 >= grid.size[a]) continue;
                double steps2 = 0;
                for (std::size_t c = 0; c < scale.size(); ++c) {
                    const double step = double(grid.channels[c][at + stride[a]]) - double(grid.channels[c][at]);
                    steps2 += scale[c] * step * step;
                }
                m_weight[a][at] = float(across * (std::exp(-steps2) + kLeastWeight));
            }
        });
        for (std::size_t at = 0; at < grid.count(); ++at) {
            m_diagonal[at] += m_weight[a][at];
            if (at >= stride[a]) m_diagonal[at] += m_weight[a][at - stride[a]];
        }
    }
}

Result<void> WalkerSystem::solve(std::size_t label, std::vector<float> &x, double tolerance, int mostSteps,
                                 const ProgressSink &progress) const
{
    const std::size_t count = m_grid.count();
    const std::size_t row = std::size_t(m_grid.size[0]), slice = row * std::size_t(m_grid.size[1]);
    const float *wi = m_weight[0].data(), *wj = m_weight[1].data(), *wk = m_weight[2].data();
    const auto &seed = m_grid.seed;
    const float *diagonal = m_diagonal.data(), *free = m_free.data();
    // out = A v on a range, 0 on seeds. Weights into the voxel before the first of a row or slice are 0 where they lie
    // in the array, as they belong to the end of the row before; only beyond the array's ends there is nothing to read.
    const auto product = [&](const std::vector<float> &from, std::vector<float> &to, std::size_t begin,
                             std::size_t end) {
        const float *v = from.data();
        float *out = to.data();
        const auto careful = [&](std::size_t first, std::size_t last) {
            for (std::size_t at = first; at < last; ++at) {
                float sum = diagonal[at] * v[at];
                if (at >= 1) sum -= wi[at - 1] * v[at - 1];
                if (at >= row) sum -= wj[at - row] * v[at - row];
                if (at >= slice) sum -= wk[at - slice] * v[at - slice];
                if (at + 1 < count) sum -= wi[at] * v[at + 1];
                if (at + row < count) sum -= wj[at] * v[at + row];
                if (at + slice < count) sum -= wk[at] * v[at + slice];
                out[at] = free[at] * sum;
            }
        };
        if (begin < slice || end + slice > count) {
            careful(begin, end);
            return;
        }
        for (std::size_t at = begin; at < end; ++at)
            out[at] = free[at] *
                      (diagonal[at] * v[at] - wi[at - 1] * v[at - 1] - wi[at] * v[at + 1] - wj[at - row] * v[at - row] -
                       wj[at] * v[at + row] - wk[at - slice] * v[at - slice] - wk[at] * v[at + slice]);
    };
    const float *prior = m_grid.priors.empty() ? nullptr : m_grid.priors[label].data();
    const auto residualOf = [&](const std::vector<float> &v, std::vector<float> &r) {
        return sumOverSlabs([&](std::size_t begin, std::size_t end) {
            double sum = 0;
            product(v, r, begin, end);
            for (std::size_t at = begin; at < end; ++at) {
                const float pull = prior ? float(m_priorWeight) * prior[at] : 0.0f;
                r[at] = free[at] * pull - r[at];
                sum += double(r[at]) * double(r[at]) / double(m_diagonal[at]);
            }
            return sum;
        });
    };

    std::vector<float> r(count), p(count), q(count), inverse(count);
    std::ranges::transform(m_diagonal, inverse.begin(), [](float d) { return 1 / d; });
    for (std::size_t at = 0; at < count; ++at) {
        q[at] = seed[at] == label ? 1.0f : 0.0f;
        if (seed[at] != WalkerGrid::kFree) x[at] = q[at];
    }
    // How far off an answer of 0 would be: a good start must not make the goal stricter.
    const double goal = tolerance * tolerance * residualOf(q, r);
    double rz = residualOf(x, r);
    slabs([&](std::size_t, std::size_t begin, std::size_t end) {
        for (std::size_t at = begin; at < end; ++at)
            p[at] = r[at] / m_diagonal[at];
    });
    for (int step = 0; step < mostSteps && rz > goal; ++step) {
        if (step % 8 == 0 && !report(progress, double(step) / mostSteps))
            return fail(Errc::Cancelled, "The tool was stopped; nothing changed.");
        const double pq = sumOverSlabs([&](std::size_t begin, std::size_t end) {
            product(p, q, begin, end);
            return products(begin, end, [&](std::size_t at) { return p[at] * q[at]; });
        });
        if (!(pq > 0)) break;
        const float alpha = float(rz / pq);
        const double next = sumOverSlabs([&](std::size_t begin, std::size_t end) {
            for (std::size_t at = begin; at < end; ++at) {
                x[at] += alpha * p[at];
                r[at] -= alpha * q[at];
            }
            return products(begin, end, [&](std::size_t at) { return r[at] * r[at] * inverse[at]; });
        });
        const float beta = float(next / rz);
        rz = next;
        slabs([&](std::size_t, std::size_t begin, std::size_t end) {
            for (std::size_t at = begin; at < end; ++at)
                p[at] = r[at] * inverse[at] + beta * p[at];
        });
    }
    return {};
}

} // namespace glio::tools
