#pragma once
#include "Sql.h"

#include <cstdint>
#include <span>

namespace glio::project {

constexpr int kApplicationId = 0x474C494F; ///< "GLIO": SQLite's mark of whose file it is

/// One step from a format to the next: `sql` makes `version` from the one before.
struct Migration {
    int version;
    const char *sql;
};
/// All of them, in order; the last one's version is the format that this program writes.
std::span<const Migration> migrations();

/// PRAGMA user_version; throws what SQLite throws.
int formatVersion(SQLite::Database &database);

/// Brings the database to the last format, each step in a transaction of its own, after a copy of what was there
/// (`project.sqlite.format-N.backup`) beside it. Throws. Errors: Unsupported for a newer format or another program's
/// file, Io when the copy cannot be made.
Result<void> migrate(SQLite::Database &database, const std::filesystem::path &path,
                     std::span<const Migration> steps = migrations());

/// Whether this program can work with the file as it is or after `migrate`. Throws. Errors: as above.
Result<void> checkFormat(SQLite::Database &database, const std::filesystem::path &path,
                         std::span<const Migration> steps = migrations());

} // namespace glio::project
