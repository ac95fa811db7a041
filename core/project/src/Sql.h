#pragma once
#include "glioscope/base/Error.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <exception>
#include <filesystem>
#include <type_traits>
#include <utility>

namespace glio::project {

/// What an exception of SQLite means to the user. `handle`: to ask the system's own number; may be null.
Error sqlError(const std::exception &exception, sqlite3 *handle, const std::filesystem::path &database);

/// SQLite's primary result code of an exception; SQLITE_ERROR for others.
int sqlCode(const std::exception &exception);

/// Runs `f`, which returns a Result, and turns what it throws into an Error.
template <class F>
auto guarded(sqlite3 *handle, const std::filesystem::path &database, F &&f) -> std::invoke_result_t<F>
{
    try {
        return std::forward<F>(f)();
    } catch (const std::exception &exception) {
        return std::unexpected(sqlError(exception, handle, database));
    }
}

inline void bindBlob(SQLite::Statement &statement, int index, const std::string &bytes)
{
    statement.bind(index, static_cast<const void *>(bytes.data()), int(bytes.size()));
}

} // namespace glio::project
