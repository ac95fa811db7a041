#include "ProjectPrivate.h"

#include "glioscope/base/Sha256.h"

#include <chrono>

namespace glio::project {
namespace fs = std::filesystem;
namespace {

/// Reading gives what is there; a damaged table reads as empty, and the next write says why.
template <class Work> void reading(Work work)
{
    try {
        work();
    } catch (const SQLite::Exception &) {
    }
}

std::int64_t modifiedNs(const fs::path &file)
{
    std::error_code error;
    const auto time = fs::last_write_time(file, error);
    return error ? 0 : std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

bool isFile(const fs::path &path)
{
    std::error_code error;
    return !path.empty() && fs::is_regular_file(path, error);
}

/// Whether the file is the one that was described: size and time first, the hash where the time differs.
bool isSame(const SeriesRow &series, const fs::path &file)
{
    std::error_code error;
    if (std::int64_t(fs::file_size(file, error)) != series.bytes || error) return false;
    if (modifiedNs(file) == series.modifiedNs) return true;
    const auto hash = sha256OfFile(file);
    return hash && *hash == series.sha256;
}

} // namespace

Result<SeriesRow> describeSeries(const fs::path &file, const fs::path &projectFolder, const std::string &sequence)
{
    SeriesRow row;
    row.sequence = sequence;
    std::error_code error;
    row.absolute = fs::absolute(file, error).lexically_normal();
    row.relative = row.absolute.lexically_relative(fs::absolute(projectFolder, error).lexically_normal());
    const auto hash = sha256OfFile(file);
    if (!hash) return std::unexpected(hash.error());
    row.sha256 = *hash;
    row.bytes = std::int64_t(fs::file_size(file, error));
    row.modifiedNs = modifiedNs(file);
    return row;
}

LocatedSeries locate(const SeriesRow &series, const fs::path &projectFolder, const std::vector<fs::path> &searchIn)
{
    using How = LocatedSeries::How;
    std::optional<fs::path> changed;
    const auto tried = [&](const fs::path &file) {
        if (!isFile(file)) return false;
        if (isSame(series, file)) return true;
        if (!changed) changed = file;
        return false;
    };
    if (!series.relative.empty())
        if (const fs::path beside = (projectFolder / series.relative).lexically_normal(); tried(beside))
            return {How::Relative, beside};
    if (tried(series.absolute)) return {How::Absolute, series.absolute};
    for (const fs::path &folder : searchIn) {
        std::error_code error;
        for (const auto &entry : fs::directory_iterator(folder, error)) {
            if (!entry.is_regular_file(error) || std::int64_t(entry.file_size(error)) != series.bytes) continue;
            const auto hash = sha256OfFile(entry.path());
            if (hash && *hash == series.sha256) return {How::ByHash, entry.path()};
        }
    }
    return changed ? LocatedSeries{How::Changed, *changed} : LocatedSeries{How::Missing, {}};
}

std::vector<CaseRow> Project::cases() const
{
    std::vector<CaseRow> rows;
    reading([&] {
        SQLite::Statement query(*m->database, "SELECT id, json, updated FROM cases ORDER BY updated DESC");
        while (query.executeStep())
            rows.push_back(
                {query.getColumn(0).getString(), query.getColumn(1).getString(), query.getColumn(2).getInt64()});
    });
    return rows;
}

std::optional<CaseRow> Project::findCase(const std::string &id) const
{
    std::optional<CaseRow> row;
    reading([&] {
        SQLite::Statement query(*m->database, "SELECT id, json, updated FROM cases WHERE id = ?");
        query.bind(1, id);
        if (query.executeStep())
            row =
                CaseRow{query.getColumn(0).getString(), query.getColumn(1).getString(), query.getColumn(2).getInt64()};
    });
    return row;
}

Result<void> Project::putCase(const CaseRow &row)
{
    return m->write("The case cannot be saved", [&](SQLite::Database &database) {
        SQLite::Statement put(database, "INSERT INTO cases(id, json, updated) VALUES(?, ?, ?) ON CONFLICT(id) DO "
                                        "UPDATE SET json = excluded.json, updated = excluded.updated");
        put.bind(1, row.id);
        put.bind(2, row.json);
        put.bind(3, row.updatedMs);
        put.exec();
    });
}

Result<void> Project::forgetCase(const std::string &id)
{
    return m->write("The case cannot be removed", [&](SQLite::Database &database) {
        for (const char *text : {"DELETE FROM snapshots WHERE mask_id IN (SELECT id FROM masks WHERE case_id = ?)",
                                 "DELETE FROM steps WHERE mask_id IN (SELECT id FROM masks WHERE case_id = ?)",
                                 "DELETE FROM masks WHERE case_id = ?", "DELETE FROM series WHERE case_id = ?",
                                 "DELETE FROM notes WHERE case_id = ?", "DELETE FROM cases WHERE id = ?"}) {
            SQLite::Statement remove(database, text);
            remove.bind(1, id);
            remove.exec();
        }
    });
}

Result<void> Project::putSeries(const std::string &caseId, const std::vector<SeriesRow> &series)
{
    return m->write("The case cannot be saved", [&](SQLite::Database &database) {
        SQLite::Statement clear(database, "DELETE FROM series WHERE case_id = ?");
        clear.bind(1, caseId);
        clear.exec();
        for (std::size_t n = 0; n < series.size(); ++n) {
            SQLite::Statement put(database, "INSERT INTO series VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
            put.bind(1, caseId);
            put.bind(2, std::int64_t(n));
            put.bind(3, series[n].sequence);
            put.bind(4, series[n].relative.string());
            put.bind(5, series[n].absolute.string());
            put.bind(6, series[n].sha256);
            put.bind(7, series[n].bytes);
            put.bind(8, series[n].modifiedNs);
            put.exec();
        }
    });
}

std::vector<SeriesRow> Project::series(const std::string &caseId) const
{
    std::vector<SeriesRow> rows;
    reading([&] {
        SQLite::Statement query(*m->database, "SELECT sequence, relative, absolute, sha256, bytes, modified FROM "
                                              "series WHERE case_id = ? ORDER BY place");
        query.bind(1, caseId);
        while (query.executeStep())
            rows.push_back({query.getColumn(0).getString(), query.getColumn(1).getString(),
                            query.getColumn(2).getString(), query.getColumn(3).getString(),
                            query.getColumn(4).getInt64(), query.getColumn(5).getInt64()});
    });
    return rows;
}

Result<void> Project::setNote(const std::string &caseId, const std::string &key, const std::string &value)
{
    return m->write("The note cannot be saved", [&](SQLite::Database &database) {
        SQLite::Statement put(database, value.empty() ? "DELETE FROM notes WHERE case_id = ? AND key = ?"
                                                      : "INSERT INTO notes(case_id, key, value) VALUES(?, ?, ?) ON "
                                                        "CONFLICT(case_id, key) DO UPDATE SET value = excluded.value");
        put.bind(1, caseId);
        put.bind(2, key);
        if (!value.empty()) put.bind(3, value);
        put.exec();
    });
}

std::string Project::note(const std::string &caseId, const std::string &key) const
{
    std::string value;
    reading([&] {
        SQLite::Statement query(*m->database, "SELECT value FROM notes WHERE case_id = ? AND key = ?");
        query.bind(1, caseId);
        query.bind(2, key);
        if (query.executeStep()) value = query.getColumn(0).getString();
    });
    return value;
}

} // namespace glio::project
