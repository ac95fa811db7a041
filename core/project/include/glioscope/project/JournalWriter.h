#pragma once
#include "glioscope/project/Project.h"

#include <chrono>
#include <functional>

namespace glio::project {

using WriteDone = std::function<void(Result<void>)>;

/// One write. `run` makes one call that writes; it runs again after a failure, so it must be able to.
struct WriteJob {
    std::string what; ///< for sentences: "step 7 of the mask"
    std::function<Result<void>(Project &)> run;
    WriteDone done; ///< may be empty
};

struct WriterState {
    std::optional<Error> failing; ///< why writing does not work now; jobs wait in memory, in order
    std::size_t waiting = 0;
    bool isFailing() const { return failing.has_value(); }
};

struct JournalWriterOptions {
    std::chrono::milliseconds retryEvery{3000};
    std::function<void(const WriterState &)> onState; ///< on the writer thread, when failing begins, changes or ends
};

/// Writes a project on a thread of its own, so that no stroke waits for the disk and none is lost. Jobs run in the
/// order they were submitted. One that fails stays first in line with all later ones behind it and is tried again every
/// few seconds, until the disk has room or the folder is back, or moveTo found another place. One exception: a job that
/// names what is not there (InvalidArgument) can never succeed; its `done` says so and the next one runs.
/// Thread: every function from any, none waits for the disk except flush and the destructor. Callbacks come on the
/// writer thread and must not call flush. A job's `done` comes once, after its commit has returned.
class JournalWriter {
public:
    explicit JournalWriter(std::unique_ptr<Project> project, JournalWriterOptions options = {});
    /// Tries once more to write what waits; what cannot be written ends in its `done` with the reason.
    ~JournalWriter();
    JournalWriter(const JournalWriter &) = delete;
    JournalWriter &operator=(const JournalWriter &) = delete;

    void submit(WriteJob job);

    // --- the usual ones
    void append(const std::string &maskId, Step step, StepBlobs blobs, WriteDone done = {});
    void setPosition(const std::string &maskId, int position, WriteDone done = {});
    void putSnapshot(const std::string &maskId, int position, std::vector<SnapshotBlock> blocks, WriteDone done = {});
    void putMask(MaskRow mask, std::vector<SnapshotBlock> start = {}, WriteDone done = {});
    void putCase(CaseRow row, WriteDone done = {});
    void putSeries(const std::string &caseId, std::vector<Series> series, WriteDone done = {});
    void putCaseValue(const std::string &caseId, std::string key, std::string value, WriteDone done = {});

    /// Asks on the writer thread, after the jobs submitted before; while failing, at once, and then it sees what is on
    /// the disk and not what waits.
    void read(std::function<void(const Project &)> question);

    void retryNow();
    /// Copies the project as far as it can be read to `folder`, writes what waits there and goes on there. On an error
    /// everything stays as it was. `done` on the writer thread.
    void moveTo(const std::filesystem::path &folder, std::function<void(Result<CopyReport>)> done = {});
    /// Waits until everything is on the disk. Errors: why not, when the time is over.
    Result<void> flush(std::chrono::milliseconds timeout);
    std::size_t pending() const; ///< jobs that are not on the disk yet
    WriterState state() const;
    std::filesystem::path folder() const; ///< where it writes now

private:
    struct Work;
    std::unique_ptr<Work> m_work;
};

} // namespace glio::project
