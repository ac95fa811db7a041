#include "ProjectPrivate.h"

#include <array>

namespace glio::project {
namespace {

/// Schema n is what the first n entries make. Entries are never changed, only added.
constexpr std::array kMigrations{R"(
CREATE TABLE cases(id TEXT PRIMARY KEY, json TEXT NOT NULL, updated INTEGER NOT NULL);
CREATE TABLE notes(case_id TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(case_id, key));
CREATE TABLE series(case_id TEXT NOT NULL, place INTEGER NOT NULL, sequence TEXT NOT NULL, relative TEXT NOT NULL,
                    absolute TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, modified INTEGER NOT NULL,
                    PRIMARY KEY(case_id, place));
CREATE TABLE masks(id INTEGER PRIMARY KEY AUTOINCREMENT, case_id TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
                   reader TEXT NOT NULL, grid TEXT NOT NULL, made INTEGER NOT NULL,
                   position INTEGER NOT NULL DEFAULT 0);
CREATE INDEX masks_of_case ON masks(case_id);
CREATE TABLE steps(id INTEGER PRIMARY KEY AUTOINCREMENT, mask_id INTEGER NOT NULL, number INTEGER NOT NULL,
                   abandoned INTEGER NOT NULL DEFAULT 0, act TEXT NOT NULL, label INTEGER NOT NULL, size REAL NOT NULL,
                   text TEXT NOT NULL, reader TEXT NOT NULL, made INTEGER NOT NULL, changed INTEGER NOT NULL,
                   change_ml REAL NOT NULL, box TEXT NOT NULL, state TEXT NOT NULL, labels BLOB NOT NULL,
                   sources BLOB NOT NULL);
CREATE UNIQUE INDEX steps_that_count ON steps(mask_id, number) WHERE abandoned = 0;
CREATE TABLE snapshots(mask_id INTEGER NOT NULL, position INTEGER NOT NULL, labels BLOB NOT NULL,
                       sources BLOB NOT NULL, PRIMARY KEY(mask_id, position));
)"};

} // namespace

int Project::schemaVersion() { return int(kMigrations.size()); }

Result<void> migrate(SQLite::Database &database, const std::filesystem::path &file)
{
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    const int ours = Project::schemaVersion();
    if (version > ours)
        return fail(Errc::Unsupported, "The project " + file.parent_path().string() +
                                           " was made by a newer version of Glioscope. Open it with that version.");
    if (version == ours) return {};
    if (version > 0) { // as it was, beside it
        const auto copy = file.parent_path() / ("project-before-" + std::to_string(ours) + ".sqlite");
        std::error_code ignored;
        std::filesystem::remove(copy, ignored);
        SQLite::Statement keep(database, "VACUUM INTO ?");
        keep.bind(1, copy.string());
        keep.exec();
    }
    SQLite::Transaction transaction(database);
    for (int n = version; n < ours; ++n)
        database.exec(kMigrations[std::size_t(n)]);
    database.exec("PRAGMA user_version = " + std::to_string(ours));
    transaction.commit();
    return {};
}

} // namespace glio::project
