#include "presenters/OpenPresenter.h"

#include "model/CaseMasks.h"
#include "model/Journal.h"
#include "presenters/DoubtPresenter.h"
#include "presenters/ReviewPresenter.h"
#include "presenters/SequencePresenter.h"
#include "shell/MainWindow.h"
#include "support/Async.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/base/Paths.h"
#include "glioscope/phantom/AnatomyFiles.h"
#include "glioscope/phantom/Phantom.h"
#include "glioscope/widgets/ViewGrid.h"
#include "glioscope/widgets/VolumeView.h"

#include <QFileDialog>
#include <QFileInfo>

namespace glio::app {

namespace fs = std::filesystem;

namespace {

constexpr int kDemoSeed = 2026, kDemoNumber = 1;

std::vector<fs::path> toPaths(const QStringList &texts)
{
    std::vector<fs::path> paths;
    for (const QString &text : texts)
        paths.emplace_back(text.toStdString());
    return paths;
}

fs::path demoFolder() { return dataHome() / "demo"; }

/// The folder of the demo case; made when it is missing. One calm synthetic head, the same on every machine.
Result<fs::path> makeDemo()
{
    char number[16];
    std::snprintf(number, sizeof number, "%05d", kDemoNumber);
    const fs::path folder = demoFolder() / (std::string("GlioPhantom-") + number + "-000");
    std::error_code error;
    if (fs::exists(folder / "complete", error)) return folder;
    phantom::AnatomyPointer anatomy;
    if (const fs::path colin = phantom::findColin27(); !colin.empty()) {
        if (auto read = phantom::readColin27(colin)) anatomy = std::move(*read);
    }
    if (!anatomy) anatomy = phantom::proceduralAnatomy(kDemoSeed);
    auto made = phantom::makePhantom(
        *anatomy, {.variety = phantom::Variety::Demo, .cover = phantom::HeadCover::Stripped}, kDemoSeed, kDemoNumber);
    if (!made) return std::unexpected(made.error());
    fs::create_directories(demoFolder(), error);
    const auto written = phantom::writeCase(*made, demoFolder(), kDemoNumber);
    if (!written) return written;
    // The true labels stay out of sight: the demo shows what the model finds.
    fs::path truth;
    for (const auto &entry : fs::directory_iterator(*written, error)) {
        if (entry.path().filename().string().find("-seg") != std::string::npos) truth = entry.path();
    }
    if (!truth.empty()) {
        fs::create_directories(demoFolder() / "truth", error);
        fs::rename(truth, demoFolder() / "truth" / truth.filename(), error);
    }
    if (const auto marked = writeFileAtomically(*written / "complete", std::string_view("1\n")); !marked)
        return std::unexpected(marked.error());
    return *written;
}

} // namespace

OpenPresenter::OpenPresenter(const Desk &desk, SequencePresenter &sequences, ReviewPresenter &review,
                             DoubtPresenter &doubts, QObject *parent)
    : QObject(parent),
      m_desk(desk),
      m_sequences(sequences),
      m_review(review),
      m_doubts(doubts),
      m_prefetch(desk.store, desk.journal),
      m_questions(&desk.window)
{
    connect(m_desk.masks, &CaseMasks::blindChanged, this, [this] {
        const CaseModel &model = m_desk.model;
        if (m_desk.masks->blind() || !model.hasProbabilities() || model.placesKnown()) return;
        m_doubts.find(model.bandLive(), m_review.record().places, false, m_review.record().votes);
    });
}

void OpenPresenter::cancel()
{
    if (m_cancelled) *m_cancelled = true;
    ++m_number; // what comes back is not wanted any more
}

void OpenPresenter::run(Load load, const QString &what, bool checkPlaces, bool demo, const FileChoices &choices)
{
    cancel();
    m_cancelled = std::make_shared<std::atomic<bool>>(false);
    const int number = m_number;
    ++m_busy;
    emit working(what);
    runAsync(
        this, [load, choices, cancelled = m_cancelled] { return load(*cancelled, choices); },
        [this, load, number, what, checkPlaces, demo, choices](Result<LoadedCase> loaded) {
            --m_busy;
            if (number != m_number) return;
            emit working({});
            if (!loaded) {
                if (loaded.error().code != Errc::Cancelled) emit openFailed(loaded.error(), what);
                return;
            }
            if (loaded->troubles.empty()) {
                take(std::move(*loaded), checkPlaces, demo);
                return;
            }
            const bool hasMask = loaded->record.mask.origin != MaskOrigin::None;
            m_questions.ask(std::move(loaded->troubles), choices, hasMask, loaded->record.files.size(),
                            [this, load, what, checkPlaces, demo](const std::optional<FileChoices> &answer) {
                                if (answer) run(load, what, checkPlaces, demo, *answer);
                            });
        });
}

void OpenPresenter::recordFiles()
{
    if (m_desk.journal.readOnly()) return;
    runAsync(
        this,
        [record = m_review.saveJob(false).record, journal = &m_desk.journal] {
            const auto known = journal->seriesOf(record.id);
            return describeFiles(record, known ? *known : std::vector<project::Series>{}, journal->writtenFolder());
        },
        [this, id = m_desk.model.id().toStdString()](std::vector<project::Series> rows) {
            if (!rows.empty()) m_desk.journal.keepSeries(id, std::move(rows));
        });
}

void OpenPresenter::openPaths(const QStringList &paths, bool demo)
{
    if (paths.isEmpty()) return;
    const QString what =
        QFileInfo(paths.front()).fileName().isEmpty() ? paths.front() : QFileInfo(paths.front()).fileName();
    run([files = toPaths(paths), store = m_desk.store, journal = &m_desk.journal](
            const std::atomic<bool> &cancelled,
            const FileChoices &choices) { return loadCase(files, store, cancelled, journal, choices); },
        what, false, demo);
}

void OpenPresenter::openStored(const QString &id, bool checkPlaces)
{
    if (id != m_prefetch.wanted()) {
        readStored(id, checkPlaces);
        return;
    }
    cancel();
    ++m_busy;
    if (!m_prefetch.isReady()) emit working(id);
    m_prefetch.take(id, [this, id, checkPlaces, number = m_number](std::optional<LoadedCase> loaded) {
        --m_busy;
        if (number != m_number) return;
        emit working({});
        if (loaded)
            take(std::move(*loaded), checkPlaces, false);
        else
            readStored(id, checkPlaces); // it has changed since, or cannot be read: this says why
    });
}

void OpenPresenter::readStored(const QString &id, bool checkPlaces)
{
    run(
        [id = id.toStdString(), store = m_desk.store, journal = &m_desk.journal](
            const std::atomic<bool> &cancelled, const FileChoices &choices) -> Result<LoadedCase> {
            auto record = store.find(id);
            if (const auto rows = record ? Result<std::vector<project::CaseRow>>() : journal->cases()) {
                for (const project::CaseRow &row : *rows)
                    if (row.id == id) record = CaseStore::recordOf(row.json);
            }
            if (!record) return fail(Errc::Io, "The case " + id + " is no longer in the list. Open its images again.");
            return loadStored(*record, store, cancelled, journal, choices);
        },
        id, checkPlaces, false);
}

void OpenPresenter::openDemo()
{
    run(
        [store = m_desk.store, journal = &m_desk.journal, name = tr("Demo, synthetic").toStdString()](
            const std::atomic<bool> &cancelled, const FileChoices &choices) -> Result<LoadedCase> {
            const auto folder = makeDemo();
            if (!folder) return std::unexpected(folder.error());
            auto loaded = loadCase({*folder}, store, cancelled, journal, choices);
            if (loaded) {
                loaded->record.demo = true;
                loaded->record.name = name; // no picture of it may pass for a patient
            }
            return loaded;
        },
        tr("the demo"), false, true);
}

void OpenPresenter::take(LoadedCase loaded, bool checkPlaces, bool demo)
{
    if (m_desk.model.acting()) m_desk.model.commitAct(); // a stroke in hand is kept
    m_review.keep(false);                                // as the case is left, so the list shows it
    if (loaded.record.id == m_review.record().id) {      // open again: what was typed since it was read stays
        loaded.record.notes = m_review.record().notes;
        loaded.record.secondsByReader = m_review.record().secondsByReader;
    }
    loaded.record.opened = QDateTime::currentDateTime();
    loaded.record.demo = loaded.record.demo || demo;
    const CaseRecord record = loaded.record;
    // Thumbnails for the Cases page, in the order of the series.
    runAsync(
        this,
        [thumbnails = loaded.thumbnails, folder = m_desk.store.folder(record.id)] {
            std::error_code error;
            fs::create_directories(folder, error);
            for (std::size_t n = 0; n < thumbnails.size(); ++n) {
                thumbnails[n].save(QString::fromStdString((folder / ("thumb-" + std::to_string(n) + ".png")).string()),
                                   "PNG");
            }
            return true;
        },
        [](bool) {});
    m_review.setRecord(record);
    m_sequences.setThumbnails(std::move(loaded.thumbnails));
    m_desk.window.grid()->volume()->offerSurfaces(std::move(loaded.surfaces));
    m_desk.model.open(QString::fromStdString(record.id), QString::fromStdString(record.name), std::move(loaded.series),
                      loaded.orientationStated);
    const bool live = loaded.live.has_value();
    if (loaded.kept && !loaded.kept->document.steps().empty()) {
        const MaskSource source = sourceOfMask(loaded.kept->row, loaded.kept->document, record.mask);
        m_desk.journal.adopt(loaded.kept->row);
        const bool interrupted = loaded.kept->interrupted, blind = loaded.kept->blind;
        const std::int64_t last = loaded.kept->lastMs;
        m_desk.model.restore(std::move(loaded.kept->document), std::move(loaded.live), source, record.mask);
        if (blind) { // of the model nothing is shown, not even for a moment
            if (loaded.bandLive) m_desk.model.setBandLive(std::move(*loaded.bandLive), record.mask.looks);
            loaded.bandLive.reset();
            m_desk.masks->restoreBlind();
        }
        if (interrupted && last > 0) emit restored(QDateTime::fromMSecsSinceEpoch(last));
    } else if (loaded.live) {
        m_desk.model.setLive(std::move(*loaded.live), record.mask);
    } else if (loaded.mask) {
        takeMask(std::move(*loaded.mask), loaded.maskFile, loaded.maskScheme);
    }
    if (live) {
        if (loaded.bandLive) m_desk.model.setBandLive(std::move(*loaded.bandLive), record.mask.looks);
        m_desk.model.setSaved(true);
        if (!m_desk.masks->blind()) m_doubts.find(m_desk.model.bandLive(), record.places, false, record.votes);
    }
    const Geometry &grid = m_desk.model.referenceGrid();
    if (record.cursor && grid.contains(grid.nearestVoxel(*record.cursor))) {
        m_desk.model.setCursor(*record.cursor);
    } else if (const auto centre = m_desk.model.centreOf("WT")) {
        m_desk.model.setCursor(*centre);
    }
    m_desk.settings.setValue("cases/last", m_desk.model.id());
    emit caseOpened(checkPlaces, record.demo);
    recordFiles();
    if (!loaded.moved.empty()) {
        const QString folder = QString::fromStdString(loaded.moved.front().parent_path().string());
        emit filesMoved(loaded.moved.size() == 1
                            ? tr("An image had moved. It was found in %1.").arg(folder)
                            : tr("%1 images had moved. They were found in %2.").arg(loaded.moved.size()).arg(folder));
    }
    for (const LoadProblem &problem : loaded.problems)
        emit fileFailed(problem.error, QString::fromStdString(problem.path.filename().string()));
}

void OpenPresenter::addSequence(const QString &path, std::optional<Sequence> as)
{
    ++m_busy;
    runAsync(
        this, [file = fs::path(path.toStdString())] { return loadSeries(file); },
        [this, path, as, id = m_desk.model.id()](Result<LoadedSeries> loaded) {
            --m_busy;
            if (m_desk.model.id() != id) return;
            if (!loaded) {
                emit fileFailed(loaded.error(), QFileInfo(path).fileName());
                return;
            }
            if (as) {
                loaded->series.sequence = *as;
                loaded->series.chosenByUser = true;
                loaded->series.reason = tr("You chose this.");
            } else if (m_desk.model.seriesOf(loaded->series.sequence) >= 0) {
                loaded->series.sequence = Sequence::Other;
            }
            m_sequences.addThumbnail(loaded->thumbnail);
            m_desk.model.addSeries(std::move(loaded->series));
        });
}

void OpenPresenter::dropped(const QStringList &paths)
{
    if (paths.isEmpty()) return;
    const bool folder = std::ranges::any_of(paths, [](const QString &path) { return QFileInfo(path).isDir(); });
    if (!m_desk.model.isOpen() || folder || m_desk.window.mode() == widgets::Mode::Cases) {
        openPaths(paths);
        return;
    }
    for (const QString &path : paths) {
        if (looksLikeMask(fs::path(path.toStdString())))
            addMask(path);
        else
            addSequence(path);
    }
}

namespace {
QString imageFilter()
{
    return OpenPresenter::tr("Images (*.nii *.nii.gz *.hdr *.img *.nrrd *.nhdr *.mha *.mhd *.itksnap);;All files (*)");
}
} // namespace

void OpenPresenter::chooseFiles()
{
    auto *dialog = new QFileDialog(&m_desk.window, tr("Open the images of one case"),
                                   m_desk.settings.value("open/folder").toString(), imageFilter());
    dialog->setObjectName("openDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList &files) {
        m_desk.settings.setValue("open/folder", QFileInfo(files.front()).absolutePath());
        openPaths(files);
    });
    dialog->open();
}

void OpenPresenter::chooseFolder()
{
    auto *dialog = new QFileDialog(&m_desk.window, tr("Open the folder of one case"),
                                   m_desk.settings.value("open/folder").toString());
    dialog->setObjectName("openFolderDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &folder) {
        m_desk.settings.setValue("open/folder", folder);
        openPaths({folder});
    });
    dialog->open();
}

void OpenPresenter::chooseMask()
{
    if (!m_desk.model.isOpen()) return;
    auto *dialog = new QFileDialog(&m_desk.window, tr("Open a mask"), m_desk.settings.value("open/folder").toString(),
                                   imageFilter());
    dialog->setObjectName("openMaskDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &OpenPresenter::addMask);
    dialog->open();
}

void OpenPresenter::chooseSequence(const QString &sequence)
{
    const auto wished = sequenceFromId(sequence.toLower().toStdString());
    auto *dialog = new QFileDialog(
        &m_desk.window, wished ? tr("Choose the file of %1").arg(sequenceText(*wished)) : tr("Choose a file"),
        m_desk.settings.value("open/folder").toString(), imageFilter());
    dialog->setObjectName("openSequenceDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, wished](const QString &file) { addSequence(file, wished); });
    dialog->open();
}

} // namespace glio::app
