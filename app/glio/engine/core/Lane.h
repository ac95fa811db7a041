#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace glio::engine {

/// One thread that does one thing after another.
class Lane {
public:
    Lane();
    ~Lane(); ///< what has not begun is dropped; waits for what runs

    /// Thread: any. False when `kMostWaiting` wait already; `work` is then not kept.
    bool add(std::function<void()> work);
    static constexpr std::size_t kMostWaiting = 256;

private:
    void run();
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::function<void()>> m_waiting;
    bool m_stop = false;
    std::thread m_thread; // last: starts when the rest is there
};

} // namespace glio::engine
