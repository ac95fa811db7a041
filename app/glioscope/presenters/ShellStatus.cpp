#include "presenters/ShellPresenter.h"

#include "model/Journal.h"
#include "presenters/Presenters.h"
#include "shell/MainWindow.h"
#include "support/Async.h"
#include "support/Settings.h"
#include "support/UserText.h"

#include "engine/EngineClient.h"
#include "glioscope/base/Paths.h"
#include "glioscope/widgets/Banner.h"
#include "glioscope/widgets/CorrectPanel.h"
#include "glioscope/widgets/Dialogs.h"
#include "glioscope/widgets/StatusBar.h"
#include "glioscope/widgets/Toast.h"
#include "glioscope/widgets/TopBar.h"

#include <QApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileDialog>

#include <algorithm>

namespace glio::app {

using client::EngineState;
using widgets::Mode;
using widgets::Tone;

namespace {

QString readText(const std::filesystem::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

void ShellPresenter::showEngine()
{
    const client::EngineClient &engine = m_desk.engine;
    widgets::TopBar *bar = m_desk.window.topBar();
    widgets::Banner *banner = m_desk.window.banner();
    QString device = tr("CPU");
    for (const auto &info : engine.about().devices) {
        if (info.id != "cpu") device = tr("GPU");
    }
    switch (engine.state()) {
    case EngineState::Ready:
        bar->setEngine(m_p.segment.running() ? widgets::EngineState::Busy : widgets::EngineState::Ready,
                       m_p.segment.running() ? tr("Engine working · %1").arg(device)
                                             : tr("Engine ready · %1").arg(device),
                       tr("Click for its log."));
        banner->clear("engineLost");
        break;
    case EngineState::Starting:
        bar->setEngine(widgets::EngineState::Starting, tr("Engine starting"), tr("Reading works meanwhile."));
        break;
    case EngineState::Restarting: {
        bar->setEngine(
            widgets::EngineState::Lost,
            tr("Engine starting, try %1 of %2").arg(engine.restartTry()).arg(client::EngineClient::kMaxRestarts),
            tr("Your mask is safe."));
        m_problemDetails = engine.stopReason();
        widgets::BannerMessage message{"engineLost",
                                       Tone::Warn,
                                       "unplug",
                                       tr("The engine stopped and is starting again"),
                                       tr("Your mask is safe. Segment comes back in a moment. Try %1 of %2.")
                                           .arg(engine.restartTry())
                                           .arg(client::EngineClient::kMaxRestarts),
                                       {{"details", tr("Details")}}};
        message.progress = double(engine.restartTry()) / client::EngineClient::kMaxRestarts;
        banner->setMessage(message);
        break;
    }
    case EngineState::Stopped:
        bar->setEngine(widgets::EngineState::Off, tr("Engine off"), engine.stopReason());
        if (!engine.stopReason().isEmpty()) {
            m_problemDetails = engine.stopReason();
            banner->setMessage({"engineLost",
                                Tone::Error,
                                "unplug",
                                tr("The engine does not start"),
                                tr("Your mask is safe. Reading goes on without it."),
                                {{"restart", tr("Start again"), true}, {"details", tr("Details")}}});
        }
        break;
    }
}

void ShellPresenter::fileProblem(const Error &error, const QString &name)
{
    const ErrorText text = fileErrorText(error, name);
    m_problemDetails = QString::fromStdString(error.message);
    if (m_desk.window.mode() == Mode::Cases || m_desk.window.mode() == Mode::Learn) {
        m_desk.window.toast()->show(text.text.isEmpty() ? text.title : text.text, Tone::Error);
        return;
    }
    m_desk.window.banner()->setMessage({"fileProblem",
                                        Tone::Error,
                                        {},
                                        text.title,
                                        text.text,
                                        {{"leaveOut", tr("Leave out"), true}, {"details", tr("Details")}}});
}

void ShellPresenter::segmentProblem(const Error &error)
{
    const ErrorText text = segmentErrorText(error);
    m_problemDetails = QString::fromStdString(error.message);
    widgets::BannerMessage message{
        "segmentProblem", error.code == Errc::EngineLost ? Tone::Warn : Tone::Error, {}, text.title, text.text, {}};
    if (error.code == Errc::OutOfMemory)
        message.actions = {{"smaller", tr("Use smaller pieces"), true}, {"cancel", tr("Cancel")}};
    else
        message.actions = {{"details", tr("Details")}};
    m_desk.window.banner()->setMessage(message);
}

void ShellPresenter::showModel(const QString &id)
{
    const auto &models = m_p.segment.models();
    const auto found = std::ranges::find(models, id.toStdString(), &protocol::ModelInfo::id);
    if (found == models.end()) return;
    const auto text = [](const std::string &value) { return QString::fromStdString(value); };
    QStringList lines{tr("Version %1").arg(text(found->version)),
                      tr("Licence: %1").arg(text(found->licence)),
                      {},
                      text(found->statement),
                      {},
                      tr("sha256 %1").arg(text(found->sha256))};
    if (!found->problem.empty()) lines.prepend(text(found->problem));
    auto *dialog = new widgets::DetailsDialog(text(found->name), lines.join('\n'), {}, &m_desk.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void ShellPresenter::showStatus()
{
    widgets::StatusBar *status = m_desk.window.status();
    const CaseModel &model = m_desk.model;
    const Mode mode = m_desk.window.mode();
    if (mode == Mode::Cases || mode == Mode::Learn || !model.isOpen()) {
        status->setCursor(std::nullopt);
        status->setValues({});
        status->setUnderCross({});
        const std::size_t cases = m_p.cases.records().size();
        status->setContext(m_desk.journal.isOwnProject() ? m_desk.journal.name() : tr("My cases"),
                           cases == 1 ? tr("1 case") : tr("%1 cases").arg(cases));
        return;
    }
    status->setContext({}, {});
    const PointMm &cursor = model.cursor();
    status->setCursor(std::array<double, 3>{cursor.x, cursor.y, cursor.z});
    std::vector<std::pair<QString, QString>> values;
    for (int n = 0; n < int(model.series().size()) && n < 5; ++n) {
        if (const auto value = model.valueAtCursor(n)) {
            values.emplace_back(sequenceText(model.series()[std::size_t(n)].sequence),
                                QString::number(double(*value), 'g', 4));
        }
    }
    status->setValues(values);
    QString under;
    if (model.hasMask()) {
        const LabelDefinition *label = model.scheme().label(model.labelUnderCursor());
        under = label ? labelName(*label) : tr("No label");
    }
    status->setUnderCross(under);
    const auto &draft = model.draftVolumesMl();
    std::optional<double> change;
    if (const auto before = draft.find("WT"); before != draft.end()) {
        const auto now = model.volumesMl();
        if (const auto after = now.find("WT"); after != now.end()) change = after->second - before->second;
    }
    m_desk.window.correctPanel()->footer()->setChange(change);
}

void ShellPresenter::showSaved()
{
    widgets::StatusBar *status = m_desk.window.status();
    if (!m_desk.model.isOpen() || !m_desk.model.hasMask()) {
        status->setSaved({});
        return;
    }
    if (!m_desk.model.saved()) {
        status->setSaved(tr("Not saved yet"));
        return;
    }
    const qint64 seconds = QDateTime::currentSecsSinceEpoch() - m_savedAt;
    status->setSaved(m_savedAt == 0 ? tr("Saved")
                     : seconds < 60 ? tr("Saved %1 s ago").arg(seconds)
                                    : tr("Saved %1 min ago").arg(seconds / 60));
}

void ShellPresenter::showNoticeOnce()
{
    if (m_desk.settings.value("notice/confirmed").toBool()) return;
    auto *dialog = new widgets::NoticeDialog(&m_desk.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this] { m_desk.settings.setValue("notice/confirmed", true); });
    connect(dialog, &QDialog::rejected, &m_desk.window, &QWidget::close);
    dialog->open();
}

void ShellPresenter::about()
{
    std::vector<widgets::LicenceEntry> licences;
    const auto docs = resourceDir() / "docs";
    const QString notices = readText(docs / "THIRD-PARTY.md");
    licences.push_back({tr("Glioscope"), "Apache-2.0", readText(resourceDir().parent_path() / "LICENSE")});
    if (!notices.isEmpty()) licences.push_back({tr("Third-party notices"), {}, notices});
    auto *dialog = new widgets::AboutDialog(QApplication::applicationVersion(), licences, &m_desk.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void ShellPresenter::saveSnapshot()
{
    auto *dialog = new QFileDialog(&m_desk.window, tr("Save a picture"),
                                   m_desk.settings.value("saving/folder").toString(), tr("PNG (*.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(m_desk.model.name() + ".png");
    connect(dialog, &QFileDialog::fileSelected, this, &ShellPresenter::saveSnapshotTo);
    dialog->open();
}

void ShellPresenter::saveSnapshotTo(const QString &file)
{
    const QImage picture = m_p.views.snapshot();
    runAsync(
        this, [picture, file] { return picture.save(file, "PNG"); },
        [this, file](bool ok) {
            if (ok)
                m_desk.window.toast()->show(tr("Saved: %1").arg(QDir::toNativeSeparators(file)), Tone::Ok);
            else
                m_desk.window.toast()->show(tr("The picture cannot be written there."), Tone::Error);
        });
}

} // namespace glio::app
