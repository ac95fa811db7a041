#pragma once
#include "glioscope/protocol/JsonRpc.h"
#include "glioscope/protocol/Messages.h"

#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>

namespace glio::engine {

/// Takes a finished body; never blocks for long, may be called from any thread.
using Send = std::function<void(std::string body)>;

/// One request under way, from its arrival to its one reply. Thread: any.
class Job {
public:
    using Clock = std::chrono::steady_clock;

    Job(protocol::RequestId id, Send send) : m_id(std::move(id)), m_send(std::move(send)) {}

    const protocol::RequestId &id() const { return m_id; }
    Clock::time_point arrived() const { return m_arrived; }

    bool started() const { return m_started.load(); }
    void start() { m_started.store(true); }
    bool cancelled() const { return m_cancelled.load(std::memory_order_relaxed); }
    void cancel() { m_cancelled.store(true); }

    /// Sends a notification; after the reply it is dropped.
    void notify(const char *method, const nlohmann::json &params);
    /// "job/progress", at most ten a second; false once cancelled: the work should stop.
    bool progress(const char *stage, double done);

    /// The reply. Only the first call of either sends anything; says whether it was this one.
    bool reply(const nlohmann::json &result);
    bool replyError(const protocol::RpcError &error);

private:
    bool sendOnce(std::string body);

    const protocol::RequestId m_id;
    const Send m_send;
    const Clock::time_point m_arrived = Clock::now();
    std::atomic<bool> m_cancelled{false}, m_started{false};
    std::mutex m_mutex; // a notification never follows the reply
    bool m_replied = false;
    const char *m_stage = nullptr;
    double m_done = 0;
    Clock::time_point m_stageBegin, m_lastProgress;
};

} // namespace glio::engine
