#include "presenters/OpenPresenter.h"

#include "glioscope/io/GeometryGuard.h"

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
#include "glioscope/widgets/Dialogs.h"

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
    : QObject(parent), m_desk(desk), m_sequences(sequences), m_review(review), m_doubts(doubts)
{
}

void OpenPresenter::cancel()
{
    if (m_cancelled) *m_cancelled = true;
    ++m_number; // what comes back is not wanted any more
}

void OpenPresenter::run(std::function<Result<LoadedCase>(const std::atomic<bool> &)> load, const QString &what,
                        bool checkPlaces, bool demo)
{
    cancel();
    m_cancelled = std::make_shared<std::atomic<bool>>(false);
    const int number = m_number;
    ++m_busy;
    emit working(what);
    runAsync(
        this, [load = std::move(load), cancelled = m_cancelled] { return load(*cancelled); },
        [this, number, what, checkPlaces, demo](Result<LoadedCase> loaded) {
            --m_busy;
            if (number != m_number) return;
            emit working({});
            if (!loaded) {
                if (loaded.error().code != Errc::Cancelled) emit openFailed(loaded.error(), what);
                return;
            }
            take(std::move(*loaded), checkPlaces, demo);
        });
}

void OpenPresenter::openPaths(const QStringList &paths, bool demo)
{
    if (paths.isEmpty()) return;
    const QString what =
        QFileInfo(paths.front()).fileName().isEmpty() ? paths.front() : QFileInfo(paths.front()).fileName();
    run([files = toPaths(paths), store = m_desk.store, journal = &m_desk.journal](
            const std::atomic<bool> &cancelled) { return loadCase(files, store, cancelled, journal); },
        what, false, demo);
}

void OpenPresenter::openStored(const QString &id, bool checkPlaces)
{
    run(
        [id = id.toStdString(), store = m_desk.store,
         journal = &m_desk.journal](const std::atomic<bool> &cancelled) -> Result<LoadedCase> {
            const auto record = store.find(id);
            if (!record) return fail(Errc::Io, "The case " + id + " is no longer in the list. Open its images again.");
            return loadStored(*record, store, cancelled, journal);
        },
        id, checkPlaces, false);
}

void OpenPresenter::openDemo()
{
    run(
        [store = m_desk.store, journal = &m_desk.journal,
         name = tr("Demo, synthetic").toStdString()](const std::atomic<bool> &cancelled) -> Result<LoadedCase> {
            const auto folder = makeDemo();
            if (!folder) return std::unexpected(folder.error());
            auto loaded = loadCase({*folder}, store, cancelled, journal);
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
    m_desk.model.open(QString::fromStdString(record.id), QString::fromStdString(record.name), std::move(loaded.series),
                      loaded.orientationStated);
    const bool live = loaded.live.has_value();
    if (loaded.kept && !loaded.kept->document.steps().empty()) {
        MaskSource source = record.mask;
        if (source.origin == MaskOrigin::None) source.origin = MaskOrigin::Drawn; // killed before its record was kept
        m_desk.journal.adopt(loaded.kept->row);
        const bool interrupted = loaded.kept->interrupted;
        const std::int64_t last = loaded.kept->lastMs;
        m_desk.model.restore(std::move(loaded.kept->document), std::move(loaded.live), source);
        if (interrupted && last > 0) emit restored(QDateTime::fromMSecsSinceEpoch(last));
    } else if (loaded.live) {
        m_desk.model.setLive(std::move(*loaded.live), record.mask);
    } else if (loaded.mask) {
        takeMask(std::move(*loaded.mask), loaded.maskFile, loaded.maskScheme);
    }
    if (live) {
        if (loaded.bandLive) m_desk.model.setBandLive(std::move(*loaded.bandLive), record.mask.looks);
        m_desk.model.setSaved(true);
        m_doubts.find(m_desk.model.bandLive(), record.places, false, record.votes);
    }
    const Geometry &grid = m_desk.model.referenceGrid();
    if (record.cursor && grid.contains(grid.nearestVoxel(*record.cursor))) {
        m_desk.model.setCursor(*record.cursor);
    } else if (const auto centre = m_desk.model.centreOf("WT")) {
        m_desk.model.setCursor(*centre);
    }
    m_desk.settings.setValue("cases/last", m_desk.model.id());
    emit caseOpened(checkPlaces, record.demo);
    for (const LoadProblem &problem : loaded.problems)
        emit fileFailed(problem.error, QString::fromStdString(problem.path.filename().string()));
}

void OpenPresenter::takeMask(LabelVolume mask, const fs::path &file, const SchemeDetection &detection)
{
    if (detection.candidates.empty()) return;
    const QString known = m_desk.settings.value("schemes/always").toString();
    const bool remembered =
        std::ranges::any_of(detection.candidates, [&](const auto &c) { return c.id == known.toStdString(); });
    if (detection.certain || detection.candidates.size() == 1 || remembered) {
        useMask(std::move(mask), file,
                remembered && !detection.certain ? known : QString::fromStdString(detection.candidates.front().id));
        return;
    }
    std::vector<widgets::ChoiceDialog::Choice> choices;
    for (const SchemeCandidate &candidate : detection.candidates) {
        const LabelScheme *scheme = findLabelScheme(candidate.id);
        if (!scheme) continue;
        QStringList meanings;
        for (const LabelDefinition &label : scheme->labels())
            meanings.push_back(tr("%1 = %2").arg(label.value).arg(labelName(label.id, label.name)));
        choices.push_back(
            {QString::fromStdString(candidate.id), QString::fromStdString(scheme->name()), meanings.join(", "), {}});
    }
    auto *dialog = new widgets::ChoiceDialog(tr("What do the values of this mask mean?"),
                                             tr("%1 does not say it, and its values fit more than one meaning.")
                                                 .arg(QString::fromStdString(file.filename().string())),
                                             choices, tr("For all cases"), &m_desk.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, this, [this, dialog, mask, file, id = m_desk.model.id()](int) {
        if (dialog->chosen().isEmpty() || m_desk.model.id() != id) return;
        if (dialog->also()) m_desk.settings.setValue("schemes/always", dialog->chosen());
        useMask(mask, file, dialog->chosen());
    });
    dialog->open();
}

void OpenPresenter::useMask(LabelVolume mask, const fs::path &file, const QString &schemeId)
{
    const LabelScheme *scheme = findLabelScheme(schemeId.toStdString());
    if (!scheme || !m_desk.model.isOpen()) return;
    const Geometry &grid = m_desk.model.referenceGrid();
    const io::GridComparison comparison = io::compareGrids(mask.geometry(), grid);
    if (comparison.relation == io::GridRelation::Same) {
        putMask(mask, file, *scheme);
        return;
    }
    if (comparison.relation == io::GridRelation::OtherOrder || comparison.relation == io::GridRelation::Part) {
        // The same voxels of the world: on the images' grid nothing of them moves.
        if (auto same = io::resampleMaskTo(mask, grid);
            same && std::ranges::all_of(same->kept, [](const io::LabelKept &label) { return label.share > 0.999; })) {
            putMask(same->labels, file, *scheme);
            return;
        }
    }
    auto *dialog = new widgets::ChoiceDialog(
        tr("This mask does not lie on the images' voxels."), gridText(comparison),
        {{"own", tr("Use it as it is"), tr("It keeps its own voxels and is shown where it lies."), {}},
         {"grid", tr("Put it on the images' voxels"), tr("Each voxel takes the nearest label. The file stays."), {}},
         {"leave", tr("Leave it out"), {}, {}}},
        {}, &m_desk.window);
    dialog->setObjectName("maskGridDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, this, [this, dialog, mask, file, scheme, id = m_desk.model.id()](int) {
        if (m_desk.model.id() != id) return;
        if (dialog->chosen() == "own") putMask(mask, file, *scheme);
        if (dialog->chosen() != "grid") return;
        if (const auto moved = io::resampleMaskTo(mask, m_desk.model.referenceGrid()))
            putMask(moved->labels, file, *scheme);
        else
            emit fileFailed(moved.error(), QString::fromStdString(file.filename().string()));
    });
    dialog->open();
}

void OpenPresenter::putMask(const LabelVolume &mask, const fs::path &file, const LabelScheme &scheme)
{
    MaskSource source;
    source.origin = MaskOrigin::File;
    source.file = file;
    m_desk.model.setMask(mask, scheme, source);
}

QString OpenPresenter::gridText(const io::GridComparison &comparison)
{
    const QString mm = QString::number(comparison.shiftMm, 'f', 1);
    switch (comparison.relation) {
    case io::GridRelation::Shifted:
        return tr("It lies %1 mm away from the images.").arg(mm);
    case io::GridRelation::Rotated:
        return tr("It is turned by %1 degrees against the images.").arg(comparison.degrees, 0, 'f', 1);
    case io::GridRelation::Mirrored:
        return tr("It is mirrored: left and right may be exchanged. Check before you use it.");
    case io::GridRelation::SameBoxOtherSpacing:
        return tr("It covers the same place with voxels of another size.");
    case io::GridRelation::Elsewhere:
        return tr("Only %1 % of it lies inside the images.").arg(100 * comparison.overlap, 0, 'f', 0);
    default:
        return tr("It covers another part of the head than the images.");
    }
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

void OpenPresenter::addMask(const QString &path)
{
    if (!m_desk.model.isOpen()) return;
    ++m_busy;
    runAsync(
        this, [file = fs::path(path.toStdString())] { return loadMask(file); },
        [this, path, id = m_desk.model.id()](Result<LoadedMask> loaded) {
            --m_busy;
            if (m_desk.model.id() != id) return;
            if (!loaded)
                emit fileFailed(loaded.error(), QFileInfo(path).fileName());
            else
                takeMask(std::move(loaded->mask), loaded->file, loaded->scheme);
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
