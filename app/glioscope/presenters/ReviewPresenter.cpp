#include "presenters/ReviewPresenter.h"

#include "model/CaseMasks.h"
#include "model/Journal.h"
#include "model/ReportFiles.h"
#include "presenters/IntensityPresenter.h"
#include "presenters/MeasurePresenter.h"
#include "presenters/ViewPresenter.h"
#include "shell/MainWindow.h"
#include "support/Async.h"
#include "support/Palette.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "glioscope/widgets/MeasurePanel.h"
#include "glioscope/widgets/ReviewFooter.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/Toast.h"

#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QLocale>
#include <QStandardPaths>
#include <QUrl>

namespace glio::app {

using widgets::Availability;
namespace fs = std::filesystem;

ReviewPresenter::ReviewPresenter(const Desk &desk, ViewPresenter &views, const MeasurePresenter &measures,
                                 QObject *parent)
    : QObject(parent), m_desk(desk), m_views(views), m_measures(measures)
{
    m_savePool.setMaxThreadCount(1); // in order: an older state must never be written over a newer one
    connect(m_desk.window.reviewPanel()->footer(), &widgets::ReviewFooter::reportWished, this,
            &ReviewPresenter::makeReport);
    const CaseModel *model = &m_desk.model;
    connect(model, &CaseModel::closed, this, [this] { m_exportFile.clear(); });
    connect(model, &CaseModel::stepMade, this, [this] { // what was approved without a sign-off has changed since
        if (m_record.state == CaseState::Approved && m_record.signedBy.empty()) m_record.state = CaseState::NotStarted;
    });
}

void ReviewPresenter::setRecord(CaseRecord record) { m_record = std::move(record); }

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
    job.record.schemeId = model.hasProbabilities() ? model.live().scheme().id() : model.scheme().id();
    job.record.cursor = model.cursor();
    job.schemeId = model.scheme().id();
    job.labels = &model.scheme();
    // Until the places were found again, what the store knows of them stays; another mask has others.
    const bool sameMask =
        (model.hasProbabilities() || model.answerHidden()) && model.answerSource().made == m_record.mask.made;
    if (model.placesKnown() || !sameMask) {
        job.record.places = model.placeStates();
        job.record.votes = model.placeVotes();
        job.record.placeNotes.clear();
        for (std::size_t row = 0; row < model.places().list.size(); ++row)
            job.record.placeNotes.push_back(model.placeNote(int(row)));
        job.record.openPlaces = model.placesKnown() ? model.openPlaces() : -1;
        job.record.openMl = model.openMl();
    }
    if (model.placesKnown()) job.placeStates = job.record.places;
    if (model.hasMask()) {
        job.source = model.maskSource();
        job.maskReader = QString::fromStdString(m_desk.journal.maskRow().reader);
        job.provenance = provenanceShares(model.document());
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
    CaseState &state = job.record.state;
    const auto signOff = model.signedOff();
    const bool approvedUnsigned = state == CaseState::Approved && job.record.signedBy.empty(); // by an older version
    // A sign-off ends with the mask that it is of, not because another one is worked on.
    const bool ofAnother = !job.record.signedBy.empty() && !job.record.signedMask.empty() &&
                           job.record.signedMask != m_desk.journal.maskId();
    if (signOff || !ofAnother) {
        job.record.signedBy = signOff ? signOff->reader.toStdString() : std::string();
        job.record.signedAt = signOff ? signOff->at : QDateTime();
        job.record.signedMask = signOff ? m_desk.journal.maskId() : std::string();
        job.record.approvedReason = signOff ? model.document().state("signed.reason") : std::string();
    }
    if (signOff || ofAnother)
        state = CaseState::Approved;
    else if (state != CaseState::Rejected && state != CaseState::SecondReader && !approvedUnsigned)
        state = !model.hasMask()                                ? CaseState::NotStarted
                : model.maskSource().origin == MaskOrigin::File ? CaseState::Draft
                : job.record.openPlaces > 0                     ? CaseState::NeedsChecking
                                                                : CaseState::Draft;
    job.measures = m_measures.measures();
    if (model.hasMask()) job.diameters = m_measures.diameters();
    job.draftVolumesMl = model.draftVolumesMl();
    job.reader = m_desk.journal.reader();
    job.made = QDateTime::currentDateTime();
    if (!m_desk.masks->blind()) job.notes = QString::fromStdString(job.record.notes);
    if (signOff)
        job.signedText = tr("Signed off by %1, %2")
                             .arg(signOff->reader, QLocale().toString(signOff->at.toLocalTime(), QLocale::ShortFormat));
    if (withPicture) job.picture = m_views.snapshot();
    return job;
}

void ReviewPresenter::keep(bool withVoxels)
{
    if (!m_desk.model.isOpen()) return;
    if (m_desk.journal.isOwnProject() && m_desk.journal.readOnly()) return; // somebody else works on this project
    SaveJob job = saveJob(false);
    if (m_desk.model.hasProbabilities()) job.modelMask = m_desk.model.modelMask();
    m_record = job.record;
    m_desk.journal.keepCase(m_record.id, m_record.name, CaseStore::textOf(m_record));
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
    return folder.isEmpty() || !QDir(folder).exists() ? QDir::homePath() : folder; // a folder that is there
}

void ReviewPresenter::exportMask()
{
    if (!m_desk.model.hasMask()) return;
    if (!m_exportFile.isEmpty() && m_exportMask == m_desk.journal.maskId()) { // never over another mask's file
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
                m_exportMask = m_desk.journal.maskId();
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

ReportImages ReviewPresenter::reportImages() const
{
    const CaseModel &model = m_desk.model;
    ReportImages all;
    all.images = namedImages(model);
    all.reference = model.referenceGrid();
    all.convention =
        m_desk.settings.isRadiological() ? render::Convention::Radiological : render::Convention::Neurological;
    all.orientationStated = model.orientationStated();
    const Series &first = model.series().front();
    all.head = {first.headLow, first.headHigh};
    for (const Series &series : model.series()) {
        all.windows.push_back(series.window);
        all.head.low = {std::min(all.head.low.x, series.headLow.x), std::min(all.head.low.y, series.headLow.y),
                        std::min(all.head.low.z, series.headLow.z)};
        all.head.high = {std::max(all.head.high.x, series.headHigh.x), std::max(all.head.high.y, series.headHigh.y),
                         std::max(all.head.high.z, series.headHigh.z)};
    }
    for (const LabelDefinition &label : model.scheme().labels())
        all.looks.push_back({label.value, labelColour(label, m_desk.settings), true, label.pattern});
    return all;
}

void ReviewPresenter::makeReport()
{
    if (!m_desk.model.hasMask()) return;
    auto *dialog = new QFileDialog(&m_desk.window, tr("Choose a folder for the report"), folderForSaving());
    dialog->setObjectName("reportFolderDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &folder) {
        makeReportIn(folder + '/' + m_desk.model.name() + "-report"); // a second case leaves the first one's alone
    });
    dialog->open();
}

void ReviewPresenter::makeReportIn(const QString &folder)
{
    if (!m_desk.model.hasMask()) return;
    ++m_saving;
    SaveJob job = saveJob(false);
    job.images = reportImages();
    runAsync(
        this, [job = std::move(job), folder] { return writeReport(job, fs::path(folder.toStdString())); },
        [this, folder](const Result<void> &done) {
            --m_saving;
            if (!done) {
                emit saveFailed(done.error(), folder);
                return;
            }
            m_desk.window.toast()->show(
                tr("The report is made: %1").arg(QDir::toNativeSeparators(folder)), widgets::Tone::Ok, tr("Open"),
                [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder + "/report.html")); });
            emit reported(folder);
        });
}

void ReviewPresenter::askSecondReader()
{
    editRecord([](CaseRecord &record) { record.state = CaseState::SecondReader; });
}

void ReviewPresenter::changeRecord(const std::function<void(CaseRecord &)> &change) { change(m_record); }

void ReviewPresenter::editRecord(const std::function<void(CaseRecord &)> &edit)
{
    if (!m_desk.model.isOpen()) return;
    edit(m_record);
    keep(false);
}

} // namespace glio::app
