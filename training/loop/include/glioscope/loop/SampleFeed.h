#pragma once
#include "glioscope/augment/Augment.h"
#include "glioscope/base/Error.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace glio::loop {

/// Makes samples `first`, `first + 1` … one after the other on a thread of its own while the step runs, at most `ahead`
/// of them before they are taken. `make` is called on that thread alone; its errors and exceptions come out of `next`.
class SampleFeed {
public:
    using Make = std::function<Result<augment::Sample>(std::int64_t number)>;
    SampleFeed(Make make, std::int64_t first, std::size_t ahead = 6);
    ~SampleFeed(); ///< ends the thread after the sample in hand
    SampleFeed(const SampleFeed &) = delete;
    SampleFeed &operator=(const SampleFeed &) = delete;

    /// The next in order; waits for it.
    Result<augment::Sample> next();
    double waitedSeconds() const { return m_waited; } ///< how long `next` waited so far: what the generator holds up

private:
    void run(std::int64_t number);
    Make m_make;
    std::size_t m_ahead;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Result<augment::Sample>> m_ready;
    bool m_ending = false;
    double m_waited = 0;
    std::thread m_thread;
};

} // namespace glio::loop
