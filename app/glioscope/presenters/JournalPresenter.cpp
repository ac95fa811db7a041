#include "presenters/JournalPresenter.h"

#include "model/CaseModel.h"
#include "model/Journal.h"
#include "presenters/HistoryPresenter.h"
#include "shell/MainWindow.h"
#include "support/Settings.h"

#include "glioscope/widgets/Banner.h"

#include <QDateTime>
#include <QFileDialog>
#include <QLocale>

namespace glio::app {

using widgets::Tone;

JournalPresenter::JournalPresenter(const Desk &desk, HistoryPresenter &history, QObject *parent)
    : QObject(parent), m_desk(desk), m_history(history)
{
    CaseModel *model = &m_desk.model;
    Journal *journal = &m_desk.journal;
    connect(model, &CaseModel::opened, this, [this, model, journal] {
        m_openCase = model->id();
        journal->open(m_openCase.toStdString(), model->name().toStdString());
    });
    connect(model, &CaseModel::closed, this, [this, journal] {
        if (!m_openCase.isEmpty()) journal->close(m_openCase.toStdString());
        m_openCase.clear();
    });
    connect(model, &CaseModel::actComing, journal, &Journal::waitForDisk);
    connect(model, &CaseModel::documentReplaced, this,
            [model, journal] { journal->begin(model->id().toStdString(), model->document().grid()); });
    connect(model, &CaseModel::stepMade, this, [model, journal] {
        const MaskDocument &document = model->document();
        journal->step(document.steps().back(), document.position() - 1, document.labels(), document.sourceMap());
    });
    connect(model, &CaseModel::historyMoved, this, [model, journal] { journal->move(model->document().position()); });
    connect(journal, &Journal::saved, this, [this, model, journal](qint64 number) {
        if (number > 0) m_history.setSavedThrough(number);
        if (journal->pending() == 0) model->setSaved(true);
    });
    connect(journal, &Journal::failed, this, &JournalPresenter::showFailure);
    connect(journal, &Journal::recovered, this, [this] { m_desk.window.banner()->clear("journal"); });
    connect(journal, &Journal::moved, this, [this](const QString &folder) {
        m_desk.settings.setValue(m_desk.journal.isOwnProject() ? "project/current" : "saving/project", folder);
    });
    connect(m_desk.window.banner(), &widgets::Banner::actionWished, this,
            [this](const QString &message, const QString &action) {
                if (message != "journal") return;
                if (action == "retry") retry();
                if (action == "elsewhere") saveElsewhere();
            });
}

void JournalPresenter::showStart()
{
    if (const auto &holder = m_desk.journal.openedBy()) {
        const QString since = QLocale().toString(QDateTime::fromMSecsSinceEpoch(holder->sinceMs), QLocale::ShortFormat);
        m_desk.window.banner()->setMessage(
            {"journalReadOnly",
             Tone::Warn,
             "lock",
             tr("%1 is open elsewhere and can only be read here.").arg(m_desk.journal.name()),
             tr("%1 has it open on %2 since %3.")
                 .arg(QString::fromStdString(holder->reader), QString::fromStdString(holder->host), since),
             {}});
    } else if (m_desk.journal.readOnly()) {
        m_desk.window.banner()->setMessage(
            {"journalReadOnly",
             Tone::Warn,
             "lock",
             tr("%1 cannot be written. It can only be read here.").arg(m_desk.journal.name()),
             QString::fromStdString(m_desk.journal.whyReadOnly()),
             {}});
    } else if (const auto &problem = m_desk.journal.problem()) {
        m_desk.window.banner()->setMessage({"journalProblem",
                                            Tone::Error,
                                            {},
                                            tr("The list of corrections could not be opened. A new one was begun."),
                                            QString::fromStdString(problem->message),
                                            {}});
    }
}

void JournalPresenter::showFailure(const Error &error)
{
    m_desk.model.setSaved(false);
    const bool full = error.code == Errc::DiskFull;
    m_desk.window.banner()->setMessage(
        {"journal",
         Tone::Error,
         "hard-drive",
         full ? tr("The disk is full. The last steps are kept in memory only.")
              : tr("The drive does not answer. The last steps are kept in memory only."),
         full ? tr("Free 300 MB. Work can go on meanwhile.") : tr("Work can go on meanwhile."),
         {{"retry", tr("Try again"), true}, {"elsewhere", tr("Save elsewhere")}}});
}

void JournalPresenter::retry() { m_desk.journal.retry(); }

void JournalPresenter::saveElsewhere()
{
    auto *dialog = new QFileDialog(&m_desk.window, tr("Choose a folder with free space"));
    dialog->setObjectName("saveElsewhereDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &JournalPresenter::saveElsewhereIn);
    dialog->open();
}

void JournalPresenter::saveElsewhereIn(const QString &folder)
{
    const std::filesystem::path where =
        std::filesystem::path(folder.toStdString()) / (m_desk.journal.name().toStdString() + ".glio");
    m_desk.journal.moveTo(where);
}

} // namespace glio::app
