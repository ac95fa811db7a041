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

using interaction::Intent;
using interaction::KeyContext;

QString intentText(Intent intent, double amount)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("glio::app::Intents", text); };
    const bool up = amount >= 0;
    switch (intent) {
    case Intent::ToolCrosshair:
        return tr("Crosshair tool");
    case Intent::ToolPan:
        return tr("Zoom and pan tool");
    case Intent::ToolRuler:
        return tr("Ruler");
    case Intent::ToolAngle:
        return tr("Angle");
    case Intent::ToolScribble:
        return tr("Scribbles");
    case Intent::ToolLiveWire:
        return tr("Live wire");
    case Intent::RemoveMeasure:
        return tr("Remove the chosen ruler or angle");
    case Intent::SliceStep:
        return std::abs(amount) > 1 ? (up ? tr("Five slices up") : tr("Five slices down"))
                                    : (up ? tr("Next slice") : tr("Previous slice"));
    case Intent::CursorRight:
        return std::abs(amount) > 1 ? (up ? tr("Cursor 5 voxels right") : tr("Cursor 5 voxels left"))
                                    : (up ? tr("Cursor right") : tr("Cursor left"));
    case Intent::CursorUp:
        return std::abs(amount) > 1 ? (up ? tr("Cursor 5 voxels up") : tr("Cursor 5 voxels down"))
                                    : (up ? tr("Cursor up") : tr("Cursor down"));
    case Intent::PlaceSliceStep:
        return up ? tr("Next slice with an open place") : tr("Previous slice with an open place");
    case Intent::CentreOnCursor:
        return tr("Centre on the cursor");
    case Intent::FitView:
        return tr("Fit the views");
    case Intent::ZoomIn:
        return tr("Closer");
    case Intent::ZoomOut:
        return tr("Farther");
    case Intent::WindowAuto:
        return tr("Automatic window");
    case Intent::WindowReset:
        return tr("Whole intensity range");
    case Intent::SequenceStep:
        return up ? tr("Next sequence") : tr("Previous sequence");
    case Intent::ViewStep:
        return tr("Next view");
    case Intent::ToggleTiled:
        return tr("Tiled or one large view");
    case Intent::MaximiseView:
        return tr("Maximise the view");
    case Intent::HideOverlaysHold:
        return tr("Hide all overlays (hold)");
    case Intent::ToggleLabels:
        return tr("Labels on or off");
    case Intent::FillOpacityStep:
        return up ? tr("Fill stronger") : tr("Fill fainter");
    case Intent::ToggleBand:
        return tr("Band or heat map on or off");
    case Intent::BandOpacityStep:
        return up ? tr("Heat map stronger") : tr("Heat map fainter");
    case Intent::BandThresholdStep:
        return up ? tr("Mask wider") : tr("Mask tighter");
    case Intent::ToggleCorners:
        return tr("Corner texts on or off");
    case Intent::ToggleCrosshair:
        return tr("Crosshair on or off");
    case Intent::LabelSelect:
        return tr("Centre on region %1").arg(int(amount));
    case Intent::OpenImage:
        return tr("Open a case");
    case Intent::OpenMask:
        return tr("Open a mask");
    case Intent::ExportMask:
        return tr("Export the mask");
    case Intent::Segment:
        return tr("Segment");
    case Intent::ModeCases:
        return tr("Cases");
    case Intent::ModeReview:
        return tr("Review");
    case Intent::ModeDoubts:
        return tr("Doubts");
    case Intent::ModeLearn:
        return tr("Learn");
    case Intent::Preferences:
        return tr("Preferences");
    case Intent::TogglePanels:
        return tr("Panels on or off");
    case Intent::FullScreen:
        return tr("Full screen");
    case Intent::KeysOverlay:
        return tr("Keys");
    case Intent::Escape:
        return tr("Close what is open, crosshair tool");
    case Intent::CasesSearch:
        return tr("Find a case");
    case Intent::CaseStep:
        return up ? tr("Next case") : tr("Previous case");
    case Intent::PlaceNext:
        return tr("Next place");
    case Intent::PlaceBack:
        return tr("Previous place");
    case Intent::WindowHold:
        return tr("Window and level (hold and drag)");
    case Intent::PanHold:
        return tr("Pan (hold and drag)");
    default:
        break; // drawing acts come with the drawing tools
    }
    return {};
}

PreferencesPresenter::PreferencesPresenter(const Desk &desk, SegmentPresenter &segment, QObject *parent)
    : QObject(parent), m_desk(desk), m_segment(segment)
{
    connect(&m_desk.settings, &Settings::changed, this, [this](const QString &key, const QVariant &value) {
        if (key == "general/theme" || key == "general/scale" || key == "general/motion") applyLook();
        if (key == "keys/preset") loadKeys();
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

void PreferencesPresenter::loadKeys()
{
    QString preset = m_desk.settings.value("keys/preset").toString();
    if (preset == "itksnap") preset = "itk-snap";
    const auto file = interaction::presetFile(preset.toStdString());
    if (auto keys = interaction::KeyMap::load(file))
        m_keys = std::move(*keys);
    else
        qWarning("keys: %s", keys.error().message.c_str());
    if (auto mouse = interaction::MouseMap::load(file))
        m_mouse = std::move(*mouse);
    else
        qWarning("keys: %s", mouse.error().message.c_str());
    emit keysChanged();
}

QString PreferencesPresenter::presetName() const { return QString::fromStdString(m_keys.name()); }

std::vector<widgets::KeyGroup> PreferencesPresenter::keyGroups(widgets::Mode mode) const
{
    widgets::KeyGroup own{tr("This mode"), {}}, views{tr("Views"), {}}, overlays{tr("Masks and doubt"), {}},
        rest{tr("Case and window"), {}};
    for (const interaction::KeyBinding &binding : m_keys.bindings()) {
        const QString text = intentText(binding.intent, binding.amount);
        if (text.isEmpty()) continue;
        QString chord = QString::fromStdString(binding.chord);
        QStringList keys = chord == "+" ? QStringList{"+"} : chord.split('+', Qt::SkipEmptyParts);
        const widgets::KeyRow row{keys, text};
        if (binding.context == KeyContext::Doubts) {
            if (mode == widgets::Mode::Doubts) own.rows.push_back(row);
            continue;
        }
        if (binding.context == KeyContext::Correct) continue;
        if (binding.intent <= Intent::MaximiseView || binding.intent == Intent::WindowHold ||
            binding.intent == Intent::PanHold)
            views.rows.push_back(row);
        else if (binding.intent <= Intent::ToggleCrosshair || binding.intent == Intent::LabelSelect)
            overlays.rows.push_back(row);
        else
            rest.rows.push_back(row);
    }
    std::vector<widgets::KeyGroup> groups;
    if (!own.rows.empty())
        groups.push_back(own);
    else
        views.title = tr("This mode");
    groups.push_back(views);
    groups.push_back(overlays);
    groups.push_back(rest);
    return groups;
}

void PreferencesPresenter::fill()
{
    for (const char *key :
         {"general/language",      "general/theme",       "general/scale",    "general/reopen", "general/motion",
          "views/convention",      "views/interpolation", "views/crosshair",  "views/corners",  "views/smoothOutlines",
          "views/quality3d",       "colours/palette",     "colours/patterns", "keys/preset",    "segment/model",
          "segment/device",        "segment/looks",       "segment/memoryGb", "segment/band",   "privacy/patientName",
          "privacy/snapshotStamp", "saving/folder",       "saving/historyMb", "saving/reader"}) {
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
    m_dialog->setAvailability("saving/historyMb", Availability::no(tr("Drawing tools come with the next version.")));
    m_dialog->setAvailability("views/quality3d", Availability::no(tr("Surfaces are always drawn in full.")));
    m_dialog->setKeyRows(keyGroups(m_desk.window.mode()));
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
