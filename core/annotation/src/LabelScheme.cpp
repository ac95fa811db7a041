#include "glioscope/annotation/LabelScheme.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Paths.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <utility>

namespace glio {
namespace {
using nlohmann::json;

/// What is wrong with a scheme's text, on the way out of the parser.
struct Fault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

const json &member(const json &object, const char *key, std::string_view where)
{
    if (!object.is_object() || !object.contains(key)) throw Fault(std::string(where) + " has no \"" + key + "\".");
    return object.at(key);
}
std::string stringMember(const json &object, const char *key, const std::string &where)
{
    const json &value = member(object, key, where);
    if (!value.is_string() || value.get_ref<const std::string &>().empty())
        throw Fault("\"" + std::string(key) + "\" of " + where + " is not a text.");
    return value.get<std::string>();
}
int wholeNumber(const json &value, int least, int most, const std::string &where)
{
    if (!value.is_number_integer() || value.get<std::int64_t>() < least || value.get<std::int64_t>() > most)
        throw Fault(where + " is not a whole number from " + std::to_string(least) + " to " + std::to_string(most) +
                    ".");
    return value.get<int>();
}
Rgb colour(const json &object, const char *key, const std::string &where)
{
    const std::string text = stringMember(object, key, where);
    const auto isHex = [](unsigned char c) { return std::isxdigit(c) != 0; };
    if (text.size() != 7 || text[0] != '#' || !std::all_of(text.begin() + 1, text.end(), isHex))
        throw Fault("\"" + std::string(key) + "\" of " + where + " is not a colour such as #FFB31A.");
    const auto value = std::stoul(text.substr(1), nullptr, 16);
    return {std::uint8_t(value >> 16), std::uint8_t(value >> 8), std::uint8_t(value)};
}
CodedTerm term(const json &object, const char *key, const std::string &where)
{
    const json &value = member(object, key, where);
    const std::string inside = "\"" + std::string(key) + "\" of " + where;
    return {stringMember(value, "scheme", inside), stringMember(value, "value", inside),
            stringMember(value, "meaning", inside)};
}
LabelPattern pattern(const json &object, const std::string &where)
{
    static constexpr std::array<std::pair<const char *, LabelPattern>, 5> names{{{"none", LabelPattern::None},
                                                                                 {"hatch45", LabelPattern::Hatch45},
                                                                                 {"dots", LabelPattern::Dots},
                                                                                 {"hatch135", LabelPattern::Hatch135},
                                                                                 {"cross", LabelPattern::Cross}}};
    const std::string text = stringMember(object, "pattern", where);
    for (const auto &[name, value] : names)
        if (text == name) return value;
    throw Fault("The pattern \"" + text + "\" of " + where + " is not known.");
}

constexpr std::array kShipped{"brats-ped-2024", "brats-ped-2023", "brats-2015", "brats-2021",
                              "brats-2023",     "brats-gli-2024", "msd-task01", "lgg"};

std::vector<LabelScheme> readShipped()
{
    std::vector<LabelScheme> schemes;
    for (const char *id : kShipped) {
        const auto path = resourceDir() / "labelschemes" / (std::string(id) + ".json");
        const auto text = readFile(path, 1 << 20);
        // A program without its own label schemes is not installed whole: nothing that it says would be right.
        if (!text) throw std::runtime_error(text.error().message + " Install Glioscope again.");
        auto scheme = LabelScheme::parse(*text, path.string());
        if (!scheme) throw std::runtime_error(scheme.error().message + " Install Glioscope again.");
        schemes.push_back(std::move(*scheme));
    }
    return schemes;
}

const LabelDefinition *withCanonical(const LabelScheme &scheme, Label canonical)
{
    if (canonical == 0) return nullptr;
    const LabelDefinition *found = nullptr;
    for (const auto &label : scheme.labels()) {
        if (label.canonical != canonical) continue;
        if (!found || label.id == "NET") found = &label; // of NCR and NET, canonical 2 means NET
    }
    return found;
}
bool isWholeTumourOnly(const LabelScheme &scheme)
{
    return scheme.labels().size() == 1 && scheme.labels().front().id == "WT";
}

/// The value in `to` for one label of `from`.
Label convertedValue(const LabelDefinition &label, const LabelScheme &from, const LabelScheme &to)
{
    if (isWholeTumourOnly(to)) {
        const auto *whole = from.region("WT");
        return whole && whole->contains(label.value) ? to.labels().front().value : Label{0};
    }
    if (const auto *same = to.label(std::string_view(label.id))) return same->value;
    if (const auto *same = withCanonical(to, label.canonical)) return same->value;
    constexpr Label net = 2, cyst = 3;
    if (label.canonical == cyst) // part of the core that does not enhance
        if (const auto *core = withCanonical(to, net)) return core->value;
    return 0;
}
} // namespace

bool RegionDefinition::contains(Label label) const
{
    return std::find(labels.begin(), labels.end(), label) != labels.end();
}

const LabelDefinition *LabelScheme::label(Label value) const
{
    const auto found = std::find_if(m_labels.begin(), m_labels.end(), [&](const auto &l) { return l.value == value; });
    return found == m_labels.end() ? nullptr : &*found;
}
const LabelDefinition *LabelScheme::label(std::string_view id) const
{
    const auto found = std::find_if(m_labels.begin(), m_labels.end(), [&](const auto &l) { return l.id == id; });
    return found == m_labels.end() ? nullptr : &*found;
}
LabelScheme LabelScheme::with(std::vector<LabelDefinition> labels, std::vector<RegionDefinition> regions) const
{
    LabelScheme changed = *this;
    changed.m_labels = std::move(labels);
    changed.m_regions = std::move(regions);
    return changed;
}

const RegionDefinition *LabelScheme::region(std::string_view id) const
{
    const auto found = std::find_if(m_regions.begin(), m_regions.end(), [&](const auto &r) { return r.id == id; });
    return found == m_regions.end() ? nullptr : &*found;
}

Result<LabelScheme> LabelScheme::parse(std::string_view text, const std::string &origin)
try {
    const json root = json::parse(text);
    LabelScheme scheme;
    scheme.m_id = stringMember(root, "id", "the scheme");
    scheme.m_name = stringMember(root, "name", "the scheme");
    const auto &labels = member(root, "labels", "the scheme");
    if (!labels.is_array() || labels.empty()) throw Fault("\"labels\" is not a list with entries.");
    for (const json &entry : labels) {
        LabelDefinition label;
        label.value = Label(wholeNumber(member(entry, "value", "a label"), 1, 255, "\"value\" of a label"));
        const std::string where = "label " + std::to_string(label.value);
        label.id = stringMember(entry, "id", where);
        label.name = stringMember(entry, "name", where);
        label.colour = colour(entry, "colour", where);
        label.classicColour = colour(entry, "classicColour", where);
        label.pattern = pattern(entry, where);
        label.category = term(entry, "category", where);
        label.type = term(entry, "type", where);
        label.canonical = Label(wholeNumber(member(entry, "canonical", where), 0, 4, "\"canonical\" of " + where));
        if (!scheme.m_labels.empty() && label.value <= scheme.m_labels.back().value)
            throw Fault("The values of the labels do not ascend at " + where + ".");
        if (scheme.label(std::string_view(label.id))) throw Fault("The id " + label.id + " occurs twice.");
        scheme.m_labels.push_back(std::move(label));
    }
    const json &regions = member(root, "regions", "the scheme");
    if (!regions.is_array()) throw Fault("\"regions\" is not a list.");
    for (const json &entry : regions) {
        RegionDefinition region;
        region.id = stringMember(entry, "id", "a region");
        region.name = stringMember(entry, "name", "region " + region.id);
        const std::string where = "region " + region.id;
        const json &values = member(entry, "labels", where);
        if (!values.is_array() || values.empty()) throw Fault("Region " + region.id + " has no labels.");
        for (const json &value : values) {
            const auto number = Label(wholeNumber(value, 1, 255, "A label of region " + region.id));
            if (!scheme.label(number) || region.contains(number))
                throw Fault("Region " + region.id + " names label " + std::to_string(number) + ", which is " +
                            (region.contains(number) ? "there already." : "not in the scheme."));
            region.labels.push_back(number);
        }
        if (scheme.region(region.id)) throw Fault("Region " + region.id + " occurs twice.");
        scheme.m_regions.push_back(std::move(region));
    }
    if (!scheme.region("WT")) throw Fault("The region WT is missing.");
    for (const auto &label : scheme.m_labels)
        if (!scheme.region(label.id)) scheme.m_regions.push_back({label.id, label.name, {label.value}});
    return scheme;
} catch (const Fault &fault) {
    return fail(Errc::InvalidArgument, "The label scheme '" + origin + "' cannot be used: " + fault.what());
} catch (const json::exception &error) {
    return fail(Errc::InvalidArgument, "The label scheme '" + origin + "' is not readable JSON: " + error.what());
}

const std::vector<LabelScheme> &labelSchemes()
{
    static const std::vector<LabelScheme> schemes = readShipped();
    return schemes;
}
const LabelScheme *findLabelScheme(std::string_view id)
{
    const auto &all = labelSchemes();
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto &scheme) { return scheme.id() == id; });
    return found == all.end() ? nullptr : &*found;
}
const LabelScheme &defaultLabelScheme() { return labelSchemes().front(); }

std::vector<Label> labelsPresent(const LabelVolume &mask)
{
    std::array<bool, 256> seen{};
    for (const auto value : mask.voxels())
        seen[value] = true;
    std::vector<Label> labels;
    for (int value = 1; value < 256; ++value)
        if (seen[std::size_t(value)]) labels.push_back(Label(value));
    return labels;
}

Result<LabelVolume> convertLabels(const LabelVolume &mask, const LabelScheme &from, const LabelScheme &to)
{
    const auto present = labelsPresent(mask);
    for (const auto value : present)
        if (!from.label(value))
            return fail(Errc::InvalidArgument, "The mask holds the value " + std::to_string(value) +
                                                   ", which the scheme " + from.id() +
                                                   " does not have. Choose the scheme that it was made with.");
    if (from.id() == to.id()) return mask;
    if (isWholeTumourOnly(from) && !isWholeTumourOnly(to) && !present.empty())
        return fail(Errc::InvalidArgument,
                    "A mask of the scheme " + from.id() +
                        " knows only the whole tumour, so it cannot be turned into the parts of " + to.id() +
                        ". Segment the case to get them.");
    std::array<Label, 256> table{};
    for (const auto &label : from.labels())
        table[label.value] = convertedValue(label, from, to);
    LabelVolume converted(mask.geometry());
    const auto source = mask.voxels();
    const auto target = converted.edit();
    for (std::size_t n = 0; n < source.size(); ++n)
        target[n] = table[source[n]];
    return converted;
}

} // namespace glio
