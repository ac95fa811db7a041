#pragma once
#include "glioscope/annotation/MaskDocument.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glio::project {

/// How SQLite keeps its journal: WAL on this machine's own drives, TRUNCATE on network drives, where WAL does not work.
enum class JournalMode { Wal, Truncate };
JournalMode journalModeFor(const std::filesystem::path &folder);

struct ProjectOptions {
    std::string reader;                 ///< who opens it
    bool create = true;                 ///< make it when it is not there
    std::optional<JournalMode> journal; ///< instead of what the drive asks for
};

/// Who has a project open for writing.
struct Holder {
    std::string reader, host;
    std::int64_t pid = 0, sinceMs = 0; ///< UTC, since 1970
};

struct CaseRow {
    std::string id, json; ///< the text belongs to the caller
    std::int64_t updatedMs = 0;
};

/// An image file of a case: found again after the project or the images moved, and never used unseen when changed.
struct SeriesRow {
    std::string sequence;
    std::filesystem::path relative; ///< from the project's folder
    std::filesystem::path absolute;
    std::string sha256;
    std::int64_t bytes = 0, modifiedNs = 0;
};
/// What a file is now: reads it for its hash. Errors: Io.
Result<SeriesRow> describeSeries(const std::filesystem::path &file, const std::filesystem::path &projectFolder,
                                 const std::string &sequence);
struct LocatedSeries {
    enum class How { Relative, Absolute, ByHash, Changed, Missing };
    How how = How::Missing;
    std::filesystem::path path; ///< where it is; for Changed the file that is not what it was
};
/// Beside the project first, then where it was, then any file of that size and hash in `searchIn` (not below).
LocatedSeries locate(const SeriesRow &series, const std::filesystem::path &projectFolder,
                     const std::vector<std::filesystem::path> &searchIn = {});

struct MaskRow {
    std::int64_t id = 0;
    std::string caseId, name, kind; ///< kind: "mine", "model", "reader", "import"
    std::string reader;
    Geometry grid;
    std::int64_t madeMs = 0;
    std::size_t position = 0; ///< steps that hold
};

/// A project folder NAME.glio/ with one SQLite file: cases, series, masks, every step of their histories. What a
/// function that returned has written is on disk (synchronous = FULL). Opened a second time it is read-only and says
/// by whom it is open; the lock goes with the process that holds it. A damaged or newer file is refused and left alone.
/// Errors everywhere: DiskFull, Io (a sentence with the file's name), InvalidArgument. Thread: one at a time.
class Project {
public:
    static Result<std::unique_ptr<Project>> open(const std::filesystem::path &folder, const ProjectOptions &options);
    ~Project();

    const std::filesystem::path &folder() const;
    bool readOnly() const { return openedBy().has_value(); }
    const std::optional<Holder> &openedBy() const;
    static int schemaVersion(); ///< of this program

    std::vector<CaseRow> cases() const; ///< latest first
    std::optional<CaseRow> findCase(const std::string &id) const;
    Result<void> putCase(const CaseRow &row);
    Result<void> forgetCase(const std::string &id); ///< with its masks and history
    Result<void> putSeries(const std::string &caseId, const std::vector<SeriesRow> &series);
    std::vector<SeriesRow> series(const std::string &caseId) const;
    /// Notes, time spent, review: small texts by key; an empty value removes.
    Result<void> setNote(const std::string &caseId, const std::string &key, const std::string &value);
    std::string note(const std::string &caseId, const std::string &key) const;

    Result<std::int64_t> addMask(const MaskRow &row); ///< its id
    std::vector<MaskRow> masks(const std::string &caseId) const;

    /// One transaction: undone steps beyond `before` are set aside (kept in the file, never listed), `step` follows.
    Result<void> append(std::int64_t mask, const Step &step, std::size_t before);
    Result<void> setPosition(std::int64_t mask, std::size_t position);
    /// The whole mask after `position` steps, so that a long history opens quickly. The last two are kept.
    Result<void> putSnapshot(std::int64_t mask, std::size_t position, const LabelMap &labels, const LabelMap &sources);
    Result<std::pair<LabelDelta, LabelDelta>> deltas(std::int64_t mask, std::int64_t number) const;
    /// The mask with its history. Steps before the snapshot it starts from are not in memory: `loader` reads them.
    Result<MaskDocument> restore(const MaskRow &mask, MaskDocument::Loader loader) const;

    /// A whole copy of the database in another folder. Errors: as above; nothing half made is left.
    Result<void> copyTo(const std::filesystem::path &folder) const;
    /// Pages the file may have at most, 0: no limit. A quota; tests fill the disk with it.
    void limitPages(std::int64_t pages);

private:
    struct Private;
    explicit Project(std::unique_ptr<Private> made);
    std::unique_ptr<Private> m;
};

} // namespace glio::project
