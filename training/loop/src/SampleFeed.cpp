#include "glioscope/loop/SampleFeed.h"

#include <chrono>
#include <new>

namespace glio::loop {

SampleFeed::SampleFeed(Make make, std::int64_t first, std::size_t ahead)
    : m_make(std::move(make)), m_ahead(ahead), m_thread([this, first] { run(first); })
{
}

SampleFeed::~SampleFeed()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_ending = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

void SampleFeed::run(std::int64_t number)
{
    for (;; ++number) {
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [this] { return m_ending || m_ready.size() < m_ahead; });
            if (m_ending) return;
        }
        Result<augment::Sample> made = fail(Errc::Internal, "");
        try {
            made = m_make(number);
        } catch (const std::bad_alloc &) {
            made = fail(Errc::OutOfMemory, "There was not enough memory to make a training sample.");
        } catch (const std::exception &error) {
            made = fail(Errc::Internal, std::string("A training sample could not be made: ") + error.what());
        }
        const bool failed = !made;
        {
            const std::scoped_lock lock(m_mutex);
            m_ready.push_back(std::move(made));
        }
        m_changed.notify_all();
        if (failed) return;
    }
}

Result<augment::Sample> SampleFeed::next()
{
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_ready.empty(); });
    m_waited += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!m_ready.front()) return m_ready.front(); // an error stays: whoever asks again gets it again
    auto sample = std::move(m_ready.front());
    m_ready.pop_front();
    lock.unlock();
    m_changed.notify_all();
    return sample;
}

} // namespace glio::loop
