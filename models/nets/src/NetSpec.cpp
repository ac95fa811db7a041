#include "glioscope/nets/NetSpec.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

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

/// Takes options one by one; what is left over at the end is unknown.
class Reader {
public:
    explicit Reader(const NetSpec &spec) : m_options(spec.options) {}

    void whole(const char *name, std::int64_t &value, std::int64_t low, std::int64_t high)
    {
        if (const auto *given = take<std::int64_t>(name, "a whole number")) {
            if (*given < low || *given > high)
                return complain(name, "from " + std::to_string(low) + " to " + std::to_string(high));
            value = *given;
        }
    }
    void flag(const char *name, bool &value)
    {
        if (const auto *given = take<bool>(name, "true or false")) value = *given;
    }
    void number(const char *name, double &value, double low, double high)
    {
        if (const auto it = m_options.find(name); it != m_options.end())
            if (const auto *integer = std::get_if<std::int64_t>(&it->second)) it->second = double(*integer);
        if (const auto *given = take<double>(name, "a number")) {
            if (!(*given >= low && *given <= high))
                return complain(name, "from " + std::to_string(low) + " to " + std::to_string(high));
            value = *given;
        }
    }
    void list(const char *name, std::vector<std::int64_t> &value, std::int64_t low, std::int64_t high)
    {
        if (const auto *given = take<std::vector<std::int64_t>>(name, "a list of whole numbers")) {
            if (std::ranges::any_of(*given, [=](std::int64_t v) { return v < low || v > high; }))
                return complain(name, "a list of numbers from " + std::to_string(low) + " to " + std::to_string(high));
            value = *given;
        }
    }
    template <class Enum>
    void choice(const char *name, Enum &value, std::initializer_list<std::pair<const char *, Enum>> all)
    {
        if (const auto *given = take<std::string>(name, "a text")) {
            std::string names;
            for (const auto &[id, meaning] : all) {
                if (*given == id) {
                    value = meaning;
                    return;
                }
                names += names.empty() ? id : std::string(" or ") + id;
            }
            complain(name, names);
        }
    }
    void complain(const std::string &name, const std::string &must)
    {
        if (m_problem.empty()) m_problem = "Option '" + name + "' of the net must be " + must + ".";
    }
    Result<void> end() const
    {
        if (!m_problem.empty()) return fail(Errc::InvalidArgument, m_problem);
        for (const auto &[name, value] : m_options)
            if (!m_taken.contains(name))
                return fail(Errc::InvalidArgument, "The net 'improved-unet3d' has no option '" + name + "'.");
        return {};
    }

private:
    template <class T> const T *take(const char *name, const char *kind)
    {
        m_taken.insert(name);
        const auto it = m_options.find(name);
        if (it == m_options.end()) return nullptr;
        const T *value = std::get_if<T>(&it->second);
        if (!value) complain(name, kind);
        return value;
    }
    std::map<std::string, OptionValue> m_options;
    std::set<std::string> m_taken;
    std::string m_problem;
};

constexpr std::int64_t kMostChannels = 4096;
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

Result<UNet3DOptions> UNet3DOptions::from(const NetSpec &spec)
{
    if (spec.architecture != "improved-unet3d")
        return fail(Errc::InvalidArgument,
                    "There is no net called '" + spec.architecture + "'; there is: improved-unet3d.");
    UNet3DOptions o;
    Reader reader(spec);
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
    return spec;
}

std::int64_t sizeMultiple(const UNet3DOptions &options) { return std::int64_t{1} << (options.widths.size() - 1); }

Result<std::int64_t> parameterCount(const NetSpec &spec)
{
    const auto options = UNet3DOptions::from(spec);
    if (!options) return std::unexpected(options.error());
    const auto &o = *options;
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
