#include "State.h"

#include <sqlite3.h>

#include <sys/stat.h>

namespace glio::project {
namespace {
constexpr int kBusyMs = 2000;
constexpr std::int64_t kReadWholeBytes = std::int64_t{24} << 20; // about a tenth of a second
} // namespace

std::optional<FileIdentity> identityOf(const std::filesystem::path &path)
{
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0) return {};
    return FileIdentity{std::uint64_t(facts.st_dev), std::uint64_t(facts.st_ino)};
}

void Project::State::rememberIdentities()
{
    fileIdentity = identityOf(file);
    logIdentity = journal == Journal::WriteAhead ? identityOf(file.string() + "-wal") : std::nullopt;
}

Result<void> Project::State::inPlace() const
{
    const auto now = identityOf(file);
    if (!now)
        return fail(Errc::Io, file.string() + ": the project is no longer there. Bring its folder or drive back, or "
                                              "choose another place.");
    // Network drives make up numbers for files and may change them: there only the name counts.
    if (journal != Journal::WriteAhead) return {};
    const bool sameLog = !logIdentity || identityOf(file.string() + "-wal") == logIdentity;
    if (now != fileIdentity || !sameLog)
        return fail(Errc::Io, file.string() + ": the file was replaced by another one while it was open. Put the "
                                              "project back, or choose another place.");
    return {};
}

Result<void> Project::State::needCase(const std::string &caseId) const
{
    auto query = statement("SELECT 1 FROM cases WHERE id = ?");
    query.bind(1, caseId);
    if (query.executeStep()) return {};
    return fail(Errc::InvalidArgument, folder.string() + ": there is no case '" + caseId + "' in this project.");
}

Result<int> Project::State::heldPosition(const std::string &maskId) const
{
    auto query = statement("SELECT position FROM masks WHERE id = ?");
    query.bind(1, maskId);
    if (query.executeStep()) return query.getColumn(0).getInt();
    return fail(Errc::InvalidArgument, folder.string() + ": there is no mask '" + maskId + "' in this project.");
}

int Project::State::stepCount(const std::string &maskId) const
{
    auto query = statement("SELECT coalesce(max(number), 0) FROM steps WHERE mask_id = ? AND abandoned_ms IS NULL");
    query.bind(1, maskId);
    query.executeStep();
    return query.getColumn(0).getInt();
}

std::unique_ptr<SQLite::Database> connect(const std::filesystem::path &file, int flags, Journal journal)
{
    auto database = std::make_unique<SQLite::Database>(file.string(), flags, kBusyMs);
    const bool writes = (flags & SQLITE_OPEN_READWRITE) != 0;
    // SQLite opens a file that cannot be written for reading instead, without a word.
    if (writes && sqlite3_db_readonly(database->getHandle(), "main") == 1)
        throw SQLite::Exception("attempt to write a readonly database", SQLITE_READONLY);
    if (writes && journal == Journal::Truncate) {
        // Alone, SQLite can leave a write-ahead log behind without the shared memory that this drive does not have.
        database->exec("PRAGMA locking_mode = EXCLUSIVE");
        database->exec("PRAGMA journal_mode = TRUNCATE");
        database->exec("PRAGMA locking_mode = NORMAL");
        database->exec("SELECT count(*) FROM sqlite_schema"); // the first access after it lets go of the lock
    } else if (writes) {
        database->exec("PRAGMA journal_mode = WAL");
        database->exec("PRAGMA journal_size_limit = 67108864");
    }
    database->exec("PRAGMA synchronous = FULL");
    database->exec("PRAGMA foreign_keys = ON");
    return database;
}

Result<void> checkAll(SQLite::Database &database, const std::filesystem::path &file)
{
    const std::string found = database.execAndGet("PRAGMA quick_check(1)").getString();
    if (found == "ok") return {};
    return fail(Errc::Io, file.string() + ": the file is damaged (" + found +
                              "). It was left as it is; use a backup, or copy what can still be read.");
}

Result<void> checkSound(SQLite::Database &database, const std::filesystem::path &file)
{
    const auto pages = database.execAndGet("PRAGMA page_count").getInt64();
    const auto pageBytes = database.execAndGet("PRAGMA page_size").getInt64();
    if (pages * pageBytes <= kReadWholeBytes) return checkAll(database, file);
    for (const char *table : {"project_values", "cases", "case_values", "series", "masks", "steps", "snapshots"})
        database.execAndGet(std::string("SELECT count(*) FROM ") + table + " NOT INDEXED");
    return {};
}

std::filesystem::path relativeTo(const std::filesystem::path &absolute, const std::filesystem::path &folder)
{
    std::error_code code;
    const auto from = std::filesystem::weakly_canonical(folder, code);
    if (code) return {};
    const auto to = std::filesystem::weakly_canonical(absolute, code);
    if (code) return {};
    return to.lexically_relative(from);
}

} // namespace glio::project
