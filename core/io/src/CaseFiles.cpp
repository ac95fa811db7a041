#include "glioscope/io/CaseFiles.h"

#include "Text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace glio::io {
namespace {
namespace fs = std::filesystem;

constexpr std::array<std::string_view, 11> kImageEndings{".nii",  ".nii.gz", ".hdr", ".hdr.gz", ".img", ".img.gz",
                                                         ".nrrd", ".nhdr",   ".mha", ".mhd",    ".hdr"};

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}
bool isSeparator(char c) { return !std::isalnum(static_cast<unsigned char>(c)); }

std::string stem(const fs::path &path)
{
    std::string name = path.filename().string();
    const std::string low = lower(name);
    std::size_t longest = 0;
    for (const auto ending : kImageEndings)
        if (low.ends_with(ending)) longest = std::max(longest, ending.size());
    name.resize(name.size() - longest);
    return name;
}

/// What the names have in common, up to a separator; "" when that is nothing to call a patient by.
std::string commonName(const std::vector<fs::path> &files)
{
    if (files.empty()) return {};
    std::string common = stem(files.front());
    bool whole = true; // `common` ends where a word of every name ends
    for (const auto &file : files) {
        const std::string other = stem(file);
        std::size_t n = 0;
        while (n < common.size() && n < other.size() && common[n] == other[n])
            ++n;
        common.resize(n);
        if (n < other.size() && n > 0 && !isSeparator(other[n])) whole = false;
    }
    if (files.size() == 1 || !whole || common.empty()) {
        while (!common.empty() && !isSeparator(common.back()))
            common.pop_back();
    }
    while (!common.empty() && isSeparator(common.back()))
        common.pop_back();
    return common.size() < 3 ? std::string() : common;
}

/// Of two files for one place: the surer, then the shorter name, then the first by alphabet.
bool better(const fs::path &a, const SequenceGuess &ga, const fs::path &b, const SequenceGuess &gb)
{
    if (ga.certain != gb.certain) return ga.certain;
    const auto na = a.filename().string(), nb = b.filename().string();
    if (na.size() != nb.size()) return na.size() < nb.size();
    return na < nb;
}

Result<std::vector<fs::path>> imagesIn(const fs::path &folder)
{
    std::error_code error;
    std::vector<fs::path> files;
    if (!fs::is_directory(folder, error))
        return fail(Errc::Io, text(quoted(folder), " is not a folder that can be read. Check the path."));
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (at->is_regular_file(ignored) && hasImageName(at->path())) files.push_back(at->path());
    }
    if (error)
        return fail(Errc::Io,
                    text(quoted(folder), " cannot be read: ", error.message(), ". Check the rights of the folder."));
    // Of a pair the header stands for both.
    std::erase_if(files, [](const fs::path &p) {
        const std::string low = lower(p.filename().string());
        for (const std::string gz : {"", ".gz"})
            if (low.ends_with(".img" + gz)) {
                std::error_code ignored;
                return fs::exists(p.parent_path() / (stem(p) + ".hdr" + gz), ignored) ||
                       fs::exists(p.parent_path() / (stem(p) + ".hdr"), ignored);
            }
        return false;
    });
    std::sort(files.begin(), files.end());
    return files;
}

void collect(const fs::path &folder, int depth, std::vector<CaseFiles> &cases)
{
    if (auto found = findCase(folder)) cases.push_back(std::move(*found));
    if (depth == 0) return;
    std::error_code error;
    std::vector<fs::path> folders;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (at->is_directory(ignored) && !at->is_symlink(ignored) && !at->path().filename().string().starts_with('.'))
            folders.push_back(at->path());
    }
    std::sort(folders.begin(), folders.end());
    for (const auto &below : folders)
        collect(below, depth - 1, cases);
}
} // namespace

std::optional<fs::path> CaseFiles::file(Sequence sequence) const
{
    const auto found = sequences.find(sequence);
    return found == sequences.end() ? std::nullopt : std::optional(found->second);
}

bool hasImageName(const fs::path &path)
{
    const std::string name = lower(path.filename().string());
    if (name.starts_with('.')) return false; // hidden, or half written
    return std::any_of(kImageEndings.begin(), kImageEndings.end(),
                       [&](std::string_view ending) { return name.size() > ending.size() && name.ends_with(ending); });
}

CaseFiles sortCase(std::span<const fs::path> files)
{
    CaseFiles result;
    SequenceGuess maskGuess;
    std::vector<fs::path> placed;
    for (const auto &file : files) {
        const auto guess = guessSequence(file);
        if (guess.isMask) {
            if (!result.mask || better(file, guess, *result.mask, maskGuess)) {
                if (result.mask) result.others.push_back(*result.mask);
                result.mask = file;
                maskGuess = guess;
            } else {
                result.others.push_back(file);
            }
            continue;
        }
        if (guess.sequence == Sequence::Other) {
            result.others.push_back(file);
            continue;
        }
        const auto held = result.sequences.find(guess.sequence);
        if (held != result.sequences.end() && !better(file, guess, held->second, result.guesses[guess.sequence])) {
            result.others.push_back(file);
            continue;
        }
        if (held != result.sequences.end()) result.others.push_back(held->second);
        result.sequences[guess.sequence] = file;
        result.guesses[guess.sequence] = guess;
    }
    for (const auto &[sequence, file] : result.sequences)
        placed.push_back(file);
    if (!placed.empty()) {
        std::error_code ignored;
        result.folder = fs::absolute(placed.front(), ignored).lexically_normal().parent_path();
        result.name = commonName(placed);
        if (result.name.empty()) result.name = result.folder.filename().string();
    }
    return result;
}

Result<CaseFiles> findCase(const fs::path &folder)
{
    const auto files = imagesIn(folder);
    if (!files) return std::unexpected(files.error());
    auto found = sortCase(*files);
    if (found.sequences.empty())
        return fail(Errc::InvalidArgument,
                    text(quoted(folder),
                         " holds no file whose name says T1, T1c, T2 or FLAIR. Name the files with --t1, "
                         "--t1c, --t2 and --flair, or choose another folder."));
    return found;
}

Result<std::vector<CaseFiles>> findCases(const fs::path &root)
{
    if (const auto files = imagesIn(root); !files) return std::unexpected(files.error());
    std::vector<CaseFiles> cases;
    collect(root, 4, cases);
    std::sort(cases.begin(), cases.end(), [](const CaseFiles &a, const CaseFiles &b) {
        return std::pair(a.name, a.folder) < std::pair(b.name, b.folder);
    });
    return cases;
}

} // namespace glio::io
