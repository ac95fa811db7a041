#include "glioscope/loop/SampleFeed.h"

#include <algorithm>
#include <chrono>
#include <new>

namespace glio::loop {

SampleFeed::SampleFeed(Make make, std::int64_t first, std::size_t ahead, int threads)
    : m_make(std::move(make)),
      m_nextToMake(first),
      m_nextToTake(first),
      m_ahead(std::max<std::int64_t>(std::int64_t(ahead), threads))
{
    for (int n = 0; n < std::max(1, threads); ++n)
        m_threads.emplace_back([this] { run(); });
}

SampleFeed::~SampleFeed()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_ending = true;
    }
    m_changed.notify_all();
    for (std::thread &thread : m_threads)
        thread.join();
}

void SampleFeed::run()
{
    for (;;) {
        std::int64_t number = 0;
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [this] { return m_ending || m_nextToMake < m_nextToTake + m_ahead; });
            if (m_ending) return;
            number = m_nextToMake++;
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
            m_ready.emplace(number, std::move(made));
        }
        m_changed.notify_all();
        if (failed) return; // the others go on to `ahead` beyond it at most: it is never taken
    }
}

Result<augment::Sample> SampleFeed::next()
{
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_ready.contains(m_nextToTake); });
    m_waited += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const auto found = m_ready.find(m_nextToTake);
    if (!found->second) return found->second; // an error stays: whoever asks again gets it again
    auto sample = std::move(found->second);
    m_ready.erase(found);
    ++m_nextToTake;
    lock.unlock();
    m_changed.notify_all();
    return sample;
}

} // namespace glio::loop
