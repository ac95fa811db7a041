#include "FusedKernels.h"
#include "Runner.h"

#include "glioscope/base/Parallel.h"
#include "glioscope/base/Random.h"

#include <torch/torch.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <map>

namespace glio::inference {
namespace fused {
#ifdef GLIO_FUSED_AVX512
const Kernels *float32Kernels()
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") ? &detail::kFloat32Avx512 : nullptr;
}
const Kernels *bfloat16Kernels()
{
    return float32Kernels() && __builtin_cpu_supports("avx512bf16") ? &detail::kBfloat16Avx512 : nullptr;
}
#else
const Kernels *float32Kernels() { return nullptr; }
const Kernels *bfloat16Kernels() { return nullptr; }
#endif
} // namespace fused

namespace {
using fused::Kernels;
using Dhw = std::array<std::int64_t, 3>;
constexpr std::int64_t kBlock = 16;
std::int64_t blocksOf(std::int64_t channels) { return (channels + kBlock - 1) / kBlock; }

/// Activations of one level: (block, d, h, w, 16) with a rim of zeros that nothing writes to.
class Buffer {
public:
    void make(std::int64_t channels, const Dhw &size, std::int64_t rim, std::size_t elementBytes)
    {
        m_size = size;
        m_rim = rim;
        m_element = elementBytes;
        m_blocks = blocksOf(channels);
        m_row = size[2] + 2 * rim;
        m_plane = m_row * (size[1] + 2 * rim);
        m_block = m_plane * (size[0] + 2 * rim);
        m_bytes.assign(std::size_t(m_blocks * m_block * kBlock) * elementBytes + 64, std::byte{});
        m_base = m_bytes.data() + (64 - reinterpret_cast<std::uintptr_t>(m_bytes.data()) % 64) % 64;
    }
    std::byte *at(std::int64_t block, std::int64_t d, std::int64_t h, std::int64_t w)
    {
        return m_base +
               std::size_t((block * m_block + (d + m_rim) * m_plane + (h + m_rim) * m_row + w + m_rim) * kBlock) *
                   m_element;
    }
    const Dhw &size() const { return m_size; }
    std::int64_t blocks() const { return m_blocks; }
    std::int64_t blockElements() const { return m_block * kBlock; }

private:
    Dhw m_size{};
    std::int64_t m_rim = 0, m_blocks = 0, m_row = 0, m_plane = 0, m_block = 0;
    std::size_t m_element = 2;
    std::vector<std::byte> m_bytes;
    std::byte *m_base = nullptr;
};

/// Weights packed for the kernels: [output block][tap][input block][lane][16 outputs][inputs of a lane].
struct Weights {
    std::vector<std::byte> bytes;
    std::int64_t taps = 1, inBlocks = 1, outBlocks = 1, lanes = 16;
    std::int64_t step = 0; ///< elements of one output block
    std::vector<float> bias;
};

/// `weight` is (out, in, kd, kh, kw); `split` are the channels of the tensors that are concatenated at the input.
Weights pack(const torch::Tensor &weight, const std::vector<std::int64_t> &split, const torch::Tensor &bias,
             const Kernels &k)
{
    const torch::Tensor w = weight.to(torch::kFloat).contiguous();
    const std::int64_t out = w.size(0), taps = w.size(2) * w.size(3) * w.size(4), in = w.size(1);
    Weights p;
    p.taps = taps;
    p.outBlocks = blocksOf(out);
    p.inBlocks = 0;
    for (const std::int64_t channels : split)
        p.inBlocks += blocksOf(channels);
    const std::int64_t per = k.inputsPerLane;
    p.lanes = split.size() == 1 && in < kBlock ? (in + per - 1) / per : kBlock / per;
    p.step = taps * p.inBlocks * p.lanes * kBlock * per;
    p.bytes.assign(std::size_t(p.outBlocks * p.step) * k.elementBytes, std::byte{});
    const float *source = w.const_data_ptr<float>();
    for (std::int64_t o = 0; o < out; ++o)
        for (std::int64_t t = 0; t < taps; ++t) {
            std::int64_t first = 0, firstBlock = 0;
            for (const std::int64_t channels : split) {
                for (std::int64_t c = 0; c < channels; ++c) {
                    const std::int64_t block = firstBlock + c / kBlock, lane = c % kBlock / per, half = c % per;
                    const std::int64_t at =
                        o / kBlock * p.step +
                        ((((t * p.inBlocks + block) * p.lanes + lane) * kBlock + o % kBlock) * per + half);
                    const float value = source[(o * in + first + c) * taps + t];
                    if (k.elementBytes == 4) {
                        std::memcpy(p.bytes.data() + 4 * at, &value, 4);
                    } else {
                        const c10::BFloat16 rounded(value);
                        std::memcpy(p.bytes.data() + 2 * at, &rounded.x, 2);
                    }
                }
                first += channels;
                firstBlock += blocksOf(channels);
            }
        }
    if (bias.defined()) {
        p.bias.assign(std::size_t(p.outBlocks * kBlock), 0.0f);
        const torch::Tensor b = bias.to(torch::kFloat).contiguous();
        std::copy_n(b.const_data_ptr<float>(), out, p.bias.begin());
    }
    return p;
}

struct NormWeights {
    std::vector<float> weight, bias;
    std::int64_t groups = 1;
};

/// What a convolution reads under each tap: offset in voxels.
struct Geometry3 {
    std::int64_t edge = 3, stride = 1, dilation = 1;
};

struct FusedBlock {
    Weights conv1, conv2, skip;
    NormWeights norm1, norm2;
    Geometry3 first, second;
    std::int64_t channels = 16;
    bool hasSkip = false;
    double dropout = 0;
};

class FusedRunner final : public Runner {
public:
    FusedRunner(const nets::Net &net, const Kernels &kernels)
        : m_kernels(kernels), m_options(*nets::UNet3DOptions::from(net.spec()))
    {
        std::map<std::string, torch::Tensor> p;
        for (const auto &item : net.named_parameters())
            p[item.key()] = item.value().detach();
        const auto &o = m_options;
        const auto levels = std::int64_t(o.widths.size());
        for (std::int64_t l = 0; l < levels; ++l)
            m_enc.push_back(block(p, "enc" + std::to_string(l), {l == 0 ? o.channelsIn() : o.widths[l - 1]}, l,
                                  l > 0 ? 2 : 1, l == levels - 1 ? o.bottleneckDilation : 1));
        for (std::int64_t l = 0; l + 1 < levels; ++l) {
            m_dec.push_back(block(p, "dec" + std::to_string(l), {o.widths[l], o.widths[l]}, l, 1, 1));
            const torch::Tensor up = p["up" + std::to_string(l) + ".weight"].transpose(0, 1); // (in, out, 2, 2, 2)
            m_up.emplace_back();
            for (int parity = 0; parity < 8; ++parity)
                m_up.back()[std::size_t(parity)] =
                    pack(up.slice(2, parity / 4, parity / 4 + 1)
                             .slice(3, parity / 2 % 2, parity / 2 % 2 + 1)
                             .slice(4, parity % 2, parity % 2 + 1),
                         {o.widths[l + 1]}, p["up" + std::to_string(l) + ".bias"], m_kernels);
        }
        m_head = pack(p["head0.weight"], {o.widths[0]}, p["head0.bias"], m_kernels);
    }

    torch::Tensor logits(const torch::Tensor &window, const std::function<bool()> &goOn) override
    {
        const auto pause = [&] {
            if (!goOn()) throw nets::Interrupted{};
        };
        const auto levels = std::int64_t(m_options.widths.size());
        reserve({window.size(2), window.size(3), window.size(4)});
        const torch::Tensor all = nets::withPrompts(window, m_options.inputs, m_options.prompts);
        load(m_options.difference ? nets::withDifference(all) : all);
        int site = 0;
        for (std::int64_t l = 0; l < levels; ++l) {
            Buffer *from = l == 0 ? &m_input : &m_levels[std::size_t(l - 1)].out;
            run(m_enc[std::size_t(l)], {from}, m_levels[std::size_t(l)], site, pause);
        }
        for (std::int64_t l = levels - 2; l >= 0; --l) {
            Level &level = m_levels[std::size_t(l)];
            upsample(m_up[std::size_t(l)], m_levels[std::size_t(l + 1)].out, level.up);
            pause();
            run(m_dec[std::size_t(l)], {&level.out, &level.up}, level, site, pause);
        }
        return head(m_levels.front().out);
    }

    void setDropout(std::optional<std::uint64_t> seed) override
    {
        m_dropoutSeed = seed;
        m_passes = 0;
    }

private:
    struct Level {
        Buffer first, out, up, skip;
        bool sameSize(const Dhw &size) const { return out.blocks() > 0 && out.size() == size; }
    };

    FusedBlock block(std::map<std::string, torch::Tensor> &p, const std::string &name,
                     const std::vector<std::int64_t> &split, std::int64_t level, std::int64_t stride,
                     std::int64_t secondDilation) const
    {
        const auto &o = m_options;
        const auto norm = [&](const std::string &which) {
            NormWeights n;
            const torch::Tensor w = p[name + which + ".weight"].to(torch::kFloat),
                                b = p[name + which + ".bias"].to(torch::kFloat);
            n.weight.assign(w.const_data_ptr<float>(), w.const_data_ptr<float>() + w.numel());
            n.bias.assign(b.const_data_ptr<float>(), b.const_data_ptr<float>() + b.numel());
            n.groups = o.norm == nets::Norm::Instance ? w.numel()
                                                      : std::max<std::int64_t>(1, std::min(o.groups, w.numel() / 4));
            return n;
        };
        FusedBlock f;
        f.channels = o.widths[std::size_t(level)];
        f.conv1 = pack(p[name + ".conv1.weight"], split, {}, m_kernels);
        f.conv2 = pack(p[name + ".conv2.weight"], {f.channels}, {}, m_kernels);
        f.norm1 = norm(".norm1");
        f.norm2 = norm(".norm2");
        f.first = {3, stride, o.dilations.empty() ? 1 : o.dilations[std::size_t(level)]};
        f.second = {3, 1, secondDilation};
        f.hasSkip = p.contains(name + ".skip.weight");
        if (f.hasSkip) f.skip = pack(p[name + ".skip.weight"], split, {}, m_kernels);
        f.dropout = level >= o.dropoutFrom ? o.dropout : 0.0;
        return f;
    }

    std::int64_t rim(std::int64_t level) const
    {
        const auto &o = m_options;
        std::int64_t most = level == std::int64_t(o.widths.size()) - 1 ? o.bottleneckDilation : 1;
        if (!o.dilations.empty()) {
            most = std::max(most, o.dilations[std::size_t(std::max<std::int64_t>(0, level))]);
            if (level + 1 < std::int64_t(o.dilations.size()))
                most = std::max(most, o.dilations[std::size_t(level + 1)]);
        }
        return std::max<std::int64_t>(1, most);
    }

    void reserve(const Dhw &size)
    {
        if (!m_levels.empty() && m_levels.front().sameSize(size)) return;
        m_levels.clear();
        m_levels.resize(m_options.widths.size());
        m_input.make(m_options.channelsIn(), size, rim(0), m_kernels.elementBytes);
        Dhw here = size;
        for (std::size_t l = 0; l < m_levels.size(); ++l) {
            const std::int64_t width = m_options.widths[l], edge = rim(std::int64_t(l));
            m_levels[l].first.make(width, here, edge, m_kernels.elementBytes);
            m_levels[l].out.make(width, here, edge, m_kernels.elementBytes);
            if (l + 1 < m_levels.size()) m_levels[l].up.make(width, here, edge, m_kernels.elementBytes);
            if (m_options.block == nets::Block::Residual)
                m_levels[l].skip.make(width, here, edge, m_kernels.elementBytes);
            for (auto &n : here)
                n /= 2;
        }
    }

    void load(const torch::Tensor &window)
    {
        const float *data = window.const_data_ptr<float>();
        const Dhw &size = m_input.size();
        const std::int64_t channels = m_options.channelsIn(), voxels = size[0] * size[1] * size[2];
        parallelFor(0, size[0], 1, [&](std::int64_t begin, std::int64_t end) {
            std::array<const float *, kBlock> planes{};
            for (std::int64_t b = 0; b < m_input.blocks(); ++b) {
                const auto many = std::min(kBlock, channels - b * kBlock);
                for (std::int64_t d = begin; d < end; ++d)
                    for (std::int64_t h = 0; h < size[1]; ++h) {
                        for (std::int64_t c = 0; c < many; ++c)
                            planes[std::size_t(c)] = data + (b * kBlock + c) * voxels + (d * size[1] + h) * size[2];
                        m_kernels.packRow(planes.data(), int(many), size[2], m_input.at(b, d, h, 0));
                    }
            }
        });
    }

    /// One convolution into `out`, raw; sums and sums of squares by plane and channel when `sums` is given.
    void convolve(const Weights &w, const Geometry3 &g, const std::vector<Buffer *> &inputs, Buffer &out,
                  std::vector<double> *sums)
    {
        const Dhw &size = out.size();
        const std::int64_t channels = w.outBlocks * kBlock;
        if (sums) sums->assign(std::size_t(size[0] * 2 * channels), 0.0);
        parallelFor(0, size[0], 1, [&](std::int64_t begin, std::int64_t end) {
            std::vector<const void *> taps(std::size_t(w.taps * w.inBlocks));
            alignas(64) std::array<float, 64> rowSums{};
            for (std::int64_t d = begin; d < end; ++d)
                for (std::int64_t ob = 0; ob < w.outBlocks; ob += 2)
                    for (std::int64_t h = 0; h < size[1]; ++h) {
                        std::size_t n = 0;
                        const std::int64_t reach = g.edge / 2 * g.dilation;
                        for (std::int64_t kd = 0; kd < g.edge; ++kd)
                            for (std::int64_t kh = 0; kh < g.edge; ++kh)
                                for (std::int64_t kw = 0; kw < g.edge; ++kw)
                                    for (Buffer *input : inputs)
                                        for (std::int64_t b = 0; b < input->blocks(); ++b)
                                            taps[n++] = input->at(b, d * g.stride + kd * g.dilation - reach,
                                                                  h * g.stride + kh * g.dilation - reach,
                                                                  kw * g.dilation - reach);
                        const int many = int(std::min<std::int64_t>(2, w.outBlocks - ob));
                        fused::ConvRow row{.taps = taps.data(),
                                           .tapBlocks = std::int64_t(n),
                                           .inStep = g.stride * kBlock,
                                           .lanes = int(w.lanes),
                                           .weights =
                                               w.bytes.data() + std::size_t(ob * w.step) * m_kernels.elementBytes,
                                           .weightsStep = w.step,
                                           .outBlocks = many,
                                           .bias = w.bias.empty() ? nullptr : w.bias.data() + ob * kBlock,
                                           .out = out.at(ob, d, h, 0),
                                           .outStep = kBlock,
                                           .outBlockStep = out.blockElements(),
                                           .sums = sums ? rowSums.data() : nullptr,
                                           .columns = size[2],
                                           .outFloat = false};
                        m_kernels.convRow(row);
                        if (sums) // rows in float32, planes in double, planes in a fixed order: the same bits every
                                  // time
                            for (int b = 0; b < many; ++b)
                                for (std::int64_t c = 0; c < kBlock; ++c) {
                                    double *target = sums->data() + d * 2 * channels + (ob + b) * kBlock + c;
                                    target[0] += double(rowSums[std::size_t(32 * b + c)]);
                                    target[channels] += double(rowSums[std::size_t(32 * b + 16 + c)]);
                                }
                    }
        });
    }

    void normalise(Buffer &x, const NormWeights &n, const std::vector<double> &sums, Buffer *other, bool activate,
                   const std::vector<float> &factor)
    {
        const Dhw &size = x.size();
        const std::int64_t padded = x.blocks() * kBlock, real = std::int64_t(n.weight.size()),
                           perGroup = real / n.groups;
        std::vector<float> scale(static_cast<std::size_t>(padded)), shift(static_cast<std::size_t>(padded));
        for (std::int64_t g = 0; g < n.groups; ++g) {
            double sum = 0, squares = 0;
            for (std::int64_t d = 0; d < size[0]; ++d)
                for (std::int64_t c = g * perGroup; c < (g + 1) * perGroup; ++c) {
                    sum += sums[std::size_t(d * 2 * padded + c)];
                    squares += sums[std::size_t(d * 2 * padded + padded + c)];
                }
            const double count = double(size[0] * size[1] * size[2] * perGroup), mean = sum / count;
            const double deviation = std::sqrt(std::max(0.0, squares / count - mean * mean) + 1e-5);
            for (std::int64_t c = g * perGroup; c < (g + 1) * perGroup; ++c) {
                scale[std::size_t(c)] = float(n.weight[std::size_t(c)] / deviation);
                shift[std::size_t(c)] = float(n.bias[std::size_t(c)] - mean * n.weight[std::size_t(c)] / deviation);
            }
        }
        parallelFor(0, size[0], 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t b = 0; b < x.blocks(); ++b)
                for (std::int64_t d = begin; d < end; ++d)
                    for (std::int64_t h = 0; h < size[1]; ++h)
                        m_kernels.affineRow({.x = x.at(b, d, h, 0),
                                             .other = other ? other->at(b, d, h, 0) : nullptr,
                                             .scale = scale.data() + b * kBlock,
                                             .shift = shift.data() + b * kBlock,
                                             .factor = factor.empty() ? nullptr : factor.data() + b * kBlock,
                                             .slope = activate ? 0.01f : 1.0f,
                                             .columns = size[2]});
        });
    }

    template <class Pause>
    void run(const FusedBlock &f, const std::vector<Buffer *> &inputs, Level &level, int &site, const Pause &pause)
    {
        const bool residual = m_options.block == nets::Block::Residual;
        if (residual && f.hasSkip) convolve(f.skip, {1, f.first.stride, 1}, inputs, level.skip, nullptr);
        convolve(f.conv1, f.first, inputs, level.first, &m_sums);
        normalise(level.first, f.norm1, m_sums, nullptr, true, dropoutFactor(f, site++));
        pause();
        // The decoder's result may take the place of the skip: nobody reads that any more.
        convolve(f.conv2, f.second, {&level.first}, level.out, &m_sums);
        normalise(level.out, f.norm2, m_sums, !residual ? nullptr : f.hasSkip ? &level.skip : inputs.front(), true, {});
        pause();
    }

    /// Whole channels at 0, the others larger, as the nets' feature dropout; from a counter, so that a look can be
    /// repeated.
    std::vector<float> dropoutFactor(const FusedBlock &f, int site)
    {
        if (!m_dropoutSeed || f.dropout <= 0) return {};
        CounterRandom random{*m_dropoutSeed, m_passes++, std::uint64_t(site)};
        std::vector<float> factor(std::size_t(blocksOf(f.channels) * kBlock));
        for (float &v : factor)
            v = random.chance(f.dropout) ? 0.0f : float(1.0 / (1.0 - f.dropout));
        return factor;
    }

    void upsample(const std::array<Weights, 8> &w, Buffer &in, Buffer &out)
    {
        const Dhw &size = in.size();
        parallelFor(0, size[0], 1, [&](std::int64_t begin, std::int64_t end) {
            std::vector<const void *> taps(std::size_t(in.blocks()));
            for (std::int64_t d = begin; d < end; ++d)
                for (std::int64_t h = 0; h < size[1]; ++h) {
                    for (std::int64_t b = 0; b < in.blocks(); ++b)
                        taps[std::size_t(b)] = in.at(b, d, h, 0);
                    for (int parity = 0; parity < 8; ++parity) {
                        const Weights &p = w[std::size_t(parity)];
                        for (std::int64_t ob = 0; ob < p.outBlocks; ob += 2)
                            m_kernels.convRow(
                                {.taps = taps.data(),
                                 .tapBlocks = in.blocks(),
                                 .inStep = kBlock,
                                 .lanes = int(p.lanes),
                                 .weights = p.bytes.data() + std::size_t(ob * p.step) * m_kernels.elementBytes,
                                 .weightsStep = p.step,
                                 .outBlocks = int(std::min<std::int64_t>(2, p.outBlocks - ob)),
                                 .bias = p.bias.data() + ob * kBlock,
                                 .out = out.at(ob, 2 * d + parity / 4, 2 * h + parity / 2 % 2, parity % 2),
                                 .outStep = 2 * kBlock,
                                 .outBlockStep = out.blockElements(),
                                 .sums = nullptr,
                                 .columns = size[2],
                                 .outFloat = false});
                    }
                }
        });
    }

    torch::Tensor head(Buffer &in)
    {
        const Dhw &size = in.size();
        const std::int64_t classes = m_options.classes, voxels = size[0] * size[1] * size[2];
        torch::Tensor logits = torch::empty({1, classes, size[0], size[1], size[2]});
        float *out = logits.mutable_data_ptr<float>();
        parallelFor(0, size[0], 1, [&](std::int64_t begin, std::int64_t end) {
            std::vector<const void *> taps(std::size_t(in.blocks()));
            std::vector<float> row(std::size_t(size[2] * kBlock));
            for (std::int64_t d = begin; d < end; ++d)
                for (std::int64_t h = 0; h < size[1]; ++h) {
                    for (std::int64_t b = 0; b < in.blocks(); ++b)
                        taps[std::size_t(b)] = in.at(b, d, h, 0);
                    for (std::int64_t ob = 0; ob < m_head.outBlocks; ++ob) {
                        m_kernels.convRow(
                            {.taps = taps.data(),
                             .tapBlocks = in.blocks(),
                             .inStep = kBlock,
                             .lanes = int(m_head.lanes),
                             .weights = m_head.bytes.data() + std::size_t(ob * m_head.step) * m_kernels.elementBytes,
                             .weightsStep = m_head.step,
                             .outBlocks = 1,
                             .bias = m_head.bias.data() + ob * kBlock,
                             .out = row.data(),
                             .outStep = kBlock,
                             .outBlockStep = 0,
                             .sums = nullptr,
                             .columns = size[2],
                             .outFloat = true});
                        for (std::int64_t c = ob * kBlock; c < std::min(classes, (ob + 1) * kBlock); ++c) {
                            float *target = out + c * voxels + (d * size[1] + h) * size[2];
                            for (std::int64_t v = 0; v < size[2]; ++v)
                                target[v] = row[std::size_t(v * kBlock + c % kBlock)];
                        }
                    }
                }
        });
        return logits;
    }

    const Kernels &m_kernels;
    nets::UNet3DOptions m_options;
    std::vector<FusedBlock> m_enc, m_dec;
    std::vector<std::array<Weights, 8>> m_up;
    Weights m_head;
    Buffer m_input;
    std::vector<Level> m_levels;
    std::vector<double> m_sums;
    std::optional<std::uint64_t> m_dropoutSeed;
    std::uint64_t m_passes = 0;
};

const Kernels *kernelsFor(const nets::NetSpec &spec, Precision precision)
{
    const auto options = nets::UNet3DOptions::from(spec);
    if (!options || options->activation != nets::Activation::LeakyRelu) return nullptr;
    if (precision == Precision::Float32) return fused::float32Kernels();
    if (precision == Precision::BFloat16) return fused::bfloat16Kernels();
    return nullptr;
}
} // namespace

bool canFuse(const nets::NetSpec &spec, Precision precision) { return kernelsFor(spec, precision) != nullptr; }

std::unique_ptr<Runner> makeFusedRunner(const nets::Net &net, Precision precision)
{
    const Kernels *kernels = kernelsFor(net.spec(), precision);
    return kernels ? std::make_unique<FusedRunner>(net, *kernels) : nullptr;
}

} // namespace glio::inference
