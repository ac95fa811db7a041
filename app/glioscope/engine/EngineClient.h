#pragma once
#include "engine/EngineProcess.h"
#include "engine/PredictJob.h"
#include "engine/PromptCall.h"
#include "glioscope/protocol/Messages.h"

#include <QFuture>
#include <QObject>
#include <QStringList>

#include <memory>

namespace glio::client {

/// The engine as the window sees it. Starts `glio engine`, keeps it alive, turns its death into EngineLost for every
/// request that was sent, and starts it again after 0.2, 0.5, 1, 2, 4 s, at most 5 times in 3 minutes.
/// Thread: the one that made it (the GUI's); nothing here blocks: voxels are copied in a thread pool.
/// The program: $GLIO_ENGINE, else `glio` beside this program.
class EngineClient final : public QObject {
    Q_OBJECT
public:
    static constexpr int kMaxRestarts = EngineProcess::kMaxRestarts;

    using Options = EngineOptions;

    explicit EngineClient(QObject *parent = nullptr);
    EngineClient(Options options, QObject *parent);
    ~EngineClient() override; ///< ends the engine; pending futures become EngineLost, jobs finish with EngineLost

    EngineState state() const;
    int restartTry() const;                          ///< 1..5 while Restarting
    QString stopReason() const;                      ///< an English sentence for the log and the details
    qint64 processId() const;                        ///< 0 when there is none
    QStringList log() const;                         ///< the last 1000 lines of its stderr and of what the client did
    const protocol::InitializeResult &about() const; ///< of the last initialised engine

    /// Requests. Never null; sent when Ready, kept while Starting or Restarting, EngineLost at once when Stopped.
    QFuture<Result<std::vector<protocol::ModelInfo>>> models();
    QFuture<Result<protocol::EstimateResult>> estimate(const protocol::EstimateParams &params);
    PredictJob *predict(PredictRequest request);
    /// The first request of a case copies its sequences into memory files, which stay for the next ones until another
    /// case is clicked in or `releasePrompts`.
    PromptCall prompt(PromptRequest request);
    void releasePrompts();
    void cancel(qint64 id);

public slots:
    /// Does nothing when it runs already. After Stopped the count of restarts begins anew.
    void start();
    /// Ends it on purpose: pending requests become EngineLost, no restart.
    void stop();

signals:
    void stateChanged(glio::client::EngineState state);
    void logLine(const QString &line);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace glio::client
