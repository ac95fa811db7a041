#pragma once
#include "glioscope/augment/Augment.h"
#include "glioscope/base/Error.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace glio::loop {

/// Makes samples `first`, `first + 1` … on threads of its own while the step runs, at most `ahead` of them before they
/// are taken, and hands them over in order: with any number of threads the same samples, as long as a sample is a
/// function of its number alone. `make` is called on those threads, several at a time; its errors and exceptions come
/// out of `next` in their turn, and nothing comes after them.
class SampleFeed {
public:
    using Make = std::function<Result<augment::Sample>(std::int64_t number)>;
    SampleFeed(Make make, std::int64_t first, std::size_t ahead = 6, int threads = 1);
    ~SampleFeed(); ///< ends the threads after the samples in hand
    SampleFeed(const SampleFeed &) = delete;
    SampleFeed &operator=(const SampleFeed &) = delete;

    /// The next in order; waits for it. Thread: one.
    Result<augment::Sample> next();
    double waitedSeconds() const { return m_waited; } ///< how long `next` waited so far: what the generator holds up

private:
    void run();
    Make m_make;
    std::int64_t m_nextToMake, m_nextToTake;
    std::int64_t m_ahead;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::map<std::int64_t, Result<augment::Sample>> m_ready;
    bool m_ending = false;
    double m_waited = 0;
    std::vector<std::thread> m_threads;
};

} // namespace glio::loop
