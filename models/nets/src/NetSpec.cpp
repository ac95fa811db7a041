#include "glioscope/nets/NetSpec.h"

#include "OptionReader.h"

#include "glioscope/nets/ConvUNetSpec.h"
#include "glioscope/nets/NetShape.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace glio::nets {
namespace {
using Json = nlohmann::json;

Result<OptionValue> optionFromJson(const std::string &name, const Json &value)
{
    if (value.is_boolean()) return OptionValue(value.get<bool>());
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t(INT64_MAX))
        return fail(Errc::InvalidArgument, "Option '" + name + "' is too large a number.");
    if (value.is_number_integer()) return OptionValue(value.get<std::int64_t>());
    if (value.is_number_float()) return OptionValue(value.get<double>());
    if (value.is_string()) return OptionValue(value.get<std::string>());
    if (value.is_array()) {
        std::vector<std::int64_t> list;
        for (const Json &item : value) {
            if (!item.is_number_integer())
                return fail(Errc::InvalidArgument, "Option '" + name + "' must be a list of whole numbers.");
            list.push_back(item.get<std::int64_t>());
        }
        return OptionValue(std::move(list));
    }
    return fail(Errc::InvalidArgument, "Option '" + name + "' must be a number, a text, true or false, or a list.");
}
} // namespace

Result<NetSpec> NetSpec::parse(std::string architecture, const std::string &optionsJson)
{
    const Json json = Json::parse(optionsJson, nullptr, false);
    if (!json.is_object()) return fail(Errc::InvalidArgument, "The options of a net must be a JSON object.");
    NetSpec spec{.architecture = std::move(architecture), .options = {}};
    for (const auto &[name, value] : json.items()) {
        auto option = optionFromJson(name, value);
        if (!option) return std::unexpected(option.error());
        spec.options.emplace(name, *std::move(option));
    }
    return spec;
}

std::string NetSpec::optionsJson() const
{
    Json json = Json::object();
    for (const auto &[name, value] : options)
        std::visit([&, &key = name](const auto &v) { json[key] = v; }, value);
    return json.dump();
}

std::unexpected<Error> unknownArchitecture(const NetSpec &spec)
{
    return fail(Errc::InvalidArgument, "There is no net called '" + spec.architecture +
                                           "'; there are: improved-unet3d, plain-conv-unet, residual-encoder-unet.");
}

Result<UNet3DOptions> UNet3DOptions::from(const NetSpec &spec)
{
    if (spec.architecture != "improved-unet3d") return unknownArchitecture(spec);
    UNet3DOptions o;
    OptionReader reader(spec);
    reader.whole("inputs", o.inputs, 1, 64);
    reader.whole("classes", o.classes, 1, 64);
    reader.list("widths", o.widths, 1, kMostChannels);
    reader.choice("block", o.block, {{"residual", Block::Residual}, {"plain", Block::Plain}});
    reader.choice("norm", o.norm, {{"instance", Norm::Instance}, {"group", Norm::Group}});
    reader.whole("groups", o.groups, 1, kMostChannels);
    reader.choice("activation", o.activation, {{"leaky-relu", Activation::LeakyRelu}, {"silu", Activation::Silu}});
    reader.list("dilations", o.dilations, 1, 16);
    reader.whole("bottleneckDilation", o.bottleneckDilation, 1, 16);
    reader.number("dropout", o.dropout, 0, 0.9);
    reader.whole("dropoutFrom", o.dropoutFrom, 0, 16);
    reader.whole("supervision", o.supervision, 0, 7);
    reader.flag("difference", o.difference);
    reader.whole("prompts", o.prompts, 0, 64);
    if (o.difference && o.inputs < 2) reader.complain("difference", "false when the net has one input");
    const auto levels = std::int64_t(o.widths.size());
    if (levels < 2 || levels > 8) reader.complain("widths", "a list of 2 to 8 numbers");
    if (!o.dilations.empty() && std::int64_t(o.dilations.size()) != levels)
        reader.complain("dilations", "a list as long as 'widths', or empty");
    if (o.supervision > std::max<std::int64_t>(levels - 2, 0))
        reader.complain("supervision", "at most the number of levels minus 2");
    if (o.norm == Norm::Group)
        for (const std::int64_t width : o.widths)
            if (width % std::max<std::int64_t>(1, std::min(o.groups, width / 4)) != 0)
                reader.complain("groups", "a divisor of every width");
    if (auto good = reader.end(); !good) return std::unexpected(good.error());
    return o;
}

NetSpec UNet3DOptions::spec() const
{
    NetSpec spec;
    spec.options = {{"inputs", inputs},
                    {"classes", classes},
                    {"widths", widths},
                    {"block", std::string(block == Block::Residual ? "residual" : "plain")},
                    {"norm", std::string(norm == Norm::Instance ? "instance" : "group")},
                    {"groups", groups},
                    {"activation", std::string(activation == Activation::Silu ? "silu" : "leaky-relu")},
                    {"dilations", dilations},
                    {"bottleneckDilation", bottleneckDilation},
                    {"dropout", dropout},
                    {"dropoutFrom", dropoutFrom},
                    {"supervision", supervision},
                    {"difference", difference}};
    if (prompts > 0) spec.options.emplace("prompts", prompts); // programs from before prompts read all other nets
    return spec;
}

std::int64_t sizeMultiple(const UNet3DOptions &options) { return std::int64_t{1} << (options.widths.size() - 1); }

namespace {
std::int64_t parameterCount(const UNet3DOptions &o)
{
    const auto block = [&](std::int64_t in, std::int64_t out, bool strided) {
        std::int64_t n = 27 * in * out + 27 * out * out + 4 * out; // two convolutions, two norms with weight and bias
        if (o.block == Block::Residual && (in != out || strided)) n += in * out;
        return n;
    };
    const auto levels = std::int64_t(o.widths.size());
    std::int64_t total = 0;
    for (std::int64_t l = 0; l < levels; ++l)
        total += block(l == 0 ? o.channelsIn() : o.widths[l - 1], o.widths[l], l > 0);
    for (std::int64_t l = 0; l + 1 < levels; ++l)
        total += 8 * o.widths[l + 1] * o.widths[l] + o.widths[l] + block(2 * o.widths[l], o.widths[l], false);
    for (std::int64_t l = 0; l <= o.supervision; ++l)
        total += (o.widths[l] + 1) * o.classes;
    return total;
}
} // namespace

Result<NetShape> netShape(const NetSpec &spec)
{
    const auto shape = [](const auto &o, std::int64_t channels, std::int64_t parameters, std::int64_t prompts) {
        return NetShape{.inputs = o.inputs,
                        .classes = o.classes,
                        .channelsIn = o.channelsIn(),
                        .fullSizeChannels = channels,
                        .sizeMultiple = sizeMultiple(o),
                        .parameters = parameters,
                        .dropout = o.dropout,
                        .prompts = prompts,
                        .difference = o.difference};
    };
    if (spec.architecture == "improved-unet3d") {
        const auto o = UNet3DOptions::from(spec);
        if (!o) return std::unexpected(o.error());
        return shape(*o, o->widths.front(), parameterCount(*o), o->prompts);
    }
    const auto o = ConvUNetOptions::from(spec);
    if (!o) return std::unexpected(o.error());
    return shape(*o, o->features.front(), parameterCount(*o), 0);
}

Result<std::int64_t> parameterCount(const NetSpec &spec)
{
    return netShape(spec).transform([](const NetShape &shape) { return shape.parameters; });
}

const std::vector<Preset> &presets()
{
    static const std::vector<Preset> all = [] {
        std::vector<Preset> list;
        const auto add = [&list](const char *name, const char *description, std::vector<std::int64_t> widths,
                                 Block block, Norm norm, bool deep) {
            UNet3DOptions o;
            o.widths = std::move(widths);
            o.block = block;
            o.norm = norm;
            if (deep) { // algorithms.md A.5
                o.dilations = {1, 1, 1, 2, 2};
                o.bottleneckDilation = 4;
                o.dropout = 0.1;
                o.dropoutFrom = 3;
            }
            o.supervision = std::min<std::int64_t>(2, std::int64_t(o.widths.size()) - 2);
            list.push_back({name, description, o.spec()});
        };
        add("unet3d-small", "Plain 4-level net of the training recipe: runs anywhere", {16, 32, 64, 128}, Block::Plain,
            Norm::Instance, false);
        add("unet3d-medium", "Plain 5-level net with 16 channels at full size", {16, 32, 64, 128, 256}, Block::Plain,
            Norm::Instance, false);
        add("improved-unet3d-light", "Residual, dilated; 16 channels at full size", {16, 32, 64, 128, 256},
            Block::Residual, Norm::Group, true);
        add("improved-unet3d-middle", "Residual, dilated; 24 channels at full size", {24, 48, 96, 192, 320},
            Block::Residual, Norm::Group, true);
        add("improved-unet3d", "Residual, dilated; 32 channels at full size: for a GPU", {32, 64, 128, 256, 320},
            Block::Residual, Norm::Group, true);
        const auto planned = [&list](const char *name, const char *description, Encoder encoder,
                                     std::vector<std::int64_t> features) {
            ConvUNetOptions o;
            o.encoder = encoder;
            o.features = std::move(features);
            o.supervision = std::int64_t(o.features.size()) - 3; // nnU-Net gives the lowest head no weight
            list.push_back({name, description, ConvUNetOptions::from(o.spec()).value().spec()});
        };
        planned("plain-conv-unet", "nnU-Net's plain net with 5 stages", Encoder::Plain, {32, 64, 128, 256, 320});
        planned("plain-conv-unet-6", "nnU-Net's plain net as planned for windows of 128: windows in steps of 32",
                Encoder::Plain, {32, 64, 128, 256, 320, 320});
        planned("residual-encoder-unet", "nnU-Net's residual encoder with 5 stages: for a GPU", Encoder::Residual,
                {32, 64, 128, 256, 320});
        planned("residual-encoder-unet-6", "nnU-Net's residual encoder M: for a GPU, windows in steps of 32",
                Encoder::Residual, {32, 64, 128, 256, 320, 320});
        return list;
    }();
    return all;
}

const Preset *findPreset(const std::string &name)
{
    const auto it = std::ranges::find(presets(), name, &Preset::name);
    return it == presets().end() ? nullptr : &*it;
}

} // namespace glio::nets
