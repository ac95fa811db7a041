#include "Schema.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/project/ProjectTypes.h"

#include <array>

namespace glio::project {
namespace {

constexpr const char *kFirst = R"sql(
CREATE TABLE project_values (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE readers (name TEXT PRIMARY KEY, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL);
CREATE TABLE cases (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, json TEXT NOT NULL, updated_ms INTEGER NOT NULL,
    forgotten_ms INTEGER);
CREATE TABLE case_values (
    case_id TEXT NOT NULL REFERENCES cases (id), key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (case_id, key));
CREATE TABLE series (
    case_id TEXT NOT NULL REFERENCES cases (id), ordinal INTEGER NOT NULL, sequence TEXT NOT NULL,
    form INTEGER NOT NULL, relative TEXT NOT NULL, absolute TEXT NOT NULL, sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL, modified_ns INTEGER NOT NULL,
    PRIMARY KEY (case_id, ordinal));
CREATE TABLE masks (
    ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, case_id TEXT NOT NULL REFERENCES cases (id),
    name TEXT NOT NULL, kind TEXT NOT NULL, scheme TEXT NOT NULL, reader TEXT NOT NULL, geometry TEXT NOT NULL,
    made_ms INTEGER NOT NULL, position INTEGER NOT NULL DEFAULT 0, has_start INTEGER NOT NULL DEFAULT 0);
CREATE INDEX masks_of_case ON masks (case_id);
CREATE TABLE steps (
    ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, mask_id TEXT NOT NULL REFERENCES masks (id),
    number INTEGER NOT NULL, abandoned_ms INTEGER, act TEXT NOT NULL, label INTEGER NOT NULL, size_mm REAL NOT NULL,
    text TEXT NOT NULL, reader TEXT NOT NULL, made_ms INTEGER NOT NULL, changed_voxels INTEGER NOT NULL,
    change_ml REAL NOT NULL, box TEXT NOT NULL, state TEXT NOT NULL);
CREATE UNIQUE INDEX held_steps ON steps (mask_id, number) WHERE abandoned_ms IS NULL;
CREATE TABLE step_blobs (
    step INTEGER PRIMARY KEY REFERENCES steps (ordinal), labels BLOB NOT NULL, provenance BLOB NOT NULL);
CREATE TABLE snapshots (
    ordinal INTEGER PRIMARY KEY, mask_id TEXT NOT NULL REFERENCES masks (id), position INTEGER NOT NULL,
    step TEXT, made_ms INTEGER NOT NULL, blocks INTEGER NOT NULL);
CREATE INDEX snapshots_of_mask ON snapshots (mask_id);
CREATE TABLE snapshot_blocks (
    snapshot INTEGER NOT NULL REFERENCES snapshots (ordinal) ON DELETE CASCADE, map INTEGER NOT NULL,
    block INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (snapshot, map, block));
)sql";

constexpr std::array<Migration, 1> kMigrations{{{1, kFirst}}};

int pragma(SQLite::Database &database, const char *name)
{
    return database.execAndGet(std::string("PRAGMA ") + name).getInt();
}

/// Through SQLite and not as a file: what a write-ahead log holds belongs to it. Under another name until it is whole.
Result<void> backUp(SQLite::Database &database, const std::filesystem::path &path, int version)
{
    auto copy = path;
    copy += ".format-" + std::to_string(version) + ".backup";
    if (std::filesystem::exists(copy)) copy += '-' + std::to_string(nowMs());
    const auto part = partPath(copy);
    SQLite::Statement into(database, "VACUUM INTO ?");
    into.bind(1, part.string());
    into.exec();
    return commitPart(part, copy);
}

} // namespace

std::span<const Migration> migrations() { return kMigrations; }

int formatVersion(SQLite::Database &database) { return pragma(database, "user_version"); }

Result<void> checkFormat(SQLite::Database &database, const std::filesystem::path &path,
                         std::span<const Migration> steps)
{
    const int version = formatVersion(database), newest = steps.back().version;
    const bool inUse = database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt64() > 0;
    if (inUse && pragma(database, "application_id") != kApplicationId)
        return fail(Errc::Unsupported, path.string() + ": this file belongs to another program and was left as it is.");
    if (version > newest)
        return fail(Errc::Unsupported, path.string() + ": this project was written by a newer Glioscope (format " +
                                           std::to_string(version) + "; this one knows up to " +
                                           std::to_string(newest) + "). Open it with the newer one.");
    return {};
}

Result<void> migrate(SQLite::Database &database, const std::filesystem::path &path, std::span<const Migration> steps)
{
    if (auto fits = checkFormat(database, path, steps); !fits) return fits;
    const int version = formatVersion(database);
    if (version == steps.back().version) return {};
    if (version > 0)
        if (auto saved = backUp(database, path, version); !saved) return saved;
    for (const Migration &step : steps) {
        if (step.version <= version) continue;
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        database.exec(step.sql);
        database.exec("PRAGMA user_version = " + std::to_string(step.version));
        database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
        transaction.commit();
    }
    return {};
}

} // namespace glio::project
