#include "glioscope/project/JournalWriter.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace glio::project {
namespace {

using Clock = std::chrono::steady_clock;
using Question = std::function<void(const Project &)>;

Result<void> run(const WriteJob &job, Project &project)
try {
    return job.run(project);
} catch (const std::bad_alloc &) {
    return fail(Errc::OutOfMemory, job.what + ": there is not enough memory to write this. Close other programs.");
} catch (const std::exception &exception) {
    return fail(Errc::Internal, job.what + ": " + exception.what() + '.');
}

} // namespace

struct JournalWriter::Work {
    struct Item { // one of the two
        WriteJob job;
        Question question;
    };
    struct Move {
        std::filesystem::path folder;
        std::function<void(Result<CopyReport>)> done;
    };

    JournalWriterOptions options;
    std::unique_ptr<Project> project; ///< the writer thread's alone

    mutable std::mutex mutex;
    std::condition_variable wake, finished;
    std::deque<Item> queue;      ///< the job that runs stays in front until it is on the disk
    std::deque<Question> urgent; ///< asked while failing
    std::deque<Move> moves;
    std::size_t waiting = 0; ///< jobs in the queue
    std::optional<Error> failing;
    Clock::time_point nextTry{};
    bool retry = false, stop = false;
    std::filesystem::path folder;
    std::thread thread;

    using Lock = std::unique_lock<std::mutex>;

    void loop();
    void tryFront(Lock &lock);
    void askUrgent(Lock &lock);
    void move(Lock &lock);
    void setFailing(Lock &lock, std::optional<Error> error);
    void giveUp(Lock &lock);
    void add(Item item);
};

void JournalWriter::Work::add(Item item)
{
    {
        const std::lock_guard lock(mutex);
        if (item.question && failing) {
            urgent.push_back(std::move(item.question));
        } else {
            if (!item.question) ++waiting;
            queue.push_back(std::move(item));
        }
    }
    wake.notify_one();
}

void JournalWriter::Work::setFailing(Lock &lock, std::optional<Error> error)
{
    if (error) nextTry = Clock::now() + options.retryEvery;
    if (error == failing) return;
    failing = std::move(error);
    if (failing) // questions no longer wait for what may take hours
        std::erase_if(queue, [&](Item &item) {
            if (!item.question) return false;
            urgent.push_back(std::move(item.question));
            return true;
        });
    if (!options.onState) return;
    const WriterState now{failing, waiting};
    lock.unlock();
    options.onState(now);
    lock.lock();
}

void JournalWriter::Work::tryFront(Lock &lock)
{
    retry = false;
    if (queue.front().question) {
        const Question question = std::move(queue.front().question);
        queue.pop_front();
        lock.unlock();
        question(*project);
        lock.lock();
        return;
    }
    const WriteJob &job = queue.front().job; // adding to a deque's end moves none of the others
    // After a disk was full the connection is as good as before; after anything else it may lead to a dead file.
    const bool anew = failing && failing->code != Errc::DiskFull;
    lock.unlock();
    Result<void> result;
    if (anew) result = project->reconnect();
    if (result) result = run(job, *project);
    lock.lock();
    if (!result && (result.error().code != Errc::InvalidArgument)) {
        setFailing(lock, result.error());
        return;
    }
    const WriteDone done = std::move(queue.front().job.done);
    queue.pop_front();
    --waiting;
    setFailing(lock, std::nullopt);
    lock.unlock();
    if (done) done(std::move(result));
    lock.lock();
    finished.notify_all();
}

void JournalWriter::Work::askUrgent(Lock &lock)
{
    while (!urgent.empty()) {
        const Question question = std::move(urgent.front());
        urgent.pop_front();
        lock.unlock();
        question(*project);
        lock.lock();
    }
}

void JournalWriter::Work::move(Lock &lock)
{
    const Move wish = std::move(moves.front());
    moves.pop_front();
    lock.unlock();
    auto copied = project->copyTo(wish.folder);
    if (copied) {
        auto opened = Project::open(wish.folder, {project->reader(), IfMissing::Fail, Access::Write, Journal::ByDrive});
        if (opened && !(*opened)->isReadOnly())
            project = std::move(*opened);
        else
            copied = opened ? fail(Errc::Io, (*opened)->whyReadOnly()) : std::unexpected(opened.error());
    }
    lock.lock();
    if (copied) {
        folder = project->folder();
        setFailing(lock, std::nullopt); // what waits runs at once
    }
    lock.unlock();
    if (wish.done) wish.done(std::move(copied));
    lock.lock();
}

void JournalWriter::Work::giveUp(Lock &lock)
{
    while (!queue.empty()) {
        Item item = std::move(queue.front());
        queue.pop_front();
        if (!item.question) --waiting;
        const Error why = failing.value_or(Error{Errc::Cancelled, "The project was closed."});
        lock.unlock();
        if (item.question)
            item.question(*project);
        else if (item.job.done)
            item.job.done(fail(why.code, item.job.what + " could not be kept: " + why.message));
        lock.lock();
    }
    finished.notify_all();
}

void JournalWriter::Work::loop()
{
    Lock lock(mutex);
    bool triedLast = false;
    for (;;) {
        const auto due = [&] { return !queue.empty() && (!failing || retry || Clock::now() >= nextTry); };
        const auto ready = [&] { return stop || !moves.empty() || !urgent.empty() || due(); };
        if (failing && !queue.empty())
            wake.wait_until(lock, nextTry, ready);
        else
            wake.wait(lock, ready);
        if (!urgent.empty()) {
            askUrgent(lock);
        } else if (!moves.empty()) {
            move(lock);
        } else if (due() || (stop && failing && !triedLast && !queue.empty())) {
            triedLast = stop;
            tryFront(lock);
        } else if (stop && (queue.empty() || failing)) {
            giveUp(lock);
            return;
        }
    }
}

JournalWriter::JournalWriter(std::unique_ptr<Project> project, JournalWriterOptions options)
    : m_work(std::make_unique<Work>())
{
    m_work->options = std::move(options);
    m_work->folder = project->folder();
    m_work->project = std::move(project);
    m_work->thread = std::thread([work = m_work.get()] { work->loop(); });
}

JournalWriter::~JournalWriter()
{
    {
        const std::lock_guard lock(m_work->mutex);
        m_work->stop = true;
    }
    m_work->wake.notify_one();
    m_work->thread.join();
}

void JournalWriter::submit(WriteJob job) { m_work->add({std::move(job), {}}); }

void JournalWriter::append(const std::string &maskId, Step step, StepBlobs blobs, WriteDone done)
{
    // With an id and a time from now: a commit that the disk reported as failed may be found there after all.
    if (step.id.empty()) step.id = newId();
    if (step.madeMs == 0) step.madeMs = nowMs();
    std::string what = "A step of mask '" + maskId + "'";
    submit({std::move(what),
            [maskId, step = std::move(step), blobs = std::move(blobs)](Project &project) -> Result<void> {
                return project.append(maskId, step, blobs).transform([](int) {});
            },
            std::move(done)});
}

void JournalWriter::setPosition(const std::string &maskId, int position, WriteDone done)
{
    submit({"The position of mask '" + maskId + "'",
            [=](Project &project) { return project.setPosition(maskId, position); }, std::move(done)});
}

void JournalWriter::putSnapshot(const std::string &maskId, int position, std::vector<SnapshotBlock> blocks,
                                WriteDone done)
{
    submit({"A snapshot of mask '" + maskId + "'",
            [maskId, position, blocks = std::move(blocks)](Project &project) {
                return project.putSnapshot(maskId, position, blocks);
            },
            std::move(done)});
}

void JournalWriter::putMask(MaskRow mask, std::vector<SnapshotBlock> start, WriteDone done)
{
    if (mask.madeMs == 0) mask.madeMs = nowMs();
    std::string what = "Mask '" + mask.id + "'";
    submit(
        {std::move(what),
         [mask = std::move(mask), start = std::move(start)](Project &project) { return project.putMask(mask, start); },
         std::move(done)});
}

void JournalWriter::putCase(CaseRow row, WriteDone done)
{
    std::string what = "Case '" + row.id + "'";
    submit(
        {std::move(what), [row = std::move(row)](Project &project) { return project.putCase(row); }, std::move(done)});
}

void JournalWriter::putSeries(const std::string &caseId, std::vector<Series> series, WriteDone done)
{
    submit({"The images of case '" + caseId + "'",
            [caseId, series = std::move(series)](Project &project) { return project.putSeries(caseId, series); },
            std::move(done)});
}

void JournalWriter::putCaseValue(const std::string &caseId, std::string key, std::string value, WriteDone done)
{
    submit({"'" + key + "' of case '" + caseId + "'",
            [caseId, key, value](Project &project) { return project.putCaseValue(caseId, key, value); },
            std::move(done)});
}

void JournalWriter::read(Question question)
{
    if (question) m_work->add({{}, std::move(question)});
}

void JournalWriter::retryNow()
{
    {
        const std::lock_guard lock(m_work->mutex);
        m_work->retry = true;
    }
    m_work->wake.notify_one();
}

void JournalWriter::moveTo(const std::filesystem::path &folder, std::function<void(Result<CopyReport>)> done)
{
    {
        const std::lock_guard lock(m_work->mutex);
        m_work->moves.push_back({folder, std::move(done)});
    }
    m_work->wake.notify_one();
}

Result<void> JournalWriter::flush(std::chrono::milliseconds timeout)
{
    retryNow();
    std::unique_lock lock(m_work->mutex);
    if (m_work->finished.wait_for(lock, timeout, [&] { return m_work->waiting == 0; })) return {};
    if (m_work->failing) return std::unexpected(*m_work->failing);
    return fail(Errc::Io, m_work->folder.string() + ": the drive is slow; " + std::to_string(m_work->waiting) +
                              " changes are not on it yet. Wait a little longer.");
}

std::size_t JournalWriter::pending() const
{
    const std::lock_guard lock(m_work->mutex);
    return m_work->waiting;
}

WriterState JournalWriter::state() const
{
    const std::lock_guard lock(m_work->mutex);
    return {m_work->failing, m_work->waiting};
}

std::filesystem::path JournalWriter::folder() const
{
    const std::lock_guard lock(m_work->mutex);
    return m_work->folder;
}

} // namespace glio::project
