#include "presenters/PreferencesPresenter.h"

#include "presenters/SegmentPresenter.h"
#include "shell/MainWindow.h"
#include "support/Settings.h"

#include "engine/EngineClient.h"
#include "glioscope/widgets/PreferencesDialog.h"
#include "glioscope/widgets/Theme.h"

#include <QCoreApplication>
#include <QFileDialog>

#include <algorithm>

namespace glio::app {

PreferencesPresenter::PreferencesPresenter(const Desk &desk, SegmentPresenter &segment, QObject *parent)
    : QObject(parent), m_desk(desk), m_segment(segment)
{
    connect(&m_desk.settings, &Settings::changed, this, [this](const QString &key, const QVariant &value) {
        if (key == "general/theme" || key == "general/scale" || key == "general/motion") applyLook();
        if (key == "keys/preset" || key.startsWith("keys/own/")) loadKeys();
        if (m_dialog) m_dialog->setValue(key, value);
    });
    connect(&m_desk.engine, &client::EngineClient::stateChanged, this, [this] {
        if (m_dialog) fill();
    });
    applyLook();
    loadKeys();
}

void PreferencesPresenter::applyLook()
{
    widgets::Theme &theme = widgets::Theme::instance();
    theme.setMotion(!m_desk.settings.value("general/motion").toBool());
    if (theme.scalePercent() != m_desk.settings.value("general/scale").toInt())
        theme.setScale(m_desk.settings.value("general/scale").toInt());
    if (theme.theme() != m_desk.settings.value("general/theme").toString())
        theme.setTheme(m_desk.settings.value("general/theme").toString());
}

void PreferencesPresenter::fill()
{
    for (const char *key : {"general/language", "general/theme",        "general/scale",       "general/reopen",
                            "general/motion",   "views/convention",     "views/interpolation", "views/crosshair",
                            "views/corners",    "views/smoothOutlines", "views/quality3d",     "colours/palette",
                            "colours/patterns", "keys/preset",          "keys/penPressure",    "keys/penLeast",
                            "keys/penCurve",    "segment/model",        "segment/device",      "segment/looks",
                            "segment/memoryGb", "segment/band",         "privacy/patientName", "privacy/snapshotStamp",
                            "saving/folder",    "saving/historyMb",     "saving/reader"}) {
        m_dialog->setValue(key, m_desk.settings.value(key));
    }
    if (m_desk.settings.value("saving/reader").toString().isEmpty())
        m_dialog->setValue("saving/reader", m_desk.settings.reader()); // what is used until a name is given
    std::vector<std::pair<QVariant, QString>> models{{QString(), tr("Automatic")}};
    for (const auto &model : m_segment.models())
        models.emplace_back(QString::fromStdString(model.id), QString::fromStdString(model.name));
    m_dialog->setChoices("segment/model", models);
    m_dialog->setValue("segment/model", m_desk.settings.value("segment/model"));
    using widgets::Availability;
    m_dialog->setAvailability("general/language", Availability::no(tr("Only English is shipped so far.")));
    m_dialog->setAvailability("privacy/patientName", Availability::no(tr("The files that are read carry no name.")));
    m_dialog->setAvailability("views/quality3d", Availability::no(tr("Surfaces are always drawn in full.")));
    showKeyRows();
    QString state;
    switch (m_desk.engine.state()) {
    case client::EngineState::Ready:
        state = tr("Ready");
        break;
    case client::EngineState::Starting:
        state = tr("Starting");
        break;
    case client::EngineState::Restarting:
        state = tr("Starting again");
        break;
    case client::EngineState::Stopped:
        state = tr("Off");
        break;
    }
    QStringList devices;
    for (const auto &device : m_desk.engine.about().devices)
        devices.push_back(QString::fromStdString(device.name.empty() ? device.id : device.name));
    m_dialog->setEngineState(state, devices.join(", "));
    m_dialog->setEngineLog(m_desk.engine.log().join('\n'));
}

void PreferencesPresenter::open(const QString &page)
{
    if (!m_dialog) {
        m_dialog = new widgets::PreferencesDialog(&m_desk.window);
        m_dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_dialog, &widgets::PreferencesDialog::valueWished, &m_desk.settings, &Settings::setValue);
        connect(m_dialog, &widgets::PreferencesDialog::resetWished, &m_desk.settings, &Settings::resetPage);
        connect(m_dialog, &widgets::PreferencesDialog::keyWished, this,
                [this](const QString &id, const QKeySequence &key) { m_dialog->setKeyNote(rebind(id, key)); });
        connect(m_dialog, &widgets::PreferencesDialog::keyResetWished, this, &PreferencesPresenter::resetKey);
        connect(m_dialog, &widgets::PreferencesDialog::engineRestartWished, this, [this] {
            m_desk.engine.stop();
            m_desk.engine.start();
        });
        connect(m_dialog, &widgets::PreferencesDialog::folderWished, this, [this](const QString &key) {
            auto *dialog = new QFileDialog(m_dialog, tr("Choose a folder"), m_desk.settings.value(key).toString());
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            dialog->setFileMode(QFileDialog::Directory);
            connect(dialog, &QFileDialog::fileSelected, this,
                    [this, key](const QString &folder) { m_desk.settings.setValue(key, folder); });
            dialog->open();
        });
        fill();
    }
    if (!page.isEmpty()) m_dialog->showPage(page);
    m_dialog->show();
    m_dialog->raise();
}

} // namespace glio::app
