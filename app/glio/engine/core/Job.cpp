#include "engine/core/Job.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace glio::engine {

void Job::notify(const char *method, const nlohmann::json &params)
{
    std::string body = protocol::notificationText(method, params);
    const std::lock_guard lock(m_mutex);
    if (!m_replied) m_send(std::move(body));
}

bool Job::progress(const char *stage, double done)
{
    using namespace std::chrono_literals;
    const auto now = Clock::now();
    protocol::ProgressEvent event{m_id, 0, stage, std::nullopt};
    {
        const std::lock_guard lock(m_mutex);
        const bool newStage = !m_stage || std::strcmp(m_stage, stage) != 0;
        if (newStage) {
            m_stage = stage;
            m_stageBegin = now;
            m_done = 0;
        }
        m_done = std::clamp(done, m_done, 1.0);
        if (!newStage && now - m_lastProgress < 100ms) return !cancelled();
        m_lastProgress = now;
        event.done = m_done;
        const double spent = std::chrono::duration<double>(now - m_stageBegin).count();
        if (m_done >= 0.05 || (spent >= 3 && m_done > 0)) event.secondsLeft = spent * (1 - m_done) / m_done;
    }
    notify(protocol::method::progress, protocol::toJson(event));
    return !cancelled();
}

bool Job::sendOnce(std::string body)
{
    const std::lock_guard lock(m_mutex);
    if (m_replied) return false;
    m_replied = true;
    m_send(std::move(body));
    return true;
}

bool Job::reply(const nlohmann::json &result) { return sendOnce(protocol::replyText(m_id, result)); }
bool Job::replyError(const protocol::RpcError &error) { return sendOnce(protocol::errorText(m_id, error)); }

} // namespace glio::engine
