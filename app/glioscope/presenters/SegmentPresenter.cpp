#include "presenters/SegmentPresenter.h"

#include "model/CaseMasks.h"
#include "presenters/DoubtPresenter.h"
#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"
#include "support/Async.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "engine/EngineClient.h"
#include "glioscope/widgets/DoubtPanel.h"
#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/SegmentPanel.h"
#include "glioscope/widgets/StatusBar.h"

#include <QFuture>
#include <QThread>

#include <algorithm>

namespace glio::app {

using client::EngineState;
using widgets::Availability;

SegmentPresenter::SegmentPresenter(const Desk &desk, ViewPresenter &views, DoubtPresenter &doubts, QObject *parent)
    : QObject(parent), m_desk(desk), m_views(views), m_doubts(doubts)
{
    widgets::SegmentPanel *panel = m_desk.window.reviewPanel()->segment();
    connect(panel, &widgets::SegmentPanel::segmentWished, this, &SegmentPresenter::segment);
    connect(panel, &widgets::SegmentPanel::stopWished, this, &SegmentPresenter::stop);
    connect(panel, &widgets::SegmentPanel::modelWished, this,
            [this](const QString &id) { m_desk.settings.setValue("segment/model", id); });
    connect(panel, &widgets::SegmentPanel::modelDetailsWished, this, [this] {
        if (const protocol::ModelInfo *net = currentModel()) emit modelDetailsWished(QString::fromStdString(net->id));
    });
    connect(panel, &widgets::SegmentPanel::preflightActionWished, this, &SegmentPresenter::fileWished);
    connect(&m_desk.engine, &client::EngineClient::stateChanged, this, [this](EngineState state) {
        if (state == EngineState::Ready) askModels();
        showPreflight();
    });
    connect(&m_desk.settings, &Settings::changed, this, [this](const QString &key) {
        if (key.startsWith("segment/")) askEstimate();
    });
    const CaseModel *model = &m_desk.model;
    connect(model, &CaseModel::opened, this, &SegmentPresenter::askEstimate);
    connect(model, &CaseModel::seriesAdded, this, &SegmentPresenter::askEstimate);
    connect(model, &CaseModel::seriesChanged, this, &SegmentPresenter::askEstimate);
    connect(model, &CaseModel::seriesRemoved, this, &SegmentPresenter::askEstimate);
    connect(model, &CaseModel::closed, this, [this] {
        if (m_job) m_job->cancel(); // its answer belongs to no open case
        showPreflight();
    });
    m_desk.masks->setHolder([this] {
        return busy() ? tr("Segment is running. Its answer belongs to the mask at hand.").toStdString() : std::string();
    });
    connect(model, &CaseModel::maskReplaced, this, &SegmentPresenter::showPreflight);
    connect(model, &CaseModel::signOffChanged, this, &SegmentPresenter::showPreflight);
    showPreflight();
}

void SegmentPresenter::askModels()
{
    m_modelsAsked = true;
    m_desk.engine.models().then(this, [this](const Result<std::vector<protocol::ModelInfo>> &models) {
        if (!models) return; // the engine's state says the rest
        m_models = *models;
        emit modelsChanged();
        askEstimate();
    });
}

const protocol::ModelInfo *SegmentPresenter::currentModel() const
{
    const std::string wished = m_desk.settings.value("segment/model").toString().toStdString();
    const auto found = std::ranges::find(m_models, wished, &protocol::ModelInfo::id);
    if (found != m_models.end()) return &*found;
    return m_models.empty() ? nullptr : &m_models.front();
}

QString SegmentPresenter::modelName() const
{
    const protocol::ModelInfo *model = currentModel();
    return model ? QString::fromStdString(model->name) : QString();
}

void SegmentPresenter::askEstimate()
{
    m_estimate.reset();
    showPreflight();
    const protocol::ModelInfo *model = currentModel();
    if (!m_desk.model.isOpen() || !model || m_desk.engine.state() != EngineState::Ready) return;
    protocol::EstimateParams params;
    params.model = model->id;
    params.grid = m_desk.model.referenceGrid();
    for (const Sequence sequence : kModelSequences) {
        if (m_desk.model.seriesOf(sequence) >= 0) params.sequences.push_back(sequence);
    }
    params.looks = std::max(m_desk.settings.looks(), 1);
    params.device = m_desk.settings.value("segment/device").toString().toStdString();
    params.memoryLimitBytes = std::int64_t(m_desk.settings.value("segment/memoryGb").toInt()) * 1'000'000'000;
    const int number = ++m_estimateNumber;
    m_desk.engine.estimate(params).then(this, [this, number](const Result<protocol::EstimateResult> &estimate) {
        if (number != m_estimateNumber) return;
        if (estimate) m_estimate = *estimate;
        showPreflight();
    });
}

void SegmentPresenter::showPreflight()
{
    widgets::SegmentPanel *panel = m_desk.window.reviewPanel()->segment();
    const CaseModel &model = m_desk.model;
    const protocol::ModelInfo *net = currentModel();
    std::vector<widgets::PreflightRow> rows;
    using Row = widgets::PreflightRow;
    bool requiredMissing = false;
    QString requiredName;
    if (model.isOpen()) {
        for (const Sequence sequence :
             net ? net->sequences : std::vector<Sequence>(kModelSequences.begin(), kModelSequences.end())) {
            const int series = model.seriesOf(sequence);
            const QString name = sequenceText(sequence);
            if (series >= 0) {
                rows.push_back(
                    {name,
                     Row::State::Found,
                     tr("%1: %2").arg(
                         name, QString::fromStdString(model.series()[std::size_t(series)].path.filename().string())),
                     {}});
                continue;
            }
            const bool required = net && std::ranges::find(net->required, sequence) != net->required.end();
            if (required && !requiredMissing) {
                requiredMissing = true;
                requiredName = name;
            }
            rows.push_back({name, required ? Row::State::Refused : Row::State::Missing,
                            sequence == Sequence::Flair
                                ? tr("FLAIR is missing. Without FLAIR it finds oedema less well.")
                                : tr("%1 is missing. The model does without it less well.").arg(name),
                            tr("Choose a file")});
        }
        if (model.gridsDiffer()) {
            rows.push_back({"position",
                            Row::State::Note,
                            tr("The sequences have different grids. They are brought together by their positions."),
                            {}});
        }
        if (m_estimate && !m_estimate->fits)
            rows.push_back({"memory", Row::State::Refused, QString::fromStdString(m_estimate->problem), {}});
    }
    panel->setPreflight(rows);

    std::vector<widgets::ModelChoice> choices;
    for (const protocol::ModelInfo &info : m_models) {
        choices.push_back(
            {QString::fromStdString(info.id), QString::fromStdString(info.name),
             info.problem.empty() ? Availability::yes() : Availability::no(QString::fromStdString(info.problem))});
    }
    panel->setModels(choices, net ? QString::fromStdString(net->id) : QString());
    if (m_estimate) {
        panel->setDevice(m_estimate->precision.empty()
                             ? QString::fromStdString(m_estimate->device).toUpper()
                             : tr("%1, %2").arg(QString::fromStdString(m_estimate->device).toUpper(),
                                                QString::fromStdString(m_estimate->precision)));
        panel->setEstimate(durationText(m_estimate->secondsFirstLook),
                           m_estimate->peakBytes > 0 ? tr("%1 of %2 free")
                                                           .arg(memoryText(double(m_estimate->peakBytes)),
                                                                memoryText(double(m_estimate->availableBytes)))
                                                     : QString());
    } else {
        panel->setDevice({});
        panel->setEstimate({}, {});
    }
    panel->setHasMask(model.hasMask());

    Availability can = Availability::yes();
    const EngineState state = m_desk.engine.state();
    if (!model.isOpen())
        can = Availability::no(tr("Open a case first."));
    else if (m_running)
        can = Availability::no(tr("Segment is running."));
    else if (model.signedOff())
        can = Availability::no(tr("This case is signed off. Reopen it first."));
    else if (m_desk.masks->blind())
        can = Availability::no(tr("Ends when the blind reading ends."));
    else if (std::ranges::none_of(kModelSequences, [&](Sequence s) { return model.seriesOf(s) >= 0; }))
        can = Availability::no(tr("No sequence is known. Say which is which in the strip."));
    else if (state == EngineState::Stopped)
        can = Availability::no(tr("The engine is off. Start it in Preferences."));
    else if (state != EngineState::Ready)
        can = Availability::no(tr("The engine is starting."));
    else if (!m_modelsAsked || (m_models.empty() && !net))
        can = Availability::no(tr("No model is installed."));
    else if (net && !net->problem.empty())
        can = Availability::no(QString::fromStdString(net->problem));
    else if (requiredMissing)
        can = Availability::no(tr("This model needs %1.").arg(requiredName));
    else if (m_estimate && !m_estimate->fits)
        can = Availability::no(tr("There is not enough free memory."));
    m_ready = can.available;
    panel->setAvailability(can);
    emit availabilityChanged();
}

void SegmentPresenter::segment()
{
    if (m_desk.model.isOpen() && m_desk.model.refuseChange()) return;
    if (!m_ready || m_running) return;
    const CaseModel &model = m_desk.model;
    client::PredictRequest request;
    if (const protocol::ModelInfo *net = currentModel()) request.model = net->id;
    for (const Sequence sequence : kModelSequences) {
        if (const int series = model.seriesOf(sequence); series >= 0)
            request.sequences.push_back({sequence, *model.series()[std::size_t(series)].image});
    }
    request.referenceGrid = model.referenceGrid();
    request.looks = std::max(m_desk.settings.looks(), 1);
    request.device = m_desk.settings.value("segment/device").toString().toStdString();
    request.memoryLimitBytes = std::int64_t(m_desk.settings.value("segment/memoryGb").toInt()) * 1'000'000'000;
    m_jobCase = model.id();
    m_running = true;
    m_stopping = m_haveFirst = false;
    m_fraction = -1;
    m_timeLeft.reset();
    m_timeText = m_timeLeft.update(-1, 0);
    m_step = tr("Preparing");
    m_stage.clear();
    m_clock.start();
    m_job = m_desk.engine.predict(std::move(request));
    connect(m_job, &client::PredictJob::progress, this, [this](double done, double secondsLeft, const QString &stage) {
        if (stage != m_stage) { // `done` counts within a stage
            m_stage = stage;
            m_clock.restart();
            m_timeLeft.reset();
            if (stage == "firstLook") m_step = tr("First look");
        }
        m_fraction = done;
        m_timeText = m_timeLeft.update(done, double(m_clock.elapsed()) / 1000.0);
        Q_UNUSED(secondsLeft); // TimeLeft smooths what the engine says in jumps
        if (m_stopping) {
            m_step = tr("Stopping");
            m_timeText.clear();
        }
        showJob();
    });
    connect(m_job, &client::PredictJob::look, this, [this](int n, int of) {
        m_step = tr("Looking again, %1 of %2").arg(std::min(n + 1, of)).arg(of);
        m_desk.window.doubtPanel()->setLooking(std::min(n + 1, of), of);
        m_desk.window.reviewPanel()->places()->setLooking(std::min(n + 1, of), of);
        showJob();
    });
    connect(m_job, &client::PredictJob::firstResult, this, &SegmentPresenter::takeFirst);
    connect(m_job, &client::PredictJob::finished, this, &SegmentPresenter::takeFinal);
    showJob();
    showPreflight();
}

void SegmentPresenter::stop()
{
    if (!m_running || m_stopping) return;
    m_stopping = true;
    m_step = tr("Stopping");
    m_timeText.clear();
    if (m_job) m_job->cancel();
    showJob();
}

void SegmentPresenter::showJob()
{
    widgets::SegmentPanel *panel = m_desk.window.reviewPanel()->segment();
    if (!m_running) {
        panel->setJob(std::nullopt);
        m_desk.window.status()->setJob(std::nullopt);
        m_views.setProgress(-1);
        return;
    }
    widgets::JobView job;
    job.title = tr("Segmenting %1").arg(m_desk.model.name());
    job.step = m_step;
    job.fraction = m_fraction;
    job.timeLeft = m_timeText;
    job.safe = m_haveFirst ? tr("The mask is ready. Band and places follow.")
                           : tr("Nothing changes until the result was read back.");
    job.stopping = m_stopping;
    panel->setJob(job);
    m_desk.window.status()->setJob(job);
    m_views.setProgress(m_haveFirst ? -1 : std::max(m_fraction, 0.0));
}

static CaseTrust trustOf(const protocol::PredictResult &report)
{
    CaseTrust trust;
    trust.calibrationCases = report.calibrationCases;
    if (report.quality) {
        trust.predictedDice = report.quality->predictedDice;
        trust.diceLow = report.quality->low;
        trust.diceHigh = report.quality->high;
        trust.qualityCases = report.quality->cases;
    }
    if (report.unusual) {
        trust.unusualScore = report.unusual->score;
        trust.unusualLimit = report.unusual->limit;
        trust.reasons = report.unusual->reasons;
    }
    return trust;
}

void SegmentPresenter::takeFirst(const client::SegmentationPtr &result)
{
    if (m_desk.model.id() != m_jobCase) return;
    m_haveFirst = true;
    MaskSource source;
    source.origin = MaskOrigin::Model;
    const auto &report = result->report;
    source.modelName = QString::fromStdString(report.modelTitle.empty() ? report.modelName : report.modelTitle);
    source.modelVersion = QString::fromStdString(result->report.modelVersion);
    source.modelSha256 = QString::fromStdString(result->report.modelSha256);
    source.device = QString::fromStdString(result->report.device);
    source.precision = QString::fromStdString(result->report.precision);
    source.seconds = result->report.seconds;
    source.peakRssMb = double(result->report.peakResidentBytes) / 1e6;
    source.looks = 1;
    source.trust = trustOf(report);
    source.made = QDateTime::currentDateTime();
    m_source = source;
    ++m_assembling;
    runAsync(
        this, [result] { return LiveMask::make(result->probabilities, result->report.thresholds, result->labels); },
        [this, source, id = m_jobCase, looks = m_job ? m_job->looks() : 1](Result<LiveMask> live) {
            --m_assembling;
            if (m_desk.model.id() != id) return;
            if (!live) {
                emit failed(live.error());
                return;
            }
            m_desk.model.setLive(std::move(*live), source);
            if (m_desk.model.cursorUntouched()) {
                if (const auto centre = m_desk.model.centreOf("WT")) m_desk.model.setCursor(*centre);
            }
            emit firstResult();
            if (looks <= 1)
                m_doubts.find(m_desk.model.live(), {}, true);
            else
                m_step = tr("Looking again, %1 of %2").arg(2).arg(looks);
            showJob();
        });
}

void SegmentPresenter::takeFinal(const Result<client::SegmentationPtr> &result)
{
    m_desk.window.doubtPanel()->setLooking(0, 0);
    m_desk.window.reviewPanel()->places()->setLooking(0, 0);
    if (m_desk.model.id() != m_jobCase) {
        endJob(false);
        return;
    }
    if (!result) {
        const bool first = m_haveFirst;
        endJob(first);
        if (result.error().code != Errc::Cancelled) emit failed(result.error());
        if (first) m_doubts.find(m_desk.model.live(), {}, true); // the mask stays good; places from its one look
        return;
    }
    if (!(*result)->mean.empty()) {
        ++m_assembling;
        runAsync(
            this,
            [mean = (*result)->mean, thresholds = (*result)->report.thresholds]() mutable {
                return LiveMask::make(std::move(mean), std::move(thresholds));
            },
            [this, id = m_jobCase, looks = (*result)->report.looksDone,
             votes = (*result)->votes](Result<LiveMask> live) {
                --m_assembling;
                if (m_desk.model.id() == id && live) {
                    m_desk.model.setBandLive(std::move(*live), looks);
                    m_desk.model.setVotes(votes);
                    m_doubts.find(m_desk.model.bandLive(), {}, true);
                }
                endJob(true);
            });
        return;
    }
    endJob(true);
}

void SegmentPresenter::endJob(bool ok)
{
    m_running = m_stopping = false;
    m_fraction = -1;
    showJob();
    showPreflight();
    emit finished(ok);
}

} // namespace glio::app
