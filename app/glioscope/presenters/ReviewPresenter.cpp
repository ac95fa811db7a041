#include "presenters/ReviewPresenter.h"

#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"
#include "support/Async.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "glioscope/render/SliceGeometry.h"
#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/ReviewPanel.h"

#include <QDir>
#include <QFileDialog>
#include <QStandardPaths>

namespace glio::app {

using widgets::Availability;
namespace fs = std::filesystem;

ReviewPresenter::ReviewPresenter(const Desk &desk, ViewPresenter &views, QObject *parent)
    : QObject(parent), m_desk(desk), m_views(views)
{
    m_savePool.setMaxThreadCount(1); // in order: an older state must never be written over a newer one
    widgets::ReviewFooter *footer = m_desk.window.reviewPanel()->footer();
    connect(footer, &widgets::ReviewFooter::reportWished, this, &ReviewPresenter::makeReport);
    connect(footer, &widgets::ReviewFooter::approveWished, this, [this] { approve({}); });
    connect(footer, &widgets::ReviewFooter::approveAnywayWished, this, &ReviewPresenter::approve);
    connect(m_desk.window.reviewPanel()->measure(), &widgets::MeasurePanel::goWished, this, [this] {
        if (m_diameter) m_desk.model.setCursor(render::snapped(m_desk.model.referenceGrid(), m_diameter->where));
    });
    const CaseModel *model = &m_desk.model;
    m_measureTimer.setSingleShot(true);
    m_measureTimer.setInterval(150); // when a moving slider rests
    connect(&m_measureTimer, &QTimer::timeout, this, &ReviewPresenter::measure);
    connect(model, &CaseModel::maskChanged, &m_measureTimer, qOverload<>(&QTimer::start));
    connect(model, &CaseModel::maskReplaced, this, &ReviewPresenter::showFooter);
    connect(model, &CaseModel::placesChanged, this, &ReviewPresenter::showFooter);
    connect(model, &CaseModel::opened, this, &ReviewPresenter::measure);
    connect(model, &CaseModel::opened, this, &ReviewPresenter::showFooter);
    connect(model, &CaseModel::closed, this, [this] {
        m_exportFile.clear();
        showFooter();
    });
    showFooter();
    measure();
}

void ReviewPresenter::setRecord(CaseRecord record) { m_record = std::move(record); }

void ReviewPresenter::measure()
{
    const CaseModel &model = m_desk.model;
    widgets::MeasurePanel *panel = m_desk.window.reviewPanel()->measure();
    const RegionDefinition *region = model.scheme().region("ET");
    if (!region) region = model.scheme().region("WT");
    if (!model.hasMask() || !region) {
        m_measure.drop();
        m_diameter.reset();
        panel->setMeasurement(std::nullopt, Availability::no(tr("Segment first.")));
        return;
    }
    m_measure.request(
        [this, mask = model.labels(), labels = region->labels, enhancing = region->id == "ET"]() -> LatestJob::Apply {
            const auto diameter = longestByAcross(mask, labels);
            return [this, diameter, enhancing] {
                m_diameter = diameter;
                widgets::MeasurePanel *panel = m_desk.window.reviewPanel()->measure();
                if (!diameter || !m_desk.model.hasMask()) {
                    panel->setMeasurement(std::nullopt, Availability::no(enhancing ? tr("No enhancing part is marked.")
                                                                                   : tr("Nothing is marked.")));
                    return;
                }
                widgets::Measurement shown;
                shown.what = enhancing ? tr("Enhancing, longest by across") : tr("Tumour, longest by across");
                shown.longestMm = diameter->longestMm;
                shown.acrossMm = diameter->acrossMm;
                shown.where =
                    tr("Axial %1")
                        .arg(render::sliceAt(m_desk.model.referenceGrid(), render::Plane::Axial, diameter->where) + 1);
                panel->setMeasurement(shown, Availability::yes());
            };
        });
}

void ReviewPresenter::showFooter()
{
    widgets::ReviewFooter *footer = m_desk.window.reviewPanel()->footer();
    const CaseModel &model = m_desk.model;
    footer->setReportAvailability(model.hasMask() ? Availability::yes() : Availability::no(tr("Segment first.")));
    if (!model.hasMask())
        footer->setApproveAvailability(Availability::no(tr("Segment first.")));
    else if (model.hasProbabilities() && !model.placesKnown())
        footer->setApproveAvailability(Availability::no(tr("The places are being looked for.")));
    else if (model.openPlaces() > 0)
        footer->setApproveAvailability(Availability::no(tr("Check the %1 open places first.").arg(model.openPlaces())),
                                       true);
    else if (m_record.state == CaseState::Approved)
        footer->setApproveAvailability(Availability::no(tr("This case is approved.")));
    else
        footer->setApproveAvailability(Availability::yes());
}

SaveJob ReviewPresenter::saveJob(bool withPicture) const
{
    const CaseModel &model = m_desk.model;
    SaveJob job;
    job.record = m_record;
    job.record.name = model.name().toStdString();
    job.record.files.clear();
    for (const Series &series : model.series()) {
        job.record.files.push_back(
            {series.path, series.sequence, series.chosenByUser, series.reason.toStdString(), series.window});
    }
    job.record.mask = model.answerSource(); // so that the case finds the model's answer again, whatever mask is at hand
    job.record.schemeId = model.scheme().id();
    job.record.cursor = model.cursor();
    job.schemeId = model.scheme().id();
    // Until the places were found again, what the store knows of them stays; another mask has others.
    const bool sameMask = model.hasProbabilities() && model.answerSource().made == m_record.mask.made;
    if (model.placesKnown() || !sameMask) {
        job.record.places = model.placeStates();
        job.record.votes = model.placeVotes();
        job.record.openPlaces = model.placesKnown() ? model.openPlaces() : -1;
        job.record.openMl = model.openMl();
    }
    job.placeStates = job.record.places;
    if (model.hasMask()) {
        job.mask = model.document().labels();
        job.record.volumesMl = regionVolumesMl(model.document().labels(), model.scheme());
    } else {
        job.record.volumesMl.clear();
    }
    if (model.hasProbabilities()) {
        job.record.thresholds = model.modelThresholds();
        job.probabilities = model.live().probabilities();
        if (&model.bandLive() != &model.live()) job.band = model.bandLive().probabilities();
        job.places = model.places();
    }
    if (job.record.state != CaseState::Approved && job.record.state != CaseState::SecondReader) {
        job.record.state = !model.hasMask()                                ? CaseState::NotStarted
                           : model.maskSource().origin == MaskOrigin::File ? CaseState::Draft
                           : job.record.openPlaces > 0                     ? CaseState::NeedsChecking
                                                                           : CaseState::Draft;
    }
    if (withPicture) job.picture = m_views.snapshot();
    return job;
}

void ReviewPresenter::keep(bool withVoxels)
{
    if (!m_desk.model.isOpen()) return;
    SaveJob job = saveJob(false);
    if (m_desk.model.hasProbabilities()) job.modelMask = m_desk.model.modelMask();
    m_record = job.record;
    const bool voxels = withVoxels && job.probabilities.has_value();
    ++m_saving;
    runAsync(
        this,
        [job = std::move(job), store = m_desk.store, voxels]() -> Result<void> {
            if (voxels) {
                if (const auto done = writeResult(job, store.folder(job.record.id)); !done) return done;
            }
            return store.write(job.record);
        },
        [this, id = m_record.id, voxels](const Result<void> &done) {
            --m_saving;
            if (!done)
                emit saveFailed(done.error(), QString::fromStdString(m_desk.store.folder(id).string()));
            else if (voxels && m_desk.model.id().toStdString() == id)
                m_desk.model.setSaved(true);
            emit kept();
        },
        &m_savePool);
}

QString ReviewPresenter::folderForSaving() const
{
    QString folder = m_desk.settings.value("saving/folder").toString();
    if (folder.isEmpty()) folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return folder.isEmpty() ? QDir::homePath() : folder;
}

void ReviewPresenter::exportMask()
{
    if (!m_desk.model.hasMask()) return;
    if (!m_exportFile.isEmpty()) {
        exportMaskTo(m_exportFile);
        return;
    }
    auto *dialog = new QFileDialog(
        &m_desk.window, tr("Export mask"), folderForSaving(),
        tr("NIfTI (*.nii.gz *.nii);;Slicer segmentation (*.seg.nrrd);;NRRD (*.nrrd);;MetaImage (*.mha *.mhd)"));
    dialog->setObjectName("exportMaskDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(m_desk.model.name() + "-labels.nii.gz");
    connect(dialog, &QFileDialog::fileSelected, this, &ReviewPresenter::exportMaskTo);
    dialog->open();
}

void ReviewPresenter::exportMaskTo(const QString &file)
{
    if (!m_desk.model.hasMask()) return;
    ++m_saving;
    runAsync(
        this, [job = saveJob(false), file] { return app::exportMask(job, fs::path(file.toStdString())); },
        [this, file](const Result<void> &done) {
            --m_saving;
            if (done) {
                m_exportFile = file;
                emit saved(file);
            } else {
                emit saveFailed(done.error(), QFileInfo(file).fileName());
            }
        },
        &m_savePool);
}

void ReviewPresenter::saveResults()
{
    if (!m_desk.model.hasMask()) return;
    auto *dialog =
        new QFileDialog(&m_desk.window, tr("Save labels, probabilities and report in a folder"), folderForSaving());
    dialog->setObjectName("saveResultsDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &ReviewPresenter::saveResultsTo);
    dialog->open();
}

void ReviewPresenter::saveResultsTo(const QString &folder)
{
    if (!m_desk.model.hasMask()) return;
    ++m_saving;
    runAsync(
        this,
        [job = saveJob(true), folder]() -> Result<void> {
            const fs::path where(folder.toStdString());
            if (const auto done = writeResult(job, where); !done) return done;
            return writeReportPage(job, where);
        },
        [this, folder](const Result<void> &done) {
            --m_saving;
            if (done)
                emit saved(folder);
            else
                emit saveFailed(done.error(), folder);
        });
}

void ReviewPresenter::makeReport()
{
    if (!m_desk.model.hasMask()) return;
    makeReportIn(folderForSaving() + '/' + m_desk.model.name() + "-report");
}

void ReviewPresenter::makeReportIn(const QString &folder)
{
    ++m_saving;
    runAsync(
        this, [job = saveJob(true), folder] { return writeReportPage(job, fs::path(folder.toStdString())); },
        [this, folder](const Result<void> &done) {
            --m_saving;
            if (done)
                emit saved(folder + "/index.html");
            else
                emit saveFailed(done.error(), folder);
        });
}

void ReviewPresenter::askSecondReader()
{
    m_record.state = CaseState::SecondReader;
    keep(false);
}

void ReviewPresenter::approve(const QString &reason)
{
    if (!m_desk.model.hasMask()) return;
    m_record.state = CaseState::Approved;
    m_record.approvedReason = reason.toStdString();
    keep(true);
    showFooter();
}

} // namespace glio::app
