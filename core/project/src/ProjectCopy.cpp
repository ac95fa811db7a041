#include "Drive.h"
#include "Schema.h"
#include "State.h"

#include "glioscope/base/AtomicFile.h"

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>

namespace glio::project {
namespace fs = std::filesystem;
namespace {

/// Parents before children.
constexpr std::array kTables{"project_values", "readers", "cases",      "case_values", "series",
                             "masks",          "steps",   "step_blobs", "snapshots",   "snapshot_blocks"};

/// All pages at once; keeps everything when the file is sound.
void copyPages(SQLite::Database &from, SQLite::Database &to)
{
    SQLite::Backup backup(to, from);
    for (int tries = 0; backup.executeStep(-1) != SQLITE_DONE; ++tries) {
        if (tries == 100) throw SQLite::Exception("the file stayed locked", SQLITE_BUSY);
        sqlite3_sleep(20);
    }
}

void bindSame(SQLite::Statement &put, int index, const SQLite::Column &value)
{
    if (value.isInteger())
        put.bind(index, value.getInt64());
    else if (value.isFloat())
        put.bind(index, value.getDouble());
    else if (value.isBlob())
        put.bind(index, value.getBlob(), value.getBytes());
    else if (value.isText())
        put.bind(index, value.getString());
    else
        put.bind(index);
}

/// Rows in one direction up to the first damaged page. True when that was the end of the table.
bool copyRows(SQLite::Database &from, SQLite::Database &to, const std::string &table, const char *direction)
{
    try {
        SQLite::Statement query(from, "SELECT * FROM " + table + " NOT INDEXED ORDER BY rowid " + direction);
        const int columns = query.getColumnCount();
        std::string marks = "?";
        for (int n = 1; n < columns; ++n)
            marks += ", ?";
        SQLite::Statement put(to, "INSERT OR IGNORE INTO " + table + " VALUES (" + marks + ')');
        while (query.executeStep()) {
            put.reset();
            for (int n = 0; n < columns; ++n)
                bindSame(put, n + 1, query.getColumn(n));
            put.exec();
        }
        return true;
    } catch (const SQLite::Exception &exception) {
        const int code = sqlCode(exception);
        if (code != SQLITE_CORRUPT && code != SQLITE_IOERR && code != SQLITE_NOTADB) throw;
        return false;
    }
}

/// From both ends of each table, so that one bad page costs the rows on it and not those behind.
Result<CopyReport> salvage(SQLite::Database &from, SQLite::Database &to, const fs::path &source)
{
    CopyReport report;
    to.exec("PRAGMA foreign_keys = OFF");
    SQLite::Transaction transaction(to, SQLite::TransactionBehavior::IMMEDIATE);
    for (const std::string table : kTables) {
        if (copyRows(from, to, table, "ASC")) continue;
        copyRows(from, to, table, "DESC");
        // The cases and masks are what all the rest hangs on: a copy without some would pass for whole.
        if (table == "cases" || table == "masks")
            return fail(Errc::Io, source.string() + ": the list of " + table +
                                      " cannot be read, so no copy was made. Use a backup.");
        report.tables.push_back(table);
    }
    const auto count = [&](const char *sql) { return to.execAndGet(sql).getInt64(); };
    report.rowsLost = count("SELECT count(*) FROM steps WHERE ordinal NOT IN (SELECT step FROM step_blobs)") +
                      count("SELECT coalesce(sum(position - (SELECT count(*) FROM steps s WHERE s.mask_id = m.id AND "
                            "s.abandoned_ms IS NULL AND s.number <= m.position)), 0) FROM masks m");
    report.rowsLost = std::max(report.rowsLost, std::int64_t(report.tables.size()));
    // What lost its other half would break the rules that the tables keep. A snapshot without some of its blocks stays:
    // it is known to be damaged, where none at all would pass for a mask that began empty.
    to.exec("DELETE FROM snapshot_blocks WHERE snapshot NOT IN (SELECT ordinal FROM snapshots)");
    to.exec("DELETE FROM step_blobs WHERE step NOT IN (SELECT ordinal FROM steps)");
    transaction.commit();
    to.exec("PRAGMA foreign_keys = ON");
    return report;
}

/// Relative paths lead from the project's folder, which is another one now.
void renameSeries(SQLite::Database &copy, const fs::path &from, const fs::path &to)
{
    SQLite::Statement query(copy, "SELECT case_id, ordinal, relative, absolute FROM series");
    SQLite::Statement put(copy, "UPDATE series SET relative = ? WHERE case_id = ? AND ordinal = ?");
    std::error_code code;
    while (query.executeStep()) {
        const fs::path relative = query.getColumn(2).getString(), absolute = query.getColumn(3).getString();
        const fs::path beside = from / relative;
        const bool useBeside = !relative.empty() && (fs::exists(beside, code) || absolute.empty());
        put.reset();
        put.bind(1, relativeTo(useBeside ? beside : absolute, to).string());
        put.bind(2, query.getColumn(0).getString());
        put.bind(3, query.getColumn(1).getInt64());
        put.exec();
    }
}

void removeAll(const fs::path &file)
{
    std::error_code ignored;
    for (const char *end : {"", "-wal", "-shm", "-journal"})
        fs::remove(file.string() + end, ignored);
}

} // namespace

Result<CopyReport> Project::copyTo(const fs::path &folder) const
try {
    std::error_code code;
    const fs::path to = fs::absolute(folder).lexically_normal();
    const fs::path file = to / "project.sqlite", part = partPath(file);
    if (fs::exists(file, code))
        return fail(Errc::Io, to.string() + ": a project is there already. Choose another folder.");
    fs::create_directories(to, code);
    if (code) return fail(Errc::Io, to.string() + ": the folder cannot be made (" + code.message() + ").");
    CopyReport report;
    // Without a log beside it, so that the one file is all there is to rename.
    auto made = guarded(nullptr, part, [&]() -> Result<void> {
        const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        SQLite::Database &source = *m_state->database;
        bool isWhole = false;
        try {
            SQLite::Database copy(part.string(), flags, 2000);
            copyPages(source, copy);
            copy.exec("PRAGMA journal_mode = TRUNCATE");
            isWhole = checkAll(copy, part).has_value();
        } catch (const SQLite::Exception &exception) {
            const int kind = sqlCode(exception);
            if (kind == SQLITE_FULL || kind == SQLITE_BUSY || kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY) throw;
        }
        if (!isWhole) {
            removeAll(part);
            const auto copy = connect(part, flags, Journal::Truncate);
            if (auto ready = migrate(*copy, part); !ready) return ready;
            auto saved = salvage(source, *copy, m_state->file);
            if (!saved) return std::unexpected(saved.error());
            report = std::move(*saved);
        }
        const auto copy = connect(part, flags, Journal::Truncate);
        SQLite::Transaction transaction(*copy, SQLite::TransactionBehavior::IMMEDIATE);
        renameSeries(*copy, m_state->folder, to);
        transaction.commit();
        return {};
    });
    if (made)
        made = fs::exists(file, code) ? fail(Errc::Io, to.string() + ": a project is there already.")
                                      : commitPart(part, file);
    removeAll(part);
    if (!made) return std::unexpected(made.error());
    return report;
} catch (const std::exception &exception) {
    return std::unexpected(sqlError(exception, nullptr, folder));
}

} // namespace glio::project
