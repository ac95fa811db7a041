#pragma once
#include "presenters/Desk.h"

#include "glioscope/interaction/KeyMap.h"
#include "glioscope/interaction/MouseMap.h"
#include "glioscope/widgets/KeysOverlay.h"
#include "glioscope/widgets/Mode.h"

#include <QObject>
#include <QPointer>

#include <vector>

namespace glio::widgets {
class PreferencesDialog;
}

namespace glio::app {
class SegmentPresenter;

/// Preferences: applies at once; theme, scale and keys are put to use here.
class PreferencesPresenter final : public QObject {
    Q_OBJECT
public:
    PreferencesPresenter(const Desk &desk, SegmentPresenter &segment, QObject *parent = nullptr);
    void open(const QString &page = {});
    const interaction::KeyMap &keyMap() const { return m_keys; }
    const interaction::MouseMap &mouseMap() const { return m_mouse; }
    /// Keys as rows with translated acts, grouped; those of `mode` first.
    std::vector<widgets::KeyGroup> keyGroups(widgets::Mode mode) const;
    QString presetName() const;

signals:
    void keysChanged();

private:
    void applyLook();
    void loadKeys();
    void fill();
    Desk m_desk;
    SegmentPresenter &m_segment;
    QPointer<widgets::PreferencesDialog> m_dialog;
    interaction::KeyMap m_keys;
    interaction::MouseMap m_mouse;
};

/// User text of what a key asks for.
QString intentText(interaction::Intent intent, double amount);

} // namespace glio::app
