#pragma once
#include "glioscope/base/Error.h"
#include "glioscope/project/ProjectTypes.h"

#include <map>
#include <memory>
#include <optional>
#include <span>

namespace glio::project {

/// The workstation's memory: a folder NAME.glio/ with `project.sqlite`, and `runs/`, `models/`, `cases/<id>/` made when
/// first asked for. A function that writes returns when its one transaction is on the disk; after an error nothing of
/// it holds. No case, mask or step is ever deleted: undone steps that a new one replaces, and forgotten cases, stay in
/// the file.
/// Errors of every function: InvalidArgument (names something that is not there), DiskFull, Io (unreadable, damaged,
/// read-only, gone, locked). Thread: one at a time, any; usually JournalWriter's.
class Project {
public:
    /// A project that someone else has open for writing, or whose folder cannot be written, opens read-only and
    /// says why. Errors: Io (missing, damaged: the file stays as it is), Unsupported (written by a newer Glioscope, or
    /// another program's file), DiskFull.
    static Result<std::unique_ptr<Project>> open(const std::filesystem::path &folder, const ProjectOptions &options);
    ~Project(); ///< ends the hold on the project

    const std::filesystem::path &folder() const;
    const std::string &reader() const; ///< who works here, from the options
    std::string id() const;            ///< made with the project; copies share it
    bool isReadOnly() const;
    const std::string &whyReadOnly() const;      ///< a sentence; empty when it can be written
    const std::optional<Holder> &heldBy() const; ///< when someone else has it open
    Journal journal() const;                     ///< WriteAhead or Truncate

    Result<std::filesystem::path> runsFolder() const; ///< made if need be, as the next two
    Result<std::filesystem::path> modelsFolder() const;
    Result<std::filesystem::path> caseFolder(const std::string &caseId) const; ///< for big derived files

    // --- cases
    Result<std::vector<CaseRow>> cases() const; ///< by name
    Result<std::optional<CaseRow>> findCase(const std::string &caseId) const;
    Result<void> putCase(const CaseRow &row); ///< adds, replaces, or brings a forgotten one back
    /// No longer listed; its masks stay in the file and are there again after putCase with this id.
    Result<void> forgetCase(const std::string &caseId);
    Result<std::vector<Series>> series(const std::string &caseId) const;               ///< in the order they were put
    Result<void> putSeries(const std::string &caseId, std::span<const Series> series); ///< in place of all it had

    /// What a row holds about a file, or about a folder of files: reads all of it. Errors: Io.
    Result<Series> describe(const std::filesystem::path &path, const std::string &sequence) const;
    /// Looks at the relative path, then at the absolute one, then in `folders` and below by size and hash. What lies
    /// at a path counts as unchanged when size and time are the recorded ones, or else when the hash is.
    Result<LocatedSeries> locate(const Series &series, std::span<const std::filesystem::path> folders = {}) const;

    // --- texts by key: notes, review state, time spent
    Result<std::map<std::string, std::string>> values() const;
    Result<void> putValue(const std::string &key, const std::string &value);
    Result<std::map<std::string, std::string>> caseValues(const std::string &caseId) const;
    Result<void> putCaseValue(const std::string &caseId, const std::string &key, const std::string &value);
    Result<std::vector<ReaderRow>> readers() const;

    // --- masks
    Result<std::vector<MaskRow>> masks(const std::string &caseId) const; ///< in the order they were first put
    /// Adds, or renames and so on. `start`: what it holds before its first step, kept for good; empty: background.
    Result<void> putMask(const MaskRow &mask, std::span<const SnapshotBlock> start = {});

    // --- journal of a mask: `position` steps hold, those beyond are undone but can come back
    /// Adds `step` after the position; undone steps are abandoned (kept in the file, no longer listed). The number of
    /// the new step. A step whose id is there already is not written again. Errors: also Internal, when step.number is
    /// not the next one.
    Result<int> append(const std::string &maskId, const Step &step, const StepBlobs &blobs);
    Result<void> setPosition(const std::string &maskId, int position); ///< 0 … number of steps
    Result<int> position(const std::string &maskId) const;
    Result<std::vector<Step>> steps(const std::string &maskId) const;     ///< without blobs; the undone ones too
    Result<StepBlobs> blobs(const std::string &maskId, int number) const; ///< Io names the step when it is damaged

    // --- snapshots, so that a long history opens quickly
    /// The mask after step `position`. Kept: the start, and the last two.
    Result<void> putSnapshot(const std::string &maskId, int position, std::span<const SnapshotBlock> blocks);
    /// The nearest one at or before `upTo` that is whole and on the history that holds; none: from background.
    /// Errors: also Io when there is one but all are damaged.
    Result<std::optional<Snapshot>> latestSnapshot(const std::string &maskId, int upTo) const;

    // --- when something is wrong
    /// Reads the whole database. Errors: Io, with what is damaged.
    Result<void> check() const;
    /// A copy of the database, as far as it can be read, in another folder; series are named from there. Derived files
    /// stay where they are. Errors: also Io when a project is there already, or nothing, or not every case and mask,
    /// could be read; the other folder then holds no project.
    Result<CopyReport> copyTo(const std::filesystem::path &folder) const;
    /// Opens the same database anew, after its folder was away. Errors: Io; the old connection then stays.
    Result<void> reconnect();

    struct State;

private:
    explicit Project(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace glio::project
