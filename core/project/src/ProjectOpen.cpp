#include "Drive.h"
#include "Schema.h"
#include "State.h"

#include "glioscope/base/Sha256.h"

#include <sqlite3.h>

#include <algorithm>
#include <cctype>
#include <unistd.h>

namespace glio::project {
namespace fs = std::filesystem;
namespace {

constexpr int kRead = SQLITE_OPEN_READONLY, kWrite = SQLITE_OPEN_READWRITE;

Error missing(const fs::path &folder)
{
    return {Errc::Io, folder.string() + ": there is no project in this folder. Choose a folder NAME.glio that holds a "
                                        "project.sqlite, or make a new project."};
}

/// Looks at the file without the right to change it. What only a writer can settle (a journal left by a crash on a
/// network drive) is no finding.
Result<void> inspect(const fs::path &file, Journal journal)
{
    try {
        const auto database = connect(file, kRead, journal);
        if (auto fits = checkFormat(*database, file); !fits) return fits;
        if (formatVersion(*database) == 0) return {}; // made and killed at once: still empty
        return checkSound(*database, file);
    } catch (const std::exception &exception) {
        const int code = sqlCode(exception);
        if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN) return {};
        return std::unexpected(sqlError(exception, nullptr, file));
    }
}

/// On a drive that cannot be written SQLite cannot make the shared memory of its log; without a log none is needed.
std::unique_ptr<SQLite::Database> connectToRead(const fs::path &file, Journal journal)
{
    try {
        auto database = connect(file, kRead, journal);
        formatVersion(*database);
        return database;
    } catch (const SQLite::Exception &exception) {
        std::error_code code;
        const auto logBytes = fs::file_size(file.string() + "-wal", code);
        const int kind = sqlCode(exception);
        if ((kind != SQLITE_CANTOPEN && kind != SQLITE_READONLY) || (!code && logBytes > 0)) throw;
    }
    std::string address = "file:";
    for (const unsigned char letter : file.string()) {
        if (std::isalnum(letter) || letter == '/' || letter == '.' || letter == '-' || letter == '_') {
            address += char(letter);
        } else {
            constexpr const char *digits = "0123456789ABCDEF";
            address += {'%', digits[letter >> 4], digits[letter & 15]};
        }
    }
    return connect(address + "?immutable=1", kRead | SQLITE_OPEN_URI, journal);
}

std::string storedId(SQLite::Database &database)
{
    SQLite::Statement query(database, "SELECT value FROM project_values WHERE key = ?");
    query.bind(1, kIdKey);
    return query.executeStep() ? query.getColumn(0).getString() : std::string();
}

void noteReader(SQLite::Database &database, const std::string &reader)
{
    if (reader.empty()) return;
    try {
        SQLite::Statement put(database, "INSERT INTO readers VALUES (?1, ?2, ?2) "
                                        "ON CONFLICT (name) DO UPDATE SET last_ms = excluded.last_ms");
        put.bind(1, reader);
        put.bind(2, nowMs());
        put.exec();
    } catch (const SQLite::Exception &) { // a full disk must not keep anyone from opening the project
    }
}

Result<void> openToWrite(SQLite::Database &database, const fs::path &file)
{
    if (auto done = migrate(database, file); !done) return done;
    SQLite::Statement put(database, "INSERT OR IGNORE INTO project_values VALUES (?, ?)");
    put.bind(1, kIdKey);
    put.bind(2, newId());
    if (storedId(database).empty()) put.exec();
    return {};
}

} // namespace

Project::Project(std::unique_ptr<State> state) : m_state(std::move(state)) {}

Project::~Project()
{
    m_state->database.reset(); // before the lock: the next one finds a file that nobody writes
}

Result<std::unique_ptr<Project>> Project::open(const fs::path &folder, const ProjectOptions &options)
try {
    auto state = std::make_unique<State>();
    std::error_code code;
    state->folder = fs::absolute(folder, code).lexically_normal();
    if (!state->folder.has_filename()) state->folder = state->folder.parent_path(); // "NAME.glio/"
    state->file = state->folder / "project.sqlite";
    state->options = options;
    const auto kind = fs::status(state->file, code).type();
    if (kind == fs::file_type::none) // no answer is not the same as no file: nothing new may take its place
        return fail(Errc::Io, state->file.string() + ": the drive does not say whether a project is there (" +
                                  code.message() + "). Check the folder and its rights.");
    const bool isNew = kind == fs::file_type::not_found;
    if (isNew && (options.ifMissing == IfMissing::Fail || options.access == Access::Read))
        return std::unexpected(missing(state->folder));
    if (isNew &&
        (fs::exists(state->file.string() + "-wal", code) || fs::exists(state->file.string() + "-journal", code)))
        return fail(Errc::Io, state->folder.string() + ": project.sqlite is missing, but its log is there. Bring the "
                                                       "file back; a new project needs another folder.");
    if (isNew) {
        fs::create_directories(state->folder, code);
        if (code)
            return fail(Errc::Io, state->folder.string() + ": the folder cannot be made (" + code.message() + ").");
    }
    state->journal = options.journal == Journal::ByDrive ? journalForFolder(state->folder) : options.journal;
    if (options.access == Access::Read) {
        state->whyReadOnly = state->folder.string() + ": the project was opened for reading only.";
    } else {
        auto taken = ProjectLock::take(state->folder, {options.reader, hostName(), getpid(), nowMs()});
        state->lock = std::move(taken.lock);
        state->heldBy = taken.holder;
        state->whyReadOnly = taken.sentence;
    }
    if (!isNew)
        if (auto sound = inspect(state->file, state->journal); !sound) return std::unexpected(sound.error());
    auto opened = guarded(nullptr, state->file, [&]() -> Result<void> {
        if (!state->lock) {
            if (isNew) return std::unexpected(missing(state->folder));
            state->database = connectToRead(state->file, state->journal);
            if (formatVersion(*state->database) != migrations().back().version)
                return fail(Errc::Unsupported, state->file.string() + ": this project has an older format. Open it "
                                                                      "once for writing, which brings it up to date.");
        } else {
            state->database = connect(state->file, kWrite | SQLITE_OPEN_CREATE, state->journal);
            if (auto ready = openToWrite(*state->database, state->file); !ready) return ready;
            noteReader(*state->database, options.reader);
        }
        state->id = storedId(*state->database);
        return {};
    });
    if (!opened && opened.error().code == Errc::Io && state->lock && !isNew && fs::exists(state->file, code)) {
        // The lock file could be written, but the database cannot: then at least read it.
        auto reading = guarded(nullptr, state->file, [&]() -> Result<void> {
            state->database = connectToRead(state->file, state->journal);
            if (formatVersion(*state->database) != migrations().back().version) return opened;
            state->id = storedId(*state->database);
            return {};
        });
        if (!reading) return std::unexpected(opened.error());
        state->lock.reset();
        state->whyReadOnly = opened.error().message + " The project is open for reading only.";
        opened = {};
    }
    if (!opened) return std::unexpected(opened.error());
    if (isNew) {
        syncFolder(state->folder);
        syncFolder(state->folder.parent_path());
    }
    state->rememberIdentities();
    return std::unique_ptr<Project>(new Project(std::move(state)));
} catch (const std::exception &exception) {
    return std::unexpected(sqlError(exception, nullptr, folder));
}

Result<void> Project::reconnect()
try {
    State &state = *m_state;
    if (!state.lock) return fail(Errc::Io, state.whyReadOnly);
    std::error_code code;
    if (!fs::exists(state.file, code)) return state.inPlace();
    std::unique_ptr<ProjectLock> lock;
    if (!state.lock->isInPlace()) {
        auto taken = ProjectLock::take(state.folder, {state.options.reader, hostName(), getpid(), nowMs()});
        if (!taken.lock) return fail(Errc::Io, taken.sentence);
        lock = std::move(taken.lock);
    }
    const Journal journal =
        state.options.journal == Journal::ByDrive ? journalForFolder(state.folder) : state.options.journal;
    return guarded(nullptr, state.file, [&]() -> Result<void> {
        auto database = connect(state.file, kWrite, journal);
        if (auto fits = checkFormat(*database, state.file); !fits) return std::unexpected(fits.error());
        if (formatVersion(*database) != migrations().back().version || storedId(*database) != state.id)
            return fail(Errc::Io, state.folder.string() + ": another project lies here now. Put the right one back, or "
                                                          "choose another place.");
        state.database = std::move(database);
        state.journal = journal;
        if (lock) state.lock = std::move(lock);
        state.rememberIdentities();
        return {};
    });
} catch (const std::exception &exception) {
    return std::unexpected(sqlError(exception, nullptr, m_state->file));
}

const fs::path &Project::folder() const { return m_state->folder; }
const std::string &Project::reader() const { return m_state->options.reader; }
std::string Project::id() const { return m_state->id; }
bool Project::isReadOnly() const { return !m_state->whyReadOnly.empty(); }
const std::string &Project::whyReadOnly() const { return m_state->whyReadOnly; }
const std::optional<Holder> &Project::heldBy() const { return m_state->heldBy; }
Journal Project::journal() const { return m_state->journal; }

namespace {
Result<fs::path> madeFolder(const fs::path &path)
{
    std::error_code code;
    fs::create_directories(path, code);
    if (!code) return path;
    const auto errc = code == std::errc::no_space_on_device ? Errc::DiskFull : Errc::Io;
    return fail(errc, path.string() + ": the folder cannot be made (" + code.message() + ").");
}
} // namespace

Result<fs::path> Project::runsFolder() const { return madeFolder(m_state->folder / "runs"); }
Result<fs::path> Project::modelsFolder() const { return madeFolder(m_state->folder / "models"); }

Result<fs::path> Project::caseFolder(const std::string &caseId) const
{
    // Ids are any text: what is no plain file name becomes its hash, so that nothing reaches outside.
    const auto plain = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; };
    const bool fits =
        !caseId.empty() && caseId.size() <= 100 && caseId.front() != '.' && std::ranges::all_of(caseId, plain);
    const auto known = m_state->read([&] { return m_state->needCase(caseId); });
    if (!known) return std::unexpected(known.error());
    const std::string name = fits ? caseId : "id-" + sha256Hex(std::as_bytes(std::span(caseId))).substr(0, 32);
    return madeFolder(m_state->folder / "cases" / name);
}

Result<void> Project::check() const
{
    return m_state->read([&] { return checkAll(*m_state->database, m_state->file); });
}

} // namespace glio::project
