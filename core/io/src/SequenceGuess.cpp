#include "Text.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/io/CaseFiles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace glio::io {
namespace {
enum class Word { T1, T1c, T2, Flair, Other, Mask, Contrast, Native, Brain, Towards };
struct Entry {
    std::string_view word;
    Word meaning;
    bool certain = true;
};

// Words of file names and of series descriptions. BraTS 2012-2015: MR_T1c, MR_Flair, OT; 2017-2021: t1, t1ce, t2,
// flair, seg; 2023 and later: t1n, t1c, t2w, t2f, seg (algorithms.md B.2).
constexpr Entry kWords[] = {
    {"t1", Word::T1},
    {"t1n", Word::T1},
    {"t1w", Word::T1},
    {"t1pre", Word::T1},
    {"t1wpre", Word::T1},
    {"t1native", Word::T1},
    {"t1se", Word::T1, false},
    {"t1mprage", Word::T1, false},
    {"mprage", Word::T1, false},
    {"mpr", Word::T1, false},
    {"spgr", Word::T1, false},
    {"fspgr", Word::T1, false},
    {"bravo", Word::T1, false},
    {"tfe", Word::T1, false},
    {"t1c", Word::T1c},
    {"t1ce", Word::T1c},
    {"t1cw", Word::T1c},
    {"t1wc", Word::T1c},
    {"t1wce", Word::T1c},
    {"t1gd", Word::T1c},
    {"t1wgd", Word::T1c},
    {"t1gad", Word::T1c},
    {"t1post", Word::T1c},
    {"t1wpost", Word::T1c},
    {"t1km", Word::T1c},
    {"t1contrast", Word::T1c},
    {"ct1", Word::T1c},
    {"cet1", Word::T1c},
    {"cet1w", Word::T1c},
    {"postcontrast", Word::T1c, false},
    {"postgd", Word::T1c, false},
    {"t2", Word::T2},
    {"t2w", Word::T2},
    {"t2tse", Word::T2},
    {"t2fse", Word::T2},
    {"t2se", Word::T2},
    {"flair", Word::Flair},
    {"t2f", Word::Flair},
    {"t2flair", Word::Flair},
    {"flair3d", Word::Flair},
    {"3dflair", Word::Flair},
    {"fl", Word::Flair, false},
    {"tirm", Word::Flair, false},
    {"darkfluid", Word::Flair, false},
    {"dwi", Word::Other},
    {"adc", Word::Other},
    {"swi", Word::Other},
    {"swan", Word::Other},
    {"pd", Word::Other},
    {"pdw", Word::Other},
    {"t2star", Word::Other},
    {"t2s", Word::Other},
    {"gre", Word::Other, false},
    {"asl", Word::Other},
    {"dti", Word::Other},
    {"fa", Word::Other},
    {"md", Word::Other},
    {"bold", Word::Other},
    {"perf", Word::Other},
    {"perfusion", Word::Other},
    {"diffusion", Word::Other},
    {"dsc", Word::Other},
    {"dce", Word::Other},
    {"cbv", Word::Other},
    {"rcbv", Word::Other},
    {"mra", Word::Other},
    {"tof", Word::Other},
    {"trace", Word::Other},
    {"localizer", Word::Other},
    {"localiser", Word::Other},
    {"scout", Word::Other},
    {"brainmask", Word::Other},
    {"uncertainty", Word::Other},
    {"probabilities", Word::Other},
    {"probability", Word::Other},
    {"entropy", Word::Other},
    {"seg", Word::Mask},
    {"mask", Word::Mask},
    {"label", Word::Mask},
    {"labels", Word::Mask},
    {"segmentation", Word::Mask},
    {"gt", Word::Mask},
    {"groundtruth", Word::Mask},
    {"truth", Word::Mask},
    {"ot", Word::Mask},
    {"otmulticlass", Word::Mask},
    {"lesion", Word::Mask},
    {"lesions", Word::Mask},
    {"roi", Word::Mask},
    {"gtv", Word::Mask},
    {"prediction", Word::Mask},
    {"annotation", Word::Mask},
    {"post", Word::Contrast},
    {"c", Word::Contrast},
    {"ce", Word::Contrast},
    {"gd", Word::Contrast},
    {"gad", Word::Contrast},
    {"gado", Word::Contrast},
    {"gadolinium", Word::Contrast},
    {"gadovist", Word::Contrast},
    {"dotarem", Word::Contrast},
    {"contrast", Word::Contrast},
    {"enhanced", Word::Contrast},
    {"km", Word::Contrast},
    {"pre", Word::Native},
    {"native", Word::Native},
    {"without", Word::Native},
    {"brain", Word::Brain},
    {"head", Word::Brain},
    {"to", Word::Towards},
    {"regto", Word::Towards},
    {"space", Word::Towards},
    {"on", Word::Towards},
};

struct Token {
    std::string text;
    const Entry *entry = nullptr;
};

std::vector<Token> tokens(std::string_view words)
{
    std::vector<Token> list;
    std::string current;
    const auto flush = [&] {
        if (current.empty()) return;
        const auto *found =
            std::find_if(std::begin(kWords), std::end(kWords), [&](const Entry &e) { return e.word == current; });
        list.push_back({std::move(current), found == std::end(kWords) ? nullptr : found});
        current.clear();
    };
    for (const char raw : words) {
        const auto c = static_cast<unsigned char>(raw);
        if (std::isalnum(c)) {
            current.push_back(char(std::tolower(c)));
        } else {
            if (c == '*' && current == "t2") current = "t2star";
            flush();
        }
    }
    flush();
    for (std::size_t n = 1; n < list.size(); ++n) // "FLAIR to T1": the second is where it was moved to
        if (list[n - 1].entry && list[n - 1].entry->meaning == Word::Towards) list[n].entry = nullptr;
    return list;
}

bool isSequenceWord(const Entry *e) { return e && e->meaning <= Word::Flair; }

SequenceGuess decide(Sequence sequence, std::string reason, bool certain, bool isMask = false)
{
    return {sequence, std::move(reason), certain, isMask};
}

/// Nothing found: an empty reason.
SequenceGuess fromTokens(const std::vector<Token> &list, std::string_view what)
{
    const auto any = [&](Word meaning) {
        return std::any_of(list.begin(), list.end(),
                           [&](const Token &t) { return t.entry && t.entry->meaning == meaning; });
    };
    for (std::size_t n = 0; n < list.size(); ++n) {
        if (!list[n].entry || list[n].entry->meaning != Word::Mask) continue;
        const bool ofBrain = n > 0 && list[n - 1].entry && list[n - 1].entry->meaning == Word::Brain;
        if (ofBrain)
            return decide(Sequence::Other, text(what, " says that it is a mask of the brain, not of a tumour."), true);
        return decide(Sequence::Other, text(what, " says that it is a segmentation (\"", list[n].text, "\")."), true,
                      true);
    }
    const auto last = std::find_if(list.rbegin(), list.rend(), [](const Token &t) { return isSequenceWord(t.entry); });
    if (last == list.rend()) {
        const auto other = std::find_if(list.begin(), list.end(),
                                        [](const Token &t) { return t.entry && t.entry->meaning == Word::Other; });
        if (other == list.end()) return {};
        return decide(Sequence::Other, text(what, " says that it shows something else (\"", other->text, "\")."),
                      other->entry->certain);
    }
    const auto mentions = [&](Word meaning) { return any(meaning); };
    std::array<Word, 4> kinds{};
    int different = 0;
    for (const Word w : {Word::T1, Word::T1c, Word::T2, Word::Flair})
        if (mentions(w)) kinds[std::size_t(different++)] = w;
    const std::string word = text("\"", last->text, "\"");
    bool certain = last->entry->certain;
    if (any(Word::Other) && last->entry->meaning != Word::Flair)
        return decide(Sequence::Other, text(what, " says ", word, " and also names another kind of scan."), false);
    if (mentions(Word::T1) && mentions(Word::Flair) && !mentions(Word::T2)) {
        const bool isT1 = last->entry->meaning == Word::Flair && std::next(last) != list.rend() &&
                          std::next(last)->entry && std::next(last)->entry->meaning == Word::T1;
        if (isT1)
            return decide(any(Word::Contrast) ? Sequence::T1c : Sequence::T1,
                          text(what, " says T1 FLAIR, which is T1-weighted."), false);
    }
    switch (last->entry->meaning) {
    case Word::T2:
        if (mentions(Word::Flair))
            return decide(Sequence::Flair, text(what, " says T2 and FLAIR together."), different == 2);
        return decide(Sequence::T2, text(what, " says ", word, "."), certain && different == 1);
    case Word::Flair:
        return decide(Sequence::Flair, text(what, " says ", word, "."),
                      certain && (different == 1 || (different == 2 && mentions(Word::T2))));
    case Word::T1c:
        return decide(Sequence::T1c, text(what, " says ", word, ", T1 with contrast."), certain && different == 1);
    default:
        if (mentions(Word::T1c) || (any(Word::Contrast) && !any(Word::Native)))
            return decide(Sequence::T1c, text(what, " says ", word, " together with contrast."),
                          different == 1 || mentions(Word::T1c));
        return decide(Sequence::T1, text(what, " says ", word, "."), certain && different == 1);
    }
}

/// NAME without the endings of image files.
std::string stemOf(const std::filesystem::path &path)
{
    std::string name = path.filename().string();
    for (const std::string_view ending : {".gz", ".nii", ".hdr", ".img", ".nrrd", ".nhdr", ".mha", ".mhd", ".seg"}) {
        std::string low = name;
        std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return char(std::tolower(c)); });
        // ".seg" of "case.seg.nrrd" is an ending that says "mask": it stays, as a word
        if (ending != ".seg" && low.size() > ending.size() && low.ends_with(ending))
            name.resize(name.size() - ending.size());
    }
    return name;
}

/// The Decathlon's brain tumour images: BRATS_001_0000 is channel 0 of FLAIR, T1w, T1gd, T2w.
std::optional<SequenceGuess> decathlonChannel(const std::string &stem)
{
    constexpr std::array order{Sequence::Flair, Sequence::T1, Sequence::T1c, Sequence::T2};
    const auto digit = [&](std::size_t n) { return std::isdigit(static_cast<unsigned char>(stem[n])) != 0; };
    if (stem.size() != 14 || !stem.starts_with("BRATS_") || !digit(6) || !digit(7) || !digit(8) ||
        stem.compare(9, 4, "_000") != 0)
        return std::nullopt;
    const int channel = stem[13] - '0';
    if (channel < 0 || channel > 3) return std::nullopt;
    return decide(order[std::size_t(channel)],
                  text("The name is that of the Decathlon's brain tumour task, channel ", channel, "."), true);
}

SequenceGuess fromSidecar(const std::filesystem::path &path)
{
    const auto sidecar = path.parent_path() / (stemOf(path) + ".json");
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(sidecar, ignored)) return {};
    const auto content = readFile(sidecar, 1 << 20);
    if (!content) return {};
    const auto json = nlohmann::json::parse(*content, nullptr, false);
    if (!json.is_object()) return {};
    std::string words;
    for (const char *key : {"SeriesDescription", "ProtocolName", "SequenceName"})
        if (json.contains(key) && json[key].is_string()) words += json[key].get<std::string>() + " ";
    auto guess = fromTokens(tokens(words), text("The description in ", sidecar.filename().string()));
    const bool agent = json.contains("ContrastBolusAgent") && json["ContrastBolusAgent"].is_string() &&
                       !json["ContrastBolusAgent"].get_ref<const std::string &>().empty();
    if (agent && guess.sequence == Sequence::T1)
        return decide(Sequence::T1c,
                      text("The file ", sidecar.filename().string(), " says T1 and names a contrast agent."), true);
    return guess;
}
} // namespace

SequenceGuess guessSequenceFromText(std::string_view words)
{
    auto guess = fromTokens(tokens(words), "The description");
    if (guess.reason.empty()) guess.reason = "The description names no sequence that is known.";
    return guess;
}

SequenceGuess guessSequence(const std::filesystem::path &path)
{
    const std::string stem = stemOf(path);
    if (const auto channel = decathlonChannel(stem)) return *channel;
    auto guess = fromTokens(tokens(stem), "The file's name");
    if (!guess.reason.empty() && guess.certain) return guess;
    if (auto described = fromSidecar(path); !described.reason.empty()) return described;
    if (!guess.reason.empty()) return guess;
    std::error_code ignored;
    const auto folder = std::filesystem::absolute(path, ignored).parent_path().filename().string();
    guess = fromTokens(tokens(folder), "The folder's name");
    guess.certain = false; // a folder may hold more than what it is called by
    if (guess.reason.empty()) guess.reason = "Neither the file's name nor a description beside it names a sequence.";
    return guess;
}

} // namespace glio::io
