#pragma once
#include "glioscope/project/Project.h"

#include <functional>
#include <future>
#include <memory>

namespace glio::project {

/// Owns a project on a thread of its own and writes what it is given, in order. What cannot be written now (disk full,
/// drive gone) is kept in memory with everything after it, and tried again every few seconds: nothing is dropped,
/// nothing overtakes. Thread: any may call; callbacks run on the writer's thread.
class JournalWriter {
public:
    using Job = std::function<Result<void>(Project &)>;
    using Done = std::function<void(const Result<void> &)>;
    /// Told when writing begins to fail (with the reason) and when it works again (no error).
    using StateChanged = std::function<void(const std::optional<Error> &)>;

    explicit JournalWriter(std::unique_ptr<Project> project, StateChanged stateChanged = {}, int retryMs = 3000);
    ~JournalWriter(); ///< writes what it can, at most 10 s long

    /// DiskFull and Io are kept and tried again, and `done` hears of the end alone; other errors end the job.
    void submit(Job job, Done done = {});
    /// An answer from the project, after what was submitted before (or at once while writing fails).
    template <class T> std::future<T> ask(std::function<T(Project &)> question)
    {
        auto promise = std::make_shared<std::promise<T>>();
        std::future<T> answer = promise->get_future();
        read([promise, question = std::move(question)](Project &project) { promise->set_value(question(project)); });
        return answer;
    }
    bool flush(int timeoutMs); ///< true: all is on disk
    std::size_t pending() const;
    bool failing() const;
    void retryNow();
    /// Goes on in another folder: what is in the project now, then everything that waits. Errors: as Project; the
    /// writer then stays where it was.
    Result<void> moveTo(const std::filesystem::path &folder, const ProjectOptions &options);

private:
    void read(std::function<void(Project &)> question);
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace glio::project
