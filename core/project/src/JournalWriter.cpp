#include "glioscope/project/JournalWriter.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace glio::project {
namespace {
bool waits(const Error &error) { return error.code == Errc::DiskFull || error.code == Errc::Io; }
} // namespace

struct JournalWriter::Private {
    struct Entry {
        Job job; ///< one of the two
        std::function<void(Project &)> question;
        Done done;
    };

    std::unique_ptr<Project> project; ///< the writer's thread alone
    StateChanged stateChanged;
    int retryMs;
    mutable std::mutex lock;
    std::condition_variable wake, idle;
    std::deque<Entry> queue;
    bool failing = false, retry = false, stop = false, busy = false;
    std::thread thread;

    void run()
    {
        std::unique_lock guard(lock);
        for (;;) {
            wake.wait(guard, [&] { return stop || !queue.empty(); });
            if (queue.empty()) return;
            if (!failing) {
                attempt(guard);
                continue;
            }
            if (hasQuestion()) { // questions need not wait for the disk
                answerFirstQuestion(guard);
                continue;
            }
            // After a failure: again when told to, after a while, or one last time before the end.
            const std::size_t before = queue.size();
            const bool told = wake.wait_for(guard, std::chrono::milliseconds(retryMs),
                                            [&] { return stop || retry || hasQuestion(); });
            if (told && !stop && !retry) continue;
            const bool last = stop;
            retry = false;
            if (!attempt(guard) && last && queue.size() >= before) return;
        }
    }

    bool hasQuestion() const
    {
        return std::ranges::any_of(queue, [](const Entry &entry) { return bool(entry.question); });
    }

    void answerFirstQuestion(std::unique_lock<std::mutex> &guard)
    {
        const auto found = std::ranges::find_if(queue, [](const Entry &entry) { return bool(entry.question); });
        const auto question = std::move(found->question);
        queue.erase(found);
        guard.unlock();
        question(*project);
        guard.lock();
    }

    /// The first entry. False: it failed and stays first.
    bool attempt(std::unique_lock<std::mutex> &guard)
    {
        Entry entry = queue.front();
        busy = true;
        guard.unlock();
        Result<void> done;
        if (entry.question)
            entry.question(*project);
        else
            done = entry.job(*project);
        const bool keep = !done && waits(done.error());
        if (!keep && entry.done) entry.done(done);
        guard.lock();
        busy = false;
        if (!keep) queue.pop_front();
        if (keep != failing) {
            failing = keep;
            guard.unlock();
            if (stateChanged) stateChanged(keep ? std::optional<Error>(done.error()) : std::nullopt);
            guard.lock();
        }
        idle.notify_all();
        return !keep;
    }
};

JournalWriter::JournalWriter(std::unique_ptr<Project> project, StateChanged stateChanged, int retryMs)
    : m(std::make_unique<Private>())
{
    m->project = std::move(project);
    m->stateChanged = std::move(stateChanged);
    m->retryMs = retryMs;
    m->thread = std::thread([this] { m->run(); });
}

JournalWriter::~JournalWriter()
{
    flush(10'000);
    {
        const std::lock_guard guard(m->lock);
        m->stop = true;
    }
    m->wake.notify_all();
    m->thread.join();
}

void JournalWriter::submit(Job job, Done done)
{
    {
        const std::lock_guard guard(m->lock);
        m->queue.push_back({std::move(job), {}, std::move(done)});
    }
    m->wake.notify_all();
}

void JournalWriter::read(std::function<void(Project &)> question)
{
    {
        const std::lock_guard guard(m->lock);
        m->queue.push_back({{}, std::move(question), {}});
    }
    m->wake.notify_all();
}

bool JournalWriter::flush(int timeoutMs)
{
    std::unique_lock guard(m->lock);
    if (m->failing) {
        m->retry = true;
        m->wake.notify_all();
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
    // While the disk refuses there is nothing to wait for beyond one more try.
    bool tried = !m->failing;
    while (!m->queue.empty() || m->busy) {
        if (m->idle.wait_until(guard, until) == std::cv_status::timeout) break;
        if (m->failing && tried) break;
        tried = true;
    }
    return m->queue.empty() && !m->busy;
}

std::size_t JournalWriter::pending() const
{
    const std::lock_guard guard(m->lock);
    return m->queue.size();
}

bool JournalWriter::failing() const
{
    const std::lock_guard guard(m->lock);
    return m->failing;
}

void JournalWriter::retryNow()
{
    {
        const std::lock_guard guard(m->lock);
        m->retry = true;
    }
    m->wake.notify_all();
}

Result<void> JournalWriter::moveTo(const std::filesystem::path &folder, const ProjectOptions &options)
{
    auto moved = ask<Result<void>>([this, folder, options](Project &project) -> Result<void> {
        if (const auto copied = project.copyTo(folder); !copied) return copied;
        auto other = Project::open(folder, options);
        if (!other) return std::unexpected(other.error());
        m->project = std::move(*other); // `project` is gone from here on; this is the writer's thread
        return {};
    });
    const Result<void> done = moved.get();
    if (done) retryNow();
    return done;
}

} // namespace glio::project
