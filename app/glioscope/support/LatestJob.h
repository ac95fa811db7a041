#pragma once
#include "support/Async.h"

#include <QObject>

#include <functional>
#include <optional>

namespace glio::app {

/// Work whose last request alone counts: while one runs, newer requests wait and replace each other. Work runs on a
/// pool thread and returns what to do with its result, which then runs in this object's thread.
class LatestJob final : public QObject {
public:
    using Apply = std::function<void()>;
    using Work = std::function<Apply()>;
    explicit LatestJob(QObject *parent = nullptr) : QObject(parent) {}

    void request(Work work)
    {
        if (m_busy) {
            m_next = std::move(work);
            return;
        }
        m_busy = true;
        runAsync(this, std::move(work), [this](Apply apply) {
            m_busy = false;
            if (m_next) {
                Work next = std::move(*m_next);
                m_next.reset();
                if (!m_dropStale && apply) apply();
                request(std::move(next));
            } else if (apply) {
                apply();
            }
            m_dropStale = false;
        });
    }
    /// The answer of the running request is not wanted any more.
    void drop()
    {
        m_next.reset();
        if (m_busy) request([] { return Apply{}; });
        m_dropStale = m_busy;
    }
    bool busy() const { return m_busy; }

private:
    bool m_busy = false, m_dropStale = false;
    std::optional<Work> m_next;
};

} // namespace glio::app
