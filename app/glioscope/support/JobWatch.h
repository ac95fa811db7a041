#pragma once
#include "glioscope/base/Progress.h"

#include <atomic>
#include <memory>

namespace glio::app {

/// Asks the work of one request to stop and hears how far it is. Copies watch the same request. Thread: any.
class JobWatch {
public:
    JobWatch() : m_state(std::make_shared<State>()) {}
    void stop() { m_state->stopped = true; }
    bool stopped() const { return m_state->stopped; }
    double done() const { return m_state->done; } ///< 0..1; 0 also while nothing has been heard
    ProgressSink sink() const
    {
        return [state = m_state](double done) {
            state->done = done;
            return !state->stopped;
        };
    }

private:
    struct State {
        std::atomic<bool> stopped = false;
        std::atomic<double> done = 0;
    };
    std::shared_ptr<State> m_state;
};

} // namespace glio::app
