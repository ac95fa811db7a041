#include "engine/EngineProcess.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <unistd.h>

namespace glio::client {
namespace {

// Ids of our own; the client counts its from 1 upwards.
constexpr std::int64_t kInitializeId = 0, kPingId = -1;

QString programOf(const EngineOptions &options)
{
    if (!options.program.isEmpty()) return options.program;
    const QString fromEnvironment = qEnvironmentVariable("GLIO_ENGINE");
    return fromEnvironment.isEmpty() ? QCoreApplication::applicationDirPath() + QStringLiteral("/glio")
                                     : fromEnvironment;
}

} // namespace

EngineProcess::EngineProcess(EngineOptions options, QObject *parent) : QObject(parent), m_options(std::move(options))
{
    m_restart.setSingleShot(true);
    m_restart.setTimerType(Qt::PreciseTimer); // a coarse one may fire 5 % early
    m_initialize.setSingleShot(true);
    connect(&m_restart, &QTimer::timeout, this, &EngineProcess::launch);
    connect(&m_initialize, &QTimer::timeout, this,
            [this] { kill(QStringLiteral("The engine did not answer after its start.")); });
    connect(&m_ping, &QTimer::timeout, this, [this] {
        if (m_pingSent.isValid() && m_pingSent.elapsed() > m_options.pingTimeoutMs) {
            kill(QStringLiteral("The engine did not answer for %1 s.").arg(m_options.pingTimeoutMs / 1000));
        } else if (!m_pingSent.isValid()) {
            m_pingSent.start();
            write(protocol::requestText(kPingId, protocol::method::ping, nlohmann::json::object()));
        }
    });
}

EngineProcess::~EngineProcess()
{
    for (QProcess *process : findChildren<QProcess *>()) { // the one in use and those already told to go
        process->disconnect();
        process->kill();
        process->waitForFinished(2000);
    }
}

void EngineProcess::note(const QString &line)
{
    m_log.push_back(line);
    if (m_log.size() > kLogLines) m_log.pop_front();
    emit logLine(line);
}

void EngineProcess::setState(EngineState state)
{
    m_state = state;
    emit stateChanged(state);
}

void EngineProcess::start()
{
    if (m_state != EngineState::Stopped) return;
    m_deaths.clear();
    m_stopReason.clear();
    m_state = EngineState::Starting;
    launch();
    if (m_state == EngineState::Starting) emit stateChanged(m_state);
}

void EngineProcess::launch()
{
    m_parser = protocol::FrameParser();
    m_logRest.clear();
    m_killReason.clear();
    m_pingSent.invalidate();
    m_process = new QProcess(this);
    connect(m_process, &QProcess::started, this, [this] {
        write(
            protocol::requestText(kInitializeId, protocol::method::initialize,
                                  toJson(protocol::InitializeParams{
                                      protocol::kProtocolVersion, QCoreApplication::applicationName().toStdString()})));
    });
    connect(m_process, &QProcess::readyReadStandardOutput, this, &EngineProcess::readOutput);
    connect(m_process, &QProcess::readyReadStandardError, this, &EngineProcess::readLog);
    // Queued: Qt tells of a failed start from inside start().
    connect(
        m_process, &QProcess::errorOccurred, this,
        [this, process = m_process](QProcess::ProcessError error) {
            if (process == m_process && error == QProcess::FailedToStart)
                died(QStringLiteral("The engine %1 could not be started: %2.")
                         .arg(process->program(), process->errorString()));
        },
        Qt::QueuedConnection);
    connect(m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        readOutput(); // what it said before it went still counts
        readLog();
        if (!m_process) return;
        died(!m_killReason.isEmpty()         ? m_killReason
             : status == QProcess::CrashExit ? QStringLiteral("The engine was ended by signal %1.").arg(code)
                                             : QStringLiteral("The engine ended with exit code %1.").arg(code));
    });
    const QString program = programOf(m_options);
    note(QStringLiteral("client: starting %1").arg(program));
    m_initialize.start(m_options.initializeTimeoutMs);
    // A net takes every core for seconds. Behind the window's own work it costs the reader no stutter, and an otherwise
    // idle machine gives it all there is.
    m_process->setChildProcessModifier([] { (void)::nice(5); });
    m_process->setUnixProcessParameters(QProcess::UnixProcessFlag::UseVFork); // a copy of our pages would take longer
    m_process->start(program, m_options.arguments);
}

void EngineProcess::dropProcess()
{
    m_initialize.stop();
    m_ping.stop();
    if (!m_process) return;
    QProcess *process = std::exchange(m_process, nullptr);
    process->disconnect(this);
    if (process->state() == QProcess::NotRunning) {
        process->deleteLater();
        return;
    }
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
    process->kill(); // its destructor, when we go first, waits for it
}

void EngineProcess::stop(const QString &reason)
{
    if (m_state == EngineState::Stopped) return;
    m_restart.stop();
    dropProcess();
    m_stopReason = reason;
    note(QStringLiteral("client: stopped: %1").arg(reason));
    emit lost(reason);
    setState(EngineState::Stopped);
}

void EngineProcess::kill(const QString &reason)
{
    if (!m_process) return;
    m_killReason = reason;
    note(QStringLiteral("client: ending the engine: %1").arg(reason));
    m_process->kill();
}

void EngineProcess::died(const QString &reason)
{
    dropProcess();
    note(QStringLiteral("client: %1").arg(reason));
    std::erase_if(m_deaths, [](const QDeadlineTimer &death) { return death.hasExpired(); });
    const auto count = m_deaths.size();
    if (count >= std::size_t(kMaxRestarts)) {
        m_stopReason = reason;
        m_state = EngineState::Stopped; // before `lost`, so that nobody waits for another start
        emit lost(reason);
        emit stateChanged(m_state);
        return;
    }
    m_deaths.emplace_back(m_options.restartWindowMs);
    const auto &pauses = m_options.restartPausesMs;
    const int pauseMs = pauses.empty() ? 0 : pauses[std::min(count, pauses.size() - 1)];
    m_state = EngineState::Restarting;
    m_restart.start(pauseMs);
    emit lost(reason);
    if (m_state == EngineState::Restarting) emit stateChanged(m_state); // a listener may have stopped us
}

void EngineProcess::write(const std::string &body)
{
    if (!m_process) return;
    const std::string text = protocol::frame(body);
    m_process->write(text.data(), qint64(text.size())); // buffered by Qt
}

void EngineProcess::send(const std::string &body)
{
    if (m_state == EngineState::Ready) write(body);
}

void EngineProcess::readLog()
{
    if (!m_process) return;
    m_logRest += m_process->readAllStandardError();
    qsizetype begin = 0;
    for (qsizetype end; (end = m_logRest.indexOf('\n', begin)) >= 0; begin = end + 1)
        note(QString::fromUtf8(QByteArrayView(m_logRest).sliced(begin, std::min<qsizetype>(end - begin, 2000))));
    m_logRest.remove(0, begin);
    if (m_logRest.size() > 2000) { // a line without end must not grow for ever
        note(QString::fromUtf8(m_logRest.first(2000)));
        m_logRest.clear();
    }
}

void EngineProcess::readOutput()
{
    if (!m_process) return;
    const QByteArray bytes = m_process->readAllStandardOutput();
    m_parser.feed(std::string_view(bytes.data(), std::size_t(bytes.size())));
    while (const auto event = m_parser.next()) {
        if (event->kind != protocol::FrameEvent::Kind::Body) {
            note(QStringLiteral("client: from the engine: %1").arg(QString::fromStdString(event->text)));
            continue;
        }
        const auto message = protocol::parseMessage(event->text);
        if (message)
            handle(*message);
        else
            note(QStringLiteral("client: from the engine: %1")
                     .arg(QString::fromStdString(message.error().error.message)));
        if (!m_process) return; // a listener stopped us
    }
}

void EngineProcess::handle(const protocol::Message &message)
{
    using Kind = protocol::Message::Kind;
    const bool isReply = message.kind == Kind::Reply || message.kind == Kind::ErrorReply;
    if (isReply && message.id == protocol::RequestId(kPingId)) {
        m_pingSent.invalidate();
    } else if (isReply && message.id == protocol::RequestId(kInitializeId)) {
        if (message.kind == Kind::ErrorReply) { // another version: starting it again would not help
            stop(QString::fromStdString(message.error.message));
            return;
        }
        const auto about = protocol::fromJson<protocol::InitializeResult>(*message.result);
        if (!about || about->protocolVersion != protocol::kProtocolVersion) {
            stop(QStringLiteral("The engine answers in a form that this program does not know."));
            return;
        }
        m_initialize.stop();
        m_about = *about;
        m_ping.start(m_options.pingIntervalMs);
        setState(EngineState::Ready);
    } else if (isReply && message.id == protocol::RequestId()) {
        note(QStringLiteral("client: the engine could not read a message: %1")
                 .arg(QString::fromStdString(message.error.message)));
    } else if (m_state == EngineState::Ready) {
        emit received(message);
    }
}

} // namespace glio::client
