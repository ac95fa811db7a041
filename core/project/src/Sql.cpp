#include "Sql.h"

#include "glioscope/project/ProjectTypes.h"

#include <sqlite3.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <random>

namespace glio::project {

std::string newId()
{
    std::random_device random; // two projects may be merged one day: not a counter, not a seeded generator
    std::string id;
    for (int word = 0; word < 4; ++word) {
        const unsigned bits = random();
        for (int digit = 0; digit < 8; ++digit)
            id += "0123456789abcdef"[(bits >> (4 * digit)) & 15];
    }
    return id;
}

std::int64_t nowMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

int sqlCode(const std::exception &exception)
{
    const auto *sql = dynamic_cast<const SQLite::Exception *>(&exception);
    return sql ? sql->getErrorCode() & 0xff : SQLITE_ERROR;
}

Error sqlError(const std::exception &exception, sqlite3 *handle, const std::filesystem::path &database)
{
    const std::string name = database.string();
    if (dynamic_cast<const std::bad_alloc *>(&exception))
        return {Errc::OutOfMemory, name + ": there is not enough memory for this. Close other programs and try again."};
    if (!dynamic_cast<const SQLite::Exception *>(&exception))
        return {Errc::Internal, name + ": " + exception.what() + '.'};
    switch (sqlCode(exception)) {
    case SQLITE_FULL:
        return {Errc::DiskFull, name + ": the disk is full. Free some space; the changes wait until then."};
    case SQLITE_IOERR: {
        const int number = handle ? sqlite3_system_errno(handle) : 0;
        if (number == ENOSPC || number == EDQUOT || number == EFBIG)
            return {Errc::DiskFull, name + ": there is no room for the file to grow (" + std::strerror(number) +
                                        "). Free some space; the changes wait until then."};
        const std::string why = number != 0 ? std::strerror(number) : exception.what();
        return {Errc::Io, name + ": the drive does not answer as it should (" + why + "). Check that it is there."};
    }
    case SQLITE_READONLY:
        return {Errc::Io, name + ": the file cannot be written here. Make the folder writable or choose another."};
    case SQLITE_CANTOPEN:
        return {Errc::Io, name + ": the file cannot be opened. Check that the folder is there and may be used."};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {Errc::Io, name + ": another program holds the file. Close it there."};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {Errc::Io, name + ": the file is damaged (" + exception.what() +
                              "). It was left as it is; use a backup, or copy what can still be read."};
    case SQLITE_NOMEM:
        return {Errc::OutOfMemory, name + ": there is not enough memory for this. Close other programs and try again."};
    case SQLITE_CONSTRAINT:
        if (dynamic_cast<const SQLite::Exception &>(exception).getExtendedErrorCode() == SQLITE_CONSTRAINT_FOREIGNKEY)
            return {Errc::InvalidArgument, name + ": this refers to a case or mask that the project does not hold."};
        return {Errc::Internal, name + ": " + exception.what() + '.'};
    case SQLITE_TOOBIG:
        return {Errc::InvalidArgument, name + ": one piece is larger than a project can hold (1 GB)."};
    default:
        return {Errc::Internal, name + ": " + exception.what() + '.'};
    }
}

} // namespace glio::project
