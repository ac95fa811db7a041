#include "glioscope/protocol/Messages.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>

namespace glio::protocol {
namespace {

using nlohmann::json;

const char *nameOf(LookKind kind) { return kind == LookKind::Dropout ? "dropout" : "flips"; }

json toJson(const std::vector<Sequence> &sequences)
{
    json list = json::array();
    for (const Sequence sequence : sequences)
        list.push_back(sequenceId(sequence));
    return list;
}

json toJson(const DeviceInfo &device)
{
    return {{"id", device.id},
            {"name", device.name},
            {"memoryBytes", device.memoryBytes},
            {"precisions", device.precisions}};
}

json toJson(const ModelInfo &model)
{
    return {{"id", model.id},
            {"name", model.name},
            {"version", model.version},
            {"sha256", model.sha256},
            {"licence", model.licence},
            {"statement", model.statement},
            {"schemeId", model.schemeId},
            {"sequences", toJson(model.sequences)},
            {"required", toJson(model.required)},
            {"spacingMm", model.spacingMm},
            {"bundled", model.bundled},
            {"prompts", model.prompts},
            {"problem", model.problem}};
}

json toJson(const SequenceRef &sequence)
{
    return {{"sequence", sequenceId(sequence.sequence)},
            {"geometry", protocol::toJson(sequence.geometry)},
            {"memory", protocol::toJson(sequence.memory)}};
}

json toJson(const PromptClickInfo &click)
{
    return {{"at", click.at}, {"label", click.label}, {"belongs", click.belongs}};
}

json toJson(const OutputSection &section)
{
    return {{"name", section.name}, {"offset", section.offset}, {"bytes", section.bytes}, {"classes", section.classes}};
}

json toJson(const QualityInfo &quality)
{
    return {{"predictedDice", quality.predictedDice},
            {"low", quality.low},
            {"high", quality.high},
            {"cases", quality.cases}};
}

json toJson(const UnusualInfo &unusual)
{
    return {{"score", unusual.score}, {"limit", unusual.limit}, {"reasons", unusual.reasons}};
}

template <class T> json listToJson(const std::vector<T> &values)
{
    json list = json::array();
    for (const T &value : values)
        list.push_back(toJson(value));
    return list;
}

// Reading. Each `read` says false when the value is not one; `Fields` keeps the first sentence.
bool read(const json &value, std::string &out)
{
    if (!value.is_string()) return false;
    out = value.get<std::string>();
    return true;
}
bool read(const json &value, bool &out)
{
    if (!value.is_boolean()) return false;
    out = value.get<bool>();
    return true;
}
bool read(const json &value, double &out)
{
    if (!value.is_number()) return false;
    out = value.get<double>();
    return std::isfinite(out);
}
template <std::signed_integral T> bool read(const json &value, T &out)
{
    if (!value.is_number_integer()) return false;
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t(std::numeric_limits<T>::max()))
        return false;
    const auto number = value.get<std::int64_t>();
    if (number < std::numeric_limits<T>::min() || number > std::numeric_limits<T>::max()) return false;
    out = T(number);
    return true;
}
bool read(const json &value, Sequence &out)
{
    if (!value.is_string()) return false;
    const auto sequence = sequenceFromId(value.get_ref<const std::string &>());
    if (sequence) out = *sequence;
    return sequence.has_value();
}
bool read(const json &value, LookKind &out)
{
    if (value == "flips") return out = LookKind::Flips, true;
    if (value == "dropout") return out = LookKind::Dropout, true;
    return false;
}
bool read(const json &value, RequestId &out)
{
    auto id = requestIdFromJson(value);
    if (id) out = std::move(*id);
    return id.has_value();
}
template <class T, std::size_t N> bool read(const json &value, std::array<T, N> &out)
{
    if (!value.is_array() || value.size() != N) return false;
    for (std::size_t i = 0; i < N; ++i)
        if (!read(value[i], out[i])) return false;
    return true;
}
template <class T> bool read(const json &value, std::vector<T> &out);
template <class T> bool read(const json &value, std::map<std::string, T> &out);
template <class T> bool read(const json &value, std::optional<T> &out);

class Fields {
public:
    explicit Fields(const json &object) : m_object(object)
    {
        if (!object.is_object()) m_problem = "The parameters are not an object.";
    }
    template <class T> Fields &need(const char *name, T &out)
    {
        if (m_problem.empty() && !m_object.contains(name))
            m_problem = std::string("The member ") + name + " is missing.";
        return maybe(name, out);
    }
    template <class T> Fields &maybe(const char *name, T &out);
    Fields &check(bool good, const char *sentence)
    {
        if (m_problem.empty() && !good) m_problem = sentence;
        return *this;
    }
    const std::string &problem() const { return m_problem; }
    void setProblem(std::string sentence)
    {
        if (m_problem.empty()) m_problem = std::move(sentence);
    }

private:
    const json &m_object;
    std::string m_problem;
};

// A struct reads its own members; its sentence goes up through the Fields that hold it.
void members(Fields &f, MemoryRef &m)
{
    f.need("pid", m.pid).need("fd", m.fd).need("bytes", m.bytes).maybe("offset", m.offset);
}
void members(Fields &f, Geometry &g)
{
    Size3 size{};
    Spacing3 spacing{};
    std::array<double, 3> origin{};
    Matrix3 direction{1, 0, 0, 0, 1, 0, 0, 0, 1};
    f.need("size", size).need("spacing", spacing).maybe("origin", origin).maybe("direction", direction);
    if (!f.problem().empty()) return;
    auto made = Geometry::make(size, spacing, {origin[0], origin[1], origin[2]}, direction);
    if (made)
        g = *made;
    else
        f.setProblem(made.error().message);
}
void members(Fields &f, InitializeParams &p) { f.need("protocolVersion", p.protocolVersion).maybe("client", p.client); }
void members(Fields &f, DeviceInfo &d)
{
    f.need("id", d.id).maybe("name", d.name).maybe("memoryBytes", d.memoryBytes).maybe("precisions", d.precisions);
}
void members(Fields &f, InitializeResult &r)
{
    f.need("protocolVersion", r.protocolVersion).maybe("name", r.name).maybe("version", r.version);
    f.maybe("capabilities", r.capabilities).maybe("devices", r.devices);
}
void members(Fields &f, ModelInfo &m)
{
    f.need("id", m.id).maybe("name", m.name).maybe("version", m.version).maybe("sha256", m.sha256);
    f.maybe("licence", m.licence).maybe("statement", m.statement).need("schemeId", m.schemeId);
    f.maybe("sequences", m.sequences).maybe("required", m.required).maybe("spacingMm", m.spacingMm);
    f.maybe("bundled", m.bundled).maybe("prompts", m.prompts).maybe("problem", m.problem);
}
void members(Fields &f, ModelsResult &r) { f.need("models", r.models); }
template <class P> void common(Fields &f, P &p)
{
    f.maybe("model", p.model).maybe("looks", p.looks).maybe("lookKind", p.lookKind).maybe("device", p.device);
    f.maybe("precision", p.precision).maybe("overlap", p.overlap).maybe("memoryLimitBytes", p.memoryLimitBytes);
    f.check(p.looks >= 1 && p.looks <= kMaxLooks, "The member looks is not between 1 and 64.");
    f.check(p.overlap >= 0 && p.overlap < 0.95, "The member overlap is not between 0 and 0.95.");
    f.check(p.memoryLimitBytes >= 0, "The member memoryLimitBytes is below 0.");
}
void members(Fields &f, EstimateParams &p)
{
    f.need("grid", p.grid).need("sequences", p.sequences);
    common(f, p);
}
void members(Fields &f, EstimateResult &r)
{
    f.maybe("secondsFirstLook", r.secondsFirstLook).maybe("secondsAll", r.secondsAll);
    f.maybe("peakBytes", r.peakBytes).maybe("availableBytes", r.availableBytes).need("fits", r.fits);
    f.maybe("problem", r.problem).maybe("model", r.model).maybe("device", r.device);
    f.maybe("precision", r.precision).maybe("missing", r.missing);
}
void members(Fields &f, SequenceRef &s)
{
    f.need("sequence", s.sequence).need("geometry", s.geometry).need("memory", s.memory);
}
void members(Fields &f, PredictParams &p)
{
    f.need("sequences", p.sequences).maybe("referenceGrid", p.referenceGrid).need("output", p.output);
    common(f, p);
    f.check(!p.sequences.empty() && p.sequences.size() <= 16, "Between 1 and 16 sequences are needed.");
}
void members(Fields &f, OutputSection &s)
{
    f.need("name", s.name).need("offset", s.offset).need("bytes", s.bytes).maybe("classes", s.classes);
    f.check(s.offset >= 0 && s.bytes >= 0 && s.classes >= 1 && s.classes <= kMaxClasses,
            "A section's numbers make no sense.");
}
void members(Fields &f, QualityInfo &q)
{
    f.need("predictedDice", q.predictedDice).need("low", q.low).need("high", q.high).maybe("cases", q.cases);
}
void members(Fields &f, UnusualInfo &u)
{
    f.need("score", u.score).maybe("limit", u.limit).maybe("reasons", u.reasons);
}
void members(Fields &f, PredictResult &r)
{
    f.maybe("modelName", r.modelName).maybe("modelVersion", r.modelVersion).maybe("modelSha256", r.modelSha256);
    f.maybe("modelTitle", r.modelTitle).need("schemeId", r.schemeId).maybe("device", r.device);
    f.maybe("precision", r.precision).need("grid", r.grid).maybe("thresholds", r.thresholds);
    f.maybe("used", r.used).maybe("missing", r.missing).maybe("workingSpacingMm", r.workingSpacingMm);
    f.maybe("volumesMl", r.volumesMl).maybe("volumeVariation", r.volumeVariation);
    f.maybe("calibrationCases", r.calibrationCases).maybe("quality", r.quality).maybe("unusual", r.unusual);
    f.need("sections", r.sections).maybe("looksDone", r.looksDone).maybe("seconds", r.seconds);
    f.maybe("peakResidentBytes", r.peakResidentBytes);
}
void members(Fields &f, PromptClickInfo &c)
{
    f.need("at", c.at).need("label", c.label).need("belongs", c.belongs);
    f.check(c.label >= 1 && c.label <= 255, "The label of a click is not between 1 and 255.");
}
void members(Fields &f, PromptParams &p)
{
    f.maybe("model", p.model).need("caseKey", p.caseKey).need("sequences", p.sequences).need("grid", p.grid);
    f.need("mask", p.mask).maybe("clicks", p.clicks).maybe("device", p.device).maybe("precision", p.precision);
    f.need("output", p.output);
    f.check(!p.sequences.empty() && p.sequences.size() <= 16, "Between 1 and 16 sequences are needed.");
    f.check(p.clicks.size() <= kMostPromptClicks, "There are more clicks than one request may hold.");
}
void members(Fields &f, PromptResult &r)
{
    f.maybe("modelName", r.modelName).maybe("modelVersion", r.modelVersion).maybe("modelSha256", r.modelSha256);
    f.need("schemeId", r.schemeId).maybe("device", r.device).maybe("precision", r.precision);
    f.need("start", r.start).need("size", r.size).maybe("seconds", r.seconds);
    f.maybe("prepareSeconds", r.prepareSeconds);
}
void members(Fields &f, CancelParams &p) { f.need("id", p.id); }
void members(Fields &f, ProgressEvent &e)
{
    f.need("id", e.id).need("done", e.done).maybe("stage", e.stage).maybe("secondsLeft", e.secondsLeft);
}
void members(Fields &f, FirstResultEvent &e) { f.need("id", e.id).need("result", e.result); }
void members(Fields &f, LookEvent &e) { f.need("id", e.id).need("look", e.look).need("of", e.of); }

template <class T>
concept Struct = requires(Fields &f, T &t) { members(f, t); };

template <class T> std::string readInto(const json &value, T &out, const char *name)
{
    if constexpr (Struct<T>) {
        Fields fields(value);
        members(fields, out);
        return fields.problem();
    } else {
        return read(value, out) ? "" : std::string("The member ") + name + " is not of its type or out of range.";
    }
}

template <class T> Fields &Fields::maybe(const char *name, T &out)
{
    if (!m_problem.empty()) return *this;
    if (const auto found = m_object.find(name); found != m_object.end()) {
        if constexpr (Struct<T>) { // the inner sentence says more than "is not of its type"
            m_problem = found->is_object() ? readInto(*found, out, name)
                                           : std::string("The member ") + name + " is not an object.";
        } else if constexpr (requires(typename T::value_type v) {
                                 requires Struct<decltype(v)>;
                                 requires std::same_as<T, std::vector<decltype(v)>>;
                             }) {
            if (!found->is_array()) {
                m_problem = std::string("The member ") + name + " is not an array.";
                return *this;
            }
            out.clear();
            for (const json &item : *found) {
                m_problem = readInto(item, out.emplace_back(), name);
                if (!m_problem.empty()) return *this;
            }
        } else {
            m_problem = readInto(*found, out, name);
        }
    }
    return *this;
}

template <class T> bool read(const json &value, std::vector<T> &out)
{
    if (!value.is_array()) return false;
    out.clear();
    for (const json &item : value)
        if (!read(item, out.emplace_back())) return false;
    return true;
}

template <class T> bool read(const json &value, std::map<std::string, T> &out)
{
    if (!value.is_object()) return false;
    out.clear();
    for (const auto &[key, item] : value.items())
        if (!read(item, out[key])) return false;
    return true;
}

template <class T> bool read(const json &value, std::optional<T> &out)
{
    out.reset();
    if (value.is_null()) return true;
    T made{};
    if (!readInto(value, made, "").empty()) return false;
    out = std::move(made);
    return true;
}

} // namespace

std::int64_t outputBytes(std::int64_t voxels) { return voxels * (1 + 3 * kMaxClasses + 2); }

int referenceOf(const std::vector<Sequence> &sequences)
{
    for (const Sequence wanted : {Sequence::T1c, Sequence::Flair, Sequence::T1, Sequence::T2})
        if (const auto found = std::ranges::find(sequences, wanted); found != sequences.end())
            return int(found - sequences.begin());
    return sequences.empty() ? -1 : 0;
}

const OutputSection *PredictResult::section(std::string_view name) const
{
    for (const OutputSection &candidate : sections)
        if (candidate.name == name) return &candidate;
    return nullptr;
}

json toJson(const Geometry &g)
{
    return {{"size", g.size()},
            {"spacing", g.spacing()},
            {"origin", {g.origin().x, g.origin().y, g.origin().z}},
            {"direction", g.direction()}};
}

json toJson(const MemoryRef &m) { return {{"pid", m.pid}, {"fd", m.fd}, {"bytes", m.bytes}, {"offset", m.offset}}; }

json toJson(const InitializeParams &p) { return {{"protocolVersion", p.protocolVersion}, {"client", p.client}}; }

json toJson(const InitializeResult &r)
{
    return {{"protocolVersion", r.protocolVersion},
            {"name", r.name},
            {"version", r.version},
            {"capabilities", r.capabilities},
            {"devices", listToJson(r.devices)}};
}

json toJson(const ModelsResult &r) { return {{"models", listToJson(r.models)}}; }

template <class P> static void addCommon(json &out, const P &p)
{
    out["model"] = p.model;
    out["looks"] = p.looks;
    out["lookKind"] = nameOf(p.lookKind);
    out["device"] = p.device;
    out["precision"] = p.precision;
    out["overlap"] = p.overlap;
    out["memoryLimitBytes"] = p.memoryLimitBytes;
}

json toJson(const EstimateParams &p)
{
    json out = {{"grid", toJson(p.grid)}, {"sequences", toJson(p.sequences)}};
    addCommon(out, p);
    return out;
}

json toJson(const EstimateResult &r)
{
    return {{"secondsFirstLook", r.secondsFirstLook},
            {"secondsAll", r.secondsAll},
            {"peakBytes", r.peakBytes},
            {"availableBytes", r.availableBytes},
            {"fits", r.fits},
            {"problem", r.problem},
            {"model", r.model},
            {"device", r.device},
            {"precision", r.precision},
            {"missing", toJson(r.missing)}};
}

json toJson(const PredictParams &p)
{
    json out = {{"sequences", listToJson(p.sequences)}, {"output", toJson(p.output)}};
    if (p.referenceGrid) out["referenceGrid"] = toJson(*p.referenceGrid);
    addCommon(out, p);
    return out;
}

json toJson(const PredictResult &r)
{
    return {{"calibrationCases", r.calibrationCases},
            {"quality", r.quality ? toJson(*r.quality) : json(nullptr)},
            {"unusual", r.unusual ? toJson(*r.unusual) : json(nullptr)},
            {"modelName", r.modelName},
            {"modelVersion", r.modelVersion},
            {"modelSha256", r.modelSha256},
            {"schemeId", r.schemeId},
            {"device", r.device},
            {"precision", r.precision},
            {"modelTitle", r.modelTitle},
            {"grid", toJson(r.grid)},
            {"thresholds", r.thresholds},
            {"used", toJson(r.used)},
            {"missing", toJson(r.missing)},
            {"workingSpacingMm", r.workingSpacingMm},
            {"volumesMl", r.volumesMl},
            {"volumeVariation", r.volumeVariation},
            {"sections", listToJson(r.sections)},
            {"looksDone", r.looksDone},
            {"seconds", r.seconds},
            {"peakResidentBytes", r.peakResidentBytes}};
}

json toJson(const PromptParams &p)
{
    return {{"model", p.model},       {"caseKey", p.caseKey},     {"sequences", listToJson(p.sequences)},
            {"grid", toJson(p.grid)}, {"mask", toJson(p.mask)},   {"clicks", listToJson(p.clicks)},
            {"device", p.device},     {"precision", p.precision}, {"output", toJson(p.output)}};
}

json toJson(const PromptResult &r)
{
    return {{"modelName", r.modelName},
            {"modelVersion", r.modelVersion},
            {"modelSha256", r.modelSha256},
            {"schemeId", r.schemeId},
            {"device", r.device},
            {"precision", r.precision},
            {"start", r.start},
            {"size", r.size},
            {"seconds", r.seconds},
            {"prepareSeconds", r.prepareSeconds}};
}

json toJson(const CancelParams &p) { return {{"id", toJson(p.id)}}; }

json toJson(const ProgressEvent &e)
{
    return {{"id", toJson(e.id)},
            {"done", e.done},
            {"stage", e.stage},
            {"secondsLeft", e.secondsLeft ? json(*e.secondsLeft) : json(nullptr)}};
}

json toJson(const FirstResultEvent &e) { return {{"id", toJson(e.id)}, {"result", toJson(e.result)}}; }

json toJson(const LookEvent &e) { return {{"id", toJson(e.id)}, {"look", e.look}, {"of", e.of}}; }

template <class T> Result<T> fromJson(const json &value)
{
    T out;
    Fields fields(value);
    if (fields.problem().empty()) members(fields, out);
    if (!fields.problem().empty()) return fail(Errc::InvalidArgument, fields.problem());
    return out;
}

template Result<Geometry> fromJson(const json &);
template Result<MemoryRef> fromJson(const json &);
template Result<InitializeParams> fromJson(const json &);
template Result<InitializeResult> fromJson(const json &);
template Result<ModelsResult> fromJson(const json &);
template Result<EstimateParams> fromJson(const json &);
template Result<EstimateResult> fromJson(const json &);
template Result<PredictParams> fromJson(const json &);
template Result<PredictResult> fromJson(const json &);
template Result<PromptParams> fromJson(const json &);
template Result<PromptResult> fromJson(const json &);
template Result<CancelParams> fromJson(const json &);
template Result<ProgressEvent> fromJson(const json &);
template Result<FirstResultEvent> fromJson(const json &);
template Result<LookEvent> fromJson(const json &);

} // namespace glio::protocol
