#include "model/Journal.h"

#include "glioscope/base/Paths.h"

#include <QDateTime>
#include <QMetaObject>

namespace glio::app {

namespace fs = std::filesystem;
using project::JournalWriter;
using project::Project;

namespace {
constexpr std::size_t kStepsPerSnapshot = 64;
} // namespace

fs::path Journal::defaultFolder() { return dataHome() / "My cases.glio"; }

Journal::Journal(const QString &reader, fs::path folder, QObject *parent)
    : QObject(parent), m_reader(reader), m_folder(std::move(folder)), m_mask(std::make_shared<std::int64_t>(0))
{
    const project::ProjectOptions options{.reader = reader.toStdString()};
    auto opened = Project::open(m_folder, options);
    // What cannot be used stays as it is, and work goes on in a project beside it: no stroke waits for a repair.
    for (int n = 2; !opened && n < 100; ++n) {
        if (!m_problem) m_problem = opened.error();
        if (opened.error().code == Errc::DiskFull) break;
        m_folder = m_folder.parent_path() / ("My cases " + std::to_string(n) + ".glio");
        opened = Project::open(m_folder, options);
    }
    if (!opened) return;
    m_openedBy = (*opened)->openedBy();
    m_writer = std::make_shared<JournalWriter>(std::move(*opened), [this](const std::optional<Error> &error) {
        QMetaObject::invokeMethod(
            this,
            [this, error] {
                if (error)
                    emit failed(*error);
                else
                    emit recovered();
            },
            Qt::QueuedConnection);
    });
}

Journal::~Journal() = default;

Result<std::optional<KeptMask>> Journal::find(const std::string &caseId) const
{
    if (!m_writer) return std::optional<KeptMask>{};
    const std::weak_ptr<JournalWriter> weak = m_writer;
    return m_writer
        ->ask<Result<std::optional<KeptMask>>>([caseId, weak](Project &project) -> Result<std::optional<KeptMask>> {
            const auto masks = project.masks(caseId);
            if (masks.empty()) return std::optional<KeptMask>{};
            const project::MaskRow &mask = masks.back();
            const auto loader = [weak, id = mask.id](std::int64_t number) -> Result<std::pair<LabelDelta, LabelDelta>> {
                const auto writer = weak.lock();
                if (!writer) return fail(Errc::Io, "The project is closed.");
                return writer
                    ->ask<Result<std::pair<LabelDelta, LabelDelta>>>(
                        [id, number](Project &open) { return open.deltas(id, number); })
                    .get();
            };
            auto document = project.restore(mask, loader);
            if (!document) return std::unexpected(document.error());
            KeptMask kept{std::move(*document), mask.id, !project.note(caseId, "open").empty(), 0};
            if (!kept.document.steps().empty()) kept.lastMs = kept.document.steps().back().madeMs;
            return std::optional(std::move(kept));
        })
        .get();
}

void Journal::open(const std::string &caseId)
{
    if (m_writer && !m_openedBy)
        m_writer->submit([caseId](Project &project) { return project.setNote(caseId, "open", "1"); });
}

void Journal::close(const std::string &caseId)
{
    if (m_writer && !m_openedBy)
        m_writer->submit([caseId](Project &project) { return project.setNote(caseId, "open", ""); });
}

void Journal::begin(const std::string &caseId, const Geometry &grid)
{
    m_caseId = caseId;
    m_grid = grid;
    m_mask = std::make_shared<std::int64_t>(0);
}

void Journal::adopt(std::int64_t maskId) { m_mask = std::make_shared<std::int64_t>(maskId); }

void Journal::step(const Step &step, std::size_t before, const LabelMap &labels, const LabelMap &sources)
{
    if (!m_writer || m_openedBy) return;
    project::MaskRow row;
    row.caseId = m_caseId;
    row.name = "Working";
    row.kind = "mine";
    row.reader = m_reader.toStdString();
    row.grid = m_grid;
    row.madeMs = step.madeMs;
    m_writer->submit(
        [mask = m_mask, row, step, before](Project &project) -> Result<void> {
            if (*mask == 0) {
                const auto made = project.addMask(row);
                if (!made) return std::unexpected(made.error());
                *mask = *made;
            }
            return project.append(*mask, step, before);
        },
        [this, number = step.number](const Result<void> &done) {
            if (!done) return; // a promise of our own broken: told by the log of the program, the mask is in memory
            QMetaObject::invokeMethod(this, [this, number] { emit saved(number); }, Qt::QueuedConnection);
        });
    if ((before + 1) % kStepsPerSnapshot == 0)
        m_writer->submit([mask = m_mask, at = before + 1, labels, sources](Project &project) -> Result<void> {
            return project.putSnapshot(*mask, at, labels, sources);
        });
}

void Journal::move(std::size_t position)
{
    if (!m_writer || m_openedBy) return;
    m_writer->submit(
        [mask = m_mask, position](Project &project) -> Result<void> {
            return *mask == 0 ? Result<void>{} : project.setPosition(*mask, position);
        },
        [this](const Result<void> &) {
            QMetaObject::invokeMethod(this, [this] { emit saved(0); }, Qt::QueuedConnection);
        });
}

void Journal::retry()
{
    if (m_writer) m_writer->retryNow();
}

Result<void> Journal::moveTo(const fs::path &folder)
{
    if (!m_writer) return fail(Errc::Io, "No project is open.");
    auto moved = m_writer->moveTo(folder, {.reader = m_reader.toStdString()});
    if (moved) m_folder = folder;
    return moved;
}

} // namespace glio::app
