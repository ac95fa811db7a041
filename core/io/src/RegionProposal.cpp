#include "glioscope/io/RegionProposal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <vector>

namespace glio::io {
namespace {
/// Lower case words; what is neither letter nor digit parts them (bytes of UTF-8 count as letters).
std::vector<std::string> wordsOf(std::string_view name)
{
    std::vector<std::string> list;
    std::string word;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || byte >= 128) {
            word.push_back(char(std::tolower(byte)));
        } else if (!word.empty()) {
            list.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) list.push_back(std::move(word));
    return list;
}
} // namespace

std::string proposeRegion(std::string_view name)
{
    const auto words = wordsOf(name);
    const auto has = [&](std::initializer_list<std::string_view> wanted) {
        return std::any_of(wanted.begin(), wanted.end(),
                           [&](auto word) { return std::find(words.begin(), words.end(), word) != words.end(); });
    };
    const auto begins = [&](std::string_view start) {
        return std::any_of(words.begin(), words.end(), [&](const auto &word) { return word.starts_with(start); });
    };
    if (has({"no", "not", "without", "minus", "normal", "healthy", "background", "clear", "outside"})) return {};

    std::set<std::string> found;
    bool enhances = false;
    for (std::size_t n = 0; n < words.size(); ++n) {
        const bool negated = n > 0 && words[n - 1] == "non";
        if (words[n] == "et" || words[n].starts_with("enhanc")) {
            if (negated) found.insert("NET");
            enhances = enhances || !negated;
        } else if (words[n].starts_with("nonenhanc") || words[n] == "net" || words[n] == "netc") {
            found.insert("NET");
        }
    }
    if (enhances) found.insert("ET");
    if (begins("necro") || has({"ncr"})) found.insert("NCR");
    if (begins("edema") || begins("oedema") || has({"ed", "snfh"})) found.insert("ED");
    if (begins("cyst") || has({"cc"})) found.insert("CC");
    if (has({"cavity", "rc"})) found.insert("RC");
    if (found == std::set<std::string>{"NCR", "NET"}) return "NET";
    if (found.size() > 1) return {};
    if (!found.empty()) return *found.begin();

    const bool tumour = has({"tumor", "tumour", "lesion", "neoplasm", "glioma"});
    if (has({"tc"}) || (tumour && has({"core"}))) return "TC";
    if (has({"wt"}) || (tumour && has({"whole", "entire", "complete", "total"}))) return "WT";
    return tumour && words.size() == 1 && words.front() != "lesion" ? "WT" : "";
}

std::string proposeRegion(const CodedTerm &type)
{
    struct Known {
        std::string_view scheme, value, region;
    };
    static constexpr std::array<Known, 15> known{{{"NCIt", "C113842", "ET"},
                                                  {"NCIt", "C81175", "NET"},
                                                  {"SCT", "6574001", "NCR"},
                                                  {"SRT", "M-54000", "NCR"},
                                                  {"SCT", "79654002", "ED"},
                                                  {"SRT", "M-36300", "ED"},
                                                  {"NCIt", "C121674", "ED"},
                                                  {"SCT", "367643001", "CC"},
                                                  {"99GLIO", "RC", "RC"},
                                                  {"SCT", "108369006", "WT"},
                                                  {"SCT", "372087000", "WT"},
                                                  {"SCT", "86049000", "WT"},
                                                  {"SCT", "14799000", "WT"},
                                                  {"UMLS", "C3830314", "ET"},
                                                  {"UMLS", "C2825493", "NET"}}};
    for (const auto &term : known)
        if (type.scheme == term.scheme && type.value == term.value) return std::string(term.region);
    return {};
}

} // namespace glio::io
