#include "Architectures.h"
#include "NormAct.h"

#include <torch/torch.h>

namespace glio::nets {
namespace {
namespace nn = torch::nn;
using Edges = std::vector<std::int64_t>;

constexpr double kHeInitSlope = 1e-2;

struct Names : nn::Module {}; ///< a step in the name of weights, nothing more

Edges three(const std::vector<std::int64_t> &list, std::int64_t stage)
{
    return {list.begin() + 3 * stage, list.begin() + 3 * stage + 3};
}

/// Convolution, dropout where asked for, norm and activation.
class ConvNormImpl : public nn::Module {
public:
    ConvNormImpl(std::int64_t in, std::int64_t out, const Edges &kernel, const Edges &stride, bool bias, bool activate,
                 double dropout)
        : m_dropout(dropout)
    {
        Edges padding;
        for (const std::int64_t k : kernel)
            padding.push_back(k / 2);
        conv = register_module("conv", nn::Conv3d(nn::Conv3dOptions(in, out, torch::ExpandingArray<3>(kernel))
                                                      .stride(torch::ExpandingArray<3>(stride))
                                                      .padding(torch::ExpandingArray<3>(padding))
                                                      .bias(bias)));
        norm = register_module("norm", NormAct(out, out, Activation::LeakyRelu, activate));
    }
    torch::Tensor forward(const torch::Tensor &x, const Pause &pause)
    {
        torch::Tensor y = conv(x);
        if (m_dropout > 0 && (is_training() || dropoutActive)) y = torch::feature_dropout(y, m_dropout, true);
        y = norm(y);
        pause();
        return y;
    }
    nn::Conv3d conv{nullptr};
    NormAct norm{nullptr};
    bool dropoutActive = false;

private:
    double m_dropout;
};
TORCH_MODULE(ConvNorm);

/// "convs.{k}": convolutions in a row, the first strided.
class ConvsImpl : public nn::Module {
public:
    ConvsImpl(std::int64_t many, std::int64_t in, std::int64_t out, const Edges &kernel, const Edges &stride,
              double dropout)
    {
        for (std::int64_t k = 0; k < many; ++k)
            convs->push_back(
                ConvNorm(k == 0 ? in : out, out, kernel, k == 0 ? stride : Edges{1, 1, 1}, true, true, dropout));
        register_module("convs", convs);
    }
    torch::Tensor forward(torch::Tensor x, const Pause &pause)
    {
        for (const auto &conv : *convs)
            x = conv->as<ConvNorm>()->forward(x, pause);
        return x;
    }
    nn::ModuleList convs;
};
TORCH_MODULE(Convs);

/// Two convolutions and a skip that is pooled where the block is strided; its own 1x1x1 convolution has no bias.
class ResidualBlockImpl : public nn::Module {
public:
    ResidualBlockImpl(std::int64_t in, std::int64_t out, const Edges &kernel, const Edges &stride, double dropout)
        : m_stride(stride), m_strided(stride != Edges{1, 1, 1})
    {
        conv1 = register_module("conv1", ConvNorm(in, out, kernel, stride, true, true, dropout));
        conv2 = register_module("conv2", ConvNorm(out, out, kernel, Edges{1, 1, 1}, true, false, 0.0));
        if (in == out) return;
        // The name counts the pooling before it, as nnU-Net's does.
        project = ConvNorm(in, out, Edges{1, 1, 1}, Edges{1, 1, 1}, false, false, 0.0);
        auto skip = std::make_shared<Names>();
        skip->register_module(m_strided ? "1" : "0", project);
        register_module("skip", skip);
    }
    torch::Tensor forward(const torch::Tensor &x, const Pause &pause)
    {
        torch::Tensor skip = m_strided ? torch::avg_pool3d(x, m_stride, m_stride) : x;
        if (project) skip = project(skip, pause);
        torch::Tensor y = conv2(conv1(x, pause), pause) + skip;
        return torch::leaky_relu_(y, 0.01);
    }
    ConvNorm conv1{nullptr}, conv2{nullptr}, project{nullptr};

private:
    Edges m_stride;
    bool m_strided;
};
TORCH_MODULE(ResidualBlock);

class ConvUNet final : public Net {
public:
    ConvUNet(const NetSpec &spec, const ConvUNetOptions &o) : m_stages(o.stages()), m_used(o.supervision + 1)
    {
        m_spec = spec;
        m_inputs = o.inputs;
        m_classes = o.classes;
        m_sizeMultiple = nets::sizeMultiple(o);
        m_difference = o.difference;
        buildEncoder(o);
        buildDecoder(o);
        initialise();
    }

    torch::Tensor forward(const torch::Tensor &input) override { return run(input, 1).front(); }
    std::vector<torch::Tensor> forwardAll(const torch::Tensor &input) override { return run(input, m_used); }
    void setDropoutActive(bool active) override
    {
        for (const auto &module : modules(false))
            if (auto *conv = module->as<ConvNormImpl>()) conv->dropoutActive = active;
    }

private:
    void buildEncoder(const ConvUNetOptions &o)
    {
        auto encoder = register_module("encoder", std::make_shared<Names>());
        std::int64_t in = o.channelsIn();
        if (o.encoder == Encoder::Residual) {
            m_stem = Convs(1, in, o.features[0], three(o.kernels, 0), Edges{1, 1, 1}, o.dropout);
            encoder->register_module("stem", m_stem);
            in = o.features[0];
        }
        auto stages = encoder->register_module("stages", std::make_shared<Names>());
        for (std::int64_t s = 0; s < m_stages; ++s) {
            const std::int64_t out = o.features[std::size_t(s)];
            auto stage = stages->register_module(std::to_string(s), std::make_shared<Names>());
            const Edges kernel = three(o.kernels, s), stride = three(o.strides, s);
            if (o.encoder == Encoder::Plain) {
                m_plain.push_back(
                    stage->register_module("0", Convs(o.convs[std::size_t(s)], in, out, kernel, stride, o.dropout)));
            } else {
                nn::ModuleList blocks;
                for (std::int64_t b = 0; b < o.blocks[std::size_t(s)]; ++b)
                    blocks->push_back(
                        ResidualBlock(b == 0 ? in : out, out, kernel, b == 0 ? stride : Edges{1, 1, 1}, o.dropout));
                m_residual.push_back(stage->register_module("blocks", blocks));
            }
            in = out;
        }
    }

    void buildDecoder(const ConvUNetOptions &o)
    {
        auto decoder = register_module("decoder", std::make_shared<Names>());
        auto stages = decoder->register_module("stages", std::make_shared<Names>());
        auto ups = decoder->register_module("transpconvs", std::make_shared<Names>());
        auto heads = decoder->register_module("seg_layers", std::make_shared<Names>());
        for (std::int64_t d = 0; d + 1 < m_stages; ++d) {
            const std::int64_t stage = m_stages - 2 - d;
            const std::int64_t below = o.features[std::size_t(stage + 1)], out = o.features[std::size_t(stage)];
            const std::string name = std::to_string(d);
            const torch::ExpandingArray<3> stride(three(o.strides, stage + 1));
            m_ups.push_back(ups->register_module(
                name, nn::ConvTranspose3d(nn::ConvTranspose3dOptions(below, out, stride).stride(stride))));
            m_decoder.push_back(stages->register_module(name, Convs(o.decoderConvs[std::size_t(d)], 2 * out, out,
                                                                    three(o.kernels, stage), Edges{1, 1, 1}, 0.0)));
            m_heads.push_back(heads->register_module(name, nn::Conv3d(nn::Conv3dOptions(out, o.classes, 1))));
        }
    }

    void initialise()
    {
        const torch::NoGradGuard quiet;
        for (auto &item : named_parameters()) {
            torch::Tensor &p = item.value();
            if (p.dim() == 5)
                nn::init::kaiming_normal_(p, kHeInitSlope, torch::kFanIn, torch::kLeakyReLU);
            else if (item.key().find(".norm.") == std::string::npos)
                p.zero_();
        }
        for (const auto &module : modules(false)) // a block starts as its skip
            if (auto *block = module->as<ResidualBlockImpl>()) block->conv2->norm->weight.zero_();
        if (m_classes > 1)
            for (auto &head : m_heads)
                head->bias[0] = 2.0; // most voxels are background: start there
    }

    std::vector<torch::Tensor> run(const torch::Tensor &input, std::int64_t wanted)
    {
        const Pause pause = [this] { betweenBlocks(); };
        std::vector<torch::Tensor> skips(static_cast<std::size_t>(m_stages)), logits(static_cast<std::size_t>(wanted));
        torch::Tensor x = m_difference ? withDifference(input) : input;
        if (m_stem) x = m_stem(x, pause);
        for (std::int64_t s = 0; s < m_stages; ++s) {
            if (m_residual.empty())
                x = m_plain[std::size_t(s)](x, pause);
            else
                for (const auto &block : *m_residual[std::size_t(s)])
                    x = block->as<ResidualBlock>()->forward(x, pause);
            if (s + 1 < m_stages) skips[std::size_t(s)] = x;
        }
        for (std::int64_t d = 0; d + 1 < m_stages; ++d) {
            torch::Tensor &skip = skips[std::size_t(m_stages - 2 - d)];
            x = torch::cat({m_ups[std::size_t(d)](x), skip}, 1);
            skip = torch::Tensor();
            x = m_decoder[std::size_t(d)](x, pause);
            if (const std::int64_t level = m_stages - 2 - d; level < wanted)
                logits[std::size_t(level)] = m_heads[std::size_t(d)](x);
        }
        return logits;
    }

    std::int64_t m_stages, m_used;
    bool m_difference = false;
    Convs m_stem{nullptr};
    std::vector<Convs> m_plain, m_decoder;
    std::vector<nn::ModuleList> m_residual;
    std::vector<nn::ConvTranspose3d> m_ups;
    std::vector<nn::Conv3d> m_heads;
};
} // namespace

std::shared_ptr<Net> makeConvUNet(const NetSpec &spec, const ConvUNetOptions &options)
{
    return std::make_shared<ConvUNet>(spec, options);
}

} // namespace glio::nets
