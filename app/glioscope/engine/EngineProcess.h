#pragma once
#include "glioscope/protocol/Framing.h"
#include "glioscope/protocol/Messages.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QObject>
#include <QProcess>
#include <QStringList>
#include <QTimer>

#include <deque>
#include <vector>

namespace glio::client {

enum class EngineState {
    Stopped,   ///< not started, or given up: stopReason() says why; start() tries again
    Starting,  ///< first start: requests are kept and sent once it is ready
    Ready,     ///< initialised
    Restarting ///< it died; restartTry() of kMaxRestarts; requests are kept as in Starting
};

struct EngineOptions {
    QString program; ///< empty: $GLIO_ENGINE, else `glio` beside this program
    QStringList arguments{QStringLiteral("engine")};
    std::vector<int> restartPausesMs{200, 500, 1000, 2000, 4000};
    int restartWindowMs = 3 * 60 * 1000;
    int initializeTimeoutMs = 60 * 1000; ///< LibTorch from a cold disk takes its time
    int cancelTimeoutMs = 5 * 1000;
    int pingIntervalMs = 10 * 1000, pingTimeoutMs = 60 * 1000; ///< a hung engine is ended and started again
};

/// The child process alone: started, initialised, watched, started again. Knows bodies and states, no requests.
/// Thread: the one that made it. Never blocks, but for the destructor (until the killed child is gone, 2 s at most).
class EngineProcess final : public QObject {
    Q_OBJECT
public:
    static constexpr int kMaxRestarts = 5;
    static constexpr int kLogLines = 1000;

    EngineProcess(EngineOptions options, QObject *parent);
    ~EngineProcess() override;

    void start();
    void stop(const QString &reason);
    void send(const std::string &body); ///< only while Ready
    /// Kills the child; what follows is as after any death.
    void kill(const QString &reason);

    EngineState state() const { return m_state; }
    int restartTry() const { return m_state == EngineState::Restarting ? int(m_deaths.size()) : 0; }
    const QString &stopReason() const { return m_stopReason; }
    qint64 processId() const { return m_process ? m_process->processId() : 0; }
    const std::deque<QString> &log() const { return m_log; }
    const protocol::InitializeResult &about() const { return m_about; }
    const EngineOptions &options() const { return m_options; }
    void note(const QString &line);

signals:
    void stateChanged(glio::client::EngineState state);
    /// A reply or a notification while Ready (not those of initialize and ping).
    void received(const glio::protocol::Message &message);
    /// What was sent is lost. Comes before stateChanged.
    void lost(const QString &reason);
    void logLine(const QString &line);

private:
    void launch();
    void write(const std::string &body);
    void readOutput();
    void readLog();
    void handle(const protocol::Message &message);
    void died(const QString &reason);
    void dropProcess();
    void setState(EngineState state);

    EngineOptions m_options;
    EngineState m_state = EngineState::Stopped;
    QString m_stopReason, m_killReason;
    QProcess *m_process = nullptr;
    protocol::FrameParser m_parser;
    protocol::InitializeResult m_about;
    QByteArray m_logRest;
    std::deque<QString> m_log;
    std::deque<QDeadlineTimer> m_deaths; // each expires when it no longer counts
    QTimer m_restart, m_initialize, m_ping;
    QElapsedTimer m_pingSent; // valid while one is unanswered
};

} // namespace glio::client
