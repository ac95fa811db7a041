#include "glioscope/base/Parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <sched.h>
#include <thread>
#include <utility>
#include <vector>

namespace glio {
namespace {

thread_local bool t_inside = false;

/// Threads that wait for one job at a time; the caller works along.
class Pool {
public:
    static Pool &instance()
    {
        // Never destroyed: worker threads may outlive static destruction order, and the process ends anyway.
        static Pool *pool = new Pool(threadCount() - 1);
        return *pool;
    }

    /// False when another caller is using the pool: that caller then works alone, which is never worse than waiting.
    bool run(std::int64_t chunks, const std::function<void(std::int64_t)> &work)
    {
        const std::unique_lock busy(m_busy, std::try_to_lock);
        if (!busy || m_threads.empty()) return false;
        {
            const std::lock_guard lock(m_mutex);
            m_work = &work;
            m_chunks = chunks;
            m_next = 0;
            m_working = int(m_threads.size());
            ++m_generation;
        }
        m_wake.notify_all();
        takeChunks(work, chunks);
        std::unique_lock lock(m_mutex);
        m_done.wait(lock, [this] { return m_working == 0; });
        m_work = nullptr;
        return true;
    }

private:
    explicit Pool(int count)
    {
        for (int n = 0; n < count; ++n)
            m_threads.emplace_back([this] { loop(); });
    }
    void takeChunks(const std::function<void(std::int64_t)> &work, std::int64_t chunks)
    {
        for (std::int64_t n = m_next++; n < chunks; n = m_next++)
            work(n);
    }
    [[noreturn]] void loop()
    {
        t_inside = true;
        std::uint64_t seen = 0;
        std::unique_lock lock(m_mutex);
        for (;;) {
            m_wake.wait(lock, [&] { return m_generation != seen; });
            seen = m_generation;
            const auto *work = m_work;
            const auto chunks = m_chunks;
            lock.unlock();
            takeChunks(*work, chunks);
            lock.lock();
            if (--m_working == 0) m_done.notify_one();
        }
    }

    std::mutex m_busy, m_mutex;
    std::condition_variable m_wake, m_done;
    std::vector<std::jthread> m_threads;
    const std::function<void(std::int64_t)> *m_work = nullptr;
    std::int64_t m_chunks = 0;
    std::atomic<std::int64_t> m_next{0};
    int m_working = 0;
    std::uint64_t m_generation = 0;
};

} // namespace

int threadCount()
{
    static const int count = [] {
        if (const char *value = std::getenv("GLIO_THREADS"); value && std::atoi(value) > 0) return std::atoi(value);
        cpu_set_t set;
        if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
        return std::max(1, int(std::thread::hardware_concurrency()));
    }();
    return count;
}

void parallelFor(std::int64_t begin, std::int64_t end, std::int64_t grain,
                 const std::function<void(std::int64_t, std::int64_t)> &body)
{
    const std::int64_t length = end - begin;
    if (length <= 0) return;
    grain = std::max<std::int64_t>(1, grain);
    // Four pieces a thread level out uneven work without much overhead.
    const std::int64_t chunks = std::min((length + grain - 1) / grain, std::int64_t(threadCount()) * 4);
    if (chunks <= 1 || t_inside || threadCount() == 1) {
        body(begin, end);
        return;
    }
    std::exception_ptr first;
    std::mutex firstMutex;
    const std::function<void(std::int64_t)> work = [&](std::int64_t n) {
        try {
            body(begin + length * n / chunks, begin + length * (n + 1) / chunks);
        } catch (...) {
            const std::lock_guard lock(firstMutex);
            if (!first) first = std::current_exception();
        }
    };
    const bool outer = std::exchange(t_inside, true);
    const bool ran = Pool::instance().run(chunks, work);
    t_inside = outer;
    if (!ran) {
        body(begin, end);
        return;
    }
    if (first) std::rethrow_exception(first);
}

} // namespace glio
