#include "ProjectPrivate.h"

#include <sqlite3.h>

namespace glio::project {
namespace fs = std::filesystem;

Error errorOf(const SQLite::Exception &exception, const fs::path &file, const std::string &what)
{
    const std::string where = file.parent_path().string();
    switch (exception.getErrorCode() & 0xFF) {
    case SQLITE_FULL:
        return {Errc::DiskFull, what + ": the disk of " + where + " is full. Free some space."};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {Errc::Io,
                what + ": " + file.string() + " is damaged. It was left as it is; keep a copy and ask for help."};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return {Errc::Io, what + ": " + where + " cannot be written. Check the rights of the folder."};
    default:
        return {Errc::Io, what + ": " + file.string() + " cannot be used (" + exception.what() + ")."};
    }
}

Project::Project(std::unique_ptr<Private> made) : m(std::move(made)) {}
Project::~Project() = default;
const fs::path &Project::folder() const { return m->folder; }
const std::optional<Holder> &Project::openedBy() const { return m->openedBy; }

Result<std::unique_ptr<Project>> Project::open(const fs::path &folder, const ProjectOptions &options)
{
    auto made = std::make_unique<Private>();
    std::error_code error;
    made->folder = fs::absolute(folder, error).lexically_normal();
    const bool there = fs::exists(made->file(), error);
    if (!there && !options.create)
        return fail(Errc::Io, folder.string() + " is not a project: it holds no project.sqlite.");
    fs::create_directories(made->folder, error);
    if (error)
        return fail(Errc::Io, "The folder " + folder.string() + " cannot be made: " + error.message() +
                                  ". Choose another place.");
    const auto holder = made->lock.take(made->folder / "project.lock", options.reader);
    if (!holder) return std::unexpected(holder.error());
    made->openedBy = *holder;
    try {
        const int mode = made->openedBy ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
        made->database = std::make_unique<SQLite::Database>(made->file().string(), mode, 5000);
        SQLite::Database &database = *made->database;
        (void)database.execAndGet("SELECT count(*) FROM sqlite_master"); // a damaged file says so here
        if (!made->openedBy) {
            const JournalMode journal = options.journal.value_or(journalModeFor(made->folder));
            database.exec(journal == JournalMode::Wal ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = TRUNCATE");
            database.exec("PRAGMA synchronous = FULL");
            if (const auto done = migrate(database, made->file()); !done) return std::unexpected(done.error());
        } else if (database.execAndGet("PRAGMA user_version").getInt() > schemaVersion()) {
            return fail(Errc::Unsupported, "The project " + folder.string() +
                                               " was made by a newer version of Glioscope. Open it with that version.");
        }
    } catch (const SQLite::Exception &exception) {
        return std::unexpected(errorOf(exception, made->file(), "The project cannot be opened"));
    }
    return std::unique_ptr<Project>(new Project(std::move(made)));
}

Result<void> Project::Private::write(const char *what, const std::function<void(SQLite::Database &)> &work)
{
    if (openedBy)
        return fail(Errc::InvalidArgument, std::string(what) + ": the project " + folder.string() + " is open by " +
                                               openedBy->reader + " on " + openedBy->host +
                                               " and can only be read here.");
    try {
        SQLite::Transaction transaction(*database, SQLite::TransactionBehavior::IMMEDIATE);
        work(*database);
        transaction.commit();
        return {};
    } catch (const SQLite::Exception &exception) {
        return std::unexpected(errorOf(exception, file(), what));
    }
}

Result<void> Project::copyTo(const fs::path &folder) const
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail(Errc::Io, "The folder " + folder.string() + " cannot be made: " + error.message() +
                                  ". Choose another place.");
    const fs::path target = folder / "project.sqlite";
    if (fs::exists(target, error))
        return fail(Errc::InvalidArgument, folder.string() + " holds a project already. Choose an empty folder.");
    try {
        SQLite::Statement copy(*m->database, "VACUUM INTO ?");
        copy.bind(1, target.string());
        copy.exec();
        return {};
    } catch (const SQLite::Exception &exception) {
        fs::remove(target, error);
        return std::unexpected(errorOf(exception, target, "The project cannot be copied"));
    }
}

void Project::limitPages(std::int64_t pages)
{
    m->database->exec("PRAGMA max_page_count = " + std::to_string(pages > 0 ? pages : std::int64_t{4294967294}));
}

} // namespace glio::project
