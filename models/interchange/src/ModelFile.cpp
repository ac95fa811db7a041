#include "glioscope/interchange/ModelFile.h"

#include "ModelConfidence.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Sha256.h"
#include "glioscope/nets/NetShape.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <unistd.h>

namespace glio::interchange {
namespace {
using Json = nlohmann::json;
constexpr int kFormat = 1;

bool goodName(const std::string &name)
{
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !name.empty() && name.size() <= 64 && plain(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
}

/// Reads keys of one object; the first thing that is wrong is kept as a sentence.
class Reader {
public:
    Reader(const Json &json, std::string origin) : m_json(json), m_origin(std::move(origin)) {}

    std::string text(const char *key, bool required, std::string otherwise = {})
    {
        const Json *value = find(key, required);
        if (!value) return otherwise;
        if (!value->is_string() || (required && value->get_ref<const std::string &>().empty()))
            return complain(key, "a text that is not empty"), otherwise;
        return value->get<std::string>();
    }
    double number(const char *key, double otherwise, double low, double high)
    {
        const Json *value = find(key, false);
        if (!value) return otherwise;
        if (!value->is_number() || !(value->get<double>() >= low && value->get<double>() <= high))
            return complain(key, "a number from " + std::to_string(low) + " to " + std::to_string(high)), otherwise;
        return value->get<double>();
    }
    const Json *object(const char *key, bool required)
    {
        const Json *value = find(key, required);
        if (value && !value->is_object()) return complain(key, "an object"), nullptr;
        return value;
    }
    const Json *list(const char *key, bool required)
    {
        const Json *value = find(key, required);
        if (value && (!value->is_array() || value->empty())) return complain(key, "a list that is not empty"), nullptr;
        return value;
    }
    void complain(const std::string &key, const std::string &must, Errc code = Errc::ModelDamaged)
    {
        if (!m_error) m_error = Error{code, m_origin + ": '" + key + "' must be " + must + "."};
    }
    const std::optional<Error> &error() const { return m_error; }
    const std::string &origin() const { return m_origin; }

private:
    const Json *find(const char *key, bool required)
    {
        const auto it = m_json.find(key);
        if (it != m_json.end()) return &*it;
        if (required && !m_error)
            m_error = Error{Errc::ModelDamaged, m_origin + ": '" + key + "' is missing. The model cannot be used."};
        return nullptr;
    }
    const Json &m_json;
    std::string m_origin;
    std::optional<Error> m_error;
};

void readInputs(Reader &reader, ModelInfo &info)
{
    const Json *inputs = reader.list("inputs", true);
    if (!inputs) return;
    info.inputs.clear();
    for (const Json &item : *inputs) {
        const bool named = item.is_object() && item.contains("sequence") && item["sequence"].is_string();
        const Sequence sequence =
            named ? sequenceFromId(item["sequence"].get<std::string>()).value_or(Sequence::Other) : Sequence::Other;
        const bool plainOptional = item.is_object() && (!item.contains("optional") || item["optional"].is_boolean());
        if (sequence == Sequence::Other || !plainOptional)
            return reader.complain("inputs", "a list of {sequence: t1 | t1c | t2 | flair, optional: true | false}");
        if (std::ranges::any_of(info.inputs, [&](const ModelInput &known) { return known.sequence == sequence; }))
            return reader.complain("inputs", "a list that names each sequence once");
        info.inputs.push_back({sequence, item.value("optional", false)});
    }
}

void readNet(Reader &reader, ModelInfo &info)
{
    const Json *net = reader.object("net", true);
    if (!net) return;
    if (!net->contains("architecture") || !(*net)["architecture"].is_string())
        return reader.complain("net", "an object with 'architecture' and 'options'");
    auto spec =
        nets::NetSpec::parse((*net)["architecture"].get<std::string>(), net->value("options", Json::object()).dump());
    if (!spec) return reader.complain("net", "one that this program knows; " + spec.error().message);
    const auto options = nets::netShape(*spec);
    if (!options)
        return reader.complain("net", "one that this program knows; " + options.error().message, Errc::Unsupported);
    info.net = *std::move(spec);
    if (options->inputs != std::int64_t(info.inputs.size())) reader.complain("inputs", "as many as the net reads");
    if (options->difference && info.inputs.size() >= 2 &&
        (info.inputs[0].sequence != Sequence::T1 || info.inputs[1].sequence != Sequence::T1c))
        reader.complain("inputs", "a list that starts with t1, t1c: the net takes their difference");
    const LabelScheme *scheme = findLabelScheme(info.schemeId);
    if (scheme && options->classes != std::int64_t(scheme->labels().size()) + 1)
        reader.complain("net", "one with as many classes as the label scheme has labels, and background");
}

void readGrid(Reader &reader, ModelInfo &info)
{
    if (const Json *spacings = reader.list("spacingsMm", true)) {
        info.spacingsMm.clear();
        for (const Json &spacing : *spacings) {
            if (!spacing.is_number() || !(spacing.get<double>() >= 0.2 && spacing.get<double>() <= 10))
                return reader.complain("spacingsMm", "a list of numbers from 0.2 to 10");
            info.spacingsMm.push_back(spacing.get<double>());
        }
    }
    if (const Json *window = reader.list("window", true)) {
        const auto good = [](const Json &edge) {
            return edge.is_number_integer() && edge.get<std::int64_t>() >= 8 && edge.get<std::int64_t>() <= 1024;
        };
        if (window->size() != 3 || !std::ranges::all_of(*window, good))
            return reader.complain("window", "three whole numbers from 8 to 1024");
        for (int a = 0; a < 3; ++a)
            info.window[a] = (*window)[a].get<std::int64_t>();
    }
}

void readOutputs(Reader &reader, ModelInfo &info)
{
    info.schemeId = reader.text("labelScheme", true);
    const LabelScheme *scheme = findLabelScheme(info.schemeId);
    if (!reader.error() && !scheme)
        return reader.complain("labelScheme", "one that this program knows", Errc::Unsupported);
    if (const Json *outputs = reader.object("outputs", true)) {
        if (outputs->value("kind", Json()) != "softmax")
            reader.complain("outputs", "of kind 'softmax'", Errc::Unsupported);
        Json classes = Json::array({"background"});
        if (scheme)
            for (const LabelDefinition &label : scheme->labels())
                classes.push_back(label.id);
        if (scheme && outputs->value("classes", Json()) != classes)
            reader.complain("outputs.classes", classes.dump() + ", the labels of " + info.schemeId);
    }
    if (const Json *post = reader.object("postprocessing", false)) {
        Reader inner(*post, reader.origin());
        info.smallestIslandMl = inner.number("smallestIslandMl", 0, 0, 1000);
        if (const Json *thresholds = inner.object("thresholds", false))
            for (const auto &[region, value] : thresholds->items()) {
                if (!value.is_number() || !(value.get<double>() > 0 && value.get<double>() < 1) ||
                    (scheme && !scheme->region(region)))
                    return reader.complain("postprocessing.thresholds",
                                           "numbers between 0 and 1 by region of the scheme");
                info.thresholds[region] = value.get<double>();
            }
        if (inner.error()) reader.complain("postprocessing", "as the schema says; " + inner.error()->message);
    }
}

void readPrompts(Reader &reader, const Json &json, ModelInfo &info)
{
    const auto shape = nets::netShape(info.net);
    const LabelScheme *scheme = findLabelScheme(info.schemeId);
    if (!shape || !scheme || (!json.contains("prompts") && shape->prompts == 0)) return;
    const Json *prompts = reader.object("prompts", true);
    if (!prompts) return;
    Reader inner(*prompts, reader.origin());
    ModelPrompts p;
    p.encoding = inner.text("encoding", true);
    p.clickRadiusVoxels = inner.number("clickRadiusVoxels", p.clickRadiusVoxels, 1, 16);
    p.mostClicks = int(inner.number("mostClicks", p.mostClicks, 1, 1000));
    p.windowVoxels = std::int64_t(inner.number("windowVoxels", 0, 0, 96));
    if (inner.error()) return reader.complain("prompts", "as the schema says; " + inner.error()->message);
    if (p.encoding != ModelPrompts{}.encoding || p.clickRadiusVoxels != ModelPrompts{}.clickRadiusVoxels)
        return reader.complain("prompts", "'labels-and-clicks' with a radius of 3", Errc::Unsupported);
    if (shape->prompts != 2 * std::int64_t(scheme->labels().size()))
        return reader.complain("prompts", "those of a net with two prompt channels for each label of the scheme");
    info.prompts = p;
}
} // namespace

std::string modelJson(const ModelInfo &info)
{
    nlohmann::ordered_json json;
    json["format"] = kFormat;
    json["name"] = info.name;
    json["version"] = info.version;
    json["title"] = info.title;
    json["net"]["architecture"] = info.net.architecture;
    json["net"]["options"] = nlohmann::ordered_json::parse(info.net.optionsJson());
    json["inputs"] = nlohmann::ordered_json::array();
    for (const ModelInput &input : info.inputs)
        json["inputs"].push_back({{"sequence", sequenceId(input.sequence)}, {"optional", input.optional}});
    json["spacingsMm"] = info.spacingsMm;
    json["window"] = info.window;
    json["normalisation"] = info.normalisation;
    json["labelScheme"] = info.schemeId;
    json["outputs"]["kind"] = "softmax";
    json["outputs"]["classes"] = nlohmann::ordered_json::array({"background"});
    if (const LabelScheme *scheme = findLabelScheme(info.schemeId))
        for (const LabelDefinition &label : scheme->labels())
            json["outputs"]["classes"].push_back(label.id);
    json["postprocessing"]["thresholds"] = info.thresholds;
    json["postprocessing"]["smallestIslandMl"] = info.smallestIslandMl;
    addConfidence(json, info);
    if (info.prompts)
        json["prompts"] = {{"encoding", info.prompts->encoding},
                           {"clickRadiusVoxels", info.prompts->clickRadiusVoxels},
                           {"mostClicks", info.prompts->mostClicks},
                           {"windowVoxels", info.prompts->windowVoxels}};
    json["trainingData"] = info.trainingData;
    json["licence"] = info.licence;
    const auto metrics = nlohmann::ordered_json::parse(info.metricsJson, nullptr, false);
    json["metrics"] = metrics.is_object() ? metrics : nlohmann::ordered_json::object();
    json["weights"] = {{"file", info.weightsFile}, {"sha256", info.weightsSha256}};
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<ModelInfo> parseModelJson(const std::string &text, const std::string &origin)
{
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object())
        return fail(Errc::ModelDamaged, origin + ": this is not a JSON object. Get the model again.");
    if (!json.contains("format") || !json["format"].is_number_integer())
        return fail(Errc::ModelDamaged, origin + ": 'format' is missing, so this is no model of Glioscope.");
    if (json["format"] != kFormat)
        return fail(Errc::Unsupported, origin + ": this model was made for another version of Glioscope (format " +
                                           json["format"].dump() + "). Update the program or the model.");
    Reader reader(json, origin);
    ModelInfo info;
    info.name = reader.text("name", true);
    if (!reader.error() && !goodName(info.name))
        reader.complain("name",
                        "at most 64 small letters, digits, dots, dashes and underscores, a letter or digit first");
    info.version = reader.text("version", true);
    info.title = reader.text("title", false, info.name);
    readInputs(reader, info);
    readGrid(reader, info);
    info.normalisation = reader.text("normalisation", true);
    if (!reader.error() && info.normalisation != "head-robust")
        reader.complain("normalisation", "'head-robust'", Errc::Unsupported);
    readOutputs(reader, info);
    if (const auto wrong = readConfidence(json, info)) reader.complain(wrong->key, wrong->must);
    readNet(reader, info);
    readPrompts(reader, json, info);
    info.trainingData = reader.text("trainingData", true);
    info.licence = reader.text("licence", true);
    if (const Json *metrics = reader.object("metrics", false)) info.metricsJson = metrics->dump();
    if (const Json *weights = reader.object("weights", true)) {
        Reader inner(*weights, origin);
        info.weightsFile = inner.text("file", true);
        info.weightsSha256 = inner.text("sha256", true);
        const bool hex = info.weightsSha256.size() == 64 && std::ranges::all_of(info.weightsSha256, [](char c) {
                             return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                         });
        // A bare file name: a model must not point at files outside its folder.
        if (inner.error() || !hex || info.weightsFile.find_first_of("/\\") != std::string::npos ||
            !info.weightsFile.ends_with(".safetensors"))
            reader.complain("weights", "{file: NAME.safetensors in the same folder, sha256: 64 hexadecimal digits}");
    }
    if (reader.error()) return std::unexpected(*reader.error());
    return info;
}

Result<ModelFile> ModelFile::open(const std::filesystem::path &directory)
{
    const auto path = directory / "model.json";
    std::error_code code;
    if (!std::filesystem::exists(path, code))
        return fail(Errc::Io, directory.string() + ": there is no model.json, so this folder is no model.");
    const auto text = readFile(path, std::size_t{4} << 20);
    if (!text) return std::unexpected(text.error());
    auto info = parseModelJson(*text, path.string());
    if (!info) return std::unexpected(info.error());
    ModelFile file;
    file.m_directory = directory;
    file.m_info = *std::move(info);
    return file;
}

Result<Safetensors> ModelFile::weights() const
{
    auto file = Safetensors::read(weightsPath());
    if (!file) return file;
    if (file->sha256() != m_info.weightsSha256)
        return fail(Errc::ModelDamaged, weightsPath().string() +
                                            ": the weights are not those that model.json was written " +
                                            "for (their sha256 differs). Get the model again.");
    return file;
}

namespace {
/// Writes the files into a folder beside `directory` and renames it there; other files of an old folder stay.
Result<ModelFile> placeModel(const std::filesystem::path &directory,
                             const std::vector<std::pair<std::string, std::string_view>> &files)
{
    namespace fs = std::filesystem;
    const fs::path target = fs::absolute(directory).lexically_normal();
    const fs::path clean = target.has_filename() ? target : target.parent_path();
    const fs::path part = partPath(clean), old = partPath(clean);
    std::error_code code;
    fs::create_directories(part, code);
    if (code) return fail(Errc::Io, part.string() + ": the folder cannot be made (" + code.message() + ").");
    for (const auto &[name, bytes] : files)
        if (const auto written = writeFileAtomically(part / name, bytes); !written) {
            fs::remove_all(part, code);
            return std::unexpected(written.error());
        }
    const bool replaces = fs::exists(clean);
    if (replaces) {
        for (const auto &entry : fs::directory_iterator(clean, code)) // cards and figures stay with the model
            if (!fs::exists(part / entry.path().filename()) && entry.is_regular_file())
                fs::copy_file(entry.path(), part / entry.path().filename(), code);
        fs::rename(clean, old, code);
    }
    if (!code) fs::rename(part, clean, code);
    if (code) {
        const std::string reason = code.message();
        std::error_code ignored;
        if (replaces && !fs::exists(clean)) fs::rename(old, clean, ignored);
        fs::remove_all(part, ignored);
        return fail(Errc::Io, clean.string() + ": the model cannot be put there (" + reason + ").");
    }
    if (replaces) fs::remove_all(old, code);
    return ModelFile::open(directory);
}
} // namespace

Result<ModelFile> writeModel(const std::filesystem::path &directory, ModelInfo info,
                             std::span<const TensorView> tensors)
{
    const auto bytes = safetensorsBytes(tensors, {{"format", "pt"}});
    if (!bytes) return std::unexpected(bytes.error());
    info.weightsSha256 = sha256Hex(*bytes);
    const std::string text = modelJson(info);
    if (auto good = parseModelJson(text, "model.json"); !good) // never write what we would not read
        return fail(Errc::InvalidArgument, good.error().message);

    return placeModel(
        directory, {{info.weightsFile, std::string_view(reinterpret_cast<const char *>(bytes->data()), bytes->size())},
                    {"model.json", text}});
}

Result<std::optional<uncertainty::UnusualModel>> ModelFile::unusual() const
{
    if (m_info.unusualFile.empty()) return std::nullopt;
    const auto path = m_directory / m_info.unusualFile;
    const auto text = readFile(path, std::size_t{16} << 20);
    if (!text) return std::unexpected(text.error());
    if (sha256Hex(std::as_bytes(std::span(*text))) != m_info.unusualSha256)
        return fail(Errc::ModelDamaged, path.string() + ": this is not the file that model.json was written for " +
                                            "(its sha256 differs). Get the model again.");
    auto model = uncertainty::parseUnusual(*text, path.string());
    if (!model) return std::unexpected(model.error());
    return *std::move(model);
}

Result<ModelFile> rewriteModel(const ModelFile &from, const std::filesystem::path &directory, ModelInfo info,
                               const std::map<std::string, std::string> &extra)
{
    info.weightsFile = from.info().weightsFile;
    info.weightsSha256 = from.info().weightsSha256;
    const auto weights = readFile(from.weightsPath(), std::size_t{1} << 34);
    if (!weights) return std::unexpected(weights.error());
    if (sha256Hex(std::as_bytes(std::span(*weights))) != info.weightsSha256)
        return fail(Errc::ModelDamaged, from.weightsPath().string() + ": the weights are not those that model.json " +
                                            "was written for (their sha256 differs).");
    const std::string text = modelJson(info);
    if (auto good = parseModelJson(text, "model.json"); !good) return fail(Errc::InvalidArgument, good.error().message);
    std::map<std::string, std::string> kept; // cards and figures go along
    std::error_code code;
    for (const auto &entry : std::filesystem::directory_iterator(from.directory(), code)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() || name == "model.json" || name == info.weightsFile || extra.contains(name))
            continue;
        if (auto bytes = readFile(entry.path(), std::size_t{1} << 28)) kept[name] = *std::move(bytes);
    }
    std::vector<std::pair<std::string, std::string_view>> files{{info.weightsFile, *weights}, {"model.json", text}};
    for (const auto *more : {&extra, static_cast<const std::map<std::string, std::string> *>(&kept)})
        for (const auto &[name, bytes] : *more)
            files.emplace_back(name, bytes);
    return placeModel(directory, files);
}

} // namespace glio::interchange
