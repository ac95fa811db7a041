#include "glioscope/project/SeriesFiles.h"

#include "State.h"

#include "glioscope/base/Sha256.h"

#include <algorithm>
#include <sys/stat.h>

namespace glio::project {
namespace fs = std::filesystem;
namespace {

/// What can be known of a file or folder without reading it.
struct Facts {
    SeriesForm form = SeriesForm::File;
    std::int64_t bytes = 0, modifiedNs = 0;
    std::vector<fs::path> files; ///< of a folder, by name
};

bool statFile(const fs::path &path, struct stat &facts) { return ::stat(path.c_str(), &facts) == 0; }

std::int64_t nanoseconds(const struct stat &facts)
{
    return std::int64_t(facts.st_mtim.tv_sec) * 1'000'000'000 + facts.st_mtim.tv_nsec;
}

std::optional<Facts> factsOf(const fs::path &path)
{
    struct stat own{};
    if (path.empty() || !statFile(path, own)) return {};
    if (S_ISREG(own.st_mode)) return Facts{SeriesForm::File, own.st_size, nanoseconds(own), {}};
    if (!S_ISDIR(own.st_mode)) return {};
    Facts facts{SeriesForm::Folder, 0, 0, {}};
    std::error_code code;
    for (fs::directory_iterator at(path, code), end; !code && at != end; at.increment(code)) {
        struct stat file{};
        if (!statFile(at->path(), file) || !S_ISREG(file.st_mode)) continue;
        facts.bytes += file.st_size;
        facts.modifiedNs = std::max(facts.modifiedNs, nanoseconds(file));
        facts.files.push_back(at->path());
    }
    if (code) return {};
    std::ranges::sort(facts.files);
    return facts;
}

Result<std::string> hashOf(const fs::path &path, const Facts &facts)
{
    if (facts.form == SeriesForm::File) return sha256OfFile(path);
    Sha256 all;
    for (const fs::path &file : facts.files) {
        const auto one = sha256OfFile(file);
        if (!one) return one;
        const std::string line = file.filename().string() + '\0' + *one + '\n';
        all.add(std::as_bytes(std::span(line)));
    }
    return all.hex();
}

enum class Match { None, Same, Different };

/// `facts` come from `path` a moment ago. A file that cannot be read is not the recorded one.
Match compare(const fs::path &path, const std::optional<Facts> &facts, const Series &series)
{
    if (!facts) return Match::None;
    if (facts->form != series.form || facts->bytes != series.bytes) return Match::Different;
    if (facts->modifiedNs == series.modifiedNs) return Match::Same;
    const auto hash = hashOf(path, *facts);
    return hash && *hash == series.sha256 ? Match::Same : Match::Different;
}

/// Only what has the recorded size is read. Links are not followed: they may lead round.
fs::path findByHash(const Series &series, std::span<const fs::path> folders)
{
    const auto fits = [&](const fs::path &path) {
        const auto facts = factsOf(path);
        if (!facts || facts->form != series.form || facts->bytes != series.bytes) return false;
        const auto hash = hashOf(path, *facts);
        return hash && *hash == series.sha256;
    };
    for (const fs::path &root : folders) {
        if (series.form == SeriesForm::Folder && fits(root)) return root;
        std::error_code code;
        fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, code), end;
        for (; !code && at != end; at.increment(code)) {
            std::error_code kind;
            const bool isFolder = at->is_directory(kind), wanted = series.form == SeriesForm::Folder;
            if (isFolder == wanted && !at->is_symlink(kind) && fits(at->path())) return at->path();
        }
    }
    return {};
}

} // namespace

Result<Series> describeSeries(const fs::path &projectFolder, const fs::path &path, const std::string &sequence)
try {
    std::error_code code;
    const fs::path absolute = fs::absolute(path, code).lexically_normal();
    const auto facts = factsOf(absolute);
    if (!facts)
        return fail(Errc::Io,
                    path.string() + ": this is neither a file nor a folder that can be read. Check the path.");
    auto hash = hashOf(absolute, *facts);
    if (!hash) return std::unexpected(hash.error());
    return Series{sequence,     facts->form,      relativeTo(absolute, projectFolder), absolute, std::move(*hash),
                  facts->bytes, facts->modifiedNs};
} catch (const std::exception &exception) {
    return std::unexpected(sqlError(exception, nullptr, path));
}

Result<LocatedSeries> locateSeries(const fs::path &projectFolder, const Series &series,
                                   std::span<const fs::path> folders)
try {
    const auto found = [&](SeriesState state, FoundBy by, const fs::path &path, std::string sentence) {
        LocatedSeries located{state, by, path, series, std::move(sentence)};
        if (const auto facts = factsOf(path); facts && state != SeriesState::Changed) {
            located.refreshed.absolute = path;
            located.refreshed.relative = relativeTo(path, projectFolder);
            located.refreshed.modifiedNs = facts->modifiedNs;
        }
        return located;
    };
    const fs::path beside = series.relative.empty() ? fs::path() : (projectFolder / series.relative).lexically_normal();
    fs::path changed;
    for (const auto &[path, by] :
         {std::pair(beside, FoundBy::RelativePath), {series.absolute, FoundBy::AbsolutePath}}) {
        const Match match = compare(path, factsOf(path), series);
        if (match == Match::Same)
            return found(SeriesState::AsRecorded, by, path, path.string() + ": the image is where it was recorded.");
        if (match == Match::Different && changed.empty()) changed = path;
    }
    if (const auto elsewhere = findByHash(series, folders); !elsewhere.empty())
        return found(SeriesState::Moved, FoundBy::Hash, fs::absolute(elsewhere),
                     elsewhere.string() + ": the image was moved here; its content is the recorded one.");
    if (!changed.empty())
        return found(SeriesState::Changed, changed == beside ? FoundBy::RelativePath : FoundBy::AbsolutePath, changed,
                     changed.string() + ": this image is no longer the one that the case was made from. Bring the old "
                                        "file back, or say that the new one is to be used.");
    return LocatedSeries{SeriesState::Missing,
                         FoundBy::Nothing,
                         {},
                         series,
                         series.absolute.string() + ": the image is missing. Name a folder where it may lie now."};
} catch (const std::exception &exception) {
    return std::unexpected(sqlError(exception, nullptr, series.absolute));
}

bool looksUnchanged(const Series &series, const fs::path &path)
{
    const auto facts = factsOf(path);
    return facts && facts->form == series.form && facts->bytes == series.bytes &&
           facts->modifiedNs == series.modifiedNs;
}

Result<Series> Project::describe(const fs::path &path, const std::string &sequence) const
{
    return describeSeries(m_state->folder, path, sequence);
}

Result<LocatedSeries> Project::locate(const Series &series, std::span<const fs::path> folders) const
{
    return locateSeries(m_state->folder, series, folders);
}

} // namespace glio::project
