#include "WindowPass.h"

#include "LogitRing.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/base/Random.h"
#include "glioscope/inference/SlidingWindow.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace glio::inference {
namespace {

/// Is there a head voxel in the window? Planes of summed rows would be overkill: a scan stops at the first hit.
bool holdsHead(const LabelVolume &head, const Index3 &start, const Size3 &window, const Index3 &pad)
{
    const Size3 &size = head.size();
    Index3 low{}, high{};
    for (int a = 0; a < 3; ++a) {
        low[a] = std::max<std::int64_t>(0, start[a] - pad[a]);
        high[a] = std::min(size[a], start[a] - pad[a] + window[a]);
    }
    for (std::int64_t k = low[2]; k < high[2]; ++k)
        for (std::int64_t j = low[1]; j < high[1]; ++j) {
            const std::uint8_t *row = head.data() + head.geometry().offset({0, j, k});
            if (std::any_of(row + low[0], row + std::max(low[0], high[0]), [](std::uint8_t v) { return v != 0; }))
                return true;
        }
    return false;
}

/// Copies the window of one channel out of the unpadded grid.
void extract(std::span<const float> channel, const Size3 &size, const Index3 &start, const Index3 &pad,
             const Size3 &window, bool flip, float *out)
{
    const std::int64_t first = start[0] - pad[0];
    const std::int64_t low = std::max<std::int64_t>(0, first), high = std::min(size[0], first + window[0]);
    parallelFor(0, window[2], 8, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k)
            for (std::int64_t j = 0; j < window[1]; ++j) {
                const std::int64_t sj = start[1] - pad[1] + j, sk = start[2] - pad[2] + k;
                float *row = out + (k * window[1] + j) * window[0];
                std::fill_n(row, window[0], 0.0f);
                if (sj < 0 || sj >= size[1] || sk < 0 || sk >= size[2] || low >= high) continue;
                const float *source = channel.data() + (sk * size[1] + sj) * size[0];
                std::copy(source + low, source + high, row + (low - first));
                if (flip) std::reverse(row, row + window[0]);
            }
    });
}

void change(torch::Tensor &window, const LookChange &look, const std::vector<bool> &present, const Index3 &start)
{
    const std::int64_t voxels = window[0][0].numel();
    for (std::int64_t c = 0; c < window.size(1); ++c) {
        if (!present[std::size_t(c)]) continue;
        const float gain = look.gain.empty() ? 1.0f : look.gain[std::size_t(c)];
        const float lift = look.lift.empty() ? 0.0f : look.lift[std::size_t(c)];
        if (gain == 1.0f && lift == 0.0f && look.noise == 0.0f) continue;
        float *values = window.mutable_data_ptr<float>() + c * voxels;
        CounterRandom random{look.noiseSeed, std::uint64_t(c), std::uint64_t(start[0]), std::uint64_t(start[1]),
                             std::uint64_t(start[2])};
        for (std::int64_t v = 0; v < voxels; ++v)
            if (values[v] != 0) // background stays what the nets know it as
                values[v] = gain * values[v] + lift + (look.noise > 0 ? look.noise * float(random.normal()) : 0.0f);
    }
}
} // namespace

WindowPlan planWindows(const ModelInputs &inputs, const Size3 &window, double overlap, bool skipEmpty)
{
    WindowPlan plan;
    plan.window = window;
    std::array<std::vector<std::int64_t>, 3> starts;
    for (int a = 0; a < 3; ++a) {
        plan.padded[a] = std::max(inputs.grid.size()[a], window[a]);
        plan.pad[a] = (plan.padded[a] - inputs.grid.size()[a]) / 2;
        starts[a] = windowStarts(plan.padded[a], window[a], overlap);
    }
    for (const std::int64_t k : starts[2])
        for (const std::int64_t j : starts[1])
            for (const std::int64_t i : starts[0]) {
                if (!skipEmpty || holdsHead(inputs.foreground, {i, j, k}, window, plan.pad))
                    plan.starts.push_back({i, j, k});
                else
                    ++plan.skipped;
            }
    return plan;
}

std::vector<float> passOver(const ModelInputs &inputs, const WindowPlan &plan, std::span<const LookChange> changes,
                            int classes, Runner &runner, const ProgressSink &progress)
{
    const Size3 &size = inputs.grid.size(), &window = plan.window;
    std::vector<float> out(std::size_t((classes - 1) * inputs.grid.voxelCount()));
    LogitRing ring(plan.padded, window, classes);
    torch::Tensor input = torch::empty({1, inputs.channelCount, window[2], window[1], window[0]});
    const std::int64_t voxels = window[0] * window[1] * window[2];
    const double total = std::max<double>(1, double(plan.starts.size() * changes.size()));
    double done = 0;
    std::int64_t finished = 0;
    const auto goOn = [&] { return report(progress, done / total); };
    for (const Index3 &start : plan.starts) {
        if (start[2] > finished) {
            ring.flush(finished, std::min(start[2], finished + window[2]), size, plan.pad, out);
            finished = start[2];
        }
        torch::Tensor mean;
        for (const LookChange &look : changes) {
            if (!goOn()) throw nets::Interrupted{};
            for (int c = 0; c < inputs.channelCount; ++c)
                extract(inputs.channel(c), size, start, plan.pad, window, look.flipI,
                        input.mutable_data_ptr<float>() + c * voxels);
            change(input, look, inputs.present, start);
            torch::Tensor logits = runner.logits(input, goOn);
            if (look.flipI) logits = logits.flip({4}).contiguous();
            mean = mean.defined() ? mean.add_(logits) : logits;
            done += 1;
        }
        if (changes.size() > 1) mean.div_(double(changes.size()));
        ring.add(mean, start);
    }
    ring.flush(finished, std::min(plan.padded[2], finished + window[2]), size, plan.pad, out);
    if (!report(progress, 1.0)) throw nets::Interrupted{};
    return out;
}

std::int64_t passBytes(const Size3 &grid, const Size3 &window, int inputs, int classes)
{
    Size3 padded{};
    for (int a = 0; a < 3; ++a)
        padded[a] = std::max(grid[a], window[a]);
    const std::int64_t voxels = grid[0] * grid[1] * grid[2];
    return 4 * ((classes - 1) * voxels + (classes + 1) * padded[0] * padded[1] * window[2] +
                (inputs + 2 * classes) * window[0] * window[1] * window[2]);
}

} // namespace glio::inference
