#pragma once
#include <algorithm>
#include <cstdint>

namespace glio::app {

/// Counts time at work: what passes while the window is active and the last input is no longer ago than a minute.
/// Times are milliseconds of any clock that never runs backwards.
class WorkClock {
public:
    static constexpr std::int64_t kRestMs = 60'000, kLongestGapMs = 5'000;

    void input(std::int64_t nowMs) { m_inputMs = nowMs; }
    /// Called about once a second. A longer gap means that the machine slept: it counts no more than a few seconds.
    void tick(std::int64_t nowMs, bool active)
    {
        if (m_tickMs >= 0 && active && m_inputMs >= 0 && nowMs - m_inputMs <= kRestMs)
            m_seconds += double(std::clamp<std::int64_t>(nowMs - m_tickMs, 0, kLongestGapMs)) / 1000.0;
        m_tickMs = nowMs;
    }
    double seconds() const { return m_seconds; }
    void restart(double seconds)
    {
        m_seconds = seconds;
        m_tickMs = -1;
    }

private:
    std::int64_t m_inputMs = -1, m_tickMs = -1;
    double m_seconds = 0;
};

} // namespace glio::app
