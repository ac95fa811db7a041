#include "model/Journal.h"

#include "glioscope/base/Paths.h"
#include "glioscope/project/MaskJournal.h"

#include <QMetaObject>

#include <algorithm>
#include <future>

namespace glio::app {

namespace fs = std::filesystem;
using project::JournalWriter;
using project::Project;

namespace {

constexpr std::size_t kStepsPerSnapshot = 64;
constexpr const char *kOpenKey = "open", *kActiveKey = "mask.active", *kBlindKey = "blind";
std::string awayKey(const std::string &maskId) { return "mask.away." + maskId; }

/// Asks the writer's thread and waits.
template <class T> T ask(JournalWriter &writer, std::function<T(const Project &)> question)
{
    auto promise = std::make_shared<std::promise<T>>();
    auto answer = promise->get_future();
    writer.read(
        [promise, question = std::move(question)](const Project &project) { promise->set_value(question(project)); });
    return answer.get();
}

/// Reads a step's deltas back, as long as the project is open.
MaskDocument::Loader stepLoader(std::weak_ptr<JournalWriter> writer, const std::string &maskId)
{
    using Deltas = Result<std::pair<LabelDelta, LabelDelta>>;
    return [writer = std::move(writer), maskId](std::int64_t number) -> Deltas {
        const auto open = writer.lock();
        if (!open) return fail(Errc::Io, "The project is closed.");
        return ask<Deltas>(
            *open, [maskId, number](const Project &project) { return project::deltasOf(project, maskId, number); });
    };
}

} // namespace

fs::path Journal::defaultFolder() { return dataHome() / "My cases.glio"; }

Journal::Journal(const QString &reader, fs::path folder, QObject *parent)
    : QObject(parent), m_reader(reader), m_folder(std::move(folder))
{
    const project::ProjectOptions options{.reader = reader.toStdString(), .ifMissing = project::IfMissing::Create};
    auto opened = Project::open(m_folder, options);
    // What cannot be used stays as it is, and work goes on in a project beside it: no stroke waits for a repair.
    for (int n = 2; !opened && n < 100; ++n) {
        if (!m_problem) m_problem = opened.error();
        if (opened.error().code == Errc::DiskFull) break;
        m_folder = m_folder.parent_path() / ("My cases " + std::to_string(n) + ".glio");
        opened = Project::open(m_folder, options);
    }
    if (opened) start(std::move(*opened));
    m_default = m_folder;
}

void Journal::start(std::unique_ptr<Project> project)
{
    m_folder = project->folder();
    m_openedBy = project->heldBy();
    m_readOnly = project->isReadOnly();
    m_whyReadOnly = project->whyReadOnly();
    project::JournalWriterOptions writing;
    writing.onState = [this](const project::WriterState &state) {
        QMetaObject::invokeMethod(
            this,
            [this, state] {
                const bool was = std::exchange(m_failing, state.isFailing());
                if (state.failing)
                    emit failed(*state.failing);
                else if (was)
                    emit recovered();
            },
            Qt::QueuedConnection);
    };
    auto made = std::make_shared<JournalWriter>(std::move(project), std::move(writing));
    const std::lock_guard lock(m_writerMutex);
    m_writer = std::move(made);
}

std::shared_ptr<JournalWriter> Journal::writer() const
{
    const std::lock_guard lock(m_writerMutex);
    return m_writer;
}

Result<std::unique_ptr<Project>> Journal::openProject(const fs::path &folder, project::IfMissing ifMissing) const
{
    return Project::open(folder, {.reader = m_reader.toStdString(), .ifMissing = ifMissing});
}

void Journal::use(std::unique_ptr<Project> project)
{
    std::shared_ptr<JournalWriter> former;
    {
        const std::lock_guard lock(m_writerMutex);
        former = std::move(m_writer);
    }
    former.reset(); // writes what waits; a worker that still asks it keeps it until then
    m_problem.reset();
    m_caseId.clear();
    m_row = {};
    m_maskKept = m_failing = false;
    start(std::move(project));
    m_own = m_folder != m_default;
}

QString Journal::name() const { return QString::fromStdString(m_folder.stem().string()); }

Result<std::vector<project::CaseRow>> Journal::cases() const
{
    using Rows = Result<std::vector<project::CaseRow>>;
    const auto writer = this->writer();
    if (!writer) return std::vector<project::CaseRow>{};
    return ask<Rows>(*writer, [](const Project &project) { return project.cases(); });
}

void Journal::keepCase(const std::string &caseId, const std::string &name, const std::string &json)
{
    if (m_writer && !m_readOnly) m_writer->putCase({caseId, name, json, 0});
}

Journal::~Journal() = default;

namespace {

/// The masks of a case that are listed; none for a case that was never opened before, which is no error.
Result<std::vector<project::MaskRow>> listedMasks(const Project &project, const std::string &caseId)
{
    auto masks = project.masks(caseId);
    if (!masks) {
        if (masks.error().code == Errc::InvalidArgument) return std::vector<project::MaskRow>{};
        return masks;
    }
    const auto values = project.caseValues(caseId);
    if (!values) return std::unexpected(values.error());
    std::erase_if(*masks, [&](const project::MaskRow &row) {
        const auto away = values->find(awayKey(row.id));
        return away != values->end() && away->second == "1";
    });
    return masks;
}

} // namespace

MaskDocument::Loader Journal::loader() const
{
    const auto open = writer();
    return open && m_maskKept ? stepLoader(open, m_row.id) : MaskDocument::Loader{};
}

Result<MaskDocument> Journal::load(const project::MaskRow &mask) const
{
    const auto open = writer();
    if (!open) return fail(Errc::Io, "The project is closed.");
    return ask<Result<MaskDocument>>(*open, [mask, loader = stepLoader(open, mask.id)](const Project &project) {
        return project::restoreDocument(project, mask, loader);
    });
}

Result<std::vector<project::MaskRow>> Journal::masks(const std::string &caseId) const
{
    const auto open = writer();
    if (!open) return std::vector<project::MaskRow>{};
    return ask<Result<std::vector<project::MaskRow>>>(
        *open, [caseId](const Project &project) { return listedMasks(project, caseId); });
}

Result<std::optional<KeptMask>> Journal::find(const std::string &caseId) const
{
    using Found = Result<std::optional<KeptMask>>;
    const auto open = writer();
    if (!open) return std::optional<KeptMask>{};
    return ask<Found>(*open, [caseId, writer = std::weak_ptr(open)](const Project &project) -> Found {
        const auto masks = listedMasks(project, caseId);
        if (!masks) return std::unexpected(masks.error());
        if (masks->empty()) return std::optional<KeptMask>{};
        const auto values = project.caseValues(caseId);
        if (!values) return std::unexpected(values.error());
        const auto value = [&](const char *key) {
            const auto found = values->find(key);
            return found == values->end() ? std::string() : found->second;
        };
        auto mask = std::ranges::find(*masks, value(kActiveKey), &project::MaskRow::id);
        if (mask == masks->end()) mask = masks->end() - 1;
        auto document = project::restoreDocument(project, *mask, stepLoader(writer, mask->id));
        if (!document) return std::unexpected(document.error());
        KeptMask kept{std::move(*document), *mask, value(kBlindKey) == "1", value(kOpenKey) == "1", 0};
        if (!kept.document.steps().empty()) kept.lastMs = kept.document.steps().back().madeMs;
        return std::optional(std::move(kept));
    });
}

void Journal::open(const std::string &caseId, const std::string &name)
{
    if (!m_writer || m_readOnly) return;
    m_writer->putCase({caseId, name, "{}", 0});
    m_writer->putCaseValue(caseId, kOpenKey, "1");
}

void Journal::close(const std::string &caseId)
{
    if (m_writer && !m_readOnly) m_writer->putCaseValue(caseId, kOpenKey, "0");
}

void Journal::begin(const std::string &caseId, const Geometry &grid, const project::MaskRow &named)
{
    m_caseId = caseId;
    m_row = named;
    m_row.id = project::newId();
    m_row.caseId = caseId;
    m_row.geometry = grid;
    if (m_row.reader.empty()) m_row.reader = m_reader.toStdString();
    m_maskKept = false;
}

void Journal::adopt(const project::MaskRow &mask)
{
    m_caseId = mask.caseId;
    m_row = mask;
    m_maskKept = true;
    if (m_writer && !m_readOnly) m_writer->putCaseValue(m_caseId, kActiveKey, m_row.id);
}

void Journal::keepMask(const project::MaskRow &mask)
{
    if (m_writer && !m_readOnly) m_writer->putMask(mask);
    if (mask.id == m_row.id) m_row = mask;
}

void Journal::keepMask(const project::MaskRow &mask, const MaskDocument &document)
{
    keepMask(mask);
    if (!m_writer || m_readOnly) return;
    for (const Step &step : document.steps())
        m_writer->append(mask.id, project::stepRow(step), project::blobsOf(step));
}

void Journal::putAway(const std::string &caseId, const std::string &maskId, bool away)
{
    keepValue(caseId, awayKey(maskId), away ? "1" : "0");
}

void Journal::setBlind(const std::string &caseId, bool blind) { keepValue(caseId, kBlindKey, blind ? "1" : "0"); }

void Journal::step(const Step &step, std::size_t before, const LabelMap &labels, const LabelMap &sources)
{
    if (!m_writer || m_readOnly) return;
    if (!m_maskKept) {
        m_row.madeMs = step.madeMs;
        m_writer->putMask(m_row);
        m_writer->putCaseValue(m_caseId, kActiveKey, m_row.id);
        m_maskKept = true;
    }
    m_writer->append(m_row.id, project::stepRow(step), project::blobsOf(step),
                     [this, number = step.number](const Result<void> &done) {
                         if (!done) {
                             // Refused for good: a promise of our own was broken. The mask is in memory; say so.
                             QMetaObject::invokeMethod(
                                 this, [this, error = done.error()] { emit failed(error); }, Qt::QueuedConnection);
                             return;
                         }
                         QMetaObject::invokeMethod(this, [this, number] { emit saved(number); }, Qt::QueuedConnection);
                     });
    if ((before + 1) % kStepsPerSnapshot == 0)
        m_writer->putSnapshot(m_row.id, int(before) + 1, project::snapshotOf(labels, sources));
}

void Journal::move(std::size_t position)
{
    if (!m_writer || m_readOnly || !m_maskKept) return;
    m_writer->setPosition(m_row.id, int(position), [this](const Result<void> &) {
        QMetaObject::invokeMethod(this, [this] { emit saved(0); }, Qt::QueuedConnection);
    });
}

void Journal::keepValue(const std::string &caseId, const std::string &key, const std::string &value)
{
    if (m_writer && !m_readOnly) m_writer->putCaseValue(caseId, key, value);
}

Result<std::map<std::string, std::string>> Journal::valuesOf(const std::string &caseId) const
{
    using Values = Result<std::map<std::string, std::string>>;
    const auto writer = this->writer();
    if (!writer) return std::map<std::string, std::string>{};
    return ask<Values>(*writer, [caseId](const Project &project) -> Values {
        auto values = project.caseValues(caseId);
        // A case that was never opened before is no error.
        if (!values && values.error().code == Errc::InvalidArgument) return std::map<std::string, std::string>{};
        return values;
    });
}

Result<std::vector<project::Series>> Journal::seriesOf(const std::string &caseId) const
{
    using Rows = Result<std::vector<project::Series>>;
    const auto writer = this->writer();
    if (!writer) return std::vector<project::Series>{};
    return ask<Rows>(*writer, [caseId](const Project &project) -> Rows {
        auto rows = project.series(caseId);
        if (!rows && rows.error().code == Errc::InvalidArgument) return std::vector<project::Series>{};
        return rows;
    });
}

void Journal::keepSeries(const std::string &caseId, std::vector<project::Series> series)
{
    if (m_writer && !m_readOnly) m_writer->putSeries(caseId, std::move(series));
}

fs::path Journal::writtenFolder() const
{
    const auto writer = this->writer();
    return writer ? writer->folder() : fs::path();
}

void Journal::waitForDisk()
{
    if (m_writer && !m_readOnly && m_writer->pending() > 0 && !failing())
        (void)m_writer->flush(std::chrono::milliseconds(500));
}

void Journal::retry()
{
    if (m_writer) m_writer->retryNow();
}

void Journal::moveTo(const fs::path &folder)
{
    if (!m_writer) return;
    m_writer->moveTo(folder, [this, folder](const Result<project::CopyReport> &done) {
        QMetaObject::invokeMethod(
            this,
            [this, folder, error = done ? std::optional<Error>{} : std::optional<Error>(done.error())] {
                if (error) {
                    emit failed(*error);
                    return;
                }
                m_folder = folder;
                if (!m_own) m_default = folder;
                emit moved(QString::fromStdString(folder.string()));
            },
            Qt::QueuedConnection);
    });
}

} // namespace glio::app
