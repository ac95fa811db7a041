#include "presenters/ProjectPresenter.h"

#include "model/CaseModel.h"
#include "model/CaseStore.h"
#include "model/Journal.h"
#include "presenters/CasesPresenter.h"
#include "presenters/OpenPresenter.h"
#include "presenters/ReviewPresenter.h"
#include "presenters/SegmentPresenter.h"
#include "shell/MainWindow.h"
#include "support/Settings.h"

#include "glioscope/widgets/Toast.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>

namespace glio::app {

namespace fs = std::filesystem;
using project::IfMissing;
using widgets::Tone;

namespace {
constexpr int kRecent = 6;
}

ProjectPresenter::ProjectPresenter(const Desk &desk, CasesPresenter &cases, OpenPresenter &open,
                                   ReviewPresenter &review, SegmentPresenter &segment, QObject *parent)
    : QObject(parent), m_desk(desk), m_cases(cases), m_open(open), m_review(review), m_segment(segment)
{
    connect(m_desk.window.casesPage(), &widgets::CasesPage::recentWished, this,
            [this](const QString &id) { this->open(id); });
    connect(&m_cases, &CasesPresenter::orderChanged, this, &ProjectPresenter::showRecent);
    showRecent();
}

void ProjectPresenter::askNew()
{
    auto *dialog = new QFileDialog(&m_desk.window, tr("New project"),
                                   QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation),
                                   tr("Glioscope project (*.glio)"));
    dialog->setObjectName("newProjectDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("glio");
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &folder) { make(folder); });
    dialog->open();
}

void ProjectPresenter::askOpen()
{
    auto *dialog = new QFileDialog(&m_desk.window, tr("Open a project: choose its folder, NAME.glio"),
                                   QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    dialog->setObjectName("openProjectDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &folder) { this->open(folder); });
    dialog->open();
}

bool ProjectPresenter::make(const QString &folder)
{
    const QString whole = folder.endsWith(".glio") ? folder : folder + ".glio";
    if (QFileInfo::exists(whole)) {
        m_desk.window.toast()->show(tr("%1 is there already. Choose another name.").arg(QFileInfo(whole).fileName()),
                                    Tone::Error);
        return false;
    }
    return change(whole, IfMissing::Create);
}

bool ProjectPresenter::open(const QString &folder) { return change(folder, IfMissing::Fail); }

bool ProjectPresenter::change(const QString &folder, IfMissing ifMissing)
{
    const fs::path where = folder.isEmpty() ? m_desk.journal.myCases() : fs::path(folder.toStdString());
    std::error_code error;
    if (fs::equivalent(where, m_desk.journal.folder(), error)) {
        emit changed(); // it is open: its list comes to the front
        return true;
    }
    if (m_segment.busy()) {
        m_desk.window.toast()->show(tr("Segment is running. Stop it before you change the project."), Tone::Warn);
        return false;
    }
    auto opened = m_desk.journal.openProject(where, ifMissing);
    if (!opened) {
        m_desk.window.toast()->show(QString::fromStdString(opened.error().message), Tone::Error);
        return false;
    }
    m_open.cancel();
    m_open.prefetch().want({});
    if (m_desk.model.isOpen()) {
        if (m_desk.model.acting()) m_desk.model.commitAct();
        m_review.keep(false);
        m_desk.model.close();
    }
    m_desk.journal.use(std::move(*opened));
    const bool own = m_desk.journal.isOwnProject();
    m_desk.store.setRoot(own ? m_desk.journal.folder() / "cases" : CaseStore::defaultRoot());
    const QString path = own ? QString::fromStdString(m_desk.journal.folder().string()) : QString();
    m_desk.settings.setValue("project/current", path);
    if (own) {
        QStringList recent = m_desk.settings.value("project/recent").toStringList();
        recent.removeAll(path);
        recent.prepend(path);
        m_desk.settings.setValue("project/recent", QStringList(recent.mid(0, kRecent)));
    }
    m_cases.reload();
    showRecent();
    emit changed();
    return true;
}

void ProjectPresenter::openLast()
{
    const QString last = m_desk.settings.value("project/current").toString();
    if (last.isEmpty()) return;
    if (!open(last)) m_desk.settings.setValue("project/current", QString());
}

std::vector<widgets::RecentProject> ProjectPresenter::recent() const
{
    const QString open = QString::fromStdString(m_desk.journal.folder().string());
    const bool own = m_desk.journal.isOwnProject();
    const QString count =
        m_cases.records().size() == 1 ? tr("1 case, open now") : tr("%1 cases, open now").arg(m_cases.records().size());
    std::vector<widgets::RecentProject> list;
    for (const QString &path : m_desk.settings.value("project/recent").toStringList()) {
        if (!QFileInfo::exists(path + "/project.sqlite")) continue;
        list.push_back({path, QFileInfo(path).completeBaseName(),
                        own && path == open ? count : QDir::toNativeSeparators(QFileInfo(path).path())});
    }
    if (!list.empty()) list.push_back({{}, tr("My cases"), own ? tr("of this user") : count});
    return list;
}

void ProjectPresenter::showRecent() { m_desk.window.casesPage()->setRecent(recent()); }

} // namespace glio::app
