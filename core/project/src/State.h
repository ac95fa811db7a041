#pragma once
#include "ProjectLock.h"
#include "Sql.h"

#include "glioscope/project/Project.h"

namespace glio::project {

/// Which file a name stands for at the moment.
struct FileIdentity {
    std::uint64_t device = 0, node = 0;
    friend bool operator==(const FileIdentity &, const FileIdentity &) = default;
};
std::optional<FileIdentity> identityOf(const std::filesystem::path &path);

struct Project::State {
    std::filesystem::path folder, file; ///< absolute; file = folder/project.sqlite
    ProjectOptions options;
    Journal journal = Journal::WriteAhead;
    std::string id;
    std::string whyReadOnly;
    std::optional<Holder> heldBy;
    std::unique_ptr<ProjectLock> lock;
    mutable std::unique_ptr<SQLite::Database> database; ///< mutable: SQLiteCpp's statements ask for it so
    std::optional<FileIdentity> fileIdentity, logIdentity;

    /// The commit goes to the files that the names stand for, and not to ones that were unlinked or moved away under
    /// us: there it would succeed and be lost. Errors: Io.
    Result<void> inPlace() const;
    void rememberIdentities();

    template <class F> auto read(F &&f) const -> std::invoke_result_t<F>
    {
        return guarded(database->getHandle(), file, std::forward<F>(f));
    }

    /// One transaction: `f` returns a Result; an error undoes all of it. Returns when the disk has it.
    template <class F> auto write(F &&f) -> std::invoke_result_t<F>
    {
        if (!whyReadOnly.empty()) return fail(Errc::Io, whyReadOnly + " Nothing was written.");
        if (auto placed = inPlace(); !placed) return std::unexpected(placed.error());
        return guarded(database->getHandle(), file, [&]() -> std::invoke_result_t<F> {
            std::invoke_result_t<F> result;
            {
                SQLite::Transaction transaction(*database, SQLite::TransactionBehavior::IMMEDIATE);
                result = f();
                if (!result) return result;
                transaction.commit();
            }
            if (!logIdentity && journal == Journal::WriteAhead) logIdentity = identityOf(file.string() + "-wal");
            if (auto placed = inPlace(); !placed) return std::unexpected(placed.error());
            return result;
        });
    }

    SQLite::Statement statement(const char *sql) const { return SQLite::Statement(*database, sql); }
    /// Errors: InvalidArgument.
    Result<void> needCase(const std::string &caseId) const;
    Result<int> heldPosition(const std::string &maskId) const;
    int stepCount(const std::string &maskId) const;
    void insertSnapshot(const std::string &maskId, int position, const std::optional<std::string> &stepId,
                        std::span<const SnapshotBlock> blocks);
};

/// A connection with our settings; `flags` are SQLite's. Throws.
std::unique_ptr<SQLite::Database> connect(const std::filesystem::path &file, int flags, Journal journal);

/// Throws what SQLite throws when the file is no sound database. Small ones are read whole, of large ones the tables
/// without blobs, so that a project of gigabytes opens at once.
Result<void> checkSound(SQLite::Database &database, const std::filesystem::path &file);
/// All of it. Errors: Io, with SQLite's first finding.
Result<void> checkAll(SQLite::Database &database, const std::filesystem::path &file);

/// `absolute` as seen from `folder`, after links; empty where there is no way.
std::filesystem::path relativeTo(const std::filesystem::path &absolute, const std::filesystem::path &folder);

constexpr const char *kIdKey = "glioscope.project.id"; ///< in project_values; not listed by values()

} // namespace glio::project
