#include "glioscope/nets/ConvUNetSpec.h"

#include "OptionReader.h"

#include <array>
#include <functional>
#include <numeric>

namespace glio::nets {
namespace {
constexpr const char *kPlain = "plain-conv-unet", *kResidual = "residual-encoder-unet";
constexpr std::array<std::int64_t, 6> kBlocks{1, 3, 4, 6, 6, 6};

/// A number a stage becomes three a stage; empty becomes `first`, then `rest`.
void threeEach(OptionReader &reader, const char *name, std::vector<std::int64_t> &list, std::int64_t stages,
               std::int64_t first, std::int64_t rest)
{
    if (list.empty()) {
        list.assign(std::size_t(stages), rest);
        if (!list.empty()) list.front() = first;
    }
    if (std::int64_t(list.size()) == stages) {
        std::vector<std::int64_t> three;
        for (const std::int64_t value : list)
            three.insert(three.end(), 3, value);
        list = std::move(three);
    }
    if (std::int64_t(list.size()) != 3 * stages)
        reader.complain(name, "empty, or a list of one or three numbers for each of the " + std::to_string(stages) +
                                  " stages");
}

void oneEach(OptionReader &reader, const char *name, std::vector<std::int64_t> &list, std::int64_t length,
             const std::function<std::int64_t(std::int64_t)> &standard)
{
    if (list.empty())
        for (std::int64_t n = 0; n < length; ++n)
            list.push_back(standard(n));
    if (std::int64_t(list.size()) != length)
        reader.complain(name, "empty, or a list of " + std::to_string(length) + " numbers");
}
} // namespace

Result<ConvUNetOptions> ConvUNetOptions::from(const NetSpec &spec)
{
    if (spec.architecture != kPlain && spec.architecture != kResidual) return unknownArchitecture(spec);
    ConvUNetOptions o;
    const bool residual = spec.architecture == kResidual;
    o.encoder = residual ? Encoder::Residual : Encoder::Plain;
    OptionReader reader(spec);
    reader.whole("inputs", o.inputs, 1, 64);
    reader.whole("classes", o.classes, 1, 64);
    reader.list("features", o.features, 1, kMostChannels);
    reader.list("strides", o.strides, 1, 4);
    reader.list("kernels", o.kernels, 1, 7);
    if (residual)
        reader.list("blocks", o.blocks, 1, 16);
    else
        reader.list("convs", o.convs, 1, 16);
    reader.list("decoderConvs", o.decoderConvs, 1, 16);
    reader.number("dropout", o.dropout, 0, 0.9);
    reader.whole("supervision", o.supervision, 0, 6);
    reader.flag("difference", o.difference);
    const std::int64_t stages = o.stages();
    if (stages < 2 || stages > 8) reader.complain("features", "a list of 2 to 8 numbers");
    threeEach(reader, "strides", o.strides, stages, 1, 2);
    threeEach(reader, "kernels", o.kernels, stages, 3, 3);
    if (residual)
        oneEach(reader, "blocks", o.blocks, stages,
                [](std::int64_t s) { return kBlocks[std::size_t(std::min<std::int64_t>(s, 5))]; });
    else
        oneEach(reader, "convs", o.convs, stages, [](std::int64_t) { return 2; });
    oneEach(reader, "decoderConvs", o.decoderConvs, stages - 1, [=](std::int64_t) { return residual ? 1 : 2; });
    if (std::ranges::any_of(o.kernels, [](std::int64_t k) { return k % 2 == 0; }))
        reader.complain("kernels", "a list of odd numbers");
    if (o.strides.size() >= 3 && std::any_of(o.strides.begin(), o.strides.begin() + 3, [](auto v) { return v != 1; }))
        reader.complain("strides", "a list that begins with 1: the first stage keeps the size");
    if (!spec.options.contains("supervision")) // a net with fewer stages has fewer heads
        o.supervision = std::clamp<std::int64_t>(stages - 2, 0, o.supervision);
    if (o.supervision > std::max<std::int64_t>(stages - 2, 0))
        reader.complain("supervision", "at most the number of stages minus 2");
    if (o.difference && o.inputs < 2) reader.complain("difference", "false when the net has one input");
    if (auto good = reader.end(); !good) return std::unexpected(good.error());
    return o;
}

NetSpec ConvUNetOptions::spec() const
{
    NetSpec spec{.architecture = encoder == Encoder::Residual ? kResidual : kPlain,
                 .options = {{"inputs", inputs},
                             {"classes", classes},
                             {"features", features},
                             {"strides", strides},
                             {"kernels", kernels},
                             {"decoderConvs", decoderConvs},
                             {"dropout", dropout},
                             {"supervision", supervision},
                             {"difference", difference}}};
    if (encoder == Encoder::Residual)
        spec.options.emplace("blocks", blocks);
    else
        spec.options.emplace("convs", convs);
    return spec;
}

std::int64_t sizeMultiple(const ConvUNetOptions &o)
{
    std::int64_t most = 1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        std::int64_t product = 1;
        for (std::size_t s = 0; 3 * s + axis < o.strides.size(); ++s)
            product *= o.strides[3 * s + axis];
        most = std::lcm(most, product);
    }
    return most;
}

std::int64_t parameterCount(const ConvUNetOptions &o)
{
    const auto volume = [](const std::vector<std::int64_t> &list, std::int64_t s) {
        return list[std::size_t(3 * s)] * list[std::size_t(3 * s + 1)] * list[std::size_t(3 * s + 2)];
    };
    const auto conv = [&](std::int64_t stage, std::int64_t in, std::int64_t out) { // with bias, and its norm
        return volume(o.kernels, stage) * in * out + 3 * out;
    };
    const auto &f = o.features;
    std::int64_t total = 0, in = o.channelsIn();
    if (o.encoder == Encoder::Residual) {
        total += conv(0, in, f[0]); // the stem
        in = f[0];
    }
    for (std::int64_t s = 0; s < o.stages(); ++s) {
        const std::int64_t out = f[std::size_t(s)];
        const auto many = (o.encoder == Encoder::Residual ? o.blocks : o.convs)[std::size_t(s)];
        for (std::int64_t k = 0; k < many; ++k, in = out) {
            total += conv(s, in, out);
            if (o.encoder == Encoder::Plain) continue;
            total += conv(s, out, out);
            if (in != out) total += in * out + 2 * out; // the skip has no bias
        }
    }
    for (std::int64_t d = 0; d + 1 < o.stages(); ++d) {
        const std::int64_t stage = o.stages() - 2 - d, out = f[std::size_t(stage)];
        total += volume(o.strides, stage + 1) * f[std::size_t(stage + 1)] * out + out;
        for (std::int64_t k = 0; k < o.decoderConvs[std::size_t(d)]; ++k)
            total += conv(stage, k == 0 ? 2 * out : out, out);
        total += (out + 1) * o.classes;
    }
    return total;
}

} // namespace glio::nets
