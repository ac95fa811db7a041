#include "LogitRing.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/cuda/Kernels.h"
#include "glioscope/inference/SlidingWindow.h"
#include "glioscope/nets/DeviceStream.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

namespace glio::inference {
namespace {
torch::Tensor profile(std::int64_t edge)
{
    std::vector<float> weights = gaussianWeights(edge);
    // The smallest float of the map replaces zeros there; with sigma = window / 8 and a cut at 4 sigma only the
    // planes at index 0 of odd edges could be 0, so a floor per axis gives the same map.
    for (float &w : weights)
        w = std::max(w, std::exp(-8.0f));
    return torch::tensor(weights);
}
} // namespace

LogitRing::LogitRing(const Size3 &padded, const Size3 &window, int classes, Finish finish)
    : m_padded(padded),
      m_window(window),
      m_classes(classes),
      m_finish(finish),
      m_plane(padded[0] * padded[1]),
      m_profileI(profile(window[0])),
      m_profileJ(profile(window[1])),
      m_profileK(profile(window[2]))
{
}

void LogitRing::start(const torch::Device &device)
{
    const auto options = torch::TensorOptions().device(device).dtype(torch::kFloat);
    m_sums = torch::zeros({m_classes, m_window[2], m_padded[1], m_padded[0]}, options);
    m_weights = torch::zeros({m_window[2], m_padded[1], m_padded[0]}, options);
    for (torch::Tensor *weights : {&m_profileI, &m_profileJ, &m_profileK})
        *weights = weights->to(device);
}

void LogitRing::add(const torch::Tensor &logits, const Index3 &from)
{
    if (!m_sums.defined()) start(logits.device());
    const cuda::Accumulate work{.logits = logits.const_data_ptr<float>(),
                                .sums = m_sums.mutable_data_ptr<float>(),
                                .weights = m_weights.mutable_data_ptr<float>(),
                                .classes = m_classes,
                                .planes = m_window[2],
                                .rows = m_padded[1],
                                .columns = m_padded[0],
                                .window = {m_window[0], m_window[1], m_window[2]},
                                .start = {from[0], from[1], from[2]},
                                .profileX = m_profileI.const_data_ptr<float>(),
                                .profileY = m_profileJ.const_data_ptr<float>(),
                                .profileZ = m_profileK.const_data_ptr<float>(),
                                .factor = 10.0f};
    const c10::DeviceGuard guard(logits.device());
    const auto done = logits.is_cuda() ? cuda::accumulateDevice(work, nets::deviceStream(logits.device()).handle)
                                       : cuda::accumulateHost(work);
    TORCH_CHECK(done, done.error().message);
}

void LogitRing::flush(std::int64_t from, std::int64_t to, const Size3 &size, const Index3 &pad, std::vector<float> &out)
{
    if (!m_sums.defined()) return;
    if (!m_sums.is_cpu() || m_finish == Finish::Operators) {
        softmaxByOperators(from, to, size, pad, out);
        for (std::int64_t k = from; k < to; ++k) {
            m_sums.select(1, k % m_window[2]).zero_();
            m_weights[k % m_window[2]].zero_();
        }
        return;
    }
    const std::int64_t voxels = size[0] * size[1] * size[2];
    auto *sums = m_sums.mutable_data_ptr<float>();
    auto *weights = m_weights.mutable_data_ptr<float>();
    parallelFor(from, to, 1, [&](std::int64_t begin, std::int64_t end) {
        std::vector<float> p(static_cast<std::size_t>(m_classes));
        for (std::int64_t k = begin; k < end; ++k) {
            const std::int64_t slot = k % m_window[2], sk = k - pad[2];
            if (sk >= 0 && sk < size[2])
                for (std::int64_t j = 0; j < size[1]; ++j)
                    for (std::int64_t i = 0; i < size[0]; ++i) {
                        const std::int64_t at = slot * m_plane + (j + pad[1]) * m_padded[0] + i + pad[0];
                        if (weights[at] > 0)
                            softmax(sums + at, weights[at], p, out.data() + (sk * size[1] + j) * size[0] + i, voxels);
                    }
            std::fill_n(weights + slot * m_plane, m_plane, 0.0f);
            for (int c = 0; c < m_classes; ++c)
                std::fill_n(sums + (c * m_window[2] + slot) * m_plane, m_plane, 0.0f);
        }
    });
}

void LogitRing::softmaxByOperators(std::int64_t from, std::int64_t to, const Size3 &size, const Index3 &pad,
                                   std::vector<float> &out) const
{
    for (std::int64_t k = std::max(from, pad[2]); k < std::min(to, pad[2] + size[2]); ++k) {
        const std::int64_t slot = k % m_window[2];
        const auto inside = [&](const torch::Tensor &t) { // without the padding
            return t.narrow(-2, pad[1], size[1]).narrow(-1, pad[0], size[0]);
        };
        const torch::Tensor weight = inside(m_weights[slot]);
        const torch::Tensor p = torch::softmax(inside(m_sums.select(1, slot)) / weight, 0);
        const torch::Tensor labels = torch::where(weight > 0, p.slice(0, 1), 0.0f).cpu().contiguous();
        const auto *values = labels.const_data_ptr<float>();
        const std::int64_t plane = size[0] * size[1];
        for (int c = 0; c + 1 < m_classes; ++c)
            std::copy_n(values + c * plane, plane, out.data() + (c * size[2] + k - pad[2]) * plane);
    }
}

void LogitRing::softmax(const float *sums, float weight, std::vector<float> &p, float *out, std::int64_t stride) const
{
    const float scale = 1.0f / weight;
    float most = -INFINITY, total = 0;
    for (int c = 0; c < m_classes; ++c) {
        p[std::size_t(c)] = sums[c * m_window[2] * m_plane] * scale;
        most = std::max(most, p[std::size_t(c)]);
    }
    for (float &v : p)
        total += v = std::exp(v - most);
    for (int c = 1; c < m_classes; ++c)
        out[(c - 1) * stride] = p[std::size_t(c)] / total;
}

} // namespace glio::inference
