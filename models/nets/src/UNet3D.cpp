#include "Architectures.h"
#include "NormAct.h"
#include "glioscope/nets/Deepest.h"

#include <torch/torch.h>

namespace glio::nets {
namespace {
namespace nn = torch::nn;

NormAct normAct(std::int64_t channels, const UNet3DOptions &o, bool activate)
{
    const std::int64_t groups =
        o.norm == Norm::Instance ? channels : std::max<std::int64_t>(1, std::min(o.groups, channels / 4));
    return NormAct(channels, groups, o.activation, activate);
}

nn::Conv3d convolution(std::int64_t in, std::int64_t out, std::int64_t edge, std::int64_t stride, std::int64_t dilation,
                       bool bias)
{
    return nn::Conv3d(
        nn::Conv3dOptions(in, out, edge).stride(stride).padding(edge / 2 * dilation).dilation(dilation).bias(bias));
}

class Block3dImpl : public nn::Module {
public:
    Block3dImpl(std::int64_t in, std::int64_t out, std::int64_t stride, std::int64_t dilation1, std::int64_t dilation2,
                double dropout, const UNet3DOptions &o)
        : m_dropout(dropout), m_activation(o.activation)
    {
        const bool residual = o.block == Block::Residual;
        conv1 = register_module("conv1", convolution(in, out, 3, stride, dilation1, false));
        norm1 = register_module("norm1", normAct(out, o, true));
        conv2 = register_module("conv2", convolution(out, out, 3, 1, dilation2, false));
        norm2 = register_module("norm2", normAct(out, o, !residual));
        m_residual = residual;
        if (residual && (in != out || stride != 1))
            skip = register_module("skip", convolution(in, out, 1, stride, 1, false));
    }
    torch::Tensor forward(const torch::Tensor &x, const Pause &pause)
    {
        torch::Tensor y = norm1(conv1(x));
        pause();
        if (m_dropout > 0 && (is_training() || dropoutActive)) y = torch::feature_dropout(y, m_dropout, true);
        y = norm2(conv2(y));
        pause();
        if (!m_residual) return y;
        y = y + (skip ? skip(x) : x);
        return m_activation == Activation::Silu ? torch::silu_(y) : torch::leaky_relu_(y, 0.01);
    }
    nn::Conv3d conv1{nullptr}, conv2{nullptr}, skip{nullptr};
    NormAct norm1{nullptr}, norm2{nullptr};
    bool dropoutActive = false;

private:
    double m_dropout;
    Activation m_activation;
    bool m_residual = false;
};
TORCH_MODULE(Block3d);

class UNet3D final : public Net {
public:
    UNet3D(const NetSpec &spec, const UNet3DOptions &o) : m_levels(std::int64_t(o.widths.size()))
    {
        m_spec = spec;
        m_inputs = o.inputs;
        m_prompts = o.prompts;
        m_classes = o.classes;
        m_sizeMultiple = nets::sizeMultiple(o);
        m_difference = o.difference;
        const auto dropout = [&](std::int64_t level) { return level >= o.dropoutFrom ? o.dropout : 0.0; };
        const auto dilation = [&](std::int64_t level) { return o.dilations.empty() ? 1 : o.dilations[level]; };
        for (std::int64_t l = 0; l < m_levels; ++l) {
            const std::int64_t in = l == 0 ? o.channelsIn() : o.widths[l - 1];
            const std::int64_t second = l == m_levels - 1 ? o.bottleneckDilation : 1;
            m_enc.push_back(register_module("enc" + std::to_string(l), Block3d(in, o.widths[l], l == 0 ? 1 : 2,
                                                                               dilation(l), second, dropout(l), o)));
        }
        for (std::int64_t l = 0; l + 1 < m_levels; ++l) {
            m_up.push_back(register_module(
                "up" + std::to_string(l),
                nn::ConvTranspose3d(nn::ConvTranspose3dOptions(o.widths[l + 1], o.widths[l], 2).stride(2))));
            m_dec.push_back(register_module("dec" + std::to_string(l),
                                            Block3d(2 * o.widths[l], o.widths[l], 1, dilation(l), 1, dropout(l), o)));
        }
        for (std::int64_t l = 0; l <= o.supervision; ++l)
            m_heads.push_back(
                register_module("head" + std::to_string(l), convolution(o.widths[l], o.classes, 1, 1, 1, true)));
        initialise(o);
    }

    torch::Tensor forward(const torch::Tensor &input) override { return run(input, 1).front(); }
    std::vector<torch::Tensor> forwardAll(const torch::Tensor &input) override { return run(input, m_heads.size()); }
    torch::Tensor coarsest(const torch::Tensor &input)
    {
        const Pause pause = [this] { betweenBlocks(); };
        torch::Tensor x = channels(input);
        for (auto &block : m_enc)
            x = block->forward(x, pause);
        return x;
    }
    void setDropoutActive(bool active) override
    {
        for (auto &block : m_enc)
            block->dropoutActive = active;
        for (auto &block : m_dec)
            block->dropoutActive = active;
    }

private:
    torch::Tensor channels(const torch::Tensor &input) const
    {
        const torch::Tensor all = withPrompts(input, m_inputs, m_prompts);
        return m_difference ? withDifference(all) : all;
    }

    void initialise(const UNet3DOptions &o)
    {
        const torch::NoGradGuard quiet;
        const double slope = o.activation == Activation::Silu ? 0.0 : 0.01;
        for (auto &item : named_parameters()) {
            torch::Tensor &p = item.value();
            if (p.dim() == 5)
                nn::init::kaiming_normal_(p, slope, torch::kFanIn, torch::kLeakyReLU);
            else if (item.key().find("norm") == std::string::npos)
                p.zero_();
        }
        for (auto &up : m_up) { // fan in of a 2x2x2 transposed convolution of stride 2 is its inputs alone
            const double deviation = std::sqrt(1.0 / double(up->weight.size(0)));
            up->weight.normal_(0.0, deviation);
        }
        for (auto &head : m_heads) {
            head->weight.normal_(0.0, std::sqrt(1.0 / double(head->weight.size(1))));
            if (o.classes > 1) head->bias[0] = 2.0; // most voxels are background: start there
        }
        if (o.block == Block::Residual) // a block starts near its skip
            for (auto *blocks : {&m_enc, &m_dec})
                for (auto &block : *blocks)
                    block->norm2->weight.fill_(0.5);
    }

    std::vector<torch::Tensor> run(const torch::Tensor &input, std::size_t heads)
    {
        const Pause pause = [this] { betweenBlocks(); };
        std::vector<torch::Tensor> skips(m_levels), logits(heads);
        torch::Tensor x = channels(input);
        for (std::int64_t l = 0; l < m_levels; ++l)
            skips[l] = x = m_enc[l]->forward(x, pause);
        skips[m_levels - 1] = torch::Tensor();
        for (std::int64_t l = m_levels - 2; l >= 0; --l) {
            x = torch::cat({skips[l], m_up[l]->forward(x)}, 1);
            skips[l] = torch::Tensor();
            pause();
            x = m_dec[l]->forward(x, pause);
            if (std::size_t(l) < heads) logits[l] = m_heads[l]->forward(x);
        }
        return logits;
    }

    std::int64_t m_levels;
    bool m_difference = false;
    std::vector<Block3d> m_enc, m_dec;
    std::vector<nn::ConvTranspose3d> m_up;
    std::vector<nn::Conv3d> m_heads;
};
} // namespace

torch::Tensor deepest(Net &net, const torch::Tensor &input)
{
    if (auto *levels = dynamic_cast<UNet3D *>(&net)) return levels->coarsest(input);
    return net.forward(input);
}

std::shared_ptr<Net> makeUNet3D(const NetSpec &spec, const UNet3DOptions &options)
{
    return std::make_shared<UNet3D>(spec, options);
}

} // namespace glio::nets
