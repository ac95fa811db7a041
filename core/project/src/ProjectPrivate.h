#pragma once
#include "glioscope/project/Project.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <functional>

namespace glio::project {

/// A lock that lives as long as its file descriptor: it goes with the process, however that ends.
class ProjectLock {
public:
    ProjectLock() = default;
    ProjectLock(const ProjectLock &) = delete;
    ProjectLock &operator=(const ProjectLock &) = delete;
    ~ProjectLock();
    /// Takes the lock; else tells who has it. Errors: Io (the file cannot be made).
    Result<std::optional<Holder>> take(const std::filesystem::path &file, const std::string &reader);

private:
    int m_descriptor = -1;
};

struct Project::Private {
    std::filesystem::path folder;
    ProjectLock lock;
    std::optional<Holder> openedBy;
    std::unique_ptr<SQLite::Database> database;

    std::filesystem::path file() const { return folder / "project.sqlite"; }
    /// Runs `work` in one transaction. Exceptions of SQLite become errors here and nowhere else.
    Result<void> write(const char *what, const std::function<void(SQLite::Database &)> &work);
};

Error errorOf(const SQLite::Exception &exception, const std::filesystem::path &file, const std::string &what);
/// Brings an opened database to this program's schema. Errors: Unsupported (made by a newer program), as above.
Result<void> migrate(SQLite::Database &database, const std::filesystem::path &file);

/// Compressed, with its length and a checksum. Errors of `unpacked`: Io.
std::string packed(const std::string &bytes);
Result<std::string> unpacked(std::string_view blob);

std::string gridText(const Geometry &grid);
Result<Geometry> gridFrom(const std::string &text);

} // namespace glio::project
