#pragma once
#include "model/CaseModel.h"
#include "presenters/Desk.h"

#include "engine/PredictJob.h"
#include "glioscope/protocol/Messages.h"
#include "glioscope/widgets/JobCard.h"

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <vector>

namespace glio::app {
class DoubtPresenter;
class ViewPresenter;

/// Segment: what will run on what (pre-flight), the run with time left and stop, the first look's mask, the later looks
/// in the background. The job is shown in the panel, the status bar and as a thin bar on the views.
class SegmentPresenter final : public QObject {
    Q_OBJECT
public:
    SegmentPresenter(const Desk &desk, ViewPresenter &views, DoubtPresenter &doubts, QObject *parent = nullptr);

    void segment(); ///< Ctrl+Return
    void stop();
    bool running() const { return m_running; }
    /// True while any of it goes on, the looks and the reading back included.
    bool busy() const { return m_running || m_assembling > 0; }
    bool ready() const { return m_ready; } ///< Segment would start now
    const std::vector<protocol::ModelInfo> &models() const { return m_models; }
    void askModels();
    void askEstimate();
    QString modelName() const;

signals:
    void modelsChanged();
    void modelDetailsWished(const QString &id);
    void firstResult();     ///< the mask is on the screen
    void resultStored();    ///< written to the case store and read back
    void finished(bool ok); ///< everything ended
    void fileWished(const QString &sequence);
    void failed(const glio::Error &error);
    void availabilityChanged();

private:
    void showPreflight();
    void showJob();
    void takeFirst(const client::SegmentationPtr &result);
    void takeFinal(const Result<client::SegmentationPtr> &result);
    void endJob(bool ok);
    const protocol::ModelInfo *currentModel() const;

    Desk m_desk;
    ViewPresenter &m_views;
    DoubtPresenter &m_doubts;
    std::vector<protocol::ModelInfo> m_models;
    std::optional<protocol::EstimateResult> m_estimate;
    QPointer<client::PredictJob> m_job;
    QString m_jobCase, m_stage;
    MaskSource m_source;
    bool m_running = false, m_stopping = false, m_ready = false, m_haveFirst = false, m_modelsAsked = false;
    int m_assembling = 0;
    double m_fraction = -1;
    QString m_step, m_timeText;
    widgets::TimeLeft m_timeLeft;
    QElapsedTimer m_clock;
    int m_estimateNumber = 0;
};

} // namespace glio::app
