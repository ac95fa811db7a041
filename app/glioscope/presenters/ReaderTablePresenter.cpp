#include "presenters/ReaderTablePresenter.h"

#include "model/CaseMasks.h"
#include "model/CaseModel.h"
#include "model/Journal.h"
#include "model/MaskComparison.h"
#include "shell/MainWindow.h"
#include "support/Async.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "glioscope/base/AtomicFile.h"
#include "glioscope/widgets/ComparePanel.h"
#include "glioscope/widgets/ReviewPanel.h"
#include "glioscope/widgets/Toast.h"

#include <QDebug>
#include <QDir>
#include <QFileDialog>
#include <QStandardPaths>

namespace glio::app {

using widgets::Availability;
using widgets::Tone;

ReaderTablePresenter::ReaderTablePresenter(const Desk &desk, QObject *parent) : QObject(parent), m_desk(desk)
{
    widgets::ComparePanel *panel = m_desk.window.reviewPanel()->compare();
    connect(panel, &widgets::ComparePanel::caseTableWished, this, [this] { ask(Scope::Case); });
    connect(panel, &widgets::ComparePanel::projectTableWished, this, [this] { ask(Scope::Project); });
    connect(panel, &widgets::ComparePanel::stopTableWished, this, &ReaderTablePresenter::stop);
    m_timer.setInterval(200);
    connect(&m_timer, &QTimer::timeout, this, &ReaderTablePresenter::showJob);
    for (const auto signal : {&CaseMasks::changed, &CaseMasks::blindChanged})
        connect(m_desk.masks, signal, this, &ReaderTablePresenter::followMasks);
    for (const auto signal : {&CaseModel::opened, &CaseModel::closed})
        connect(&m_desk.model, signal, this, &ReaderTablePresenter::followMasks);
    followMasks();
}

void ReaderTablePresenter::followMasks()
{
    if (m_desk.masks->blind()) stop();
    m_desk.window.reviewPanel()->compare()->setTableAvailability(
        m_desk.masks->blind()     ? Availability::no(tr("Ends when the blind reading ends."))
        : !m_desk.model.isOpen() ? Availability::no(tr("Open a case first."))
        : m_going                ? Availability::no(tr("A table is being made."))
                                 : Availability::yes());
}

void ReaderTablePresenter::ask(Scope scope)
{
    if (m_going || m_desk.masks->blind() || !m_desk.model.isOpen()) return;
    QString folder = m_desk.settings.value("saving/folder").toString();
    if (folder.isEmpty() || !QDir(folder).exists())
        folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    if (folder.isEmpty() || !QDir(folder).exists()) folder = QDir::homePath();
    auto *dialog = new QFileDialog(&m_desk.window, tr("Save the inter-reader table"), folder, tr("Table (*.csv)"));
    dialog->setObjectName("readerTableDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("csv");
    dialog->selectFile((scope == Scope::Case ? m_desk.model.name() : m_desk.journal.name()) + "-readers.csv");
    connect(dialog, &QFileDialog::fileSelected, this, [this, scope](const QString &file) { make(scope, file); });
    dialog->open();
}

void ReaderTablePresenter::make(Scope scope, const QString &file)
{
    if (m_going || m_desk.masks->blind() || !m_desk.model.isOpen()) return;
    m_going = std::make_shared<Going>();
    m_title = scope == Scope::Case ? tr("Table of %1").arg(m_desk.model.name())
                                   : tr("Table of all cases of %1").arg(m_desk.journal.name());
    m_timeLeft.reset();
    m_clock.start();
    m_timer.start();
    followMasks();
    showJob();
    const project::CaseRow open{m_desk.model.id().toStdString(), m_desk.model.name().toStdString(), {}, 0};
    struct Done {
        Result<ReaderTable> table;
        Result<void> written;
    };
    runAsync(
        this,
        [journal = &m_desk.journal, going = m_going, scope, open, file,
         atHand = std::map<std::string, LabelMap>{
             {m_desk.masks->current(), m_desk.model.document().labels()}}]() -> Done {
            std::vector<project::CaseRow> cases{open};
            if (scope == Scope::Project) {
                auto all = journal->cases();
                if (!all) return {std::unexpected(all.error()), {}};
                cases = std::move(*all);
            }
            auto table = readerTable(*journal, cases, atHand, [&going](double share) {
                going->share = share;
                return !going->stop.load();
            });
            if (!table || table->rows.empty()) return {std::move(table), {}};
            if (going->stop) return {fail(Errc::Cancelled, "The table was cancelled."), {}};
            return {std::move(table), writeFileAtomically(std::filesystem::path(file.toStdString()),
                                                          std::string_view(metrics::readerTableCsv(table->rows)))};
        },
        [this, file](const Done &done) {
            m_going.reset();
            m_timer.stop();
            followMasks();
            showJob();
            widgets::Toast *toast = m_desk.window.toast();
            const QString name = QDir::toNativeSeparators(file);
            if (!done.table && done.table.error().code == Errc::Cancelled) {
                toast->show(tr("The table was stopped. Nothing was written."), Tone::Plain);
                return;
            }
            if (!done.table || !done.written) {
                const Error &error = done.table ? done.written.error() : done.table.error();
                const ErrorText text = saveErrorText(error, name);
                qWarning("reader table: %s", error.message.c_str());
                toast->show(done.table ? tr("%1 %2").arg(text.title, text.text)
                                       : tr("The masks cannot be read: %1").arg(QString::fromStdString(error.message)),
                            Tone::Error);
                emit failed(error);
                return;
            }
            const ReaderTable &table = *done.table;
            for (const std::string &sentence : table.leftOut)
                qWarning("reader table: %s", sentence.c_str());
            if (table.rows.empty()) {
                toast->show(tr("No case has two masks. Nothing was written."), Tone::Warn);
                emit failed({Errc::InvalidArgument, "No case has two masks."});
                return;
            }
            const QString what = tr("Saved: %1, %n pairs of masks.", nullptr, table.pairs).arg(name);
            if (table.leftOut.empty())
                toast->show(what, Tone::Ok);
            else
                toast->show(tr("%1 Left out: %2").arg(what, QString::fromStdString(table.leftOut.front())), Tone::Warn);
            emit made(file);
        });
}

void ReaderTablePresenter::stop()
{
    if (!m_going) return;
    m_going->stop = true;
    showJob();
}

void ReaderTablePresenter::showJob()
{
    widgets::ComparePanel *panel = m_desk.window.reviewPanel()->compare();
    if (!m_going) {
        panel->setJob(std::nullopt);
        return;
    }
    widgets::JobView job;
    job.title = m_title;
    job.fraction = m_going->share;
    job.timeLeft = m_timeLeft.update(job.fraction, double(m_clock.elapsed()) / 1000);
    job.safe = tr("The file is written when all is counted.");
    job.stopping = m_going->stop;
    panel->setJob(job);
}

} // namespace glio::app
