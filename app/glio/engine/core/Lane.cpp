#include "engine/core/Lane.h"

namespace glio::engine {

Lane::Lane() : m_thread([this] { run(); }) {}

Lane::~Lane()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
        m_waiting.clear();
    }
    m_changed.notify_all();
    m_thread.join();
}

bool Lane::add(std::function<void()> work)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_waiting.size() >= kMostWaiting) return false;
        m_waiting.push_back(std::move(work));
    }
    m_changed.notify_one();
    return true;
}

void Lane::run()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_stop || !m_waiting.empty(); });
        if (m_stop) return;
        auto work = std::move(m_waiting.front());
        m_waiting.pop_front();
        lock.unlock();
        work();
        work = nullptr; // what it held goes before the next begins
        lock.lock();
    }
}

} // namespace glio::engine
