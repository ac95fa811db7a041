#include "glioscope/annotation/EditedScheme.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <mutex>

namespace glio {
namespace {

std::string key(Label label, const char *what) { return std::string(kLabelKey) + std::to_string(label) + what; }

/// "label.7.name" is of label 7; 0 for what is no such key.
Label labelOf(std::string_view key)
{
    key.remove_prefix(kLabelKey.size());
    unsigned value = 0;
    const auto [end, code] = std::from_chars(key.data(), key.data() + key.size(), value);
    return code == std::errc() && end != key.data() + key.size() && *end == '.' && value < 256 ? Label(value)
                                                                                               : Label{0};
}

struct Edit {
    std::string name;
    std::optional<Rgb> colour;
    bool added = false;
};

std::map<Label, Edit> editsIn(const std::map<std::string, std::string> &states)
{
    std::map<Label, Edit> edits;
    for (auto at = states.lower_bound(std::string(kLabelKey)); at != states.end() && at->first.starts_with(kLabelKey);
         ++at) {
        const Label label = labelOf(at->first);
        if (label == 0 || at->second.empty()) continue;
        if (at->first == labelNameKey(label)) edits[label].name = at->second;
        if (at->first == labelColourKey(label)) edits[label].colour = colourFrom(at->second);
        if (at->first == labelAddedKey(label)) edits[label].added = true;
    }
    return edits;
}

LabelDefinition addedLabel(Label value)
{
    LabelDefinition label{.value = value, .id = "L" + std::to_string(value), .name = "Label " + std::to_string(value)};
    label.colour = label.classicColour = colourOfAdded(value);
    label.category = {"SCT", "49755003", "Morphologically Abnormal Structure"};
    label.type = {"SCT", "52988006", "Lesion"};
    label.added = true;
    return label;
}

LabelScheme made(const LabelScheme &base, const std::map<Label, Edit> &edits)
{
    std::vector<LabelDefinition> labels = base.labels();
    std::vector<RegionDefinition> regions = base.regions();
    for (const auto &[value, edit] : edits)
        if (edit.added && !base.label(value)) {
            labels.push_back(addedLabel(value));
            regions.push_back({labels.back().id, labels.back().name, {value}});
        }
    for (LabelDefinition &label : labels) {
        const auto found = edits.find(label.value);
        if (found == edits.end()) continue;
        if (const Edit &edit = found->second; !edit.name.empty()) {
            label.name = edit.name;
            label.ownName = true;
        }
        if (const auto &colour = found->second.colour) {
            label.colour = label.classicColour = *colour;
            label.ownColour = true;
        }
        for (RegionDefinition &region : regions)
            if (region.id == label.id && label.ownName) {
                region.name = label.name;
                region.ownName = true;
            }
    }
    return base.with(std::move(labels), std::move(regions));
}

} // namespace

std::string labelNameKey(Label label) { return key(label, ".name"); }
std::string labelColourKey(Label label) { return key(label, ".colour"); }
std::string labelAddedKey(Label label) { return key(label, ".added"); }

std::string colourText(const Rgb &colour)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "#";
    for (const std::uint8_t part : {colour.r, colour.g, colour.b}) {
        text += digits[part >> 4];
        text += digits[part & 15];
    }
    return text;
}

std::optional<Rgb> colourFrom(std::string_view text)
{
    unsigned value = 0;
    if (text.size() != 7 || text[0] != '#') return std::nullopt;
    const auto [end, code] = std::from_chars(text.data() + 1, text.data() + 7, value, 16);
    if (code != std::errc() || end != text.data() + 7) return std::nullopt;
    return Rgb{std::uint8_t(value >> 16), std::uint8_t(value >> 8), std::uint8_t(value)};
}

const LabelScheme &editedScheme(const LabelScheme &base, const std::map<std::string, std::string> &states)
{
    const std::map<Label, Edit> edits = editsIn(states);
    if (edits.empty()) return base;
    std::string same = base.id(); // what two edited schemes have in common, and only they
    for (const auto &[value, edit] : edits)
        same += '\n' + std::to_string(value) + (edit.added ? "+" : "=") +
                (edit.colour ? colourText(*edit.colour) : "") + ' ' + std::to_string(edit.name.size()) + ' ' +
                edit.name;
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<const LabelScheme>> known;
    const std::lock_guard lock(mutex);
    std::unique_ptr<const LabelScheme> &scheme = known[same];
    if (!scheme) scheme = std::make_unique<const LabelScheme>(made(base, edits));
    return *scheme;
}

Label freeLabel(const LabelScheme &scheme)
{
    for (int value = 1; value < 256; ++value)
        if (!scheme.label(Label(value))) return Label(value);
    return 0;
}

Rgb colourOfAdded(Label label)
{
    const double turn = std::fmod(0.11 + 0.618033988749895 * label, 1.0); // the golden angle never comes back
    const double light = label % 3 == 0 ? 0.95 : label % 3 == 1 ? 0.75 : 0.85, strength = label % 2 == 0 ? 0.75 : 0.5;
    const auto part = [&](double shift) {
        const double wave = std::abs(std::fmod(turn + shift, 1.0) * 6 - 3) - 1;
        return std::uint8_t(std::lround(255 * light * (1 - strength * (1 - std::clamp(wave, 0.0, 1.0)))));
    };
    return {part(0), part(2.0 / 3), part(1.0 / 3)};
}

} // namespace glio
