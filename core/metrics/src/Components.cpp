#include "glioscope/metrics/Components.h"

#include <algorithm>
#include <numeric>

namespace glio::metrics {
namespace {

struct Run {
    std::int64_t row, begin, end; // [begin, end) along i
};

std::int32_t root(std::vector<std::int32_t> &parent, std::int32_t n)
{
    while (parent[std::size_t(n)] != n)
        n = parent[std::size_t(n)] = parent[std::size_t(parent[std::size_t(n)])];
    return n;
}

} // namespace

Components connectedComponents(std::span<const std::uint8_t> mask, const Size3 &size, Connectivity connectivity)
{
    // Runs along i, joined with the runs of the rows scanned before: touches each voxel twice, however tangled the
    // mask.
    const auto [ni, nj, nk] = size;
    std::vector<Run> runs;
    std::vector<std::size_t> firstOfRow(std::size_t(nj * nk + 1), 0);
    for (std::int64_t row = 0; row < nj * nk; ++row) {
        const std::uint8_t *in = mask.data() + row * ni;
        for (std::int64_t i = 0; i < ni;) {
            if (!in[i]) {
                ++i;
                continue;
            }
            const std::int64_t begin = i;
            while (i < ni && in[i])
                ++i;
            runs.push_back({row, begin, i});
        }
        firstOfRow[std::size_t(row + 1)] = runs.size();
    }
    std::vector<std::int32_t> parent(runs.size());
    std::iota(parent.begin(), parent.end(), 0);
    const std::int64_t reach = connectivity == Connectivity::Full26 ? 1 : 0;
    const auto join = [&](std::int64_t row, std::int64_t other) {
        std::size_t b = firstOfRow[std::size_t(other)];
        const std::size_t bEnd = firstOfRow[std::size_t(other + 1)];
        for (std::size_t a = firstOfRow[std::size_t(row)]; a < firstOfRow[std::size_t(row + 1)]; ++a) {
            while (b < bEnd && runs[b].end + reach <= runs[a].begin)
                ++b;
            for (std::size_t c = b; c < bEnd && runs[c].begin < runs[a].end + reach; ++c) {
                const std::int32_t x = root(parent, std::int32_t(a)), y = root(parent, std::int32_t(c));
                parent[std::size_t(std::max(x, y))] = std::min(x, y);
            }
        }
    };
    for (std::int64_t k = 0; k < nk; ++k)
        for (std::int64_t j = 0; j < nj; ++j) {
            const std::int64_t row = j + nj * k;
            if (firstOfRow[std::size_t(row)] == firstOfRow[std::size_t(row + 1)]) continue;
            if (j > 0) join(row, row - 1);
            if (k > 0) join(row, row - nj);
            if (connectivity == Connectivity::Full26 && k > 0 && j > 0) join(row, row - nj - 1);
            if (connectivity == Connectivity::Full26 && k > 0 && j + 1 < nj) join(row, row - nj + 1);
        }
    Components found;
    found.labels.assign(mask.size(), 0);
    std::vector<std::int32_t> number(runs.size(), 0);
    for (std::size_t n = 0; n < runs.size(); ++n) {
        std::int32_t &label = number[std::size_t(root(parent, std::int32_t(n)))];
        if (label == 0) label = ++found.count;
        const auto start = found.labels.begin() + runs[n].row * ni;
        std::fill(start + runs[n].begin, start + runs[n].end, label);
    }
    return found;
}

std::vector<std::uint8_t> dilate18(std::span<const std::uint8_t> mask, const Size3 &size, int iterations)
{
    const auto [ni, nj, nk] = size;
    std::vector<std::uint8_t> out(mask.size());
    std::vector<std::int64_t> front, next;
    std::size_t at = 0;
    for (std::int64_t k = 0; k < nk; ++k)
        for (std::int64_t j = 0; j < nj; ++j)
            for (std::int64_t i = 0; i < ni; ++i, ++at) {
                if (!mask[at]) continue;
                out[at] = 1;
                // A voxel whose six neighbours are set has nothing new around it that they do not reach as well.
                const bool inner = i > 0 && j > 0 && k > 0 && i + 1 < ni && j + 1 < nj && k + 1 < nk && mask[at - 1] &&
                                   mask[at + 1] && mask[at - std::size_t(ni)] && mask[at + std::size_t(ni)] &&
                                   mask[at - std::size_t(ni * nj)] && mask[at + std::size_t(ni * nj)];
                if (!inner) front.push_back(std::int64_t(at));
            }
    for (int step = 0; step < iterations && !front.empty(); ++step) {
        next.clear();
        for (const std::int64_t v : front) {
            const std::int64_t i = v % ni, j = v / ni % nj, k = v / (ni * nj);
            for (std::int64_t dk = -1; dk <= 1; ++dk)
                for (std::int64_t dj = -1; dj <= 1; ++dj)
                    for (std::int64_t di = -1; di <= 1; ++di) {
                        if (di != 0 && dj != 0 && dk != 0) continue;
                        if (i + di < 0 || j + dj < 0 || k + dk < 0 || i + di >= ni || j + dj >= nj || k + dk >= nk)
                            continue;
                        const std::int64_t to = v + di + ni * (dj + nj * dk);
                        if (out[std::size_t(to)]) continue;
                        out[std::size_t(to)] = 1;
                        next.push_back(to);
                    }
        }
        front.swap(next);
    }
    return out;
}

} // namespace glio::metrics
