#include "presenters/PreferencesPresenter.h"

#include "shell/MainWindow.h"
#include "support/KeyTexts.h"
#include "support/Settings.h"

#include "glioscope/widgets/PreferencesDialog.h"

#include <algorithm>

// The keys of the preferences: the preset, what the reader changed about it, and both as rows.
namespace glio::app {

using interaction::Intent;
using interaction::KeyBinding;
using interaction::KeyContext;
using interaction::KeyMap;
using widgets::Mode;

namespace {

/// "Undo|0|0|Ctrl+Z": what a binding asks for and where, then its key; the key may hold anything.
QString actId(const KeyBinding &binding)
{
    return QStringLiteral("%1|%2|%3|")
        .arg(QString::fromStdString(std::string(interaction::intentName(binding.intent))))
        .arg(binding.amount)
        .arg(int(binding.context));
}
QString rowId(const KeyBinding &binding) { return actId(binding) + QString::fromStdString(binding.chord); }

std::optional<KeyBinding> bindingOf(const QString &id, const KeyMap &preset)
{
    const qsizetype first = id.indexOf('|'), second = id.indexOf('|', first + 1), third = id.indexOf('|', second + 1);
    if (first < 0 || second < 0 || third < 0) return std::nullopt;
    const auto intent = interaction::intentFromName(id.left(first).toStdString());
    const int context = id.mid(second + 1, third - second - 1).toInt();
    if (!intent || context < 0 || context > int(KeyContext::Correct)) return std::nullopt;
    KeyBinding binding{id.mid(third + 1).toStdString(), *intent, id.mid(first + 1, second - first - 1).toDouble(),
                       false, KeyContext(context)};
    for (const KeyBinding &shipped : preset.bindings())
        if (shipped.intent == binding.intent && shipped.amount == binding.amount) binding.hold = shipped.hold;
    return binding;
}

std::vector<std::string> chordsOf(const KeyMap &map, const KeyBinding &act)
{
    std::vector<std::string> chords;
    for (const KeyBinding &binding : map.bindings())
        if (actId(binding) == actId(act)) chords.push_back(binding.chord);
    std::ranges::sort(chords);
    return chords;
}

bool isTool(Intent intent)
{
    return intent <= Intent::ToolLiveWire || (intent >= Intent::BrushSizeStep && intent <= Intent::SmartRange);
}

} // namespace

QString PreferencesPresenter::ownKeys() const { return "keys/own/" + QString::fromStdString(m_preset.id()); }

void PreferencesPresenter::loadKeys()
{
    QString preset = m_desk.settings.value("keys/preset").toString();
    if (preset == "itksnap") preset = "itk-snap";
    const auto file = interaction::presetFile(preset.toStdString());
    if (auto keys = KeyMap::load(file))
        m_keys = m_preset = std::move(*keys);
    else
        qWarning("keys: %s", keys.error().message.c_str());
    for (const QString &change : m_desk.settings.value(ownKeys()).toStringList()) {
        const qsizetype tab = change.indexOf('\t');
        const auto binding = bindingOf(change.left(tab), m_preset);
        if (tab > 0 && binding) m_keys = m_keys.rebound(*binding, change.mid(tab + 1).toStdString());
    }
    if (auto mouse = interaction::MouseMap::load(file))
        m_mouse = std::move(*mouse);
    else
        qWarning("keys: %s", mouse.error().message.c_str());
    if (m_dialog) showKeyRows();
    emit keysChanged();
}

QString PreferencesPresenter::rebind(const QString &rowId, const QKeySequence &key)
{
    const auto binding = bindingOf(rowId, m_preset);
    if (!binding) return {};
    QString chord;
    if (!key.isEmpty()) {
        const auto normal = interaction::normalised(chordText(key[0].key(), key[0].keyboardModifiers()).toStdString());
        if (!normal) return tr("This key cannot be used.");
        chord = QString::fromStdString(*normal);
    }
    if (chord.toStdString() == binding->chord) return {};
    QString note;
    for (const KeyBinding &other : m_keys.bindings()) {
        if (chord.isEmpty() || other.chord != chord.toStdString() || actId(other) == actId(*binding)) continue;
        const QString name = intentText(other.intent, other.amount);
        if (other.context == binding->context)
            note = tr("%1 had this key and has it no longer.").arg(name);
        else if (other.context == KeyContext::Everywhere || binding->context == KeyContext::Everywhere)
            note =
                tr("%1 has this key too, and comes first in its mode.")
                    .arg(other.context == KeyContext::Everywhere ? intentText(binding->intent, binding->amount) : name);
    }
    QStringList own = m_desk.settings.value(ownKeys()).toStringList();
    own << rowId + '\t' + chord;
    m_desk.settings.setValue(ownKeys(), own);
    return note;
}

void PreferencesPresenter::resetKey(const QString &rowId)
{
    const auto binding = bindingOf(rowId, m_preset);
    if (!binding) return;
    QStringList own = m_desk.settings.value(ownKeys()).toStringList();
    own.removeIf([&](const QString &change) { return change.startsWith(actId(*binding)); });
    m_desk.settings.setValue(ownKeys(), own);
}

QString PreferencesPresenter::presetName() const { return QString::fromStdString(m_keys.name()); }

bool PreferencesPresenter::isChanged(const KeyBinding &binding) const
{
    return chordsOf(m_keys, binding) != chordsOf(m_preset, binding);
}

std::vector<widgets::KeyGroup> PreferencesPresenter::keyGroups(Mode mode) const { return groupsOf(mode); }

void PreferencesPresenter::showKeyRows() { m_dialog->setKeyRows(groupsOf(std::nullopt)); }

/// Those of one mode for the overlay, or of all modes, with what has lost its key, for the preferences.
std::vector<widgets::KeyGroup> PreferencesPresenter::groupsOf(std::optional<Mode> mode) const
{
    widgets::KeyGroup doubts{tr("Doubts"), {}}, correct{tr("Correct"), {}}, tools{tr("Tools and labels"), {}},
        views{tr("Views"), {}}, overlays{tr("Masks and doubt"), {}}, rest{tr("Case and window"), {}};
    std::vector<KeyBinding> bindings = m_keys.bindings();
    for (KeyBinding binding : m_preset.bindings()) {
        const bool bare = chordsOf(m_keys, binding).empty();
        const bool told = std::ranges::any_of(bindings, [&](const auto &b) { return actId(b) == actId(binding); });
        if (mode || !bare || told) continue;
        binding.chord.clear();
        bindings.push_back(binding);
    }
    for (const KeyBinding &binding : bindings) {
        const QString chord = QString::fromStdString(binding.chord);
        const widgets::KeyRow row{chord == "+" ? QStringList{"+"} : chord.split('+', Qt::SkipEmptyParts),
                                  intentText(binding.intent, binding.amount), rowId(binding), isChanged(binding)};
        if (binding.context == KeyContext::Doubts) {
            if (!mode || mode == Mode::Doubts) doubts.rows.push_back(row);
        } else if (binding.context == KeyContext::Correct) {
            if (!mode || mode == Mode::Correct) correct.rows.push_back(row);
        } else if (isTool(binding.intent) || binding.intent == Intent::LabelSelect) {
            tools.rows.push_back(row);
        } else if (binding.intent <= Intent::MaximiseView || binding.intent == Intent::WindowHold ||
                   binding.intent == Intent::PanHold) {
            views.rows.push_back(row);
        } else if (binding.intent <= Intent::ToggleCrosshair) {
            overlays.rows.push_back(row);
        } else {
            rest.rows.push_back(row);
        }
    }
    std::vector<widgets::KeyGroup> groups;
    for (widgets::KeyGroup *group : {&doubts, &correct, mode == Mode::Correct ? &tools : &views,
                                     mode == Mode::Correct ? &views : &tools, &overlays, &rest})
        if (!group->rows.empty()) groups.push_back(*group);
    if (mode && !groups.empty()) groups.front().title = tr("This mode");
    return groups;
}

} // namespace glio::app
