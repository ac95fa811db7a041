#include "glioscope/annotation/LabelScheme.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>

namespace glio {
namespace {
std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}
bool fits(const LabelScheme &scheme, std::span<const Label> values)
{
    return std::all_of(values.begin(), values.end(), [&](Label v) { return scheme.label(v) != nullptr; });
}
bool has(std::span<const Label> values, Label value)
{
    return std::find(values.begin(), values.end(), value) != values.end();
}

/// "scheme=ID" in a text; empty when there is none or the id is not known.
std::string statedId(std::string_view description)
{
    constexpr std::string_view key = "scheme=";
    const auto at = description.find(key);
    if (at == std::string_view::npos) return {};
    std::string id;
    for (const char c : description.substr(at + key.size())) {
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-') break;
        id.push_back(c);
    }
    return findLabelScheme(id) ? id : std::string();
}

/// "brats_007": MSD's Task01 numbers its cases with three digits and says nothing else.
bool isMsdName(const std::string &name)
{
    constexpr std::string_view start = "brats_";
    if (!name.starts_with(start) || name.size() < start.size() + 3) return false;
    for (std::size_t n = start.size(); n < start.size() + 3; ++n)
        if (!std::isdigit(static_cast<unsigned char>(name[n]))) return false;
    return name.size() == start.size() + 3 || name[start.size() + 3] == '.';
}

using Candidates = std::vector<SchemeCandidate>;

/// What a file's or folder's name says; empty when it follows no pattern. algorithms.md B.1, B.2.
Candidates byName(const std::string &name, std::span<const Label> values, const Size3 &size)
{
    const auto contains = [&](std::string_view part) { return name.find(part) != std::string::npos; };
    if (contains("brats-ped-")) {
        if (has(values, 4))
            return {
                {"brats-ped-2024", "The name is BraTS-PED's and value 4 occurs, which the set of 2023 does not have."}};
        return {{"brats-ped-2024", "The name is BraTS-PED's, as the sets of 2024 and 2025 are called."},
                {"brats-ped-2023", "The name is BraTS-PED's, and the values also fit the set of 2023."}};
    }
    if (contains("brats-gli-")) {
        if (size == Size3{182, 218, 182})
            return {{"brats-gli-2024", "The name is BraTS-GLI's and the grid of 182x218x182 is that of 2024."}};
        if (has(values, 4))
            return {{"brats-gli-2024", "The name is BraTS-GLI's and value 4 occurs, the cavity of 2024."}};
        return {{"brats-2023", "The name is BraTS-GLI's and the values are those of 2023."},
                {"brats-gli-2024", "The name is BraTS-GLI's, and the values also fit the set of 2024."}};
    }
    for (const std::string_view set : {"brats-ssa-", "brats-men-", "brats-met-", "brats-africa"})
        if (contains(set)) return {{"brats-2023", "The name is that of a BraTS set of 2023."}};
    for (const std::string_view set : {"brats2021_", "brats20_", "brats19_", "brats18_", "brats17_", "brats2020",
                                       "brats2019", "brats2018", "brats2017"})
        if (contains(set)) return {{"brats-2021", "The name is that of an adult BraTS set of 2017 to 2021."}};
    for (const std::string_view set :
         {"brats_2013", "brats_2012", "brats_2014", "brats2015", "brats2013", "vsd.brain", "brats_tcia"})
        if (contains(set)) return {{"brats-2015", "The name is that of a BraTS set of 2012 to 2015."}};
    if (isMsdName(name)) return {{"msd-task01", "The name is that of the Decathlon's brain tumour task."}};
    if (name.starts_with("tcga_") && name.find("mask") != std::string::npos)
        return {{"lgg", "The name is that of the low-grade glioma set."}};
    return {};
}

/// In the order in which the sets are met, by the values alone.
Candidates byValues(std::span<const Label> values)
{
    struct Rule {
        const char *id, *reason;
    };
    const bool three = has(values, 3), four = has(values, 4);
    const bool onlyOne = values.size() == 1 && values.front() == 1;
    static constexpr std::array<Rule, 8> withBoth{
        {{"brats-ped-2024", "Values 3 and 4 occur: cyst and oedema there."},
         {"brats-2015", "Values 3 and 4 occur: non-enhancing and enhancing tumour there."},
         {"brats-gli-2024", "Values 3 and 4 occur: enhancing tumour and cavity there."}}};
    static constexpr std::array<Rule, 8> withFour{
        {{"brats-2021", "Value 4 occurs and 3 does not: enhancing tumour there."},
         {"brats-ped-2024", "Value 4 occurs: oedema there."},
         {"brats-2015", "Value 4 occurs: enhancing tumour there."},
         {"brats-gli-2024", "Value 4 occurs: resection cavity there."}}};
    static constexpr std::array<Rule, 8> upToThree{
        {{"brats-2023", "No value is above 3: value 3 is enhancing tumour there."},
         {"brats-ped-2024", "No value is above 3: value 3 is cyst there."},
         {"brats-ped-2023", "No value is above 3: value 3 is enhancing tumour there."},
         {"msd-task01", "No value is above 3: value 1 is oedema there."},
         {"brats-2021", "No value is above 2: value 1 is necrosis there."},
         {"brats-gli-2024", "No value is above 3: value 3 is enhancing tumour there."},
         {"brats-2015", "No value is above 3: value 3 is non-enhancing tumour there."}}};
    Candidates candidates;
    if (onlyOne) candidates.push_back({"lgg", "Only value 1 occurs: the whole tumour there."});
    for (const auto &rule : four ? (three ? withBoth : withFour) : upToThree)
        if (rule.id && fits(*findLabelScheme(rule.id), values)) candidates.push_back({rule.id, rule.reason});
    return candidates;
}
} // namespace

SchemeDetection detectScheme(std::span<const Label> valuesPresent, const std::filesystem::path &fileName,
                             std::string_view description, Size3 size)
{
    if (const auto id = statedId(description); !id.empty() && fits(*findLabelScheme(id), valuesPresent))
        return {{{id, "The file says so itself."}}, true};
    // The file's own name first, then the folder that the case lies in: seg.nii.gz says nothing by itself.
    for (const auto &name : {fileName.filename(), fileName.parent_path().filename()}) {
        auto named = byName(lower(name.string()), valuesPresent, size);
        std::erase_if(named, [&](const auto &c) { return !fits(*findLabelScheme(c.id), valuesPresent); });
        if (!named.empty()) {
            const bool certain = named.size() == 1;
            return {std::move(named), certain};
        }
    }
    if (valuesPresent.empty()) return {{{defaultLabelScheme().id(), "The mask is empty, so every scheme fits."}}, true};
    auto candidates = byValues(valuesPresent);
    const bool certain = candidates.size() == 1;
    return {std::move(candidates), certain};
}

} // namespace glio
